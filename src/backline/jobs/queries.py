"""Reads customers, sites, assets, fault codes, jobs and visits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from backline.jobs.models import Asset, Customer, FaultCode, Job, Site, Visit
from backline.people.queries import Contact

__all__ = [
    "Asset",
    "Customer",
    "FaultCode",
    "Job",
    "Site",
    "Visit",
    "assets",
    "contacts_of_site",
    "customers",
    "fault_codes",
    "job",
    "jobs_of",
    "outcome_recorded",
    "sites",
]
MOST = 500


def _id(text: str) -> UUID:
    """The text as an id; one that nothing has where it is none."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)


def job(job_id: str) -> Job | None:
    """The job with all that a case needs of it."""
    found = Job.objects.select_related("site__customer", "asset", "technician")
    return found.filter(id=_id(job_id)).first()


def jobs_of(person_id: str, *, at: datetime) -> list[Job]:
    """The open jobs of a technician that have begun, the latest first, then those to come."""
    found = Job.objects.select_related("site", "asset").filter(technician=_id(person_id), done_at=None)
    return sorted(found.order_by("-opened_at", "id")[:MOST], key=lambda one: one.opened_at > at)


def contacts_of_site(site_id: str) -> list[Contact]:
    """The contacts to keep informed about a site, by name; erased ones are left out."""
    return list(Contact.objects.filter(sites=_id(site_id), erased_at=None).order_by("name", "id"))


def outcome_recorded(job_id: str) -> bool:
    """Whether the job says what became of it."""
    return Job.objects.filter(id=_id(job_id)).exclude(outcome="").exists()


def fault_codes(asset_type: str = "") -> list[FaultCode]:
    """The fault codes of an asset type with those that fit all; without a type, every code."""
    found = FaultCode.objects.order_by("code")
    return list((found.filter(asset_type__in=["", asset_type]) if asset_type else found)[:MOST])


def customers() -> QuerySet[Customer]:
    """Customers by name."""
    return Customer.objects.order_by("name", "id")[:MOST]


def sites() -> QuerySet[Site]:
    """Sites by name, with customer and contacts."""
    return Site.objects.select_related("customer").prefetch_related("contacts").order_by("name", "id")[:MOST]


def assets() -> QuerySet[Asset]:
    """Assets by name, with their sites."""
    return Asset.objects.select_related("site").order_by("name", "id")[:MOST]
