"""A later rung told at once: by whom it may be, what everybody reads, and that the climb goes on from there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from backline.calendars import choices
from backline.calendars.choices import Choices
from backline.calendars.operations import Plan, draft
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases.models import Alarm
from backline.cases.moved import Movement, Told, moved
from backline.channels import queries as channels
from backline.core.calendar import Block, same_every_day
from backline.core.words import ClockName
from tests.core.calendars import WEEKDAYS, blocks
from tests.fakes.browser import hidden_in, link_of, signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House
from tests.rooms.cases.test_hours import P3, wall
from tests.rooms.cases.test_recompute import again, first_of, recomputed

WHY = "She is eighty and alone in there"


def rung_of(house: House, case: str, clock: ClockName, role: str) -> str:
    """The choice that would tell this role by this clock."""
    found = [one for one in house.view(case).ahead if one.climb.startswith(clock) and role in one.what.lower()]
    return f"{found[0].climb} {found[0].rung}"


def look_at(case: str) -> datetime:
    return Alarm.objects.get(case=case, clock="ACCEPT").look_at


def sent(client: Client, case: str, **form: Any) -> Any:
    return client.post(f"/cases/{case}/jump", hidden_in(client.get(f"/cases/{case}/jump")) | {"why": WHY} | form)


def foretold(house: House, calendar_id: str, week: tuple[tuple[Block, ...], ...]) -> Movement:
    """What another version of the calendar would move."""
    version = draft(Plan("Office", "Europe/Berlin", week, date(2026, 1, 1)), at=house.clock.now()).version
    suppose = partial(Choices.with_version, calendar=calendar_id, version=version)
    return moved(choices.ever(calendar_id), suppose, at=house.clock.now())


@pytest.fixture
def offered(house: House) -> str:
    """A case that Sana was offered, and a first look of the engine at it."""
    case = house.raised()
    house.offer(case)
    house.tick()
    house.clock.advance(timedelta(minutes=1))
    return case


def test_carl_has_the_manager_told_at_once_and_everybody_reads_why(house: House, offered: str) -> None:
    carl = signed_in("carl")
    page = carl.get(f"/cases/{offered}").content.decode()
    assert "Tell somebody now" in page
    rung = rung_of(house, offered, ClockName.ACCEPT, "manager")
    assert sent(carl, offered, rung=rung).status_code == 302
    [letter] = [one for one in house.letters("Max") if "ahead of time" in one.body]
    body = letter.body
    assert "Carl: Had Max told ahead of time" in body
    assert WHY in body
    shown = signed_in("max").get(f"/cases/{offered}").content.decode()
    assert "Had Max told ahead of time" in shown
    assert WHY in shown
    passed_over = [row for row in channels.outgoing(limit=100).rows if "Passed over" in row.why]
    assert len(passed_over) == 3, "again Sana, the team, the lead"
    cleo = Client().get(link_of(house, "cleo", offered)).content.decode()
    assert WHY not in cleo, "what is said inside stays inside"


def test_the_climb_goes_on_from_there_and_tells_nobody_below(house: House, offered: str) -> None:
    carl = signed_in("carl")
    shown = words(carl.get(f"/cases/{offered}/jump"))
    assert "next: the last-resort contact (Ada), Fri 20 Nov 2026, 18:16" in shown, "before anybody presses"
    sent(carl, offered, rung=rung_of(house, offered, ClockName.ACCEPT, "manager"))
    told = {name: len(house.letters(name)) for name in ("Sana", "Dora", "Lena", "Max", "Ada")}
    planned = house.view(offered).coming
    assert not any("Lena" in one.what for one in planned if one.clock is ClockName.ACCEPT)
    [next_] = [one.at for one in planned if one.clock is ClockName.ACCEPT and "Ada" in one.what][:1]
    assert next_ == house.clock.now() + timedelta(minutes=15), "its own wait, not three quarters of an hour"
    house.until(house.clock.now() + timedelta(minutes=29))
    accept = [one for one in house.letters("Lena") if "accept" in one.subject.lower()]
    assert accept == [], "the lead stood below the manager"
    house.until(house.clock.now() + timedelta(hours=2))
    assert len([one for one in house.letters("Ada") if "accept" in one.subject.lower()]) >= 1, "the last resort is next"
    assert len(house.letters("Sana")) == told["Sana"]


def test_who_takes_it_ends_the_climb_that_was_jumped(house: House, offered: str) -> None:
    sent(signed_in("carl"), offered, rung=rung_of(house, offered, ClockName.ACCEPT, "manager"))
    house.accept(offered)
    states = {row.recipient_name: row.state for row in channels.outgoing(limit=100).rows if "ccept" in row.subject}
    assert states["Max"] == "CANCELLED", "nothing was sent yet, and nobody needs it any more"


def test_the_same_form_twice_tells_once_and_a_rung_that_has_acted_is_refused_in_words(
    house: House, offered: str
) -> None:
    carl, rung = signed_in("carl"), rung_of(house, offered, ClockName.ACCEPT, "manager")
    form = hidden_in(carl.get(f"/cases/{offered}/jump")) | {"why": WHY, "rung": rung}
    carl.post(f"/cases/{offered}/jump", form)
    before = house.view(offered).case.seq
    carl.post(f"/cases/{offered}/jump", form)
    assert house.view(offered).case.seq == before
    late = sent(carl, offered, rung=rung)
    assert "That choice is not there any more" in late.content.decode()
    assert WHY in late.content.decode(), "what was typed is kept"
    assert house.view(offered).case.seq == before


@pytest.mark.parametrize(
    "rung", ["", "ACCEPT", "ACCEPT::999 1", "ACCEPT::2 99", "WAIT:x':1 1", "ACCEPT::2 -1", "a\x00b", "TRIAGE::1 3"]
)
def test_a_choice_that_is_none_is_refused_beside_its_field(house: House, offered: str, rung: str) -> None:
    before = house.view(offered).case.seq
    answer = sent(signed_in("carl"), offered, rung=rung)
    assert answer.status_code in (200, 409, 422), answer.status_code
    assert 'id="id_rung_error"' in answer.content.decode()
    assert house.view(offered).case.seq == before


def test_without_a_reason_nobody_is_told(house: House, offered: str) -> None:
    answer = sent(signed_in("carl"), offered, rung=rung_of(house, offered, ClockName.ACCEPT, "manager"), why="")
    assert 'id="id_why_error"' in answer.content.decode()
    last = house.view(offered).ahead[-1]
    with pytest.raises(cases.MoveRefused):
        cases.jump([offered], climb=last.climb, rung=last.rung, why="", **house.once("carl"))
    assert len(house.letters("Max")) == 0


def test_what_comes_after_a_jump_counts_in_the_hours_of_its_clock_and_follows_a_change_of_them(house: House) -> None:
    office = calendar(house)
    chosen(house, ChosenFor.TEAM, house.specialists.id, office)
    house.clock.advance(timedelta(minutes=1))
    case = house.raised(**P3)
    house.offer(case)
    house.tick()
    climb, rung = rung_of(house, case, ClockName.ACCEPT, "the rest of the team").split(" ")
    cases.jump([case], climb=climb, rung=int(rung), why=WHY, **house.once("carl"))
    assert look_at(case) == wall("2026-11-23T09:00"), "half of two hours, from Monday morning on"
    later = same_every_day(*blocks("10:00-18:00"), days=WEEKDAYS)
    [one] = foretold(house, office, later).first
    assert (one.line.id, one.reminder) == (case, (wall("2026-11-23T09:00"), wall("2026-11-23T11:00")))
    assert one.told[1] == Told(wall("2026-11-23T11:00"), "Lena")
    again(house, office, later)
    assert [(found.case, found.clock) for found in cases.recompute_check()] == [(case, ClockName.ACCEPT)]
    done = recomputed(house)
    assert (done.moved, [found.reminder_at for found in first_of(done, house)]) == (1, [wall("2026-11-23T11:00")])
    assert look_at(case) == wall("2026-11-23T11:00")
    assert cases.rebuild(check=True).flaws == ()
    house.clock.at = wall("2026-11-23T10:59")
    told = len(house.letters("Lena"))
    house.tick()
    assert len(house.letters("Lena")) == told
    house.until(wall("2026-11-23T11:00"))
    assert len(house.letters("Lena")) == told + 1, "the lead"


def test_while_a_case_may_close_by_itself_nobody_is_told_and_it_closes_in_time(house: House) -> None:
    case = house.working()
    house.resolve(case)
    assert [one.climb for one in house.view(case).ahead if one.climb.startswith("CONFIRM")] == []
    [clock] = [one for one in house.view(case).clocks if one.name is ClockName.CONFIRM]
    with pytest.raises(cases.MoveRefused):
        cases.jump([case], climb=clock.climb, rung=0, why=WHY, **house.once("carl"))
    house.clock.at = clock.due_at
    house.tick()
    assert house.view(case).case.closed_how == "LAPSED"


def test_neither_the_customer_nor_a_stranger_nor_otto_may(house: House, offered: str) -> None:
    climb, _separator, rung = rung_of(house, offered, ClockName.ACCEPT, "manager").partition(" ")
    for name in ("cleo", "otto", "dora", "tom"):
        with pytest.raises((cases.MoveRefused, cases.NoSuchCase)):
            cases.jump([offered], climb=climb, rung=int(rung), why=WHY, **house.once(name))
    assert len(house.letters("Max")) == 0


def test_two_at_once_tell_him_once(fresh_database: str, clock: SettableClock) -> None:
    house = House(clock)
    case = house.raised()
    house.offer(case)
    house.tick()
    climb, _separator, rung = rung_of(house, case, ClockName.ACCEPT, "manager").partition(" ")
    asks = [house.once(name) for name in ("carl", "max", "lena", "carl")]

    def tries(once: dict[str, Any]) -> bool:
        try:
            cases.jump([case], climb=climb, rung=int(rung), why=WHY, **once)
        except cases.MoveRefused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(tries, asks)) == [False, False, False, True]
    assert len(house.letters("Max")) == 1
    assert cases.rebuild(check=True).flaws == ()
