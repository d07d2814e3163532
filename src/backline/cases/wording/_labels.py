"""A word or short phrase for each code of the domain, and how moments and durations are said in full."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from functools import lru_cache, wraps
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from backline.core.lifecycle import Capacity, Move
from backline.core.policy import Recipients
from backline.core.words import (
    ClockName,
    Danger,
    Impact,
    JobOutcome,
    Reason,
    ReviewOutcome,
    RootCause,
    State,
    StepResult,
    ToldBy,
    Urgency,
    VisitResult,
    WaitReason,
)
from backline.people.languages import to_customer


def once[*Values](say: Callable[[*Values], str]) -> Callable[[*Values], str]:
    """The same words for the same values, put together once a process in each language: letters by the thousand do."""

    @lru_cache(maxsize=1024)
    def kept(_language: str | None, *values: *Values) -> str:
        return say(*values)

    @wraps(say)
    def said(*values: *Values) -> str:
        return kept(get_language(), *values)

    return said


STATES = {
    State.RAISED: _("Raised"),
    State.RETURNED: _("Returned"),
    State.OFFERED: _("Offered"),
    State.ACCEPTED: _("Accepted"),
    State.RESOLVED: _("Resolved"),
    State.CLOSED: _("Closed"),
    State.WITHDRAWN: _("Withdrawn"),
}
NEXT_STEPS = {
    State.RAISED: _("Route it to a team"),
    State.RETURNED: _("Complete the report"),
    State.OFFERED: _("Accept it or give it back"),
    State.ACCEPTED: _("Make progress and say so"),
    State.RESOLVED: _("The customer's word"),
    State.CLOSED: _("Nothing more"),
    State.WITHDRAWN: _("Nothing more"),
}
REASONS = {
    Reason.UNRESOLVED_ON_SITE: _("Cannot be solved on site"),
    Reason.RECURRING_FAULT: _("The fault keeps coming back"),
    Reason.MISSING_PART: _("A part is missing"),
    Reason.TECHNICAL_LIMIT: _("Beyond the technology or my skill"),
    Reason.SAFETY_RISK: _("It is not safe"),
    Reason.COMPLIANCE_CONCERN: _("It breaks a rule"),
    Reason.CUSTOMER_DISSATISFACTION: _("The customer is unhappy"),
    Reason.SERVICE_DELAY: _("It is late"),
}
ROOT_CAUSES = {
    RootCause.PART: _("A part: it was worn, broken or the wrong one"),
    RootCause.INSTALLATION: _("The installation: how it was built in or set up"),
    RootCause.MAINTENANCE: _("Maintenance: done late, wrongly or not at all"),
    RootCause.USE: _("Use: by whoever works with it or rides in it"),
    RootCause.DESIGN: _("The design: it cannot do what is asked of it"),
    RootCause.ENVIRONMENT: _("The surroundings: weather, dust, current, building"),
    RootCause.UNKNOWN: _("Not known, though it was looked for"),
}
DANGERS = {
    Danger.NONE: _("Nobody is in danger"),
    Danger.RISK: _("Somebody could be hurt"),
    Danger.PERSON_TRAPPED_OR_HURT: _("A person is trapped or hurt"),
}
IMPACTS = {
    Impact.LOW: _("Low: a nuisance"),
    Impact.MEDIUM: _("Medium: one unit down"),
    Impact.HIGH: _("High: work or people held up"),
    Impact.MAJOR: _("Major: a site stands still"),
}
URGENCIES = {
    Urgency.LOW: _("Low: can be planned"),
    Urgency.MEDIUM: _("Medium: soon"),
    Urgency.HIGH: _("High: now"),
}
STEP_RESULTS = {
    StepResult.FIXED: _("Fixed it"),
    StepResult.NO_EFFECT: _("No effect"),
    StepResult.FAILED: _("Failed"),
    StepResult.NOT_POSSIBLE: _("Not possible"),
}
WAIT_REASONS = {
    WaitReason.PART: _("a part"),
    WaitReason.CUSTOMER: _("the customer"),
    WaitReason.ACCESS: _("access to the site"),
    WaitReason.VENDOR: _("the manufacturer"),
    WaitReason.AUTHORITY: _("an authority"),
}
TOLD_BY = {
    ToldBy.MAIL: _("Mail it now"),
    ToldBy.CALL: _("I have told them on the phone"),
}
LIFTERS = {
    Capacity.COORDINATOR: _("a coordinator"),
    Capacity.LEAD: _("the lead of the team that has the case"),
    Capacity.OWNER: _("whoever has the case"),
}
REVIEW_OUTCOMES = {
    ReviewOutcome.ALLOW: _("Work may go on"),
    ReviewOutcome.STOP_WORK: _("Stop work"),
    ReviewOutcome.AUTHORITY: _("Hand to an authority"),
}
OUTCOMES = {
    JobOutcome.DONE: _("Done"),
    JobOutcome.DONE_WITH_WORKAROUND: _("Done, with a workaround"),
    JobOutcome.NEW_JOB_NEEDED: _("A new job is needed"),
    JobOutcome.NOT_POSSIBLE: _("Cannot be done"),
}
VISIT_RESULTS = {
    VisitResult.DONE: _("The job is done"),
    VisitResult.UNRESOLVED: _("The fault is still there"),
    VisitResult.NOT_MADE: _("The visit did not take place"),
}
MOVES = {
    Move.RAISE: _("Raise"),
    Move.RETURN: _("Return to the technician"),
    Move.COMPLETE: _("Complete the report"),
    Move.OFFER: _("Offer"),
    Move.ACCEPT: _("Accept"),
    Move.BOUNCE: _("Give it back"),
    Move.RESOLVE: _("Resolve"),
    Move.CONFIRM: _("Confirm"),
    Move.LAPSE: _("Lapse"),
    Move.DISPUTE: _("Dispute"),
    Move.REOPEN: _("Open again"),
    Move.DEESCALATE: _("Hand to a lower tier"),
    Move.WITHDRAW: _("Withdraw"),
}
CLOCKS = {
    ClockName.TRIAGE: _("Route it"),
    ClockName.DOCUMENT: _("Complete the report"),
    ClockName.ACCEPT: _("Accept it or give it back"),
    ClockName.PROGRESS: _("Show progress"),
    ClockName.WAIT: _("The end of the wait"),
    ClockName.VISIT: _("The visit"),
    ClockName.WORKAROUND: _("The workaround ends"),
    ClockName.REVIEW: _("Decide the review"),
    ClockName.STOP: _("Lift the stop"),
    ClockName.CUSTOMER_UPDATE: _("The next word to the customer"),
    ClockName.CONFIRM: _("The customer's answer"),
    ClockName.RESOLVE: _("The resolution"),
    ClockName.IMPACT: _("The impact"),
}
WHY_YOU = {
    Recipients.ASSIGNEE: _("it lies with you"),
    Recipients.ON_CALL: _("you are on call for the team that it lies with"),
    Recipients.NEXT_ON_CALL: _("you are the next on call for the team that it lies with"),
    Recipients.CANDIDATE: _("you are the best suited of the team that it lies with"),
    Recipients.TEAM: _("it lies with your team"),
    Recipients.TEAM_LEAD: _("you lead the team that it lies with"),
    Recipients.COORDINATORS: _("you are a coordinator"),
    Recipients.MANAGERS: _("you are a manager"),
    Recipients.TECHNICIAN: _("it is about your job"),
    Recipients.LAST_RESORT: _("nobody else answered, and you are the last-resort contact"),
}
WHY_A_DEPUTY = _("you stand in for a manager")
WHY_A_LIFTER = _("you may lift the stop")
RULE_FACTS = {
    "reason": _("reason"),
    "asset_type": _("kind of asset"),
    "fault_code": _("fault code"),
    "site": _("site"),
    "priority": _("priority"),
    "condition": _("condition"),
}
ROLES = {
    Recipients.ASSIGNEE: _("whoever has it"),
    Recipients.ON_CALL: _("who is on call"),
    Recipients.NEXT_ON_CALL: _("who is on call next"),
    Recipients.CANDIDATE: _("the best suited of the team"),
    Recipients.TEAM: _("the rest of the team"),
    Recipients.TEAM_LEAD: _("the team lead"),
    Recipients.COORDINATORS: _("the coordinators"),
    Recipients.MANAGERS: _("the managers"),
    Recipients.TECHNICIAN: _("the technician"),
    Recipients.LAST_RESORT: _("the last-resort contact"),
}


def exact_moment(at: datetime, zone: str) -> str:
    """A moment in full, as the clock on the wall of that zone shows it: `Tue 24 Nov 2026, 14:30 (Europe/Berlin)`."""
    return f"{day_and_time(at, zone)} ({zone_name(zone)})"


def day_and_time(at: datetime, zone: str, *, brief: bool = False) -> str:
    """A moment by that clock, where the reader knows whose clock it is: `Tue 24 Nov 2026, 14:30`."""
    wall = local(at, zone)
    said = {"day": _day(wall.date(), brief), "time": _time(wall.hour, wall.minute)}
    return to_customer("%(day)s, %(time)s") % said


def window(start: datetime, end: datetime, zone: str, *, brief: bool = False) -> str:
    """A stretch of time by that clock: `Tue 24 Nov 2026 between 14:30 and 15:30`, or from one day to another."""
    first, last = local(start, zone), local(end, zone)
    if first.date() == last.date():
        times = {"from": _time(first.hour, first.minute), "until": _time(last.hour, last.minute)}
        said = to_customer("%(day)s between %(from)s and %(until)s")
        return said % {"day": _day(first.date(), brief), **times}
    times = {"from": day_and_time(start, zone, brief=brief), "until": day_and_time(end, zone, brief=brief)}
    return to_customer("%(from)s to %(until)s") % times


@once
def _day(day: date, brief: bool) -> str:
    """The day as people write it, in the letters of Django's date formats; in brief without its year."""
    return dateformat.format(day, to_customer("D j M") if brief else to_customer("D j M Y"))


