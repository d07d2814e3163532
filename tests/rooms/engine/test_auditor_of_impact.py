"""The auditor asks for every step of what is lost, in its own words, and finds each that is missing, twice or early."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backline.cases import operations as cases
from backline.cases.models import Alarm
from backline.core import clock as law
from backline.core.facts import correct_impact
from backline.core.impact import Losses, Said
from backline.core.lifecycle import MoveRefused
from backline.core.moves import Draft, dispute
from backline.core.words import Measure
from backline.engine.auditor.clocks import moments, running
from backline.engine.auditor.record import begin, read
from backline.engine.models import Finding
from backline.jobs.models import Asset
from backline.ledger import queries as ledger
from tests.core.stories import CARL, CLEO, FRIDAY, POLICY, Story, minutes, raised
from tests.core.test_moves import accepted, offered, resolved
from tests.fakes.house import House
from tests.fakes.punctual import Punctual
from tests.rooms.engine.test_auditor import audited, drafts, found, write

figures = st.builds(
    Said, trapped=st.sampled_from([0, 0, 1]), units=st.integers(0, 9), cost_an_hour=st.integers(0, 4_000),
    penalty=st.sampled_from([0, 9_999, 10_000]),
)  # fmt: skip
thresholds = st.fixed_dictionaries(
    {}, optional={measure: st.sets(st.integers(1, 6), min_size=1, max_size=3).map(lambda found: tuple(sorted(found)))
                  for measure in (Measure.TRAPPED, Measure.UNITS)}
    | {measure: st.sets(st.integers(1, 9_000), min_size=1, max_size=3).map(lambda found: tuple(sorted(found)))
       for measure in (Measure.COST_AN_HOUR, Measure.COST_SO_FAR)},
)  # fmt: skip


def same(story: Story) -> bool:
    """Whether law and auditor see the same climbs of the impact, before anybody was told."""
    record = begin(story.events[0])
    for event in story.events[1:]:
        read(record, event)
    theirs = [
        (one.climb, one.start, one.ends) for one in running(record, story.policy) if one.name.value == "IMPACT"
    ]  # fmt: skip
    mine = [
        (one.climb, one.started_at, one.ends_at) for one in law.running(story.now, story.policy) if not one.asks
    ]  # fmt: skip
    return theirs == mine


@settings(max_examples=200, deadline=None)
@given(thresholds, st.builds(Losses, units=st.integers(0, 9), cost_an_hour=st.integers(0, 4_000)),
       st.lists(st.tuples(st.integers(0, 600), figures), max_size=5), st.booleans())  # fmt: skip
def test_it_sees_the_climbs_that_the_law_sees_whatever_was_said(
    amounts: dict[Measure, tuple[int, ...]], known: Losses, said: list[tuple[int, Said]], disputed: bool
) -> None:
    story = raised(policy=replace(POLICY, thresholds=amounts), known=known)
    assert same(story)
    for after, what in sorted(said, key=lambda pair: pair[0]):
        story.at = FRIDAY + minutes(after)
        try:
            draft = correct_impact(story.now, story.ask(CARL), said=what, review=f"r{story.now.seq}", why="w")
        except MoveRefused:
            continue
        story.record(CARL, draft)
        assert same(story)
    if disputed:
        resolved(accepted(offered(story)))
        assert same(story)
        story.later(minutes(30)).record(CLEO, dispute(story.now, story.ask(CLEO), why="w", owner_there=True))
        assert same(story)


def test_the_moments_of_its_rungs_are_the_ladders_own(house: House) -> None:
    story = raised(known=Losses(units=5))
    [clock] = [one for one in running(begin(story.events[0]), POLICY) if one.name.value == "IMPACT"]
    assert moments(clock, {}) == [FRIDAY, FRIDAY + timedelta(hours=1)]


def costly(house: House, **figures: int) -> str:
    """A case about a lift that costs so much; its id."""
    Asset.objects.filter(id=house.job.asset_id).update(**figures)
    return house.raised()


def impact_of(written: list[Draft]) -> list[Draft]:
    return [one for one in written if one.data.get("clock") == "IMPACT"]


def test_a_day_of_loss_is_whole_from_each_threshold_to_the_next(house: House) -> None:
    house.clock = Punctual(house)
    case = costly(house, cost_an_hour=1_000, units=5)
    house.clock.advance(timedelta(hours=9, minutes=30))
    cases.correct_impact([case], losses=Said(trapped=1), why="A cleaner is inside", **house.once("carl"))
    house.clock.advance(timedelta(hours=14))
    kept = audited(house)
    assert (kept.lost, kept.doubled, kept.early, kept.late, kept.silence) == (0, 0, 0, 0, 0)
    told = [event.data["climb"] for event in ledger.events(case) if event.data.get("clock") == "IMPACT"]
    corrected = next(event.seq for event in ledger.events(case) if event.kind == "impact.corrected")
    assert list(dict.fromkeys(told)) == [
        "IMPACT::1",
        "IMPACT:5000:1",
        f"IMPACT::{corrected}",
        f"IMPACT:20000:{corrected}",
    ]
    assert len(told) == 2 + 2 + 4 + 2, "at once, after an hour, every four hours until the next"


def test_letters_called_back_when_a_graver_loss_took_over_are_not_missed_when_that_is_taken_back(house: House) -> None:
    house.clock = Punctual(house)
    case = costly(house, cost_an_hour=1_000, units=5)
    house.clock.advance(timedelta(hours=5, minutes=30))
    cases.correct_impact([case], losses=Said(cost_an_hour=0), why="It costs nothing", **house.once("carl"))
    house.clock.advance(timedelta(hours=5))
    told = [event.data["climb"] for event in ledger.events(case) if event.data.get("clock") == "IMPACT"]
    assert (told[0], told[2], told[-1]) == ("IMPACT::1", "IMPACT:5000:1", "IMPACT::1"), "it goes on"
    assert audited(house).lost == 0


def test_a_correction_that_takes_the_graver_loss_back_tells_nothing_twice_and_goes_on_with_letters(
    house: House,
) -> None:
    house.clock = Punctual(house)
    case = costly(house, units=6)
    for minutes_later, said in ((1, Said(cost_an_hour=1_000)), (2, Said(cost_an_hour=0)), (90, Said(units=7))):
        house.clock.advance(timedelta(minutes=minutes_later))
        cases.correct_impact([case], losses=said, why="Asked again", **house.once("carl"))
    house.clock.advance(timedelta(hours=14))
    kept = audited(house)
    assert (kept.lost, kept.doubled, kept.early, kept.late, kept.silence) == (0, 0, 0, 0, 0)
    told = [event.data for event in ledger.events(case) if event.data.get("clock") == "IMPACT"]
    effects = [f"{one['climb']}:{one['rung']}:{one['repeat']}" for one in told]
    said_first = next(event.seq for event in ledger.events(case) if event.kind == "impact.corrected")
    assert effects == ["IMPACT::1:0:0", f"IMPACT::{said_first}:0:0", *(f"IMPACT::1:1:{repeat}" for repeat in range(4))]
    letters = [one for one in house.letters("Max") if one.kind.startswith("rung.IMPACT")]
    assert len(letters) == len(effects), "whoever is said to be told has a letter of it"


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda house, case: None, "LOST"),
        (lambda house, case: write(house, case, impact_of(drafts(house, case)) * 2), "DOUBLED"),
        (
            lambda house, case: write(house, case, impact_of(drafts(house, case, ahead=timedelta(hours=6)))[-1:]),
            "EARLY",
        ),
    ],
)
def test_a_step_that_is_missing_twice_or_early_is_found(
    house: House, spoil: Callable[[House, str], Any], what: str
) -> None:
    case = costly(house, cost_an_hour=1_000)
    spoil(house, case)
    Alarm.objects.filter(case_id=case, clock="IMPACT").delete()
    house.clock.advance(timedelta(minutes=2))
    write(house, case, [one for one in drafts(house, case) if one.data["clock"] != "IMPACT"])
    audited(house)
    assert what in {one for one, effect in found() if effect.startswith("IMPACT:")}


def test_a_climb_that_another_took_over_from_is_asked_for_to_its_end_and_no_further(house: House) -> None:
    house.clock = Punctual(house)
    case = costly(house, cost_an_hour=1_000)
    house.clock.advance(timedelta(hours=4, minutes=59))
    [draft] = impact_of(drafts(house, case, ahead=timedelta(minutes=1)))
    house.clock.advance(timedelta(hours=4))
    assert audited(house).early == 0
    late = {**draft.data, "climb": "IMPACT::1", "rung": 1, "repeat": 1, "skipped": [], "repeats_missed": 0}
    write(house, case, [Draft("rung.reached", late)])
    audited(house)
    assert {one.effect for one in Finding.objects.filter(what__in=["EARLY", "DOUBLED"])} == {"IMPACT::1:1:1"}
