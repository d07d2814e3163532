"""Reads customers, sites, assets, fault codes, jobs and visits."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from backline.jobs.models import Asset, Contract, Customer, FaultCode, Job, Site, Visit
from backline.people.among import among
from backline.people.queries import Contact

__all__ = [
    "Asset",
    "Contract",
    "Customer",
    "FaultCode",
    "Job",
    "Site",
    "Visit",
    "asset",
    "asset_by_reference",
    "assets_by_id",
    "assets_to_import",
    "booked",
    "contacts_of_site",
    "contract",
    "contract_numbered",
    "contracts_by_id",
    "contracts_to_import",
    "customer_named",
    "customers_by_id",
    "customers_called",
    "fault_code",
    "fault_codes",
    "fault_codes_to_import",
    "find_assets",
    "find_contracts",
    "find_customers",
    "find_fault_codes",
    "find_sites",
    "job",
    "jobs_by_reference",
    "jobs_of",
    "jobs_to_look_at",
    "open_jobs",
    "outcome_recorded",
    "same_faults",
    "site",
    "sites_by_id",
    "sites_by_reference",
    "sites_of_contact",
    "sites_to_import",
    "visits_of",
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


def jobs_by_reference(references: Iterable[str]) -> dict[str, Job]:
    """The jobs with these references."""
    return {job.reference: job for job in Job.objects.filter(reference__in=list(references))}


def jobs_of(person_id: str, *, at: datetime) -> list[Job]:
    """The open jobs of a technician that have begun, the latest first, then those to come."""
    found = Job.objects.select_related("site", "asset").filter(technician=_id(person_id), done_at=None)
    return sorted(found.order_by("-opened_at", "id")[:MOST], key=lambda one: one.opened_at > at)


def open_jobs(text: str, *, most: int) -> list[Job]:
    """Open jobs whose reference, title, place or customer holds the text, the latest first."""
    found = Job.objects.select_related("site", "asset", "technician").filter(done_at=None)
    names = ("reference", "title", "site__name", "site__reference", "site__customer__name", "asset__name",
             "asset__reference")  # fmt: skip
    held = reduce(or_, (Q(**{f"{name}__icontains": text}) for name in names))
    return list(found.filter(held).order_by("-opened_at", "id")[:most])


def booked(person_id: str, from_at: datetime, to_at: datetime, *, without: str) -> Visit | None:
    """The first visit that is planned for the person in a part of this window, but for those of one case."""
    running = Visit.objects.filter(person=_id(person_id), outcome="", result="", ended_at=None)
    planned = running.filter(from_at__lt=to_at, to_at__gt=from_at)
    return planned.exclude(case_id=_id(without)).order_by("from_at", "id").first()


def visits_of(job_id: str) -> list[Visit]:
    """The visits of a job but for the follow-up visits of cases, in their order."""
    return list(Visit.objects.filter(job=_id(job_id), case_id=None).order_by("from_at", "id"))


def same_faults(job: Job, *, since: datetime) -> list[datetime]:
    """When jobs with the fault code of this one were opened on its asset, up to this one, the first first."""
    if not job.fault_code or not job.asset_id:
        return []
    alike = Job.objects.filter(asset=job.asset_id, fault_code=job.fault_code)
    found = alike.filter(opened_at__gt=since, opened_at__lte=job.opened_at).order_by("-opened_at")
    return sorted(found.values_list("opened_at", flat=True)[:MOST])


def jobs_to_look_at(at: datetime, *, most: int) -> list[str]:
    """The ids of the jobs whose facts must be looked at now, the longest overdue first."""
    due = Job.objects.filter(look_at__lte=at).order_by("look_at", "id")
    return [str(one) for one in due.values_list("id", flat=True)[:most]]


def contacts_of_site(site_id: str) -> list[Contact]:
    """The contacts to keep informed about a site, by name; erased ones are left out."""
    return list(Contact.objects.filter(sites=_id(site_id), erased_at=None).order_by("name", "id"))


def sites_of_contact(contact_id: str) -> list[Site]:
    """The sites that a contact is kept informed about, by reference."""
    return list(Site.objects.filter(contacts=_id(contact_id)).order_by("reference"))


def outcome_recorded(job_id: str) -> bool:
    """Whether the job says what became of it."""
    return Job.objects.filter(id=_id(job_id)).exclude(outcome="").exists()


def fault_codes(asset_type: str = "") -> list[FaultCode]:
    """The fault codes of an asset type with those that fit all; without a type, every code."""
    found = FaultCode.objects.order_by("code")
    return list((found.filter(asset_type__in=["", asset_type]) if asset_type else found)[:MOST])


def find_sites(text: str, *, most: int) -> list[Site]:
    """Sites whose name, reference or customer holds the text, by name, with customer and contacts."""
    found = Site.objects.select_related("customer").prefetch_related("contacts")
    held = Q(name__icontains=text) | Q(reference__icontains=text) | Q(customer__name__icontains=text)
    return list(found.filter(held).order_by("name", "id")[:most])


def find_customers(text: str, *, most: int) -> list[Customer]:
    """Customers whose name or reference holds the text, by name."""
    held = Q(name__icontains=text) | Q(reference__icontains=text)
    return list(Customer.objects.filter(held).order_by("name", "id")[:most])


def customer_named(name: str) -> Customer | None:
    """The customer of this reference, else of this name, if there is one alone."""
    return customers_called([name]).get(name)


def customers_called(names: Collection[str]) -> dict[str, Customer]:
    """The customer of each of these references, else of the name, where there is one alone."""
    known: dict[str, list[Customer]] = {}
    for one in Customer.objects.filter(name__in=among(names)).order_by("id"):
        known.setdefault(one.name, []).append(one)
    alone = {name: found[0] for name, found in known.items() if len(found) == 1}
    return alone | {one.reference: one for one in Customer.objects.filter(reference__in=among(names))}


def find_contracts(text: str, *, most: int) -> list[Contract]:
    """Contracts whose number, name or customer holds the text, by number, with customer and places."""
    found = Contract.objects.select_related("customer").prefetch_related("sites", "assets")
    held = Q(number__icontains=text) | Q(name__icontains=text) | Q(customer__name__icontains=text)
    return list(found.filter(held).order_by("number")[:most])


def contracts_by_id(ids: Iterable[str]) -> dict[str, Contract]:
    """The contracts with these ids, with customers and places."""
    found = Contract.objects.select_related("customer").prefetch_related("sites", "assets")
    return {str(one.id): one for one in found.filter(id__in=[_id(one) for one in ids])}


def contract(contract_id: str) -> Contract | None:
    """The contract with this id."""
    return Contract.objects.filter(id=_id(contract_id)).first() if contract_id else None


def contract_numbered(number: str) -> Contract | None:
    """The contract of this number."""
    return Contract.objects.filter(number=number).first()


def customers_by_id(ids: Iterable[str]) -> dict[str, Customer]:
    """The customers with these ids."""
    return {str(one.id): one for one in Customer.objects.filter(id__in=[_id(one) for one in ids])}


def assets_by_id(ids: Iterable[str]) -> dict[str, Asset]:
    """The assets with these ids, with their sites."""
    found = Asset.objects.select_related("site").filter(id__in=[_id(one) for one in ids])
    return {str(asset.id): asset for asset in found}


def find_assets(text: str, *, most: int) -> list[Asset]:
    """Assets whose name, reference or type holds the text, by name, with their sites."""
    held = Q(name__icontains=text) | Q(reference__icontains=text) | Q(type__icontains=text)
    return list(Asset.objects.select_related("site").filter(held).order_by("name", "id")[:most])


def asset_types() -> frozenset[str]:
    """The types that assets have."""
    return frozenset(Asset.objects.order_by().values_list("type", flat=True).distinct())


def known_fault_codes(codes: Iterable[str]) -> frozenset[str]:
    """Those of the words that are codes of the register."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT code FROM jobs_faultcode WHERE code = ANY(%s)", [list(codes)])
        return frozenset(code for (code,) in cursor.fetchall())


