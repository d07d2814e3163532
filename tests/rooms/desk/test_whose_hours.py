"""Whose hours: Ada finds a customer, a site, an asset or a team, sees which clocks would move, and chooses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from backline.calendars import choices, models, queries
from backline.calendars.choices import EVERYBODY
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases.models import Alarm
from backline.config.checks import problems, worth_a_look
from backline.core.words import ClockName
from backline.jobs.models import Contract, Site
from backline.jobs.operations import ContractForm, keep_contract
from backline.readiness.queries import lacks
from tests.fakes.browser import signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.hours import calendar, chosen, looked, saved, unseen
from tests.fakes.house import House

PAGE = "/administration/calendars/chosen"


def maintenance(house: House) -> Contract:
    """The library's contract."""
    form = ContractForm("C-1", "LIB", "Maintenance", date(2026, 1, 1))
    return keep_contract(form, by=house.actor("ada"), at=house.clock.now())


SUBJECTS: dict[str, Callable[[House], Any]] = {
    "organisation": lambda house: EVERYBODY,
    "team": lambda house: house.specialists.id,
    "customer": lambda house: house.job.site.customer_id,
    "contract": lambda house: maintenance(house).id,
    "site": lambda house: house.job.site_id,
    "asset": lambda house: house.job.asset_id,
}


def way(house: House, kind: str) -> str:
    return f"{PAGE}/{kind}/{SUBJECTS[kind](house)}"


@pytest.mark.parametrize("kind", SUBJECTS)
def test_a_choice_is_looked_at_then_made_and_then_it_counts(house: House, kind: str) -> None:
    ada, one = signed_in("ada"), calendar(house)
    case = house.raised()
    house.offer(case)
    house.clock.advance(timedelta(minutes=5))
    clock = ClockName.ACCEPT if kind in ("team", "organisation") else ClockName.RESOLVE
    before = Alarm.objects.get(case=case, clock=clock).due_at
    page = looked(ada, way(house, kind), calendar=one)
    assert "1 open case was looked at." in words(page)
    assert models.Choice.objects.count() == 0
    for said in ("Chosen. It counts from now on.", "That is what counts already."):
        assert saved(ada, way(house, kind), page, calendar=one).status_code == 302
        assert said in words(ada.get(PAGE))
    assert models.Choice.objects.count() == 1
    cases.add_note([case], text="Noted", **house.once("carl"))
    after = Alarm.objects.get(case=case, clock=clock).due_at
    assert after > before
    assert f'datetime="{after.isoformat()}"' in words(page), "the moment that was foretold"
    log = words(ada.get(way(house, kind)))
    assert "What was chosen" in log
    assert "Ada," in log
    assert "Office" in words(ada.get(PAGE))
    assert f"/chosen/{kind}/" in words(ada.get(f"/administration/calendars/{one}"))


def test_none_is_a_choice_as_well_and_what_counts_already_is_said(house: House) -> None:
    ada, one = signed_in("ada"), calendar(house)
    chosen(house, ChosenFor.SITE, house.job.site_id, one)
    house.clock.advance(timedelta(minutes=1))
    assert "That is what counts already." in words(looked(ada, way(house, "site"), calendar=one))
    page = looked(ada, way(house, "site"), calendar="")
    assert saved(ada, way(house, "site"), page, calendar="").status_code == 302
    assert choices.in_force() == []
    assert [made.calendar for made in choices.log((ChosenFor.SITE, str(house.job.site_id)))] == ["", one]


def test_sites_customers_and_assets_are_found_by_a_part_of_a_name(house: House) -> None:
    ada = signed_in("ada")
    Site.objects.bulk_create(
        Site(reference=f"T-{number}", customer=house.job.site.customer, name=f"Tower {number}") for number in range(40)
    )
    page = words(ada.get(PAGE, {"q": "library"}))
    for name in ("Library</a>", "Library hall</a>", "Lift 7 Library</a>"):
        assert name in page
    assert "Museum" not in page
    assert words(ada.get(PAGE, {"q": "tower"})).count("/chosen/site/") == 20
    assert "Nothing holds that text" in words(ada.get(PAGE, {"q": "<script>alert(1)</script>"}))
    assert "Lift specialists" in words(ada.get(PAGE))


