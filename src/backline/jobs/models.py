"""Tables of customers, contracts, sites, assets, fault codes, jobs and visits, as the field-service system has them."""

from __future__ import annotations

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from backline.core.words import JobOutcome, VisitResult
from backline.people.models import Contact, Person


class Customer(models.Model):
    """Who pays for the service."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=100, unique=True)
    name = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.name


class Site(models.Model):
    """A place of a customer, with the contacts to keep informed, in their order."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=100, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)
    zone = models.CharField(max_length=64, default="UTC")
    territory = models.CharField(max_length=60, blank=True, help_text="what part of the country it lies in")
    contacts = models.ManyToManyField(Contact, blank=True, related_name="sites")

    def __str__(self) -> str:
        return self.name


class Asset(models.Model):
    """A thing that is kept running: a lift, an escalator, a boiler."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=100, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="assets")
    type = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    units = models.PositiveIntegerField(default=0, help_text="how many units stand still when it does")
    cost_an_hour = models.PositiveIntegerField(default=0, help_text="what an hour of it costs its customer")

    def __str__(self) -> str:
        return self.name


class Contract(models.Model):
    """What was agreed with a customer: for which places (all of the customer's where it names none), on which days.

    Its working hours are chosen as for others; what it covered when is a log in `calendars`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField(max_length=100, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="contracts")
    name = models.CharField(max_length=200)
    penalty = models.CharField(max_length=500, blank=True, help_text="what is owed when it is not kept, in words")
    penalty_amount = models.PositiveBigIntegerField(default=0, help_text="the same as an amount of money")
    named_account = models.BooleanField(default=False, help_text="whether managers hear of each case under it")
    sites = models.ManyToManyField(Site, blank=True, related_name="contracts")
    assets = models.ManyToManyField(Asset, blank=True, related_name="contracts")
    from_on = models.DateField()
    until_on = models.DateField(null=True, help_text="the last day on which it holds")

    def __str__(self) -> str:
        return self.number


class FaultCode(models.Model):
    """A code that a kind of asset shows, and what it means; an empty asset type fits all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    asset_type = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "asset_type"], name="fault_code_once")]

    def __str__(self) -> str:
        return self.code


class Job(models.Model):
    """A work order; `outcome` is written when its case is resolved or the field-service system says so.

    From `fault_code` on stands what may raise a case; `look_at` is when somebody must look at that again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=100, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="jobs")
    asset = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="jobs")
    technician = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs")
    title = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    promised_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    history = models.BooleanField(default=False, help_text="it was done long before we heard of it")
    outcome = models.CharField(max_length=30, blank=True, choices=[(value, value) for value in JobOutcome])
    fault_code = models.CharField(max_length=40, blank=True)
    unsafe = models.BooleanField(default=False, help_text="the answer to whether it is safe")
    breaks_rule = models.BooleanField(default=False, help_text="the answer to whether it keeps the rules")
    remark = models.CharField(max_length=2000, blank=True, help_text="what the customer said about the job")
    rating = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    rated_alone = models.BooleanField(default=False, help_text="the words are older than the rating, and not about it")
    part = models.CharField(max_length=200, blank=True, help_text="what is missing")
    part_at = models.DateTimeField(null=True, blank=True, help_text="when the part is expected")
    part_came_at = models.DateTimeField(null=True, blank=True)
    reopened = models.PositiveSmallIntegerField(default=0, help_text="how often it was opened again")
    said_again = models.JSONField(default=dict, blank=True, help_text="how often what was answered on site was anew")
    look_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["look_at"], condition=Q(look_at__isnull=False), name="job_by_look"),
            models.Index(fields=["asset", "fault_code", "opened_at"], condition=~Q(fault_code=""), name="job_by_fault"),
        ]

    def __str__(self) -> str:
        return self.reference


class Visit(models.Model):
    """One trip of one person for a job; a follow-up visit carries the public id of its case, others a `reference`.

    The window is empty where nobody planned it. `moved` says how often it was put off.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="visits")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="visits")
    case_id = models.UUIDField(null=True, blank=True, db_index=True)
    reference = models.CharField(max_length=100, blank=True)
    from_at = models.DateTimeField(null=True, blank=True)
    to_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=20, blank=True, choices=[(value, value) for value in VisitResult])
    moved = models.PositiveSmallIntegerField(default=0)
    outcome = models.CharField(max_length=300, blank=True, help_text="what came of a follow-up visit, in words")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_at__gt=models.F("from_at")), name="visit_ends_after_it_begins"
            ),
            models.UniqueConstraint(fields=["job", "reference"], condition=Q(case_id=None), name="visit_of_a_job_once"),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} {self.reference or self.id}"
