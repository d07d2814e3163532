"""What a report must say, and what a danger makes of it."""

from __future__ import annotations

from backline.channels import queries as outbox
from backline.core.words import (
    Impact,
    Priority,
    Reason,
    Urgency,
)
from tests.fakes.browser import signed_in
from tests.fakes.house import House


def test_a_safety_risk_passes_the_gate_and_is_at_least_p2_whoever_forgot_the_question(house: House) -> None:
    low = {"impact": Impact.LOW, "urgency": Urgency.LOW, "reasons": frozenset({Reason.SAFETY_RISK})}
    case = house.raised(**low, steps=())
    assert house.view(case).case.priority is Priority.P2
    assert house.view(case).raised["gate_passed_for_danger"] is True
    house.tick()
    assert "Decide the review" in house.subjects("Max")[-1]


def test_a_summary_that_nobody_can_see_is_no_summary(house: House) -> None:
    tess = signed_in("tess")
    form = {"key": "0" * 32, "danger": "NONE", "summary": "\u200b\u200b", "reasons": ["MISSING_PART"], "impact": "LOW",
            "urgency": "LOW"}  # fmt: skip
    answer = tess.post(f"/jobs/{house.job.id}/raise", form)
    assert answer.status_code == 422
    assert "Fill this in." in answer.content.decode()
    assert outbox.outgoing(limit=10).rows == ()
