"""The night in which an hour comes twice: Sana swaps on her phone, Dora falls ill, Max takes over and is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from backline.channels.models import Notice
from backline.engine import loop
from backline.engine.duties.shifts import Shifts
from backline.people import operations as people
from backline.people.models import SwapAsked
from backline.people.operations import TeamForm
from tests.fakes.browser import chosen, keep, key_in, look, press, signed_in, text
from tests.fakes.house import House
from tests.fakes.shifts import ids, in_berlin, plan, turns

PHONE = {"headers": {"user-agent": "Mozilla/5.0 (Linux; Android 16; Pixel) Mobile"}}
SATURDAY = datetime(2027, 10, 30, 6, tzinfo=UTC)
"""Eight o'clock in Berlin; the night after it the clocks go back from three to two."""
HALF_PAST_TWO = (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC))


def told(house: House, duty: Shifts) -> list[tuple[str, str]]:
    """Who is told what about shifts now."""
    known = set(Notice.objects.values_list("id", flat=True))
    while loop.tick(duty, house.clock):
        pass
    new = Notice.objects.exclude(id__in=known).order_by("recipient_name", "subject")
    return [(one.recipient_name, one.subject) for one in new]


def test_at_half_past_two_that_comes_twice_the_one_who_took_over_hears_and_nobody_else(house: House) -> None:
    in_berlin(house)
    team, duty = str(house.specialists.id), Shifts()
    members = tuple(ids(house, "lena", "dora", "sana", "max"))
    people.keep_team(TeamForm("Lift specialists", 3, members[0], members), team_id=team)
    plan(house, team, turns(house, "lena", "dora", "sana"))
    house.clock.at = SATURDAY - timedelta(hours=22)
    told(house, duty)
    sana, dora, max_ = signed_in("sana", **PHONE), signed_in("dora", **PHONE), signed_in("max")

    place = f"/on-call/{team}/swap"
    form = sana.get(place)
    asked = {"shift": chosen(form, "shift", "08:00 tomorrow"), "asked": ids(house, "dora")[0], "back": ""}
    assert sana.post(place, {"key": key_in(form), **asked}).status_code == 302
    assert told(house, duty) == [("Dora", "Sana asks for a swap: a shift of Lift specialists")]
    [swap] = SwapAsked.objects.values_list("id", flat=True)
    assert "The shift is yours" in text(press(dora, "/on-call", f"/on-call/swaps/{swap}/take"))
    assert told(house, duty) == [("Sana", "Dora takes your shift of Lift specialists")]

    house.clock.at = SATURDAY + timedelta(hours=12)
    ill = {"person": ids(house, "dora")[0], "from_at": "", "to_at": ""}
    looked = look(dora, "/on-call/away", **ill)
    assert "20:00 today – 08:00 tomorrow Lena for Dora, who is away instead of Dora" in text(looked)
    assert "Kept. On call instead: Lena for Dora, who is away; Sana" in text(keep(dora, "/on-call/away", looked, **ill))
    assert told(house, duty) == [
        ("Lena", "Dora is away and has shifts of Lift specialists"),
        ("Lena", "You are on call for Lift specialists: Dora is away"),
        ("Sana", "You are on call for Lift specialists: Dora is away"),
    ]

    house.clock.advance(timedelta(hours=2))
    assert "You are on call" in text(press(max_, "/on-call", f"/on-call/{team}/take-over"))
    assert told(house, duty) == [("Lena", "Max has your shift of Lift specialists now")]
    assert "08:00:00 (Europe/Berlin, UTC+01:00)" in house.letters("Lena")[-1].body, "until the clock shows eight again"

    for moment in HALF_PAST_TWO:
        house.clock.at = moment
        case = house.raised()
        house.offer(case, person="")
        house.tick()
        rungs = Notice.objects.filter(kind__startswith="rung.ACCEPT", queued_at=moment)
        assert [one.recipient_name for one in rungs] == ["Max"], moment
        assert "on call for the team" in rungs[0].body
        house.accept(case, "max")
    assert {one.recipient_name for one in Notice.objects.filter(kind__startswith="rung.ACCEPT")} == {"Max"}
    assert house.letters("Otto") == []
