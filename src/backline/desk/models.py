"""What coordinators leave for each other: one row for each time that somebody handed the shift over."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class HandOver(models.Model):
    """Somebody left the desk at a moment, with what the next shift should know."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(db_index=True)
    text = models.TextField(blank=True)
    key = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="handed_over_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.at}"