def find_fault_codes(text: str, *, most: int) -> list[FaultCode]:
    """Fault codes whose code, title or asset type holds the text, by code."""
    held = Q(code__icontains=text) | Q(title__icontains=text) | Q(asset_type__icontains=text)
    return list(FaultCode.objects.filter(held).order_by("code", "asset_type")[:most])


def fault_code_named(code: str, asset_type: str) -> FaultCode | None:
    """The fault code of this name for this type of asset."""
    return FaultCode.objects.filter(code=code, asset_type=asset_type).first()


def site(site_id: str) -> Site | None:
    """The site with this id, with customer and contacts."""
    found = Site.objects.select_related("customer").prefetch_related("contacts")
    return found.filter(id=_id(site_id)).first()


def asset(asset_id: str) -> Asset | None:
    """The asset with this id, with its site."""
    return Asset.objects.select_related("site").filter(id=_id(asset_id)).first()


def fault_code(code_id: str) -> FaultCode | None:
    """The fault code with this id."""
    return FaultCode.objects.filter(id=_id(code_id)).first()


def sites_by_id(ids: Iterable[str]) -> dict[str, Site]:
    """The sites with these ids."""
    return {str(site.id): site for site in Site.objects.filter(id__in=[_id(one) for one in ids])}


def sites_by_reference(references: Iterable[str]) -> dict[str, Site]:
    """The sites with these references."""
    return {site.reference: site for site in Site.objects.filter(reference__in=among(list(references)))}


