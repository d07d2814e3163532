"""Sites, assets, fault codes and jobs as entered; a reference that is kept again is changed, not doubled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backline.jobs.models import Asset, Customer, FaultCode, Job, Site
from backline.people.operations import Invalid
from backline.people.queries import Contact

LONGEST_REFERENCE = 100


@dataclass(frozen=True, slots=True)
class SiteForm:
    """A site as entered; `customer` is the name of who pays, and `reference` is our own name for the site."""

    customer: str
    reference: str
    name: str
    address: str = ""
    zone: str = "UTC"


def keep_site(form: SiteForm, contacts: Sequence[Contact] | None = None) -> Site:
    """Add a site with its customer, or change the one of this reference; contacts stay where none are given."""
    _filled(reference=form.reference, name=form.name, customer=form.customer)
    with transaction.atomic():
        customer, _new = Customer.objects.get_or_create(
            reference=form.customer.strip()[:LONGEST_REFERENCE], defaults={"name": form.customer.strip()}
        )
        values = {"customer": customer, "name": form.name.strip(), "address": form.address, "zone": form.zone}
        site, _new = Site.objects.update_or_create(reference=form.reference.strip(), defaults=values)
        if contacts is not None:
            site.contacts.set(contacts)
    return site


@dataclass(frozen=True, slots=True)
class AssetForm:
    """An asset as entered."""

    reference: str
    name: str
    type: str


def keep_asset(form: AssetForm, site: Site) -> Asset:
    """Add an asset to a site, or change the one of this reference."""
    _filled(reference=form.reference, name=form.name, type=form.type)
    values = {"site": site, "name": form.name.strip(), "type": form.type.strip()}
    return Asset.objects.update_or_create(reference=form.reference.strip(), defaults=values)[0]


def keep_fault_code(*, code: str, title: str, asset_type: str = "") -> FaultCode:
    """Add a fault code, or change its title."""
    _filled(code=code, title=title)
    defaults = {"title": title.strip()}
    return FaultCode.objects.update_or_create(code=code.strip(), asset_type=asset_type.strip(), defaults=defaults)[0]


@dataclass(frozen=True, slots=True)
class JobForm:
    """A job as entered; `technician` is the id of a person."""

    reference: str
    title: str
    opened_at: datetime
    promised_at: datetime | None = None
    technician: str = ""


def keep_job(form: JobForm, asset: Asset) -> Job:
    """Add a job at an asset, or change the one of this reference."""
    _filled(reference=form.reference, title=form.title)
    values = {
        "site": asset.site,
        "asset": asset,
        "title": form.title.strip(),
        "opened_at": form.opened_at,
        "promised_at": form.promised_at,
        "technician_id": form.technician or None,
    }
    return Job.objects.update_or_create(reference=form.reference.strip(), defaults=values)[0]


def _filled(**fields: str) -> None:
    empty = {name: _("Fill this in.") for name, value in fields.items() if not value.strip()}
    if empty:
        raise Invalid(empty)
