"""Shifts in one's own calendar: a foreign library reads what the schedule says; an address is secret and can end."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import icalendar
import pytest
import recurring_ical_events
from django.db import connection
from django.test import Client

from backline.core.words import Role
from backline.people import oncall
from backline.people import operations as people
from backline.people.models import Agreement, ShiftFeed
from backline.people.operations import PersonForm, TeamForm
from tests.conftest import FRIDAY
from tests.fakes.browser import signed_in, words
from tests.fakes.house import House
from tests.fakes.shifts import DAY, HOUR, SATURDAY, SUNDAY, agreed, away, ids, plan, swap, turns, who

TODAY = datetime(2026, 11, 20, tzinfo=UTC)
NIGHTS = TODAY - timedelta(days=31), TODAY + timedelta(days=366)
"""What a feed holds on that Friday; the clocks are changed twice in it."""
ON_CALL = "on call for Lift specialists"
Read = set[tuple[datetime, datetime, str]]


@pytest.fixture
def team(house: House) -> str:
    """Sana, Lena and Dora hand over at half past two in Berlin, which the clock skips in March and repeats in October.

    Sana lives there, and Lena in New York.
    """
    team, zones = str(house.specialists.id), {"sana": "Europe/Berlin", "lena": "America/New_York", "dora": "UTC"}
    members = tuple(ids(house, *zones))
    people.keep_team(TeamForm("Lift specialists", 3, members[1], members), team_id=team)
    for name, zone in zones.items():
        type(house.persons[name]).objects.filter(id=house.persons[name].id).update(zone=zone)
    plan(house, team, turns(house, "sana", "lena", "dora", hand_over=150))
    return team


def made(name: str, whose: str = "own") -> str:
    """Somebody makes an address on the page; the path of it."""
    client = signed_in(name)
    before = set(addresses(client))
    assert client.post("/on-call/feeds", {"whose": whose}).status_code == 302
    [new] = set(addresses(client)) - before
    return new


def addresses(client: Client) -> list[str]:
    """The addresses on somebody's page."""
    return re.findall(r"<code>http://testserver(/[^<]+)</code>", words(client.get("/on-call/feeds")))


def content(address: str) -> bytes:
    """What a calendar reads, which has no session."""
    answer = Client().get(address)
    assert answer.status_code == 200, answer
    return bytes(answer.content)


def read(feed: bytes) -> Read:
    """What a foreign library makes of it."""
    calendar = icalendar.Calendar.from_ical(feed)
    found = recurring_ical_events.of(calendar).between(NIGHTS[0] - 400 * DAY, NIGHTS[1] + DAY)
    shifts = {(one.start.astimezone(UTC), one.end.astimezone(UTC), str(one["SUMMARY"])) for one in found}
    assert len(shifts) == len(found) == len({str(one["UID"]) for one in found})
    return shifts


def planned(house: House, team: str, name: str = "") -> Read:
    """What the schedule says of the same time: of everybody, or of one person."""
    schedule = oncall.schedule_of(team, NIGHTS[0] - 366 * DAY, NIGHTS[1], at=house.clock.now())
    known = {str(person.id): person.name for person in house.persons.values()}
    assert schedule
    return {
        (one.start, one.end, "On call for Lift specialists" if name else f"{known[one.person]} {ON_CALL}")
        for one in schedule.shifts(NIGHTS[0] - 366 * DAY, NIGHTS[1])
        if one.end > NIGHTS[0] and (not name or known[one.person] == name)
    }


def uids(feed: bytes) -> dict[str, str]:
    """How each entry is called, by when it begins."""
    return {str(one.start): str(one["UID"]) for one in icalendar.Calendar.from_ical(feed).walk("VEVENT")}


def test_a_foreign_library_reads_the_same_shifts_through_both_changes_of_the_clocks(house: House, team: str) -> None:
    agreed(house, team, "dora", SATURDAY, SUNDAY)
    away(house, "lena", SUNDAY + 100 * DAY, SUNDAY + 120 * DAY)
    for name in ("sana", "lena", "dora"):
        mine = read(content(made(name)))
        assert mine == planned(house, team, name.title())
        assert len(mine) > 100
        everybody = read(content(made(name, team)))
        assert everybody == planned(house, team)
    starts, ends = {one[0] for one in everybody}, {one[1] for one in everybody}
    october = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert october in starts, "the new shift begins the first time that it is half past two"
    assert october + HOUR in ends, "and the one before ends the second time"
    march = datetime(2027, 3, 28, 1, tzinfo=UTC)
    assert march in starts & ends, "where half past two is skipped, the change is the moment"


