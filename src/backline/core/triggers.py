"""Triggers: what is seen in the facts of a job that may raise a case, and when somebody must look at them again.

Facts in, findings out, in codes and numbers. A finding has a name that stays the same however often the same facts are
looked at, so that nothing is raised, suggested or dismissed twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from backline.core.calendar import zone_of
from backline.core.policy import Act, TriggerRule, shipped_triggers
from backline.core.words import Danger, Reason, Trigger, VisitResult

HISTORY = timedelta(days=7)
"""A job that was done longer ago than this when we first heard of it is history: what is said of it raises nothing."""
SAID_LATER = frozenset({Trigger.UNSAFE, Trigger.BREAKS_RULE, Trigger.REOPENED, Trigger.UNHAPPY})
"""What people say of a job however long ago it was done; what else its facts show is of no use by then."""
BEST = 5
"""The highest rating: the words that come with it are thanks."""
REASONS = {
    Trigger.UNSAFE: Reason.SAFETY_RISK,
    Trigger.BREAKS_RULE: Reason.COMPLIANCE_CONCERN,
    Trigger.VISIT_UNRESOLVED: Reason.UNRESOLVED_ON_SITE,
    Trigger.FAULT_AGAIN: Reason.RECURRING_FAULT,
    Trigger.REOPENED: Reason.UNRESOLVED_ON_SITE,
    Trigger.PART_LATE: Reason.MISSING_PART,
    Trigger.VISIT_LATE: Reason.SERVICE_DELAY,
    Trigger.PUT_OFF: Reason.SERVICE_DELAY,
    Trigger.UNHAPPY: Reason.CUSTOMER_DISSATISFACTION,
}


@dataclass(frozen=True, slots=True)
class VisitFacts:
    """A visit of the job: its planned window, what became of it, and how often it was put off."""

    id: str
    from_at: datetime | None = None
    to_at: datetime | None = None
    started: bool = False
    ended: bool = False
    result: VisitResult | None = None
    moved: int = 0


class Wrote(NamedTuple):
    """An event by which a customer wrote of a case that had ended, and what the case is called."""

    case: str
    seq: int
    reference: str


@dataclass(frozen=True, slots=True)
class JobFacts:
    """What the triggers look at; `faults` are the moments at which the same fault began on the same asset.

    `again` says how often somebody said once more what a trigger sees, which is another finding each time. `zone` is
    that of the site; `history` says that it was done long before we heard of it. `wrote` is of its cases
    that had ended when a customer wrote of them. `rated_alone` says that his words are older than his rating.
    """

    done_at: datetime | None = None
    history: bool = False
    promised_at: datetime | None = None
    asset: str = ""
    fault_code: str = ""
    faults: tuple[datetime, ...] = ()
    zone: str = "UTC"
    visits: tuple[VisitFacts, ...] = ()
    unsafe: bool = False
    breaks_rule: bool = False
    remarked: bool = False
    rated_alone: bool = False
    rating: int | None = None
    part: str = ""
    part_at: datetime | None = None
    part_came: bool = False
    reopened: int = 0
    again: Mapping[str, int] = field(default_factory=dict)
    wrote: tuple[Wrote, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """What a trigger saw; `name` tells it from others of its kind on the job, `facts` are for the sentence."""

    trigger: Trigger
    name: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


type _Numbers = Mapping[str, int]


def find(job: JobFacts, rules: Mapping[Trigger, TriggerRule], at: datetime) -> tuple[Finding, ...]:
    """Everything that the triggers see by a moment; those that are off are not asked."""
    unhappy = rules.get(Trigger.UNHAPPY)
    wrote = _wrote_after_all(job) if unhappy and unhappy.act is not Act.OFF else ()
    if job.done_at and job.history:
        return wrote
    mute = job.done_at and at - job.done_at > HISTORY
    wanted = [one for one in Trigger if one in SAID_LATER or not mute]
    asked = [trigger for trigger in wanted if trigger in rules and rules[trigger].act is not Act.OFF]
    found = (one for trigger in asked for one in _LOOKS[trigger](job, _numbers(trigger, rules), at))
    return (*(_once_more(one, job.again.get(one.trigger, 0)) for one in found), *wrote)


def _once_more(found: Finding, again: int) -> Finding:
    """Under a name of its own what was said again: it was judged once, and may be graver by now."""
    return replace(found, name=f"{found.name} {again + 1}".strip()) if again else found


def next_look(job: JobFacts, rules: Mapping[Trigger, TriggerRule], at: datetime) -> datetime | None:
    """The next moment at which time alone may show something; None where it cannot."""
    if job.done_at:
        return None
    coming: list[datetime | None] = [job.part_at if job.part and not job.part_came else None]
    coming += [_late_from(visit, _numbers(Trigger.VISIT_LATE, rules)) for visit in job.visits]
    return min((moment for moment in coming if moment and moment > at), default=None)


def reasons(found: Iterable[Finding]) -> frozenset[Reason]:
    """Why these findings make a case."""
    return frozenset(REASONS[one.trigger] for one in found)


def danger(found: Iterable[Finding]) -> Danger:
    """Whether somebody may be in danger by these findings."""
    return Danger.RISK if any(one.trigger is Trigger.UNSAFE for one in found) else Danger.NONE


def _numbers(trigger: Trigger, rules: Mapping[Trigger, TriggerRule]) -> _Numbers:
    """The numbers of a trigger; one that the policy does not say is as it ships."""
    said = rules[trigger].numbers if trigger in rules else {}
    return {**shipped_triggers()[trigger].numbers, **said}


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _unsafe(job: JobFacts, _numbers: _Numbers, _at: datetime) -> list[Finding]:
    return [Finding(Trigger.UNSAFE)] if job.unsafe else []


def _breaks_rule(job: JobFacts, _numbers: _Numbers, _at: datetime) -> list[Finding]:
    return [Finding(Trigger.BREAKS_RULE)] if job.breaks_rule else []


def _unresolved(job: JobFacts, _numbers: _Numbers, _at: datetime) -> list[Finding]:
    ended = [] if job.done_at else [visit for visit in job.visits if visit.result is VisitResult.UNRESOLVED]
    return [Finding(Trigger.VISIT_UNRESOLVED, visit.id, _window(visit)) for visit in ended]


def _fault_again(job: JobFacts, numbers: _Numbers, _at: datetime) -> list[Finding]:
    """The window ends with this job's own fault, so that looking later sees the same.

    It is of days as they pass at the site, whatever the hour: whoever reads the dates can count for himself.
    """
    zone = zone_of(job.zone)
    on = [(moment.astimezone(zone).date(), moment) for moment in job.faults]
    days = timedelta(days=numbers["days"])
    within = [moment for day, moment in on if max(on)[0] - day <= days]
    if len(within) < numbers["times"]:
        return []
    facts = {"asset": job.asset, "code": job.fault_code, "days": numbers["days"], "faults": [*map(_iso, within)]}
    return [Finding(Trigger.FAULT_AGAIN, job.fault_code, facts)]


def _reopened(job: JobFacts, numbers: _Numbers, _at: datetime) -> list[Finding]:
    if job.reopened < numbers["times"]:
        return []
    return [Finding(Trigger.REOPENED, str(job.reopened), {"times": job.reopened})]


def _part_late(job: JobFacts, _numbers: _Numbers, at: datetime) -> list[Finding]:
    """A part without a date, one expected after the promise, or one that should have come by now."""
    if not job.part or job.part_came or job.done_at:
        return []
    facts: dict[str, Any] = {"part": job.part}
    if job.part_at is None:
        return [Finding(Trigger.PART_LATE, job.part, facts)]
    facts |= {"part_at": _iso(job.part_at)}
    if job.promised_at and job.part_at > job.promised_at:
        facts |= {"promised_at": _iso(job.promised_at)}
    elif job.part_at > at:
        return []
    return [Finding(Trigger.PART_LATE, f"{job.part} {facts['part_at']}", facts)]


def _visit_late(job: JobFacts, numbers: _Numbers, at: datetime) -> list[Finding]:
    late = [
        visit for visit in job.visits if not job.done_at and (since := _late_from(visit, numbers)) and since <= at
    ]  # fmt: skip
    return [Finding(Trigger.VISIT_LATE, f"{visit.id} {_window(visit)['to_at']}", _window(visit)) for visit in late]


def _put_off(job: JobFacts, numbers: _Numbers, _at: datetime) -> list[Finding]:
    open_ones = [] if job.done_at else [visit for visit in job.visits if not visit.ended and not visit.result]
    often = [visit for visit in open_ones if visit.moved >= numbers["times"]]
    return [
        Finding(Trigger.PUT_OFF, f"{visit.id} {visit.moved}", {"times": visit.moved, **_window(visit)})
        for visit in often
    ]


def _unhappy(job: JobFacts, numbers: _Numbers, _at: datetime) -> list[Finding]:
    """A low rating, or words with any but the best, which somebody of ours must read."""
    alone = {"rated_alone": True} if job.rated_alone else {}
    rated = {} if job.rating is None else {"rating": job.rating, **alone}
    if job.rating is not None and job.rating <= numbers["rating"]:
        return [Finding(Trigger.UNHAPPY, str(job.rating), rated)]
    said = job.remarked and not job.rated_alone and job.rating != BEST
    return [Finding(Trigger.UNHAPPY, "remark", {"remarked": True, **rated})] if said else []


def _wrote_after_all(job: JobFacts) -> tuple[Finding, ...]:
    """What a customer wrote of a case that had ended: it may be thanks, so that somebody must read it."""
    return tuple(Finding(Trigger.UNHAPPY, f"wrote {one.case} {one.seq}", one._asdict()) for one in job.wrote)


def _late_from(visit: VisitFacts, numbers: _Numbers) -> datetime | None:
    """From when a visit that has not begun is late."""
    end = visit.to_at or visit.from_at
    if end is None or visit.started or (visit.ended and visit.result is not VisitResult.NOT_MADE):
        return None
    return end + timedelta(minutes=numbers["minutes"])


def _window(visit: VisitFacts) -> dict[str, Any]:
    """The planned window, as far as somebody planned one."""
    return {
        name: _iso(moment) if moment else "" for name, moment in (("from_at", visit.from_at), ("to_at", visit.to_at))
    }


_LOOKS: dict[Trigger, Callable[[JobFacts, _Numbers, datetime], list[Finding]]] = {
    Trigger.UNSAFE: _unsafe,
    Trigger.BREAKS_RULE: _breaks_rule,
    Trigger.VISIT_UNRESOLVED: _unresolved,
    Trigger.FAULT_AGAIN: _fault_again,
    Trigger.REOPENED: _reopened,
    Trigger.PART_LATE: _part_late,
    Trigger.VISIT_LATE: _visit_late,
    Trigger.PUT_OFF: _put_off,
    Trigger.UNHAPPY: _unhappy,
}
