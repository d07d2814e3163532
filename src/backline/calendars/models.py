"""Tables of working calendars and of their versions, which are only ever added."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Lower


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