@pytest.mark.parametrize("name", ["sana", "lena"])
def test_the_zone_is_told_whole_for_readers_that_do_not_know_it(house: House, team: str, name: str) -> None:
    zone = {"sana": b"Europe/Berlin", "lena": b"America/New_York"}[name]
    feed = content(made(name, team))
    assert b"DTSTART;TZID=" + zone in feed
    own = b"Where " + name.encode() + b" lives"  # a reader may keep what it was told of a name once
    strange = feed.replace(b"TZID:" + zone, b"TZID:" + own).replace(b"TZID=" + zone, b"TZID=" + own)
    assert zone not in strange
    assert read(strange) == planned(house, team)


def test_what_is_swapped_away_or_called_off_is_gone_and_the_others_stay_what_they_were(house: House, team: str) -> None:
    mine, everybody = made("sana"), made("sana", team)
    before, all_before = content(mine), content(everybody)
    given = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    people.take_swap(swap(house, team, "sana", given, given + DAY, "dora"), **who(house, "dora"))
    assert read(before) - read(content(mine)) == {(given, given + DAY, "On call for Lift specialists")}
    assert (given, given + DAY, "Dora on call for Lift specialists") in read(content(everybody))
    assert b"DESCRIPTION:In place of Sana." in content(everybody)
    kept = uids(content(everybody))
    assert {start for start, uid in uids(all_before).items() if kept[start] != uid} == {"2026-11-23 02:30:00+01:00"}
    override = agreed(house, team, "lena", SUNDAY + 9 * DAY, SUNDAY + 10 * DAY)
    assert len(content(everybody)) > len(all_before)
    people.end_agreement(override.id, **who(house, "max"))
    assert uids(content(everybody)) == kept


def test_who_took_over_from_outside_the_team_has_it_in_his_own_feed(house: House, team: str) -> None:
    address = made("max")
    assert read(content(address)) == set()
    people.take_over(team, **who(house, "max"))
    [(start, _end, said)] = read(content(address))
    assert (start, said) == (house.clock.now(), "On call for Lift specialists")


def test_a_shift_that_lasts_no_second_is_no_entry(house: House, team: str) -> None:
    everybody = made("sana", team)
    house.clock.at = house.clock.now().replace(microsecond=0)
    people.take_over(team, **who(house, "dora"))
    house.clock.advance(timedelta(milliseconds=300))
    people.take_over(team, **who(house, "lena"))
    spans = [(start, end) for start, end, _name in read(content(everybody))]
    assert all(start < end for start, end in spans)
    assert [one.person for one in Agreement.objects.order_by("id")] == [house.persons[one] for one in ("dora", "lena")]


def test_an_entry_is_called_the_same_tomorrow_be_it_one_that_never_ends(house: House, team: str) -> None:
    address = made("sana", team)
    before = uids(content(address))
    house.clock.advance(DAY)
    after = uids(content(address))
    assert {start: uid for start, uid in after.items() if start in before}.items() <= before.items()
    assert len(after.keys() & before.keys()) > 360
    plan(house, team, turns(house, "dora", first_day=date(2020, 1, 1)), seen=1)
    house.clock.advance(500 * DAY)
    [always] = uids(content(address)).values()
    house.clock.advance(DAY)
    assert list(uids(content(address)).values()) == [always]


def test_a_calendar_that_has_it_is_told_so_until_something_changes(house: House, team: str) -> None:
    address, client = made("sana"), Client()
    first = client.get(address)
    assert (first["Content-Type"], first["Cache-Control"]) == ("text/calendar; charset=utf-8", "private, no-cache")
    assert not client.cookies
    house.clock.advance(HOUR)
    same = client.get(address, headers={"if-none-match": first["ETag"]})
    assert (same.status_code, same.content, same["ETag"]) == (304, b"", first["ETag"])
    away(house, "sana", SUNDAY, SUNDAY + 9 * DAY)
    other = client.get(address, headers={"if-none-match": first["ETag"]})
    assert other.status_code == 200
    assert b"DTSTAMP:20261120T190000Z" in other.content
    assert client.post(address).status_code == 405
    assert client.head(address).content == b""
    assert not client.cookies


