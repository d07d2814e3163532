"""The five minutes of the README, walked over a small demo; its pictures are taken on the way.

The steps are read from the README: each must name in bold, in this order, exactly what is pressed or looked for here.
`pytest tests/browser/test_tour.py --pictures docs/pictures` takes the pictures again; else they are only compared in
size, and nothing in the tree changes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from backline.demo.operations import Wish, load
from tests.fakes.clock import SettableClock
from tests.fakes.stage import DESKTOP, PHONE, Windows, serving

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CASES = 16
SMALL_PHONE = (360, 640)
MOST_BYTES = 120_000
SUMMARY = "The lift shakes and stops between two floors"


def steps() -> list[list[str]]:
    """What each step of the README names in bold."""
    tour = README.partition("## Five minutes")[2].partition("\n## ")[0]
    found = re.split(r"^\d+\. ", tour, flags=re.M)[1:]
    return [[" ".join(name.split()) for name in re.findall(r"\*\*(.+?)\*\*", step, re.S)] for step in found]


def pictures() -> set[str]:
    """The pictures that the README shows."""
    return set(re.findall(r"docs/pictures/(\w+)\.webp", README))


@dataclass
class Visitor:
    """Somebody who follows the README; `did` is what was pressed or seen in this step."""

    page: Page
    folder: Path
    did: list[str] = field(default_factory=list)
    taken: set[str] = field(default_factory=set)

    def become(self, name: str, size: tuple[int, int] = DESKTOP) -> None:
        """Press somebody's name at the top of the page, on a screen of theirs."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        fold = self.page.locator(".demo summary")
        if fold.is_visible():
            fold.click()
        self.press(name)

    def press(self, name: str) -> None:
        """Press what has this name."""
        self._named(name).click()

    def fill(self, name: str, text: str) -> None:
        """Write into what has this name."""
        self._named(name).fill(text)

    def see(self, name: str) -> Locator:
        """Look at the part with this heading."""
        heading = self.page.get_by_role("heading", name=name).first
        expect(heading).to_be_visible()
        self.did.append(name)
        return self.page.locator("section").filter(has=heading)

    def _named(self, name: str) -> Locator:
        self.did.append(name)
        roles: Any = ("link", "button", "textbox", "searchbox", "radio", "checkbox")
        found = self.page.get_by_role(roles[0], name=name, exact=True)
        for role in roles[1:]:
            found = found.or_(self.page.get_by_role(role, name=name, exact=True))
        return found.locator("visible=true").first

    def take(self, name: str) -> None:
        """Take a picture of what is on the screen."""
        self.page.mouse.move(0, 0)
        file = self.folder / f"{name}.webp"
        Image.open(BytesIO(self.page.screenshot(animations="disabled"))).save(file, quality=80)
        assert 5_000 < file.stat().st_size < MOST_BYTES, f"{name}: {file.stat().st_size} bytes"
        self.taken.add(name)


def the_technician_reports(visitor: Visitor) -> None:
    visitor.become("Tess", PHONE)
    visitor.press("My jobs")
    visitor.press("I cannot finish this")
    visitor.press("Nobody is in danger")
    visitor.fill("What is wrong", SUMMARY)
    visitor.take("report")
    visitor.press("Cannot be solved on site")
    visitor.fill("Action", "Reset the controller")
    visitor.page.get_by_label("High: work or people held up").check()
    visitor.page.get_by_label("Medium: soon").check()
    visitor.press("Send")
    expect(visitor.page.get_by_role("status")).to_contain_text("Sent.")


def the_coordinator_finds_it(visitor: Visitor) -> None:
    visitor.become("Carl", SMALL_PHONE)
    expect(visitor.page.locator("tbody tr").first, "a phone shows it at once").to_be_in_viewport(ratio=1)
    visitor.page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    visitor.press("Queue")
    visitor.take("queue")
    visitor.page.get_by_role("searchbox").fill("shaks betwen")
    visitor.press("Search")
    visitor.page.get_by_role("link", name=SUMMARY).click()
    expect(visitor.see("Suggested team")).to_contain_text("Lift specialists")
    expect(visitor.see("What if nobody does anything?")).to_contain_text("Carl")


