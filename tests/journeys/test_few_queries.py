"""No page asks the database more often because there is more to show: five rows and fifty cost the same queries."""

from __future__ import annotations

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backline.cases import operations as cases
from backline.jobs.models import Job
from backline.people import operations as people
from backline.people.operations import TeamForm
from tests.fakes.browser import link_of, signed_in
from tests.fakes.house import House

MOST = 25


def filled(house: House, count: int) -> None:
    """So many more cases: Sana has each third, her team is offered each third, and as many jobs for Tess."""
    for number in range(count):
        case = house.raised()
        if number % 3:
            house.offer(case, "sana" if number % 3 == 1 else "")
        if number % 3 == 1:
            house.accept(case)
        Job.objects.create(
            reference=f"J-{case}", site=house.job.site, asset=house.job.asset,
            technician=house.persons["tess"], title="Lift hums", opened_at=house.clock.now(),
        )  # fmt: skip


def counted(browser: Client, place: str) -> int:
    """How many queries the page needs; a page that fails needs none of ours."""
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(place)
    assert page.status_code == 200
    return len(queries)


def test_lists_cost_the_same_with_ten_times_as_much_in_them(house: House) -> None:
    filled(house, 5)
    tess, carl, sana, max_ = (signed_in(name) for name in ("tess", "carl", "sana", "max"))
    places = [
        (carl, "/queue"), (carl, "/queue?state=OFFERED"), (carl, "/outgoing"), (sana, "/mine"), (max_, "/manager"),
        (tess, "/my-cases"), (tess, "/jobs"), (carl, "/queue?text=lift+library&show=all&sort=priority"),
        (sana, "/mine?text=lift"), (tess, "/my-cases?text=lift"), (carl, "/queue/views"),
    ]  # fmt: skip
    five = {place: counted(browser, place) for browser, place in places}
    filled(house, 45)
    for number in range(5):
        members = tuple(str(house.persons[name].id) for name in ("sana", "dora"))
        people.keep_team(TeamForm(f"Team {number}", 2, "", members))
    fifty = {place: counted(browser, place) for browser, place in places}
    assert fifty == five
    assert max(fifty.values()) <= MOST


def test_a_case_costs_the_same_with_a_long_life_behind_it(house: House) -> None:
    case = house.raised()
    house.offer(case), house.accept(case)
    carl, sana = signed_in("carl"), signed_in("sana")
    places = [(carl, f"/cases/{case}"), (sana, f"/cases/{case}/resolve"), (Client(), link_of(house, "cleo", case))]
    few = [counted(browser, place) for browser, place in places]
    for _time in range(50):
        cases.add_note([case], text="Still at it", **house.once("sana"))
    many = [counted(browser, place) for browser, place in places]
    assert many == few
    assert max(few) <= MOST
