"""The Friday night over a case of the demo: time goes by, people are told, and nothing of it stays."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from backline.cases import lists, queries
from backline.cases.lists import Wanted
from backline.cases.models import Alarm, Case
from backline.cases.operations import look
from backline.channels.models import Notice
from backline.config.clock import SystemClock
from backline.config.wiring import Wired
from backline.core.words import Actor, ActorKind, State
from backline.demo.friday import play
from backline.ledger.models import Event, Text
from backline.people import queries as people
from tests.fakes.browser import words
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.rooms.demo.conftest import AT
from tests.rooms.demo.test_switcher import become

KEPT: tuple[Any, ...] = (Case, Alarm, Event, Text, Notice)


@pytest.fixture(autouse=True)
def friday() -> Iterator[None]:
    """The moment at which the demo was loaded."""
    before, Wired.clock = Wired.clock, SettableClock(AT)
    yield
    Wired.clock = before


def carl() -> Client:
    browser = Client()
    become(browser, "carl")
    return browser


def offered() -> str:
    """An open case that nobody has accepted yet."""
    person = people.person_by_email("carl@backline.example")
    assert person
    lines = lists.page(
        people.actor_of(person, at=SystemClock().now()), Wanted(states=(State.OFFERED, State.RAISED))
    ).lines
    assert lines
    return lines[-1].id


def everything() -> list[list[Any]]:
    return [sorted(model.objects.values_list(), key=str) for model in KEPT]


@pytest.mark.usefixtures("demo")
def test_the_climb_goes_up_letters_are_written_and_nothing_of_it_stays() -> None:
    browser, case, before = carl(), offered(), everything()
    assert "Play the Friday night" in words(browser.get("/queue"))
    assert f"/demo/friday-night/{case}?minutes=15" in words(browser.get(f"/cases/{case}"))
    told = []
    for minutes in (0, 60, 240, 720):
        page = browser.get(f"/demo/friday-night/{case}", {"minutes": str(minutes)})
        assert page.status_code == 200
        assert "Simulation: it is" in words(page)
        told.append(len(re.findall('<details class="notice">', words(page))))
    assert told == sorted(told)
    assert told[0] == 0
    assert told[-1] > 2
    assert everything() == before


@pytest.mark.usefixtures("demo")
def test_what_is_foreseen_is_what_the_engine_then_does() -> None:
    case, actor = offered(), Actor(ActorKind.SYSTEM, "reader")
    with transaction.atomic():
        night = play(case, actor, now=AT, minutes=720, zone="UTC")
        moment = AT
        while moment <= AT + timedelta(minutes=720):
            look([case], at=moment)
            moment += timedelta(minutes=1)
        then = queries.view(case, actor, at=moment, zone="UTC")
        transaction.set_rollback(True)
    told = [entry.what for entry in night.view.timeline]
    assert told == [entry.what for entry in then.timeline]
    assert [entry for entry in night.view.timeline if entry.at > AT], "something came"


@pytest.mark.usefixtures("demo")
def test_once_the_promise_passes_the_customer_reads_that_we_are_late_and_sorry() -> None:
    reader = Actor(ActorKind.SYSTEM, "reader")
    open_ones = Case.objects.filter(state__in=[State.OFFERED, State.RAISED], contact__isnull=False).order_by("number")
    promised = {str(one.id): queries.view(str(one.id), reader, at=AT, zone="UTC").case.promise_by for one in open_ones}
    case = next(name for name, by in promised.items() if by and AT < by < AT + timedelta(hours=11))
    browser, place = carl(), f"/demo/friday-night/{case}"
    assert "We promised you a word by" not in words(browser.get(place))
    assert "and we are late. We are sorry" in words(browser.get(place, {"minutes": "720"}))


@pytest.mark.usefixtures("demo")
def test_one_press_leads_past_the_customers_next_word_be_it_after_the_weekend() -> None:
    reader = Actor(ActorKind.SYSTEM, "reader")
    open_ones = Case.objects.filter(state__in=[State.OFFERED, State.RAISED], contact__isnull=False).order_by("number")
    promised = {str(one.id): queries.view(str(one.id), reader, at=AT, zone="UTC").case.promise_by for one in open_ones}
    after_the_night = AT + timedelta(hours=12)
    case = max(
        (name for name, by in promised.items() if by and by < AT + timedelta(hours=65)), key=lambda one: promised[one]
    )
    assert promised[case] > after_the_night
    browser, place = carl(), f"/demo/friday-night/{case}"
    [way] = re.findall(r'href="\?minutes=(\d+)">Past the customer', browser.get(place).content.decode())
    page = words(browser.get(place, {"minutes": way}))
    assert "and we are late. We are sorry" in page
    assert "Past the customer" not in page


@pytest.mark.usefixtures("demo")
@pytest.mark.parametrize("minutes", ["-15", "x", "9" * 30, "1.5", "", "٣", "3961"])
def test_a_moment_that_is_none_is_now_or_the_last(minutes: str) -> None:
    page = carl().get(f"/demo/friday-night/{offered()}", {"minutes": minutes})
    assert page.status_code == 200
    expected = "3960" if minutes == "3961" else "0"
    assert f'<output for="minutes">{expected}</output>' in words(page)


@pytest.mark.usefixtures("demo")
def test_who_may_not_see_a_case_may_not_play_it() -> None:
    case = offered()
    assert Client().get(f"/demo/friday-night/{case}").status_code == 302
    browser = Client()
    become(browser, "tess")
    tess = people.person_by_email("tess@backline.example")
    assert tess
    seen = queries.visible(people.actor_of(tess, at=SystemClock().now())).values("id")
    foreign = Case.objects.filter(closed_at=None).exclude(id__in=seen).values_list("id", flat=True)[0]
    assert browser.get(f"/demo/friday-night/{foreign}").status_code == 404
    assert browser.get("/demo/friday-night/00000000-0000-4000-8000-000000000000").status_code == 404


def test_elsewhere_there_is_no_such_page(house: House) -> None:
    case = house.raised()
    for place in ("/demo/friday-night", f"/demo/friday-night/{case}"):
        assert Client().get(place).status_code == 404
    assert "Friday night" not in words(Client().get("/sign-in"))
