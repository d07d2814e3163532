"""An answer to a rung, whatever door it comes by: done once, or refused in words and kept in the case."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from backline.cases import operations as cases
from backline.cases import wording as cases_wording
from backline.cases.answering import Standing, done_before, led_to, longest_lease, standing
from backline.cases.effects import Effect
from backline.cases.operations import Done, KeyReused, MoveRefused, NewVisit, NoSuchCase, Refusal
from backline.cases.rungs import kind
from backline.channels import operations as channels
from backline.channels.notices import Pointless
from backline.core.answers import TOO_LATE
from backline.core.words import Actor, Answer, ClockName, Door
from backline.intake import wording
from backline.look.moments import zone_of
from backline.people import queries as people

LASTS = timedelta(hours=1)
"""How long whoever says no more than when he arrives is taken to stay."""
FARTHEST = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody answers, with which words; `arrives` is how long he needs, or what his clock will show then."""

    answer: Answer
    words: str = ""
    arrives: timedelta | time | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """Whether it is done, and what is said back in his language; the same as often as he says the same."""

    done: bool
    words: str


class _NoArrival(Exception):
    """Nobody can tell from it when he comes; what is to be said to that."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """An answer as it is heard: to what, by whom, by which clock on his wall, and how that stands."""

    effect: Effect
    wanted: Wanted
    by: Actor
    at: datetime
    zone: str
    stands: Standing

    @property
    def once(self) -> dict[str, Any]:
        """Who, when, and the key by which it happens once."""
        return {"by": self.by, "at": self.at, "key": self.key}

    @property
    def key(self) -> str:
        """The same for the same answer to the same effect; notes and arrivals are told apart by what they say."""
        return self._named(self.wanted if self.wanted.answer in (Answer.NOTE, Answer.ARRIVE) else self.wanted.answer)

    @property
    def key_of_words(self) -> str:
        """The same only for the same words."""
        return self._named(self.wanted)

    @property
    def called(self) -> str:
        """What the case is called; whoever is on a call knows which it is, and hears no signs read out."""
        return _("This case") if self.by.door is Door.CALL else self.stands.reference

    def _named(self, says: object) -> str:
        return hashlib.sha256(f"{self.effect.key} {says!r}".encode()).hexdigest()[:40]


def answer(effect: Effect, wanted: Wanted, *, door: Door, at: datetime) -> Answered | None:
    """Carry it out, or say why not; None where nobody who is there was told."""
    person = people.persons_by_id([effect.person]).get(effect.person)
    if person is None or not person.is_active:
        return None
    by = replace(people.actor_of(person, at=at), door=door)
    with override(person.language), timezone.override(zone_of(person.zone)), transaction.atomic():
        stands = standing(effect, by, zone=person.zone)
        return _answered(_Asked(effect, wanted, by, at, person.zone, stands)) if stands else None


def _answered(asked: _Asked) -> Answered:
    said, reference = asked.wanted.answer, asked.called
    before = done_before(said, asked.key, asked.by)
    if before is None and not asked.stands.takes(said):
        return _too_late(asked)
    if before and said is Answer.TAKE:
        # A twin of this answer may have taken it since it was first looked at.
        asked = replace(asked, stands=standing(asked.effect, asked.by, zone=asked.zone) or asked.stands)
        if asked.stands.case.person != asked.effect.person:
            return _too_late(asked)  # he took it, and has it no more
    try:
        before = before or _carried_out(asked)
    except _NoArrival as flaw:
        return Answered(False, str(flaw))
    except MoveRefused as refused:
        return _refused(asked, refused)
    except NoSuchCase:
        return _refused(asked, MoveRefused(Refusal.NOT_YOURS, said))
    return Answered(True, wording.done(reference, said, led_to(*before, asked.zone)))


def _carried_out(asked: _Asked) -> tuple[str, int]:
    """What it led to; whoever has answered is not told by any other way."""
    try:
        with transaction.atomic():
            done = _DO[asked.wanted.answer](asked)
    except KeyReused:  # at the same moment, with other words
        found = done_before(asked.wanted.answer, asked.key, asked.by)
        if found is None:
            raise
        return found
    climb, why = kind(asked.effect.climb), _("Not needed any more: there is an answer.")
    channels.cancel([Pointless(UUID(asked.effect.case), (climb,), why, asked.at, recipient=asked.effect.person)])
    return done.case, done.seq


def _too_late(asked: _Asked) -> Answered:
    reference, since = asked.called, asked.stands.since
    if asked.stands.mine:
        return Answered(False, wording.already(reference, since))
    return _kept(asked, wording.too_late(reference, since), TOO_LATE)


def _refused(asked: _Asked, refused: MoveRefused) -> Answered:
    """The law says no; where something has come first by now, that is why."""
    reference, why = asked.called, cases_wording.refusal(refused)
    if refused.mendable:
        return Answered(False, f"{reference}: {why}")
    now = standing(asked.effect, asked.by, zone=asked.zone)
    if now and not now.takes(asked.wanted.answer):
        return _too_late(replace(asked, stands=now))
    return _kept(asked, wording.refused(reference, why), refused.refusal)


def _kept(asked: _Asked, words: str, refused: str) -> Answered:
    """Nothing is done; what was answered stands in the case."""
    said, climb, text = asked.wanted.answer, asked.effect.climb, asked.wanted.words
    once = asked.once | {"key": asked.key_of_words}
    cases.keep_answer([asked.effect.case], answer=said, climb=climb, refused=refused, text=text, **once)
    return Answered(False, words)


def _take(asked: _Asked) -> Done:
    lease = timedelta(seconds=longest_lease(asked.stands.case))
    [done] = cases.accept([asked.effect.case], lease=lease, **asked.once)
    if asked.wanted.words:
        cases.add_note([asked.effect.case], text=asked.wanted.words, **asked.once)
    return done


def _decline(asked: _Asked) -> Done:
    why = asked.wanted.words or str(wording.BUSY)
    return cases.bounce([asked.effect.case], why=why, **asked.once)[0]


def _hand_up(asked: _Asked) -> Done:
    why = asked.wanted.words or str(wording.HANDED_UP)
    return cases.hand_up([asked.effect.case], climb=asked.effect.climb, why=why, **asked.once)[0]


def _arrive(asked: _Asked) -> Done:
    """A visit of his, booked or moved; he takes the case first where nobody has."""
    case, person = asked.stands.case, asked.effect.person
    from_at = _arrives_at(asked)
    if Answer.TAKE in asked.stands.can:
        lease = timedelta(seconds=longest_lease(case))
        cases.accept([asked.effect.case], lease=lease, **asked.once)
    if asked.wanted.words:
        cases.add_note([asked.effect.case], text=asked.wanted.words, **asked.once)
    mine = [one.id for one in case.running(ClockName.VISIT) if one.person == person]
    visit = NewVisit(from_at, from_at + LASTS, person, mine[0] if mine else "")
    return cases.book_visit([asked.effect.case], visit=visit, **asked.once)[0]


def _arrives_at(asked: _Asked) -> datetime:
    """The whole minute at which he says that he arrives; a time of the clock is the next time that it shows that."""
    arrives, here = asked.wanted.arrives, asked.at.astimezone(zone_of(asked.zone))
    if arrives is None:
        raise _NoArrival(wording.no_time())
    if isinstance(arrives, time):
        days = (here.date(), here.date() + timedelta(days=1))
        shown = (datetime.combine(day, arrives, here.tzinfo).replace(fold=fold) for day in days for fold in (0, 1))
        return min(moment for one in shown if (moment := one.astimezone(UTC)) > asked.at)
    if arrives > FARTHEST:
        raise _NoArrival(wording.too_far())
    return (asked.at + arrives + timedelta(minutes=1, microseconds=-1)).replace(second=0, microsecond=0)


def _note(asked: _Asked) -> Done:
    return cases.add_note([asked.effect.case], text=asked.wanted.words, **asked.once)[0]


def _stop(asked: _Asked) -> Done:
    return cases.leave_climb([asked.effect.case], climb=asked.effect.climb, **asked.once)[0]


_DO: dict[Answer, Callable[[_Asked], Done]] = {
    Answer.TAKE: _take,
    Answer.DECLINE: _decline,
    Answer.HAND_UP: _hand_up,
    Answer.ARRIVE: _arrive,
    Answer.NOTE: _note,
    Answer.STOP: _stop,
}
