"""Reads policy versions and routing rules, as the values that the core takes."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

from django.db import connection

from backline.core.policy import Policy
from backline.core.routing import Facts, RoutingRule, Suggestion, suggest
from backline.core.values import decode
from backline.core.words import Priority, Reason
from backline.people.queries import ids
from backline.policies import models

_IN_FORCE = """
SELECT id FROM policies_policyversion WHERE effective_at <= %s ORDER BY effective_at DESC, number DESC LIMIT 1
"""


class NoPolicy(Exception):
    """There is no policy in force: the migrations have not run."""


def in_force(at: datetime) -> tuple[str, Policy]:
    """The id and value of the policy version in force."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, [at])
        found = cursor.fetchone()
    if found is None:
        raise NoPolicy("no policy is in force; run `backline migrate`")
    return str(found[0]), policy(str(found[0]))


def is_kept(version: str) -> bool:
    """Whether there is such a version."""
    return models.PolicyVersion.objects.filter(id__in=ids([version])).exists()


@lru_cache(maxsize=64)
def policy(version: str) -> Policy:
    """The policy of a version; versions never change, so each is read once a process."""
    return decode(Policy, models.PolicyVersion.objects.values_list("document", flat=True).get(id=version))


def routing_rules() -> list[RoutingRule]:
    """All routing rules as values."""
    return [
        RoutingRule(
            id=str(rule.id),
            order=rule.order,
            team=str(rule.team_id),
            reason=Reason(rule.reason) if rule.reason else None,
            asset_type=rule.asset_type,
            fault_code=rule.fault_code,
            site=str(rule.site) if rule.site else "",
            priority=Priority(rule.priority) if rule.priority else None,
        )
        for rule in models.RoutingRule.objects.order_by("order", "id")
    ]


def suggestion(facts: Facts) -> Suggestion | None:
    """The team that the rules suggest for these facts, and why."""
    return suggest(routing_rules(), facts)
