"""Many values in one statement: as one parameter, which is joined, and with a plan for what the tables hold by now."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import Field, Func, TextField, UUIDField, Value


def among(texts: Collection[str]) -> Func:
    """These texts for `…__in`, however many: a parameter for each would be compared with every row, and run out."""
    return _joined(texts, TextField())


def among_ids(ids: Collection[UUID]) -> Func:
    """The same of ids."""
    return _joined(ids, UUIDField())


def _joined(values: Collection[Any], kind: Field[Any, Any]) -> Func:
    return Func(
        Value(list(values), output_field=ArrayField(kind)), template="(SELECT unnest(%(expressions)s))",
        output_field=kind,
    )  # fmt: skip


def plan_anew() -> None:
    """Plan each statement anew until the caller's transaction ends: tables grow in it by more than a plan foresees."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL plan_cache_mode TO force_custom_plan")
