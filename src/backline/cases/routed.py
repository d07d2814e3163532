"""Reads what the routing rules look at in a case, and which of them have no answer for cases that wait for a team."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backline.cases import wording
from backline.cases.lines import Line, lines
from backline.cases.models import Case as Row
from backline.cases.said import commitments
from backline.core.case import Case
from backline.core.routing import Facts
from backline.core.values import decode
from backline.core.words import State
from backline.ledger import queries as ledger
from backline.policies import queries as policies

MOST = 200


@dataclass(frozen=True, slots=True)
class Passed:
    """A rule that was passed over because its condition has no answer: why, for how many cases, and the first."""

    order: int
    why: str
    cases: int
    first: Line


def facts_of(case: Case, raised: Mapping[str, Any], texts: Mapping[str, str]) -> Facts:
    """What the rules look at."""
    codes = frozenset(wording.read(raised["fault_codes"], texts))
    return Facts(case.reasons, case.priority, raised["asset_type"], codes, case.site)


def passed_over() -> list[Passed]:
    """The rules that have no answer for a case that waits for a team now, in their order; the first cases are asked."""
    rows = list(_waiting()) if any(rule.condition for rule in policies.routing_rules()) else []
    events = ledger.events_at([(str(row.id), 1) for row in rows])
    texts = ledger.texts(commitments(list(events.values())))
    facts = [facts_of(decode(Case, row.fold), events[str(row.id), 1].data, texts) for row in rows]
    found: dict[tuple[int, str], list[Row]] = defaultdict(list)
    for row, unjudged in zip(rows, policies.unjudged(facts), strict=True):
        for rule, why in unjudged:
            found[rule.order, why].append(row)
    return [Passed(order, why, len(them), lines(them[:1])[0]) for (order, why), them in sorted(found.items(), key=str)]


def _waiting() -> Any:
    rows = Row.objects.select_related("site", "team", "person", "job__asset")
    return rows.filter(state=State.RAISED).order_by("due_at", "id")[:MOST]
