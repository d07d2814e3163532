"""Load and fairness as their people see them: who has how much, who is told how often, how the nights lay."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.http import HttpResponse

from backline.people import operations as people
from backline.people.operations import ExpertiseForm, TeamForm
from tests.conftest import FRIDAY
from tests.fakes.browser import signed_in, text, words
from tests.fakes.house import House
from tests.fakes.shifts import DAY, HOUR, SATURDAY, SUNDAY, agreed, away, in_berlin


def cards(page: Any) -> str:
    """What somebody reads on a page where each number says what it is."""
    return text(HttpResponse(re.sub(r'<td [^>]*data-label="([^"]*)"[^>]*>', r"<td>\1 ", page.content.decode())))


def line(page: str, name: str) -> str:
    """What stands from somebody's name in a table on."""
    table = page.rpartition(" Who ")[2]
    assert f" {name} " in table, page
    return table.partition(f" {name} ")[2]


def test_who_has_how_much_and_was_told_how_often_leads_to_the_cases(house: House, team: str) -> None:
    in_berlin(house)
    people.keep_expertise(ExpertiseForm(cap=2), person_id=str(house.persons["sana"].id))
    working, case = house.working(), house.raised()
    house.offer(case, "sana")
    house.until(FRIDAY + 8 * HOUR, step=10 * timedelta(minutes=1))
    other = house.raised()
    house.offer(other, "lena")
    told = [one for one in house.letters("Sana") if one.kind.startswith("rung.") and one.state != "CANCELLED"]
    assert told, "two of them at 22:51 in Berlin"
    page = signed_in("carl").get("/load")
    sana = line(cards(page), "Sana")
    counted = f"Of these offered 1 Told in 7 days {len(told)} Told at night 2 "
    assert sana.startswith(f"has enough Open cases 2 of 2 as many as are enough {counted}")
    assert "Otto" not in text(page)
    assert line(cards(page), "Dora").startswith("Open cases 0 Of these offered 0 Told in 7 days")
    queue = signed_in("carl").get(f"/queue?person={house.persons['sana'].id}")
    listed = [house.view(one).line.reference in text(queue) for one in (working, case, other)]
    assert listed == [True, True, False], "only what lies with Sana"
    assert '<option value="' + str(house.persons["sana"].id) + '" selected>Sana</option>' in words(queue)
    only = text(signed_in("max").get(f"/load?team={house.support.id}"))
    assert (" Dora " in only, " Sana " in only) == (True, False)
    for hostile in ("x", "00000000-0000-4000-8000-000000000000"):
        assert signed_in("carl").get("/load", {"team": hostile}).status_code == 200
        assert signed_in("carl").get("/queue", {"person": hostile}).status_code == 200


def test_a_team_s_cap_counts_for_who_has_none_of_his_own(house: House) -> None:
    ids = tuple(str(house.persons[name].id) for name in ("sana", "lena", "dora"))
    people.keep_team(TeamForm("Lift specialists", 3, ids[1], ids, 1), team_id=str(house.specialists.id))
    people.keep_expertise(ExpertiseForm(cap=5), person_id=ids[1])
    page = cards(signed_in("carl").get("/load"))
    assert line(page, "Sana").startswith("Open cases 0 of 1 ")
    assert line(page, "Lena").startswith("Open cases 0 of 5 ")


def test_fairness_counts_shifts_as_they_were_held(house: House, team: str) -> None:
    agreed(house, team, "dora", SATURDAY, SUNDAY)
    away(house, "dora", SUNDAY, SUNDAY + DAY)
    house.clock.at = SUNDAY + DAY
    carl = signed_in("carl")
    page = cards(carl.get(f"/on-call/{team}/fairness"))
    # Friday evening until Saturday eight; Dora's Saturday in Lena's place; Sana stands in on Sunday.
    assert line(page, "Sana").startswith("Nights 2 Weekends 0.5 Hours 37 Calls 0")
    assert line(page, "Dora").startswith("Nights 1 Weekends 0.5 Hours 24 Calls 0")
    assert line(page, "Lena").startswith("Nights 0 Weekends 0 Hours 0 Calls 0")
    assert " An equal share in this team Nights 1 Weekends 0.3 Hours 20.3 Calls 0 " in page
    assert "by the clock in Europe/Berlin" in page
    house.clock.at = SUNDAY + 40 * DAY
    # Nine turns of a day: two from Saturday to Sunday, one that begins on a Sunday, one that ends on a Saturday.
    later = cards(carl.get(f"/on-call/{team}/fairness?weeks=4"))
    assert line(later, "Sana").startswith("Nights 9 Weekends 1.5 Hours 216 Calls 0")
    for weeks in ("12", "52"):
        assert carl.get(f"/on-call/{team}/fairness?weeks={weeks}").status_code == 200
    for weeks in ("5", "-1", "x", "²"):
        assert 'href="?weeks=4" aria-current="page"' in words(carl.get(f"/on-call/{team}/fairness", {"weeks": weeks}))


def test_fairness_is_for_the_team_and_who_sees_all_and_says_where_nothing_is(house: House, team: str) -> None:
    seen = {name: signed_in(name).get(f"/on-call/{team}/fairness").status_code for name in ("tess", "carl", "lena")}
    assert seen == {"tess": 403, "carl": 200, "lena": 200}
    other = signed_in("dora").get(f"/on-call/{house.support.id}/fairness")
    assert "Nobody had a shift in this time" in text(other)
    assert "How it lay with everybody" not in text(signed_in("tess").get(f"/on-call/{team}"))
