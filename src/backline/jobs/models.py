"""Tables of customers, sites, assets, fault codes, jobs and visits, as the field-service system knows them."""

from __future__ import annotations

import uuid

from django.db import models

from backline.core.words import JobOutcome
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

    def __str__(self) -> str:
        return self.name


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
    """A work order; `outcome` is written when its case is resolved or the field-service system says so."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    reference = models.CharField(max_length=100, unique=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="jobs")
    asset = models.ForeignKey(Asset, null=True, blank=True, on_delete=models.PROTECT, related_name="jobs")
    technician = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="jobs")
    title = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    promised_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=30, blank=True, choices=[(value, value) for value in JobOutcome])

    def __str__(self) -> str:
        return self.reference


class Visit(models.Model):
    """One trip of one person for a job; a follow-up visit carries the public id of its case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="visits")
    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="visits")
    case_id = models.UUIDField(null=True, blank=True, db_index=True)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    outcome = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_at__gt=models.F("from_at")), name="visit_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job_id} {self.from_at:%Y-%m-%d %H:%M}"
