"""At the limit of a pause somebody looks: the alarm is stored, the engine notes once that the clock runs again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases.models import Alarm, Case
from backline.config.telling import Question, explained
from backline.core.calendar import same_every_day
from backline.core.words import ClockName, Impact, Urgency, WaitReason
from backline.engine.auditor import passes
from backline.engine.duties.look import Look
from backline.ledger.models import Event
from tests.core.calendars import WEEKDAYS, blocks
from tests.fakes.browser import link_of, signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House
from tests.fakes.rules import other_rules
from tests.rooms.cases.test_recompute import lawful, recomputed

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
P3 = {"impact": Impact.MEDIUM, "urgency": Urgency.MEDIUM}
"""72 hours to resolve it, the first rung at three quarters: later than any limit here."""


def waiting(house: House, case: str, reason: WaitReason = WaitReason.CUSTOMER) -> datetime:
    """Sana waits for Cleo from now on; when that stops the clock no longer."""
    until = house.clock.now() + 25 * DAY
    cases.begin_wait([case], reason=reason, until=until, what="The key", **house.once("sana"))
    return house.clock.now() + 10 * DAY


def alarm(case: str) -> Alarm:
    return Alarm.objects.get(case=case, clock=ClockName.RESOLVE)


def noted(case: str) -> list[Any]:
    """When the events of this kind happened, and what they say."""
    return list(Event.objects.filter(case_id=case, kind="pause.spent").order_by("seq"))


def audited(house: House) -> tuple[int, ...]:
    """What the auditor finds wrong, in its own words; that letters wait for a mail server is another matter."""
    found = passes.run(house.clock.now(), whole=True)
    assert found
    return found.lost, found.doubled, found.early, found.silent, found.broken


def to(house: House, moment: datetime) -> None:
    """Time goes by, and the engine looks when it must."""
    house.until(moment, step=12 * HOUR)


def test_the_alarm_is_at_the_limit_and_the_look_there_says_that_it_runs_again(house: House) -> None:
    case = house.working(**P3)
    limit = waiting(house, case)
    assert (alarm(case).look_at, alarm(case).resumes_at) == (limit, limit)
    to(house, limit - timedelta(seconds=1))
    assert noted(case) == []
    house.clock.advance(timedelta(seconds=1))
    assert Look().run(house.clock.now()) >= 1
    [event] = noted(case)
    assert event.recorded_at == limit
    assert alarm(case).look_at > limit, "and the ladder goes on"
    house.tick()
    assert len(noted(case)) == 1, "looking again finds nothing"
    lawful()
    for name in ("carl", "sana", "max"):
        page = words(signed_in(name).get(f"/cases/{case}"))
        assert "The clock of the resolution runs again since" in page, name
        assert "it has waited for the customer as long as it may" in page
    for name in ("cleo", "otto"):
        assert "runs again" not in "".join(letter.body for letter in house.letters(name.title()))
    assert "runs again" not in words(Client().get(link_of(house, "cleo", case)))
    assert audited(house) == (0, 0, 0, 0, 0)


def test_a_wait_that_ends_in_time_leaves_no_alarm_there(house: House) -> None:
    case = house.working(**P3)
    limit = waiting(house, case)
    house.clock.advance(9 * DAY)
    house.tick()
    cases.end_wait([case], record=house.view(case).waits[0].id, outcome="Here", **house.once("sana"))
    assert alarm(case).resumes_at is None
    assert alarm(case).look_at > limit
    to(house, limit + DAY)
    assert noted(case) == []
    lawful()


def test_who_slept_notes_it_late_with_the_moment_at_which_it_was(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backline.config.telling.SystemClock", lambda: house.clock)
    case = house.working(**P3)
    limit = waiting(house, case)
    house.clock.advance(12 * DAY)
    house.tick()
    [event] = noted(case)
    assert event.recorded_at == limit + 2 * DAY
    assert f'"at":"{limit.isoformat()}"' in bytes(event.body).decode()
    assert "Waits" not in explained(Question(case, clock="TRIAGE", at=house.clock.now().isoformat()))
    said = explained(Question(case, clock="RESOLVE", at=house.clock.now().isoformat()))
    assert (
        "All waits for the customer together may stop it for 10 days; that was used up on Mon 30 Nov 2026, 18:01"
    ) in said
    before = explained(
        Question(case, clock="RESOLVE", at=(limit - DAY).isoformat(), known_at=(limit - DAY).isoformat())
    )
    assert "on Mon 30 Nov 2026, 18:01 +00:00 that is used up, and it runs again." in before


def twice(house: House) -> str:
    """A case that waited for eight days, and an hour later waits for the same reason again."""
    case = house.working(**P3)
    waiting(house, case)
    house.clock.advance(8 * DAY)
    house.tick()
    cases.end_wait([case], record=house.view(case).waits[0].id, outcome="Not yet", **house.once("sana"))
    house.clock.advance(HOUR)
    waiting(house, case)
    return case


def test_the_second_wait_of_a_reason_has_what_the_first_left(house: House) -> None:
    case = twice(house)
    assert alarm(case).look_at == house.clock.now() + 2 * DAY
    other = waiting(house, case, WaitReason.ACCESS)
    to(house, other)
    assert [event.recorded_at for event in noted(case)] == [other - 8 * DAY, other], "each reason once, at its limit"
    to(house, other + 5 * DAY)
    lawful()
    assert audited(house) == (0, 0, 0, 0, 0)


def test_the_auditor_gives_the_second_wait_no_more_than_is_left_either(house: House) -> None:
    case = twice(house)
    to(house, house.clock.now() + 5 * DAY)
    assert house.view(case).case.climbs["RESOLVE::1"].rung == 2, "two days stood still, and three ran: it is due"
    assert audited(house) == (0, 0, 0, 0, 0)


def test_other_hours_do_not_move_it_and_a_longer_limit_does(house: House) -> None:
    office = calendar(house, "Office", same_every_day(*blocks("08:00-18:00"), days=WEEKDAYS))
    case = house.working(**P3)
    limit = waiting(house, case)
    house.clock.advance(HOUR)
    chosen(house, ChosenFor.SITE, house.job.site_id, office)
    assert recomputed(house).moved == 1
    assert alarm(case).look_at == limit
    lawful()
    to(house, limit)
    assert len(noted(case)) == 1
    version = other_rules(house, 'CUSTOMER = "10 d"', 'CUSTOMER = "12 d"')
    cases.move_policy([case], policy=version.id, why="They are away", **house.once("max"))
    assert alarm(case).look_at == limit + 2 * DAY
    to(house, limit + 3 * DAY)
    assert len(noted(case)) == 2
    lawful()


@pytest.mark.usefixtures("fresh_database")
def test_two_workers_at_once_note_it_once(clock: SettableClock) -> None:
    house = House(clock)
    found = [house.working(**P3) for _ in range(3)]
    limits = [waiting(house, case) for case in found]
    clock.advance(limits[-1] - clock.now())

    def look(_number: int) -> None:
        try:
            Look().run(clock.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(look, range(4)))
    house.tick()
    assert [len(noted(case)) for case in found] == [1, 1, 1]
    assert not Alarm.objects.filter(look_at__lte=clock.now(), clock=ClockName.RESOLVE).exists()
    assert Case.objects.count() == 3
