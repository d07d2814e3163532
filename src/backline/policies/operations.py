"""Writes routing rules and policy versions."""

from __future__ import annotations

from backline.core.routing import RoutingRule
from backline.policies import models


def keep_rule(rule: RoutingRule) -> None:
    """Add or change a routing rule; saying it again changes nothing."""
    models.RoutingRule.objects.update_or_create(
        id=rule.id,
        defaults={
            "order": rule.order,
            "team_id": rule.team,
            "reason": rule.reason or "",
            "asset_type": rule.asset_type,
            "fault_code": rule.fault_code,
            "site": rule.site or None,
            "priority": rule.priority or "",
        },
    )


def drop_rule(rule_id: str) -> None:
    """Remove a routing rule; cases that were routed by it stay where they are."""
    models.RoutingRule.objects.filter(id=rule_id).delete()
