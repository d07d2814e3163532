"""Somebody is booked for two cases at once only by whoever was told so and presses again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client

from backline.cases import operations as cases
from backline.cases.operations import NewVisit
from backline.jobs.models import Visit
from tests.fakes.browser import hidden_in, signed_in, words
from tests.fakes.house import House


def window(house: House, hours: int) -> dict[str, str]:
    start = house.clock.now() + timedelta(hours=hours)
    sana = str(house.persons["sana"].id)
    moments = {"from_at": start, "to_at": start + timedelta(hours=2)}
    return {"person": sana, **{name: f"{at:%Y-%m-%dT%H:%M}" for name, at in moments.items()}}


def booked(browser: Client, case: str, form: dict[str, Any], page: Any) -> Any:
    return browser.post(f"/cases/{case}/visit", {**form, "anyway": hidden(page)})


def hidden(page: Any) -> str:
    return words(page).split('name="anyway" value="')[1].split('"')[0] if 'name="anyway" value="' in words(page) else ""


def test_a_second_visit_in_one_window_is_said_and_booked_by_a_second_press(house: House) -> None:
    first, second = house.working(), house.working()
    start = house.clock.now() + timedelta(hours=30)
    cases.book_visit([first], visit=NewVisit(start, start + timedelta(hours=1)), **house.once("sana"))
    browser, address = signed_in("carl"), f"/cases/{second}/visit"
    page = browser.get(address)
    form = {**hidden_in(page), **window(house, 30)}
    told = booked(browser, second, form, page)
    assert told.status_code == 422
    assert f"Sana is booked for {house.view(first).line.reference} then" in words(told)
    assert not Visit.objects.filter(case_id=second).exists()
    other = {**form, **window(house, 29)}
    assert booked(browser, second, other, told).status_code == 422, "another window is another question"
    assert booked(browser, second, form, told).status_code == 302
    assert Visit.objects.filter(case_id=second).count() == 1
    assert "another visit" in words(sana_told(house, second))


def sana_told(house: House, case: str) -> Any:
    """Sana, who need not see every case, asks for one more visit in that window."""
    sana = signed_in("sana")
    return sana.post(f"/cases/{case}/visit", {**hidden_in(sana.get(f"/cases/{case}/visit")), **window(house, 30)})


def test_a_window_beside_it_or_one_that_is_off_needs_no_second_press(house: House) -> None:
    first, second, third = (house.working() for _case in range(3))
    start = house.clock.now() + timedelta(hours=30)
    cases.book_visit([first], visit=NewVisit(start, start + timedelta(hours=1)), **house.once("sana"))
    browser, address = signed_in("carl"), f"/cases/{second}/visit"
    assert browser.post(address, {**hidden_in(browser.get(address)), **window(house, 31)}).status_code == 302
    cases.call_off_visit([first], record=house.view(first).visits[0].id, why="No key", **house.once("sana"))
    page = browser.get(f"/cases/{third}/visit")
    sent = {**hidden_in(page), **window(house, 29)}
    assert browser.post(f"/cases/{third}/visit", sent).status_code == 302
