"""Back, and send again: the form is the one that was sent, so that nothing happens twice and no photo is lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from backline.cases.models import Case
from backline.evidence.models import Evidence
from backline.jobs.queries import Job
from tests.browser.test_hands import PHOTO
from tests.fakes.stage import PHONE, Stage


def filled(page: Page, job: Job) -> None:
    page.goto(f"/jobs/{job.id}/raise")
    page.get_by_label("Nobody is in danger").check()
    page.get_by_label("What is wrong").fill("It hums")
    page.get_by_label("Cannot be solved").check()
    page.get_by_label("Action").first.fill("Reset it")
    page.get_by_label("Low: a nuisance").check()
    page.get_by_label("Low: can be planned").check()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_a_report_sent_again_after_back_is_one_case(stage: Stage, job: Job, scripts: bool) -> None:
    tess = stage.signed_in("tess", PHONE, java_script_enabled=scripts)
    filled(tess, job)
    tess.get_by_role("button", name="Send").click()
    expect(tess.get_by_role("status")).to_contain_text("Sent.")
    tess.go_back()
    expect(tess.get_by_label("What is wrong")).to_have_value("It hums")
    tess.get_by_role("button", name="Send").click()
    expect(tess.get_by_role("status").first).to_contain_text("That was sent already")
    assert Case.objects.count() == 1


def test_a_photo_that_was_kept_is_on_the_case_though_one_looked_elsewhere_meanwhile(stage: Stage, job: Job) -> None:
    tess = stage.signed_in("tess", PHONE)
    filled(tess, job)
    tess.locator("#photos").set_input_files([PHOTO])
    expect(tess.get_by_text("Kept", exact=True)).to_be_visible()
    tess.get_by_role("link", name="My cases").click()
    expect(tess.get_by_role("heading", level=1)).to_have_text("My cases")
    tess.go_back()
    tess.get_by_role("button", name="Send").click()
    expect(tess.get_by_role("status").first).to_contain_text("Sent.")
    assert Evidence.objects.get().case_id == Case.objects.get().id


def test_who_signs_out_leaves_nothing_behind_for_back(stage: Stage, job: Job) -> None:
    carl = stage.signed_in("carl")
    carl.goto("/outgoing")
    expect(carl.get_by_role("heading", level=1)).to_have_text("Outgoing")
    carl.get_by_role("button", name="Sign out").click()
    expect(carl.get_by_role("heading", level=1)).to_have_text("Sign in")
    carl.go_back()
    expect(carl.get_by_role("heading", level=1)).to_have_text("Sign in")
