"""An answer by the words of a text, or by digits on a call; what leads to nothing is turned away."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import override

from backline.cases.answering import Standing, standing
from backline.cases.effects import LASTS, Effect, ways
from backline.channels import queries as outbox
from backline.core.words import Answer, Door
from backline.intake import wording
from backline.intake.operations._answers import Answered, Wanted, answer
from backline.intake.operations._turned_away import WhyNot, not_read, sender_of, turned_away, unread_until
from backline.intake.said import AGAIN, Said, Unclear, pressed, said, sounds_done
from backline.people import queries as people
from backline.people.queries import Person

MOST_RUNGS, MOST_CLIMBS = 500, 20


@dataclass(frozen=True, slots=True)
class Spoken:
    """What is said on a call; `again` says that whoever is called may press once more."""

    words: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Missed:
    """Why nothing was done by words of a mail that sound like an answer, and how to give one: for its reader alone."""

    why: str
    ways: str = ""


def by_text(number: str, text: str, *, at: datetime) -> str | None:
    """What is said back to a text from a number; None where nothing is: nobody is known by it, or the code is wrong."""
    with transaction.atomic():
        sender = sender_of(number)
        if until := unread_until(sender, at=at):
            not_read(sender, until=until, at=at)
            return None
        if not sender.persons:
            turned_away(sender, WhyNot.UNKNOWN_NUMBER, at=at)
            return None
        with override(sender.persons[0].language):
            what = said(text)
            if isinstance(what, Unclear):
                turned_away(sender, WhyNot.UNCLEAR, at=at)
                return wording.unclear(what)
            effects = [one for person in sender.persons for one in _named(person, what, at=at)]
            if what.code and not effects:
                turned_away(sender, WhyNot.WRONG_CODE, at=at)
                return None
            return _said_back(effects, what, at=at)


def _named(person: Person, what: Said, *, at: datetime) -> Iterator[Effect]:
    """What the person was told that this code names, the newest first; without a code all of it, each climb once."""
    climbs: set[tuple[str, str]] = set()
    for key in outbox.rungs_of(str(person.id), since=at - LASTS, most=MOST_RUNGS):
        effect = Effect.read(key)
        if effect is None or effect.person != str(person.id):
            continue
        if what.code and effect.code == what.code:
            yield effect
        elif not what.code and (effect.case, effect.climb) not in climbs and len(climbs) < MOST_CLIMBS:
            climbs.add((effect.case, effect.climb))
            yield effect


def _said_back(effects: Sequence[Effect], what: Said, *, at: datetime) -> str | None:
    """The one of several that still stands is meant; two of them would be a guess."""
    if len(effects) > 1 or not what.code:
        live = list(_live(effects, at=at))
        if len(live) > 1:
            return wording.several(sorted({stands.reference for _effect, stands in live}))
        if not live and not what.code:
            return wording.nothing_open()
        effects = [live[0][0]] if live else effects
    done = answer(effects[0], Wanted(what.answer, what.words, what.arrives), door=Door.TEXT, at=at)
    return done.words if done else None


def _live(effects: Sequence[Effect], *, at: datetime) -> Iterator[tuple[Effect, Standing]]:
    persons = people.persons_by_id({one.person for one in effects})
    actors = people.actors_of(list(persons.values()), at=at)
    for effect in effects:
        stands = standing(effect, actors[effect.person], zone=persons[effect.person].zone)
        if stands and stands.can and not stands.since:
            yield effect, stands


def by_mail(effect: str, text: str, *, at: datetime) -> Answered | Missed | None:
    """What comes of a mail in answer to a letter whose five digits it holds; None where it is mere words.

    Whoever forges a sender's name knows neither the digits nor which letter they stand in.
    """
    told = Effect.read(effect)
    if told is None:
        return None
    what = said(text, code=told.code)
    coded = isinstance(what, Unclear) or what.code == told.code
    if isinstance(what, Said) and coded and not (what.answer is Answer.NOTE and sounds_done(text)):
        return answer(told, Wanted(what.answer, what.words, what.arrives), door=Door.MAIL, at=at)
    flaw = Unclear.NO_CODE if what is Unclear.NO_CODE or not coded else Unclear.NO_WORDS
    return _missed(told, partial(wording.missed, flaw=flaw), at=at) if sounds_done(text) else None


def by_mail_from_elsewhere(effect: str, text: str, *, at: datetime) -> Missed | None:
    """The same where it comes from an address that is not known as his: it does nothing, whatever it holds."""
    told = Effect.read(effect)
    return _missed(told, wording.from_elsewhere, at=at) if told and sounds_done(text) else None


def code_of(effect: str) -> str:
    """The digits by which a letter is answered; empty where it is not."""
    told = Effect.read(effect)
    return told.code if told else ""


def _missed(told: Effect, why: Callable[[str], str], *, at: datetime) -> Missed | None:
    """Why nothing was done by words that sound as if something were; None where he has answered in another way."""
    person = people.persons_by_id([told.person]).get(told.person)
    if person is None:
        return None
    stands = standing(told, people.actor_of(person, at=at), zone=person.zone)
    if stands is None or stands.mine:
        return None
    with override(person.language):
        if stands.since:
            return Missed(wording.too_late(stands.reference, stands.since))
        return Missed(why(stands.reference), ways(told, stands.can, person.language, at=at)[0])


def by_digits(effect: str, digits: str, *, at: datetime) -> Spoken | None:
    """What is said on a call about the effect with this key, once something is pressed; None where nobody was told."""
    told = Effect.read(effect)
    person = people.persons_by_id([told.person]).get(told.person) if told else None
    if told is None or person is None:
        return None
    wanted = pressed(digits)
    if wanted is None:
        with override(person.language):
            return Spoken("" if digits == AGAIN else wording.digits(), again=True)
    done = answer(told, Wanted(wanted), door=Door.CALL, at=at)
    return Spoken(done.words) if done else None