@once
def _time(hour: int, minute: int) -> str:
    return dateformat.time_format(time(hour, minute), to_customer("H:i"))


def local(at: datetime, zone: str) -> datetime:
    """The moment as the wall clock of the zone shows it; UTC where there is no such zone."""
    return at.astimezone(_zone(zone))


def zone_name(zone: str) -> str:
    """The zone by whose clock moments are shown; UTC where there is no such zone."""
    return str(_zone(zone))


def _zone(zone: str) -> ZoneInfo:
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def duration(seconds: float) -> str:
    """A span of time as people say it, to the minute."""
    minutes = max(round(seconds / 60), 0)
    days, rest = divmod(minutes, 1440)
    hours, minutes = divmod(rest, 60)
    parts = [
        ngettext("%d day", "%d days", days) % days if days else "",
        ngettext("%d hour", "%d hours", hours) % hours if hours else "",
        ngettext("%d minute", "%d minutes", minutes) % minutes if minutes and not days else "",
    ]
    return " ".join(part for part in parts if part) or gettext("less than a minute")


def holder(state: State, who: str) -> str:
    """Who has a case, in the words of lists and pages; `who` is the person or team that works on it or was asked."""
    if state in (State.CLOSED, State.WITHDRAWN):
        return gettext("Nobody any more")
    if state is State.RETURNED:
        return gettext("Technician")
    return gettext("Coordinators") if state is State.RESOLVED or not who else who
