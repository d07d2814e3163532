"""A case counts in the hours of its place and of its team: due moments, alarms, what is told, what is explained."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from backline.calendars import choices
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.cases import queries
from backline.cases.models import Alarm, Case
from backline.cases.operations import MoveRefused, Refusal
from backline.cases.wording import ClockStory
from backline.core.calendar import same_every_day
from backline.core.explain import Verdict
from backline.core.policy import shipped
from backline.core.values import encode
from backline.core.words import ClockName, Impact, Priority, Urgency, WaitReason
from backline.policies.models import PolicyVersion
from tests.core.calendars import blocks
from tests.fakes.browser import signed_in, words
from tests.fakes.hours import calendar, chosen
from tests.fakes.house import House

HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")
P3: dict[str, Any] = {"impact": Impact.MEDIUM, "urgency": Urgency.MEDIUM}
"""The house's clock stands on a Friday at 19:00 in Berlin; a case of priority 3 may take 72 hours."""


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def due(case: str, clock: ClockName) -> datetime:
    return Alarm.objects.get(case=case, clock=clock).due_at.astimezone(BERLIN)


def test_the_resolution_counts_in_the_hours_of_the_place_and_routing_in_those_of_the_team(house: House) -> None:
    office = calendar(house)
    chosen(house, ChosenFor.SITE, house.job.site_id, office)
    case = house.raised(**P3)
    assert due(case, ClockName.RESOLVE) == wall("2026-12-02T10:00")  # 72 h of ten a day, from Monday on
    assert due(case, ClockName.TRIAGE) == wall("2026-11-20T20:00")  # nobody chose hours for the coordinators
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, office)
    house.clock.advance(timedelta(minutes=1))
    other = house.raised(**P3)
    assert due(other, ClockName.TRIAGE) == wall("2026-11-23T09:00")
    chosen(
        house, ChosenFor.TEAM, house.specialists.id, calendar(house, "Nights", same_every_day(*blocks("18:00-30:00")))
    )
    house.clock.advance(timedelta(minutes=1))
    house.offer(other)
    assert due(other, ClockName.ACCEPT) == wall("2026-11-20T21:02")


@pytest.mark.parametrize(
    ("kinds", "counts"),
    [("ORGANISATION", "Whole"), ("ORGANISATION CUSTOMER", "Customer"), ("ORGANISATION CUSTOMER SITE", "Site"),
     ("ORGANISATION CUSTOMER SITE ASSET", "Asset"), ("ASSET CUSTOMER", "Asset")],
)  # fmt: skip
def test_the_nearest_choice_counts_and_is_shown(house: House, kinds: str, counts: str) -> None:
    subjects = {
        "ORGANISATION": choices.EVERYBODY, "CUSTOMER": house.job.site.customer_id, "SITE": house.job.site_id,
        "ASSET": house.job.asset_id,
    }  # fmt: skip
    for kind in kinds.split():
        name = "Whole" if kind == "ORGANISATION" else kind.title()
        chosen(house, ChosenFor(kind), subjects[kind], calendar(house, name))
    house.clock.advance(timedelta(minutes=1))
    page = words(signed_in("carl").get(f"/cases/{house.raised(**P3)}"))
    whose = "organisation" if counts == "Whole" else counts.lower()
    assert f"72 h may pass, counted in {counts}, the hours of the {whose}." in page


def test_urgent_cases_count_through_the_night(house: House) -> None:
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, calendar(house))
    case = house.raised(impact=Impact.MAJOR, urgency=Urgency.HIGH)
    assert due(case, ClockName.TRIAGE) == wall("2026-11-20T19:10")
    assert due(case, ClockName.RESOLVE) == wall("2026-11-23T12:00")


def routing(house: House, name: str) -> int:
    """How many letters somebody got because nobody routes the case."""
    return sum("Route it" in letter.subject for letter in house.letters(name))


def test_nobody_is_told_in_closed_hours_and_somebody_is_when_they_open(house: House) -> None:
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, calendar(house))
    case = house.raised(**P3)
    house.until(wall("2026-11-23T08:29"))
    assert (routing(house, "Carl"), routing(house, "Max")) == (1, 0)
    house.until(wall("2026-11-23T08:30"))
    assert (routing(house, "Carl"), routing(house, "Max")) == (2, 0), "half of the hour has passed"
    house.until(wall("2026-11-23T09:00"))
    assert (routing(house, "Carl"), routing(house, "Max")) == (2, 1), "it is due"
    assert cases.rebuild(check=True).flaws == ()
    assert house.view(case).case.priority == "P3"


