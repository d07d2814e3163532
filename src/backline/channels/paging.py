"""Pages of rows, the newest first: each is asked for by the last row of the one before."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

from django.db.models import Model, Q, QuerySet


def place_of(at: datetime, row: uuid.UUID) -> str:
    """What asks for the rows after this one."""
    return f"{at.isoformat()}_{row.hex}"


def older[Row: Model](found: QuerySet[Row], column: str, after: str | None) -> QuerySet[Row]:
    """The rows after the one that `after` names; all where no page gave it out."""
    try:
        moment, _, pk = (after or "").partition("_")
        read, last = datetime.fromisoformat(moment), uuid.UUID(pk)
        if read.tzinfo is None:
            return found
        at = read.astimezone(UTC)
    except (ValueError, OverflowError):
        return found
    return found.filter(Q(**{f"{column}__lt": at}) | Q(**{column: at}, id__lt=last))
