"""Says whether this installation works: to a monitor in one line, to administrators on a page."""

from __future__ import annotations

from typing import cast

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from backline import __version__
from backline.cases import queries as cases
from backline.cases import routed
from backline.config import room
from backline.config.clock import SystemClock
from backline.core.words import Role
from backline.engine import health
from backline.engine.clock import ClockSkew, DatabaseClock
from backline.look.access import signed_in
from backline.look.http import Request, StaffRequest
from backline.readiness import sending, set_up

DUTIES = {
    "look": _("Looks at the cases for which something has come due, and has people told"),
    "deliver": _("Sends the letters that wait"),
    "triggers": _("Looks at what is new about jobs, and opens or suggests cases"),
    "held": _("Rings for the cases that wait for somebody to be on call, as soon as somebody is"),
    "unheard": _("Tells a case which of its letters reached nobody"),
    "renamed": _("Finds by its new name what was renamed"),
    "recompute": _("Gives the clocks their moments anew after a change of working hours"),
    "readiness": _("Finds once a day what is not ready, and tells who can mend it"),
    "deputies": _("Tells who decides reviews in whose place, and from when until when"),
    "shifts": _("Tells who is concerned that shifts move: swaps, whoever takes over, whoever is away"),
    "unreachable": _("Tells of addresses where nobody is: their owners, and who else can mend it"),
    "audit": _("Asks of every case whether anybody was forgotten, told twice or too early"),
    "rosters": _("Reads the shifts of teams that are planned in other calendars"),
    "mailbox": _("Reads the mails that come in: answers, and letters that came back"),
    "present": _("Says that its process is there, and on which host"),
    "zone_data": _("Has working hours counted by a new release of the time zones"),
}
"""What each duty of the worker does, in words."""
PROCESSES = {"worker": _("Worker"), "auditor": _("Auditor")}
"""What a process is called."""


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all are ready, else 503; each is named."""
    at = cast(Request, request).at
    try:
        engine = {"database": True, "worker": health.alive(at), "auditor": health.audited(at), "clock": _is_right(),
                  "mailbox": set_up.box_is_read(at)}  # fmt: skip
    except DatabaseError:
        engine = dict.fromkeys(("database", "worker", "auditor", "clock", "mailbox"), False)
    ready = {"version": __version__, "pages": True, **engine, "disk": room.there_is()}
    return JsonResponse(ready, status=200 if all(ready.values()) else 503)


def _is_right() -> bool:
    """Whether this host's clock is that of the database: what happens by a wrong one is recorded at wrong moments."""
    try:
        DatabaseClock(SystemClock()).now()
    except ClockSkew:
        return False
    return True


@signed_in(Role.ADMINISTRATOR)
@require_safe
def page(request: StaffRequest) -> HttpResponse:
    """When each duty of the worker last ran, how late it is, and the cases it cannot get through."""
    aside = health.all_sick()
    context = {
        "version": __version__,
        "alive": health.alive(request.at),
        "audited": health.audited(request.at),
        "room": room.there_is(),
        "mail": [*set_up.mail(), *sending.sending(), *set_up.box()],
        "box": set_up.box_read(),
        "passed_over": routed.passed_over(),
        "processes": health.processes(request.at),
        "beats": health.beats(),
        "hanging": {one.duty for one in health.hanging(request.at)},
        "duties": DUTIES,
        "names": PROCESSES,
        "delay": int(cases.delay(request.at, without=[str(one.case_id) for one in aside]).total_seconds()),
        "aside": aside,
    }
    return render(request, "config/health.html", context)
