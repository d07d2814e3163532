"""Rosters from elsewhere: read from a file or an address, names that mean nobody are said, the last good one stays."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backline.calendars import wording
from backline.calendars.words import MOST_BYTES, FeedFault
from backline.core.oncall import Shift
from backline.engine.duties.rosters import Rosters
from backline.people import oncall, rosters
from backline.people import operations as people
from backline.people.operations import RosterForm, TeamForm
from tests.conftest import FRIDAY
from tests.fakes import naughty
from tests.fakes.browser import signed_in, words
from tests.fakes.house import House
from tests.fakes.shifts import DAY, HOUR, MONDAY, SATURDAY, SUNDAY, away, ids, named, on, plan, turns, who
from tests.rooms.calendars.test_feeds import entry, feed
from tests.rooms.desk.test_oncall_feeds import content, made

TEAM = feed(
    entry("DTSTART:20261121T070000Z", "DTEND:20261122T070000Z", uid="1", name="sana@example.org"),
    entry("DTSTART:20261121T190000Z", "DTEND:20261122T190000Z", uid="2", name="@LENA"),
    entry("DTSTART;VALUE=DATE:20261123", "DTEND;VALUE=DATE:20261124", uid="3", name="Nightingale"),
)


@pytest.fixture
def team(house: House) -> str:
    """Sana and Lena."""
    return str(house.specialists.id)


def upload(client: Client, team: str, text: str | bytes, **changes: Any) -> Any:
    """Somebody sends a file."""
    file = SimpleUploadedFile("team.ics", text.encode() if isinstance(text, str) else text)
    return client.post(f"/on-call/rosters/{team}", {"zone": "Europe/Berlin", "feed": file, **changes})


def page(client: Client, team: str) -> str:
    """The page in words."""
    return words(client.get(f"/on-call/rosters/{team}"))


def shifts(house: House, team: str, start: datetime, end: datetime) -> list[tuple[str, datetime, datetime]]:
    """Who has it from when to when."""
    schedule = oncall.schedule_of(team, start, end, at=house.clock.now())
    found: tuple[Shift, ...] = schedule.shifts(start, end) if schedule else ()
    return [(named(house, [one.person])[0], one.start, one.end) for one in found]


def test_a_file_says_who_is_on_call_and_whom_nobody_knows_is_said(house: House, team: str) -> None:
    carl = signed_in("carl")
    plan(house, team, turns(house, "lena"))
    assert upload(carl, team, TEAM).status_code == 302
    assert on(house, team, FRIDAY) == ["lena"], "where the roster names nobody, the turns count"
    assert on(house, team, SATURDAY) == ["sana"]
    assert sorted(on(house, team, SATURDAY + 13 * HOUR)) == ["lena", "sana"], "of two at once both are on call"
    assert on(house, team, SUNDAY) == ["lena"]
    assert on(house, team, MONDAY) == ["lena"]
    said = page(carl, team)
    assert said.count("means nobody") == 1
    assert said.index("Nightingale") < said.index("means nobody") < said.index("@LENA")
    sana = str(house.persons["sana"].id)
    assert carl.post(f"/on-call/rosters/{team}", {"called": "Nightingale", "person": sana}).status_code == 302
    assert "means nobody" not in page(carl, team)
    assert on(house, team, MONDAY) == ["sana"]
    upload(carl, team, TEAM)
    assert on(house, team, MONDAY) == ["sana"], "who was said to be meant is meant in the next file too"
    away(house, "sana", MONDAY, MONDAY + DAY)
    assert on(house, team, MONDAY) == ["lena"], "where the only one named is away, the turns count"


def test_a_climb_tells_whom_the_roster_names_and_calendars_read_it(house: House, team: str) -> None:
    mine = made("lena")
    before = content(mine)
    house.clock.advance(HOUR)
    shift = entry("DTSTART:20261120T170000Z", "DTEND:20261121T070000Z", name="lena")
    assert upload(signed_in("carl"), team, feed(shift)).status_code == 302
    house.offer(house.raised(), person="")
    house.tick()
    assert (len(house.letters("Sana")), len(house.letters("Lena"))) == (0, 1)
    assert b"DTSTART;TZID=" not in before
    assert b"DTSTAMP:20261120T190000Z\r\nDTSTART;TZID=UTC:20261120T190000" in content(mine), "from when it was read"


def test_only_whoever_plans_the_team_enters_where_it_is_planned(house: House, team: str) -> None:
    for name in ("sana", "tess", "dora"):
        client = signed_in(name)
        assert client.get(f"/on-call/rosters/{team}").status_code == 403
        for sent in ({"called": "x"}, {"drop": "1"}, {"zone": "UTC", "address": "https://example.org/x"}):
            assert client.post(f"/on-call/rosters/{team}", sent).status_code == 403
    assert upload(signed_in("sana"), team, TEAM).status_code == 403
    dora = who(house, "dora")
    for act in (
        lambda: people.keep_roster(RosterForm(team, "UTC", content=TEAM.encode()), **dora),
        lambda: people.drop_roster(team, **dora),
        lambda: people.name_in_roster(team, "Nightingale", "", **dora),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert on(house, team, SATURDAY) == []
    assert upload(signed_in("lena"), team, TEAM).status_code == 302
    assert on(house, team, SATURDAY) == ["sana"]
    assert signed_in("max").get(f"/on-call/rosters/{house.job.site_id}").status_code == 404


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "empty"),
        (b"<html>", "no calendar feed"),
        (b"x" * (MOST_BYTES + 1), "larger than 1 MB"),
        (feed(entry("DTSTART:20261121T070000Z", "RRULE:FREQ=SECONDLY")).encode(), "takes too long to follow"),
        (feed(entry("DTSTART;TZID=Nowhere:20261121T070000", "DURATION:PT1H")).encode(), "names a time zone"),
    ],
)
def test_a_file_that_cannot_be_read_is_said_beside_it_and_the_last_good_one_stays(
    house: House, team: str, text: bytes, said: str
) -> None:
    carl = signed_in("carl")
    upload(carl, team, TEAM)
    refused = upload(carl, team, text)
    assert (refused.status_code, said in words(refused)) == (422, True)
    assert on(house, team, SATURDAY) == ["sana"]


def test_an_address_that_is_none_is_said_beside_it(house: House, team: str) -> None:
    carl = signed_in("carl")
    wrong = ["", "team.ics", "ftp://example.org/x", "file:///etc/passwd", "https://", "https://[", "http://x y/", "ä://x",
             "https://example.org/ä", "https://x:99999/", "https://" + "x" * 2000]  # fmt: skip
    for address in [*wrong, naughty.DAMAGED[0], naughty.DAMAGED[3]]:
        answer = carl.post(f"/on-call/rosters/{team}", {"zone": "Europe/Berlin", "address": address})
        assert answer.status_code == 422, address
    both = upload(carl, team, TEAM, address="https://example.org/team.ics")
    assert (both.status_code, "one of them" in words(both)) == (422, True)
    assert upload(carl, team, TEAM, zone="Mars/Base").status_code == 422
    assert on(house, team, SATURDAY) == []


def test_an_address_is_read_again_and_again_and_what_was_read_last_stays(house: House, team: str) -> None:
    carl, ada, said = signed_in("carl"), signed_in("ada"), {"now": TEAM.encode()}
    asked: list[str] = []

    def fetch(address: str) -> bytes:
        asked.append(address)
        if not said["now"]:
            raise wording.feed(FeedFault.KEEPS_STILL)
        return said["now"]

    duty = Rosters(fetch)
    sent = {"zone": "Europe/Berlin", "address": " webcal://calendar.example.org/team.ics "}
    assert carl.post(f"/on-call/rosters/{team}", sent).status_code == 302
    assert "Not read yet." in page(carl, team)
    assert [duty.run(house.clock.now()), duty.run(house.clock.now())] == [1, 0]
    assert asked == ["https://calendar.example.org/team.ics"]
    assert on(house, team, SATURDAY) == ["sana"]
    for bad in (b"", b"<html>login</html>", b"x" * (MOST_BYTES + 1)):
        said["now"] = bad
        house.clock.advance(timedelta(minutes=15))
        assert duty.run(house.clock.now()) == 1
        assert on(house, team, SATURDAY) == ["sana"]
        for known in (page(carl, team), words(ada.get("/readiness"))):
            assert "nothing was changed" in known
            assert "What was read before stays." in known
    said["now"] = TEAM.replace("20261121T070000Z", "20261121T080000Z").encode()
    house.clock.advance(timedelta(minutes=15))
    duty.run(house.clock.now())
    assert on(house, team, SATURDAY) == []
    assert on(house, team, SATURDAY + HOUR) == ["sana"]
    assert "What was read before stays." not in words(ada.get("/readiness"))
    assert carl.post(f"/on-call/rosters/{team}", {"drop": "1"}).status_code == 302
    house.clock.advance(timedelta(minutes=15))
    assert duty.run(house.clock.now()) == 0
    assert on(house, team, SATURDAY + HOUR) == []


def test_a_roster_with_nothing_ahead_takes_the_place_of_no_good_one_and_is_said_where_there_is_none(
    house: House, team: str
) -> None:
    carl, ada, said = signed_in("carl"), signed_in("ada"), {"now": TEAM}
    past = feed(entry("DTSTART:20261118T070000Z", "DTEND:20261120T180000Z", name="lena"))
    ahead = "No shifts ahead in the roster of Lift specialists"
    upload(carl, team, TEAM)
    for nothing in (past, feed()):
        refused = upload(carl, team, nothing)
        assert (refused.status_code, "It holds no shift from now on; nothing was changed." in words(refused)) == (
            422,
            True,
        )
        assert on(house, team, SATURDAY) == ["sana"]
    assert ahead not in words(ada.get("/readiness"))

    duty = Rosters(lambda _address: said["now"].encode())
    carl.post(f"/on-call/rosters/{team}", {"zone": "Europe/Berlin", "address": "https://example.org/team.ics"})
    for said["now"] in (TEAM, past):
        duty.run(house.clock.now())
        assert on(house, team, SATURDAY) == ["sana"]
        house.clock.advance(timedelta(minutes=15))
    for known in (page(carl, team), words(ada.get("/readiness"))):
        assert "It holds no shift from now on; nothing was changed." in known
        assert "What was read before stays." in known
    house.clock.at = MONDAY + 2 * DAY
    assert "could not be read" in words(ada.get("/readiness"))
    assert ahead in words(ada.get("/readiness")), "the last good one is over"
    duty.run(house.clock.now())
    assert "could not be read" not in words(ada.get("/readiness"))
    assert ahead in words(ada.get("/readiness"))
    assert ahead not in words(signed_in("sana").get("/readiness"))
    carl.post(f"/on-call/rosters/{team}", {"drop": "1"})
    assert ahead not in words(ada.get("/readiness"))


def test_what_was_entered_while_another_one_was_read_counts(house: House, team: str) -> None:
    form = RosterForm(team, "Europe/Berlin", "https://example.org/old.ics")
    people.keep_roster(form, **who(house, "max"))

    def fetch(_address: str) -> bytes:
        people.keep_roster(RosterForm(team, "Europe/Berlin", content=feed().encode()), **who(house, "max"))
        return TEAM.encode()

    assert Rosters(fetch).run(house.clock.now()) == 1
    assert on(house, team, SATURDAY) == []


def test_one_that_nobody_foresaw_holds_up_no_other(house: House, team: str) -> None:
    for number, other in enumerate((team, str(house.support.id))):
        form = RosterForm(other, "Europe/Berlin", f"https://example.org/{number}.ics")
        people.keep_roster(form, **who(house, "max"))

    def fetch(address: str) -> bytes:
        if "0" in address:
            raise ZeroDivisionError
        return TEAM.encode()

    assert Rosters(fetch).run(house.clock.now()) == 2
    assert "for a reason that nobody foresaw" in page(signed_in("max"), team)
    assert "Last read" in page(signed_in("max"), str(house.support.id))


def test_what_has_been_stays_whatever_is_read_later(house: House, team: str) -> None:
    carl = signed_in("carl")
    upload(carl, team, TEAM)
    house.clock.at = SUNDAY
    upload(carl, team, feed(entry("DTSTART:20261120T070000Z", "DTEND:20261125T070000Z", name="lena")))
    assert shifts(house, team, FRIDAY, MONDAY) == [("sana", SATURDAY, SUNDAY), ("lena", SATURDAY + 12 * HOUR, MONDAY)]


def test_what_we_hand_out_comes_back_the_same_in_the_night_of_the_change(house: House, team: str) -> None:
    """Half past two comes twice in that night, and a whole day has twenty-five hours."""
    house.clock.at = datetime(2026, 10, 20, 12, tzinfo=UTC)
    plan(house, team, turns(house, "sana", "lena", first_day=house.clock.at.date(), hand_over=150))
    handed = content(made("sana", team))
    start, end = datetime(2026, 10, 21, tzinfo=UTC), datetime(2026, 11, 5, tzinfo=UTC)
    before = shifts(house, team, start, end)
    plan(house, team, seen=1)
    assert shifts(house, team, start, end) == []
    whole = entry("DTSTART;VALUE=DATE:20261025", name="Lena")
    people.keep_roster(RosterForm(team, "Europe/Berlin", content=handed), **who(house, "max"))
    for name in ("Sana", "Lena"):
        called, person = f"{name} on call for Lift specialists", str(house.persons[name.lower()].id)
        people.name_in_roster(team, called, person, **who(house, "max"))
    assert shifts(house, team, start, end) == before
    people.keep_roster(RosterForm(team, "Europe/Berlin", content=feed(whole).encode()), **who(house, "max"))
    [(_lena, begins, ends)] = shifts(house, team, start, end)
    assert (begins, ends - begins) == (datetime(2026, 10, 24, 22, tzinfo=UTC), timedelta(hours=25))


ROSTERS = {
    "calendar_with_all_day_event.ics": (
        datetime(2021, 1, 20, tzinfo=UTC), "Asia/Yekaterinburg",
        {"Alex": "sana", "Alice": "lena", "Bob": "dora", "Bernard Desruisseaux": "tess"},
        ("2021-01-26 12", "2021-01-29 12"),
        ["tess 26 12:00 26 17:00", "sana 26 19:00 27 19:00", "lena 26 19:00 28 19:00", "dora 27 08:00 27 17:00",
         "tess 28 08:00 28 17:00", "tess 29 08:00 29 12:00"],
    ),
    "calendar_with_edited_recurring_events.ics": (
        datetime(2021, 1, 20, tzinfo=UTC), "Europe/Berlin", {"Bob": "dora", "Bernard Desruisseaux": "tess"},
        ("2021-01-23 00", "2021-01-28 12"),
        ["tess 24 08:00 24 17:00", "tess 25 08:00 25 17:00", "tess 26 08:00 26 17:00", "dora 27 08:00 27 17:00",
         "tess 28 08:00 28 12:00"],
    ),
    "quality.ics": (
        datetime(2022, 8, 20, tzinfo=UTC), "Europe/London", {"user1": "sana", "user2": "lena"},
        ("2022-09-08 12", "2022-09-19 04"),
        ["lena 08 16:00 08 22:00", "sana 09 01:30 09 02:00", "lena 09 04:00 09 06:00", "sana 09 04:30 09 05:30",
         "lena 09 07:45 09 08:45", "sana 11 23:00 15 23:00", "sana 16 23:00 17 23:00", "sana 19 03:00 19 04:00"],
    ),
}  # fmt: skip


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ROSTERS)
def test_rosters_found_in_public_say_what_they_say(house: House, team: str, name: str) -> None:
    shared = Path(os.environ.get("BACKLINE_SHARED") or "../shared")
    file = shared / "data" / "ics" / "oncall" / name
    if not file.exists():
        pytest.skip(f"no shared data at {shared.resolve()}: set BACKLINE_SHARED")
    now, zone, meant, span, expected = ROSTERS[name]
    house.clock.at = now
    members = tuple(ids(house, "sana", "lena", "dora", "tess"))
    people.keep_team(TeamForm("Lift specialists", 3, "", members), team_id=team)
    people.keep_roster(RosterForm(team, zone, content=file.read_bytes()), **who(house, "max"))
    assert not any(one.person for one in rosters.names_in(team, at=now))
    assert {one.name.strip("@") for one in rosters.names_in(team, at=now)} >= set(meant)
    for called, person in meant.items():
        people.name_in_roster(team, called, *ids(house, person), **who(house, "max"))
    unknown = {one.name for one in rosters.names_in(team, at=now) if not one.person}
    assert unknown == ({"test", "wrong"} if name == "quality.ics" else set())
    start, end = (datetime.strptime(one, "%Y-%m-%d %H").replace(tzinfo=UTC) for one in span)
    found = [f"{person} {begins:%d %H:%M} {ends:%d %H:%M}" for person, begins, ends in shifts(house, team, start, end)]
    assert sorted(found) == sorted(expected)
