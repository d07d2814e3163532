"""Every page as its people open it: nothing that axe finds wrong, in light and in dark; on a phone nothing is too wide
for it and nothing too small for a thumb.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from backline.core.calendar import Block
from backline.core.words import Danger, Reason
from backline.engine.auditor import passes
from backline.people import operations as people
from backline.people.operations import AbilityForm, ExpertiseForm, SwapForm
from tests.fakes.browser import link_of
from tests.fakes.shifts import HOUR, MONDAY, plan, taking_turns, turns
from tests.fakes.stage import DESKTOP, PHONE, Stage
from tests.fakes.world import World

BRIEF = {"resultTypes": ["violations"], "preload": False, "iframes": False}
"""What passes is not written out node by node: that would take longer than looking."""
STANDARD = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"], **BRIEF}
SEEN = {"runOnly": ["color-contrast", "target-size", "scrollable-region-focusable"], **BRIEF}
"""What depends on the size and the scheme; all the rest is looked at once a page, at the desk."""

SMALL = """() => [...document.querySelectorAll("a[href], button, summary, input, select, textarea")]
  .map((one) => one.closest("label") || one)
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.matches(".skip, [type=hidden]"))
  .filter((one) => one.getBoundingClientRect().height < (getComputedStyle(one).display === "inline" ? 24 : 44))
  .map((one) => `${Math.round(one.getBoundingClientRect().height)} px: ${one.outerHTML.slice(0, 100)}`)"""
"""What a thumb does not hit: 44 px, but 24 for a link in running text. A label is part of the target."""

BROKEN = r"""() => {
  const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), range = new Range();
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (!text.parentElement.checkVisibility({ visibilityProperty: true })) continue;
    for (const word of text.data.matchAll(/(?<!\S)[\p{L}\p{N}]{2,14}(?![\p{L}\p{N}])/gu)) {
      range.setStart(text, word.index);
      range.setEnd(text, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map((one) => Math.round(one.top)));
      if (lines.size > 1) found.push(`${word[0]} in ${text.parentElement.outerHTML.slice(0, 100)}`);
    }
  }
  return found;
}"""
"""Words that a line could hold and that stand on several, as in a column that falls into letters."""


@dataclass(frozen=True)
class Walk:
    """Somebody's way through their pages.

    A form marked `!` is sent empty first, to see it with errors; one marked `?` as it is, to see what it would do.
    """

    who: str
    pages: tuple[str, ...]


WALKS = (
    Walk("", ("/sign-in", "!/sign-in", "/nothing", "/c/broken", "{cleo:RAISED}", "{cleo:ACCEPTED}", "{cleo:RESOLVED}",
              "{cleo:CLOSED}")),
    Walk("tess", ("/jobs", "/jobs/{job}/raise", "!/jobs/{job}/raise", "!/jobs/{open}/visit", "/my-cases",
                  "/my-cases/{RETURNED}/complete",
                  "/cases/{RETURNED}", "/queue", "/cases/{UNKNOWN}")),
    Walk("carl", ("/queue", "/queue?priority=P4", "/cases/{RAISED}", "/cases/{RAISED}/offer", "/cases/{CLOSED}",
                  "/cases/{RESOLVED}/confirm", "/outgoing", "!/hand-over", "/queue?text=lift&state=OFFERED&danger=x",
                  "!/queue/views", "/mine?text=door", "/cases/{ACCEPTED}/contact", "/cases/{ACCEPTED}/call-off",
                  "/cases/{OFFERED}/jump", "/cases/{OFFERED}/climbs", "/cases/{ACCEPTED}/clocks",
                  "/queue/suggestions", "!/queue/suggestions/{finding}", "/cases/{ACCEPTED}/part",
                  "/cases/{ACCEPTED}/move-part", "/load")),
    Walk("sana", ("/mine", "/cases/{OFFERED}", "/cases/{OFFERED}/accept", "/cases/{OFFERED}/bounce",
                  "/cases/{ACCEPTED}", "/cases/{ACCEPTED}/hand-over", "/cases/{ACCEPTED}/step",
                  "/cases/{ACCEPTED}/wait", "/cases/{ACCEPTED}/visit", "/cases/{ACCEPTED}/tell",
                  "!/cases/{ACCEPTED}/resolve", "!/cases/{ACCEPTED}/root-cause", "/on-call", "/on-call/{team}",
                  "/on-call/{team}?view=month&whose=mine", "/on-call/{team}/swap", "?/on-call/away",
                  "/on-call/{team}/fairness", "/expertise",
                  "/account/addresses")),
    Walk("max", ("/manager", "/audit", "/cases/{DANGER}", "/cases/{DANGER}/review", "/account",
                 "!/on-call/{team}/plan/name", "?/on-call/{team}/schedule")),
    Walk("ada", ("/design", "/readiness", "/administration/", "!/administration/import/persons",
                 "/administration/import/sites",
                 "/administration/try/who-hears", "/administration/try/sites", "/administration/recomputes",
                 "/administration/recomputes/1",
                 "/administration/try/routing?reason=SAFETY_RISK&priority=P1&asset=LIB-L7",
                 "/administration/try/case?about=LIB-L7&danger=RISK&reason=SAFETY_RISK&impact=HIGH&urgency=HIGH",
                 "{expertise}", "{expertise}/add", "/administration/needs",
                 "/administration/organisation", "/administration/calendars", "!/administration/calendars/new",
                 "/administration/calendars/{calendar}", "/administration/calendars/chosen?q=lib",
                 "/administration/calendars/chosen/site/{site}", "?/administration/calendars/{calendar}/edit",
                 "/administration/policies", "/administration/policies/1", "!/administration/policies/edit",
                 "/administration/rules", "!/administration/rules/file")),
)  # fmt: skip


@pytest.fixture
def world(stage: Stage) -> World:
    """A case in every stage, some of them told about and overdue."""
    made = World(stage.house)
    report = {"danger": Danger.PERSON_TRAPPED_OR_HURT, "reasons": frozenset({Reason.SAFETY_RISK})}
    made.cases["DANGER"] = stage.house.raised(summary="Somebody is in the lift", **report)
    shift = MONDAY - 12 * HOUR
    team, nights = taking_turns(stage.house), ((Block(20 * 60, 32 * 60),),) * 7
    plan(stage.house, team, turns(stage.house, "sana", "lena", "dora", week=nights), seen=1)
    people.ask_swap(SwapForm(team, shift, shift + 6 * HOUR), by=stage.house.actor("dora"), at=stage.house.clock.now())
    skill = str(people.keep_skill("Hydraulics").id)
    soon = stage.house.clock.now().date() + timedelta(days=9)
    people.keep_expertise(
        ExpertiseForm((AbilityForm(skill, 3, certified=True, until=soon),), cap=1),
        person_id=str(stage.house.persons["sana"].id),
    )
    people.keep_skill("Doors")
    made.cases["UNKNOWN"] = str(stage.house.job.id)
    stage.tick()
    passes.run(stage.jump(minutes=50))
    return made


def addresses(world: World, walk: Walk) -> Iterator[str]:
    """The walk's addresses, filled in."""
    links = {f"cleo:{stage}": link_of(world.house, "cleo", case) for stage, case in world.cases.items()}
    job = world.house.job
    known = {
        "expertise": f"/administration/persons/{world.house.persons['sana'].id}/expertise",
        "job": str(job.id),
        "site": str(job.site_id),
        "calendar": world.calendar,
        "finding": world.finding,
        "team": str(world.house.specialists.id),
        "open": str(world.house.otto_job.id),
        **world.cases,
        **links,
    }
    for page in walk.pages:
        for name, value in known.items():
            page = page.replace(f"{{{name}}}", value)
        yield page