@pytest.mark.parametrize("wrong", ["nonsense", "00000000-0000-0000-0000-000000000001", "<script>"])
def test_what_is_no_calendar_is_not_chosen(house: House, wrong: str) -> None:
    ada = signed_in("ada")
    page = looked(ada, way(house, "site"), calendar=wrong, save="1")
    assert page.status_code == 422
    assert "Choose one of these." in words(page)
    assert not models.Choice.objects.exists()


@pytest.mark.parametrize("where", ["nobody/{0}", "SITE/{0}", "site/00000000-0000-0000-0000-000000000001",
                                   "organisation/{0}", "customer/{0}"])  # fmt: skip
def test_there_is_no_page_for_what_there_is_not(house: House, where: str) -> None:
    assert signed_in("ada").get(f"{PAGE}/{where.format(house.job.site_id)}").status_code == 404


def test_of_two_administrators_the_second_is_told(house: House) -> None:
    ada, bea, one, other = signed_in("ada"), signed_in("ada"), calendar(house), calendar(house, "Depot")
    page = looked(bea, way(house, "site"), calendar=one)
    assert saved(ada, way(house, "site"), looked(ada, way(house, "site"), calendar=other), calendar=other)
    for save in (True, False):
        answer = bea.post(way(house, "site"), unseen(page) | {"calendar": one} | ({"save": "1"} if save else {}))
        assert answer.status_code == 409
        assert "Somebody chose other hours here meanwhile" in words(answer)
        assert f'<option value="{one}" selected>' in words(answer), "what was chosen stays chosen on the form"
    assert [made.calendar for made in choices.in_force()] == [other]
    again = bea.post(way(house, "site"), unseen(answer) | {"calendar": one})
    assert saved(bea, way(house, "site"), again, calendar=one).status_code == 302


def test_of_two_who_choose_at_the_same_instant_one_does(fresh_database: str, clock: SettableClock) -> None:
    house, told, barrier = House(clock), list[int](), Barrier(2)
    pages = []
    for name in ("Office", "Depot"):
        client, one = signed_in("ada"), calendar(house, name)
        pages.append((client, one, looked(client, way(house, "site"), calendar=one)))

    def save(client: Any, one: str, page: Any) -> None:
        barrier.wait()
        try:
            told.append(saved(client, way(house, "site"), page, calendar=one).status_code)
        finally:
            connection.close()

    pages[0] = (*pages[0][:2], looked(pages[0][0], way(house, "site"), calendar=pages[0][1]))
    threads = [Thread(target=save, args=page) for page in pages]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told) == [302, 409]
    assert models.Choice.objects.count() == 1


def hint(house: House) -> str:
    return "\n".join(worth_a_look(lacks(house.clock.now())))


def test_that_all_time_counts_is_a_hint_and_no_failure(house: House) -> None:
    ada = signed_in("ada")
    said = "No working hours were chosen for anybody, so all time counts"
    assert said in hint(house)
    assert "http://testserver/administration/calendars" in hint(house)
    assert not [one for one in problems(lacks(house.clock.now())) if "working hours" in one]
    page = words(ada.get("/administration/"))
    assert said in page
    assert "for you to decide" in page
    chosen(house, ChosenFor.TEAM, house.support.id, calendar(house))
    assert hint(house) == ""
    assert said not in words(ada.get("/administration/"))


def test_holidays_that_end_soon_and_old_time_zones_are_worth_a_look(house: House) -> None:
    german, depot = calendar(house, "German", country="DE"), calendar(house, "Depot")
    calendar(house, "Nobody's", country="DE")
    for one, kind in ((german, "site"), (depot, "customer")):
        chosen(house, ChosenFor(kind.upper()), SUBJECTS[kind](house), one)
    assert hint(house) == ""
    house.clock.advance(timedelta(days=365 * 9 + 40))
    assert hint(house).splitlines()[0].startswith("The last holiday that the calendar German knows is Fri 26 Dec 2036")
    old = queries.versions(depot)[-1]
    row = models.CalendarVersion(calendar_id=old.calendar, number=2, name="Depot", effective_on=date(2026, 1, 1))
    row.document = models.CalendarVersion.objects.get(id=old.id).document
    row.saved_at, row.zone_data = house.clock.now(), "2019a"
    row.save(force_insert=True)
    assert "The calendar Depot was saved with release 2019a of the time zones" in hint(house)
    assert "Nobody's" not in hint(house)
