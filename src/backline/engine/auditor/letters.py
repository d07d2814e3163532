"""Holds the outbox against the record: who was to be told was told once, or there stands why not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from backline.channels.notices import Audience, NoticeState
from backline.channels.queries import Effect
from backline.core.events import Event
from backline.engine.auditor.found import GRACE, Found, What

_ENDS = ("case.confirmed", "case.lapsed", "case.withdrawn")
_TELLS = frozenset({
    "case.raised", "case.accepted", "case.offered", "case.deescalated", "case.resolved", "case.disputed",
    "case.reopened", "wait.begun", "part.requested", "visit.booked", "visit.moved", "visit.called_off", "customer.told",
    "contact.changed",
})  # fmt: skip
"""What the customer hears of where it promises him the next word."""


class Wanted(NamedTuple):
    """A letter that a rung asks for: of which climb, for whom (nobody, where it says why), and since when."""

    climb: str
    person: str
    at: datetime


def judged(
    events: Sequence[Event], letters: Sequence[Effect], stopped: Callable[[str], Iterable[datetime]]
) -> tuple[int, list[Found]]:
    """How many letters (or reasons for none) these events should have, and what is wrong with those there are.

    `stopped` says when a climb stopped, which may go on: letters that wait are called back then, and at no other time.
    """
    rungs = _of_rungs(events)
    customers = {event.seq: event.recorded_at for event in events if _tells(event)}
    there = {one.key: one for one in letters if one.kind.startswith("rung.")}
    written = Counter(_seq(one) for one in letters if one.audience == Audience.CONTACT)
    last = events[-1].recorded_at
    found = [
        Found(What.LOST, key, one.at)
        for key, one in rungs.items()
        if key not in there or not _kept(there[key], one, stopped(one.climb))
    ]
    found += [Found(What.DOUBLED, key, last) for key in there if key not in rungs]
    found += [Found(What.LOST, f"customer:{seq}", at) for seq, at in customers.items() if not written[seq]]
    found += [Found(What.DOUBLED, f"customer:{seq}", last) for seq in written if written[seq] > (seq in customers)]
    found += [one for letter in letters for one in _sent(letter, last)]
    return len(rungs) + len(customers), found


def _of_rungs(events: Sequence[Event]) -> dict[str, Wanted]:
    """The key of each effect of each rung: one a person, told or passed over, one a step skipped, one where nobody."""
    found: dict[str, Wanted] = {}
    for event in events:
        if event.kind in ("rung.reached", "rung.jumped"):
            said = event.data
            climb = f"{event.case}:{said['climb']}"
            this = f"{climb}:{said['rung']}:{said['repeat']}"
            to = {f"{this}:{person}:EMAIL": person for person in said["told"]} or {f"{this}:nobody": ""}
            to |= {f"{climb}:{one['rung']}:skipped": "" for one in said["skipped"]}
            to |= {f"{this}:{person}:passed": person for person, *_why in said.get("passed", ())}
            found |= {key: Wanted(said["climb"], person, event.recorded_at) for key, person in to.items()}
    return found


def _kept(letter: Effect, wanted: Wanted, stops: Iterable[datetime]) -> bool:
    """Whether it is for whom it should be, and was not called back while its climb ran on."""
    until = (letter.settled_at or wanted.at) + GRACE
    called_back = letter.state == NoticeState.CANCELLED and not any(wanted.at <= at <= until for at in stops)
    return letter.recipient == wanted.person and not called_back


def _tells(event: Event) -> bool:
    """What was said on the phone is not written as well."""
    mailed = "promise_by" in event.data and event.data.get("told_by") != "CALL"
    return event.kind in _ENDS or (event.kind in _TELLS and mailed)


def _seq(letter: Effect) -> int:
    """The number of the event that a letter to the customer is about; 0 where its key names none."""
    number = letter.key.split(":")[1:2]
    return int(number[0]) if number and number[0].isdecimal() else 0


def _sent(letter: Effect, at: datetime) -> Iterator[Found]:
    """What went out has its one receipt."""
    if letter.handed > 1:
        yield Found(What.DOUBLED, letter.key, at)
    if letter.state == NoticeState.SENT and not letter.handed:
        yield Found(What.LOST, letter.key, at)
