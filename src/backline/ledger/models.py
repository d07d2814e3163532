"""Tables of what happened: events, the erasable texts beside them, and the keys of every write."""

from __future__ import annotations

from django.db import models


class Event(models.Model):
    """One thing that happened to one case; never changed, never deleted (triggers refuse both)."""

    case_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=60)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    body = models.BinaryField(help_text="canonical bytes: the whole event as hashed, with its schema number")
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "seq"], name="event_numbered_once")]
        indexes = [models.Index(fields=["recorded_at"], name="event_recorded")]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.seq} {self.kind}"


class Text(models.Model):
    """A personal text that an event refers to by its salted commitment; erasing empties text and salt."""

    commitment = models.CharField(max_length=64, primary_key=True)
    case_id = models.UUIDField(db_index=True)
    subject = models.CharField(
        max_length=64, blank=True, db_index=True, help_text="id of who said it or whom it is about"
    )
    salt = models.BinaryField(max_length=16, null=True)
    text = models.TextField(null=True)
    erased_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.commitment


class Key(models.Model):
    """A write that was asked for once: the same key and body give the same answer, another body is refused."""

    actor = models.CharField(max_length=80)
    operation = models.CharField(max_length=60)
    key = models.CharField(max_length=100)
    body_hash = models.BinaryField(max_length=32)
    answer = models.JSONField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "operation", "key"], name="key_used_once")]

    def __str__(self) -> str:
        return f"{self.actor} {self.operation} {self.key}"
