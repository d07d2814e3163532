"""The customer's page on a phone, in each language, light and dark: axe finds nothing, and nothing is too wide."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from backline.cases import operations as cases
from backline.cases.operations import NewVisit, NewWord
from backline.core.words import ToldBy, WaitReason
from backline.jobs import operations as jobs
from backline.people.languages import WRITTEN
from backline.people.operations import ContactForm
from tests.browser.test_axe import BROKEN, SMALL, STANDARD, flaws, opened
from tests.fakes.browser import link_of
from tests.fakes.stage import PHONE, Stage

WORKS = {"en": "It works", "de": "Es funktioniert", "es": "Funciona", "fr": "Cela fonctionne"}
NOT_FIXED = {
    "en": "It is not fixed",
    "de": "Es ist nicht behoben",
    "es": "No está arreglado",
    "fr": "Ce n'est pas réparé",
}


def in_work(stage: Stage) -> str:
    """A case with a part to wait for, a visit over midnight, and a word that came too late."""
    house = stage.house
    case, hour = house.working(), timedelta(hours=1)
    until, start = house.clock.now() + 60 * hour, house.clock.now() + 30 * hour
    cases.begin_wait([case], reason=WaitReason.PART, until=until, what="K7", **house.once("sana"))
    cases.begin_wait([case], reason=WaitReason.CUSTOMER, until=until, what="K8", **house.once("sana"))
    cases.book_visit([case], visit=NewVisit(start, start + 12 * hour), **house.once("sana"))
    cases.tell_customer([case], word=NewWord("K7", start, ToldBy.CALL), **house.once("sana"))
    return case


def wrong(page: Page, address: str) -> list[str]:
    """What is wrong with the page, in light and in dark; it is left in dark, with all unfolded."""
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
        page.goto(address)
        opened(page)
        found += flaws(page, f"{address[:12]}, {scheme}", STANDARD)
        found += [*page.evaluate(SMALL), *page.evaluate(BROKEN)]
    return found


@pytest.mark.parametrize("language", WRITTEN)
def test_her_page_on_a_phone(stage: Stage, language: str) -> None:
    house = stage.house
    cleo = ContactForm("Cleo", "cleo@example.net", language=language, zone="Europe/Berlin")
    jobs.keep_contact(cleo, [house.job.site], contact_id=str(house.cleo.id))
    house.cleo.refresh_from_db()
    page = stage.window(PHONE, reduced_motion="reduce", locale=language)
    open_case, done = in_work(stage), in_work(stage)
    house.resolve(done)
    for address in (link_of(house, "cleo", open_case), link_of(house, "cleo", done), "/c/broken"):
        address = "/c/" + address.partition("/c/")[2]
        assert wrong(page, address) == []
        assert page.evaluate("document.documentElement.lang") == language
    page.goto("/c/" + link_of(house, "cleo", done).partition("/c/")[2])
    expect(page.get_by_role("button", name=WORKS[language])).to_be_visible()
    page.get_by_text(NOT_FIXED[language]).click()
    page.locator('details button[value="not-fixed"]').click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
