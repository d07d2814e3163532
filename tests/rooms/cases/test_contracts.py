"""A contract has hours of its own: its places' resolutions count in them, under it alone, and other places' do not."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import Any

import pytest

from backline.calendars import choices
from backline.calendars.choices import Choices, Chosen
from backline.calendars.models import Cover
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases import queries
from backline.cases.moved import moved
from backline.cases.recomputed import changes
from backline.core.calendar import same_every_day
from backline.core.words import ClockName, JobOutcome
from backline.jobs import operations as jobs
from backline.jobs.operations import ContractForm, JobForm, Row
from backline.jobs.queries import Contract
from backline.ledger.models import Event
from backline.people.operations import Invalid
from tests.core.calendars import blocks
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House
from tests.rooms.cases.test_hours import P3, due, wall
from tests.rooms.cases.test_recompute import first_of, lawful, recomputed

NIGHTS = same_every_day(*blocks("18:00-30:00"))
OFFICE, AT_NIGHT, ALWAYS = "2026-12-02T10:00", "2026-11-26T19:00", "2026-11-23T19:00"
"""When a resolution of 72 hours that begins on Friday at 19:00 is due, by whichever hours."""


def contract(house: House, number: str = "C-1", customer: str = "LIB", **changes: Any) -> Contract:
    form = ContractForm(number, customer, f"Maintenance {number}", **({"from_on": date(2026, 1, 1)} | changes))
    return jobs.keep_contract(form, by=house.actor("ada"), at=house.clock.now())


def at_night(house: House, **changes: Any) -> Contract:
    """A contract that counts nights, where the organisation counts office hours."""
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, calendar(house))
    made = contract(house, **changes)
    chosen(house, ChosenFor.CONTRACT, made.id, calendar(house, "Nights", NIGHTS))
    return made


def resolution(case: str) -> str:
    return f"{due(case, ClockName.RESOLVE):%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize("places", [{"assets": ("LIB-L7",)}, {"sites": ("LIB-1",)}, {}])
def test_what_a_contract_covers_counts_in_its_hours_and_nothing_else_does(house: House, places: dict[str, Any]) -> None:
    at_night(house, **places)
    mine, other = house.raised(**P3), house.raised(job=str(house.otto_job.id), **P3)
    assert (resolution(mine), resolution(other)) == (AT_NIGHT, OFFICE)
    told = queries.explained(mine, at=house.clock.now(), known_at=house.clock.now()).stories
    assert any("counted in Nights, the hours of the contract." in said for one in told for said in one.sentences)
    recomputed(house)
    lawful()


@pytest.mark.parametrize(("nearer", "counts"), [("ASSET", ALWAYS), ("SITE", AT_NIGHT), ("CUSTOMER", AT_NIGHT)])
def test_it_goes_before_site_and_customer_and_an_asset_before_it(house: House, nearer: str, counts: str) -> None:
    at_night(house)
    subject = {"ASSET": house.job.asset_id, "SITE": house.job.site_id, "CUSTOMER": house.job.site.customer_id}[nearer]
    always = calendar(house, "Always", same_every_day(*blocks("00:00-24:00")))
    chosen(house, ChosenFor(nearer), subject, always)
    house.clock.advance(timedelta(minutes=1))
    before = wall(counts) + timedelta(minutes=1)
    assert due(house.raised(**P3), ClockName.RESOLVE) == before


def test_a_contract_without_hours_leaves_those_of_the_site(house: House) -> None:
    contract(house)
    chosen(house, ChosenFor.SITE, house.job.site_id, calendar(house))
    assert resolution(house.raised(**P3)) == OFFICE


def test_of_two_contracts_the_one_that_names_the_asset_counts_and_of_equals_the_later(house: House) -> None:
    at_night(house)
    always = calendar(house, "Always", same_every_day(*blocks("00:00-24:00")))
    for number, places in (
        ("C-2", {"sites": ("LIB-1",)}),
        ("C-3", {"assets": ("LIB-L7",), "from_on": date(2025, 1, 1)}),
    ):
        chosen(house, ChosenFor.CONTRACT, contract(house, number, **places).id, always if number == "C-3" else "")
    assert resolution(house.raised(**P3)) == ALWAYS, "it names the asset"
    office = contract(house, "C-4", assets=("LIB-L7",), from_on=date(2026, 11, 1))
    chosen(house, ChosenFor.CONTRACT, office.id, calendar(house, "Mornings"))
    assert resolution(house.raised(**P3)) == OFFICE, "it began later"


@pytest.mark.parametrize(
    ("days", "counts"),
    [({"from_on": date(2026, 11, 21)}, OFFICE), ({"from_on": date(2026, 11, 20)}, AT_NIGHT),
     ({"until_on": date(2026, 11, 20)}, AT_NIGHT), ({"until_on": date(2026, 11, 19)}, OFFICE)],
)  # fmt: skip
def test_the_contract_counts_that_held_on_the_day_on_which_the_case_was_opened(
    house: House, days: dict[str, Any], counts: str
) -> None:
    at_night(house, **days)
    case = house.raised(**P3)
    assert resolution(case) == counts
    house.clock.advance(timedelta(days=1))
    cases.add_note([case], text="The next day", **house.once("carl"))
    assert resolution(case) == counts, "the end of a contract moves no clock"
    lawful()


def test_a_case_that_is_opened_again_counts_under_the_contract_of_that_day(house: House) -> None:
    at_night(house, until_on=date(2026, 11, 20))
    case = house.working(**P3)
    cases.resolve([case], cause="Relay", fix="New relay", outcome=JobOutcome.DONE, **house.once("sana"))
    cases.confirm([case], words="She said so", **house.once("carl"))
    house.clock.advance(wall("2026-11-23T08:00") - house.clock.now())
    cases.reopen([case], why="It came back", **house.once("carl"))
    assert resolution(case) == "2026-12-02T10:00", "72 hours of ten a day from Monday on"
    lawful()


def test_another_cover_moves_the_open_cases_and_what_was_known_then_stays(house: House) -> None:
    made = at_night(house)
    house.clock.advance(timedelta(minutes=1))
    case = house.raised(**P3)
    recomputed(house)
    before, events = queries.explained(case, at=house.clock.now(), known_at=house.clock.now()), Event.objects.count()
    then = house.clock.now()
    house.clock.advance(timedelta(minutes=1))
    contract(house, until_on=date(2026, 6, 30))
    done = recomputed(house)
    assert (done.what, done.who, done.looked, done.moved) == ("What contract C-1 covers", "Ada", 1, 1)
    [moved_clock] = first_of(done, house)
    assert (moved_clock.case, moved_clock.customer) == (case, "Library")
    assert due(case, ClockName.RESOLVE) == wall(OFFICE)
    assert Event.objects.count() == events, "nothing happened"
    assert queries.explained(case, at=then, known_at=then) == before, "what was known then stays as it was"
    lawful()
    rows = Cover.objects.count()
    contract(house, until_on=date(2026, 6, 30))
    assert Cover.objects.count() == rows, "said again it changes nothing"
    assert made.id == contract(house, until_on=date(2026, 6, 30)).id


def test_what_a_contract_names_no_more_it_covers_no_more(house: House) -> None:
    at_night(house, sites=("LIB-1",))
    case = house.raised(**P3)
    assert resolution(case) == AT_NIGHT
    jobs.keep_assets([Row(asset="LIB-L8", asset_type="lift", site="LIB-1")])
    contract(house, assets=("LIB-L8",))
    recomputed(house)
    assert resolution(case) == OFFICE
    lawful()


def test_what_a_choice_for_a_contract_would_move_is_foretold_and_comes(house: House) -> None:
    made = contract(house, sites=("LIB-1",))
    case = house.raised(**P3)
    house.raised(job=str(house.otto_job.id), **P3)
    house.clock.advance(timedelta(minutes=1))
    office, whose = calendar(house), (ChosenFor.CONTRACT, str(made.id))
    suppose = partial(Choices.with_choice, choice=Chosen(whose, house.clock.now(), office, 1, "Office"))
    movement = moved([whose], suppose, at=house.clock.now())
    assert (movement.looked, movement.clocks) == (1, 1)
    [one] = movement.first
    assert (one.line.id, one.customer) == (case, "Library")
    chosen(house, *whose, office)
    done = recomputed(house)
    assert (done.what, done.looked, done.moved) == ("Office chosen for a contract", 1, 1)
    assert due(case, ClockName.RESOLVE) == one.due[1]
    lawful()


def test_a_job_at_another_place_gives_its_open_case_the_hours_from_there(house: House) -> None:
    chosen(house, ChosenFor.ASSET, house.job.asset_id, calendar(house))
    house.clock.advance(timedelta(minutes=1))
    case, other = house.raised(**P3), house.raised(job=str(house.otto_job.id), **P3)
    recomputed(house)
    opened, stays = due(case, ClockName.RESOLVE), due(other, ClockName.RESOLVE)
    job = house.job
    form = JobForm(job.reference, job.title, job.opened_at, technician=str(job.technician_id))
    jobs.keep_job(form, job.site)
    done = recomputed(house)
    assert (done.what, done.looked, done.moved) == ("1 job is at another place", 1, 1)
    assert due(case, ClockName.RESOLVE) == wall(ALWAYS) + timedelta(minutes=1)
    lawful()
    [kept] = jobs.keep_jobs([Row(job.reference, job.title, job.opened_at, asset="LIB-L7")], at=job.opened_at)
    assert kept is jobs.Kept.CHANGED
    recomputed(house)
    assert (due(case, ClockName.RESOLVE), due(other, ClockName.RESOLVE)) == (opened, stays)
    lawful()


def test_what_moves_no_clock_is_no_line(house: House) -> None:
    house.raised(**P3)
    before = len(changes())
    job = house.otto_job
    jobs.keep_job(JobForm(job.reference, "Another title", job.opened_at, technician=str(job.technician_id)), job.asset)
    jobs.keep_job(JobForm(job.reference, "Another title", job.opened_at, technician=str(job.technician_id)), job.site)
    contract(house, customer="MUS")
    while cases.recompute(at=house.clock.now()):
        pass
    assert len(changes()) == before


@pytest.mark.parametrize(
    ("field", "changes"),
    [("customer", {"customer": "Nobody"}), ("sites", {"sites": ("MUS-1",)}), ("assets", {"assets": ("LIB-L8",)}),
     ("until_on", {"until_on": date(2025, 12, 31)}), ("from_on", {"from_on": date(1, 1, 1)}),
     ("until_on", {"until_on": date(9999, 12, 31)}), ("number", {"number": " "}), ("number", {"number": "9" * 101}),
     ("name", {"name": "<b>" * 99}), ("penalty", {"penalty": "5" * 501})],
)  # fmt: skip
def test_a_contract_that_makes_no_sense_is_refused_in_a_sentence(
    house: House, field: str, changes: dict[str, Any]
) -> None:
    usual = {"number": "C-1", "customer": "LIB", "name": "Maintenance", "from_on": date(2026, 1, 1)}
    with pytest.raises(Invalid) as refused:
        jobs.keep_contract(ContractForm(**(usual | changes)), by=house.actor("ada"), at=house.clock.now())
    assert list(refused.value.errors) == [field]
    assert not Contract.objects.exists()
    assert not Cover.objects.exists()


def test_a_contract_stays_with_its_customer(house: House) -> None:
    contract(house)
    with pytest.raises(Invalid) as refused:
        contract(house, customer="MUS")
    assert "customer" in refused.value.errors
    assert {str(one.subject) for one in Cover.objects.all()} == {str(house.job.site.customer_id)}
