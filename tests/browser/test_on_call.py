"""The roster in a real browser: an address proved on a phone, a schedule that follows the sun planned at the desk."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from backline.people import operations as people
from backline.people.operations import TeamForm
from tests.fakes.shifts import HOUR, ids
from tests.fakes.stage import PHONE, Stage

HOME = "sana@home.example"
SUN = (
    ("Sana", "Asia/Tokyo", "09:00-17:00"), ("Lena", "Europe/Berlin", "09:00-17:00"),
    ("Dora", "America/New_York", "11:00-19:00"),
)  # fmt: skip
"""Who has which hours of which clock: in winter they are a day without a gap."""
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def test_an_address_is_proved_on_a_phone_and_a_schedule_that_follows_the_sun_names_who_is_there(stage: Stage) -> None:
    sana, max_ = stage.signed_in("sana", PHONE), stage.signed_in("max")
    proves(stage, sana)
    team, members = str(stage.house.specialists.id), tuple(ids(stage.house, "sana", "lena", "dora"))
    people.keep_team(TeamForm("Lift specialists", 3, "", members), team_id=team)
    plans(max_, team)
    expect(shown(max_)).to_contain_text("Dora until 01:00 tomorrow")
    stage.house.clock.advance(8 * HOUR)
    expect(shown(max_)).to_contain_text("Sana until 09:00 today")
    expect(shown(sana)).to_contain_text("Sana you until 09:00 today")
    stage.house.clock.advance(10 * HOUR)
    expect(shown(max_)).to_contain_text("Lena until 17:00 today")


def shown(page: Page) -> Locator:
    """What stands of the team under who is there now."""
    page.goto("/on-call")
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="Lift specialists"))


def proves(stage: Stage, sana: Page) -> None:
    """Sana adds an address and types the code out of the letter that came there."""
    sana.goto("/account/addresses")
    sana.get_by_label("Address or number").fill(HOME)
    sana.get_by_role("button", name="Add it").click()
    row = sana.get_by_role("listitem").filter(has_text=HOME)
    expect(row).to_contain_text("Not proved")
    row.get_by_role("button", name="Send a code there").click()
    expect(sana.get_by_role("status")).to_contain_text("A code is on its way.")
    stage.tick()
    [code] = re.findall(r"is (\d{6})\. It counts", stage.mail.to(HOME)[-1].text)
    row.get_by_label("The code that you got").fill(code)
    row.get_by_role("button", name="Prove it").click()
    expect(sana.get_by_role("status")).to_contain_text(f"{HOME} is proved.")
    expect(row.locator(".badge-green")).to_have_text("Proved")
    assert sana.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def plans(page: Page, team: str) -> None:
    """Max gives each of three their hours by their own clock, looks at what comes of it, and keeps it."""
    page.goto(f"/on-call/{team}/schedule")
    for number, (name, zone, hours) in enumerate(SUN):
        if number:
            page.get_by_role("button", name="Add a layer").click()
        layer = page.locator(f"#layer-{number}")
        for other, *_rest in SUN:
            if other != name:
                layer.get_by_role("button", name=f"Take {other} out").click()
        layer.get_by_label("Time zone").select_option(zone)
        layer.get_by_text("Only at certain hours").click()
        for day in DAYS:
            layer.get_by_label(day).fill(hours)
    page.get_by_role("button", name="See what it would do").last.click()
    preview = page.get_by_role("region", name="The coming four weeks")
    expect(preview).to_contain_text("Somebody is on call all the time.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Kept. The calendar shows it.")
