"""Tables of the case row (the fold of its events, with the columns that lists need) and its alarms."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from backline.core.words import OPEN_STATES, ClockName, Priority, State
from backline.jobs.models import Customer, Job, Site
from backline.people.models import Contact, Person, Team
from backline.policies.models import PolicyVersion


class Case(models.Model):
    """One escalation; every column but `number` follows from `fold`, which follows from the events."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.BigIntegerField(unique=True)
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10)
    priority = models.CharField(max_length=2)
    tier = models.PositiveSmallIntegerField()
    danger = models.CharField(max_length=30)
    reasons = models.JSONField()
    summary = models.CharField(max_length=64, help_text="commitment of the text")
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    technician = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, help_text="the earliest due moment of all that runs")
    closed_at = models.DateTimeField(null=True)
    head_seq = models.PositiveIntegerField()
    head_hash = models.BinaryField(max_length=32)
    recorded_at = models.DateTimeField()
    fold = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=sorted(State)), name="case_state_of_the_table"),
            models.CheckConstraint(condition=Q(priority__in=sorted(Priority)), name="case_priority_known"),
            models.CheckConstraint(
                condition=Q(due_at__isnull=False) | ~Q(state__in=sorted(OPEN_STATES)), name="open_case_is_due"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.ACCEPTED) | Q(person__isnull=False), name="accepted_case_has_an_owner"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.OFFERED) | Q(team__isnull=False), name="offered_case_has_a_team"
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(closed_at__isnull=True), name="case_open_by_due"),
            models.Index(fields=["person", "state"], name="case_by_person"),
            models.Index(fields=["team", "state"], name="case_by_team"),
            models.Index(fields=["technician", "state"], name="case_by_technician"),
        ]

    def __str__(self) -> str:
        return f"E-{self.number}"


class Alarm(models.Model):
    """The moment at which somebody must look at one clock of a case again; derived, written with every change."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="alarms")
    clock = models.CharField(max_length=20, choices=[(name, name) for name in ClockName])
    subject = models.CharField(max_length=40, blank=True)
    generation = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    look_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "clock", "subject"], name="alarm_one_a_clock")]
        indexes = [
            models.Index(fields=["look_at"], name="alarm_by_look"),
            models.Index(fields=["clock", "due_at"], name="alarm_by_due"),
        ]

    def __str__(self) -> str:
        return f"{self.clock} {self.look_at:%Y-%m-%d %H:%M:%S}"
