"""Cleo's page on her phone: light and dark, with and without scripts, small, and nothing that axe finds wrong."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from backline.cases import operations as cases
from backline.cases.operations import NewVisit
from tests.browser.test_axe import BROKEN, SMALL, STANDARD, flaws, opened
from tests.fakes import photos
from tests.fakes.browser import link_of
from tests.fakes.hers import Hers, photo
from tests.fakes.stage import PHONE, Stage

HOUR = timedelta(hours=1)
MOST = 100_000


def busy(stage: Stage) -> str:
    """A case with a visit, of which Cleo said all that she can."""
    house = stage.house
    case = house.working()
    start = house.clock.now() + 24 * HOUR
    cases.book_visit([case], visit=NewVisit(start, start + HOUR), **house.once("sana"))
    hers = Hers(house, case)
    hers.sends("write", text="It drips from the ceiling", photos=[photo("a.jpg"), photo("b.jpg", 120)])
    hers.sends("urgent", text="The ground floor is wet")
    hers.sends("call", number="+49 30 12345678")
    stage.tick()
    return case


def closed(stage: Stage) -> str:
    """A case that is closed and may be rated."""
    case = stage.house.working()
    stage.house.resolve(case)
    cases.confirm([case], **stage.house.once("cleo"))
    stage.house.clock.advance(timedelta(minutes=1))
    return case


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_clean_on_a_phone(stage: Stage, scheme: Any) -> None:
    page = stage.window(PHONE, color_scheme=scheme, reduced_motion="reduce")
    found: list[str] = []
    for name, case in (("busy", busy(stage)), ("closed", closed(stage))):
        page.goto(link_of(stage.house, "cleo", case))
        for send in ("", *(("Send", "Ask for a call", "Tell them now") if name == "busy" else ("Send",))):
            opened(page)
            if send == "Ask for a call":
                page.get_by_label("Your number").fill("12")
            if send:
                page.get_by_role("button", name=send, exact=True).first.click()
                page.get_by_role("alert").wait_for()
                opened(page)
            where = f"{name} {scheme} {send}"
            found += [*flaws(page, where, STANDARD), *small(page, where)]
            page.goto(link_of(stage.house, "cleo", case))
    assert not found, "\n".join(found)


def small(page: Page, where: str) -> list[str]:
    """What a thumb does not hit, and words that fall apart."""
    return [f"{where}: {one}" for rule in (SMALL, BROKEN) for one in page.evaluate(rule)]


def test_without_scripts_she_can_do_all_of_it(stage: Stage) -> None:
    house = stage.house
    case = house.working()
    page = stage.window(PHONE, java_script_enabled=False)
    page.goto(link_of(house, "cleo", case))
    page.get_by_text("Write to us, with photos").click()
    page.get_by_label("Your words").fill("It drips")
    page.get_by_label("Photos").set_input_files(
        [file("big.jpg", noise()), file("b.jpg", photos.encoded(photos.quarters()))]
    )
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("one of us reads it")
    assert len(noise()) > 2_000_000, "more than strangers may send"
    expect(page.locator("ol.timeline img")).to_have_count(2)
    page.get_by_text("This is urgent").first.click()
    page.get_by_label("Why it cannot wait").fill("It rains in")
    page.get_by_role("button", name="Tell them now").click()
    expect(page.get_by_text("We have told Sana and our coordinators")).to_be_visible()
    page.get_by_text("Call me back").click()
    page.get_by_label("Your number").fill("+49 30 12345678")
    page.get_by_role("button", name="Ask for a call").click()
    expect(page.get_by_text("We will call you at +49 30 12345678")).to_be_visible()
    house.resolve(case)
    page.goto(link_of(house, "cleo", case))
    page.get_by_role("button", name="It works").click()
    page.get_by_label("3: all right").check()
    page.get_by_role("button", name="Send", exact=True).first.click()
    expect(page.get_by_text("You gave us 3 of 5")).to_be_visible()


def test_what_is_too_much_by_a_link_that_ended_is_said_in_words(stage: Stage) -> None:
    page = stage.window(PHONE, java_script_enabled=False)
    page.goto(link_of(stage.house, "cleo", stage.house.working()))
    page.get_by_text("Write to us, with photos").click()
    page.get_by_label("Photos").set_input_files([file("big.jpg", noise())])
    stage.house.clock.advance(timedelta(days=91))
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("This link is no longer valid.")).to_be_visible()


def test_it_is_one_request_and_less_than_100_kb(stage: Stage) -> None:
    page = stage.window(PHONE)
    sizes: dict[str, int] = {}
    page.on("response", lambda answer: weigh(sizes, answer))
    page.goto(link_of(stage.house, "cleo", busy(stage)), wait_until="load")
    assert all(one.startswith(stage.address) for one in sizes), "nobody else is asked for anything"
    pages = [one for one in sizes if "/static/" not in one and "/photos/" not in one]
    assert len(pages) == 1, pages
    assert sum(size for one, size in sizes.items() if "/photos/" not in one) < MOST


def weigh(sizes: dict[str, int], answer: Any) -> None:
    """Note how large an answer is; the stream and what looks for itself later are no part of the page."""
    if "/live" not in answer.url and "x-live" not in answer.request.headers:
        sizes[answer.url] = int(answer.headers.get("content-length", 0)) or len(answer.body())


def file(name: str, content: bytes) -> Any:
    """A photo as the browser is given it."""
    return {"name": name, "mimeType": "image/jpeg", "buffer": content}


def noise() -> bytes:
    """A photo with as much in it as those of a phone."""
    out = io.BytesIO()
    Image.effect_noise((2400, 1800), 90).save(out, "JPEG", quality=90)
    return out.getvalue()
