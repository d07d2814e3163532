"""What cases say of persons and fault codes without a foreign key: looked up before one of them is taken back."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q

from backline.cases.models import Case as Row
from backline.channels import queries as channels
from backline.ledger import queries as ledger

MOST_EVENTS = 20_000


def persons_named(persons: Collection[str]) -> set[str]:
    """Those of the persons whom a case names, now or before, or who were written to about one."""
    wanted = list(persons)
    raised = Q(fold__raised_by__in=wanted)
    had = Q(fold__had__has_any_keys=wanted) | Q(fold__visitors__has_any_keys=wanted)
    found = set(channels.written_to(wanted))
    for raised_by, before, visitors in Row.objects.filter(raised | had).values_list(
        "fold__raised_by", "fold__had", "fold__visitors"
    ):
        found |= {raised_by, *before, *visitors}
    return found & set(wanted)


def fault_codes_said(since: datetime, until: datetime) -> set[str]:
    """The fault codes that reports between two moments name."""
    events = ledger.recorded_between(since, until, MOST_EVENTS)
    return {code for event in events for code in event.data.get("fault_codes", ())}
