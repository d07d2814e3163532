"""Tables of the engine: when each duty last ran, and the cases that a look cannot get through."""

from __future__ import annotations

from django.db import models


class Beat(models.Model):
    """The last run of one duty; what it says is the health page and the answer of /healthz."""

    duty = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    error_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.duty} {self.at}"


class Sick(models.Model):
    """A case that could not be looked at, why, and when it is tried again; the others go on."""

    case_id = models.UUIDField(primary_key=True)
    reason = models.TextField()
    tries = models.PositiveIntegerField(default=1)
    retry_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id} {self.reason}"
