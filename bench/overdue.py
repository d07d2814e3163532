"""Open cases of which some come due at once: real ones with twenty events behind them, and their rows multiplied."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median

import psycopg
from django.db import connection

from backline.cases import operations as cases
from backline.cases.models import Case
from backline.channels.models import Notice
from backline.core.words import State
from backline.engine import loop
from backline.engine.duties.look import HANDS, Look
from backline.ledger.models import Event
from bench.copies import copied
from bench.standing import EVENTS, Standing, copy

BEGIN = datetime(2026, 6, 1, 8, tzinfo=UTC)
LONG = timedelta(days=60)
"""After so long every climb of the models is at its last rung."""
ROUND = timedelta(minutes=30)
"""How often most last rungs repeat: after so long each case is due again."""
_PUT_OFF = """
UPDATE cases_alarm SET look_at = look_at + %(by)s::interval WHERE case_id IN (
  SELECT id FROM cases_case WHERE head_seq >= %(events)s ORDER BY number OFFSET %(but)s
)
"""
# What a look does to the rows, without any thought: claim, update and insert as many of the same width.
_BARE = """
WITH due AS (
  SELECT id FROM cases_case
  WHERE id IN (SELECT case_id FROM cases_alarm WHERE look_at <= %(at)s) ORDER BY id FOR UPDATE SKIP LOCKED
), moved AS (
  UPDATE cases_case SET head_seq = head_seq + 1, recorded_at = %(at)s, fold = fold || '{"bare": true}'
  FROM due WHERE cases_case.id = due.id
), rung AS (
  UPDATE cases_alarm SET look_at = look_at + interval '10 years', repeat = repeat + 1
  FROM due WHERE case_id = due.id AND look_at <= %(at)s
), happened AS (
  INSERT INTO ledger_event (case_id, seq, kind, occurred_at, recorded_at, body, hash)
  SELECT due.id, 1000 + n, 'bare', %(at)s, %(at)s, %(body)s::bytea, sha256(due.id::text::bytea)
  FROM due, generate_series(1, %(events)s) AS n
)
"""
_BARE += copied(
    Notice,
    "due, generate_series(1, %(notices)s) AS n,"
    " (SELECT * FROM channels_notice WHERE id = %(notice)s) AS channels_notice",
    id="gen_random_uuid()", effect_key="'bare:' || due.id || n", case_id="due.id",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Swept:
    """How long it took, and what was written."""

    seconds: float
    cases: int
    events: int
    notices: int


@dataclass(slots=True)
class Overdue:
    """The house, the cases that come due (half of them can be accepted), those that do not, and how many there are."""

    standing: Standing
    busy: list[str] = field(default_factory=list)
    idle: list[str] = field(default_factory=list)
    copies: dict[str, int] = field(default_factory=lambda: {"busy": 0, "idle": 0})
    hands: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(HANDS))

    @classmethod
    def begun(cls, models: int) -> Overdue:
        """So many real cases of each kind; those that shall not come due have their alarms ten years later."""
        found = cls(Standing.begun(3 * models, BEGIN))
        rows = Case.objects.order_by("number").values_list("id", "state", "head_seq")
        house = found.standing.house
        for case, state, seq in rows:
            if state == State.OFFERED:
                while Case.objects.values_list("head_seq", flat=True).get(id=case) < EVENTS:
                    cases.add_note([str(case)], text="Measured again", **house.once("carl"))
            (found.busy if state == State.OFFERED or seq >= EVENTS else found.idle).append(str(case))
        house.clock.advance(LONG)
        house.tick()
        with connection.cursor() as cursor:
            query = "UPDATE cases_alarm SET look_at = look_at + interval '10 years' WHERE case_id = ANY(%s::uuid[])"
            cursor.execute(query, [found.idle])
        return found

    def grow(self, url: str, *, waiting: int, due: int) -> None:
        """More rows, until so many wait and so many come due."""
        for kind, models, wanted in (("busy", self.busy, due), ("idle", self.idle, waiting - due)):
            first, last = self.copies[kind] + 1, round(wanted / len(models)) - 1
            if first <= last:
                copy(url, models, range(first, last + 1))
                self.copies[kind] = last

    def sweep(self) -> Swept:
        """One worker's duty, by all its hands, turn after turn, until nothing is due."""
        before = self._written()
        self.standing.house.clock.advance(ROUND)
        begun = time.perf_counter()
        looked = sum(self.hands.map(self._looked, range(HANDS)))
        took = time.perf_counter() - begun
        events, notices = (now - then for now, then in zip(self._written(), before, strict=True))
        return Swept(took, looked, events, notices)

    def _looked(self, _hand: int) -> int:
        looked = 0
        while done := loop.tick(Look(), self.standing.house.clock):
            looked += done
        return looked

    def few(self, most: int, times: int) -> float:
        """How long it takes as a rule where no more than these come due."""
        self._put_off("10 years", most)
        found = median(self.sweep().seconds for _time in range(times))
        self._put_off("-10 years", most)
        self.sweep()  # what was put off has come due as well
        return found

    def _put_off(self, by: str, but: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_PUT_OFF, {"by": by, "events": EVENTS, "but": but})
            cursor.execute("VACUUM ANALYZE cases_alarm")

    def _written(self) -> tuple[int, int]:
        return Event.objects.count(), Notice.objects.count()

    def bare(self, url: str, like: Swept) -> float:
        """One statement that writes as many rows for those who come due now, and is as durable."""
        at = self.standing.house.clock.advance(ROUND)
        event = Event.objects.filter(kind="rung.reached").order_by("-id").first()
        notice = Notice.objects.filter(state="QUEUED", kind__startswith="rung.").order_by("-queued_at").first()
        assert event
        assert notice
        asked = {
            "at": at, "body": bytes(event.body), "notice": notice.id, "events": round(like.events / like.cases) or 1,
            "notices": round(like.notices / like.cases) or 1,
        }  # fmt: skip
        with psycopg.connect(url, autocommit=True) as own:
            begun = time.perf_counter()
            own.execute(_BARE, asked)
            return time.perf_counter() - begun

    def offered(self, most: int) -> Sequence[tuple[str, str]]:
        """Cases that Sana can accept and that come due in the next round, with their priority."""
        rows = Case.objects.filter(
            state=State.OFFERED, person=self.standing.house.persons["sana"], head_seq__gte=EVENTS
        )
        return [(str(case), priority) for case, priority in rows.values_list("id", "priority")[:most]]