def asset_by_reference(reference: str) -> Asset | None:
    """The asset with this reference."""
    return Asset.objects.select_related("site").filter(reference=reference).first()


def place(reference: str) -> Asset | Site | None:
    """The asset with this reference, else the site."""
    return asset_by_reference(reference) or sites_by_reference([reference]).get(reference)


def alike(register: type[Asset] | type[Site], references: Iterable[str]) -> dict[str, str]:
    """Of these new references those that differ from one there is in capital letters alone, each with it."""
    wanted = {one: one.lower() for one in references}
    found = register.objects.annotate(low=Lower("reference")).filter(low__in=among(set(wanted.values())))
    known = dict(found.values_list("low", "reference"))
    return {one: known[low] for one, low in wanted.items() if low in known}


def any_yet() -> bool:
    """Whether there is a job, done or not."""
    return Job.objects.exists()


def sites_to_import(references: Iterable[str], *, hold: bool) -> dict[str, Site]:
    """The sites with these references, with customers and contacts; held as they are if wanted."""
    found = Site.objects.select_related("customer").prefetch_related("contacts")
    found = found.filter(reference__in=among(list(references))).order_by("id")
    return {site.reference: site for site in (found.select_for_update(of=("self",)) if hold else found)}


def assets_to_import(references: Iterable[str], *, hold: bool) -> dict[str, Asset]:
    """The assets with these references, with their sites; held as they are if wanted."""
    found = Asset.objects.select_related("site").filter(reference__in=among(list(references))).order_by("id")
    return {asset.reference: asset for asset in (found.select_for_update(of=("self",)) if hold else found)}


def contracts_to_import(numbers: Iterable[str], *, hold: bool) -> dict[str, Contract]:
    """The contracts of these numbers, with customers and places; held as they are if wanted."""
    found = Contract.objects.select_related("customer").prefetch_related("sites", "assets")
    found = found.filter(number__in=among(list(numbers))).order_by("id")
    return {one.number: one for one in (found.select_for_update(of=("self",)) if hold else found)}


def fault_codes_to_import(codes: Iterable[str], *, hold: bool) -> dict[tuple[str, str], FaultCode]:
    """The fault codes of these names, by code and type of asset; held as they are if wanted."""
    found = FaultCode.objects.filter(code__in=among(list(codes))).order_by("id")
    return {(code.code, code.asset_type): code for code in (found.select_for_update() if hold else found)}


def sites_unheard() -> list[Site]:
    """Sites of which no contact with an address would hear, by reference; one more than a page can name at most."""
    heard = Contact.objects.filter(sites=OuterRef("pk"), erased_at=None).exclude(email="")
    heard = heard.exclude(dead_email=Lower("email"))
    return list(Site.objects.filter(~Exists(heard)).order_by("reference")[: MOST + 1])


def sites_empty() -> list[Site]:
    """Sites without an asset, by reference; one more than a page can name at most."""
    return list(Site.objects.filter(assets=None).order_by("reference")[: MOST + 1])
