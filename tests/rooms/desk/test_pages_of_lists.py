"""The pages of a list: each case once whatever the order, forward and back; what is asked wrongly is said."""

from __future__ import annotations

import random
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from django.test import Client

from backline.cases import lists
from backline.cases import operations as cases
from backline.cases.lists import Order, Show, Wanted
from backline.cases.models import Case
from backline.core.case import Case as Fold
from backline.core.sight import may_see
from backline.core.values import decode
from backline.core.words import Danger, Impact, Reason, Urgency
from tests.fakes import naughty
from tests.fakes.browser import signed_in, words
from tests.fakes.house import House

NAMES = ("text", "state", "priority", "team", "person", "reason", "danger", "show", "sort", "after", "before", "page")


def crowd(house: House, count: int, seed: int = 1) -> list[str]:
    """So many cases in every stage, several at the same moment, so that only their ids tell them apart."""
    by_chance, made = random.Random(seed), []
    for number in range(count):
        if by_chance.random() < 0.5:
            house.clock.advance(timedelta(seconds=90))
        case = house.raised(
            impact=by_chance.choice(list(Impact)), urgency=by_chance.choice(list(Urgency)),
            reasons=frozenset({by_chance.choice([Reason.MISSING_PART, Reason.TECHNICAL_LIMIT])}),
            danger=Danger.RISK if number % 7 == 0 else Danger.NONE,
        )  # fmt: skip
        made.append(case)
        stage = by_chance.randrange(5)
        if stage > 0:
            house.offer(case, "sana" if stage > 1 else "")
        if stage > 1:
            house.accept(case)
        if stage > 2 and number % 7:
            house.resolve(case)
            if stage > 3:
                cases.confirm([case], **house.once("cleo"))
    return made


def listed(page: Any) -> list[str]:
    """The cases of a page in their order."""
    return list(dict.fromkeys(re.findall(r'href="/cases/([0-9a-f-]{36})"', page.content.decode())))


def way(page: Any, label: str) -> str:
    """The address behind a button of the pager; empty where there is none."""
    found = re.search(rf'href="\?([^"]*)">{label} page<', words(page))
    return found.group(1) if found else ""


def walked(house: House, wanted: Wanted, label: str = "following") -> list[list[str]]:
    """Every page of a list from one end to the other."""
    pages, before = [], label == "previous"
    place = lists.END if before else lists.START
    while True:
        page = lists.page(house.actor("carl"), _at(wanted, place))
        pages.append([line.id for line in page.lines])
        written = page.previous if before else page.following
        if not written:
            return pages[::-1] if before else pages
        found = lists.place(wanted.order, written, before=before)
        assert found
        place = found


def _at(wanted: Wanted, place: lists.Place) -> Wanted:
    return replace(wanted, place=place)


KEYS = {
    Order.DUE: lambda row: (row.due_at, row.id), Order.PRIORITY: lambda row: (row.priority, row.opened_at, row.id),
    Order.OPENED: lambda row: (row.opened_at, row.id), Order.OPENED_LAST: lambda row: (row.opened_at, row.id),
    Order.CHANGED: lambda row: (row.recorded_at, row.id), Order.CHANGED_LAST: lambda row: (row.recorded_at, row.id),
}  # fmt: skip


def test_a_walk_lists_each_case_once_in_every_order_forward_and_back(house: House) -> None:
    crowd(house, 37)
    for order in Order:
        for show in Show if order is not Order.DUE else [Show.OPEN]:
            rows = [
                row for row in Case.objects.all() if show is Show.ALL or (row.closed_at is None) is (show is Show.OPEN)
            ]
            expected = [str(row.id) for row in sorted(rows, key=KEYS[order], reverse=order.backwards)]
            wanted = Wanted(show=show, order=order, most=5)
            forward, back = walked(house, wanted), walked(house, wanted, "previous")
            assert [one for page in forward for one in page] == expected, (order, show)
            assert [one for page in back for one in page] == expected, (order, show)
            assert all(len(page) == 5 for page in [*forward[:-1], *back[1:]])
            assert lists.page(house.actor("carl"), wanted).count == len(expected)


