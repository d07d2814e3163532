"""The page of parts is complete: whatever the stylesheets name stands on it, so that it is looked at in all sizes."""

from __future__ import annotations

import re
from pathlib import Path

from tests.fakes.browser import signed_in, words
from tests.fakes.house import House

SHEETS = Path(__file__).parents[3] / "src/backline/look/static/look/css"
ELSEWHERE = {
    "customer": "the shell of the customer's pages, in place of this page's own",
    "field-page": "the width of a page that is one form",
}
"""What is no part of a page such as this one, and why."""


def named() -> set[str]:
    """Every class that a stylesheet knows."""
    texts = [re.sub(r"/\*.*?\*/", "", sheet.read_text(), flags=re.S) for sheet in sorted(SHEETS.glob("*.css"))]
    selectors = " ".join(re.findall(r"([^{}]*)\{", " ".join(texts)))
    return set(re.findall(r"\.([a-z][a-z-]*)", selectors))


def shown(page: str) -> set[str]:
    """Every class on the page."""
    return {name for names in re.findall(r'class="([^"]*)"', page) for name in names.split()}


def test_every_part_is_on_the_page_of_parts(house: House) -> None:
    page = words(signed_in("ada").get("/design"))
    assert {"button", "glance", "dense"} <= named()
    assert named() - shown(page) == set(ELSEWHERE)
