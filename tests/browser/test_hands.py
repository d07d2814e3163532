"""Hands and eyes: keys alone, errors that take the focus, photos that are kept, steps that grow, motion that rests."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from backline.jobs.queries import Job
from tests.fakes import photos
from tests.fakes.shifts import taking_turns
from tests.fakes.stage import PHONE, Stage

PHOTO = {"name": "door.jpg", "mimeType": "image/jpeg", "buffer": photos.encoded(photos.quarters())}


def to(page: Page, name: str, most: int = 60) -> None:
    """Press Tab until what has the focus carries this name; it must be seen to have it."""
    for pressed in range(most):
        if pressed:
            page.keyboard.press("Tab")
        focus = page.locator(":focus")
        if focus.count() and focus.evaluate("one => (one.labels?.[0] || one).textContent").strip().startswith(name):
            outline = "one => getComputedStyle(one.closest('.choice') || one).outlineStyle"
            assert focus.evaluate(outline) == "solid", f"{name} is not seen to have the focus"
            return
    raise AssertionError(f"{name} cannot be reached")


def press(page: Page, key: str) -> None:
    """Press a key of the desk, once its script has come; the button that shows the keys says so."""
    expect(page.get_by_role("button", name="Keys")).to_be_visible()
    page.keyboard.press(key)


def test_raised_and_accepted_by_keys_alone(stage: Stage, job: Job) -> None:
    tess = stage.signed_in("tess")
    tess.goto(f"/jobs/{job.id}/raise")
    for label, keys in (
        ("Nobody is in danger", "Space"), ("What is wrong", "It hums"), ("Cannot be solved", "Space"),
        ("Action", "Reset it"), ("Low: a nuisance", "Space"), ("Low: can be planned", "Space"), ("Send", "Enter"),
    ):  # fmt: skip
        to(tess, label)
        if keys in ("Space", "Enter"):
            tess.keyboard.press(keys)
        else:
            tess.keyboard.type(keys)
    expect(tess.get_by_role("status")).to_contain_text("Sent.")

    carl = stage.signed_in("carl")
    press(carl, "j")
    carl.keyboard.press("Enter")
    expect(carl.get_by_role("heading", level=1)).to_have_text("It hums")
    turning = "[...document.body.querySelectorAll('*')].filter(one => getComputedStyle(one).unicodeBidi !== 'isolate')"
    assert carl.evaluate(f"{turning}.length") == 0, "no element turns the letters of those around it"
    press(carl, "o")
    to(carl, "Lift specialists")
    to(carl, "Offer")
    carl.keyboard.press("Enter")
    expect(carl.get_by_role("status")).to_contain_text("Done")

    sana = stage.signed_in("sana")
    press(sana, "j")
    press(sana, "a")
    expect(sana.get_by_role("heading", level=1)).to_have_text("Accept")
    to(sana, "Accept")
    sana.keyboard.press("Enter")
    expect(sana.locator(".glance")).to_contain_text("Sana")
    expect(sana.get_by_role("link", name="Resolve")).to_be_visible()


def test_a_swap_is_asked_and_taken_by_keys_alone_and_a_schedule_put_in_another_order(stage: Stage) -> None:
    team = taking_turns(stage.house)
    sana, dora, lena = (stage.signed_in(name) for name in ("sana", "dora", "lena"))
    sana.goto("/on-call")
    to(sana, "Ask for a swap")
    sana.keyboard.press("Enter")
    to(sana, "Whom you ask")
    sana.keyboard.type("Dora")
    to(sana, "Ask")
    sana.keyboard.press("Enter")
    expect(sana.get_by_role("status")).to_contain_text("Asked.")
    dora.goto("/on-call")
    to(dora, "Take")
    dora.keyboard.press("Enter")
    expect(dora.get_by_role("status")).to_contain_text("The shift is yours")
    lena.goto(f"/on-call/{team}/schedule")
    for key in ("down", "up"):
        lena.locator(f'[value="{key}.0.1"]').focus()
        lena.keyboard.press("Enter")
        expect(lena.locator(".shift-order li").nth(2 if key == "down" else 0)).to_contain_text(
            "Lena" if key == "down" else "Dora"
        )


def test_the_keys_go_through_every_list_and_whoever_came_by_one_goes_on_typing(stage: Stage) -> None:
    case = stage.house.raised(summary="It hums")
    tess, carl = stage.signed_in("tess"), stage.signed_in("carl")
    tess.goto("/my-cases")
    press(tess, "j")
    expect(tess.locator("article.here")).to_contain_text("It hums")
    tess.keyboard.press("Enter")
    expect(tess.get_by_role("heading", level=1)).to_have_text("It hums")
    carl.goto("/outgoing")
    press(carl, "j")
    carl.keyboard.press("Enter")
    expect(carl.locator("details.here[open]")).to_have_count(1)
    carl.goto(f"/cases/{case}")
    press(carl, "n")
    expect(carl.get_by_label("Note")).to_be_focused()
    carl.keyboard.type("The caretaker rang")
    expect(carl.get_by_label("Note")).to_have_value("The caretaker rang")
    carl.reload()
    expect(carl.get_by_role("button", name="Keys")).to_be_visible()
    expect(carl.get_by_label("Note")).not_to_be_focused()


def test_what_is_wrong_can_be_read_in_a_list_of_any_width(stage: Stage) -> None:
    stage.house.raised(summary="The doors do not close")
    carl = stage.signed_in("carl")
    line = carl.get_by_role("link", name="The doors do not close")
    for width in (360, 641, 700, 768, 900, 959, 960, 1024, 1440):
        carl.set_viewport_size({"width": width, "height": 800})
        cell = line.locator("xpath=..").bounding_box()
        assert cell
        assert cell["width"] > 120, width
        assert carl.evaluate("document.documentElement.scrollWidth") <= width


def test_the_verbs_keys_rest_on_a_line_that_is_no_case(stage: Stage) -> None:
    ada = stage.signed_in("ada")
    ada.goto("/administration/persons")
    press(ada, "j")
    expect(ada.locator("tbody tr.here")).to_have_count(1)
    for key in "aon":
        ada.keyboard.press(key)
    ada.wait_for_timeout(500)
    expect(ada).to_have_url(re.compile("/administration/persons$"))


def test_the_keys_are_shown_and_rest_while_somebody_types(stage: Stage) -> None:
    case = stage.house.raised()
    carl = stage.signed_in("carl")
    press(carl, "?")
    expect(carl.get_by_role("dialog", name="Keys")).to_be_visible()
    carl.keyboard.press("Escape")
    expect(carl.get_by_role("dialog", name="Keys")).to_be_hidden()
    carl.reload()
    press(carl, "/")
    expect(carl.get_by_role("searchbox", name="Search")).to_be_focused()
    carl.goto(f"/cases/{case}/note")
    expect(carl.get_by_role("button", name="Keys")).to_be_visible()
    carl.get_by_label("Note").click()
    carl.keyboard.type("jnoa?/")
    expect(carl.get_by_label("Note")).to_have_value("jnoa?/")


def test_a_bad_form_says_so_first_and_loses_nothing(stage: Stage, job: Job) -> None:
    tess = stage.signed_in("tess", PHONE)
    tess.goto(f"/jobs/{job.id}/raise")
    expect(tess.locator("li.step")).to_have_count(1)
    tess.get_by_role("button", name="Another step").click()
    expect(tess.locator("li.step").nth(1).get_by_label("Action")).to_be_focused()
    tess.get_by_label("Action").nth(1).fill("Oiled it")
    tess.get_by_label("Photos").set_input_files([PHOTO, PHOTO | {"name": "note.jpg", "buffer": b"words"}])
    kept = tess.get_by_role("listitem").filter(has=tess.get_by_role("img", name="door.jpg"))
    expect(kept).to_contain_text("Kept")
    refused = tess.get_by_role("listitem").filter(has_text="note.jpg")
    expect(refused).to_be_visible()
    expect(refused.get_by_role("img"), "what is no picture is not shown as a broken one").to_have_count(0)
    tess.get_by_role("button", name="Send").click()
    expect(tess.get_by_role("alert")).to_be_focused()
    expect(tess.get_by_role("alert"), "what was settled is not sent again").not_to_contain_text("note.jpg")
    expect(tess.get_by_role("img", name="door.jpg")).to_have_count(1)
    expect(tess.get_by_role("img", name="note.jpg")).to_have_count(0)
    expect(tess.get_by_label("Action").first).to_have_value("Oiled it")
    tess.get_by_role("link", name="What is wrong: Fill this in.").click()
    expect(tess.get_by_label("What is wrong")).to_be_focused()


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_nothing_moves_for_who_asked_for_rest(stage: Stage, motion: str) -> None:
    page = stage.window(reduced_motion=motion)
    page.goto("/sign-in")
    took = page.get_by_role("button").evaluate("one => getComputedStyle(one).transitionDuration")
    assert took == ("0s" if motion == "reduce" else "0.16s")
