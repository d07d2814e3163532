"""A report on a job whose case is open already: it joins that case, and nothing of it is lost."""

from __future__ import annotations

from dataclasses import replace

from backline.core.case import Case
from backline.core.facts import need, sooner
from backline.core.impact import graver
from backline.core.lifecycle import Capacity, MoveRefused, Refusal
from backline.core.moves import Addition, Ask, Draft, Report
from backline.core.policy import Policy, priority_of
from backline.core.sight import capacities
from backline.core.values import encode
from backline.core.words import OPEN_STATES, Danger, State


def add_report(case: Case, ask: Ask, report: Report, *, review: str) -> Draft:
    """What somebody reports on the job of an open case, who may raise one about it.

    Reasons join the others, danger counts and is reviewed (`review` is the record's id), the more urgent of the two
    judgements holds, and what its technician tried pays the documentation debt.
    """
    if case.state not in OPEN_STATES:
        raise MoveRefused(Refusal.NOT_IN_THIS_STATE, "report.added", (case.state,))
    need("report.added", reasons=report.reasons, summary=report.summary)
    report.said.must_be_plausible("report.added")
    report = replace(report, known=case.losses)
    report = replace(report, danger=report.gravest)
    risen = replace(case, danger=graver(case.danger, report.danger))
    known, reported = (priority_of(ask.policy, one.impact, one.urgency, risen.danger) for one in (case, report))
    judged, priority = report if reported < known else case, min(case.priority, known, reported)
    return Draft(
        "report.added",
        {
            **report.as_data(),
            "reasons": sorted(report.reasons - case.reasons),
            "danger": risen.danger.value,
            "impact": judged.impact.value,
            "urgency": judged.urgency.value,
            "priority": priority.value,
            "known": encode(case.losses),
            "said": encode(report.losses),
            "review": review if _is_unseen(case, risen.danger, report, ask.policy) else "",
            "documents": _documents(case, ask, report),
            **sooner(risen, ask, priority),
        },
    )


def _is_unseen(case: Case, danger: Danger, report: Report, policy: Policy) -> bool:
    """Whether it brings a concern or a danger that nobody reviews: what was decided before did not know of it."""
    concern = report.reasons & policy.review_reasons
    return bool(concern - case.reasons) or (bool(concern or danger is not case.danger) and not case.is_reviewed)


def _documents(case: Case, ask: Ask, report: Report) -> bool:
    """Whether it pays what the technician owes; a case that was returned to him has questions of its own."""
    if not case.debt or case.state is State.RETURNED or Capacity.TECHNICIAN not in capacities(ask.actor, case):
        return False
    return not Addition("", report.steps, report.fault_codes, report.evidence).lacking(case.debt_of)
