"""Sana takes a case while Ada makes her inactive: whoever is first, no open case has an owner who is gone."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

from django.db import connection

from backline.cases import operations as cases
from backline.cases.operations import MoveRefused
from backline.core.words import Role, State
from backline.people.operations import PersonForm
from tests.fakes.clock import SettableClock
from tests.fakes.house import House


def test_no_case_is_left_to_somebody_who_left_at_that_moment(fresh_database: str, clock: SettableClock) -> None:
    house = House(clock)
    sana = str(house.persons["sana"].id)
    for _ in range(12):
        back = PersonForm("Sana", "sana@example.org", (Role.SPECIALIST,))
        cases.keep_person(back, person_id=sana, by=house.actor("ada"), at=clock.now())
        case = house.raised()
        house.offer(case, person="")
        start = Barrier(2)
        threads = [Thread(target=accepts, args=(house, case, start)), Thread(target=leaves, args=(house, sana, start))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        now = house.view(case).case
        assert (now.state, now.person) == (State.OFFERED, "")
    assert cases.rebuild(check=True).flaws == ()


def accepts(house: House, case: str, start: Barrier) -> None:
    """Sana presses the button, with the page that she opened while she was active."""
    once = house.once("sana")
    start.wait()
    try:
        cases.accept([case], lease=timedelta(hours=1), **once)
    except MoveRefused:
        pass
    finally:
        connection.close()


def leaves(house: House, person: str, start: Barrier) -> None:
    """Ada makes her inactive."""
    gone = PersonForm("Sana", "sana@example.org", (Role.SPECIALIST,), active=False)
    by, at = house.actor("ada"), house.clock.now()
    start.wait()
    try:
        cases.keep_person(gone, person_id=person, by=by, at=at)
    finally:
        connection.close()
