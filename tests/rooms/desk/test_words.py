"""What pages say where nothing was sent, nothing fits yet or much was written: words, never codes."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from backline.cases import operations as cases
from backline.core.routing import RoutingRule
from backline.policies import operations as policies
from tests.fakes.browser import send, signed_in, words
from tests.fakes.forms import whole
from tests.fakes.house import House

CODE = re.compile(r"(customer|rung|news|case)\.[a-z_]+")


def said(page: str) -> str:
    """The words of the page, without addresses and tags."""
    return re.sub(r"<[^>]*>", " ", page.partition("<main")[2])


def test_outgoing_names_everything_in_words_also_what_was_never_written(house: House) -> None:
    house.job.site.contacts.clear()
    case = house.raised()
    house.until(house.clock.now() + timedelta(hours=9))
    cases.withdraw([case], why="A mistake", **house.once("carl"))
    house.raised()
    house.clock.advance(timedelta(days=3))
    house.tick()
    text = said(words(signed_in("carl").get("/outgoing"))) + said(words(signed_in("carl").get(f"/cases/{case}")))
    assert not CODE.search(text)
    assert "To the customer: Raised the case" in text
    assert "No contact is known for this site." in text
    assert "because of what came first: Withdrew the case." in text
    assert "Skipped: when the engine looked" in text
    assert re.search(r"Letters: \d+", text)


def test_what_if_nobody_does_anything_tells_a_reminder_from_the_due_and_the_late(house: House) -> None:
    case = house.raised()
    house.offer(case)
    text = " ".join(one.what for one in house.view(case).coming)
    assert "will be reminded: " in text
    assert "will be told that it is due: " in text
    assert "will be told that it is late: " in text


def test_a_rule_for_a_kind_of_asset_that_nobody_has_says_so(house: House) -> None:
    for order, kind in ((7, "lfit"), (8, "lift")):
        name = f"7261696c-0000-4000-8000-{order:012d}"
        policies.keep_rule(RoutingRule(name, order, str(house.support.id), asset_type=kind))
    page = said(words(signed_in("ada").get("/administration/rules")))
    assert "lfit (no such asset yet)" in page
    assert page.count("no such asset yet") == 1


@pytest.mark.parametrize("typed", ["-1", "10001", "1.5", "many", "9" * 400])
def test_a_number_out_of_bounds_is_told_its_bounds(house: House, typed: str) -> None:
    case = house.raised()
    house.offer(case)
    house.accept(case)
    page = send(signed_in("sana"), f"/cases/{case}/step", **(whole(house, case, "step") | {"minutes": typed}))
    assert page.status_code == 422
    assert "Give a whole number from 0 to 10000." in words(page)


def test_zones_are_named_after_places(house: House) -> None:
    page = words(signed_in("ada").get("/administration/organisation"))
    offered = set(re.findall(r'<option value="([^"]+)"', page))
    assert {"UTC", "Europe/Berlin", "America/New_York"} <= offered
    assert not {"Factory", "localtime", "EST5EDT", "Etc/GMT+5", "US/Eastern"} & offered


def test_a_long_text_is_folded_and_there(house: House) -> None:
    case = house.raised()
    cases.add_note([case], text="Long. " * 400 + "The end", **house.once("carl"))
    cases.add_note([case], text="Short", **house.once("carl"))
    page = words(signed_in("carl").get(f"/cases/{case}"))
    assert page.count('<details class="words soft">') == 1
    assert "The end</details>" in page
