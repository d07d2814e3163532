"""An alarm at which there is nothing to do: it is named and set aside, and keeps nobody else waiting."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases.operations import _watch
from backline.core import watch
from backline.core.impact import Said
from backline.core.policy import Policy, Recipients, Rung, shipped
from backline.core.values import encode
from backline.core.words import ClockName, Danger, Impact, Urgency
from backline.engine import health
from backline.engine.auditor import passes
from backline.engine.auditor.found import What
from backline.engine.duties.look import BATCH, Look
from backline.engine.models import Finding, Sick
from backline.jobs.operations import JobForm, keep_job
from backline.ledger import queries as ledger
from backline.policies import file
from backline.policies.models import PolicyVersion
from tests.fakes.browser import signed_in, text
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House
from tests.fakes.punctual import Punctual
from tests.fakes.rules import kept
from tests.rooms.engine.test_auditor import audited, found

HOUR = 3600


def from_before(house: House, **ladders: tuple[Rung, ...]) -> Policy:
    """A version that was saved before such ladders were refused; it counts from now on."""
    policy = replace(shipped(), ladders=shipped().ladders | {ClockName[name]: rungs for name, rungs in ladders.items()})
    PolicyVersion.objects.create(number=2, document=encode(policy), effective_at=house.clock.now())
    house.clock.advance(timedelta(seconds=1))
    return policy


def looked(house: House) -> int:
    """The engine looks until nothing is left to look at; how often it found something."""
    for turn in range(200):
        if not Look().run(house.clock.now()):
            return turn
    raise AssertionError("it looks for ever")


@pytest.mark.parametrize("hours", [3, 20])
def test_a_loss_that_is_told_late_is_looked_at_when_something_is_to_be_told(house: House, hours: int) -> None:
    from_before(house, IMPACT=(Rung(Recipients.MANAGERS, wait=hours * HOUR),))
    case = house.raised()
    cases.correct_impact([case], losses=Said(cost_an_hour=1200), why="As agreed", **house.once("tess"))
    for _quarter_of_an_hour in range(4 * 40):
        house.clock.advance(timedelta(minutes=15))
        looked(house)
        assert health.all_sick() == []
    assert any("IMPACT" in letter.effect_key for letter in house.letters("Max"))
    assert passes.run(house.clock.now(), whole=True)
    assert not Finding.objects.exclude(what=What.LATE).exclude(effect__startswith="letter:")


def test_what_holds_cases_that_might_end_is_told_then_whatever_their_first_rung_waits_for(house: House) -> None:
    late = (Rung(Recipients.COORDINATORS, share=1.0, wait=4 * HOUR), Rung(Recipients.MANAGERS, wait=24 * HOUR))
    from_before(house, CONFIRM=late)
    held = []
    for number in range(BATCH):
        form = JobForm(f"J-{number}", "Stands still", house.clock.now(), None, house.actor("tess").id)
        held.append(house.working(danger=Danger.RISK, job=str(keep_job(form, house.job.asset).id)))
        house.resolve(held[-1])
    due = max(clock.due_at for case in held for clock in house.view(case).clocks if clock.name is ClockName.CONFIRM)
    house.clock.advance(due - house.clock.now())
    looked(house)
    assert health.all_sick() == []
    told = [str(one.case_id) for one in house.letters("Carl") if "CONFIRM" in one.effect_key]
    assert set(told) == set(held)
    house.clock.advance(timedelta(days=1))
    looked(house)
    told = [str(one.case_id) for one in house.letters("Max") if "CONFIRM" in one.effect_key]
    assert set(told) == set(held), "a day after, as if that had been its moment"


def nothing_to_do(*_asked: object) -> tuple[()]:
    """A fault of ours: an alarm has come, and nothing is found to be done."""
    return ()


def test_looks_in_vain_keep_nobody_else_waiting(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    cases_in_vain = [house.raised() for _number in range(3)]
    with monkeypatch.context() as faulty:
        faulty.setattr(_watch, "core_look", nothing_to_do)
        assert looked(house) == 1
    assert {str(one.case_id) for one in health.all_sick()} == set(cases_in_vain)
    assert "An alarm has come, and there is nothing to do." in text(signed_in("ada").get("/health"))
    new = house.raised()
    house.clock.advance(timedelta(seconds=5))
    looked(house)
    assert {str(one.case_id) for one in house.letters("Carl")} == {new}, "a new one is told at once"
    house.clock.advance(timedelta(minutes=2))
    looked(house)
    assert health.all_sick() == []
    assert {str(one.case_id) for one in house.letters("Carl")} == {new, *cases_in_vain}


def set_aside_for_long(house: House, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was looked at in vain again and again; for an hour nobody tries again."""
    with monkeypatch.context() as faulty:
        faulty.setattr(_watch, "core_look", nothing_to_do)
        for _time in range(8):
            looked(house)
            [sick] = health.all_sick()
            house.clock.advance(sick.retry_at - house.clock.now())
        looked(house)
    [sick] = health.all_sick()
    assert (str(sick.case_id), sick.retry_at) == (case, house.clock.now() + timedelta(hours=1))


