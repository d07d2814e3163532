"""Jobs and assets of another system, many at once: added, changed or left, each line on its own.

Sites, customers and assets that are known already stay as they are: their registers belong to the administrator.
What a line leaves empty stays as it is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from backline.core.triggers import HISTORY
from backline.core.words import Role, Trigger
from backline.jobs.models import Asset, Customer, Job, Site
from backline.jobs.operations._registers import fit, fit_figures
from backline.jobs.operations._row import Row
from backline.jobs.operations._visits import AT_ONCE, Visits, check_visit, hear_customer, said_anew
from backline.ledger.news import ALL, announce
from backline.people import operations as people
from backline.people import queries
from backline.people.operations import ContactForm, Invalid
from backline.people.queries import Contact, Person, zones


class Kept(StrEnum):
    """What became of a line."""

    NEW = "NEW"
    CHANGED = "CHANGED"
    UNCHANGED = "UNCHANGED"


_FACTS = (
    "fault_code", "unsafe", "breaks_rule", "remark", "rating", "part", "part_at", "part_came_at", "reopened",
)  # fmt: skip
"""What of a job may raise a case, besides its visits."""


def keep_jobs(rows: Sequence[Row], *, at: datetime) -> list[Kept | Invalid]:
    """Keep every job that can be, with what it needs; for each line what became of it, or why it was refused."""
    return _keep(rows, lambda registers, row: registers.job(row, at=at))


def keep_assets(rows: Sequence[Row]) -> list[Kept | Invalid]:
    """Keep every asset that is not known yet, with its site and customer."""
    return _keep(rows, lambda registers, row: registers.asset(row))


def _keep(rows: Sequence[Row], keep: Callable[[_Registers, Row], Kept]) -> list[Kept | Invalid]:
    done: list[Kept | Invalid] = []
    with transaction.atomic():
        registers = _Registers(rows)
        for row in rows:
            try:
                done.append(keep(registers, row))
            except Invalid as invalid:
                done.append(invalid)
        registers.save()
        if registers.new[Job] or registers.changed:
            announce(ALL)
    return done


def _count_what_is_anew(known: Job, given: Mapping[str, Any]) -> None:
    """What is taken back is anew when it is said the next time, and so is another word of the customer."""
    said_anew(known, known.unsafe and given.get("unsafe") is False, Trigger.UNSAFE)
    said_anew(known, known.breaks_rule and given.get("breaks_rule") is False, Trigger.BREAKS_RULE)
    rated = known.rating is not None and given.get("rating", known.rating) != known.rating
    hear_customer(known, rated=rated, remark=given.get("remark", ""))


@dataclass(slots=True)
class _Registers:
    """What the lines name, as it is known; what is new or changed is written together by `save`."""

    rows: Sequence[Row]
    new: dict[type[Any], list[Any]] = field(default_factory=lambda: {Customer: [], Site: [], Asset: [], Job: []})
    changed: list[Job] = field(default_factory=list)
    informed: set[tuple[UUID, UUID]] = field(default_factory=set)
    visits: Visits = field(init=False)
    customers: dict[str, Customer] = field(init=False)
    sites: dict[str, Site] = field(init=False)
    assets: dict[str, Asset] = field(init=False)
    jobs: dict[str, Job] = field(init=False)
    persons: dict[str, Person] = field(init=False)
    contacts: dict[str, Contact] = field(init=False)
    links: set[tuple[UUID, UUID]] = field(init=False)

    def __post_init__(self) -> None:
        rows = self.rows
        self.customers = _by_reference(Customer.objects, (row.customer for row in rows))
        self.sites = _by_reference(Site.objects, (row.site for row in rows))
        self.assets = _by_reference(Asset.objects.select_related("site"), (row.asset for row in rows))
        held = Job.objects.select_for_update(no_key=True).order_by("id")
        self.jobs = _by_reference(held, (row.reference for row in rows))
        self.visits = Visits.of(self.jobs.values())
        self.persons = queries.persons_by_email(row.technician for row in rows if row.technician)
        self.contacts = queries.contacts_by_email(row.contact for row in rows if row.contact)
        through = Site.contacts.through.objects.filter(contact__in=list(self.contacts.values()))
        self.links = set(through.values_list("site_id", "contact_id"))

    def job(self, row: Row, *, at: datetime) -> Kept:
        """Add the job, or change what the line says differently."""
        _check_job(row)
        technician = self._technician(row)
        site, asset, told = self._place(row)
        values = {"title": row.title, "site_id": site.id, "asset_id": asset and asset.id, "opened_at": row.opened_at}
        values |= {"promised_at": row.promised_at, "done_at": row.done_at, "technician_id": technician}
        facts = {name: getattr(row, name) for name in _FACTS}
        given = {name: value for name, value in (values | facts).items() if value not in (None, "")}
        known = self.jobs.get(row.reference)
        if known is None:
            history = row.done_at is not None and at - row.done_at > HISTORY
            known = self.jobs[row.reference] = self._add(Job(reference=row.reference, history=history, **given))
            if self.visits.keep(known, row) or facts.keys() & given.keys():
                known.look_at = AT_ONCE
            return Kept.NEW
        return self._changed(known, given, row, at=at) or (Kept.CHANGED if told else Kept.UNCHANGED)

    def _changed(self, known: Job, given: dict[str, Any], row: Row, *, at: datetime) -> Kept | None:
        """Change what the line says differently, and have it looked at; nothing where it says nothing new."""
        if given.get("reopened", 0) > known.reopened and not row.done_at:
            given |= {"done_at": None, "outcome": ""}
        same = all(getattr(known, name) == value for name, value in given.items())
        if not self.visits.keep(known, row) and same:
            return None
        _count_what_is_anew(known, given)
        for name, value in given.items():
            setattr(known, name, value)
        known.history = known.history and known.done_at is not None and at - known.done_at > HISTORY
        known.look_at = AT_ONCE
        self.changed.append(known)
        return Kept.CHANGED

    def asset(self, row: Row) -> Kept:
        """Add the asset with its site, where it is not known."""
        fit({"asset": row.asset}, asset=100)
        known = row.asset in self.assets
        told = self._place(row)[2]
        if not known:
            return Kept.NEW
        return Kept.CHANGED if told else Kept.UNCHANGED

    def save(self) -> None:
        """Write all of it, in the order in which one needs the other."""
        for model, made in self.new.items():
            model.objects.bulk_create(made, batch_size=1000)
        fields = ["title", "site", "asset", "opened_at", "promised_at", "done_at", "outcome", "technician", "look_at"]
        fields += [*_FACTS, "history", "said_again", "rated_alone"]
        Job.objects.bulk_update({job.id: job for job in self.changed}.values(), fields, batch_size=500)
        self.visits.save()
        through = Site.contacts.through
        links = [through(site_id=site, contact_id=contact) for site, contact in self.informed]
        through.objects.bulk_create(links, ignore_conflicts=True)

    def _add(self, made: Any) -> Any:
        self.new[type(made)].append(made)
        return made

    def _technician(self, row: Row) -> UUID | None:
        if not row.technician:
            return None
        person = self.persons.get(row.technician.lower())
        if person is None:
            raise Invalid({"technician": _("Nobody active has the address %(mail)s.") % {"mail": row.technician}})
        if Role.TECHNICIAN not in person.roles:
            raise Invalid({"technician": _("%(name)s is no technician.") % {"name": person.name}})
        return person.id

    def _place(self, row: Row) -> tuple[Site, Asset | None, bool]:
        """Site and asset of a line, added where they are not known, and whether somebody new is informed there.

        A line that is refused adds none of them.
        """
        asset = self.assets.get(row.asset)
        site = asset.site if asset else self.sites.get(row.site)
        if asset is None:
            _check_place(row, site)
        elif row.site and asset.site.reference != row.site:
            said = _("The asset %(asset)s is at the site %(site)s; move it there first, or correct the line.")
            raise Invalid({"site": said % {"asset": row.asset, "site": asset.site.reference}})
        contact = self._contact(row)
        site = site or self._new_site(row)
        if row.asset and asset is None:
            name = row.asset_name or row.asset
            asset = Asset(reference=row.asset, site=site, type=row.asset_type, name=name, **_figures(row))
            self._add(asset)
            self.assets[row.asset] = asset
        return site, asset, contact is not None and self._inform(contact, site)

    def _new_site(self, row: Row) -> Site:
        customer = self.customers.get(row.customer)
        if customer is None:
            customer = self._add(Customer(reference=row.customer, name=row.customer))
            self.customers[row.customer] = customer
        name = row.site_name or row.site
        made = Site(reference=row.site, customer=customer, name=name, address=row.address, zone=row.zone)
        self.sites[row.site] = self._add(made)
        return made

    def _contact(self, row: Row) -> Contact | None:
        if row.contact_name and not row.contact:
            raise Invalid({"contact": _("Give the contact's e-mail address; a name alone reaches nobody.")})
        if row.contact and row.contact.lower() not in self.contacts:
            form = ContactForm(row.contact_name or row.contact, row.contact, zone=row.zone)
            try:
                self.contacts[row.contact.lower()] = people.keep_contact(form)
            except Invalid as invalid:
                ours = {"name": "contact_name", "email": "contact"}
                raise Invalid({ours.get(name, name): said for name, said in invalid.errors.items()}) from invalid
        return self.contacts.get(row.contact.lower())

    def _inform(self, contact: Contact, site: Site) -> bool:
        """Keep the contact informed about the site; whether that is new."""
        link = (site.id, contact.id)
        if link in self.links:
            return False
        self.links.add(link)
        self.informed.add(link)
        return True


def _by_reference(found: Any, references: Iterable[str]) -> dict[str, Any]:
    return {one.reference: one for one in found.filter(reference__in={name for name in references if name})}


def _check_job(row: Row) -> None:
    fit({"reference": row.reference, "title": row.title}, title=300)
    if row.opened_at is None:
        raise Invalid({"opened_at": _("Fill this in.")})
    if row.done_at and row.done_at < row.opened_at:
        raise Invalid({"done_at": _("It cannot be done before it was opened.")})
    if row.rating is not None and not 1 <= row.rating <= 5:
        raise Invalid({"rating": _("A rating is a number from 1 to 5.")})
    texts = {"fault_code": row.fault_code, "part": row.part, "remark": row.remark, "visit": row.visit}
    fit({}, texts, fault_code=40, part=200, remark=2000, visit=100)
    check_visit(row)


def _figures(row: Row) -> dict[str, int]:
    """What is lost when an asset stands still; where a line says nothing, nothing."""
    return {"units": row.asset_units or 0, "cost_an_hour": row.asset_cost_an_hour or 0}


def _check_place(row: Row, site: Site | None) -> None:
    """Refuse a place that is not known and of which too little is said to add it."""
    if site is None and not row.site:
        raise Invalid({"site": _("Name the site, or an asset that is known.")})
    if site is None and not row.customer:
        raise Invalid({"customer": _("The site %(site)s is not known; name its customer too.") % {"site": row.site}})
    if row.asset and not row.asset_type:
        said = _("The asset %(asset)s is not known; say its type too, such as lift.")
        raise Invalid({"asset_type": said % {"asset": row.asset}})
    if row.zone not in zones():
        raise Invalid({"zone": _("Choose a time zone such as Europe/Berlin.")})
    texts = {"customer": row.customer, "address": row.address, "site": row.site, "site_name": row.site_name}
    texts |= {"asset": row.asset, "asset_name": row.asset_name, "asset_type": row.asset_type}
    fit({}, texts, site=100, site_name=200, asset=100, asset_name=200, asset_type=60)
    try:
        fit_figures(**_figures(row))
    except Invalid as invalid:
        raise Invalid({f"asset_{name}": said for name, said in invalid.errors.items()}) from invalid
