"""Facts that reach us late: believed where they can be true, kept where they come too late, refused where they lie."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backline.cases import operations as cases
from backline.cases import queries, wording
from backline.cases.models import Alarm, Case
from backline.cases.operations import More, MoveRefused, NewStep
from backline.core.explain import Verdict
from backline.core.words import ClockName, StepResult
from tests.fakes.house import House

HOUR = timedelta(hours=1)
STEP = NewStep("Measured the door motor", StepResult.NO_EFFECT)


def test_an_offline_report_starts_the_resolution_on_site_and_the_routing_at_the_server(house: House) -> None:
    at = house.clock.now()
    case = house.raised(occurred_at=at - 3 * HOUR)
    due = {alarm.clock: alarm.due_at for alarm in Alarm.objects.filter(case=case)}
    assert due[ClockName.RESOLVE] == at - 3 * HOUR + timedelta(hours=24)
    assert due[ClockName.TRIAGE] == at + timedelta(minutes=30)
    assert Case.objects.get(id=case).opened_at == at - 3 * HOUR


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        (lambda at: at + timedelta(minutes=2), "a moment that has not come yet"),
        (lambda at: at + timedelta(days=40_000), "a moment that has not come yet"),
        (lambda at: at - timedelta(hours=1, seconds=1), "before the case began"),
        (lambda at: datetime(1, 1, 1, tzinfo=at.tzinfo), "before the case began"),
        (lambda at: at.replace(tzinfo=None), "without a time zone"),
    ],
)
def test_a_moment_that_cannot_be_is_refused_in_one_sentence_and_changes_nothing(
    house: House, said: object, sentence: str
) -> None:
    case = house.working()
    house.clock.advance(timedelta(minutes=59))
    assert callable(said)
    before = house.view(case).case
    with pytest.raises(MoveRefused) as refused:
        cases.try_step([case], step=STEP, occurred_at=said(house.clock.now()), **house.once("sana"))
    assert sentence in wording.refusal(refused.value)
    assert "Nothing was changed" in wording.refusal(refused.value)
    assert house.view(case).case == before


def test_a_clock_that_is_a_little_ahead_says_now(house: House) -> None:
    case = house.working()
    at = house.clock.now()
    cases.try_step([case], step=STEP, occurred_at=at + timedelta(seconds=50), **house.once("sana"))
    assert house.view(case).timeline[-1].occurred_at == at


@pytest.mark.parametrize(("ago", "sentence"), [(31, "over 30 days ago"), (-1, "has not come yet")])
def test_a_report_is_not_from_the_future_and_not_from_another_age(house: House, ago: int, sentence: str) -> None:
    with pytest.raises(MoveRefused) as refused:
        house.raised(occurred_at=house.clock.now() - timedelta(days=ago))
    assert sentence in wording.refusal(refused.value)
    assert not Case.objects.exists()


def test_what_was_done_in_time_is_true_though_we_heard_of_it_too_late(house: House) -> None:
    case = house.raised()
    cases.return_case([case], missing="Which door?", **house.once("carl"))
    done = house.clock.now() + 3 * HOUR
    house.until(done + 2 * HOUR, step=HOUR)
    heard = house.clock.now()
    assert verdict(house, case, known_at=heard - timedelta(seconds=1)) is Verdict.LATE
    cases.complete([case], more=More("The left one"), occurred_at=done, **house.once("tess"))
    assert verdict(house, case, known_at=heard) is Verdict.MET
    assert verdict(house, case, known_at=heard - timedelta(seconds=1)) is Verdict.LATE, "what was known stays"


def verdict(house: House, case: str, *, known_at: datetime) -> Verdict:
    found = queries.explained(case, at=house.clock.now(), known_at=known_at).stories
    return next(one.account.verdict for one in found if one.account.clock.name is ClockName.DOCUMENT)
