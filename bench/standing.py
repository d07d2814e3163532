"""Open cases under two calendars: some hundred real ones, made through the operations, and their rows multiplied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random

import psycopg

from backline.calendars import choices
from backline.calendars.choices import For
from backline.calendars.operations import Plan, keep
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases import recomputed
from backline.cases.models import Alarm, Case
from backline.cases.operations._rows import alarms
from backline.cases.terms import EVER, Terms, terms_of
from backline.core.calendar import Block, same_every_day
from backline.core.case import Case as Folded
from backline.core.fold import fold
from backline.core.policy import Whose
from backline.core.watch import Watched
from backline.core.words import Impact, Urgency, WaitReason
from backline.jobs.models import Job
from backline.ledger import queries as ledger
from backline.ledger.models import Event
from bench.copies import copied
from tests.fakes.cast import job_at
from tests.fakes.clock import SettableClock
from tests.fakes.house import House

MINUTE = timedelta(minutes=1)
BEGIN = datetime(2026, 11, 2, 8, tzinfo=UTC)
CUSTOMERS = 80
OTHERS = 9
"""So many of the customers have a calendar of their own."""
EVENTS = 20
OFFICE = same_every_day(Block(8 * 60, 18 * 60), days=range(5))
LONGER = same_every_day(Block(10 * 60, 14 * 60), Block(15 * 60, 21 * 60), days=range(6))
_COPIES = """
CREATE TEMP TABLE copies AS SELECT model, md5(model::text || n)::uuid AS id,
  (SELECT max(number) FROM cases_case) + row_number() OVER () AS number
FROM unnest(%s::uuid[]) AS model, generate_series(%s::int, %s::int) AS n
"""
_CASES = copied(
    Case, "copies JOIN cases_case ON cases_case.id = model ORDER BY copies.number",
    id="copies.id", number="copies.number", fold="replace(fold::text, model::text, copies.id::text)::jsonb",
)  # fmt: skip
_ALARMS = copied(Alarm, "copies JOIN cases_alarm ON case_id = model ORDER BY copies.number", case_id="copies.id")
_EVENTS = """
INSERT INTO ledger_event (case_id, seq, kind, occurred_at, recorded_at, body, hash)
SELECT copies.id, seq, kind, occurred_at, recorded_at,
  convert_to(replace(convert_from(body, 'UTF8'), model::text, copies.id::text), 'UTF8'), hash
