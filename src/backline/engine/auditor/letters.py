"""Holds the outbox against the record: who was to be told was told once, or there stands why not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from backline.channels.notices import TAKEN_STATES, Audience, NoticeState
from backline.channels.queries import Effect
from backline.core.events import Event
from backline.engine.auditor.found import GRACE, Found, What

STALE = timedelta(days=1)
"""What was kept for so long is not sent any more, and says so."""
ENDS = ("case.confirmed", "case.lapsed", "case.withdrawn")
_TELLS = frozenset({
    "case.raised", "case.accepted", "case.offered", "case.deescalated", "case.resolved", "case.disputed",
    "case.reopened", "wait.begun", "part.requested", "visit.booked", "visit.moved", "visit.called_off", "customer.told",
    "contact.changed", "workaround.offered", "workaround.approved", "workaround.extended", "workaround.ended",
    "review.decided",
})  # fmt: skip
"""What the customer hears of where it promises him the next word."""


class Wanted(NamedTuple):
    """A letter that an event asks for: for whom (nobody, where it says why), and since when; of which climb."""

    person: str
    at: datetime
    climb: str = ""


class Outside(NamedTuple):
    """What is known beside the record: when a climb stopped, which may go on, and the customers who were erased.

    Letters that wait are called back when it stopped, and at no other time; those to who was erased, whenever that was.
    """

    stopped: Callable[[str], Iterable[datetime]]
    erased: Collection[str]


def judged(events: Sequence[Event], letters: Sequence[Effect], outside: Outside) -> tuple[int, list[Found]]:
    """How many letters (or reasons for none) these events should have, and what is wrong with those there are."""
    rungs, customers = _of_rungs(events), _of_customers(events)
    ends = [event.recorded_at for event in events if event.kind in ENDS]
    there = {one.key: one for one in letters if one.kind.startswith("rung.")}
    answered = _answered(events)
    written: dict[int, list[Effect]] = {}
    for letter in letters:
        if letter.audience == Audience.CONTACT:
            written.setdefault(_seq(letter), []).append(letter)
    last = events[-1].recorded_at
    found = [
        Found(What.LOST, key, one.at)
        for key, one in rungs.items()
        if key not in there or not _kept(there[key], one, (*outside.stopped(one.climb), *answered[one.person]))
    ]
    found += [one for key, wanted in rungs.items() if key in there for one in punctual(key, there[key], wanted.at)]
    found += [Found(What.DOUBLED, key, last) for key in there if key not in rungs]
    found += [
        Found(What.LOST, f"customer:{seq}", one.at)
        for seq, one in customers.items()
        if not any(_told(letter, one, ends, outside.erased) for letter in written.get(seq, ()))
    ]
    found += [
        one
        for seq, its in written.items()
        if seq in customers
        for letter in its
        for one in punctual(f"customer:{seq}", letter, customers[seq].at)
    ]
    found += [
        Found(What.DOUBLED, f"customer:{seq}", last) for seq, its in written.items() if len(its) > (seq in customers)
    ]
    found += [one for letter in letters for one in _sent(letter, last)]
    return len(rungs) + len(customers), found


def _of_rungs(events: Sequence[Event]) -> dict[str, Wanted]:
    """The key of each effect of each rung: one a person, told or passed over, one a step skipped, one where nobody."""
    found: dict[str, Wanted] = {}
    for event in events:
        if event.kind in ("rung.reached", "rung.jumped", "rung.covered"):
            said = event.data
            climb = f"{event.case}:{said['climb']}"
            this = f"{climb}:{said['rung']}:{said['repeat']}"
            nobody = f"{this}:held" if "held_until" in said else f"{this}:nobody"
            to = {f"{this}:{person}:EMAIL": person for person in said["told"]} or {nobody: ""}
            to |= {f"{climb}:{one['rung']}:skipped": "" for one in said["skipped"]}
            to |= {f"{this}:{person}:passed": person for person, *_why in said.get("passed", ())}
            for key, person in to.items():  # what is held on and on says so once
                found.setdefault(key, Wanted(person, event.recorded_at, said["climb"]))
    return found


def _answered(events: Sequence[Event]) -> Mapping[str, Sequence[datetime]]:
    """When each answered from where he was told, and needed no letter any more to hear of it."""
    found = defaultdict[str, list[datetime]](list)
    for event in events:
        if "door" in event.data and event.kind != "answer.kept":  # what was refused called nothing back
            found[event.by.id].append(event.recorded_at)
    return found


def _of_customers(events: Sequence[Event]) -> dict[int, Wanted]:
    """The letters to the customer by the numbers of their events, each to the contact whom the case named by then."""
    found: dict[int, Wanted] = {}
    named = ""
    for event in events:
        if event.kind in ("case.raised", "contact.changed"):
            named = event.data["contact"]
        if _tells(event):
            found[event.seq] = Wanted(named, event.recorded_at)
    return found


def _told(letter: Effect, wanted: Wanted, ends: Iterable[datetime], erased: Collection[str]) -> bool:
    """Whether it is for the contact whom the case named, and was not called back before the case ended.

    In the place of one who was erased, or where none was named, another of the customer's hears.
    """
    anybody = not wanted.person or wanted.person in erased
    if letter.recipient != wanted.person and not anybody:
        return False
    return letter.recipient in erased or not _called_back(letter, wanted.at, ends)


def _kept(letter: Effect, wanted: Wanted, stops: Iterable[datetime]) -> bool:
    """Whether it is for whom it should be, and was not called back while its climb ran on and he had not answered."""
    return letter.recipient == wanted.person and not _called_back(letter, wanted.at, stops)


def punctual(name: str, letter: Effect, since: datetime, waits: timedelta = timedelta()) -> Iterator[Found]:
    """Whether it may leave when it was asked for, no sooner, and no later than it may wait: what is urgent does not."""
    late = letter.leaves_at - since
    if late > waits + GRACE:
        yield Found(What.LATE, name, since, seconds=int(late.total_seconds()))
    elif late < -GRACE:
        yield Found(What.EARLY, name, since)


def _called_back(letter: Effect, since: datetime, stops: Iterable[datetime]) -> bool:
    """Whether it was called back though nothing stopped between the moment since which it waited and that."""
    until = (letter.settled_at or since) + GRACE
    return letter.state == NoticeState.CANCELLED and not any(since <= at <= until for at in stops)


def _tells(event: Event) -> bool:
    """What was said on the phone is not written as well."""
    mailed = "promise_by" in event.data and event.data.get("told_by") != "CALL"
    return event.kind in ENDS or (event.kind in _TELLS and mailed)


def _seq(letter: Effect) -> int:
    """The number of the event that a letter to the customer is about; 0 where its key names none."""
    number = letter.key.split(":")[1:2]
    return int(number[0]) if number and number[0].isdecimal() else 0


def _age(letter: Effect) -> timedelta:
    """How long it waited before it was settled."""
    return (letter.settled_at or letter.leaves_at) - letter.leaves_at


def _sent(letter: Effect, at: datetime) -> Iterator[Found]:
    """What went out has one receipt for each way that it went; where that was lost, a word that it arrived will do.

    What nobody knew of is repeated; and who was to know it may have been slow and say later that it was taken as well.
    What has an address goes there, unless it was kept for so long that nobody needs it any more.
    """
    if letter.handed > letter.ways + letter.unknown:
        yield Found(What.DOUBLED, letter.key, at)
    if letter.state == NoticeState.NOT_SENT and letter.addressed and _age(letter) < STALE:
        yield Found(What.LOST, letter.key, at)
    if letter.state in TAKEN_STATES and not (letter.handed or letter.arrived):
        yield Found(What.LOST, letter.key, at)
