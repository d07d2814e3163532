"""Sites, assets, fault codes and jobs as entered; a reference that is kept again is changed, not doubled."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from backline.core.impact import MOST
from backline.jobs.models import Asset, Customer, FaultCode, Job, Site
from backline.ledger.news import ALL, announce
from backline.people import operations as people
from backline.people.among import among
from backline.people.operations import ContactForm, Invalid, flaws_of_texts
from backline.people.queries import Contact, zones

LONGEST = {
    "reference": 100, "customer": 100, "name": 200, "address": 300, "type": 60, "asset_type": 60, "code": 40,
    "title": 200, "territory": 60,
}  # fmt: skip
"""The longest texts, in characters."""


_FIRST_CONTACT = """
SELECT c.* FROM people_contact c JOIN jobs_site_contacts s ON s.contact_id = c.id
WHERE s.site_id = %s AND c.erased_at IS NULL
ORDER BY c.email <> '' AND lower(c.email) = c.dead_email, c.name, c.id LIMIT 1 FOR SHARE OF c
"""


def hold_contact_of(site: Site) -> Contact | None:
    """The contact to keep informed about a site, held as it is; one who is being erased is passed over."""
    return next(iter(Contact.objects.raw(_FIRST_CONTACT, [site.id])), None)


@dataclass(frozen=True, slots=True)
class SiteForm:
    """A site as entered; `customer` is the name of who pays, and `reference` is our own name for the site.

    Whoever works in its territory fits its cases better.
    """

    customer: str
    reference: str
    name: str
    address: str = ""
    zone: str = "UTC"
    territory: str = ""


def keep_site(form: SiteForm, contacts: Sequence[Contact] | None = None) -> Site:
    """Add a site with its customer, or change the one of this reference; contacts stay where none are given."""
    fit({"reference": form.reference, "name": form.name, "customer": form.customer},
        {"address": form.address, "territory": form.territory})  # fmt: skip
    if form.zone not in zones():
        raise Invalid({"zone": _("Choose a time zone such as Europe/Berlin.")})
    with transaction.atomic():
        name = form.customer.strip()
        before = Site.objects.select_related("customer").filter(reference=form.reference.strip()).first()
        customer = customer_of(before, name, customers_named([name])[0])
        values = {"customer": customer, "name": form.name.strip(), "address": form.address, "zone": form.zone}
        values["territory"] = form.territory.strip()
        site, _new = Site.objects.update_or_create(reference=form.reference.strip(), defaults=values)
        if contacts is not None:
            site.contacts.set(contacts)
        if before and (before.name, before.customer_id) != (site.name, site.customer_id):
            announce(ALL)
    return site


def customers_named(names: Collection[str]) -> tuple[dict[str, Customer], list[Customer]]:
    """The customers by the reference, else the name, that was written; who is not known is added, and named apart."""
    found = list(Customer.objects.filter(Q(reference__in=among(names)) | Q(name__in=among(names))).order_by("id"))
    known = {one.name: one for one in found} | {one.reference: one for one in found}
    new = [Customer(reference=name, name=name) for name in sorted(set(names) - known.keys())]
    Customer.objects.bulk_create(new)
    return known | {customer.reference: customer for customer in new}, new


def customer_of(site: Site | None, name: str, known: Mapping[str, Customer]) -> Customer:
    """Whose site it is: whoever it was, where that is what was written; two customers may have one name."""
    if site is not None and site.customer_id and name in (site.customer.reference, site.customer.name):
        return site.customer
    return known[name]


def keep_contact(form: ContactForm, sites: Sequence[Site], *, contact_id: str) -> None:
    """Add or change a contact, who is kept informed about these sites and no others."""
    with transaction.atomic():
        contact = people.keep_contact(form, contact_id=contact_id)
        Site.contacts.through.objects.filter(contact=contact).exclude(site__in=sites).delete()
        for site in sites:
            site.contacts.add(contact)


@dataclass(frozen=True, slots=True)
class AssetForm:
    """An asset as entered; its figures say how many units stand still when it does, and what an hour of it costs."""

    reference: str
    name: str
    type: str
    units: int = 0
    cost_an_hour: int = 0


def keep_asset(form: AssetForm, site: Site) -> Asset:
    """Add an asset to a site, or change the one of this reference."""
    fit({"reference": form.reference, "name": form.name, "type": form.type})
    figures = {"units": form.units, "cost_an_hour": form.cost_an_hour}
    fit_figures(**figures)
    values = {"site": site, "name": form.name.strip(), "type": form.type.strip(), **figures}
    return Asset.objects.update_or_create(reference=form.reference.strip(), defaults=values)[0]


def keep_fault_code(*, code: str, title: str, asset_type: str = "") -> FaultCode:
    """Add a fault code, or change its title."""
    fit({"code": code, "title": title}, {"asset_type": asset_type})
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


def keep_job(form: JobForm, place: Asset | Site) -> Job:
    """Add a job at an asset, or at a site alone, or change the one of this reference."""
    fit({"reference": form.reference, "title": form.title}, title=300)
    values = {
        "site": place.site if isinstance(place, Asset) else place,
        "asset": place if isinstance(place, Asset) else None,
        "title": form.title.strip(),
        "opened_at": form.opened_at,
        "promised_at": form.promised_at,
        "technician_id": form.technician or None,
    }
    job, _new = Job.objects.update_or_create(reference=form.reference.strip(), defaults=values)
    announce(ALL)
    return job


def fit_figures(**figures: int) -> None:
    """Refuse figures of losses that cannot be."""
    said = _("Give a whole number from 0 to %(most)d.")
    absurd = {name: said % {"most": MOST[name]} for name, number in figures.items() if not 0 <= number <= MOST[name]}
    if absurd:
        raise Invalid(absurd)


def fit(needed: Mapping[str, str], more: Mapping[str, str] | None = None, **longest: int) -> None:
    """Refuse what is empty and must not be, and what is longer than can be kept (`LONGEST`, or as said here)."""
    empty = {name: _("Fill this in.") for name, value in needed.items() if not value.strip()}
    limits = LONGEST | longest
    long = flaws_of_texts(**{name: (text, limits[name]) for name, text in {**needed, **(more or {})}.items()})
    if empty or long:
        raise Invalid(empty | long)
