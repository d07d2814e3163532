"""What one person changes shows on every open page within a second, without reload, and nothing typed is lost."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from backline.cases import operations as cases
from backline.core.words import Reason
from backline.jobs import operations as jobs
from backline.jobs.operations import SiteForm
from backline.people import operations as people
from backline.people.operations import ContactForm
from tests.fakes.house import PASSWORD
from tests.fakes.installation import until
from tests.fakes.stage import Stage

SECOND = 1000


@pytest.fixture
def case(stage: Stage) -> str:
    """A case that Sana has."""
    found = stage.house.raised()
    stage.house.offer(found)
    stage.house.accept(found)
    stage.tick()
    return found


def settled(page: Page, address: str) -> Page:
    """The page at an address, once it has looked for itself for the first time."""
    with page.expect_response(lambda answer: "x-live" in answer.request.headers):
        page.goto(address)
    return page


def note(stage: Stage, case: str, text: str) -> None:
    cases.add_note([case], text=text, **stage.house.once("carl"))


def test_a_note_of_carls_shows_on_sanas_page_within_a_second(stage: Stage, case: str) -> None:
    sana = settled(stage.signed_in("sana"), f"/cases/{case}")
    sana.evaluate("document.body.dataset.mark = 'the same page'")
    carl = stage.signed_in("carl")
    carl.goto(f"/cases/{case}/note")
    carl.get_by_label("Note").fill("The caretaker has the key")
    carl.get_by_role("button", name="Note").click()
    expect(sana.get_by_text("The caretaker has the key")).to_be_visible(timeout=SECOND)
    expect(sana.locator("li.glow")).to_contain_text("The caretaker has the key")
    expect(sana.locator("[data-live-voice]")).to_have_text("This page has been brought up to date.")
    expect(sana.locator("body")).to_have_attribute("data-mark", "the same page")


def test_a_new_case_shows_in_the_queue_and_the_line_in_hand_stays_in_hand(stage: Stage, case: str) -> None:
    max_ = settled(stage.signed_in("max"), "/queue")
    max_.keyboard.press("j")
    row = max_.locator("tbody tr.here")
    expect(row).to_have_count(1)
    new = stage.house.raised(summary="Nobody can get in", reasons=frozenset({Reason.SAFETY_RISK}))
    expect(max_.get_by_text("Nobody can get in")).to_be_visible(timeout=SECOND)
    expect(row).to_have_attribute("data-id", case)
    expect(row.get_by_role("link").first).to_be_focused()
    expect(max_.get_by_text("2 open")).to_be_visible()
    expect(max_.locator("tr.glow")).to_have_attribute("data-id", new)


def test_fifty_changes_show_on_two_pages_and_none_is_missed(stage: Stage, case: str) -> None:
    pages = [settled(stage.signed_in(name), f"/cases/{case}") for name in ("sana", "max")]
    for number in range(50):
        note(stage, case, f"Note number {number}.")
    for page in pages:
        for number in range(50):
            expect(page.get_by_text(f"Note number {number}.")).to_have_count(1, timeout=SECOND)


def test_what_somebody_types_and_has_opened_stays(stage: Stage, case: str) -> None:
    stage.house.resolve(case)
    stage.tick()
    cleo = settled(stage.window(), stage.link("cleo"))
    cleo.get_by_text("It is not fixed").click()
    cleo.get_by_label("What is not right yet").fill("It still shakes")
    cleo.get_by_label("What is not right yet").press("ArrowLeft")
    cases.confirm([case], words="Cleo rang: it works", **stage.house.once("carl"))
    expect(cleo.get_by_role("heading", level=1)).to_have_text("This is closed.", timeout=SECOND)
    expect(cleo.get_by_label("What is not right yet")).to_have_value("It still shakes")
    expect(cleo.get_by_label("What is not right yet")).to_be_focused()


def test_a_form_says_that_its_case_has_changed(stage: Stage, case: str) -> None:
    sana = settled(stage.signed_in("sana"), f"/cases/{case}/resolve")
    line = sana.get_by_text("This case has changed since you opened it.")
    expect(line).to_be_hidden()
    sana.get_by_label("cause", exact=False).first.fill("A worn relay")
    note(stage, case, "Wait for the spare part")
    expect(line).to_be_visible(timeout=SECOND)
    expect(sana.get_by_label("cause", exact=False).first).to_have_value("A worn relay")


def test_nothing_is_missed_across_a_server_that_stops_and_starts(stage: Stage, case: str) -> None:
    sana = settled(stage.signed_in("sana"), f"/cases/{case}")
    stage.served.stop()
    note(stage, case, "Said while nobody served")
    stage.served.start()
    expect(sana.get_by_text("Said while nobody served")).to_be_visible(timeout=5 * SECOND)


def test_nothing_is_missed_across_a_line_that_was_cut(stage: Stage, case: str) -> None:
    sana = settled(stage.signed_in("sana"), f"/cases/{case}")
    sana.context.set_offline(True)
    stage.served.cut()
    note(stage, case, "Said while the line was cut")
    sana.context.set_offline(False)
    expect(sana.get_by_text("Said while the line was cut")).to_be_visible(timeout=10 * SECOND)


@pytest.mark.parametrize("fails", ["aborted", "refused"])
def test_nothing_is_missed_when_the_page_could_not_be_asked_for(stage: Stage, case: str, fails: str) -> None:
    sana = settled(stage.signed_in("sana"), f"/cases/{case}")
    sana.wait_for_timeout(1.5 * SECOND)  # what it looks for as it opens is over: nothing else makes it look again
    asked: list[str] = []

    def once(route: Route) -> None:
        if asked or "x-live" not in route.request.headers:
            route.continue_()
            return
        asked.append(route.request.url)
        if fails == "aborted":
            route.abort()
        else:
            route.fulfill(status=503, body="busy")

    sana.route(f"**/cases/{case}", once)
    note(stage, case, "Said while nobody answered")
    expect(sana.get_by_text("Said while nobody answered")).to_be_visible(timeout=5 * SECOND)
    assert asked
    expect(sana.locator("[data-live-lost]")).to_be_hidden()


def test_whoever_signed_out_elsewhere_is_told_that_the_page_stands_still(stage: Stage, case: str) -> None:
    sana = settled(stage.signed_in("sana"), f"/cases/{case}/note")
    lost = sana.get_by_text("This page is not kept up to date any more")
    expect(lost).to_be_hidden()
    sana.get_by_label("Note").fill("Half a thought")
    other = sana.context.new_page()
    other.goto("/mine")
    other.get_by_role("button", name="Sign out").click()
    expect(other).to_have_url(re.compile("/sign-in"))
    stage.served.await_(stage.served.streams.judge_all())
    expect(lost).to_be_visible(timeout=5 * SECOND)
    expect(sana.get_by_label("Note")).to_have_value("Half a thought")
    with sana.context.expect_page() as opened:
        sana.get_by_role("link", name="Open it again").click()
    opened.value.get_by_label("E-mail").fill("sana@example.org")
    opened.value.get_by_label("Password").fill(PASSWORD)
    opened.value.get_by_role("button", name="Sign in").click()
    opened.value.get_by_role("button", name="Sign out").wait_for()
    sana.bring_to_front()
    expect(lost).to_be_hidden(timeout=15 * SECOND)
    expect(sana.get_by_label("Note")).to_have_value("Half a thought")


def test_a_customer_whose_link_is_revoked_is_told_too(stage: Stage, case: str) -> None:
    cleo = settled(stage.window(), stage.link("cleo"))
    people.revoke_links(contact_id=str(stage.house.cleo.id))
    stage.served.await_(stage.served.streams.judge_all())
    expect(cleo.get_by_text("This page is not kept up to date any more")).to_be_visible(timeout=5 * SECOND)
    expect(cleo.get_by_role("heading", level=1)).to_be_visible()


def test_a_new_name_of_a_site_and_of_a_contact_shows_where_they_stand(stage: Stage, case: str) -> None:
    site, contact = stage.house.job.site, stage.house.cleo
    carl, sana = settled(stage.signed_in("carl"), "/queue"), settled(stage.signed_in("sana"), f"/cases/{case}")
    for page in (carl, sana):
        page.wait_for_timeout(1.5 * SECOND)
    jobs.keep_site(SiteForm(site.customer.reference, site.reference, "The new library"))
    for page in (carl, sana):
        expect(page.get_by_text("The new library").first).to_be_visible(timeout=2 * SECOND)
    people.keep_contact(ContactForm("Cleopatra", contact.email), contact_id=str(contact.id))
    expect(sana.get_by_text("Cleopatra").first).to_be_visible(timeout=2 * SECOND)


def test_three_tabs_share_one_stream_and_the_next_leads_when_the_first_goes(stage: Stage, case: str) -> None:
    first = settled(stage.signed_in("sana"), f"/cases/{case}")
    others = [settled(first.context.new_page(), f"/cases/{case}") for _ in range(2)]
    until(lambda: len(stage.served.streams.hub.streams) == 1, "one stream")
    first.close()
    until(lambda: len(stage.served.streams.hub.streams) == 1, "one stream again")
    note(stage, case, "For those who are left")
    others[-1].bring_to_front()
    for page in others:
        expect(page.get_by_text("For those who are left")).to_be_visible(timeout=2 * SECOND)


def test_who_looks_at_a_case_is_shown_and_gone_again(stage: Stage, case: str) -> None:
    sana = settled(stage.signed_in("sana"), f"/cases/{case}")
    carl, max_ = stage.signed_in("carl"), stage.signed_in("max")
    carl.goto(f"/cases/{case}")
    expect(sana.get_by_text("Carl is looking")).to_be_visible(timeout=SECOND)
    max_.goto(f"/cases/{case}/note")
    expect(sana.get_by_text("Carl and Max are looking")).to_be_visible(timeout=SECOND)
    expect(carl.get_by_text("Max and Sana are looking")).to_be_visible(timeout=SECOND)
    note(stage, case, "Meanwhile")
    expect(sana.get_by_text("Meanwhile")).to_be_visible(timeout=SECOND)
    expect(sana.get_by_text("Carl and Max are looking")).to_be_visible()
    max_.goto("/queue")
    expect(sana.get_by_text("Carl is looking")).to_be_visible(timeout=SECOND)
    carl.close()
    expect(sana.locator("[data-here]")).to_be_hidden(timeout=SECOND)


def test_nobody_is_shown_to_a_customer(stage: Stage, case: str) -> None:
    settled(stage.signed_in("carl"), f"/cases/{case}")
    cleo = settled(stage.window(), stage.link("cleo"))
    expect(cleo.get_by_text("looking")).to_have_count(0)
