"""The verb by which a customer's own words come onto a case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backline.cases.operations._raise import photos
from backline.cases.operations._write import Done, Held, Wish, change
from backline.core import hearing
from backline.core.moves import Ask, Draft
from backline.core.words import Actor
from backline.evidence.queries import hashes


def hear_customer(
    cases: Sequence[str], *, text: str, evidence: Sequence[str] = (), by: Actor, at: datetime, key: str
) -> list[Done]:
    """What a customer wrote, with photos that were kept under the key before; whoever has the case hears of it."""

    def decide(held: Held, ask: Ask) -> list[Draft]:
        found = photos(evidence, draft=key, case_id=held.case.id, by=by, at=ask.at)
        said = held.texts.add(text, subject=by.id) if text else ""
        return [hearing.customer_says(held.case, ask, text=said, evidence=found)]

    body = {"text": text, "evidence": hashes(evidence)}
    return change(cases, Wish("hear-customer", body), decide, by=by, at=at, key=key)
