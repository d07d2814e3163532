"""An administrator sees how the clocks follow a change of calendars: that it waits, how far it is, and what moved."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from backline.calendars import choices
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases.operations import _recompute
from backline.cases.recomputed import changes
from tests.fakes.browser import signed_in, words
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House
from tests.rooms.cases.test_hours import P3
from tests.rooms.cases.test_recompute import almost_never, recomputed


def test_a_change_waits_goes_on_and_is_done(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_recompute, "BATCH", 1)
    ada = signed_in("ada")
    assert "No calendar has changed yet." in words(ada.get("/administration/recomputes"))
    ids = [house.raised(**P3) for _ in range(2)]
    house.clock.advance(timedelta(minutes=5))
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, calendar(house, "<b>Office</b>"))
    while changes(most=1)[0].looked < 1:
        cases.recompute(at=house.clock.now())
    listed = ada.get("/administration/recomputes")
    assert "<b>Office</b> chosen for the organisation" in words(listed)
    assert b"<b>Office" not in listed.content
    place = f"/administration/recomputes/{changes(most=1)[0].id}"
    page = ada.get(place)
    assert "50 % done" in words(page)
    assert page.headers["Refresh"] == "5", "it shows by itself how it goes on"
    recomputed(house)
    page = ada.get(place)
    said = words(page)
    assert "2 open cases count in it. 2 were looked at. 4 clocks moved." in said
    assert "Refresh" not in page.headers
    assert "Route it" in said
    assert "Max will be told" in said or "Carl will be reminded" in said
    assert all(reverse("desk:case", args=[case]) in page.content.decode() for case in ids)
    assert "Moved clocks" in words(ada.get("/administration/"))


def test_a_calendar_that_is_almost_never_open_is_named(house: House) -> None:
    office = calendar(house)
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, office)
    house.raised(**P3)
    recomputed(house)
    almost_never(house, office)
    done = recomputed(house)
    page = words(signed_in("ada").get(f"/administration/recomputes/{done.id}"))
    assert "2 clocks could not be counted" in page
    assert "Which could not be counted" in page
    assert page.count("cannot be counted: too little working time") == 2


def test_there_is_no_page_of_a_change_that_nobody_made(house: House) -> None:
    assert signed_in("ada").get("/administration/recomputes/99").status_code == 404
    assert signed_in("ada").get(f"/administration/recomputes/{10**30}").status_code == 404
