"""Tables of working calendars and of their versions, which are only ever added."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Lower

from backline.calendars.words import ChosenFor


class WorkingCalendar(models.Model):
    """A calendar that others may point to; `name` is what its last version is called."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=80)

    class Meta:
        """A name belongs to one calendar, whatever its letters."""

        constraints = [models.UniqueConstraint(Lower("name"), name="calendar_name")]

    def __str__(self) -> str:
        return self.name


class CalendarVersion(models.Model):
    """What a calendar is from a day on: the core's value, where its closed days come from, and when it was saved."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=80)
    document = models.JSONField()
    country = models.CharField(max_length=8, blank=True)
    region = models.CharField(max_length=40, blank=True)
    public_days = models.JSONField(default=list)
    feed_days = models.JSONField(default=list)
    effective_on = models.DateField()
    saved_at = models.DateTimeField()
    correction = models.BooleanField(default=False)
    zone_data = models.CharField(max_length=16)
    made_by = models.CharField(max_length=64, blank=True)

    class Meta:
        """Versions are numbered in the order of saving."""

        constraints = [models.UniqueConstraint(fields=["calendar", "number"], name="calendar_version")]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class Choice(models.Model):
    """Whose hours a calendar is from a moment on; without a calendar, from then on it is nobody's again.

    `subject` is the id of a customer, contract, site, asset or team, and nobody's for the whole organisation.
    """

    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in ChosenFor])
    subject = models.UUIDField()
    calendar = models.ForeignKey(WorkingCalendar, on_delete=models.PROTECT, null=True, related_name="+")
    chosen_at = models.DateTimeField()
    made_by = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [models.Index(fields=["subject", "chosen_at"], name="calendar_choice")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} {self.calendar_id}"


class Cover(models.Model):
    """That a contract covers a customer, a site or an asset from one moment to another; the last row of a pair holds.

    Without a beginning, from `saved_at` on it is known that it does not.
    """

    contract = models.UUIDField()
    kind = models.CharField(max_length=20, choices=[(kind, kind) for kind in ChosenFor])
    subject = models.UUIDField()
    from_at = models.DateTimeField(null=True)
    to_at = models.DateTimeField(null=True, help_text="the first moment at which it does no more, if that is known")
    saved_at = models.DateTimeField()
    made_by = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["subject", "saved_at"], name="cover_by_subject"),
            models.Index(fields=["contract"], name="cover_by_contract"),
        ]

    def __str__(self) -> str:
        return f"{self.contract} {self.kind} {self.subject}"
