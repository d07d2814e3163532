"""The timeline in sentences: who did what when and why; and what will happen if nobody does anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from backline.cases.wording import _answers, _climbs, _heard, _impact, _meanwhile, _plans
from backline.cases.wording._candidates import chosen_of
from backline.cases.wording._events import LABELS
from backline.cases.wording._found import found
from backline.cases.wording._labels import (
    CLOCKS,
    LIFTERS,
    OUTCOMES,
    REVIEW_OUTCOMES,
    ROLES,
    ROOT_CAUSES,
    STEP_RESULTS,
    day_and_time,
)
from backline.cases.wording._told import Told, name_of
from backline.channels.notices import set_apart
from backline.core.cast import Chosen
from backline.core.clock import Clock
from backline.core.events import Event, is_commitment, moment
from backline.core.foresight import Foreseen
from backline.core.ladder import Step
from backline.core.lifecycle import Capacity
from backline.core.words import (
    ActorKind,
    ClockName,
    Door,
    JobOutcome,
    ReviewOutcome,
    RootCause,
    StepResult,
    ToldBy,
    Trigger,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What an entry is about, as values: a window or an end, the reason of a wait, how the customer was told."""

    from_at: datetime | None = None
    until: datetime | None = None
    reason: str = ""
    told_by: str = ""


