"""A crowd of cases: a few real ones, made through the operations, and their rows multiplied in the tables."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql

from backline.cases import operations as cases
from backline.cases.models import Case
from backline.cases.operations import NewStep
from backline.cases.words import words
from backline.config.clock import SystemClock
from backline.core.words import StepResult
from tests.fakes.clock import SettableClock
from tests.fakes.house import House

SYLLABLES = (
    "ba",
    "cor",
    "den",
    "fil",
    "gra",
    "hos",
    "jun",
    "kel",
    "lam",
    "mor",
    "nit",
    "pos",
    "rel",
    "sta",
    "tur",
    "vex",
)
VOCABULARY = random.Random(1).sample(["".join(parts) for parts in product(SYLLABLES, repeat=4)], 8_000)
RARE = "quetzal"
SITES = 500
_MULTIPLY = """
INSERT INTO cases_case (id, number, policy_id, state, priority, tier, danger, reasons, summary, job_id, site_id,
  customer_id, contact_id, technician_id, team_id, person_id, opened_at, due_at, closed_at, head_seq, head_hash,
  recorded_at, fold)
SELECT md5('case' || n)::uuid, n, policy_id, state,
  CASE WHEN n %% 20 = 0 THEN 'P1' WHEN n %% 5 = 0 THEN 'P2' WHEN n %% 2 = 0 THEN 'P3' ELSE 'P4' END, tier,
  CASE WHEN n %% 200 = 0 THEN 'RISK' ELSE danger END, reasons, md5('a' || n) || md5('b' || n), j.id, j.site_id,
  customer_id, contact_id, c.technician_id, team_id, person_id, c.opened_at - (n * 7919 %% 90000) * interval '1 minute',
  due_at + (n * 7907 %% 20000) * interval '1 minute', closed_at - (n * 7919 %% 90000) * interval '1 minute', head_seq,
  head_hash, recorded_at - (n * 7901 %% 80000) * interval '1 minute', fold
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
JOIN cases_case c ON c.id = (%(models)s::uuid[])[(1 + n %% %(kinds)s)::int]
JOIN bench_job j ON j.nth = n %% %(sites)s
"""


@dataclass(slots=True)
class Crowd:
    """The house of the cast with a few real cases, and how many were made of them so far."""

    house: House
    waiting: list[str]
    over: list[str]
    long: str
    number: int = 1_000_000

    @classmethod
    def begun(cls) -> Crowd:
        """The house, with one real case in each stage."""
        house = House(SettableClock(SystemClock().now()))
        raised, offered, accepted, over = (house.raised() for _ in range(4))
        house.offer(offered)
        for case in (accepted, over):
            house.offer(case), house.accept(case)
        house.resolve(over)
        cases.confirm([over], **house.once("cleo"))
        return cls(house, [raised, offered, accepted], [over], house.working())

    def live_long(self, events: int) -> None:
        """Notes and steps, until the long case has so many events."""
        while (seq := Case.objects.values_list("head_seq", flat=True).get(id=self.long)) < events:
            if seq % 3:
                cases.add_note([self.long], text=f"Note {seq}: measured again", **self.house.once("sana"))
            else:
                step = NewStep(f"Step {seq}", StepResult.NO_EFFECT, tool="Meter", reading="24 V")
                cases.try_step([self.long], step=step, **self.house.once("sana"))

    def grow(self, url: str, *, waiting: int, over: int) -> None:
        """So many more open cases and so many more closed ones, each with a text and words of its own."""
        with psycopg.connect(url, autocommit=True) as connection, _without_indexes(connection):
            _sites(connection)
            for models, more, is_open in ((self.waiting, waiting, True), (self.over, over, False)):
                first, self.number = self.number + 1, self.number + more
                asked = {"first": first, "last": self.number, "models": models, "kinds": len(models), "sites": SITES}
                connection.execute(_MULTIPLY, asked)
                for begin in range(first, self.number + 1, 50_000):
                    _say(connection, range(begin, min(begin + 50_000, self.number + 1)), is_open)
            connection.execute("DELETE FROM cases_word")
            known = sorted(
                {RARE, *VOCABULARY, *words("lift library hall escalator controller stands still relay worn")}
            )
            connection.execute("INSERT INTO cases_word (word) SELECT unnest(%s::text[])", [known])
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")


def _sites(connection: psycopg.Connection[Any]) -> None:
    connection.execute(
        "CREATE TABLE IF NOT EXISTS bench_job AS SELECT row_number() OVER () - 1 AS nth, j.* FROM jobs_job j, "
        "generate_series(1, 500) WHERE false"
    )
    if connection.execute("SELECT 1 FROM bench_job LIMIT 1").fetchone():
        return
    connection.execute(
        """
        WITH one AS (SELECT * FROM jobs_site ORDER BY reference LIMIT 1), sites AS (
          INSERT INTO jobs_site (id, reference, customer_id, name, address, zone, territory)
          SELECT md5('site' || n)::uuid, 'S-' || n, customer_id, 'Site ' || n, address, zone, territory
          FROM one, generate_series(0, 499) n)
        INSERT INTO jobs_asset (id, reference, site_id, type, name, units, cost_an_hour)
        SELECT md5('asset' || n)::uuid, 'A-' || n, md5('site' || n)::uuid, 'lift', 'Lift ' || n, 0, 0
        FROM generate_series(0, 499) n
        """
    )
    connection.execute(
        """
        INSERT INTO jobs_job SELECT (jsonb_populate_record(one, jsonb_build_object(
          'id', md5('job' || n), 'reference', 'B-' || n, 'site_id', md5('site' || n), 'asset_id', md5('asset' || n),
          'outcome', ''))).*
        FROM (SELECT j FROM jobs_job j ORDER BY reference LIMIT 1) found (one), generate_series(0, 499) n
        """
    )
    connection.execute(
        "INSERT INTO bench_job SELECT n AS nth, j.* FROM generate_series(0, 499) n "
        "JOIN jobs_job j ON j.id = md5('job' || n)::uuid"
    )


def _say(connection: psycopg.Connection[Any], numbers: range, is_open: bool) -> None:
    """A text and the words of each case: a few that stand in all, many that are rarer and rarer, one that is rare."""
    by_chance = random.Random(numbers.start)
    chosen = connection.execute("SELECT n, md5('a' || n) || md5('b' || n), md5('case' || n)::uuid FROM generate_series"
                                "(%s, %s) n", [numbers.start, numbers.stop - 1]).fetchall()  # fmt: skip
    said: list[tuple[str, UUID, str, list[str]]] = []
    for number, commitment, case in chosen:
        some = {VOCABULARY[int(len(VOCABULARY) * by_chance.random() ** 3)] for _ in range(24)}
        if number % 5000 == 0:
            some.add(RARE)
        text = f"The lift stands still {' '.join(sorted(some)[:8])}"
        said.append((commitment, case, text, [*some, *words(text, f"library hall S-{number % SITES}")]))
    with connection.cursor() as cursor:
        with cursor.copy("COPY ledger_text (commitment, case_id, subject, salt, text) FROM STDIN") as copy:
            for commitment, case, text, _words in said:
                copy.write_row((commitment, case, "", b"0123456789abcdef", text))
        with cursor.copy("COPY cases_search (case_id, open, words) FROM STDIN") as copy:
            for _commitment, case, _text, found in said:
                copy.write_row((case, is_open, " ".join(f"'{word}'" for word in sorted({*found}))))


@contextmanager
def _without_indexes(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """The large tables without their indexes, which are made anew afterwards: that is faster than row by row."""
    found = connection.execute(
        "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('cases_case', 'cases_search', 'ledger_text') "
        "AND indexdef NOT LIKE 'CREATE UNIQUE%'"
    ).fetchall()
    for name, _made in found:
        connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    yield
    connection.execute("SET maintenance_work_mem = '512MB'")
    for _name, made in found:
        connection.execute(made)
