"""Routing: which team a case is suggested to, and why, by rules over its plain facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from backline.core.words import Priority, Reason


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """When all that a rule names fits, its team is suggested; what is empty fits everything. Lower `order` wins.

    `condition` is what somebody wrote, `holds` what it means; one that means nothing never fits.
    """

    id: str
    order: int
    team: str
    reason: Reason | None = None
    asset_type: str = ""
    fault_code: str = ""
    site: str = ""
    priority: Priority | None = None
    condition: str = ""
    holds: Condition | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Facts:
    """What routing looks at."""

    reasons: frozenset[Reason]
    priority: Priority
    asset_type: str = ""
    fault_codes: frozenset[str] = frozenset()
    site: str = ""


type Condition = Callable[[Facts], bool]


class Unjudged(Exception):
    """A condition that has no answer for a case, and why."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """The suggested team, the rule that says so and the facts that fitted, by name; the others fitted as well."""

    team: str
    rule: str
    because: tuple[tuple[str, str], ...]
    others: tuple[str, ...] = ()


def suggest(rules: Iterable[RoutingRule], facts: Facts) -> Suggestion | None:
    """The first rule by order (then id) that fits, with the reasons; later ones for other teams are named beside it."""
    fitting = [
        (rule, because)
        for rule in sorted(rules, key=lambda rule: (rule.order, rule.id))
        if (because := _fits(rule, facts)) is not None
    ]
    if not fitting:
        return None
    rule, because = fitting[0]
    others = tuple(dict.fromkeys(other.team for other, _ in fitting[1:] if other.team != rule.team))
    return Suggestion(rule.team, rule.id, because, others)


def unjudged(rules: Iterable[RoutingRule], facts: Facts) -> list[tuple[RoutingRule, str]]:
    """The rules of which all fits but the condition, which has no answer for these facts; each with the reason."""
    found = []
    for rule in rules:
        if _named(rule, facts) is not None and rule.condition:
            try:
                _answer(rule, facts)
            except Unjudged as error:
                found.append((rule, str(error)))
    return found


def _fits(rule: RoutingRule, facts: Facts) -> tuple[tuple[str, str], ...] | None:
    named = _named(rule, facts)
    if named is None or not _holds(rule, facts):
        return None
    written = (("condition", rule.condition),) if rule.condition else ()
    return (*named, *written)


def _named(rule: RoutingRule, facts: Facts) -> tuple[tuple[str, str], ...] | None:
    """What a rule names besides its condition; None where something of it does not fit."""
    named: list[tuple[str, str, bool]] = []
    if rule.reason:
        named.append(("reason", rule.reason.value, rule.reason in facts.reasons))
    if rule.asset_type:
        named.append(("asset_type", rule.asset_type, rule.asset_type == facts.asset_type))
    if rule.fault_code:
        named.append(("fault_code", rule.fault_code, rule.fault_code in facts.fault_codes))
    if rule.site:
        named.append(("site", rule.site, rule.site == facts.site))
    if rule.priority:
        named.append(("priority", rule.priority.value, rule.priority is facts.priority))
    return tuple((name, value) for name, value, _ in named) if all(fits for _, _, fits in named) else None


def _holds(rule: RoutingRule, facts: Facts) -> bool:
    """Whether its condition does; one without an answer does not, and the next rule counts."""
    try:
        return not rule.condition or _answer(rule, facts)
    except Unjudged:
        return False


def _answer(rule: RoutingRule, facts: Facts) -> bool:
    if rule.holds is None:
        raise Unjudged(rule.condition)
    return rule.holds(facts)
