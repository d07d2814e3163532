"""Plans of on-call over HTTP that meet what was agreed before them, and an hour that comes twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test import Client

from backline.people.models import Absence, Agreement, Deputy
from tests.conftest import FRIDAY
from tests.fakes.browser import chosen, keep, key_in, look, press, signed_in, text
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.fakes.shifts import (
    DAY,
    HOUR,
    MONDAY,
    SATURDAY,
    SUNDAY,
    agreed,
    away,
    ids,
    in_berlin,
    on,
    plan,
    taking_turns,
    turns,
)


@pytest.fixture
def team(house: House, team: str) -> str:
    """The team of three, for whom all read by the clock in Berlin."""
    in_berlin(house)
    return team


def test_a_plan_moves_what_is_held_by_agreement_and_says_so_where_it_changes_nothing(house: House, team: str) -> None:
    lena, place = signed_in("lena"), f"/on-call/{team}/plan/swap"
    agreed(house, team, "lena", MONDAY, MONDAY + DAY, instead_of="sana")
    form = lena.get(place)
    typed = {"one": chosen(form, "one", "– Tue 24 Nov, 08:00"), "other": chosen(form, "other", "– Mon 23 Nov, 08:00")}
    looked = look(lena, place, **typed)
    assert "Sun 22 Nov, 08:00 – Mon 23 Nov, 08:00 Lena for Dora: swap instead of Dora" in text(looked), "not today"
    assert "Mon 23 Nov, 08:00 – Tue 24 Nov, 08:00 Dora for Sana: swap instead of Lena" in text(looked)
    assert "Swapped." in text(keep(lena, place, looked, **typed))
    assert [on(house, team, at) for at in (SATURDAY + DAY, MONDAY)] == [["lena"], ["dora"]]

    place, kept = f"/on-call/{team}/plan/name", Agreement.objects.count()
    person, giver = ids(house, "lena", "sana")
    typed = {"person": person, "instead_of": giver, "from_at": "2026-11-23T08:00", "to_at": "2026-11-24T08:00"}
    looked = look(lena, place, **typed)
    assert "Nothing: the same people are on call as now." in text(looked), "Sana gave that shift away"
    sent = keep(lena, place, looked, **typed)
    assert sent.status_code == 422
    assert "This changes nothing: the same people would be on call as now. Nothing was saved." in text(sent)
    assert "Named." not in text(sent)
    assert Agreement.objects.count() == kept
    far = typed | {"from_at": "", "to_at": "2027-03-01T08:00", "instead_of": ids(house, "dora")[0]}
    agreed(house, team, "sana", house.clock.now(), house.clock.now() + 90 * DAY)
    looked = look(lena, place, **far)
    assert "Nothing: the same people are on call as now." in text(looked)
    assert "Named." in text(keep(lena, place, looked, **far)), "after what pages show it changes something"


def test_shifts_that_overlap_where_an_hour_is_repeated_are_swapped_whole_and_both_are_there_in_it(
    house: House,
) -> None:
    in_berlin(house)
    house.clock.at = datetime(2026, 10, 23, 12, tzinfo=UTC)
    team = taking_turns(house)
    plan(house, team, turns(house, "sana", "lena", "dora", hand_over=2 * 60 + 30, first_day=date(2026, 10, 20)), seen=1)
    lena, place = signed_in("lena"), f"/on-call/{team}/plan/swap"
    form = lena.get(place)
    one, other = "– Sun 25 Oct, 02:30 (UTC+01:00)", "Sun 25 Oct, 02:30 (UTC+02:00) –"
    typed = {"one": chosen(form, "one", one), "other": chosen(form, "other", other)}
    assert typed["one"] != typed["other"]
    assert "Swapped." in text(keep(lena, place, look(lena, place, **typed), **typed))
    change = datetime(2026, 10, 25, 1, tzinfo=UTC)
    then = [sorted(on(house, team, change + hours * HOUR)) for hours in (-1, 0, 1)]
    assert then == [["dora"], ["dora", "lena"], ["lena"]]


def test_what_ends_in_an_hour_that_comes_twice_ends_the_second_time_and_the_page_says_which(house: House) -> None:
    in_berlin(house)
    house.clock.at = datetime(2026, 10, 23, 12, tzinfo=UTC)
    team = taking_turns(house)
    plan(house, team, turns(house, "sana", first_day=date(2026, 10, 20)), seen=1)
    half = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    typed = {"from_at": "2026-10-25T02:30", "to_at": "2026-10-25T02:30"}
    lena, dora = ids(house, "lena", "dora")
    for place, person, said in (
        (f"/on-call/{team}/plan/name", lena, "02:30 (UTC+02:00) – Sun 25 Oct, 02:30 (UTC+01:00) Lena"),
        (f"/on-call/{team}/plan/away", lena, "02:30 (UTC+02:00) – Sun 25 Oct, 02:30 (UTC+01:00) Sana"),
    ):
        before = typed | {"person": person, "instead_of": ""}
        looked = look(signed_in("max"), place, **before)
        assert said in text(looked)
        assert text(looked).count("02:30 (UTC") == 2, "one change, and none of no length"
        keep(signed_in("max"), place, looked, **before)
    spans = [(one.from_at, one.to_at) for one in (Agreement.objects.get(), Absence.objects.get())]
    assert spans == [(half, half + HOUR)] * 2
    assert signed_in("max").post("/deputies", {"person": dora, **typed}).status_code == 302
    assert Deputy.objects.get().to_at == half + HOUR


def test_what_is_said_of_an_absence_once_it_is_kept_is_what_came_of_it(house: House, team: str) -> None:
    lena, sana, place = signed_in("lena"), signed_in("sana"), "/on-call/away"
    until = {"person": ids(house, "lena")[0], "from_at": "2026-11-21T08:00", "to_at": "2026-11-22T08:00"}
    kept = text(keep(lena, place, look(lena, place, **until), **until))
    assert "Kept. On call instead: Dora for Lena, who is away. Whoever stands in hears of it" in kept
    assert "Nobody is on call" not in kept
    away(house, "dora", house.clock.now(), None)
    mine = {"person": ids(house, "sana")[0], "from_at": "2026-11-21T08:00", "to_at": "2026-11-22T08:00"}
    looked = look(sana, place, **mine)
    assert "Nobody would be on call: 08:00 tomorrow" in text(looked)
    kept = text(keep(sana, place, looked, **mine))
    assert "Kept. Nobody is on call then: 08:00 tomorrow – Sun 22 Nov, 08:00. Who plans" in kept
    assert "instead" not in kept.partition("Who plans")[0]
    tess, hers = signed_in("tess"), {"person": ids(house, "tess")[0], "from_at": "", "to_at": ""}
    assert "Kept. The same people are on call as before." in text(keep(tess, place, look(tess, place, **hers), **hers))


def test_a_plan_whose_outcome_is_another_by_now_is_shown_again_before_it_is_kept(house: House, team: str) -> None:
    sana, place = signed_in("sana"), "/on-call/away"
    typed = {"person": ids(house, "sana")[0], "from_at": "", "to_at": "2026-11-21T08:00"}
    looked = look(sana, place, **typed)
    assert "Lena for Sana, who is away" in text(looked)
    for name in ("lena", "dora"):
        away(house, name, FRIDAY, SATURDAY)
    again = keep(sana, place, looked, **typed)
    assert "The shifts or the form changed since you looked. Nothing was saved; look it over, then save." in text(again)
    assert "Nobody would be on call:" in text(again)
    assert not Absence.objects.filter(person=house.persons["sana"]).exists()
    house.clock.advance(timedelta(minutes=7))
    kept = keep(sana, place, again, **typed)
    assert "Kept. Nobody is on call then: " in text(kept), "minutes that pass change no outcome"
    assert "That was sent already" in text(keep(sana, place, again, **typed))
    assert Absence.objects.filter(person=house.persons["sana"]).count() == 1

    max_, place = signed_in("max"), f"/on-call/{team}/plan/name"
    named = {"person": ids(house, "dora")[0], "instead_of": "", "from_at": "2026-11-23T09:00"}
    named |= {"to_at": "2026-11-23T18:00"}
    looked = look(max_, place, **named)
    away(house, "sana", MONDAY, MONDAY + DAY)  # whose turn it is
    again = text(keep(max_, place, looked, **named))
    assert "Nothing was saved;" in again
    assert "Dora named for this time instead of Lena" in again
    assert not Agreement.objects.exists()


def test_who_took_over_from_outside_reads_which_team_his_absence_concerns(house: House, team: str) -> None:
    max_, place = signed_in("max"), "/on-call/away"
    press(max_, "/on-call", f"/on-call/{team}/take-over")
    typed = {"person": ids(house, "max")[0], "from_at": "2026-11-20T20:00", "to_at": ""}
    looked = text(look(max_, place, **typed))
    assert "no team is concerned" not in looked
    assert "Lift specialists 20:00 today" in looked
    assert "Sana instead of Max" in looked
    assert "no team is concerned" in text(look(signed_in("tess"), place, **typed | {"person": ids(house, "tess")[0]}))


def test_whoever_is_there_again_ends_each_absence_that_lies_over_the_moment_and_none_that_comes(
    house: House, team: str
) -> None:
    dora, sana = signed_in("dora"), signed_in("sana")
    first, second, later = (
        away(house, "dora", start, end).id
        for start, end in ((FRIDAY, None), (FRIDAY + HOUR, SUNDAY + HOUR), (MONDAY, MONDAY + DAY))
    )
    assert "These lie over each other" not in text(dora.get("/on-call")), "one of them has begun"
    now = house.clock.advance(timedelta(hours=2))
    assert on(house, team, SUNDAY) == ["sana"]
    assert "These lie over each other" in text(dora.get("/on-call"))
    assert sana.post(f"/on-call/absences/{second}/end", {"key": key_in(sana.get("/on-call"))}).status_code == 403
    assert Absence.objects.filter(to_at=None).exists()
    ended = text(press(dora, "/on-call", f"/on-call/absences/{second}/end"))
    assert "Ended, all 2 that lay over this moment. From now on the schedule counts again." in ended
    assert dict(Absence.objects.values_list("id", "to_at")) == {first: now, second: now, later: MONDAY + DAY}
    assert on(house, team, SUNDAY) == ["dora"]
    for over in (first, second):
        again = dora.post(f"/on-call/absences/{over}/end", {"key": key_in(dora.get("/on-call"))}, follow=True)
        assert "That absence was over already. Nothing was changed." in text(again)
    max_ = signed_in("max")
    assert "Dora will be there after all" in text(max_.get(f"/on-call/{team}"))
    assert "Taken back." in text(press(max_, f"/on-call/{team}", f"/on-call/absences/{later}/end"))
    assert "I will be there after all" not in text(dora.get("/on-call"))
    assert Absence.objects.count() == 2, "what was is kept"


def test_of_two_windows_that_end_absences_at_once_one_ends_all(fresh_database: str, clock: SettableClock) -> None:
    house = House(clock)
    taking_turns(house)
    absences = [away(house, "dora", FRIDAY + hours * HOUR, None).id for hours in range(2)]
    now = clock.advance(timedelta(hours=3))
    start, read = Barrier(2), list[str]()

    def end(client: Client, absence: int) -> None:
        start.wait()
        page = text(client.post(f"/on-call/absences/{absence}/end", {"key": f"{absence:032}"}, follow=True))
        read.append(next(said for said in ("all 2 that lay", "over already") if said in page))
        connection.close()

    windows = zip(map(signed_in, ("dora", "max")), absences, strict=True)
    threads = [Thread(target=end, args=window) for window in windows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(read) == ["all 2 that lay", "over already"]
    assert list(Absence.objects.values_list("to_at", flat=True)) == [now, now]
