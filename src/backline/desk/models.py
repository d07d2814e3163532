"""What is kept at the desk itself: hand-overs of the shift, lists that were imported, and saved views."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower

from backline.people.models import Person


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


class Import(models.Model):
    """A list that was read for a register: looked at first, then perhaps kept, then perhaps taken back.

    `content` holds its lines until they are kept, an hour at most; `changes` what they changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=20)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    looked_at = models.DateTimeField()
    content = models.BinaryField(blank=True)
    preview = models.JSONField(default=dict)
    new = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    unchanged = models.PositiveIntegerField()
    refused = models.PositiveIntegerField()
    kept_at = models.DateTimeField(null=True)
    changes = models.BinaryField(blank=True)
    made = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    stayed = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["kind", "-kept_at"], name="import_latest_of_kind")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(undone_at__isnull=True) | models.Q(kept_at__isnull=False),
                name="only_what_was_kept_is_taken_back",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.looked_at:%Y-%m-%d %H:%M}"


class View(models.Model):
    """A filter under a name, for its owner or, `shared`, for all who see the queue."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=4000, blank=True)
    shared = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint("owner", Lower("name"), name="view_named_once")]

    def __str__(self) -> str:
        return self.name


class Opening(models.Model):
    """The view with which the queue opens for a person."""

    person = models.OneToOneField(Person, primary_key=True, on_delete=models.CASCADE, related_name="+")
    view = models.ForeignKey(View, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.person_id} {self.view_id}"
