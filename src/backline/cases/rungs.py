"""The letters of one rung: to each whom it tells what is due or late, what happened, and what he can do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from backline.cases import wording
from backline.cases.models import Case as Row
from backline.cases.news import link_to, notice_to
from backline.cases.said import commitments, names_in
from backline.channels import operations as channels
from backline.channels.notices import Audience, NewNotice
from backline.core.case import Case
from backline.core.events import Event, moment
from backline.core.moves import capacities
from backline.core.policy import Recipients
from backline.core.watch import LATE
from backline.core.words import Actor, ClockName, Reason
from backline.ledger import queries as ledger
from backline.people import queries as people

NOBODY = gettext_lazy("Nobody")


def kind(climb: str) -> str:
    """The kind of a climb's notices; the full stop keeps generation 7 from being a prefix of 71."""
    return f"rung.{climb}."


def effect(event: Event, person: str) -> str:
    """The key of what a rung's event does for one whom it tells: it happens once."""
    data = event.data
    return f"{event.case}:{data['climb']}:{data['rung']}:{data['repeat']}:{person}:EMAIL"


def rung(row: Row, case: Case, event: Event, *, at: datetime) -> list[NewNotice]:
    """The notices of one rung; steps skipped for lateness, and a rung that found nobody, are recorded with a reason."""
    data = event.data
    key, of_climb = f"{event.case}:{data['climb']}", kind(data["climb"])
    about: dict[str, Any] = {"subject": str(wording.CLOCKS[ClockName(data["clock"])]), "case_id": row.id}
    skipped = [
        NewNotice(f"{key}:{step['rung']}:skipped", of_climb, Audience.PERSON, "", str(NOBODY), **about)
        for step in data["skipped"]
    ]
    if skipped:
        channels.record_skip(skipped, why=why_skipped(event), at=at)
    this = f"{key}:{data['rung']}:{data['repeat']}"
    if not data["told"]:
        nobody = NewNotice(f"{this}:nobody", of_climb, Audience.PERSON, "", str(NOBODY), **about)
        channels.record_skip([nobody], why=_("Nobody could be found for this step."), at=at)
        return []
    persons = people.persons_by_id(data["told"])
    actors = people.actors_of(persons.values())
    letter = _Rung(row, case, event, _begun(row, event))
    return [
        notice_to(row, persons[one], letter.to(persons[one], actors[one]), key=effect(event, one), kind=of_climb)
        for one in data["told"]
        if one in persons
    ]


def why_skipped(event: Event) -> str:
    """Why the rungs below the one that acted told nobody."""
    if event.kind == "rung.jumped":
        return _("Passed over: somebody had a later step told at once, for a reason that stands in the case.")
    return _("Skipped: when the engine looked, a later step was due already, and that one acted.")


@dataclass(frozen=True, slots=True)
class _Begun:
    """The event that began the clock, with what its sentences and the letter need."""

    event: Event | None
    names: dict[str, str]
    texts: dict[str, str]


def _begun(row: Row, event: Event) -> _Begun:
    _clock, _subject, generation = event.data["climb"].split(":")
    found = ledger.event(event.case, int(generation))
    about = [one for one in (found, event) if one]
    names = names_in(about)
    # A contact's name is not written where erasing it would not find it.
    names |= dict.fromkeys(people.contacts_by_id(names), _("The customer"))
    return _Begun(found, names, ledger.texts({row.summary, *commitments(about)}))


@dataclass(frozen=True, slots=True)
class _Rung:
    row: Row
    case: Case
    event: Event
    begun: _Begun

    def to(self, person: people.Person, actor: Actor) -> wording.Letter:
        """The letter to one of those whom it tells, in his language and by his clock."""
        data, row = self.event.data, self.row
        due_at = moment(data, "due_at")
        with override(person.language):
            return wording.staff_letter(
                wording.StaffFacts(
                    name=person.name,
                    zone=person.zone,
                    reference=str(row),
                    priority=row.priority,
                    clock=ClockName(data["clock"]),
                    due_at=due_at,
                    late=self.event.recorded_at - due_at > timedelta(seconds=LATE),
                    happened=self._happened(person.zone),
                    summary=self.begun.texts.get(row.summary, ""),
                    place=f"{what_of(row)}, {row.site.address}".strip(", "),
                    reasons=tuple(sorted(Reason(reason) for reason in row.reasons)),
                    act=wording.act(ClockName(data["clock"]), capacities(actor, self.case), self._who()),
                    why_you=str(wording.WHY_YOU[Recipients(data["role"])]),
                    link=link_to(row),
                )
            )

    def _happened(self, zone: str) -> tuple[str, ...]:
        """What began the clock; of a raise no more than that, for what was reported stands in the letter already."""
        begun = self.begun
        if begun.event is None:
            return ()
        told = wording.Told(begun.names, begun.texts, zone)
        [entry] = wording.timeline([begun.event], told)
        lines = (f"{entry.who}: {entry.what}", *(entry.why if begun.event.kind != "case.raised" else ()))
        return (*lines, *self._asked(told))

    def _asked(self, told: wording.Told) -> tuple[str, ...]:
        """Who wanted him told ahead of time, and why."""
        if self.event.kind != "rung.jumped":
            return ()
        [entry] = wording.timeline([self.event], told)
        return (f"{entry.who}: {entry.what}", *entry.why)

    def _who(self) -> str:
        row = self.row
        return wording.holder(self.case.state, row.person.name if row.person else row.team.name if row.team else "")


def what_of(row: Row) -> str:
    """What it is about: the asset and its site."""
    asset = row.job.asset
    return f"{asset.name}, {row.site.name}" if asset else row.site.name
