"""What happened earlier than it is reported: typed beside the fact, judged, shown with both moments, counted then."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from backline.cases import operations as cases
from backline.cases.models import Alarm, Case
from backline.config.telling import Question, explained
from backline.core.words import ClockName, WaitReason
from tests.fakes.browser import hidden_in, link_of, signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.forms import report, whole
from tests.fakes.house import House
from tests.fakes.rules import other_rules

HOUR = timedelta(hours=1)
FACTS = ("note", "step", "wait", "part", "end-wait", "end-visit")


def typed(moment: datetime) -> str:
    """A moment as somebody without a zone of his own types it."""
    return f"{moment:%Y-%m-%dT%H:%M}"


def sent(client: Client, case: str, slug: str, form: dict[str, Any]) -> Any:
    return client.post(f"/cases/{case}/{slug}", form | hidden_in(client.get(f"/cases/{case}/{slug}")))


def shown(page: Any) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", words(page)).split())


@pytest.fixture
def case(house: House) -> str:
    """A case that Sana took three hours ago, with a wait and a visit that are an hour old."""
    found = house.working()
    house.clock.advance(2 * HOUR)
    at = house.clock.now()
    cases.begin_wait([found], reason=WaitReason.PART, until=at + 9 * HOUR, what="Relay", **house.once("sana"))
    visit = cases.NewVisit(at + timedelta(minutes=5), at + timedelta(minutes=50))
    cases.book_visit([found], visit=visit, **house.once("sana"))
    house.clock.advance(HOUR)
    return found


@pytest.mark.parametrize("slug", FACTS)
def test_every_fact_can_have_happened_earlier_and_the_page_says_both_moments(
    house: House, case: str, slug: str
) -> None:
    sana, then = signed_in("sana"), house.clock.now() - timedelta(minutes=30)
    assert "When did this happen" in words(sana.get(f"/cases/{case}/{slug}"))
    answer = sent(sana, case, slug, whole(house, case, slug) | {"occurred_at": typed(then)})
    assert answer.status_code == 302, words(answer)
    entry = house.view(case).timeline[-1]
    assert (entry.at, entry.occurred_at) == (house.clock.now(), then)
    for name in ("carl", "sana", "max"):
        page = shown(signed_in(name).get(f"/cases/{case}"))
        assert "reported late it happened" in page
    assert signed_in("dora").get(f"/cases/{case}").status_code == 404
    assert "reported late" not in words(Client().get(link_of(house, "cleo", case)))


def test_what_happens_now_is_not_late(house: House, case: str) -> None:
    for moment in ("", typed(house.clock.now())):
        form = whole(house, case, "note") | {"occurred_at": moment}
        assert sent(signed_in("sana"), case, "note", form).status_code == 302
    assert "reported late" not in words(signed_in("sana").get(f"/cases/{case}"))


@pytest.mark.parametrize("slug", FACTS)
@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (lambda now: typed(now + 2 * HOUR), "That is a moment that has not come yet. Nothing was changed"),
        (lambda now: typed(now - 4 * HOUR), "That is a moment before the case began. Nothing was changed"),
        (lambda now: "yesterday", "Give a date and a time, such as 2026-11-24 14:30."),
        (lambda now: "0001-01-01T00:00", "That is a moment before the case began."),
        (lambda now: "9999-12-31T23:59", "That is a moment that has not come yet."),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_changes_nothing(
    house: House, case: str, slug: str, moment: Any, said: str
) -> None:
    before, form = house.view(case).case, whole(house, case, slug)
    answer = sent(signed_in("sana"), case, slug, form | {"occurred_at": moment(house.clock.now())})
    assert answer.status_code == 422
    beside = words(answer).partition('id="id_occurred_at_error"')[2].partition("</div>")[0]
    assert said in beside
    assert house.view(case).case == before


@pytest.mark.parametrize("slug", ["end-wait", "end-visit"])
def test_nothing_is_over_before_it_began(house: House, case: str, slug: str) -> None:
    before, form = house.view(case).case, whole(house, case, slug)
    early = typed(house.clock.now() - HOUR - timedelta(minutes=1))
    answer = sent(signed_in("sana"), case, slug, form | {"occurred_at": early})
    assert answer.status_code == 422
    assert "That is a moment before it began" in words(answer)
    assert house.view(case).case == before


def test_the_minute_in_which_the_case_began_is_not_before_it(house: House) -> None:
    house.clock.advance(timedelta(seconds=30))
    case = house.raised()
    minute = house.clock.now() - timedelta(seconds=30)
    house.clock.advance(5 * HOUR)
    assert sent(signed_in("tess"), case, "note", {"text": "So", "occurred_at": typed(minute)}).status_code == 302
    assert house.view(case).timeline[-1].occurred_at == minute + timedelta(seconds=30)


def test_a_wait_reported_late_counts_from_when_it_began_and_what_was_known_stays(house: House) -> None:
    case = house.working()
    reference, due = house.view(case).line.reference, _resolve(house, case).due_at
    house.clock.advance(4 * HOUR)
    heard, then = house.clock.now(), house.clock.now() - 3 * HOUR
    wait = whole(house, case, "wait") | {"reason": "CUSTOMER", "occurred_at": typed(then)}
    assert sent(signed_in("sana"), case, "wait", wait).status_code == 302
    house.clock.advance(HOUR)
    assert sent(signed_in("sana"), case, "end-wait", whole(house, case, "end-wait")).status_code == 302
    assert _resolve(house, case).due_at == due + 4 * HOUR
    assert Alarm.objects.get(case=case, clock=ClockName.RESOLVE).due_at == due + 4 * HOUR
    asked = {"clock": "RESOLVE", "at": (heard - timedelta(minutes=1)).isoformat()}
    now = explained(Question(reference, **asked))
    then_known = explained(Question(reference, **asked, known_at=(heard - timedelta(minutes=1)).isoformat()))
    assert "waited for the customer" in now
    assert "waited for the customer" not in then_known
    assert then_known.splitlines()[0].endswith("runs")
    assert now.splitlines()[0].endswith("stands still")


def test_a_word_to_the_customer_that_was_missed_stays_missed_whatever_is_reported_late(house: House) -> None:
    case = house.working()
    house.clock.advance(30 * HOUR)
    wait = whole(house, case, "wait") | {"reason": "CUSTOMER", "occurred_at": typed(house.clock.now() - 29.5 * HOUR)}
    assert sent(signed_in("sana"), case, "wait", wait).status_code == 302
    told = explained(Question(house.view(case).line.reference, clock="CUSTOMER_UPDATE"))
    page = shown(signed_in("carl").get(f"/cases/{case}/clocks"))
    assert [said.count("too late") for said in (told, page)] == [1, 1], "the lease was kept, for work had rested"


def _resolve(house: House, case: str) -> Any:
    return next(clock for clock in house.view(case).clocks if clock.name is ClockName.RESOLVE)


def test_a_fact_that_comes_when_it_cannot_be_done_any_more_is_kept_and_shown(house: House, case: str) -> None:
    form = whole(house, case, "step") | {"occurred_at": typed(house.clock.now() - timedelta(minutes=20))}
    sana = signed_in("sana")
    form |= hidden_in(sana.get(f"/cases/{case}/step"))
    house.resolve(case)
    answer = sana.post(f"/cases/{case}/step", form, follow=True)
    assert "The case had moved on; what you sent is kept on its timeline." in words(answer)
    assert "Reported late, after the case had moved on; kept as a fact" in words(answer)


def test_the_same_form_with_another_moment_is_another_content(house: House, case: str) -> None:
    sana, then = signed_in("sana"), house.clock.now() - timedelta(minutes=30)
    form = whole(house, case, "note") | {"occurred_at": typed(then)}
    assert sana.post(f"/cases/{case}/note", form).status_code == 302
    assert sana.post(f"/cases/{case}/note", form).status_code == 302, "sent twice, done once"
    seq = house.view(case).case.seq
    other = sana.post(f"/cases/{case}/note", form | {"occurred_at": typed(then - HOUR)})
    assert other.status_code == 409
    assert house.view(case).case.seq == seq


def test_a_technician_reports_what_happened_hours_ago(house: House) -> None:
    tess, now = signed_in("tess"), house.clock.now()
    place = f"/jobs/{house.job.id}/raise"
    for moment, said in ((now + HOUR, "has not come yet"), (now - timedelta(days=31), "over 30 days ago")):
        answer = tess.post(place, report(occurred_at=typed(moment)))
        assert answer.status_code == 422
        beside = words(answer).partition('id="id_occurred_at_error"')[2].partition("</div>")[0]
        assert said in beside
        assert not Case.objects.exists()
    assert tess.post(place, report(occurred_at=typed(now - 3 * HOUR))).status_code == 302
    [row] = Case.objects.all()
    assert (row.opened_at, house.view(str(row.id)).case.entered.at) == (now - 3 * HOUR, now)
    cases.return_case([str(row.id)], missing="Which door?", **house.once("carl"))
    house.clock.advance(9 * HOUR)
    done = {"answer": "The left one", "occurred_at": typed(now + HOUR), "step-0-action": "Looked"}
    form = report() | done
    assert tess.post(f"/my-cases/{row.id}/complete", form | {"occurred_at": typed(now - 4 * HOUR)}).status_code == 422
    assert tess.post(f"/my-cases/{row.id}/complete", form).status_code == 302
    assert explained(Question(str(row.id), clock="DOCUMENT")).splitlines()[0] == "Complete the report (DOCUMENT): kept"


@pytest.mark.usefixtures("fresh_database")
def test_two_ends_at_once_are_one(clock: SettableClock) -> None:
    house = House(clock)
    case = house.working()
    until = clock.now() + 9 * HOUR
    cases.begin_wait([case], reason=WaitReason.CUSTOMER, until=until, what="Key", **house.once("sana"))
    clock.advance(HOUR)
    forms = [
        whole(house, case, "end-wait") | {"occurred_at": typed(clock.now() - timedelta(minutes=n))} for n in (9, 5)
    ]
    clients = [signed_in("sana"), signed_in("carl")]

    def send(number: int) -> int:
        try:
            return int(clients[number].post(f"/cases/{case}/end-wait", forms[number]).status_code)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(send, range(2))) == [302, 409]
    assert [one.kind for one in house.view(case).timeline].count("wait.ended") == 1


def test_the_form_of_a_wait_says_which_reasons_stop_the_clock_and_for_how_long(house: House, case: str) -> None:
    page = shown(signed_in("sana").get(f"/cases/{case}/wait"))
    assert (
        "These stop the clock of the resolution: the customer 10 days in all, access to the site 10 days in all."
        in page
    )
    assert "For anything else it runs on." in page
    version = other_rules(house, 'CUSTOMER = "10 d"\nACCESS = "10 d"', "")
    cases.move_policy([case], policy=version.id, why="As agreed", **house.once("max"))
    page = shown(signed_in("sana").get(f"/cases/{case}/wait"))
    assert "The clock of the resolution runs on, whatever is waited for." in page
