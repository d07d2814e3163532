"""The climbs of a case: who was told, who was passed over and why, what became of each letter, and who comes next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.text import capfirst

from backline.cases import queries, wording
from backline.cases.effects import Effect
from backline.cases.lines import Line, lines
from backline.cases.roster import casts_of
from backline.cases.rungs import why_nobody, why_skipped
from backline.cases.said import commitments, names_in, person_names
from backline.cases.terms import terms_of
from backline.channels import queries as channels
from backline.channels.queries import OutgoingRow
from backline.core.case import Case
from backline.core.cast import Cast
from backline.core.clock import Clock, running
from backline.core.events import Event, moment
from backline.core.foresight import telling
from backline.core.ladder import REACHED, to_come
from backline.core.policy import Policy
from backline.core.values import decode
from backline.core.words import Actor, ClockName
from backline.ledger import queries as ledger


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of a climb, in words; `how` is `TOLD`, `SKIPPED` or `COMING`, `letters` what became of each."""

    how: str
    at: datetime
    what: str
    why: tuple[str, ...] = ()
    letters: tuple[OutgoingRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Climbed:
    """One climb with its rungs in order; `clock` is None where it is over."""

    name: str
    clock: Clock | None
    rungs: tuple[Rung, ...]


@dataclass(frozen=True, slots=True)
class Climbs:
    """The climbs of a case, those that go on first, and which case it is."""

    line: Line
    climbs: tuple[Climbed, ...]


def climbs(case_id: str, actor: Actor, *, at: datetime, zone: str) -> Climbs:
    """Every climb of a case in sight, the clock that is due next first; raises `NoSuchCase` else."""
    row = queries.find(case_id, actor)
    case = decode(Case, row.fold)
    events = [event for event in ledger.events(case_id) if event.kind in REACHED]
    [terms] = terms_of([row], known_at=at)
    policy = terms.of(case)
    cast = casts_of([case], [policy], at=at)[case.id]
    told = wording.Told(names_in(events), ledger.texts(commitments(events)), zone)
    story = _Story(events, told, _letters(events))
    names = person_names(cast.everybody)
    clocks = {clock.climb: clock for clock in running(case, policy)}
    ahead = _Ahead(case, policy, cast, names, told.zone)
    goes_on = [Climbed(_name(one), clock, (*story.of(one), *ahead.of(clock, at=at))) for one, clock in clocks.items()]
    over = dict.fromkeys(event.data["climb"] for event in reversed(events) if event.data["climb"] not in clocks)
    ended = [Climbed(_name(climb), None, tuple(story.of(climb))) for climb in over]
    return Climbs(lines([row])[0], (*goes_on, *ended))


def _letters(events: Sequence[Event]) -> dict[str, OutgoingRow]:
    keys = [Effect.of(event, person).key for event in events for person in event.data["told"]]
    return channels.told(effect_keys=keys) if keys else {}


def _name(climb: str) -> str:
    return str(wording.CLOCKS[ClockName(climb.partition(":")[0])])


@dataclass(frozen=True, slots=True)
class _Story:
    """What has happened on all climbs, with what the sentences need."""

    events: Sequence[Event]
    told: wording.Told
    letters: dict[str, OutgoingRow]

    def of(self, climb: str) -> Iterator[Rung]:
        """The rungs of one climb that acted or were passed over, in the order in which they did."""
        for event in self.events:
            if event.data["climb"] == climb:
                yield from self._passed_over(event)
                yield self._overtaken(event) if "overtaken" in event.data else self._acted(event)

    def _passed_over(self, event: Event) -> Iterator[Rung]:
        for step in event.data["skipped"]:
            planned = datetime.fromisoformat(step["at"])
            yield Rung("SKIPPED", planned, wording.passed_over(planned, self.told.zone), (why_skipped(event),))

    def _overtaken(self, event: Event) -> Rung:
        planned = moment(event.data, "planned_at")
        return Rung("SKIPPED", planned, wording.passed_over(planned, self.told.zone), (why_nobody(event),))

    def _acted(self, event: Event) -> Rung:
        [entry] = wording.timeline([event], self.told)
        who = () if entry.automatic else (entry.who,)
        names = [self.told.names[person] for person in event.data["told"] if person in self.told.names]
        ahead_of_time = event.kind == "rung.jumped"
        held = "held_until" in event.data and not names
        what = wording.held(event.data, self.told) if held else wording.has_told(names, ahead_of_time=ahead_of_time)
        keys = [Effect.of(event, person).key for person in event.data["told"]]
        letters = tuple(self.letters[key] for key in keys if key in self.letters)
        return Rung("TOLD", event.recorded_at, capfirst(what), (*who, *entry.why), letters)


@dataclass(frozen=True, slots=True)
class _Ahead:
    """What is still to come on the climbs that go on."""

    case: Case
    policy: Policy
    cast: Cast
    names: Mapping[str, str]
    zone: str

    def of(self, clock: Clock, *, at: datetime) -> Iterator[Rung]:
        """What is held, every rung that has not acted, and the first time that the last one repeats."""
        climb = self.case.climbs.get(clock.climb)
        steps, held = to_come(self.policy, clock, climb), climb.held if climb else None
        for step, then, chosen in telling(steps, clock, self.cast, at, held=held):
            who = [self.names[one] for one in chosen.persons if one in self.names]
            why = [wording.instead_of(step.tell)] if chosen.instead_of else []
            why += [wording.will_wait(chosen.held_until, self.zone)] if chosen.held_until else []
            why += [wording.suited_as_it_stands(chosen.suited)] if chosen.suited else []
            why += wording.passed_for_them(chosen.passed, self.names)
            yield Rung("COMING", then, wording.will_tell(step.tell, who, again=step.repeat > 0), tuple(why))
