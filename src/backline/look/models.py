"""The table of failed sign-ins, which keeps guessing slow."""

from __future__ import annotations

from django.db import models


class FailedSignIn(models.Model):
    """A sign-in that failed, for an address and from a place."""

    email = models.CharField(max_length=254)
    place = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["email", "at"], name="failed_sign_in_by_email")]

    def __str__(self) -> str:
        return f"{self.email} {self.at:%H:%M:%S}"