def test_whoever_is_trapped_is_told_of_at_once_though_the_case_was_set_aside(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = house.raised(impact=Impact.LOW, urgency=Urgency.LOW)
    set_aside_for_long(house, case, monkeypatch)
    cases.add_report(house.report(danger=Danger.PERSON_TRAPPED_OR_HURT), **house.once("tess"))
    house.clock.advance(timedelta(seconds=1))
    looked(house)
    assert any("Decide the review" in one for one in house.subjects("Max"))
    assert house.letters("Carl"), "and what was looked at in vain is told with it"
    assert health.all_sick() == []


def test_another_alarm_of_a_case_that_was_set_aside_rings_when_it_comes(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = house.raised()
    set_aside_for_long(house, case, monkeypatch)
    [word] = [one for one in house.view(case).clocks if one.name is ClockName.CUSTOMER_UPDATE]
    first = watch.look_at(house.view(case).case, house.view(case).policy, word)
    [sick] = health.all_sick()
    assert house.clock.now() < first
    cases_retry = first + timedelta(hours=1)
    Sick.objects.update(retry_at=cases_retry)
    house.clock.advance(first - house.clock.now() - timedelta(seconds=1))
    assert looked(house) == 0, sick.retry_at
    house.clock.advance(timedelta(seconds=1))
    assert looked(house) == 1
    assert health.all_sick() == []
    assert any("CUSTOMER_UPDATE" in one.effect_key for one in house.letters("Carl"))


def test_a_case_that_was_set_aside_and_has_ended_is_off_the_list(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case = house.raised()
    set_aside_for_long(house, case, monkeypatch)
    cases.withdraw([case], why="Raised by mistake", **house.once("carl"))
    looked(house)
    assert health.all_sick() == []


def confirm_at(house: House, first: str) -> None:
    """A policy whose file is accepted: what holds a resolved case is told by this rung, and a day later."""
    text = file.write(shipped())
    for before, after in (
        ('{ tell = "COORDINATORS", share = 1.0 },\n  { tell = "MANAGERS", wait = "1 d" }',
         f'{{ tell = "COORDINATORS", {first} }},\n  {{ tell = "MANAGERS", wait = "1 d" }}'),
        ("ROOT_CAUSE = []", 'ROOT_CAUSE = ["UNRESOLVED_ON_SITE"]'),
    ):  # fmt: skip
        assert before in text
        text = text.replace(before, after)
    kept(house, text)


def of_confirm(house: House, case: str) -> list[tuple[int, datetime]]:
    """The rungs of CONFIRM that acted: which, and when."""
    events = [one for one in ledger.events(case) if one.data.get("clock") == ClockName.CONFIRM]
    return [(one.data["rung"], one.recorded_at) for one in events]


def test_a_word_that_it_works_makes_what_still_holds_the_case_told_at_once(house: House) -> None:
    confirm_at(house, 'share = 0.2, wait = "12 h"')
    house.clock = Punctual(house)
    case = house.working(impact=Impact.HIGH)
    house.resolve(case)
    house.clock.advance(timedelta(hours=1))
    cases.confirm([case], **house.once("cleo"))
    said = house.clock.now()
    house.clock.advance(timedelta(hours=25))
    assert health.all_sick() == []
    assert of_confirm(house, case) == [(0, said), (1, said + timedelta(days=1))]
    audited(house)
    assert found() == set()


def test_what_holds_a_case_is_told_on_the_weekend_on_which_it_might_end(house: House) -> None:
    chosen(house, ChosenFor.TEAM, house.specialists.id, calendar(house))
    confirm_at(house, 'share = 0.9, wait = "3 h", wait_in = "TEAM"')
    house.clock.at = datetime(2026, 12, 1, 5, tzinfo=UTC)
    case = house.working(impact=Impact.HIGH)
    looked(house)
    house.resolve(case)
    due = house.clock.now() + timedelta(days=5)
    assert list(cases.recompute_check()) == []
    late = house.clock.advance(timedelta(days=5, minutes=10))
    looked(house)
    assert list(cases.recompute_check()) == [], "also when it has begun, its moments are those of the law"
    house.clock.at = due + timedelta(days=1)
    looked(house)
    told = [(0, late), (1, due + timedelta(days=1))]
    assert of_confirm(house, case) == told, "on a Sunday, when the team is closed, and then as if in time"
    audited(house)
    assert {what for what, _effect in found()} == {"LATE"}, "that the worker slept for ten minutes, no more"
