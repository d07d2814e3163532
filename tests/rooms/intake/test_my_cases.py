"""Tess finds every case that she raised, the open ones first, however many there are."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from typing import Any

from backline.cases import operations as cases
from backline.intake import pages
from tests.fakes.browser import signed_in, words
from tests.fakes.house import House


def walked(name: str = "tess") -> list[list[str]]:
    """The cases of each page, by following the way to the next one."""
    client, address, found = signed_in(name), "/my-cases", []
    while address:
        page = words(client.get(address))
        found.append(re.findall(r'<article[^>]* data-id="(.*?)"', page))
        more = re.search(r'rel="next" href="(.*?)"', page)
        address = f"/my-cases{unescape(more.group(1))}" if more else ""
    return found


def test_all_that_somebody_raised_is_found_page_by_page_and_the_open_ones_come_first(
    house: House, monkeypatch: Any
) -> None:
    monkeypatch.setattr(pages, "MOST_JOBS", 3)
    raised = []
    for number in range(8):
        raised.append(house.raised(summary=f"Number {number}"))
        house.clock.advance(timedelta(minutes=1))
    for case in (raised[7], raised[2], raised[0]):
        cases.withdraw([case], why="It runs again", **house.once("carl"))
    house.raised("carl", summary="A job of hers")
    found = walked()
    assert [case for page in found for case in page][1:] == [
        raised[6], raised[5], raised[4], raised[3], raised[1], raised[7], raised[2], raised[0],
    ]  # fmt: skip
    assert [len(page) for page in found] == [3, 6]
    assert walked("tom") == [[]]
