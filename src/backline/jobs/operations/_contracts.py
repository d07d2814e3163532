"""Contracts as entered: which places one covers on which days, of one customer alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from backline.calendars import choices
from backline.calendars.choices import Covering
from backline.calendars.words import ChosenFor
from backline.core.calendar import FIRST_YEAR, LAST_YEAR
from backline.core.words import Actor
from backline.jobs.models import Asset, Contract, Customer, Site
from backline.jobs.operations._registers import fit, fit_figures
from backline.jobs.queries import customers_called
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
    penalty_amount: int = 0
    named_account: bool = False


@dataclass(frozen=True, slots=True)
class _Known:
    """What contracts name, as it is known: looked up once for all of them."""

    customers: Mapping[str, Customer]
    sites: Mapping[str, Site]
    assets: Mapping[str, Asset]
    contracts: Mapping[str, Contract]

    @classmethod
    def of(cls, forms: Sequence[ContractForm]) -> _Known:
        """What these name."""
        sites = Site.objects.filter(reference__in={one for form in forms for one in form.sites})
        assets = Asset.objects.select_related("site").filter(reference__in={one for f in forms for one in f.assets})
        contracts = Contract.objects.filter(number__in={form.number.strip() for form in forms})
        return cls(
            customers_called({form.customer.strip() for form in forms}),
            {one.reference: one for one in sites},
            {one.reference: one for one in assets},
            {one.number: one for one in contracts},
        )

    def judged(self, form: ContractForm) -> tuple[Customer, list[Site], list[Asset]]:
        """The customer and the places of a contract; raises `Invalid` where it cannot be."""
        fit(
            {name: getattr(form, name) for name in ("number", "customer", "name")},
            {"penalty": form.penalty},
            **_LONGEST,
        )
        _check_figure(form)
        _check_days(form)
        customer = self.customers.get(form.customer.strip())
        if customer is None:
            raise Invalid({"customer": _("There is no customer %(name)s, or more than one.") % {"name": form.customer}})
        sites = {one: site for one, site in self.sites.items() if site.customer_id == customer.id}
        assets = {one: asset for one, asset in self.assets.items() if asset.site.customer_id == customer.id}
        places = _places("sites", form.sites, sites, customer), _places("assets", form.assets, assets, customer)
        _stays_with(self.contracts.get(form.number.strip()), customer)
        return customer, *places


def keep_contract(form: ContractForm, *, by: Actor, at: datetime) -> Contract:
    """Add a contract, or change the one of this number; what it covers from now on is known from now on."""
    return _kept(form, _Known.of([form]), {}, by=by, at=at)


def keep_contracts(forms: Mapping[str, ContractForm], *, by: Actor, at: datetime) -> None:
    """Add or change contracts, the new ones under these ids."""
    known = _Known.of(list(forms.values()))
    for contract_id, form in forms.items():
        _kept(form, known, {"id": contract_id}, by=by, at=at)


def flaws_of_contracts(forms: Sequence[ContractForm]) -> list[dict[str, str]]:
    """What keeping each would refuse, by field; nothing is written."""
    known = _Known.of(forms)
    return [_flaws(form, known) for form in forms]


def _flaws(form: ContractForm, known: _Known) -> dict[str, str]:
    try:
        known.judged(form)
    except Invalid as invalid:
        return invalid.errors
    return {}


def _kept(form: ContractForm, known: _Known, new: Mapping[str, str], *, by: Actor, at: datetime) -> Contract:
    customer, sites, assets = known.judged(form)
    values = {"name": form.name.strip(), "penalty": form.penalty, "from_on": form.from_on, "until_on": form.until_on}
    losses = {"penalty_amount": form.penalty_amount, "named_account": form.named_account}
    with transaction.atomic():
        contract, _new = Contract.objects.select_for_update().get_or_create(
            number=form.number.strip(), defaults={"customer": customer, **values, **losses, **new}
        )
        _stays_with(contract, customer)
        for name, value in (values | losses).items():
            setattr(contract, name, value)
        contract.save()
        contract.sites.set(sites)
        contract.assets.set(assets)
        choices.cover(str(contract.id), list(_covers(contract, sites, assets)), by=by, at=at)
    return contract


def take_back_contracts(wanted: Collection[str], *, by: Actor, at: datetime) -> set[str]:
    """Remove contracts for which no hours were ever chosen, and what they cover; the ids of those that stay."""
    with transaction.atomic():
        there = list(Contract.objects.select_for_update().filter(id__in=people.ids(wanted)).order_by("id"))
        stay = choices.ever_chosen(ChosenFor.CONTRACT, [str(one.id) for one in there])
        gone = [one for one in there if str(one.id) not in stay]
        for one in gone:
            choices.cover(str(one.id), [], by=by, at=at)
        Contract.objects.filter(id__in=[one.id for one in gone]).delete()
    return stay


def _stays_with(contract: Contract | None, customer: Customer) -> None:
    if contract and contract.customer_id != customer.id:
        raise Invalid({"customer": _("A contract stays with its customer; add another one for this customer.")})


_LONGEST = {"number": 100, "penalty": 500}


def _check_figure(form: ContractForm) -> None:
    try:
        fit_figures(penalty=form.penalty_amount)
    except Invalid as invalid:
        raise Invalid({"penalty_amount": invalid.errors["penalty"]}) from invalid


def _check_days(form: ContractForm) -> None:
    for name, day in (("from_on", form.from_on), ("until_on", form.until_on)):
        if day and not FIRST_YEAR <= day.year < LAST_YEAR:
            said = _("Choose a day between the years %(first)d and %(last)d.")
            raise Invalid({name: said % {"first": FIRST_YEAR, "last": LAST_YEAR - 1}})
    if form.until_on and form.until_on < form.from_on:
        raise Invalid({"until_on": _("It cannot end before it begins.")})


def _places[T](field: str, references: Sequence[str], theirs: Mapping[str, T], customer: Customer) -> list[T]:
    """The places of these references, which all are the customer's."""
    if strange := [reference for reference in references if reference not in theirs]:
        said = _("%(names)s: nothing of this name belongs to %(customer)s.")
        raise Invalid({field: said % {"names": ", ".join(strange)[:200], "customer": customer.name}})
    return [theirs[reference] for reference in dict.fromkeys(references)]


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
