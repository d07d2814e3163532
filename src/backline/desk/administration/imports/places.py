"""The lists of sites, assets and fault codes, each known by its reference or code."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.cases import mentions
from backline.core.impact import MOST
from backline.core.words import Actor
from backline.desk.administration.imports.kinds import (
    Column,
    Judged,
    Key,
    Kind,
    Standing,
    Undoing,
    Wanted,
    as_number,
    flaw_of_number,
)
from backline.jobs import operations as jobs
from backline.jobs import queries
from backline.jobs.operations import Made
from backline.people.languages import code_of, flaw_of_language
from backline.people.operations import Entry, Invalid, flaw_of_address, flaws_of_texts
from backline.people.queries import zones


def _sites(keys: Collection[Key], hold: bool) -> Mapping[Key, Standing]:
    found = queries.sites_to_import((reference for (reference,) in keys), hold=hold)
    return {(reference,): _site(site) for reference, site in found.items()}


def _site(site: queries.Site) -> Standing:
    values = {name: getattr(site, name) for name in ("reference", "name", "address", "zone", "territory")}
    contacts = {one.email.lower(): one.email for one in site.contacts.all() if one.email}
    return Standing(str(site.id), values | {"customer": site.customer.name}, contacts)


def _judge_sites(rows: Sequence[Wanted], _by: str) -> list[Judged]:
    alike = _alike(queries.Site, rows)
    return [_judged_site(row, alike) for row in rows]


def _alike(register: Any, rows: Sequence[Wanted]) -> dict[str, dict[str, str]]:
    """What is wrong with references that are new and look like one there is."""
    said = _("There is %(name)s already: they differ in capital letters alone. Write one name in one way.")
    found = queries.alike(register, (row.values["reference"] for row in rows if row.standing is None))
    return {one: {"reference": said % {"name": other}} for one, other in found.items()}


def _judged_site(row: Wanted, alike: Mapping[str, dict[str, str]]) -> Judged:
    values, mail = row.values, row.given.get("contact", "")
    more = {name: values[name] for name in ("address", "territory")}
    flaws = _unfit({name: values[name] for name in ("reference", "name", "customer")}, **more)
    flaws |= alike.get(values["reference"], {})
    if values["zone"] not in zones():
        flaws["zone"] = _("Choose a time zone such as Europe/Berlin.")
    flaws |= flaws_of_texts(contact=(mail, 254), contact_name=(values["contact_name"], 200))
    if mail and (said := flaw_of_address(mail)):
        flaws["contact"] = said
    if values["contact_language"] and (said := flaw_of_language(code_of(values["contact_language"]))):
        flaws["contact_language"] = said
    if values["contact_name"] and not mail:
        flaws["contact"] = _("Give the contact's e-mail address; a name alone reaches nobody.")
    return Judged(flaws, {mail.lower(): mail} if mail else {})


def _unfit(needed: Mapping[str, str], **more: str) -> dict[str, str]:
    try:
        jobs.fit(needed, more, site=100)
    except Invalid as invalid:
        return invalid.errors
    return {}


def _keep_sites(entries: Sequence[Entry], _by: Actor, _at: datetime) -> Mapping[str, Any]:
    made = jobs.keep_sites(entries)
    return {"links": made.links, "customers": made.customers, "contacts": made.contacts}


def _take_back_sites(undoing: Undoing) -> set[str]:
    links = [(site, contact) for site, contact in undoing.made.get("links", ())]
    made = Made(undoing.made.get("customers", []), undoing.made.get("contacts", []), links)
    return jobs.take_back_sites(undoing.added, made)


def _assets(keys: Collection[Key], hold: bool) -> Mapping[Key, Standing]:
    found = queries.assets_to_import((reference for (reference,) in keys), hold=hold)
    return {
        (reference,): Standing(
            str(one.id),
            {"reference": reference, "name": one.name, "type": one.type, "site": one.site.reference}
            | {name: str(getattr(one, name)) for name in jobs.FIGURES},
        )
        for reference, one in found.items()
    }


def _judge_assets(rows: Sequence[Wanted], _by: str) -> list[Judged]:
    known = queries.sites_by_reference({row.values["site"] for row in rows})
    alike = _alike(queries.Asset, rows)
    for row in rows:
        row.values.update({name: as_number(row.values[name].strip()) for name in jobs.FIGURES})
    return [
        Judged(
            _unfit({name: text for name, text in row.values.items() if name not in jobs.FIGURES})
            | _figures(row.values)
            | _placed(row.values["site"], known)
            | alike.get(row.values["reference"], {})
        )
        for row in rows
    ]


def _figures(values: Mapping[str, str]) -> dict[str, str]:
    """What is wrong with the figures of a line."""
    return {name: said for name in jobs.FIGURES if (said := flaw_of_number(values[name], MOST[name]))}


def _placed(site: str, known: Mapping[str, Any]) -> dict[str, str]:
    said = _("There is no site %(site)s. Import the sites first, or correct the line.")
    return {"site": said % {"site": site[:100]}} if site and site not in known else {}


def _codes(keys: Collection[Key], hold: bool) -> Mapping[Key, Standing]:
    found = queries.fault_codes_to_import({code for code, _type in keys}, hold=hold)
    return {
        key: Standing(str(one.id), {"code": one.code, "title": one.title, "asset_type": one.asset_type})
        for key, one in found.items()
    }


def _judge_codes(rows: Sequence[Wanted], _by: str) -> list[Judged]:
    return [
        Judged(_unfit({name: row.values[name] for name in ("code", "title")}, asset_type=row.values["asset_type"]))
        for row in rows
    ]


def _nothing_besides(keep: Callable[[Sequence[Entry]], None]) -> Any:
    def kept(entries: Sequence[Entry], _by: Actor, _at: datetime) -> Mapping[str, Any]:
        keep(entries)
        return {}

    return kept


def _take_back_codes(undoing: Undoing) -> set[str]:
    codes = [code for code, *_type in undoing.added.values()]
    said = mentions.fault_codes_said(codes, since=undoing.since, until=undoing.until)
    return jobs.take_back_fault_codes(undoing.added, said=said)


_L = gettext_lazy
SITES = Kind(
    "sites", _L("Sites"),
    (
        Column("reference", _L("Reference"), "HH-1", needed=True, also=("site", "ref", "no.", "number")),
        Column("customer", _L("Customer"), "Harbour Hotel", needed=True),
        Column("name", _L("Name"), "Harbour Hotel, tower", needed=True),
        Column("address", _L("Address"), "1 Quay Street"),
        Column("zone", _L("Time zone"), "Europe/Berlin", also=("timezone",)),
        Column("territory", _L("Territory"), "North", also=("region", "area")),
        Column("contact", _L("Contact e-mail"), "hal@example.net", also=("e-mail", "email", "contact")),
        Column("contact_name", _L("Contact name"), "Hal Quay"),
        Column("contact_language", _L("Contact language"), "de", also=("language",)),
    ),
    ("reference",), _sites, _judge_sites, _keep_sites, _take_back_sites, link="contact",
    aside=("contact_name", "contact_language"),
)  # fmt: skip
ASSETS = Kind(
    "assets", _L("Assets"),
    (
        Column("reference", _L("Reference"), "HH-1-L1", needed=True, also=("asset", "ref", "no.", "number")),
        Column("name", _L("Name"), "Lift 1", needed=True),
        Column("type", _L("Type"), "lift", needed=True, also=("asset type", "kind")),
        Column("site", _L("Site"), "HH-1", needed=True, also=("site reference",)),
        Column("units", _L("Units standing still"), "24", also=("units", "units served")),
        Column("cost_an_hour", _L("Cost an hour"), "300", also=("cost per hour", "downtime cost")),
    ),
    ("reference",), _assets, _judge_assets, _nothing_besides(jobs.keep_assets_of),
    lambda undoing: jobs.take_back_assets(undoing.added),
)  # fmt: skip
FAULT_CODES = Kind(
    "fault-codes", _L("Fault codes"),
    (
        Column("code", _L("Code"), "E42", needed=True, also=("fault code",)),
        Column("title", _L("What it means"), "Door lock open", needed=True, also=("title", "meaning")),
        Column("asset_type", _L("Type of asset"), "lift", also=("asset type", "type")),
    ),
    ("code", "asset_type"), _codes, _judge_codes, _nothing_besides(jobs.keep_fault_codes), _take_back_codes,
)  # fmt: skip
