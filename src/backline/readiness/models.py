"""Tables of readiness: what the last looks found, and when the last one was."""

from __future__ import annotations

from django.db import models


class Known(models.Model):
    """One thing that is not ready: since when that is known, and when it was told last; mended, it is gone."""

    key = models.TextField(primary_key=True)
    is_hint = models.BooleanField()
    since_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.key


class Looked(models.Model):
    """When it was looked at last; whoever looks holds the row, so that of two who would look one does."""

    only = models.BooleanField(primary_key=True, default=True, editable=False)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="looked_is_one")]

    def __str__(self) -> str:
        return f"{self.at}"