def time_goes_by(visitor: Visitor) -> None:
    visitor.press("Play the Friday night")
    visitor.press("+15 minutes")
    visitor.page.goto(visitor.page.url.partition("?")[0] + "?minutes=120")
    expect(visitor.see("Outgoing").locator(".notice").first).to_be_visible()
    visitor.see("What the customer reads")
    visitor.take("friday")


def it_is_offered(visitor: Visitor) -> None:
    visitor.press("The case as it is now")
    visitor.press("Offer")
    visitor.page.get_by_label("Sana, Lift specialists").check()
    visitor.page.get_by_role("button", name="Offer").click()
    expect(visitor.page.get_by_role("status")).to_contain_text("Done")


def done(visitor: Visitor, verb: str, *choices: str, **texts: str) -> None:
    """Do something about the case by its form."""
    visitor.press(verb)
    for choice in choices:
        visitor.page.get_by_label(choice, exact=True).check()
    for label, text in texts.items():
        visitor.page.get_by_label(label.replace("_", " "), exact=True).fill(text)
    visitor.page.locator("main form button").click()
    expect(visitor.page.get_by_role("status")).to_contain_text("Done")


def the_specialist_works(visitor: Visitor) -> None:
    visitor.become("Sana")
    visitor.press("Mine")
    visitor.page.get_by_role("link", name=SUMMARY).click()
    done(visitor, "Accept", "1 hour")
    done(
        visitor,
        "Tell the customer",
        "Mail it now",
        What_the_customer_should_know="The drive is worn; a new one is here.",
    )
    expect(visitor.page.get_by_role("heading", name="What if nobody does anything?")).to_be_in_viewport()
    visitor.take("case")
    done(visitor, "Resolve", "Done", What_was_the_cause="A worn drive", What_fixed_it="Changed it")


def the_customer_answers(visitor: Visitor) -> None:
    visitor.become("Cleo", PHONE)
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("We believe that it is working again.")
    visitor.take("customer")
    visitor.press("It works")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("This is closed.")


def the_manager_looks(visitor: Visitor) -> None:
    visitor.become("Max")
    visitor.press("Late and reviews")
    visitor.see("Reviews to decide")


def the_shift_ends(visitor: Visitor) -> None:
    visitor.become("Carl")
    visitor.press("Hand-over")
    expect(visitor.see("What others changed since")).to_contain_text(SUMMARY)


def the_administrator_tries(visitor: Visitor) -> None:
    visitor.become("Ada")
    visitor.press("Administration")
    page = visitor.page
    page.locator("main details > summary").first.click()  # all is set up, so the steps are folded
    visitor.press("What would happen?")
    page.goto("/administration/try/case?about=LIB-L1&danger=NONE&reason=TECHNICAL_LIMIT&impact=HIGH&urgency=HIGH")
    visitor.see("The next ten things")


WALK: tuple[Callable[[Visitor], None], ...] = (
    the_technician_reports, the_coordinator_finds_it, time_goes_by, it_is_offered, the_specialist_works,
    the_customer_answers, the_manager_looks, the_shift_ends, the_administrator_tries,
)  # fmt: skip


@pytest.fixture
def visitor(
    fresh_database: str, clock: SettableClock, chromium: Browser, settings: Any, tmp_path: Path,
    pytestconfig: pytest.Config,
) -> Iterator[Visitor]:  # fmt: skip
    """Somebody before a small demo on a Friday evening, who has not signed in."""
    load(Wish("correct horse battery", CASES), at=clock.now())
    with serving() as served:
        settings.BACKLINE_URL = served.address
        windows = Windows(served, chromium)
        page = windows.window(reduced_motion="reduce")
        page.goto("/")
        yield Visitor(page, Path(pytestconfig.getoption("--pictures", default=None) or tmp_path))
        windows.close()


def test_the_tour_of_the_readme_can_be_walked(visitor: Visitor, clock: SettableClock) -> None:
    told = steps()
    assert len(told) == len(WALK)
    for step, walk in zip(told, WALK, strict=True):
        walk(visitor)
        assert visitor.did == step, walk.__name__
        visitor.did.clear()
        clock.advance(timedelta(minutes=2))
    assert visitor.taken == pictures()
    assert visitor.taken == {file.stem for file in (ROOT / "docs/pictures").iterdir()}
