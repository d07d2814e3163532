"""Holds what people of the organisation hear of events against whom these concern: each of them, once, and in time."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

from backline.channels.notices import NoticeState
from backline.channels.queries import Effect
from backline.core.events import Event
from backline.core.words import ActorKind, Danger
from backline.engine.auditor.found import Found, What
from backline.engine.auditor.kept import Record
from backline.engine.auditor.letters import ENDS, punctual
from backline.engine.auditor.record import begin, read

_FOR_WHO_HAS_IT = frozenset({
    "priority.changed", "fact.found", "impact.corrected", "report.added", "part.moved", "case.disputed",
    "review.decided", "stop.lifted", "customer.urged", "workaround.offered", "workaround.approved",
    "workaround.refused", "workaround.extended", "workaround.ended",
})  # fmt: skip
_FOR_WHO_HAD_IT = frozenset({"case.offered", "case.deescalated", "case.accepted", "case.withdrawn"})
_FOR_THE_TECHNICIAN = frozenset({
    "report.added", "review.decided", "stop.lifted", "case.withdrawn", "workaround.offered", "workaround.approved",
    "workaround.refused", "workaround.extended", "workaround.ended",
})  # fmt: skip
_FOR_THE_TEAM = frozenset({
    "review.decided", "stop.lifted", "customer.urged", "workaround.approved", "workaround.refused",
})  # fmt: skip
_IS_ANSWERED = frozenset({"customer.said", "call.asked"})
"""What a customer writes is read by somebody, whoever is there by then."""
_MAY_WAIT = timedelta(hours=25, minutes=10)
"""So long a letter may wait: quiet hours last no longer than the longest day, and then it is gathered with others."""


class Wanted(NamedTuple):
    """A letter that an event asks for: its name where it is missed, for whom, since when, and how long it may wait."""

    name: str
    person: str
    at: datetime
    waits: timedelta


class Open(NamedTuple):
    """An event of which others hear than the record names: whoever is in the team or a coordinator by then.

    At least one of them, where it `needs` that; never who caused it.
    """

    at: datetime
    waits: timedelta
    by: str
    needs: bool


def judged(events: Sequence[Event], letters: Sequence[Effect], *, since: datetime) -> tuple[int, list[Found]]:
    """How many letters to people of the organisation these events should have, and what is wrong with those there are.

    What was recorded before nobody asked for it is let be. Roles and quiet hours of persons stand in no record: what
    may be so by them is right.
    """
    there = {one.key: one for one in letters if one.kind.startswith("news.")}
    wanted, others = _asked(events, there)
    wanted = {key: one for key, one in wanted.items() if one.at >= since}
    others = {seq: one for seq, one in others.items() if one.at >= since}
    there = {key: one for key, one in there.items() if one.leaves_at >= since}
    found = [Found(What.LOST, one.name, one.at) for key, one in wanted.items() if key not in there]
    heard = set[int]()
    for key, letter in there.items():
        one = wanted.get(key) or _one_of(others, key)
        if one is None:
            found.append(Found(What.DOUBLED, key, events[-1].recorded_at))
        elif letter.recipient != one.person or letter.state == NoticeState.CANCELLED:  # nothing calls back what is ours
            found.append(Found(What.LOST, one.name, one.at))
        else:
            found += punctual(one.name, letter, one.at, one.waits)
            heard.add(_seq(key))
    needed = {seq: one for seq, one in others.items() if one.needs}
    found += [Found(What.LOST, f"news:{seq}", one.at) for seq, one in needed.items() if seq not in heard]
    return len(wanted) + len(needed), found


def _one_of(others: Mapping[int, Open], key: str) -> Wanted | None:
    """A letter to whom no event names, if it is about an event of which such a one hears."""
    one, (_news, person, *more) = others.get(_seq(key)), key.split(":")[2:]
    if one is None or person == one.by or more != ["EMAIL"]:
        return None
    return Wanted(f"news:{_seq(key)}:{person}", person, one.at, one.waits)


def _seq(key: str) -> int:
    return int(key.split(":")[1])


def _asked(events: Sequence[Event], there: Container[str]) -> tuple[dict[str, Wanted], dict[int, Open]]:
    """The letters that are asked for by their keys, and the events of which others may hear, by their numbers."""
    record, visitors = begin(events[0]), dict[str, str]()
    wanted, others, danger = dict[str, Wanted](), dict[int, Open](), events[0].data["danger"]
    for index, event in enumerate(events[1:], 1):
        had, danger = record.person, event.data.get("danger", danger)
        read(record, event)
        off = dict(_called_off(visitors, event))
        persons = (*_named(record, had, event), *_of_visits(record, off, event))
        named = {f"{event.seq}:news:{person}": person for person in persons}
        named |= {f"{_kept_with(events[index:], visit, there)}:off:{visit}": one for visit, one in off.items()}
        waits = timedelta() if danger != Danger.NONE else _MAY_WAIT  # where somebody is in danger, nothing does
        for name, person in named.items():
            one = Wanted(f"news:{event.seq}:{person}", person, event.recorded_at, waits)
            wanted |= {f"{event.case}:{name}:EMAIL": one} if person not in ("", event.by.id) else {}
        if event.kind in _IS_ANSWERED or (event.kind in _FOR_THE_TEAM and not record.person):
            needs = event.kind in _IS_ANSWERED and event.by.kind is ActorKind.CONTACT
            others[event.seq] = Open(event.recorded_at, waits, event.by.id, needs)
    return wanted, others


def _named(record: Record, had: str, event: Event) -> Iterator[str]:
    """Whom the record names of those whom an event concerns, which may have caused it themselves."""
    kind = event.kind
    if kind in _FOR_WHO_HAS_IT:
        yield record.person
    if kind in _FOR_THE_TECHNICIAN:
        yield record.technician
    yield event.data.get("proposed_by", "")
    if kind in _FOR_WHO_HAD_IT and had != event.data.get("person"):
        yield had


def _of_visits(record: Record, off: Mapping[str, str], event: Event) -> Iterator[str]:
    """Who goes hears that he does; who has the case hears that somebody else does not."""
    if event.kind in ("visit.booked", "visit.moved"):
        yield event.data["person"]
    if event.kind == "visit.called_off" and record.person not in off.values():
        yield record.person


def _called_off(visitors: dict[str, str], event: Event) -> Iterator[tuple[str, str]]:
    """The visits that an event takes from whom they were booked for, each with who that was; the others go on."""
    visit = event.data.get("id", "")
    if event.kind in ("visit.booked", "visit.moved"):
        before, visitors[visit] = visitors.get(visit, ""), event.data["person"]
        if before not in ("", visitors[visit]):
            yield visit, before
    elif event.kind == "visit.ended":
        visitors.pop(visit, None)
    elif event.kind == "visit.called_off":
        yield visit, visitors.pop(visit)
    elif event.kind in (*ENDS, "case.resolved"):
        yield from visitors.items()
        visitors.clear()


def _kept_with(events: Sequence[Event], visit: str, there: Container[str]) -> int:
    """The number of the event that the letter about this visit is kept with: the last that was recorded with the first.

    What is said of the visit after it was recorded by itself.
    """
    first, *more = events
    others = takewhile(lambda one: one.recorded_at == first.recorded_at and one.data.get("id") != visit, more)
    numbers = (first.seq, *(one.seq for one in others))
    return next((seq for seq in numbers if f"{first.case}:{seq}:off:{visit}:EMAIL" in there), first.seq)