FROM copies JOIN ledger_event ON case_id = model
"""


@dataclass(slots=True)
class Standing:
    """The house, the calendar that most count in, and the cases of which all others are copies."""

    house: House
    office: str = ""
    models: list[str] = field(default_factory=list)
    random: Random = field(default_factory=lambda: Random(1))

    @classmethod
    def begun(cls, models: int, at: datetime = BEGIN) -> Standing:
        """Calendars chosen for the organisation and for a few customers, and so many real cases under them."""
        found = cls(House(SettableClock(at)))
        found.office, own = found._calendar("Office"), found._calendar("Their own")
        found._choose((ChosenFor.ORGANISATION, str(choices.EVERYBODY)), found.office)
        cleo, tess = found.house.cleo, found.house.persons["tess"]
        jobs = [job_at(f"Customer {n}", f"C{n}", cleo, technician=tess, at=at) for n in range(CUSTOMERS)]
        for job in jobs[:OTHERS]:
            found._choose((ChosenFor.CUSTOMER, str(job.site.customer_id)), own)
        found.house.clock.advance(timedelta(days=14))
        found.models = [found._case(jobs[number % CUSTOMERS], long=number % 3 == 0) for number in range(models)]
        found.house.tick()
        return found

    def _calendar(self, name: str) -> str:
        plan = Plan(name, "Europe/Berlin", OFFICE, date(2026, 1, 1), country="DE", region="BY", correction=True)
        return keep(plan, by=self.house.actor("ada"), at=self.house.clock.now()).calendar

    def _choose(self, whose: For, calendar: str) -> None:
        choices.choose(whose, calendar, by=self.house.actor("ada"), at=self.house.clock.now())

    def _case(self, job: Job, *, long: bool) -> str:
        house = self.house
        house.clock.advance(timedelta(seconds=self.random.randrange(30, 90), microseconds=self.random.randrange(10**6)))
        priority = self.random.choice([(Impact.HIGH, Urgency.MEDIUM), (Impact.MEDIUM, Urgency.MEDIUM),
                                       (Impact.LOW, Urgency.LOW)])  # fmt: skip
        case = house.raised(job=str(job.id), impact=priority[0], urgency=priority[1])
        if long or self.random.random() < 0.5:
            house.offer(case)
        if long:
            house.accept(case)
            self._paused(case)
        return case

    def _paused(self, case: str) -> None:
        """Two pauses, one of which may still go on, and notes until there are events enough."""
        until = self.house.clock.now() + timedelta(days=2)
        for reason, ends in ((WaitReason.CUSTOMER, True), (WaitReason.ACCESS, self.random.random() < 0.5)):
            cases.begin_wait([case], reason=reason, until=until, what="A key", **self.house.once("sana"))
            self.house.clock.advance(MINUTE * self.random.randrange(1, 4))
            if ends:
                [wait] = self.house.view(case).waits
                cases.end_wait([case], record=wait.id, outcome="It came", **self.house.once("sana"))
        while Case.objects.values_list("head_seq", flat=True).get(id=case) < EVENTS:
            cases.add_note([case], text="Measured again", **self.house.once("sana"))

    def multiply(self, url: str, clocks: int) -> int:
        """Copies of the cases with their events, until there are so many clocks; how many cases."""
        copies = max(round(clocks / Alarm.objects.count()) - 1, 0)
        copy(url, self.models, range(1, copies + 1))
        return len(self.models) * (copies + 1)

    def change(self) -> None:
        """The office has other hours, and had them all year in truth."""
        plan = Plan("Office", "Europe/Berlin", LONGER, date(2026, 1, 1), country="DE", region="BY", correction=True)
        keep(plan, calendar_id=self.office, seen=1, by=self.house.actor("ada"), at=self.house.clock.now())

    def live_long(self, events: int) -> str:
        """A case with a wait and so many events."""
        case = self.house.working(impact=Impact.MEDIUM, urgency=Urgency.MEDIUM)
        self._paused(case)
        while Case.objects.values_list("head_seq", flat=True).get(id=case) < events:
            self.house.clock.advance(MINUTE)
            cases.add_note([case], text="Measured again", **self.house.once("sana"))
        return case


def copy(url: str, models: list[str], numbers: range) -> None:
    """So many more rows of these cases, with their alarms and events, as if each had happened again."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_COPIES, [models, numbers.start, numbers.stop - 1])
        for statement in (_CASES, _ALARMS, _EVENTS):
            connection.execute(statement)
        connection.execute("VACUUM ANALYZE")


def differing(sample: int) -> int:
    """How many of so many cases are not what all their events give, folded one by one."""
    ids = list(Case.objects.order_by("id").values_list("id", flat=True))
    rows = list(Case.objects.select_related("job").filter(id__in=Random(2).sample(ids, min(sample, len(ids)))))
    events = ledger.events_of([str(row.id) for row in rows])
    return sum(
        _differs(row, fold(events[str(row.id)]), terms)
        for row, terms in zip(rows, terms_of(rows, known_at=EVER), strict=True)
    )


def _differs(row: Case, case: Folded, terms: Terms) -> bool:
    wanted = alarms(Watched.of(case, terms.of(case)))
    kept, given = (sorted((one.clock, one.subject, one.due_at, one.look_at) for one in those)
                   for those in (row.alarms.all(), wanted))  # fmt: skip
    return kept != given or row.due_at != min(one.due_at for one in wanted)


def figures() -> Iterator[str]:
    """What there is to recompute."""
    rows, clocks = Case.objects.filter(closed_at=None), Alarm.objects.all()
    yield f"{clocks.count():,} clocks of {rows.count():,} open cases"
    behind = clocks.filter(case__head_seq__gte=EVENTS)
    yield f"{behind.count():,} with {EVENTS} events and more and two pauses behind them"
    yield f"{clocks.exclude(whose=Whose.ELAPSED).count():,} count in calendars"
    yield f"{Event.objects.count():,} events"


def moved() -> int:
    """How many clocks the last change moved."""
    return recomputed.changes(most=1)[0].moved
