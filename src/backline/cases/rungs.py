"""The letters of one rung: to each whom it tells what is due or late, what happened, and what he can do about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from backline.cases import gates, wording
from backline.cases.change import Change
from backline.cases.effects import Effect, ways
from backline.cases.known import Known, began
from backline.cases.models import Case as Row
from backline.cases.news import link_to, notice_to
from backline.channels.notices import Audience, NewNotice
from backline.core.answers import open_to
from backline.core.events import Event, moment
from backline.core.facts import DECIDES, may_lift
from backline.core.lifecycle import Capacity
from backline.core.policy import Recipients
from backline.core.sight import capacities
from backline.core.watch import LATE
from backline.core.words import Actor, ClockName, Danger, Reason, Role
from backline.people import queries as people
from backline.policies import queries as policies

NOBODY = gettext_lazy("Nobody")
HELD = gettext_lazy("Held: nobody is on call. Whoever is on call next will be told.")


def kind(climb: str) -> str:
    """The kind of a climb's notices; the full stop keeps generation 7 from being a prefix of 71."""
    return f"rung.{climb}."


def rung(change: Change, event: Event, known: Known) -> list[NewNotice]:
    """The notices of one rung; steps skipped for lateness, and a rung that found nobody, say why nobody was told."""
    data = event.data
    key, of_climb = f"{event.case}:{data['climb']}", kind(data["climb"])
    this = f"{key}:{data['rung']}:{data['repeat']}"
    skipped = [f"{key}:{step['rung']}:skipped" for step in data["skipped"]]
    found = [_untold(change, event, one, why_skipped(event)) for one in skipped]
    for one, why, value in data.get("passed", ()):
        found += [_passed(change, event, known.persons[one], (why, value))] if one in known.persons else []
    if "held_until" in data:
        return found if event.kind == "rung.covered" else [*found, _untold(change, event, f"{this}:held", str(HELD))]
    if not data["told"]:
        return [*found, _untold(change, event, f"{this}:nobody", why_nobody(event))]
    letter = _Rung(change, event, known)
    for one in data["told"]:
        if one in known.persons:
            who, actor = known.persons[one], known.actors[one]
            told = Effect.of(event, actor.id)
            written = letter.to(who, actor)
            notice = notice_to(change.row, who, written, key=told.key, kind=of_climb, at_once=True)
            answers, by_text = letter.answers(who, actor, told)
            short = f"{written.short}\n{link_to(change.row)}\n{by_text}".rstrip()
            found.append(replace(notice, short=short, about=letter.about(who), urgent=True, answers=answers))
    return found


def why_skipped(event: Event) -> str:
    """Why the rungs below the one that acted told nobody."""
    if event.kind == "rung.jumped":
        return _("Passed over: somebody had a later step told at once, for a reason that stands in the case.")
    if not event.data["late_seconds"]:
        return _("It came due together with a later step, which acts for both.")
    return _("Skipped: when the engine looked, a later step was due already, and that one acted.")


def why_nobody(event: Event) -> str:
    """Why the step that acted told nobody."""
    if "overtaken" in event.data:
        return _("Told with what was lost after it: when the engine looked, a further threshold was passed as well.")
    return _("Nobody could be found for this step.")


def _untold(change: Change, event: Event, key: str, why: str) -> NewNotice:
    about: dict[str, Any] = {"subject": str(wording.CLOCKS[ClockName(event.data["clock"])]), "case_id": change.row.id}
    return NewNotice(key, kind(event.data["climb"]), Audience.PERSON, "", str(NOBODY), **about, why=why)


def _passed(change: Change, event: Event, person: people.Person, why: tuple[str, str]) -> NewNotice:
    """That somebody who would have heard was passed over, and why."""
    said = _("Passed over: %(why)s") % {"why": wording.why_passed(*why)}
    key = f"{event.case}:{event.data['climb']}:{event.data['rung']}:{event.data['repeat']}:{person.id}:passed"
    return replace(_untold(change, event, key, said), recipient_id=str(person.id), recipient_name=person.name)