def test_a_walk_through_the_pages_of_the_queue_by_its_buttons(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    made = crowd(house, 12)
    monkeypatch.setattr("backline.desk.filters.PAGE", 5)
    carl, address, seen = signed_in("carl"), "show=all&sort=opened", []
    first = page = carl.get(f"/queue?{address}")
    assert (way(page, "First"), way(page, "Previous")) == ("", "")
    seen += listed(page)
    while address := way(page, "Next"):
        page = carl.get(f"/queue?{address}")
        seen += listed(page)
    assert (sorted(seen), len(seen)) == (sorted(made), 12)
    assert (way(page, "Last"), "12 cases" in words(page)) == ("", True)
    assert listed(carl.get(f"/queue?{way(first, 'Last')}")) == seen[-5:]
    middle = carl.get(f"/queue?{way(page, 'Previous')}")
    assert listed(middle) == seen[5:10]
    assert listed(carl.get(f"/queue?{way(middle, 'Previous')}")) == seen[:5]
    assert listed(carl.get(f"/queue?{way(page, 'First')}")) == seen[:5]


def test_a_page_stands_still_while_cases_come_and_go(house: House) -> None:
    made = crowd(house, 12)
    carl, wanted = house.actor("carl"), Wanted(show=Show.ALL, order=Order.OPENED, most=4)
    first = lists.page(carl, wanted)
    place = lists.place(wanted.order, first.following, before=False)
    assert place
    second = [line.id for line in lists.page(carl, _at(wanted, place)).lines]
    house.clock.advance(timedelta(minutes=1))
    new = house.raised()
    assert [line.id for line in lists.page(carl, _at(wanted, place)).lines] == second
    assert [one for page in walked(house, wanted) for one in page] == [
        *[line.id for line in first.lines], *second, *walked(house, wanted)[2], new,
    ][: len(made) + 1]  # fmt: skip


def test_a_page_whose_cases_are_gone_shows_the_nearest_that_there_is(house: House) -> None:
    one, other = house.raised(), house.raised()
    carl, wanted = house.actor("carl"), Wanted(most=1)
    place = lists.place(Order.DUE, lists.page(carl, wanted).following, before=False)
    assert place
    for case in (one, other):
        cases.withdraw([case], why="By mistake", **house.once("carl"))
    assert lists.page(carl, _at(wanted, place)).lines == ()
    third = house.raised()
    late = lists.place(Order.DUE, f"9999-01-01T00:00:00+00:00~{third}", before=False)
    early = lists.place(Order.DUE, f"1999-01-01T00:00:00+00:00~{third}", before=True)
    for place in (late, early):
        assert place
        assert [line.id for line in lists.page(carl, _at(wanted, place)).lines] == [third]


def test_filters_narrow_and_each_can_be_left_out(house: House) -> None:
    crowd(house, 30)
    carl, rows = signed_in("carl"), list(Case.objects.filter(closed_at=None))
    sana, team = house.persons["sana"].id, str(house.specialists.id)
    for asked, fits in (
        ({"state": ["OFFERED", "ACCEPTED"]}, lambda row: row.state in ("OFFERED", "ACCEPTED")),
        ({"priority": "P2"}, lambda row: row.priority == "P2"),
        ({"team": team}, lambda row: str(row.team_id) == team),
        ({"person": "nobody"}, lambda row: row.person_id is None),
        ({"reason": "MISSING_PART"}, lambda row: "MISSING_PART" in row.reasons),
        ({"danger": "RISK"}, lambda row: row.danger == "RISK"),
        ({"danger": "RISK", "team": team}, lambda row: row.danger == "RISK" and str(row.team_id) == team),
    ):
        page = carl.get("/queue", asked)
        expected = {str(row.id) for row in rows if fits(row)}
        assert expected, asked
        assert (set(listed(page)), f"{len(expected)} open" in words(page)) == (expected, True), asked
        chips = re.findall(r'class="badge badge-plain" href="\?([^"]*)"', words(page))
        assert len(chips) == sum(len(value) if isinstance(value, list) else 1 for value in asked.values())
        if len(chips) == 1:
            assert len(listed(carl.get(f"/queue?{chips[0]}"))) == len(rows)
    house.offer(house.raised(), "sana")
    mine = set(Case.objects.filter(closed_at=None, person=sana).values_list("id", flat=True))
    assert {line.id for line in lists.page(house.actor("carl"), Wanted(person=str(sana), most=99)).lines} == set(
        map(str, mine)
    )
    assert listed(carl.get("/queue", {"person": "mine"})) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_value_is_passed_over_in_words(house: House, name: str) -> None:
    case, carl = house.raised(), signed_in("carl")
    bad = ["x", "P9", "<script>alert(1)</script>", "1" * 300, "00000000-0000-0000-0000-000000000000", "'; DROP TABLE x"]
    for value in [*bad, *naughty.packed(naughty.strings(), 1500)]:
        page = carl.get("/queue", {name: value})
        assert page.status_code == 200, value
        assert "<script>alert" not in page.content.decode()
        if name not in ("text", "page"):
            assert 'class="banner banner-amber"' in words(page), (name, value)
            assert listed(page) == [case]


def test_values_that_do_not_go_together_are_said(house: House) -> None:
    house.raised()
    carl = signed_in("carl")
    assert "Closed cases are not due any more" in words(carl.get("/queue?show=closed&sort=due"))
    assert "no letter and no digit" in words(carl.get("/queue?text=%21%21"))
    assert "first 8 words" in words(carl.get("/queue?text=a+b+c+d+e+f+g+h+i"))
    assert "longer than 200" in words(carl.get("/queue", {"text": "lift " * 90}))
    for order in Order:
        for other in Order:
            place = lists.page(house.actor("carl"), Wanted(order=order, most=1)).lines
            assert place
            assert (
                carl.get("/queue", {"sort": other, "after": f"P1~2026-01-01T00:00:00+00:00~{place[0].id}"}).status_code
                == 200
            )


def test_a_count_is_capped(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backline.cases.lists.CAP", 3)
    monkeypatch.setattr("backline.cases.queries.CAP", 3)
    carl = signed_in("carl")
    crowd_of = [house.raised() for _ in range(3)]
    assert ("3 open" in words(carl.get("/queue")), len(crowd_of)) == (True, 3)
    house.raised()
    assert "3+ open" in words(carl.get("/queue"))


def test_a_search_never_lists_or_counts_what_is_out_of_sight(house: House) -> None:
    crowd(house, 25)
    by_chance = random.Random(7)
    for case in by_chance.sample(list(Case.objects.filter(state="RAISED")), 3):
        house.offer(str(case.id), "")
    folds = {str(row.id): decode(Fold, row.fold) for row in Case.objects.all()}
    for name in ("tess", "tom", "sana", "lena", "dora", "carl", "max", "ada"):
        actor = house.actor(name)
        seen = {case for case, fold in folds.items() if may_see(actor, fold)}
        for text in ("lift", "library", "controller", "sana", "relay", "1001", "E-1003", "lfit liberry", "e"):
            everything = Wanted(text, show=Show.ALL, order=Order.CHANGED_LAST, most=500)
            page, all_of_it = lists.page(actor, everything), lists.page(house.actor("carl"), everything)
            matching = {line.id for line in (*all_of_it.lines, *all_of_it.exact_lines)} & seen
            assert {line.id for line in (*page.lines, *page.exact_lines)} == matching, (name, text)
            assert page.count == len(matching)


def test_an_address_can_be_kept_and_asks_the_same_again(house: House) -> None:
    crowd(house, 20)
    carl = signed_in("carl")
    asked = {
        "text": "lift",
        "state": ["ACCEPTED", "RESOLVED"],
        "reason": "MISSING_PART",
        "sort": "-opened",
        "show": "all",
    }
    address = urlencode(asked, doseq=True)
    page = carl.get(f"/queue?{address}")
    assert listed(page)
    kept = re.search(r'href="/queue/views\?([^"]*)"', words(page))
    assert kept
    assert parse_qs(kept.group(1)) == {
        name: value if isinstance(value, list) else [value] for name, value in asked.items()
    }
    assert listed(carl.get(f"/queue?{kept.group(1)}")) == listed(page)


@pytest.mark.django_db
def test_nothing_of_the_filter_is_asked_of_a_stranger() -> None:
    assert Client().get("/queue?text=lift").status_code == 302