def flaws(page: Page, where: str, rules: dict[str, list[str]]) -> Iterator[str]:
    """What is wrong with the page that is open: by axe, and where it is wider than its window."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    for violation in page.evaluate("rules => axe.run(rules)", rules)["violations"]:
        nodes = "; ".join(node["html"][:120] for node in violation["nodes"][:3])
        yield f"{where}: {violation['id']}: {nodes}"
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        yield f"{where}: {wide} px wider than the window"


def opened(page: Page) -> None:
    """Unfold all that is folded, so that it is looked at too."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")


def test_pages_are_clean_on_a_phone_and_at_the_desk_in_light_and_in_dark(stage: Stage, world: World) -> None:
    found = [flaw for walk in WALKS for flaw in walked(stage, world, walk)]
    assert not found, "\n".join(found)


def walked(stage: Stage, world: World, walk: Walk) -> Iterator[str]:
    """What is wrong on somebody's way; nothing moves, so that no colour is caught on its way to another."""
    still = {"reduced_motion": "reduce"}
    page = stage.signed_in(walk.who, PHONE, **still) if walk.who else stage.window(PHONE, **still)
    for address in addresses(world, walk):
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        page.emulate_media(color_scheme="light")
        page.goto(address.lstrip("!?"))
        if address.startswith("!"):
            page.locator("main form").last.evaluate("form => form.requestSubmit()")
            page.get_by_role("alert").wait_for()
        if address.startswith("?"):
            page.get_by_role("button", name="See what it would do").click()
            page.get_by_role("button", name="Save").wait_for()
        opened(page)
        yield from flaws(page, f"{walk.who} {address}, phone", SEEN)
        yield from (f"{walk.who} {address}, too small: {one}" for one in page.evaluate(SMALL))
        yield from (f"{walk.who} {address}, broken: {one}" for one in page.evaluate(BROKEN))
        page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
        page.emulate_media(color_scheme="dark")
        yield from flaws(page, f"{walk.who} {address}, desk, dark", STANDARD)