def _facts(data: Mapping[str, Any]) -> EntryFacts:
    moments = {name: moment(data, name) for name in ("from_at", "until") if name in data}
    return EntryFacts(**moments, reason=data.get("reason", ""), told_by=data.get("told_by", ""))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline; `automatic` ones are folded, `late` ones were so earlier than they were recorded."""

    seq: int
    kind: str
    at: datetime
    occurred_at: datetime
    who: str
    what: str
    why: tuple[str, ...] = ()
    automatic: bool = False
    by_customer: bool = False
    photos: tuple[str, ...] = ()
    facts: EntryFacts = field(default_factory=EntryFacts)

    @property
    def late(self) -> bool:
        """Whether it was recorded more than a minute after it was so."""
        return (self.at - self.occurred_at).total_seconds() > 60


def timeline(events: Sequence[Event], told: Told) -> list[Entry]:
    """The events as entries, in the order of recording."""
    return [_entry(event, told) for event in events]


def _entry(event: Event, told: Told) -> Entry:
    what = _SENTENCES[event.kind](event.data, told)
    said = [told.texts.get(event.data.get(name, ""), "") for name in _SAID]
    extra = _EXTRA[event.kind](event.data, told) if event.kind in _EXTRA else []
    system = event.by.kind is ActorKind.SYSTEM
    return Entry(
        seq=event.seq,
        kind=event.kind,
        at=event.recorded_at,
        occurred_at=event.occurred_at,
        who=_("Backline") if system else name_of(told, event.by.id),
        what=_answers.DOORS[Door(event.data["door"])] % {"what": what} if "door" in event.data else what,
        why=tuple(line for line in [*said, *extra] if line),
        automatic=system and event.kind not in ("fact.found", "policy.moved"),
        by_customer=event.by.kind is ActorKind.CONTACT,
        photos=tuple(event.data.get("evidence", {})),
        facts=_facts(event.data),
    )


_SAID = ("summary", "notes", "missing", "answer", "why", "text", "what", "cause", "fix")

Sentence = Callable[[Mapping[str, Any], Told], str]


def _plain(text: Callable[[], str]) -> Sentence:
    return lambda _data, _told: text()


def _target(data: Mapping[str, Any], told: Told) -> str:
    team = name_of(told, data["team"])
    return (
        _("%(person)s, %(team)s") % {"person": name_of(told, data["person"]), "team": team} if data["person"] else team
    )


def _offered(data: Mapping[str, Any], told: Told) -> str:
    return _("Offered to %(target)s") % {"target": _target(data, told)}


def _deescalated(data: Mapping[str, Any], told: Told) -> str:
    return _("Handed to a lower tier: %(target)s") % {"target": _target(data, told)}


def _accepted(data: Mapping[str, Any], told: Told) -> str:
    return _("Accepted, to move on by %(until)s") % {"until": day_and_time(moment(data, "lease_until"), told.zone)}


def _resolved(data: Mapping[str, Any], told: Told) -> str:
    return _("Resolved; the job: %(outcome)s") % {"outcome": OUTCOMES[JobOutcome(data["outcome"])]}


def _customer_told(data: Mapping[str, Any], told: Told) -> str:
    by = {"by": day_and_time(moment(data, "promise_by"), told.zone)}
    if data["told_by"] == ToldBy.CALL:
        return _("Told the customer by phone; next word by %(by)s") % by
    return _("Told the customer; next word by %(by)s") % by


def _not_reached(data: Mapping[str, Any], told: Told) -> str:
    if not data["recipient"]:
        return _("The customer could not be told")
    return _("%(who)s could not be reached") % {"who": name_of(told, data["recipient"])}


def _step(data: Mapping[str, Any], told: Told) -> str:
    parts = [told.texts.get(data[name], "") for name in ("action", "tool", "reading")]
    said = ", ".join(set_apart(part) for part in parts if part)
    return _("%(step)s: %(result)s") % {"step": said, "result": STEP_RESULTS[StepResult(data["result"])]}


def _tried(data: Mapping[str, Any], told: Told) -> str:
    return _("Tried: %(step)s") % {"step": _step(data, told)}


def _reviewed(data: Mapping[str, Any], told: Told) -> str:
    values = {"outcome": REVIEW_OUTCOMES[ReviewOutcome(data["outcome"])], "who": _in_place_of(data, told)}
    said = _("Decided the review for %(who)s: %(outcome)s") if values["who"] else _("Decided the review: %(outcome)s")
    return said % values


def _lifted(data: Mapping[str, Any], told: Told) -> str:
    who = _in_place_of(data, told)
    return (
        _("Lifted the stop for %(who)s; work may go on") % {"who": who} if who else _("Lifted the stop; work may go on")
    )


def _root_cause(data: Mapping[str, Any], told: Told) -> str:
    return _("Recorded the root cause: %(where)s") % {"where": ROOT_CAUSES[RootCause(data["lies_in"])]}


def _in_place_of(data: Mapping[str, Any], told: Told) -> str:
    """The managers whose deputy decided."""
    return ", ".join(name_of(told, one) for one in data.get("in_place_of", ()))


def _prioritised(data: Mapping[str, Any], told: Told) -> str:
    return _("Changed the priority to %(priority)s") % {"priority": data["priority"]}


def _informs(data: Mapping[str, Any], told: Told) -> str:
    return _("Keeps %(who)s informed from now on") % {"who": name_of(told, data["contact"])}


def _found(data: Mapping[str, Any], told: Told) -> str:
    texts, facts = told.texts, data["facts"].items()
    facts = {name: set_apart(texts.get(one, "")) if is_commitment(str(one)) else one for name, one in facts}
    return found(Trigger(data["trigger"]), facts, told.zone)


def _words(data: Mapping[str, Any], told: Told) -> list[str]:
    words = told.texts.get(data["words"], "")
    return [_("The customer said: “%(words)s”") % {"words": set_apart(words)}] if words else []


def _steps(data: Mapping[str, Any], told: Told) -> list[str]:
    lines = [_tried(step, told) for step in data["steps"]]
    codes, tags = (read(data.get(name, ()), told.texts) for name in ("fault_codes", "tags"))
    if codes:
        lines.append(_("Fault codes: %(codes)s") % {"codes": ", ".join(map(set_apart, codes))})
    if tags:
        lines.append(_("Tags: %(tags)s") % {"tags": ", ".join(map(set_apart, tags))})
    return lines


def read(words: Iterable[str], texts: Mapping[str, str]) -> list[str]:
    """Words that stand in an event as they are, or as commitments of texts."""
    return [texts.get(word, word) for word in words]


def _raised_why(data: Mapping[str, Any], told: Told) -> list[str]:
    lines = [*_words(data, told), *_steps(data, told), *_impact.raised(data)]
    if data["gate_passed_for_danger"]:
        lines.append(_("Raised before the report was complete, because somebody is in danger."))
    return lines


def _added_why(data: Mapping[str, Any], told: Told) -> list[str]:
    said = [_impact.corrected(data, told)] if data["said"] != data["known"] else []
    return [*_words(data, told), *_steps(data, told), *said]


def _review_why(data: Mapping[str, Any], told: Told) -> list[str]:
    conditions, lifted_on = told.texts.get(data["conditions"], ""), told.texts.get(data["lifted_by"], "")
    by = [may_lift(Capacity(one) for one in data["lifters"])] if "lifters" in data else _plans.answers(data, told)
    return [conditions, *by, _("To lift it: %(evidence)s") % {"evidence": lifted_on} if lifted_on else ""]


def may_lift(lifters: Iterable[Capacity]) -> str:
    """Who may lift a stop."""
    who = [_("a manager"), *(str(LIFTERS[one]) for one in sorted(lifters))]
    return _("The stop may be lifted by %(who)s") % {"who": get_text_list(who, _("or"))}


def _outcome(data: Mapping[str, Any], told: Told) -> list[str]:
    return [told.texts.get(data["outcome"], "")]


def _late(data: Mapping[str, Any], told: Told) -> list[str]:
    return told.texts.get(data["said"], "").splitlines()


def _confirmed_why(data: Mapping[str, Any], told: Told) -> list[str]:
    words = told.texts.get(data["words"], "")
    return [_("The customer's word: %(words)s") % {"words": words}] if words else []


_SENTENCES: dict[str, Sentence] = {
    "case.raised": _plain(lambda: _("Raised the case")),
    "case.returned": _plain(lambda: _("Returned it to the technician")),
    "case.completed": _plain(lambda: _("Completed the report")),
    "case.documented": _plain(lambda: _("Completed the report while the case went on")),
    "case.offered": _offered,
    "case.deescalated": _deescalated,
    "case.accepted": _accepted,
    "case.bounced": _plain(lambda: _("Gave it back")),
    "case.resolved": _resolved,
    "case.confirmed": _plain(lambda: _("Confirmed that it works; closed")),
    "case.lapsed": _plain(lambda: _("Closed: the customer did not answer in time")),
    "case.disputed": _plain(lambda: _("Said that it is not fixed")),
    "case.reopened": _plain(lambda: _("Opened it again")),
    "case.withdrawn": _plain(lambda: _("Withdrew the case")),
    "priority.changed": _prioritised,
    "policy.moved": _plain(lambda: _("Took another version of the rules; all that was paused stays paused")),
    "contact.changed": _informs,
    "step.tried": _tried,
    "customer.told": _customer_told,
    **_heard.SENTENCES,
    "note.added": _plain(lambda: _("Noted")),
    "evidence.added": _plain(lambda: _("Added photos")),
    "fact.found": _found,
    "report.added": _plain(lambda: _("Reported on the job once more, while the case went on")),
    "impact.corrected": _impact.corrected,
    "wait.begun": _plans.waits,
    "wait.ended": _plain(lambda: _("The wait is over")),
    "part.requested": _plans.part,
    "part.moved": _plans.part_moved,
    "visit.booked": _plans.visit,
    "visit.moved": _plans.visit_moved,
    "visit.ended": _plain(lambda: _("The visit is over")),
    "visit.called_off": _plans.called_off,
    **_meanwhile.SENTENCES,
    "review.decided": _reviewed,
    "stop.lifted": _lifted,
    "root_cause.recorded": _root_cause,
    "rung.reached": _climbs.reached,
    "rung.jumped": _climbs.jumped,
    "rung.covered": _climbs.covered,
    "climb.left": _answers.left,
    "answer.kept": _answers.kept,
    "customer.confirmed": _plain(lambda: _("Said that it works; kept until we may close")),
    "pause.spent": _plans.spent,
    "notice.failed": _not_reached,
    "move.late": _plain(lambda: _("Reported late, after the case had moved on; kept as a fact")),
}
_EXTRA: dict[str, Callable[[Mapping[str, Any], Told], list[str]]] = {
    "case.raised": _raised_why,
    "case.offered": lambda data, _told: [chosen_of(data["because"])] if "because" in data else [],
    "fact.found": _words,
    "report.added": _added_why,
    "part.moved": _plans.part_moved_why,
    **_meanwhile.EXTRA,
    "case.completed": _steps,
    "case.documented": _steps,
    "move.late": _late,
    "case.confirmed": _confirmed_why,
    "rung.reached": _climbs.why,
    "rung.jumped": _climbs.why,
    "rung.covered": _climbs.why,
    "review.decided": _review_why,
    "pause.spent": _plans.spent_why,
    "wait.ended": _outcome,
    "visit.ended": _outcome,
}


def sentence(event: Event, told: Told) -> str:
    """What an event says happened, without who did it and where."""
    return _SENTENCES[event.kind](event.data, told)


def event_label(event: Event) -> str:
    """What an event is, in a few words that name nobody."""
    return LABELS[event.kind]() if event.kind in LABELS else _SENTENCES[event.kind]({}, Told({}, {}, "UTC"))


def foreseen(coming: Foreseen, told: Told) -> str:
    """What will happen, in a sentence without its moment."""
    clock = CLOCKS[coming.clock]
    if coming.step is None:
        if coming.on_a_word:
            return _("The case closes, because the customer said that it works")
        return _("The case closes, because the customer did not answer")
    names = ", ".join(name_of(told, person) for person in coming.told.persons) if coming.told else ""
    if not names:
        return _("%(clock)s: nobody can be found to tell") % {"clock": clock}
    said = {"clock": clock, "names": names}
    if coming.told and coming.told.held_until:
        when = {"when": day_and_time(coming.told.held_until, told.zone)}
        return _("Nobody is on call; %(names)s will hear when the shift begins, %(when)s: %(clock)s") % {**said, **when}
    if coming.clock is ClockName.IMPACT:
        return _("%(names)s will be told how much is lost") % said
    if coming.step.at < coming.due_at:
        return _("%(names)s will be reminded: %(clock)s") % said
    if coming.step.at == coming.due_at:
        return _("%(names)s will be told that it is due: %(clock)s") % said
    return _("%(names)s will be told that it is late: %(clock)s") % said


def ahead(clock: Clock, step: Step, chosen: Chosen, told: Told) -> str:
    """A rung that is still to come, as a choice: its clock, whom it tells, and when it would without a word."""
    names = ", ".join(name_of(told, person) for person in chosen.persons) or _("nobody can be found")
    said = {"clock": CLOCKS[clock.name], "role": ROLES[step.tell], "names": names}
    when = day_and_time(step.at, told.zone)
    return _("%(clock)s: %(role)s (%(names)s), else %(when)s") % {**said, "when": when}


def and_then(step: Step, chosen: Chosen, told: Told) -> str:
    """What comes after a rung that is told now, if nobody does anything."""
    names = ", ".join(name_of(told, person) for person in chosen.persons) or _("nobody can be found")
    said = {"role": ROLES[step.tell], "names": names, "when": day_and_time(step.at, told.zone)}
    return _("Told now, and nothing done, next: %(role)s (%(names)s), %(when)s") % said
