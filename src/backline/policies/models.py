"""Tables of policy versions, which never change once kept, of the rules that route cases, and of files of rules."""

from __future__ import annotations

import uuid

from django.db import models

from backline.core.words import Priority, Reason
from backline.people.models import Team


class PolicyVersion(models.Model):
    """One version of the policy; a case names the version it was raised under.

    `text` is the file as somebody wrote it, with his remarks; the version that ships has none, and was never saved.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField(unique=True)
    document = models.JSONField()
    effective_at = models.DateTimeField()
    made_by = models.CharField(max_length=64, blank=True)
    text = models.TextField(blank=True)
    why = models.CharField(max_length=300, blank=True)
    saved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"policy {self.number}"


class RoutingRule(models.Model):
    """When all that the rule names fits a case, its team is suggested; what is empty fits everything."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.PositiveIntegerField(default=100)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=40, blank=True, choices=[(value, value) for value in Reason])
    asset_type = models.CharField(max_length=60, blank=True)
    fault_code = models.CharField(max_length=40, blank=True)
    site = models.UUIDField(null=True, blank=True)
    priority = models.CharField(max_length=2, blank=True, choices=[(value, value) for value in Priority])
    condition = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.order} {self.team_id}"


class RoutingImport(models.Model):
    """A file of rules that took the place of all there were: as it came, from whom, when and why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    text = models.TextField()
    why = models.CharField(max_length=300)
    made_by = models.CharField(max_length=64)
    saved_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"routing of {self.saved_at}"
