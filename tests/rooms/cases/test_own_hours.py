"""What a case promises in hours: the customer reads no moment in the night, and whoever takes it reads until when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backline.calendars import choices
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases.rehearsal import Supposed, rehearse, who_hears
from backline.core.calendar import same_every_day
from backline.core.words import ClockName, Danger
from tests.core.calendars import blocks
from tests.fakes.browser import hidden_in, signed_in, words
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House
from tests.rooms.cases.test_hours import P3, due, wall

HOUR = timedelta(hours=1)


def pressed(name: str, case: str, slug: str, **typed: str) -> int:
    """Somebody opens a form of the case, fills it in and sends it."""
    client, address = signed_in(name), f"/cases/{case}/{slug}"
    return int(client.post(address, hidden_in(client.get(address)) | typed).status_code)


@pytest.mark.parametrize("kind", ["SITE", "CUSTOMER", "ORGANISATION"])
def test_the_customer_is_promised_a_word_in_the_morning_and_others_are_not(house: House, kind: str) -> None:
    subjects = {"SITE": house.job.site_id, "CUSTOMER": house.job.site.customer_id, "ORGANISATION": choices.EVERYBODY}
    chosen(house, ChosenFor(kind), subjects[kind], calendar(house))
    house.clock.advance(timedelta(minutes=1))
    case, other = house.raised(**P3), house.raised(job=str(house.otto_job.id), **P3)
    assert due(case, ClockName.CUSTOMER_UPDATE) == wall("2026-11-23T08:00")
    assert "You will hear from us again by Mon 23 Nov 2026, 08:00." in house.letters("Cleo")[-1].body
    theirs = "2026-11-23T08:00" if kind == "ORGANISATION" else "2026-11-21T03:01"
    assert due(other, ClockName.CUSTOMER_UPDATE) == wall(theirs)
    assert not [one for one in house.letters("Otto") if "Library" in one.body]
    assert cases.rebuild(check=True).flaws == ()


@pytest.mark.parametrize("kind", ["ASSET", "TEAM"])
def test_neither_the_contract_nor_those_at_work_say_when_the_customer_is_there(house: House, kind: str) -> None:
    chosen(house, ChosenFor.SITE, house.job.site_id, calendar(house))
    subject = {"ASSET": house.job.asset_id, "TEAM": house.specialists.id}[kind]
    always = calendar(house, "Always", same_every_day(*blocks("00:00-24:00")))
    chosen(house, ChosenFor(kind), subject, always)
    house.clock.advance(timedelta(minutes=1))
    assert due(house.raised(**P3), ClockName.CUSTOMER_UPDATE) == wall("2026-11-23T08:00")


def test_somebody_in_danger_hears_in_the_night(house: House) -> None:
    chosen(house, ChosenFor.SITE, house.job.site_id, calendar(house))
    case = house.raised(danger=Danger.PERSON_TRAPPED_OR_HURT)
    assert due(case, ClockName.CUSTOMER_UPDATE) == house.clock.now() + HOUR


def test_whoever_takes_it_reads_until_when_and_is_asked_for_progress_then(house: House) -> None:
    chosen(house, ChosenFor.TEAM, house.specialists.id, calendar(house))
    house.clock.advance(timedelta(minutes=1))
    case = house.raised(**P3)
    house.offer(case)
    page = words(signed_in("sana").get(f"/cases/{case}/accept"))
    assert "4 hours of working time: until Mon 23 Nov 2026, 11:00" in page, "by her own clock"
    assert pressed("sana", case, "accept", lease=str(4 * 3600)) == 302
    assert due(case, ClockName.PROGRESS) == wall("2026-11-23T12:00")
    house.clock.advance(wall("2026-11-23T10:00") - house.clock.now())
    assert pressed("sana", case, "note", text="The relay is ordered") == 302
    assert due(case, ClockName.PROGRESS) == wall("2026-11-23T14:00"), "four hours again"
    assert cases.rebuild(check=True).flaws == ()


def test_the_same_form_sent_again_after_closing_takes_it_once(house: House) -> None:
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, calendar(house))
    house.clock.advance(wall("2026-11-23T17:59") - house.clock.now())
    case = house.raised(**P3)
    house.offer(case)
    once = house.once("sana")
    [first] = cases.accept([case], lease=HOUR, **once)
    later = {**once, "at": once["at"] + 2 * timedelta(minutes=1)}
    [again] = cases.accept([case], lease=HOUR, **later)
    assert (again.seq, again.repeated) == (first.seq, True)


def test_the_form_for_a_word_to_the_customer_begins_with_the_morning(house: House) -> None:
    chosen(house, ChosenFor.CUSTOMER, house.job.site.customer_id, calendar(house))
    case = house.working(**P3)
    page = signed_in("sana").get(f"/cases/{case}/tell").content.decode()
    assert 'value="2026-11-23T07:00"' in page, "by her own clock"


def test_what_is_rehearsed_in_closed_hours_is_what_comes(house: House) -> None:
    chosen(house, ChosenFor.SITE, house.job.site_id, calendar(house))
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, calendar(house, "Depot"))
    house.clock.advance(timedelta(minutes=1))
    at, carl = house.clock.now(), house.actor("carl")
    rehearsed = rehearse(Supposed(house.job, None, **P3), by=carl, at=at, zone="Europe/Berlin")
    came = house.view(house.raised(**P3)).coming
    assert [(one.at, one.clock) for one in rehearsed.coming][: len(came)] == [(one.at, one.clock) for one in came]
    assert rehearsed.case.promise_by == wall("2026-11-23T08:00")


def test_who_would_hear_of_an_offer_hears_in_the_hours_of_the_team(house: House) -> None:
    chosen(house, ChosenFor.TEAM, house.specialists.id, calendar(house))
    house.clock.advance(timedelta(minutes=1))
    teams = [house.specialists, house.support]
    (_lifts, theirs), (_support, others) = who_hears(teams, at=house.clock.now(), zone="Europe/Berlin")
    assert theirs[2].at >= wall("2026-11-23T08:00")
    assert others[2].at < wall("2026-11-21T08:00")
