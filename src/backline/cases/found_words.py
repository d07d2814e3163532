"""The customer's own words behind what a trigger saw: his remark on the job, or what he wrote of an ended case."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from backline.cases.models import Finding
from backline.core.words import Trigger
from backline.ledger import queries as ledger


def words_of(rows: Iterable[Finding]) -> dict[UUID, str]:
    """What the customer said, by the finding's id; empty where it holds no words of his, or these were erased."""
    found = list(rows)
    numbers = {one.id: (one.facts["case"], one.facts["seq"]) for one in found if "case" in one.facts}
    wrote = {number: event.data["text"] for number, event in ledger.events_at(set(numbers.values())).items()}
    texts = ledger.texts({*wrote.values()} - {""})
    said = {one: texts.get(wrote[number], "") for one, number in numbers.items()}
    return {one.id: _remark(one) for one in found} | said


def _remark(finding: Finding) -> str:
    its_own = finding.trigger == Trigger.UNHAPPY and "rated_alone" not in finding.facts
    return finding.job.remark if its_own else ""
