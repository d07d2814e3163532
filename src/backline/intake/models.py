"""Tables of intake: the texts that led to nothing."""

from __future__ import annotations

from django.db import models


class TurnedAway(models.Model):
    """A text that led to nothing, and why: not what it said, and of the number that it came from only a mark."""

    mark = models.CharField(max_length=64)
    at = models.DateTimeField()
    why = models.CharField(max_length=20)

    class Meta:
        indexes = [
            models.Index(fields=["mark", "at"], name="turned_away_by_number"),
            models.Index(fields=["at"], name="turned_away_at"),
        ]

    def __str__(self) -> str:
        return f"{self.why} {self.at:%Y-%m-%d %H:%M}"
