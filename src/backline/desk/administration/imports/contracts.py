"""The list of contracts, each known by its number; its customer and its places must be there already."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.core.impact import MOST
from backline.core.words import Actor
from backline.desk.administration.imports.kinds import (
    Column,
    Judged,
    Key,
    Kind,
    Standing,
    Undoing,
    Values,
    Wanted,
    as_number,
    flaw_of_number,
)
from backline.jobs import operations as jobs
from backline.jobs import queries
from backline.jobs.operations import ContractForm
from backline.people.operations import Entry

PLACES, DAYS = ("sites", "assets"), ("from_on", "until_on")
_ANSWERS = {"yes": "yes", "true": "yes", "1": "yes", "x": "yes", "no": "no", "false": "no", "0": "no"}


def _contracts(keys: Collection[Key], hold: bool) -> Mapping[Key, Standing]:
    found = queries.contracts_to_import((number for (number,) in keys), hold=hold)
    called = _called([one.customer for one in found.values()])
    return {(number,): _contract(one, called[one.customer_id]) for number, one in found.items()}


def _contract(one: queries.Contract, customer: str) -> Standing:
    values = {name: getattr(one, name) for name in ("number", "name", "penalty")}
    values |= {name: _joined([place.reference for place in getattr(one, name).all()]) for name in PLACES}
    values |= {"penalty_amount": str(one.penalty_amount), "named_account": "yes" if one.named_account else "no"}
    values |= {name: day.isoformat() if (day := getattr(one, name)) else "" for name in DAYS}
    return Standing(str(one.id), values | {"customer": customer})


def _called(customers: Collection[Any]) -> dict[Any, str]:
    """What names each customer alone, by his id: his name, else his reference."""
    named = queries.customers_called({one.name for one in customers})
    alone = {name for name, one in named.items() if one.name == name}
    return {
        one.id: one.name if one.name in alone and named[one.name].id == one.id else one.reference for one in customers
    }


def _joined(references: Sequence[str]) -> str:
    return ", ".join(sorted(set(references)))


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for one in re.split("[,;\n]", text) if (part := one.strip()))


def _clean(name: str, text: str) -> str:
    """The same places in another order are the same."""
    text = _ANSWERS.get(text.strip().lower(), text) if name == "named_account" else text
    return _joined(_parts(text)) if name in PLACES else text


def _judge(rows: Sequence[Wanted], _by: str) -> list[Judged]:
    customers = queries.customers_called({row.values["customer"].strip() for row in rows})
    called = _called(customers.values())
    for row in rows:  # so that his reference for his name is no change
        customer = customers.get(row.values["customer"].strip())
        row.values["customer"] = called[customer.id] if customer else row.values["customer"]
        row.values["penalty_amount"] = as_number(row.values["penalty_amount"].strip())
        row.values["named_account"] = row.values["named_account"] or "no"
    unread = [_unread(row.values) for row in rows]
    forms = [_form(row.values) for row, flaws in zip(rows, unread, strict=True) if not flaws]
    others = iter(jobs.flaws_of_contracts(forms))
    return [Judged(flaws or next(others)) for flaws in unread]


def _unread(values: Values) -> dict[str, str]:
    """What of a line says no day, no number and no answer where one should stand."""
    flaws = {name: said for name in DAYS if (said := _flaw_of_day(values[name], name))}
    if said := flaw_of_number(values["penalty_amount"], MOST["penalty"]):
        flaws["penalty_amount"] = said
    if values["named_account"] not in _ANSWERS.values():
        flaws["named_account"] = _("Write yes or no.")
    return flaws


def _flaw_of_day(text: str, name: str) -> str:
    if not text:
        return _("Fill this in.") if name == "from_on" else ""
    try:
        date.fromisoformat(text if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else "")
    except ValueError:
        return _("Give a date such as 2026-12-01.")
    return ""


def _form(values: Values) -> ContractForm:
    begin, until = (date.fromisoformat(values[name]) if values[name] else None for name in DAYS)
    return ContractForm(
        number=values["number"], customer=values["customer"], name=values["name"], from_on=begin or date.min,
        until_on=until, sites=_parts(values["sites"]), assets=_parts(values["assets"]), penalty=values["penalty"],
        penalty_amount=int(values["penalty_amount"]), named_account=values["named_account"] == "yes",
    )  # fmt: skip


def _keep(entries: Sequence[Entry], by: Actor, at: datetime) -> Mapping[str, Any]:
    jobs.keep_contracts({one.id: _form(one.values) for one in entries}, by=by, at=at)
    return {}


def _take_back(undoing: Undoing) -> set[str]:
    return jobs.take_back_contracts(undoing.added, by=undoing.by, at=undoing.until)


_L = gettext_lazy
CONTRACTS = Kind(
    "contracts", _L("Contracts"),
    (
        Column("number", _L("Number"), "C-17", needed=True, also=("contract", "no.", "reference")),
        Column("customer", _L("Customer"), "Harbour Hotel", needed=True),
        Column("name", _L("Name"), "Full service", needed=True),
        Column("from_on", _L("Holds from"), "2026-01-01", needed=True, also=("from", "start", "begins")),
        Column("until_on", _L("Until"), "2026-12-31", also=("end", "ends", "last day")),
        Column("sites", _L("Sites"), "HH-1, HH-2", also=("site",)),
        Column("assets", _L("Assets"), "HH-3-L1", also=("asset",)),
        Column("penalty", _L("Penalty"), "5 % of the fee a day"),
        Column("penalty_amount", _L("Penalty as an amount"), "5000", also=("amount",)),
        Column("named_account", _L("Named account"), "yes", also=("key account",)),
    ),
    ("number",), _contracts, _judge, _keep, _take_back, clean=_clean,
)  # fmt: skip
