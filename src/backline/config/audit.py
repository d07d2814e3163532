"""The page that says whether anybody was forgotten: the auditor's figures, each with its cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from backline.cases import queries as cases
from backline.cases import wording
from backline.core.words import ClockName, Role
from backline.desk.watched import Watched
from backline.engine import health
from backline.engine.auditor import queries as auditor
from backline.engine.auditor.found import What
from backline.engine.auditor.queries import Shown
from backline.engine.auditor.wording import WHAT, about
from backline.look.access import signed_in
from backline.look.http import StaffRequest
from backline.readiness import queries as readiness
from backline.readiness.wording import not_ready

MOST = 50
SOON = timedelta(minutes=30)
MINUTE = 60
"""An alarm may be overdue for so many seconds."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One case behind a figure: what about it, and when."""

    case: UUID | str
    reference: str
    what: Any
    about: Any
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with the cases behind it; `bad` where somebody must act, `empty` is what it means that there is none."""

    id: str
    title: Any
    value: str
    entries: Sequence[Entry]
    bad: bool
    empty: Any


@signed_in(Role.MANAGER, Role.ADMINISTRATOR)
@require_safe
def page(request: StaffRequest) -> HttpResponse:
    """Lost: 0 of N, how late the worker is, what goes to and fro, and which leases end soon."""
    kept = auditor.latest()
    context = {
        "kept": kept,
        "audited": health.audited(request.at),
        "delay": int(cases.delay(request.at).total_seconds()),
        "figures": [_wrong(), _late(), _to_and_fro(), _leases(request.at)],
    }
    return render(request, "config/audit.html", context)


def in_short(at: datetime) -> list[Watched]:
    """The same in a line, for the page on which managers begin."""
    kept, address = auditor.latest(), reverse("audit")
    delay = int(cases.delay(at).total_seconds())
    late = ngettext("Delay of the engine: %d second", "Delay of the engine: %d seconds", delay) % delay
    lost = _("Lost: %(lost)d of %(expected)d") % {"lost": kept.lost, "expected": kept.expected} if kept else ""
    figures = [_to_and_fro(), _leases(at)]
    return [
        Watched(lost or _("The auditor has not asked yet."), address, bool(kept and kept.lost)),
        *([Watched(_("In silence: %d") % kept.silence, address, True)] if kept and kept.silence else ()),
        *([Watched(_("The auditor sleeps, so its figures are old"), address, True)] if not health.audited(at) else ()),
        Watched(late, address, delay > MINUTE),
        *_not_ready(),
        *(Watched(f"{figure.title}: {figure.value}", f"{address}#{figure.id}") for figure in figures),
    ]


def _not_ready() -> list[Watched]:
    """How much is not ready, as the last look of the day found it."""
    found = readiness.how_many()
    return [Watched(not_ready(found), reverse("desk:readiness"))] if found else []


def _wrong() -> Figure:
    found = [_entry(one) for one in auditor.wrong(most=MOST + 1)]
    empty = _("Nobody was forgotten, told twice or told too early.")
    return Figure("wrong", _("What is wrong"), _count(found), found[:MOST], bool(found), empty)


def _late() -> Figure:
    found = [_entry(one) for one in auditor.of(What.LATE, most=MOST + 1)]
    empty = _("Whoever was told was told within a minute.")
    return Figure("late", _("Told late"), _count(found), found[:MOST], False, empty)


def _to_and_fro() -> Figure:
    count, found = auditor.returned(most=MOST)
    entries = [
        Entry(case, reference, _("To and fro"), ngettext("%d time", "%d times", often) % often)
        for case, reference, often in found
    ]
    empty = _("No open case came back to a team that had handed it on.")
    return Figure("returned", _("Came back to a team that had it"), str(count), entries, False, empty)


def _leases(at: datetime) -> Figure:
    ending = cases.due(clocks=[ClockName.PROGRESS], before=at + SOON, since=at, most=MOST + 1)
    entries = [Entry(line.id, line.reference, line.holder, line.summary, due_at) for line, _clock, due_at in ending]
    empty = _("No lease ends within half an hour.")
    return Figure("leases", _("Leases that end within half an hour"), _count(entries), entries[:MOST], False, empty)


def _entry(one: Shown) -> Entry:
    clock = wording.CLOCKS[ClockName(one.clock)] if one.clock in set(ClockName) else about(one.effect)
    late = _(", %(seconds)d s") % {"seconds": one.seconds} if one.seconds else ""
    return Entry(one.case, one.reference, f"{WHAT[one.what]}{late}", clock, one.at)


def _count(found: Sequence[Entry]) -> str:
    return f"{MOST}+" if len(found) > MOST else str(len(found))
