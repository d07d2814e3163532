"""Who will be there: shifts that nobody has, turns of who left, roles with nobody on, feeds that stopped."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backline.calendars import wording
from backline.calendars.words import MOST_BYTES, FeedFault
from backline.channels.models import Notice
from backline.config.checks import problems, worth_a_look
from backline.core.calendar import Block
from backline.core.words import Role
from backline.engine.duties.readiness import Readiness
from backline.engine.duties.rosters import Rosters
from backline.people import operations as people
from backline.people.models import Absence, Organisation
from backline.people.operations import DeputyForm, PersonForm, RosterForm, TeamForm
from backline.readiness import operations, queries
from backline.readiness.queries import lacks
from tests.fakes.browser import send, signed_in, text
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.fakes.shifts import DAY, MONDAY, SATURDAY, SUNDAY, away, ids, on, plan, taking_turns, turns, who
from tests.rooms.calendars.test_feeds import entry, feed

NIGHTS = ((Block(20 * 60, 32 * 60),),) * 7
EMPTY = "Nobody has these shifts of Lift specialists, for whoever would is away or has left"


@pytest.fixture
def team(house: House) -> str:
    """Sana, Lena, who leads, and Dora take turns of a day."""
    return taking_turns(house)


def page(name: str) -> str:
    """What somebody reads on the page."""
    return text(signed_in(name).get("/readiness"))


def test_a_shift_that_nobody_has_is_said_to_who_plans_it_with_what_comes_of_it(house: House, team: str) -> None:
    assert EMPTY not in page("max")
    for name in ("sana", "lena", "dora"):
        away(house, name, SATURDAY, SUNDAY, by="max")
    said = f"{EMPTY}, so the whole team hears what it is offered, and the coordinators what whoever is on call would: "
    said += "Sat 21 Nov 08:00 to Sun 22 Nov 08:00"
    assert on(house, team, SATURDAY) == []
    for name in ("lena", "max", "carl", "ada"):
        assert said in page(name), name
    assert "For you to mend 1" in page("lena")
    assert "For Lena to mend 1" in page("max")
    assert "Found just now" in page("max")
    for name in ("sana", "tess"):
        assert signed_in(name).get("/readiness").status_code == 403
    assert "No mail server" not in page("lena"), "who leads sees what he plans"
    people.keep_team(TeamForm("Lift support", 2, *ids(house, "dora"), tuple(ids(house, "dora"))),
                     team_id=str(house.support.id))  # fmt: skip
    assert EMPTY not in page("dora"), "she leads another team"
    Readiness().run(house.clock.now())
    [letter] = house.letters("Lena")
    assert said in letter.body
    assert f"http://testserver/on-call/{team}\n" in letter.body
    assert "Known since 18:00 today" in page("max")
    lacking = len([one for one in queries.lacks(house.clock.now()) if not one.is_hint])
    assert f"{lacking} things are not ready" in text(signed_in("max").get("/manager"))
    assert any(said in one for one in problems(lacks(house.clock.now())))
    for name in ("Max", "Sana", "Dora", "Otto", "Cleo"):
        assert house.letters(name) == []
    assert "Lift specialists" not in house.letters("Ada")[0].body
    people.end_absence(Absence.objects.get(person=house.persons["dora"]).id, **who(house, "max"))
    assert EMPTY not in page("max")
    assert "Somebody has every shift of the coming four weeks" in page("lena")


def test_where_the_lead_is_away_managers_are_told(house: House, team: str) -> None:
    away(house, "lena", house.clock.now(), None, by="max")
    for name in ("sana", "dora"):
        away(house, name, SATURDAY, SUNDAY, by="max")
    Readiness().run(house.clock.now())
    assert house.letters("Lena") == []
    [letter] = house.letters("Max")
    assert EMPTY in letter.body


def test_a_rota_with_a_gap_is_said_as_what_was_planned_and_fails_no_check(house: House, team: str) -> None:
    plan(house, team, turns(house, "sana", "lena", week=NIGHTS), seen=1)
    said = "The schedule of Lift specialists leaves hours open, in which the whole team hears: Fri 20 Nov 19:00 to"
    assert said in page("lena")
    assert EMPTY not in page("lena"), "nobody was to be there by day"
    assert any(said in one for one in worth_a_look(lacks(house.clock.now())))
    assert not [one for one in problems(lacks(house.clock.now())) if "specialists" in one]
    plan(house, team, seen=2)
    assert "Lift specialists" not in page("max"), "without a schedule the whole team is told"
    plan(house, team, turns(house, "lena"), seen=3, effective_at=MONDAY)
    assert "Lift specialists" not in page("max"), "nor is there a gap before it counts"
    plan(house, team, seen=4, effective_at=MONDAY + 7 * DAY)
    assert "Lift specialists" not in page("max"), "nor after it has ended"


def test_who_left_and_still_takes_turns_is_said_beside_the_field_and_on_the_page(house: House, team: str) -> None:
    ada = signed_in("ada")
    form = {"name": "Dora", "email": "dora@example.org", "zone": "Europe/Berlin", "roles": ["SPECIALIST"]}
    place = f"/administration/persons/{house.persons['dora'].id}"
    sent = ada.get(send(ada, place, **form)["Location"])
    said = "Dora takes turns in the schedule of Lift specialists and has left, so others stand in: plan without."
    assert "Kept. It is not ready yet: see beside the fields." in text(sent)
    assert said in text(sent)
    assert said in page("lena")
    plan(house, team, turns(house, "sana", "lena"), seen=1)
    assert said not in page("lena")


def test_a_team_without_a_lead_or_members_is_kept_and_said_beside_the_fields(house: House, team: str) -> None:
    ada = signed_in("ada")
    place = f"/administration/teams/{team}"
    assert "so the coordinators hear" not in text(ada.get(place))
    sent = text(ada.get(send(ada, place, name="Lift specialists", tier="3")["Location"]))
    for said in (
        "Kept. It is not ready yet", "Team Lift specialists has no active lead, so the coordinators hear", EMPTY,
        "Team Lift specialists has no active member, so nobody takes what it is offered.",
    ):  # fmt: skip
        assert said in sent
    sana, lena, dora, tom = ids(house, "sana", "lena", "dora", "tom")
    people.keep_team(TeamForm("Lift support", 2, dora, (dora, tom)), team_id=str(house.support.id))
    answer = send(ada, place, name="Lift specialists", tier="3", lead=lena, members=[sana])
    assert "has no second active member, so the coordinators hear instead of the team" in text(ada.get(place))
    assert answer["Location"] == place
    assert sent.index("Lead (optional)") < sent.index("has no active lead") < sent.index("Members (optional)")


def test_a_role_with_nobody_on_is_said_unless_a_deputy_is_there(house: House) -> None:
    away(house, "carl", SATURDAY, SUNDAY)
    away(house, "max", SATURDAY, MONDAY)
    said = "All managers are away at once and nobody stands in for them, so reviews wait: Sat 21 Nov 08:00 to Mon"
    assert said in page("max")
    assert "All coordinators are away at once, so the managers hear in their place: Sat 21 Nov 08:00 to" in page("ada")
    people.name_deputy(DeputyForm(*ids(house, "lena"), SUNDAY, SATURDAY), manager=ids(house, "max")[0],
                       at=house.clock.now())  # fmt: skip
    assert "so reviews wait: Sun 22 Nov 08:00 to Mon 23 Nov 08:00" in page("max")
    Readiness().run(house.clock.now())
    assert "so reviews wait" in house.letters("Max")[0].body
    assert "All coordinators" in house.letters("Ada")[0].body
    entered = PersonForm("Tom", "tom@example.org", (Role.MANAGER, Role.COORDINATOR))
    people.keep_person(entered, person_id=str(house.persons["tom"].id))
    assert "away at once" not in page("max")


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (FeedFault.KEEPS_STILL, "did not come within"),
        (FeedFault.LOOPS, "leads from one to the next without end"),
        (None, "The feed is larger than"),
    ],
)  # fmt: skip
def test_a_feed_that_stops_answering_loops_or_is_far_too_large_is_said_and_the_last_good_state_stays(
    house: House, team: str, fault: FeedFault | None, said: str
) -> None:
    content = feed(entry("DTSTART:20261121T070000Z", "DTEND:20261122T070000Z", name="dora@example.org")).encode()
    answers: list[Callable[[], bytes]] = [lambda: content]

    def fetch(_address: str) -> bytes:
        return answers[-1]()

    def fails() -> bytes:
        if fault:
            raise wording.feed(fault)
        return b"x" * (MOST_BYTES + 1)

    people.keep_roster(RosterForm(team, "Europe/Berlin", "https://example.org/team.ics"), **who(house, "max"))
    assert Rosters(fetch).run(house.clock.now()) == 1
    assert on(house, team, SATURDAY) == ["dora"]
    assert "could not be read" not in page("lena")
    answers.append(fails)
    house.clock.advance(timedelta(minutes=15))
    Rosters(fetch).run(house.clock.now())
    assert on(house, team, SATURDAY) == ["dora"]
    known = page("lena")
    assert "The roster of Lift specialists from elsewhere could not be read" in known
    assert said in known
    assert "What was read before stays." in known
    Readiness().run(house.clock.now())
    assert "could not be read" in house.letters("Lena")[0].body
    answers.append(lambda: content)
    house.clock.advance(timedelta(minutes=15))
    Rosters(fetch).run(house.clock.now())
    assert "could not be read" not in page("lena")


def test_a_name_in_a_roster_that_nobody_knows_is_said(house: House, team: str) -> None:
    content = feed(
        entry("DTSTART:20261121T070000Z", "DTEND:20261122T070000Z", uid="1", name="Nightingale"),
        entry("DTSTART:20261122T070000Z", "DTEND:20261123T070000Z", uid="2", name="sana@example.org"),
    )
    people.keep_roster(RosterForm(team, "Europe/Berlin", content=content.encode()), **who(house, "max"))
    assert "sana@example.org" not in page("lena")
    assert "in the roster of Lift specialists by these, so their shifts are nobody's: Nightingale" in page("lena")


def test_of_two_workers_who_look_at_once_one_tells(fresh_database: str, clock: SettableClock) -> None:
    house = House(clock)
    Readiness().run(clock.now())
    house.persons["carl"].is_active = False
    house.persons["carl"].save()
    at, start, told = clock.advance(timedelta(days=1)), Barrier(2), list[int]()

    def look() -> None:
        start.wait()
        told.append(operations.look(at))
        connection.close()

    threads = [Thread(target=look) for _worker in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [0, 1]
    assert [one.subject for one in Notice.objects.order_by("queued_at")][1:] == ["1 thing is not ready"]
    assert "Nobody is a coordinator" in house.letters("Ada")[1].body
    assert operations.look(at) == 0


def test_what_is_not_ready_costs_the_same_statements_with_ten_times_as_much_of_it(house: House, team: str) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as asked:
            found.append(len(queries.lacks(house.clock.now())))
        return len(asked)

    found: list[int] = []
    few = counted()
    for number in range(20):
        members = tuple(ids(house, "sana", "dora"))
        other = str(people.keep_team(TeamForm(f"Team {number}", 2, "", members)).id)
        plan(house, other, turns(house, "sana", "dora"))
        entered = PersonForm(f"P {number}", f"p{number}@example.org", (Role.SPECIALIST,))
        people.keep_person(entered)
    assert counted() == few
    assert few <= 45
    assert found[1] >= found[0] + 20


def test_before_the_first_start_there_is_nothing_to_be_ready(db: None, clock: SettableClock) -> None:
    assert Readiness().run(clock.now()) == 0
    assert queries.lacks(clock.now()) == []


def test_all_is_calm_where_all_is_well(house: House, team: str, settings: Any) -> None:
    settings.BACKLINE_SMTP_URL, settings.BACKLINE_HEARTBEAT_URL = "smtp://localhost:2525", ""
    dora, tom = ids(house, "dora", "tom")
    people.keep_team(TeamForm("Lift support", 2, dora, (dora, tom)), team_id=str(house.support.id))
    for one in house.persons.values():
        people.proved_by_letter(str(one.id), one.email, at=house.clock.now())
    known = page("ada")
    assert "Everything is ready: whoever should hear can be reached" in known
    assert "to mend" not in known
    assert "No heartbeat is set up, so nobody outside notices if Backline stops" in known
    assert problems(lacks(house.clock.now())) == []
    assert [one for one in worth_a_look(lacks(house.clock.now())) if "BACKLINE_HEARTBEAT_URL" in one]
    settings.BACKLINE_HEARTBEAT_URL = "https://example.org/1"
    assert "heartbeat" not in page("ada")
    Organisation.objects.update(demo="LOADED")
    assert "no letter leaves it" in page("ada")
