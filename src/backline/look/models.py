"""The tables of failed sign-ins, which keep guessing slow, and of who looks at what."""

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


class Looking(models.Model):
    """One page that is open before somebody; its script says so again and again, and what is silent is gone.

    The table is unlogged: it is written often, and nobody misses it after a crash.
    """

    page = models.UUIDField(primary_key=True)
    topic = models.CharField(max_length=64, db_index=True)
    person = models.ForeignKey("people.Person", on_delete=models.CASCADE, related_name="+")
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id} {self.topic}"
