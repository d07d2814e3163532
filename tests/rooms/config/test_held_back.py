"""That messages are held back is said on every page, in words for whoever reads it, until they go again."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.db import DatabaseError, connection
from django.http import HttpResponse
from django.test import Client

from backline.channels import operations as channels
from backline.channels.models import Notice
from tests.fakes.browser import link_of, signed_in, text
from tests.fakes.house import House

SAID = "Our messages are held back at present. Please do not wait for one."
WHY, WHO = "The tower in Harbour Street is rung up by mistake", "paused all sending"


def pages(house: House) -> Iterator[tuple[str, int, HttpResponse]]:
    """One page of each kind that is not one of ours' own: what it is, its status, and it."""
    case = house.raised()
    house.offer(case)
    house.tick()
    letter = Notice.objects.get(case_id=case, kind__startswith="rung.", recipient_name="Sana")
    [take] = re.findall(r"http://testserver(/answer/\S+/take)", letter.answers)
    anybody = Client(raise_request_exception=False)
    for what, status, client, place in (
        ("sign-in", 200, anybody, "/sign-in"),
        ("a customer's page", 200, anybody, link_of(house, "cleo", case)), ("an answer", 200, anybody, take),
        ("a link that is cut", 404, anybody, link_of(house, "cleo", case)[:-9]),
        ("nothing there", 404, anybody, "/nowhere"), ("a character", 400, anybody, "/queue?a=%00"),
        ("another role", 403, signed_in("tess"), "/administration/channels"),
        ("no such case", 404, signed_in("carl"), "/cases/00000000-0000-0000-0000-000000000000"),
    ):  # fmt: skip
        yield what, status, client.get(place)
    yield "another method", 405, anybody.delete("/sign-in")
    strict = Client(enforce_csrf_checks=True)
    yield "a form of another place", 403, strict.post("/sign-in", {"email": "x"})


def test_it_is_said_on_pages_of_every_kind_and_nothing_internal_with_it(house: House) -> None:
    for what, status, page in pages(house):
        assert (page.status_code, SAID in text(page)) == (status, False), what
    channels.pause(WHY, by=house.actor("ada"), at=house.clock.now())
    for what, status, page in pages(house):
        seen = text(page)
        assert (page.status_code, SAID in seen) == (status, True), what
        assert (WHY in seen, WHO in seen) == (False, False), f"{what}: who paused it and why is for ours"
    of_ours = text(signed_in("carl").get("/queue"))
    assert (WHO in of_ours, WHY in of_ours, SAID in of_ours) == (True, True, False), "ours read more"
    channels.resume(by=house.actor("ada"), at=house.clock.now())
    for what, status, page in pages(house):
        assert (page.status_code, SAID in text(page)) == (status, False), what


def test_a_page_that_says_what_happened_is_shown_without_a_database_too(house: House) -> None:
    def away(*_asked: object) -> None:
        raise DatabaseError("gone")

    channels.pause(WHY, by=house.actor("ada"), at=house.clock.now())
    with connection.execute_wrapper(away):
        page = Client(raise_request_exception=False).get("/queue?a=%00")
    assert (page.status_code, "cannot be kept" in text(page), SAID in text(page)) == (400, True, False)
