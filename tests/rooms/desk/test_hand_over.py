"""Carl leaves the desk and comes back: what he finds is what he needs, once, and nobody else's business."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from backline.cases import operations as cases
from backline.core.words import WaitReason
from backline.desk import hand_over
from backline.desk.models import HandOver
from tests.fakes.browser import key_in, send, signed_in, words
from tests.fakes.forms import whole
from tests.fakes.house import House

PLACE = "/hand-over"


def section(page: Any, name: str) -> str:
    """The words of one part of the page."""
    found = re.search(f'aria-labelledby="{name}"(.*?)</section>', words(page), re.S)
    assert found, name
    return re.sub(r"<[^>]*>", " ", found.group(1))


def left(house: House, name: str = "carl", text: str = "Ring the library at nine") -> None:
    client = signed_in(name)
    assert client.post(PLACE, {"key": key_in(client.get(PLACE)), "text": text}).status_code == 302


def test_who_comes_back_reads_what_others_changed_since_and_not_what_was_before(house: House) -> None:
    case = house.raised()
    house.clock.advance(timedelta(hours=1))
    left(house)
    house.clock.advance(timedelta(hours=1))
    house.offer(case)
    house.accept(case)
    carl = signed_in("carl").get(PLACE)
    changed = section(carl, "changed")
    assert "Sana Accepted" in " ".join(changed.split())
    assert "Raised the case" not in changed, "that was before he left"
    assert "Offered" not in changed, "that was he himself"
    assert "Ring the library at nine" in section(carl, "left")
    left(house, "carl", "All quiet")
    assert "Nobody else changed anything." in section(signed_in("carl").get(PLACE), "changed")


def test_the_next_one_inherits_what_nobody_has_and_what_is_due_in_the_shift(house: House) -> None:
    routed, unrouted = house.raised(), house.raised(summary="Nobody looked at this yet")
    house.offer(routed)
    left(house, "carl", "The museum rang twice")
    house.clock.advance(timedelta(minutes=5))
    max_ = signed_in("max").get(PLACE)
    assert house.view(unrouted).line.reference in section(max_, "inherit")
    assert house.view(routed).line.reference not in section(max_, "inherit")
    assert "Carl" in section(max_, "left")
    assert "The museum rang twice" in section(max_, "left")
    due = re.findall(r"E-\d+", words(max_).partition("Late, or due before")[2].partition("</section>")[0])
    assert house.view(routed).line.reference in due


def test_a_busy_shift_hides_no_case_and_says_what_does_not_fit(house: House, monkeypatch: Any) -> None:
    quiet, busy = house.raised(summary="Changed once"), house.raised(summary="Changed often")
    left(house)
    house.clock.advance(timedelta(minutes=5))
    cases.add_note([quiet], text="A word", **house.once("max"))
    for number in range(120):
        cases.add_note([busy], text=f"Word {number}", **house.once("max"))
    changed = section(signed_in("carl").get(PLACE), "changed")
    assert house.view(quiet).line.reference in changed
    assert "and 114 changes before" in changed
    assert changed.split("since")[1].split()[0] == "2"
    monkeypatch.setattr(hand_over, "MOST", 1)
    page = signed_in("carl").get(PLACE)
    assert "The 1 that changed last are shown" in section(page, "changed")
    assert section(page, "changed").split("since")[1].split()[0] == "2"
    assert house.view(quiet).line.reference not in section(page, "changed")
    assert "The 1 that are due first are shown" in section(page, "inherit")
    due = words(page).partition("Late, or due before")[2].partition("</section>")[0]
    assert ">1+<" in due
    assert "More than fits here" in due


def test_a_long_shift_names_the_day_it_ends(house: House) -> None:
    assert re.search(r"due before \d\d:\d\d tomorrow", words(signed_in("carl").get(PLACE, {"hours": "24"})))


@pytest.mark.parametrize(("hours", "inside"), [("4", False), ("12", True), ("24", True), ("9999", False), ("x", False)])
def test_the_length_of_the_shift_is_in_the_address(house: House, hours: str, inside: bool) -> None:
    case = house.raised()
    house.offer(case)
    house.accept(case)
    cases.begin_wait(
        [case], reason=WaitReason.PART, until=house.clock.now() + timedelta(hours=10), what="K7", **house.once("sana")
    )
    page = words(signed_in("carl").get(PLACE, {"hours": hours}))
    assert ("The end of the wait" in page.partition("Late, or due")[2].partition("</section>")[0]) is inside


def test_a_hand_over_sent_twice_is_one_and_an_empty_one_is_none(house: House) -> None:
    carl = signed_in("carl")
    form = {"key": key_in(carl.get(PLACE)), "text": "All quiet"}
    assert [carl.post(PLACE, form).status_code for _ in range(2)] == [302, 302]
    assert "That was sent already" in words(carl.get(PLACE))
    assert carl.post(PLACE, form | {"text": "Other"}).status_code == 302
    assert "that one was kept" in words(carl.get(PLACE))
    assert HandOver.objects.count() == 1
    page = carl.post(PLACE, {"key": "a", "text": " \u200b "})
    assert page.status_code == 422
    hostile = carl.post(PLACE, {"key": "b", "text": "a\x00b"})
    assert hostile.status_code == 422
    assert HandOver.objects.count() == 1


def test_what_was_left_is_for_those_who_run_the_desk(house: House) -> None:
    left(house, "carl", "The code of the gate is 4711")
    for name in ("tess", "sana", "ada"):
        assert signed_in(name).get(PLACE).status_code == 403
    case = house.raised()
    send(signed_in("carl"), f"/cases/{case}/note", **whole(house, case, "note"))
    assert "4711" not in words(signed_in("tess").get(f"/cases/{case}"))


def test_much_that_changed_takes_few_queries(house: House, django_assert_max_num_queries: Any) -> None:
    for _ in range(25):
        house.raised()
    carl = signed_in("carl")
    carl.get(PLACE)
    with django_assert_max_num_queries(22):
        carl.get(PLACE)
