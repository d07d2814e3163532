"""All that a case says to people: labels, refusals, letters and the sentences of the timeline."""

from backline.cases.wording._labels import (
    CLOCKS,
    DANGERS,
    IMPACTS,
    MOVES,
    NEXT_STEPS,
    OUTCOMES,
    REASONS,
    REVIEW_OUTCOMES,
    ROLES,
    STATES,
    STEP_RESULTS,
    TOLD_BY,
    URGENCIES,
    WAIT_REASONS,
    duration,
    exact_moment,
)
from backline.cases.wording._letters import CustomerFacts, Letter, StaffFacts, customer_letter, staff_letter
from backline.cases.wording._refusals import refusal
from backline.cases.wording._timeline import Entry, Told, foreseen, timeline

__all__ = [
    "CLOCKS",
    "DANGERS",
    "IMPACTS",
    "MOVES",
    "NEXT_STEPS",
    "OUTCOMES",
    "REASONS",
    "REVIEW_OUTCOMES",
    "ROLES",
    "STATES",
    "STEP_RESULTS",
    "TOLD_BY",
    "URGENCIES",
    "WAIT_REASONS",
    "CustomerFacts",
    "Entry",
    "Letter",
    "StaffFacts",
    "Told",
    "customer_letter",
    "duration",
    "exact_moment",
    "foreseen",
    "refusal",
    "staff_letter",
    "timeline",
]