def test_hours_chosen_later_count_from_then_on_and_what_was_known_then_stays(house: House) -> None:
    case = house.raised(**P3)
    began = house.clock.now()
    assert due(case, ClockName.RESOLVE) == wall("2026-11-23T19:00")
    house.clock.advance(5 * HOUR)
    chosen(house, ChosenFor.CUSTOMER, house.job.site.customer_id, calendar(house))
    cases.add_note([case], text="We look at it on Monday", **house.once("carl"))
    cases.change_priority([case], impact=Impact.LOW, urgency=Urgency.HIGH, why="As agreed", **house.once("carl"))
    assert due(case, ClockName.RESOLVE) == wall("2026-12-01T15:00")  # five hours counted on Friday; then ten a day
    house.clock.advance(timedelta(days=3))
    now = house.clock.now()
    [then] = told(case, at=began + 5 * HOUR, known_at=began + 5 * HOUR - timedelta(seconds=1))
    assert then.account.counted == 5 * HOUR
    assert then.account.clock.due_at == wall("2026-11-23T19:00")
    *_, after = told(case, at=now, known_at=now)
    assert after.account.counted == 5 * HOUR + 10 * HOUR


def told(case: str, *, at: datetime, known_at: datetime) -> list[ClockStory]:
    found = queries.explained(case, at=at, known_at=known_at).stories
    return [one for one in found if one.account.clock.name is ClockName.RESOLVE]


def test_a_wait_for_the_customer_stops_the_resolution_and_a_wait_for_a_part_does_not(house: House) -> None:
    chosen(house, ChosenFor.ORGANISATION, choices.EVERYBODY, calendar(house))
    house.clock.advance(wall("2026-11-23T08:00") - house.clock.now())
    case = house.working(**P3)
    for reason, later in ((WaitReason.PART, timedelta(0)), (WaitReason.CUSTOMER, 4 * HOUR)):
        before = due(case, ClockName.RESOLVE)
        until = house.clock.now() + 4 * HOUR
        cases.begin_wait([case], reason=reason, until=until, what="Their key", **house.once("sana"))
        house.clock.advance(4 * HOUR)
        cases.end_wait([case], record=house.view(case).waits[0].id, outcome="Done", **house.once("sana"))
        assert due(case, ClockName.RESOLVE) == before + later
    [story] = told(case, at=house.clock.now(), known_at=house.clock.now())
    assert "paused: waited for the customer" in {line.said for line in story.lines}


def test_another_version_of_the_rules_counts_for_a_case_only_by_a_recorded_move_that_keeps_what_was_paused(
    house: House,
) -> None:
    case = house.working(**P3)
    until = house.clock.now() + 8 * HOUR
    cases.begin_wait([case], reason=WaitReason.CUSTOMER, until=until, what="Their key", **house.once("sana"))
    house.clock.advance(3 * HOUR)
    cases.end_wait([case], record=house.view(case).waits[0].id, outcome="Done", **house.once("sana"))
    before = due(case, ClockName.RESOLVE)
    rules = shipped()
    quicker = {**rules.targets, ClockName.RESOLVE: dict.fromkeys(Priority, 10 * 3600)}
    version = PolicyVersion.objects.create(
        number=2, document=encode(replace(rules, targets=quicker)), effective_at=house.clock.now()
    )
    assert due(case, ClockName.RESOLVE) == before, "what is frozen stays"
    for who, policy, refusal in (
        ("carl", str(version.id), Refusal.NOT_YOURS), ("max", str(house.job.id), Refusal.NO_SUCH_TARGET),
        ("max", "nonsense", Refusal.NO_SUCH_TARGET), ("max", house.view(case).case.policy, Refusal.NOTHING_NEW),
    ):  # fmt: skip
        with pytest.raises(MoveRefused) as refused:
            cases.move_policy([case], policy=policy, why="New contract", **house.once(who))
        assert refused.value.refusal is refusal
    once = house.once("max")
    for _time in range(2):
        cases.move_policy([case], policy=str(version.id), why="New contract", **once)
    assert due(case, ClockName.RESOLVE) == before - 72 * HOUR + 10 * HOUR
    assert [event.what for event in house.view(case).timeline].count(
        "Took another version of the rules; all that was paused stays paused"
    ) == 1
    first, second = told(case, at=house.clock.now(), known_at=house.clock.now())
    assert (first.account.verdict, second.account.verdict) == (Verdict.WENT_ON, Verdict.RUNS)
    assert (first.account.clock.target, second.account.clock.target) == (72 * HOUR, 10 * HOUR)
    assert str(Case.objects.get(id=case).policy_id) == str(version.id)
    assert cases.rebuild(check=True).flaws == ()
