"""Saved views: a name and a query string, one's own or shared, whatever the name, and also when their owner left."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from backline.core.words import Role
from backline.desk import operations
from backline.desk.models import Opening, View
from backline.desk.operations import ViewForm
from backline.people import operations as people
from backline.people.operations import PersonForm
from tests.fakes import naughty
from tests.fakes.browser import signed_in, words
from tests.fakes.house import PASSWORD, House


def keep(browser: Client, name: str, query: str = "state=OFFERED", **more: Any) -> Any:
    return browser.post("/queue/views", {"name": name, "query": query, **more})


def shown(browser: Client) -> list[tuple[str, str]]:
    """The names of the views above the queue, each with its address."""
    bar = words(browser.get("/queue?show=all")).partition('class="views"')[2].partition("</nav>")[0]
    return [(name, query) for query, name in re.findall(r'href="\?([^"]*)"[^>]*>([^<]*)<', bar)][1:]


def view(name: str) -> View:
    return View.objects.select_related("owner").get(name=name)


def do(browser: Client, which: str, what: str, **more: Any) -> int:
    return int(browser.post(f"/queue/views/{view(which).id}", {"do": what, **more}).status_code)


def test_a_filter_is_kept_under_a_name_and_opened_again(house: House) -> None:
    house.raised()
    offered, carl = house.raised(), signed_in("carl")
    house.offer(offered)
    page = keep(carl, "Offered", "state=OFFERED&state=nonsense&after=x&sort=due")
    assert page.headers["Location"] == "/queue?state=OFFERED"
    assert shown(carl) == [("Offered", "state=OFFERED")]
    opened = words(carl.get("/queue?state=OFFERED"))
    assert ("aria-current" in opened.partition('class="views"')[2].partition("</nav>")[0], offered in opened) == (
        True,
        True,
    )
    assert "1 open" in opened


def test_a_view_is_its_owners_until_it_is_shared(house: House) -> None:
    carl, max_, ada = signed_in("carl"), signed_in("max"), signed_in("ada")
    keep(carl, "Mine alone"), keep(carl, "For all", "priority=P1", shared="on"), keep(ada, "Ada's", shared="on")
    assert [name for name, _query in shown(max_)] == ["For all"]
    assert max_.get(f"/queue/views/{view('Mine alone').id}").status_code == 404
    for what in ("delete", "change"):
        assert do(max_, "For all", what, name="Taken over", query="") == 302
        assert do(max_, "Mine alone", what, name="Taken over", query="") == 404
    assert {name for name, _query in shown(carl)} == {"Mine alone", "For all"}
    assert do(carl, "For all", "change", name="For everybody", query="priority=P2", shared="on") == 302
    assert shown(max_) == [("For everybody", "priority=P2")]
    assert do(carl, "For everybody", "change", name="Mine too", query="priority=P2") == 302
    assert shown(max_) == []
    assert do(carl, "Mine too", "delete") == 302
    assert [name for name, _query in shown(carl)] == ["Mine alone"]


def test_the_same_name_twice_is_refused_in_words(house: House) -> None:
    carl, max_ = signed_in("carl"), signed_in("max")
    keep(carl, "Late"), keep(carl, "Other")
    again = keep(carl, "late")
    assert (again.status_code, "There is a view of that name already" in words(again)) == (422, True)
    assert do(carl, "Other", "change", name="LATE", query="") == 422
    assert keep(max_, "Late").status_code == 302
    assert View.objects.count() == 3


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "a\x00b", "x" * 81])
def test_a_name_that_is_none_is_refused(house: House, name: str) -> None:
    page = keep(signed_in("carl"), name)
    assert (page.status_code, 'role="alert"' in words(page), View.objects.count()) == (422, True, 0)


def test_hostile_names_are_shown_as_they_were_typed(house: House) -> None:
    carl = signed_in("carl")
    names = {text.strip() for text in naughty.packed(naughty.strings(), 80)} - {""}
    names = set(sorted(names)[:150])
    kept = [name for name in sorted(names) if keep(carl, name).status_code == 302]
    assert len(kept) > len(names) * 0.9
    page = words(carl.get("/queue/views"))
    assert [name for name in kept if name.replace("\n", "") not in page.replace("\n", "")] == []
    assert carl.get("/queue").status_code == 200
    assert "<script>alert" not in carl.get("/queue?show=all").content.decode()


@pytest.mark.parametrize(
    "query", ["%", "=&=", "text=%00", "a" * 21_000, "view=1&view=2", "text=" + "%F0%9F%9B%97" * 300]
)
def test_a_query_that_asks_for_nothing_known_is_the_plain_list(house: House, query: str) -> None:
    carl = signed_in("carl")
    assert keep(carl, "Odd", query).status_code in (302, 422)
    assert [found for _name, found in shown(carl)] in ([], ["show=open"])


def test_two_hundred_views_are_listed_and_no_more_are_kept(house: House, django_assert_max_num_queries: Any) -> None:
    carl = signed_in("carl")
    for number in range(operations.MOST):
        operations.keep_view(ViewForm(f"View {number:03}", f"text=lift{number}", True), by=house.actor("carl"))
    with django_assert_max_num_queries(25):
        assert len(shown(carl)) == operations.MOST
    page = keep(carl, "One more")
    assert (page.status_code, "delete one first" in words(page)) == (422, True)
    assert len(shown(signed_in("max"))) == operations.MOST


def test_the_queue_opens_with_the_view_that_was_chosen(house: House) -> None:
    carl, max_ = signed_in("carl"), signed_in("max")
    keep(carl, "Offered", shared="on")
    assert do(carl, "Offered", "open-with") == do(max_, "Offered", "open-with") == 302
    for browser in (carl, max_):
        assert browser.get("/queue").headers["Location"] == "/queue?state=OFFERED"
        assert browser.get("/queue?show=open").status_code == 200
    assert do(carl, "Offered", "open-plain") == 302
    assert carl.get("/queue").status_code == 200
    assert do(carl, "Offered", "change", name="Offered", query="state=OFFERED") == 302
    assert (max_.get("/queue").status_code, Opening.objects.count()) == (200, 1)
    assert do(carl, "Offered", "delete") == 302
    assert (max_.get("/queue").status_code, Opening.objects.count()) == (200, 0)


def test_the_shared_view_of_somebody_who_left_stays_and_a_coordinator_may_change_it(house: House) -> None:
    carl = signed_in("carl")
    keep(carl, "Alone"), keep(carl, "Shared", shared="on")
    form = PersonForm("Carl", "carl@example.org", (Role.COORDINATOR,), password=PASSWORD, active=False)
    people.keep_person(form, person_id=str(house.persons["carl"].id))
    max_, ada = signed_in("max"), signed_in("ada")
    assert shown(max_) == shown(ada) == [("Shared", "state=OFFERED")]
    do(ada, "Shared", "delete")
    assert do(max_, "Shared", "change", name="Kept on", query="state=OFFERED", shared="on") == 302
    assert shown(ada) == [("Kept on", "state=OFFERED")]
    do(max_, "Kept on", "delete")
    assert (shown(ada), View.objects.filter(name="Alone").count()) == ([], 1)
