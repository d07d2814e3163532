"""Cases are found by new names: of whoever or whatever was renamed, by the administration, an import or a system."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from backline.cases.models import Case as Row
from backline.cases.models import Renamed, Search
from backline.cases.operations._found import forget, remake
from backline.cases.operations._write import locked
from backline.core.case import Case
from backline.core.values import decode

BATCH = 50
"""So many cases at once: whoever wants to change one of them waits that long."""


def _naming(entry: UUID) -> Q:
    """The cases that bear the mark of a person or a team."""
    return Q(id__in=Search.objects.filter(words__match=f"'={entry}'").values("case"))


_CASES: dict[str, Callable[[UUID], Q]] = {
    "jobs_customer": lambda entry: Q(job__site__customer=entry),
    "jobs_site": lambda entry: Q(job__site=entry),
    "jobs_asset": lambda entry: Q(job__asset=entry),
    "jobs_job": lambda entry: Q(job=entry),
    "people_person": _naming,
    "people_team": _naming,
    "people_contact": lambda entry: Q(contact=entry),
}


def find_renamed() -> int:
    """Make the words of the next cases anew that name what was renamed longest ago; how many, or 1 where none do."""
    with transaction.atomic():
        noted = Renamed.objects.select_for_update(skip_locked=True).order_by("id").first()
        if noted is None:
            return 0
        found = Row.objects.filter(_CASES[noted.kind](noted.entry), id__gt=noted.done or UUID(int=0))
        ids = list(found.order_by("id").values_list("id", flat=True)[:BATCH])
        rows = list(locked().filter(id__in=ids).order_by("id"))
        forget(remake(rows, {str(row.id): decode(Case, row.fold) for row in rows}))
        if len(ids) < BATCH:
            noted.delete()
        else:
            Renamed.objects.filter(id=noted.id).update(done=ids[-1])
        return max(len(ids), 1)
