"""Recomputing beside everything else: two workers, one that is killed, moves that began before and ones that wait."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from backline.calendars import choices
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases.models import Case
from backline.cases.operations import _recompute
from backline.cases.recomputed import changes, waiting
from backline.core.words import ClockName, Impact, Urgency
from tests.fakes.clock import SettableClock
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House
from tests.rooms.cases.test_hours import P3, due, wall
from tests.rooms.cases.test_recompute import LONG, again, lawful, recomputed

MANY = 30


@pytest.fixture
def many(fresh_database: str, clock: SettableClock, monkeypatch: pytest.MonkeyPatch) -> House:
    """Cases under the hours of the office, which have changed; a batch is small, and what is to do is divided."""
    monkeypatch.setattr(_recompute, "BATCH", 3)
    monkeypatch.setattr(_recompute, "MANY", 10)
    house = House(clock)
    office = calendar(house)
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, office)
    for _ in range(MANY):
        house.raised(**P3)
    recomputed(house)
    again(house, office, LONG)
    return house


def beside(work: Callable[[], object]) -> threading.Thread:
    """Somebody who does something on a connection of his own."""

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def until_done(house: House) -> None:
    while waiting():
        cases.recompute(at=house.clock.now())


def test_two_workers_share_it_and_each_clock_moves_once(many: House) -> None:
    workers = [beside(lambda: until_done(many)) for _ in range(2)]
    for worker in workers:
        worker.join(60)
    [done] = changes(most=1)
    assert (done.cases, done.looked, done.moved) == (MANY, MANY, 2 * MANY)
    lawful()


def test_killed_in_the_middle_of_a_batch_it_goes_on_where_it_was(many: House, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, batches = _recompute._write, iter(range(100))

    def killed(found: _recompute._Found) -> None:
        whole(found)
        if next(batches) == 4:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    monkeypatch.setattr(_recompute, "_write", killed)
    with pytest.raises(OperationalError):
        until_done(many)
    connection.close()
    [half] = changes(most=1)
    assert 0 < half.looked < MANY
    assert list(cases.recompute_check()) != []
    until_done(many)
    [done] = changes(most=1)
    assert (done.looked, done.moved) == (MANY, 2 * MANY), "no batch was counted twice"
    lawful()


def test_it_waits_for_a_case_that_is_being_raised_under_the_hours_from_before(many: House) -> None:
    recomputed(many)
    read, told = threading.Event(), threading.Event()
    found: list[str] = []

    def raised() -> None:
        with transaction.atomic():
            found.append(many.raised(**P3))
            read.set()
            told.wait(60)

    slow = beside(raised)
    read.wait(60)
    many.clock.advance(timedelta(minutes=1))
    chosen(many, ChosenFor.ORGANISATION, choices.EVERYBODY, calendar(many, "Other", LONG))
    for _ in range(5):
        cases.recompute(at=many.clock.now())
    assert waiting(), "somebody still writes who has not seen the choice"
    told.set()
    slow.join(60)
    recomputed(many)
    lawful()
    assert due(found[0], ClockName.TRIAGE)


def test_a_move_under_way_is_waited_for_and_counted_as_it_ends(many: House) -> None:
    cases.recompute(at=many.clock.now())
    moving, told = threading.Event(), threading.Event()
    case = many.raised(**P3)

    def moved() -> None:
        with transaction.atomic():
            so = {"impact": Impact.LOW, "urgency": Urgency.HIGH, "why": "As agreed"}
            cases.change_priority([case], **so, **many.once("carl"))
            moving.set()
            told.wait(60)

    slow = beside(moved)
    moving.wait(60)
    worker = beside(lambda: until_done(many))
    worker.join(1)
    assert worker.is_alive(), "the case is in other hands"
    told.set()
    slow.join(60)
    worker.join(60)
    lawful()


@pytest.mark.parametrize("held", [1, 20])
def test_what_others_hold_is_come_back_to_and_nobody_waits_for_it(many: House, fresh_database: str, held: int) -> None:
    cases.recompute(at=many.clock.now())
    taken = list(Case.objects.order_by("id").values_list("id", flat=True))[:held]
    with psycopg.connect(fresh_database) as slow:
        slow.execute("SELECT id FROM cases_case WHERE id = ANY(%s) FOR UPDATE", [taken])
        while cases.recompute(at=many.clock.now()):
            pass
        [going] = changes(most=1)
        assert 0 < going.looked <= MANY - len(taken)
        assert going.looked == MANY - 1 or held > 1, "one that is held holds up no other"
    until_done(many)
    [done] = changes(most=1)
    assert (done.looked, done.moved) == (MANY, 2 * MANY), "none twice, and none forgotten"
    lawful()


def test_a_request_from_before_the_change_that_comes_late_goes_by_the_hours_of_today(house: House) -> None:
    office = calendar(house)
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, office)
    case = house.raised(**P3)
    early = house.once("carl")
    house.clock.advance(timedelta(hours=1))
    again(house, office, LONG)
    recomputed(house)
    cases.add_note([case], text="Sent a while ago", **early)
    cases.raise_case(house.report(**P3), **house.once("tess") | {"at": early["at"]})
    assert due(case, ClockName.TRIAGE) == wall("2026-11-20T21:00")
    lawful()