def test_an_address_that_was_never_made_or_has_ended_says_nothing_at_all(house: House, team: str) -> None:
    sana, lena = signed_in("sana"), signed_in("lena")
    own, all_of_it, lenas = made("sana"), made("sana", team), made("lena")
    secret = own.removeprefix("/on-call/feed/").removesuffix(".ics")
    key, seal = secret.split(".")
    other = lenas.removeprefix("/on-call/feed/").removesuffix(".ics").split(".")
    tried = [
        key,
        f"{key}.",
        f".{seal}",
        f"{key}.{other[1]}",
        f"{other[0]}.{seal}",
        secret[:-1],
        secret.upper(),
        "é",
        ".",
    ]
    nothing = Client().get("/on-call/feed/a-guess.ics")
    assert nothing.status_code == 404
    for one in tried:
        answer = Client().get(f"/on-call/feed/{one}.ics")
        assert (answer.status_code, answer.content) == (404, nothing.content), one
    people.keep_team(TeamForm("Lift specialists", 3, ids(house, "lena")[0], tuple(ids(house, "lena"))), team_id=team)
    assert Client().get(all_of_it).content == nothing.content, "she is not of the team any more"
    assert read(content(own)) == set()
    assert addresses(sana) == [own]
    gone = PersonForm("Lena", "lena@example.org", (Role.SPECIALIST,), active=False)
    people.keep_person(gone, person_id=ids(house, "lena")[0])
    assert Client().get(lenas).content == nothing.content
    assert lena.get("/on-call/feeds").status_code == 302


def test_an_address_is_changed_or_closed_by_its_owner_alone(house: House, team: str) -> None:
    sana, lena, own = signed_in("sana"), signed_in("lena"), made("sana")
    key = str(ShiftFeed.objects.get().key)
    said = "That is not one of your addresses any more. Nothing was changed."
    for act in ("renew", "close"):
        for client, sent in ((lena, key), (sana, "nonsense")):
            answer = client.post("/on-call/feeds", {act: sent})
            assert answer.status_code == 302
            read = words(client.get("/on-call/feeds"))
            assert (said in read, "read nothing any more" in read) == (True, False)
    assert addresses(sana) == [own]
    assert addresses(lena) == []
    sana.post("/on-call/feeds", {"renew": key})
    [other] = addresses(sana)
    sana.post("/on-call/feeds", {"renew": key})
    assert addresses(sana) == [other], "pressed twice it is changed once"
    assert (Client().get(own).status_code, Client().get(other).status_code) == (404, 200)
    sana.post("/on-call/feeds", {"close": str(ShiftFeed.objects.get().key)})
    assert addresses(sana) == []
    assert Client().get(other).status_code == 404


def test_only_who_may_know_the_shifts_of_a_team_is_offered_them(house: House, team: str) -> None:
    for name, knows in (("sana", True), ("lena", True), ("carl", True), ("max", True), ("tess", False), ("tom", False)):
        client = signed_in(name)
        assert ("All of Lift specialists" in words(client.get("/on-call/feeds"))) is knows, name
        answer = client.post("/on-call/feeds", {"whose": team})
        assert (answer.status_code, len(addresses(client))) == ((302, 1) if knows else (422, 0)), name
    refused = signed_in("tess").post("/on-call/feeds", {"whose": "../own"})
    assert (refused.status_code, "Choose one of these." in words(refused)) == (422, True)
    assert Client().get("/on-call/feeds").status_code == 302


def test_a_feed_names_no_customer_and_a_hostile_name_stays_a_name(house: House, team: str) -> None:
    house.working()
    evil = "Lifts\r\nEND:VEVENT\nBEGIN:VALARM, a;b \\n \u2028\x85 🛗" + "🛗é" * 60
    people.keep_team(TeamForm(evil[:200], 3, ids(house, "lena")[0], tuple(ids(house, "sana", "lena"))), team_id=team)
    feed = content(made("sana", team))
    assert not [word for word in (b"Library", b"Museum", b"Cleo", b"Otto", b"lift stands", b"LIB") if word in feed]
    assert max(len(line) for line in feed.split(b"\r\n")) <= 75
    assert not [line for line in feed.split(b"\r\n") if b"\n" in line or b"\r" in line]
    [name] = {
        str(one["SUMMARY"]).partition(" on call for ")[2] for one in icalendar.Calendar.from_ical(feed).walk("VEVENT")
    }
    assert name.startswith("Lifts END:VEVENT BEGIN:VALARM, a;b \\n")
    assert name.endswith("🛗é🛗é")
    assert b"\r\nBEGIN:VALARM" not in feed


def test_of_two_who_make_the_same_address_at_once_both_get_one(fresh_database: str, clock: Any) -> None:
    house, gate = House(clock), Barrier(2)
    sana, found = house.actor("sana"), []

    def make() -> None:
        try:
            gate.wait()
            found.append(people.open_feed("", by=sana, at=FRIDAY).key)
        finally:
            connection.close()

    threads = [Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert len(set(found)) == 1
