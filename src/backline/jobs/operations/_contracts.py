"""Contracts as entered: which places one covers on which days, of one customer alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from backline.calendars import choices
from backline.calendars.choices import Covering
from backline.calendars.words import ChosenFor
from backline.core.calendar import FIRST_YEAR, LAST_YEAR
from backline.core.words import Actor
from backline.jobs.models import Asset, Contract, Customer, Site
from backline.jobs.operations._registers import fit
from backline.jobs.queries import customer_named
from backline.people import queries as people
from backline.people.operations import Invalid


@dataclass(frozen=True, slots=True)
class ContractForm:
    """A contract as entered: the customer by name, the places by their references; `until_on` is its last day."""

    number: str
    customer: str
    name: str
    from_on: date
    until_on: date | None = None
    sites: tuple[str, ...] = ()
    assets: tuple[str, ...] = ()
    penalty: str = ""


def keep_contract(form: ContractForm, *, by: Actor, at: datetime) -> Contract:
    """Add a contract, or change the one of this number; what it covers from now on is known from now on."""
    fit({"number": form.number, "customer": form.customer, "name": form.name}, {"penalty": form.penalty}, **_LONGEST)
    _check_days(form)
    customer = customer_named(form.customer.strip())
    if customer is None:
        raise Invalid({"customer": _("There is no customer %(name)s, or more than one.") % {"name": form.customer}})
    sites = _places("sites", form.sites, Site.objects.filter(customer=customer), customer)
    there = Asset.objects.select_related("site").filter(site__customer=customer)
    assets = _places("assets", form.assets, there, customer)
    values = {"name": form.name.strip(), "penalty": form.penalty, "from_on": form.from_on, "until_on": form.until_on}
    with transaction.atomic():
        contract, _new = Contract.objects.select_for_update().get_or_create(
            number=form.number.strip(), defaults={"customer": customer, **values}
        )
        if contract.customer_id != customer.id:
            raise Invalid({"customer": _("A contract stays with its customer; add another one for this customer.")})
        for name, value in values.items():
            setattr(contract, name, value)
        contract.save()
        contract.sites.set(sites)
        contract.assets.set(assets)
        choices.cover(str(contract.id), list(_covers(contract, sites, assets)), by=by, at=at)
    return contract


_LONGEST = {"number": 100, "penalty": 500}


def _check_days(form: ContractForm) -> None:
    for name, day in (("from_on", form.from_on), ("until_on", form.until_on)):
        if day and not FIRST_YEAR <= day.year < LAST_YEAR:
            said = _("Choose a day between the years %(first)d and %(last)d.")
            raise Invalid({name: said % {"first": FIRST_YEAR, "last": LAST_YEAR - 1}})
    if form.until_on and form.until_on < form.from_on:
        raise Invalid({"until_on": _("It cannot end before it begins.")})


def _places(field: str, references: Sequence[str], theirs: Any, customer: Customer) -> list[Any]:
    """The places of these references, which all are the customer's."""
    known = {one.reference: one for one in theirs.filter(reference__in=references)}
    if strange := [reference for reference in references if reference not in known]:
        said = _("%(names)s: nothing of this name belongs to %(customer)s.")
        raise Invalid({field: said % {"names": ", ".join(strange)[:200], "customer": customer.name}})
    return [known[reference] for reference in dict.fromkeys(references)]


def _covers(contract: Contract, sites: Sequence[Site], assets: Sequence[Asset]) -> Iterator[Covering]:
    """Its places, each from the first moment of its first day there to the last of its last."""
    for asset in assets:
        yield _covering(contract, ChosenFor.ASSET, asset.id, asset.site.zone)
    for site in sites:
        yield _covering(contract, ChosenFor.SITE, site.id, site.zone)
    if not sites and not assets:
        organisation = people.organisation()
        zone = organisation.zone if organisation else "UTC"
        yield _covering(contract, ChosenFor.CUSTOMER, contract.customer_id, zone)


def _covering(contract: Contract, kind: ChosenFor, subject: object, zone: str) -> Covering:
    ends = contract.until_on + timedelta(days=1) if contract.until_on else None
    return Covering((kind, str(subject)), _begins(contract.from_on, zone), _begins(ends, zone) if ends else None)


def _begins(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)
