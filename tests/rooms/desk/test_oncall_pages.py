"""On-call over HTTP: Sana swaps on her page, Dora falls ill, Max names somebody; who sees it, and what is refused."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backline.core.calendar import Block
from backline.people import operations as people
from backline.people.models import Absence, Agreement, ScheduleVersion, SwapAsked
from backline.people.operations import SwapForm, TeamForm
from tests.fakes.browser import choices, chosen, hidden, keep, key_in, look, press, send, signed_in, text, words
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.fakes.shifts import (
    DAY,
    HOUR,
    MONDAY,
    SATURDAY,
    agreed,
    as_typed,
    away,
    ids,
    in_berlin,
    on,
    plan,
    taking_turns,
    turns,
)

THREE = ("sana", "lena", "dora")
NASTY = (
    "\0",
    b"\xed\xa0\x80",
    "x" * 10_000,
    "nobody",
    "9999-12-31T23:59",
    "0001-01-01T00:00",
    "2026-11-21T08:00+99:99",
    "-1",
)


@pytest.fixture
def team(house: House, team: str) -> str:
    """The team of three, for whom all read by the clock in Berlin."""
    in_berlin(house)
    return team


def test_sana_swaps_with_dora_who_falls_ill_and_max_names_lena(house: House, team: str) -> None:
    sana, dora, max_ = signed_in("sana"), signed_in("dora"), signed_in("max")
    place = f"/on-call/{team}/swap"
    form = sana.get(f"{place}?at={(SATURDAY + 2 * DAY).isoformat().replace('+', '%2B')}")
    typed = {
        "shift": chosen(form, "shift", "Mon 23 Nov, 08:00"),
        "back": chosen(form, "back", "– Mon 23 Nov, 08:00"),
    }
    assert f'value="{typed["shift"]}" selected' in words(form), "the shift that she came from is chosen"
    asked = sana.post(place, {"key": key_in(form), **typed}, follow=True)
    assert "Sana asks Dora to take a shift of Lift specialists" in text(asked)
    assert "Take back" in text(asked)
    [swap] = SwapAsked.objects.values_list("id", flat=True)
    assert "Swaps" not in text(signed_in("lena").get("/on-call")), "Dora was asked, and nobody else"
    assert "The shift is yours" in text(press(dora, "/on-call", f"/on-call/swaps/{swap}/take"))
    week = text(signed_in("tess").get(f"/on-call/{team}?day=2026-11-23"))
    assert "Mon 23 Nov until 08:00 Sana for Dora: swap from 08:00 Dora for Sana: swap" in week

    house.clock.at = MONDAY + 2 * HOUR
    away = {"person": ids(house, "dora")[0], "from_at": "", "to_at": ""}
    looked = look(dora, "/on-call/away", **away)
    assert not Absence.objects.exists()
    assert "10:00 today – 08:00 tomorrow Lena for Dora, who is away instead of Dora" in text(looked)
    kept = text(keep(dora, "/on-call/away", looked, **away))
    assert "Kept. On call instead: Lena for Dora, who is away" in kept
    assert "Whoever stands in hears of it, as does who plans the team." in kept
    assert "Lena until 08:00 tomorrow" in text(max_.get("/on-call"))

    until = {"person": ids(house, "sana")[0], "instead_of": "", "from_at": "", "to_at": "2026-11-24T08:00"}
    looked = look(max_, f"/on-call/{team}/plan/name", **until)
    assert "Sana named for this time instead of Lena" in text(looked)
    kept = keep(max_, f"/on-call/{team}/plan/name", looked, **until)
    assert "Named. The calendar shows it." in text(kept)
    assert "from 10:00 Sana named for this time" in text(kept)


def test_what_is_sent_twice_is_kept_once_and_says_so(house: House, team: str) -> None:
    lena, place = signed_in("lena"), f"/on-call/{team}/plan/swap"
    form = lena.get(place)
    typed = {"one": chosen(form, "one", "– Sun 22 Nov, 08:00"), "other": chosen(form, "other", "– Mon 23 Nov, 08:00")}
    looked = look(lena, place, **typed)
    assert "Dora for Lena: swap instead of Lena" in text(looked)
    assert "Lena for Dora: swap instead of Dora" in text(looked)
    assert not Agreement.objects.exists()
    assert "Swapped." in text(keep(lena, place, looked, **typed))
    assert "That was sent already" in text(keep(lena, place, looked, **typed))
    assert Agreement.objects.count() == 2
    person = {"person": ids(house, "dora")[0], "from_at": "", "to_at": ""}
    place = f"/on-call/{team}/plan/away"
    looked = look(lena, place, **person)
    keep(lena, place, looked, **person)
    other = person | {"person": ids(house, "sana")[0]}
    again = lena.post(place, hidden(looked, "key") | other)
    reused = lena.post(place, hidden(again, "key", "looked") | {"keep": "1"} | other)
    assert reused.status_code == 409
    assert "sent before with another content; that one was kept" in text(reused)
    assert hidden(reused, "key") != hidden(looked, "key"), "looked over, it can be sent"
    assert Absence.objects.count() == 1
    button = {"key": key_in(lena.get("/on-call"))}
    for said in ("You are on call for Lift specialists now.", "That was sent already"):
        assert said in text(lena.post(f"/on-call/{team}/take-over", button, follow=True))
    assert Agreement.objects.count() == 3


def test_who_takes_over_has_it_at_once_and_who_neither_is_in_the_team_nor_plans_it_may_not(
    house: House, team: str
) -> None:
    page = text(signed_in("sana").get("/on-call"))
    assert "Sana you until 08:00 tomorrow Then Lena, 08:00 tomorrow" in page
    assert "Take over" not in page, "she has it already"
    done = press(signed_in("dora"), "/on-call", f"/on-call/{team}/take-over")
    assert "Dora you until 07:00 tomorrow" in text(done), "twelve hours at most"
    assert "Take over" not in text(signed_in("tess").get("/on-call"))
    assert "until the shift ends, and 12 hours at most" in text(signed_in("max").get("/on-call"))
    key = {"key": key_in(signed_in("dora").get("/on-call"))}
    assert signed_in("tess").post(f"/on-call/{team}/take-over", key).status_code == 403
    taken = text(press(signed_in("max"), "/on-call", f"/on-call/{team}/take-over"))
    assert "Max you until 07:00 tomorrow" in taken
    assert "Lift specialists, named for this time" in taken
    assert "Ask for a swap" not in taken, "only who is in the team swaps"
    assert Agreement.objects.count() == 2
    case = house.raised()
    house.offer(case, person="")
    house.tick()
    assert [one for one in house.letters("Max") if one.kind.startswith("rung.ACCEPT")]
    assert send(signed_in("max"), f"/cases/{case}/accept", lease="3600").status_code == 302
    assert signed_in("tom").get(f"/cases/{case}/accept").status_code == 404
    sanas = house.raised()
    house.offer(sanas)
    assert signed_in("max").get(f"/cases/{sanas}/accept").status_code == 200, "as anybody of the team may"
    house.clock.advance(13 * HOUR)
    later = house.raised()
    house.offer(later, person="")
    assert signed_in("max").get(f"/cases/{later}/accept").status_code == 302, "his time is over"


def test_who_takes_over_and_is_away_later_has_it_until_then_and_reads_so(house: House, team: str) -> None:
    now = house.clock.now()
    away(house, "dora", now + 3 * HOUR, None)
    away(house, "dora", now + 2 * HOUR, now + 4 * HOUR)
    done = text(press(signed_in("dora"), "/on-call", f"/on-call/{team}/take-over"))
    assert "You are on call for Lift specialists now, until 21:00 today: from then on you are away." in done
    assert [on(house, team, now + hours * HOUR) for hours in range(3)] == [["dora"], ["dora"], ["sana"]]
    away(house, "lena", now, now + HOUR)
    refused = text(press(signed_in("lena"), "/on-call", f"/on-call/{team}/take-over"))
    assert "That person is away in this time." in refused
    assert Agreement.objects.count() == 1


def test_a_shift_past_what_pages_show_has_no_end_there_and_none_is_chosen_in_its_place(house: House, team: str) -> None:
    lena = signed_in("lena")
    plan(house, team, turns(house, "dora", "lena", turn=40 * 24), seen=1)
    page = text(lena.get("/on-call")).partition("My next shifts")[2]
    assert "Wed 30 Dec, 08:00 – past the coming 60 days Lift specialists I am away" in page
    agreed(house, team, "lena", SATURDAY, SATURDAY + HOUR)
    place, shown = f"/on-call/{team}/swap", "cannot be swapped yet, or is not yours any more"
    for at, mine in (("2026-12-30T07:00:00+00:00", False), ("2026-11-22T07:00:00+00:00", False),
                     ("2026-11-21T07:00:00+00:00", True), ("", True)):  # fmt: skip
        form = lena.get(place, {"at": at})
        assert (shown in text(form)) is not mine, at
        assert ("Choose a shift" in choices(form, "shift")) is not mine, at
    sent = lena.post(place + "?at=2026-12-30T07:00:00Z", {"key": key_in(form), "shift": "", "asked": "", "back": ""})
    assert sent.status_code == 422
    assert not SwapAsked.objects.exists()


def test_where_nobody_changes_no_page_gives_the_moment_at_which_it_stops_looking_as_an_end(
    house: House, team: str
) -> None:
    lena = signed_in("lena")
    plan(house, team, turns(house, "dora"), seen=1)
    card = text(lena.get("/on-call")).partition("Who is there now")[2].partition("My next shifts")[0]
    assert "Dora for the coming 60 days at least Take over" in card
    gone = {"person": ids(house, "dora")[0], "from_at": "2026-11-21T08:00", "to_at": ""}
    place = f"/on-call/{team}/plan/away"
    looked = look(lena, place, **gone)
    assert "Nobody would be on call: from 08:00 tomorrow on instead of Dora Lift support Nothing" in text(looked)
    until = look(lena, place, **gone | {"to_at": "2026-11-23T08:00"})
    assert "Nobody would be on call: 08:00 tomorrow – Mon 23 Nov, 08:00 instead of Dora" in text(until)
    keep(lena, place, looked, **gone)
    card = text(lena.get("/on-call")).partition("Who is there now")[2]
    assert "Dora until 08:00 tomorrow Nobody 08:00 tomorrow and on Take over" in card


def test_who_is_of_another_team_sees_and_asks_nothing(house: House, team: str) -> None:
    tess = signed_in("tess")
    assert "Sana" in text(tess.get("/on-call"))
    assert "Change the schedule" not in text(tess.get(f"/on-call/{team}"))
    for place in ("swap", "plan/name", "plan/away", "schedule"):
        assert tess.get(f"/on-call/{team}/{place}").status_code == 403
    assert 'href="/on-call"' not in words(tess.get("/jobs")), "nobody calls her"
    assert 'href="/on-call"' in words(signed_in("dora").get("/mine"))
    for place in ("/on-call", f"/on-call/{team}", f"/on-call/{team}/schedule"):
        assert Client().get(place).headers["Location"].startswith("/sign-in"), "Cleo and Otto have no way in"


def test_a_swap_is_declined_and_another_is_taken_back(house: House, team: str) -> None:
    sana, dora = signed_in("sana"), signed_in("dora")
    place = f"/on-call/{team}/swap"
    for asked, presser, said in ((ids(house, "dora")[0], dora, "decline"), ("", sana, "take-back")):
        form = sana.get(place)
        shift = chosen(form, "shift", "– Tue 24 Nov, 08:00")
        sana.post(place, {"key": key_in(form), "shift": shift, "asked": asked, "back": ""})
        swap = SwapAsked.objects.get(answer="").id
        before = key_in(presser.get("/on-call"))
        press(presser, "/on-call", f"/on-call/swaps/{swap}/{said}")
        late = signed_in("dora" if presser is dora else "lena").post(
            f"/on-call/swaps/{swap}/take", {"key": before}, follow=True
        )
        assert "Nothing was changed." in text(late)
    assert not Agreement.objects.exists()


def test_of_those_who_take_a_swap_at_once_one_has_it_once_and_the_others_read_who(
    fresh_database: str, clock: SettableClock
) -> None:
    house = House(clock)
    asked = SwapForm(taking_turns(house), SATURDAY + 2 * DAY, SATURDAY + 3 * DAY)
    swap = people.ask_swap(asked, by=house.actor("sana"), at=clock.now()).id
    start, read = Barrier(4), []

    def take(client: Client, key: str) -> None:
        start.wait()
        page = text(client.post(f"/on-call/swaps/{swap}/take", {"key": key}, follow=True))
        read.append(
            next(said for said in ("The shift is yours", "sent already", "has taken this shift") if said in page)
        )
        connection.close()

    windows = [(signed_in(name), key) for name, key in (("dora", "a" * 32), ("lena", "b" * 32)) for _twice in range(2)]
    threads = [Thread(target=take, args=window) for window in windows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(read) == ["The shift is yours", "has taken this shift", "has taken this shift", "sent already"]
    assert Agreement.objects.count() == 1


def test_a_gap_is_said_and_drawn(house: House, team: str) -> None:
    lena = signed_in("lena")
    house.clock.at = SATURDAY
    plan(house, team, seen=1)
    house.clock.at = SATURDAY + HOUR
    assert "No schedule: the whole team is told." in text(lena.get("/on-call"))
    plan(house, team, turns(house, *THREE, week=((Block(20 * 60, 32 * 60),),) * 7), seen=2)
    assert "Nobody is on call, until 20:00 today" in text(lena.get("/on-call"))
    page = lena.get(f"/on-call/{team}?day=2026-11-21")
    assert "Nobody is on call: 08:00 today – 20:00 today" in text(page)
    assert 'fill="url(#hatch)"' in words(page)


@pytest.mark.parametrize(("day", "hours", "entries"), [
    ("2026-10-25", "25 h: the clocks go back", ["until 02:30 (UTC+01:00)", "from 02:30 (UTC+02:00)"]),
    ("2027-03-28", "23 h: the clocks go forward", ["until 03:00", "from 03:00"]),
])  # fmt: skip
def test_the_days_on_which_clocks_change_are_drawn_as_long_as_they_are(
    house: House, day: str, hours: str, entries: list[str]
) -> None:
    in_berlin(house)
    house.clock.at = datetime(2026, 10, 1, tzinfo=UTC)
    team = taking_turns(house)
    plan(house, team, turns(house, *THREE, hand_over=2 * 60 + 30, first_day=date(2026, 10, 1)), seen=1)
    page = signed_in("lena").get(f"/on-call/{team}?day={day}")
    said = text(page).partition(hours)[2]
    for entry in entries:
        assert entry in said
    widths = re.findall(r'class="ground" width="([\d.]+)%"', words(page))
    assert len(set(widths)) == 2
    assert widths[-1] == ("100.00" if "25" in hours else "95.83")


def test_times_are_those_of_the_reader_and_the_schedules_zone_is_named(house: House, team: str) -> None:
    people.set_zone(person_id=ids(house, "lena")[0], zone="Asia/Tokyo")
    page = text(signed_in("lena").get(f"/on-call/{team}?day=2026-11-21"))
    assert "by the clock in Asia/Tokyo. The schedule is planned by the clock in Europe/Berlin." in page
    assert "Sat 21 Nov today 03:00–16:00 Sana from 16:00 Lena you" in page
    assert "planned by the clock" not in text(signed_in("sana").get(f"/on-call/{team}"))


def test_a_month_and_ones_own_shifts(house: House, team: str) -> None:
    page = text(signed_in("sana").get(f"/on-call/{team}?view=month&whose=mine&day=2026-12-15"))
    assert "December 2026" in page
    assert "Lena" not in page.partition("Agreed beside the schedule")[0]
    assert "Sana you" in page
    for day in ("9999-12-31", "0001-01-01", "x", "2026-02-30", "2199-12-31", "2000-01-01"):
        assert signed_in("sana").get(f"/on-call/{team}", {"day": day, "view": day, "whose": day}).status_code == 200


def test_two_shifts_of_one_person_and_somebody_elses_in_return_are_refused_beside_the_field(
    house: House, team: str
) -> None:
    lena, place = signed_in("lena"), f"/on-call/{team}/plan/swap"
    form = lena.get(place)
    one = chosen(form, "one", "– Sun 22 Nov, 08:00")
    assert "Both are shifts of the same person." in text(
        lena.post(place, {"key": key_in(form), "one": one, "other": one})
    )
    place = f"/on-call/{team}/swap"
    form = lena.get(place)
    typed = {"shift": one, "asked": ids(house, "sana")[0], "back": chosen(form, "back", "– Mon 23 Nov, 08:00")}
    assert "That is a shift of Dora." in text(lena.post(place, {"key": key_in(form), **typed}))
    assert not SwapAsked.objects.exists()


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_hostile_values_are_refused_in_words_and_change_nothing(house: House, team: str, nasty: str | bytes) -> None:
    max_ = signed_in("max")
    forms: dict[str, dict[str, Any]] = {
        "/on-call/away": dict.fromkeys(("person", "from_at", "to_at"), nasty),
        f"/on-call/{team}/plan/away": dict.fromkeys(("person", "from_at", "to_at"), nasty),
        f"/on-call/{team}/plan/name": dict.fromkeys(("person", "instead_of", "from_at", "to_at"), nasty),
        f"/on-call/{team}/plan/swap": dict.fromkeys(("one", "other"), nasty),
        f"/on-call/{team}/schedule": dict.fromkeys([*as_typed(house), "seen", "do", "0-add", "0-day_6"], nasty)
        | {"layers": "2"},
    }
    for place, typed in forms.items():
        for more in ({"key": "0" * 32}, {"key": nasty}, {"key": nasty, "keep": "1", "save": "1", "looked": nasty}):
            refused = max_.post(place, typed | more)
            assert refused.status_code == (409 if place.endswith("schedule") else 422), place
            assert "Something needs another look" in words(refused)
    lena = signed_in("lena")
    away = {"person": ids(house, "lena")[0], "from_at": "", "to_at": "2026-11-22T08:00"}
    for place, good in (
        ("/on-call/away", away), (f"/on-call/{team}/plan/name", away | {"instead_of": ""}),
        (f"/on-call/{team}/schedule", as_typed(house, "sana", seen="1")),
    ):  # fmt: skip
        assert lena.post(place, {"key": "0" * 32} | good).status_code == 200, "without what is hostile it is looked at"
        for field in good:
            assert lena.post(place, {"key": "0" * 32} | good | {field: nasty}).status_code in (200, 409, 422), field
    typed = dict.fromkeys(("shift", "asked", "back", "key"), nasty)
    assert lena.post(f"/on-call/{team}/swap", typed).status_code == 422
    strange = [f"/on-call/{'0' * 8}-0000-0000-0000-{'0' * 12}/{place}" for place in ("swap", "plan/name", "schedule")]
    assert {lena.post(place, {"key": "0" * 32}).status_code for place in strange} == {404}
    assert lena.get(f"/on-call/{team}/swap", {"at": nasty}).status_code in (200, 400)
    far = 10**40
    for place in (f"/on-call/absences/{far}/end", f"/on-call/{team}/agreements/{far}/end"):
        assert max_.post(place, {"key": "0" * 32}).status_code == 302
    assert [kind.objects.count() for kind in (Absence, Agreement, SwapAsked)] == [0, 0, 0]
    assert ScheduleVersion.objects.count() == 1


def test_the_overview_asks_no_more_for_more_teams(house: House, team: str) -> None:
    def asked() -> int:
        client.get("/on-call")
        with CaptureQueriesContext(connection) as queries:
            client.get("/on-call")
        return len(queries)

    client = signed_in("lena")
    before = asked()
    for number in range(5):
        one = people.keep_team(TeamForm(f"Team {number}", 2, "", tuple(ids(house, "lena", "dora"))))
        plan(house, str(one.id), turns(house, "dora", "lena"))
    assert "Team 4" in text(client.get("/on-call"))
    assert asked() == before


def test_a_case_that_a_team_is_offered_says_who_is_on_call(house: House, team: str) -> None:
    case = house.raised()
    house.offer(case, person="")
    assert "Lift specialists on call: Sana" in text(signed_in("carl").get(f"/cases/{case}"))
    house.accept(case, "lena")
    assert "on call: Sana" not in text(signed_in("carl").get(f"/cases/{case}"))
