"""The policy that ships, as people read it; what a report lacks; what danger makes of a priority."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backline.core.clock import until
from backline.core.ladder import rungs
from backline.core.policy import DAY, HOUR, MINUTE, Documented, Recipients, missing, priority_of
from backline.core.words import ClockName, Danger, Impact, Priority, Reason, Urgency
from tests.core.stories import FRIDAY, POLICY


@pytest.mark.parametrize(
    ("clock", "told"),
    [
        (ClockName.TRIAGE, [(0, "COORDINATORS"), (240, "COORDINATORS"), (480, "MANAGERS"), (510, "LAST_RESORT")]),
        (ClockName.CUSTOMER_UPDATE, [(465, "ASSIGNEE"), (480, "COORDINATORS"), (540, "MANAGERS")]),
        (ClockName.CONFIRM, [(480, "COORDINATORS"), (480 + 1440, "MANAGERS")]),
        (ClockName.RESOLVE, [(360, "ASSIGNEE"), (432, "TEAM_LEAD"), (480, "MANAGERS")]),
        (ClockName.REVIEW, [(0, "MANAGERS"), (480, "MANAGERS"), (495, "LAST_RESORT")]),
        (ClockName.DOCUMENT, [(0, "TECHNICIAN"), (240, "TECHNICIAN"), (480, "COORDINATORS"), (540, "MANAGERS")]),
    ],
)
def test_the_ladder_of_a_clock_of_eight_hours(clock: ClockName, told: list[tuple[int, str]]) -> None:
    running = until(clock, 1, FRIDAY, FRIDAY + timedelta(hours=8))
    found = [((step.at - FRIDAY) / timedelta(minutes=1), step.tell) for step in rungs(POLICY, running)]
    assert found == [(at, Recipients(role)) for at, role in told]


def test_the_last_rungs_that_repeat_seldom() -> None:
    repeats = {clock: ladder[-1].every for clock, ladder in POLICY.ladders.items()}
    assert {clock: gap for clock, gap in repeats.items() if gap != 30 * MINUTE} == {
        ClockName.DOCUMENT: 4 * HOUR, ClockName.CUSTOMER_UPDATE: 4 * HOUR, ClockName.RESOLVE: 4 * HOUR,
        ClockName.WORKAROUND: 4 * HOUR, ClockName.CONFIRM: DAY, ClockName.STOP: 8 * HOUR, ClockName.IMPACT: 4 * HOUR,
    }  # fmt: skip


def test_the_less_it_weighs_the_longer_it_may_take() -> None:
    spans = [*POLICY.targets.values(), POLICY.leases]
    for span in spans:
        assert [span[priority] for priority in Priority] == sorted(span.values())
    assert POLICY.lease(Priority.P1) == timedelta(hours=1)
    assert (POLICY.reopen_within, POLICY.longest_wait) == (14 * DAY, 30 * DAY)


def test_the_more_it_weighs_the_higher_and_danger_only_lifts() -> None:
    table = [[priority_of(POLICY, impact, urgency, Danger.NONE) for urgency in Urgency] for impact in Impact]
    assert [" ".join(row) for row in table] == ["P4 P4 P3", "P4 P3 P2", "P3 P2 P1", "P2 P1 P1"]
    for impact in Impact:
        for urgency in Urgency:
            plain = priority_of(POLICY, impact, urgency, Danger.NONE)
            assert priority_of(POLICY, impact, urgency, Danger.RISK) is min(plain, Priority.P2)
            assert priority_of(POLICY, impact, urgency, Danger.PERSON_TRAPPED_OR_HURT) is Priority.P1


@pytest.mark.parametrize(
    ("reasons", "documented", "lacking"),
    [
        ({Reason.UNRESOLVED_ON_SITE}, Documented(), ("STEPS",)),
        ({Reason.UNRESOLVED_ON_SITE}, Documented(steps=1), ()),
        ({Reason.SAFETY_RISK}, Documented(steps=3), ("EVIDENCE",)),
        ({Reason.SAFETY_RISK}, Documented(evidence=1), ()),
        ({Reason.RECURRING_FAULT}, Documented(steps=1), ("FAULT_CODE",)),
        ({Reason.RECURRING_FAULT, Reason.SAFETY_RISK}, Documented(), ("STEPS", "EVIDENCE", "FAULT_CODE")),
        ({Reason.RECURRING_FAULT, Reason.SAFETY_RISK}, Documented(1, 1, 1), ()),
        ({Reason.MISSING_PART}, Documented(), ()),
        ({Reason.MISSING_PART, Reason.TECHNICAL_LIMIT}, Documented(), ("STEPS",)),
    ],
)
def test_the_duties_of_all_reasons_are_taken_together(
    reasons: set[Reason], documented: Documented, lacking: tuple[str, ...]
) -> None:
    assert missing(POLICY, frozenset(reasons), documented) == lacking
