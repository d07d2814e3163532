"""No page asks the database more often because there is more to show: five rows and fifty cost the same queries."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backline.cases import operations as cases
from backline.cases.operations import NewWord
from backline.core.words import Impact, JobOutcome, Urgency, WaitReason
from backline.jobs.models import Job
from backline.people import operations as people
from backline.people.operations import TeamForm
from tests.fakes.browser import link_of, signed_in
from tests.fakes.house import House

MOST = 25
VERBS = {
    "raise": 12, "offer": 16, "accept": 12, "note": 10, "tell": 13, "wait": 12, "end-wait": 10, "priority": 14,
    "resolve": 13, "dispute": 17, "withdraw": 14, "look": 13,
}  # fmt: skip
"""So many statements each verb sends, those of a transaction's beginning and end apart; most are sent together."""


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


def sent(verb: Callable[..., Any], *arguments: Any, **options: Any) -> tuple[int, Any]:
    """How many statements a verb sends, and what it answers."""
    with CaptureQueriesContext(connection) as queries:
        answer = verb(*arguments, **options)
    around = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return sum(not str(one["sql"]).startswith(around) for one in queries), answer


def test_a_verb_sends_few_statements(house: House) -> None:
    house.raised()  # what is read once a process is known then
    hour = timedelta(hours=1)
    found, done = {}, sent(cases.raise_case, house.report(), **house.once("tess"))
    found["raise"], case = done[0], done[1].case
    team, sana = str(house.specialists.id), str(house.persons["sana"].id)
    now = house.clock.now
    steps: list[tuple[str, Callable[..., Any], str, dict[str, Any]]] = [
        ("offer", cases.offer, "carl", {"new": cases.NewOffer(team, sana)}),
        ("accept", cases.accept, "sana", {"lease": hour}),
        ("note", cases.add_note, "sana", {"text": "Seen before"}),
        ("tell", cases.tell_customer, "sana", {"word": NewWord("Soon", now() + 2 * hour)}),
        ("wait", cases.begin_wait, "sana", {"reason": WaitReason.PART, "until": now() + hour, "what": "A relay"}),
        ("end-wait", cases.end_wait, "sana", {"record": "", "outcome": "It came"}),
        ("priority", cases.change_priority, "carl", {"impact": Impact.LOW, "urgency": Urgency.LOW, "why": "One unit"}),
        ("resolve", cases.resolve, "sana", {"cause": "Worn", "fix": "Changed", "outcome": JobOutcome.DONE}),
        ("dispute", cases.dispute, "cleo", {"why": "It stands still again"}),
        ("withdraw", cases.withdraw, "carl", {"why": "Mended by others"}),
    ]
    for name, verb, who, said in steps:
        record = {"record": house.view(case).waits[0].id} if "record" in said else {}
        found[name], _done = sent(verb, [case], **said | record, **house.once(who))
    for many in (1, 12):
        ids = [house.raised() for _number in range(many)]
        house.clock.advance(timedelta(minutes=16))
        found["look"], events = sent(cases.look, ids, at=now())
        assert events >= many
    assert found == VERBS
