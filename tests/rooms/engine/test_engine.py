"""The engine: each effect once with any number of workers, a sick case stops nobody, a host that is off acts not."""

from __future__ import annotations

import os
import platform
import threading
from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backline.cases import operations as cases
from backline.cases import queries
from backline.cases.models import Alarm, Case
from backline.cases.operations import _watch, rebuild
from backline.channels.models import Notice
from backline.config.clock import SystemClock
from backline.engine import health, loop
from backline.engine.clock import ClockSkew, DatabaseClock
from backline.engine.duties.look import BATCH, Look
from backline.engine.duties.present import Present
from backline.engine.duties.shifts import Shifts
from backline.ledger.models import Event
from tests.fakes.browser import signed_in, text, words
from tests.fakes.clock import SettableClock
from tests.fakes.house import House


class Noting:
    """A duty that notes when it ran."""

    NAME = "look"
    EVERY = 0.01

    def __init__(self) -> None:
        self.ran: list[datetime] = []
        self.stumble: Exception | None = None

    def run(self, at: datetime) -> int:
        """Note it, or stumble."""
        if self.stumble:
            raise self.stumble
        self.ran.append(at)
        return 0


def effects() -> dict[str, list[tuple[str, str]]]:
    """Every event of each case and every letter about it."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    events = Event.objects.values_list("case_id", "kind", "seq")
    letters = Notice.objects.values_list("case_id", "kind", "address")
    for case, kind, more in (*events, *letters):
        found[str(case)].append((kind, str(more)))
    return {case: sorted(kinds) for case, kinds in found.items()}


def test_two_workers_at_once_on_500_due_cases_give_each_effect_once(fresh_database: str, clock: SettableClock) -> None:
    house = House(clock)
    ids = [house.raised() for _number in range(500)]
    start, breath = threading.Barrier(2), threading.Event()
    alone = house.raised()
    due = clock.advance(timedelta(minutes=31))
    cases.look([alone], at=due)
    found: list[int] = []

    def work() -> None:
        start.wait()
        while done := Look().run(due):
            found.append(done)
            breath.wait(0.05)  # the other may hold all that is due; asking at once again would only slow him down
        connection.close()

    workers = [threading.Thread(target=work) for _number in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(found) >= 500
    assert max(found) <= BATCH
    assert health.all_sick() == []
    by_case = effects()
    assert [case for case in ids if by_case[case] != by_case[alone]] == []
    assert "rung" in str(by_case[alone])
    assert rebuild(check=True).flaws == ()


def test_what_one_worker_holds_another_does_not_wait_for_and_takes_the_next(
    fresh_database: str, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = House(clock)
    raised = [house.raised() for _number in range(6)]
    monkeypatch.setattr("backline.engine.duties.look.BATCH", 3)
    at = clock.advance(timedelta(minutes=31))
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
        cursor.execute("SELECT case_id FROM cases_alarm WHERE look_at <= %s ORDER BY look_at LIMIT 3", [at])
        first = [case for (case,) in cursor.fetchall()]
    with psycopg.connect(fresh_database) as other:
        other.execute("SELECT FROM cases_case WHERE id = ANY(%s) FOR UPDATE", [first])
        assert Look().run(at) == 3, "as many as if nobody else were there"
        looked = set(Event.objects.filter(kind="rung.reached").values_list("case_id", flat=True))
        assert len(looked) == 3
        assert not looked & set(first)
        assert Look().run(at) == 0, "the others are in other hands"
    assert Look().run(at) == 3
    assert set(map(str, Event.objects.filter(kind="rung.reached").values_list("case_id", flat=True))) == set(raised)


def test_one_sick_case_stops_nobody_and_is_tried_again(house: House) -> None:
    raised = [house.raised() for _number in range(5)]
    sick = Case.objects.get(id=raised[2])
    whole = sick.fold
    Case.objects.filter(id=sick.id).update(fold={"damaged": True})
    at = house.clock.advance(timedelta(minutes=31))
    assert Look().run(at) == 5
    assert [str(one.case_id) for one in health.all_sick()] == [str(sick.id)]
    assert set(Alarm.objects.filter(look_at__lte=at).values_list("case_id", flat=True)) == {sick.id}
    assert Look().run(at) == 0
    page = words(signed_in("ada").get("/health"))
    assert str(sick.id) in page
    assert health.all_sick()[0].reason in page
    assert "tried 1 time," in page
    at = house.clock.advance(timedelta(minutes=2))
    assert Look().run(at) == 1
    assert health.all_sick()[0].tries == 2
    Case.objects.filter(id=sick.id).update(fold=whole)
    Look().run(house.clock.advance(timedelta(minutes=5)))
    assert health.all_sick() == []
    assert "None: the worker gets through all of them." in words(signed_in("ada").get("/health"))


@pytest.mark.parametrize("many", [1, 3])
def test_a_database_that_goes_away_under_a_tick_makes_no_case_sick(
    fresh_database: str, clock: SettableClock, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    house = House(clock)
    raised = [house.raised() for _number in range(many)]
    clock.advance(timedelta(minutes=31))
    whole = _watch.record

    def cut(decided: Sequence[_watch.Decided]) -> int:
        written = whole(decided)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return written

    with monkeypatch.context() as cutting:
        cutting.setattr(_watch, "record", cut)
        assert loop.tick(Look(), clock) is None
    assert health.all_sick() == []
    assert "terminating connection" in words(signed_in("ada").get("/health"))
    assert not Event.objects.filter(kind="rung.reached").exists(), "nothing of it was written"
    assert loop.tick(Look(), clock) == many
    told = Event.objects.filter(kind="rung.reached").values_list("case_id", flat=True)
    assert sorted(map(str, told)) == sorted(raised)


def test_a_duty_that_does_not_come_back_is_said_to_hang_and_the_others_are_not(house: House) -> None:
    ada, said = signed_in("ada"), "It did not come back from its last run within five minutes."
    for duty in (Shifts(), Noting()):
        loop.tick(duty, house.clock)
    house.clock.advance(timedelta(minutes=5))
    loop.tick(Noting(), house.clock)
    assert said not in words(ada.get("/health"))
    house.clock.advance(timedelta(seconds=6))
    assert [one.duty for one in health.hanging(house.clock.now())] == ["shifts"]
    assert words(ada.get("/health")).count(said) == 1
    loop.tick(Shifts(), house.clock)
    assert said not in words(ada.get("/health"))


def test_a_duty_that_comes_back_each_minute_and_stumbles_is_not_said_to_hang(house: House) -> None:
    ada, duty, said = signed_in("ada"), Noting(), "It did not come back from its last run"
    loop.tick(duty, house.clock)
    duty.stumble = ValueError("worn")
    for _minute in range(7):
        house.clock.advance(timedelta(minutes=1))
        loop.tick(duty, house.clock)
    page = words(ada.get("/health"))
    assert "ValueError: worn" in page
    assert said not in page
    house.clock.advance(timedelta(minutes=6))
    assert said in words(ada.get("/health")), "now it does not come back any more"


def test_the_page_says_how_late_the_worker_is_and_what_it_stumbles_over(house: House) -> None:
    ada = signed_in("ada")
    assert "The worker never ran." in words(ada.get("/health"))
    house.raised()
    duty = Noting()
    loop.tick(duty, house.clock)
    assert "No case waits for the worker." in words(ada.get("/health"))
    house.clock.advance(timedelta(seconds=14))
    assert "does not look at cases" not in words(ada.get("/health"))
    duty.stumble = ValueError("a <worn> relay")
    house.clock.advance(timedelta(minutes=60))
    assert loop.tick(duty, house.clock) is None
    page = words(ada.get("/health"))
    assert "does not look at cases" in page
    assert "ValueError: a <worn> relay" in page
    waited = queries.delay(house.clock.now()).total_seconds()
    assert waited > 1800
    assert f"has waited {waited:.0f} seconds" in page


def test_the_page_names_every_process_its_host_and_which_of_them_is_silent(house: House) -> None:
    ada, worker, auditor = signed_in("ada"), Present("worker"), Present("auditor")
    assert "No worker and no auditor was heard of late." in words(ada.get("/health"))
    for one in (worker, auditor):
        assert loop.tick(one, house.clock) == 0
    me = f"on {platform.node()}, process {os.getpid()}, since"
    page = text(ada.get("/health"))
    assert f"Worker {me}" in page
    assert f"Auditor {me}" in page
    assert "silent" not in page
    house.clock.advance(timedelta(seconds=31))
    loop.tick(auditor, house.clock)
    page = text(ada.get("/health"))
    assert page.count("silent") == 1
    assert page.index("Auditor on") < page.index("Worker on") < page.index("silent")
    house.clock.advance(timedelta(hours=13))
    loop.tick(auditor, house.clock)
    assert "Worker on" not in text(ada.get("/health")), "it is forgotten"


def test_a_duty_that_only_stumbles_is_not_alive(house: House) -> None:
    duty = Noting()
    duty.stumble = ValueError("worn")
    assert loop.tick(duty, house.clock) is None
    assert health.alive(house.clock.now()) is False
    duty.stumble = None
    assert loop.tick(duty, house.clock) == 0
    assert health.alive(house.clock.now()) is True


@pytest.mark.parametrize(
    ("off", "acts"),
    [(-3600, False), (-60, False), (-6, False), (-3, True), (3, True), (6, False), (3600, False), (7200, False)],
)
def test_a_host_whose_clock_is_off_does_nothing_and_says_so(
    db: None, caplog: pytest.LogCaptureFixture, off: int, acts: bool
) -> None:
    host = SettableClock(SystemClock().now() + timedelta(seconds=off))
    duty = Noting()
    assert loop.tick(duty, DatabaseClock(host)) == (0 if acts else None)
    assert bool(duty.ran) is acts
    assert health.alive(SystemClock().now()) is acts
    if not acts:
        said = f"this host's clock is off by {abs(off)} s from the database's"
        assert said in caplog.text
        assert said in health.beats()[0].error
        assert "Traceback" not in caplog.text


def test_what_the_worker_acts_by_is_the_clock_of_the_database(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        before = cursor.fetchone()[0]
    host = SettableClock(before + timedelta(seconds=4))
    at = DatabaseClock(host).now()
    assert before <= at < before + timedelta(seconds=4)
    host.advance(timedelta(seconds=10))
    with pytest.raises(ClockSkew):
        DatabaseClock(host).now()


def test_a_connection_that_died_heals(
    fresh_database: str, clock: SettableClock, caplog: pytest.LogCaptureFixture
) -> None:
    duty = Look()
    assert loop.tick(duty, DatabaseClock(SystemClock())) == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    with psycopg.connect(fresh_database, autocommit=True) as other:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [backend])
    assert loop.tick(duty, DatabaseClock(SystemClock())) is None
    assert "stumbled" in caplog.text
    assert "OperationalError" in health.beats()[0].error
    assert loop.tick(duty, DatabaseClock(SystemClock())) == 0
    assert health.alive(datetime.now(UTC))


def test_duties_run_beside_each_other_until_told_to_stop(fresh_database: str, clock: SettableClock) -> None:
    stop, duties = threading.Event(), [Noting(), Noting()]
    duties[0].stumble = ValueError("worn")
    running = threading.Thread(target=loop.run, args=(duties, clock, stop))
    running.start()
    while len(duties[1].ran) < 3:
        running.join(0.01)
    stop.set()
    running.join(10)
    assert not running.is_alive()
    assert duties[0].ran == []


def test_a_look_costs_what_is_due_and_not_what_is_open(house: House) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            Look().run(at)
        return len(asked)

    for _number in range(3):
        house.raised()
    at = house.clock.now()
    Look().run(at)
    few = cost()
    for _number in range(40):
        house.raised()
    Look().run(at)
    assert cost() == few <= 3