@dataclass(frozen=True, slots=True)
class _Rung:
    change: Change
    event: Event
    known: Known

    def to(self, person: people.Person, actor: Actor) -> wording.Letter:
        """The letter to one of those whom it tells, in his language and by his clock."""
        data, row = self.event.data, self.change.row
        due_at, since = moment(data, "due_at"), self._since()
        with override(person.language):
            return wording.staff_letter(
                wording.StaffFacts(
                    name=person.name,
                    zone=person.zone,
                    reference=str(row),
                    priority=row.priority,
                    clock=ClockName(data["clock"]),
                    due_at=due_at,
                    late=self.event.recorded_at - max(due_at, since) > timedelta(seconds=LATE),
                    since=since if since > due_at else None,
                    happened=self._happened(person.zone),
                    summary=self.known.texts.get(row.summary, ""),
                    place=place_of(row),
                    reasons=tuple(sorted(Reason(reason) for reason in row.reasons)),
                    act=self._act(actor),
                    why_you=self._why(actor),
                    lost=wording.because(data["lost"]) if "lost" in data else "",
                    link=link_to(row),
                    danger=Danger(row.danger),
                )
            )

    def answers(self, person: people.Person, actor: Actor, told: Effect) -> tuple[str, str]:
        """How he can answer from where he is: the links below the letter, and the words of a text."""
        case = self.change.case
        can = open_to(case, actor, policies.policy(case.policy), self.event)
        return ways(told, can, person.language, at=self.event.recorded_at)

    def about(self, person: people.Person) -> str:
        """In one line, in his language, what and where it is, and whether somebody is in danger."""
        danger, place = Danger(self.change.row.danger), place_of(self.change.row)
        with override(person.language):
            return place if danger is Danger.NONE else f"{wording.DANGERS[danger]}. {place}"

    def _act(self, actor: Actor) -> str:
        """What he can do; where a gate holds a resolved case, what it needs: who answered is not asked again."""
        case, clock = self.change.case, ClockName(self.event.data["clock"])
        can = capacities(actor, case)
        if case.proposed and case.proposed.id == self.event.data["subject"]:
            return wording.decide_workaround(can & DECIDES, self._who())
        asked = wording.act(clock, can & may_lift(case) if clock is ClockName.STOP else can, self._who())
        held = gates.closed(case, policies.policy(case.policy)) if clock is ClockName.CONFIRM else ()
        if not held:
            return asked
        return wording.held_by(held) if case.said_to_work else f"{asked} {wording.held_by(held)}"

    def _since(self) -> datetime:
        """From when on its clock is due as it is: the event that began this climb, or hours that changed after it."""
        begun, data = self.known.begun.get(began(self.event)), self.event.data
        known_at = moment(data, "counts_since" if "counts_since" in data else "due_at")
        return max(known_at, begun.recorded_at) if begun else known_at

    def _happened(self, zone: str) -> tuple[str, ...]:
        """What began the clock; of a raise no more than that, for what was reported stands in the letter already."""
        event, known = self.known.begun.get(began(self.event)), self.known
        if event is None:
            return ()
        told = wording.Told(known.names_for_ever, known.texts, zone)
        [entry] = wording.timeline([event], told)
        lines = (f"{entry.who}: {entry.what}", *(entry.why if event.kind != "case.raised" else ()))
        return (*lines, *self._asked(told))

    def _asked(self, told: wording.Told) -> tuple[str, ...]:
        """Who wanted him told ahead of time, and why."""
        if self.event.kind != "rung.jumped":
            return ()
        [entry] = wording.timeline([self.event], told)
        return (f"{entry.who}: {entry.what}", *entry.why)

    def _why(self, actor: Actor) -> str:
        """Why it is he who is told."""
        role = Recipients(self.event.data["role"])
        if role is Recipients.MANAGERS and not actor.is_any(Role.MANAGER):
            deputy = Capacity.DEPUTY in capacities(actor, self.change.case)
            return str(wording.WHY_A_DEPUTY if deputy else wording.WHY_A_LIFTER)
        said, data = str(wording.WHY_YOU[role]), self.event.data
        return f"{said}: {wording.suited(data['suited'])}" if "suited" in data else said

    def _who(self) -> str:
        case, known = self.change.case, self.known
        person = known.persons.get(case.person)
        team = known.teams.get(case.team, "") if case.team and not person else ""
        return wording.holder(case.state, person.name if person else team)


def place_of(row: Row) -> str:
    """What it is about, and where that is."""
    return f"{what_of(row)}, {row.site.address}".strip(", ")


def what_of(row: Row) -> str:
    """What it is about: the asset and its site."""
    asset = row.job.asset
    return f"{asset.name}, {row.site.name}" if asset else row.site.name
