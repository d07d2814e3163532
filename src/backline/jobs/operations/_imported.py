"""Sites, assets and fault codes by the hundred, as an import brings them: kept together, and taken back if unused."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from backline.jobs.models import Asset, Customer, FaultCode, Site
from backline.jobs.operations._registers import customer_of, customers_named
from backline.people import operations as people
from backline.people.among import among, among_ids
from backline.people.languages import WRITTEN
from backline.people.operations import ContactForm, Entry
from backline.people.queries import contacts_by_email, ids
from backline.people.references import referred
from backline.policies import queries as policies

# In one statement each: nothing refers to them, so that there is nothing for Django to look after in hundreds.
_INFORMED = "DELETE FROM jobs_site_contacts WHERE id = ANY(%s)"
_SITES = "DELETE FROM jobs_site WHERE id = ANY(%s)"
_ASSETS = "DELETE FROM jobs_asset WHERE id = ANY(%s)"
_CUSTOMERS = "DELETE FROM jobs_customer WHERE id = ANY(%s)"
_OF_SITE = ("name", "address", "zone", "territory")
FIGURES = ("units", "cost_an_hour")
"""What of an asset is a number, which an empty cell says to be none."""


@dataclass(slots=True)
class Made:
    """What keeping sites made besides: ids of customers and contacts, and who is informed, as (site, contact)."""

    customers: list[str] = field(default_factory=list)
    contacts: list[str] = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)


def keep_sites(entries: Sequence[Entry]) -> Made:
    """Keep sites with their customers; their links are mail addresses of contacts, added where they are not known."""
    made = Made()
    with transaction.atomic():
        customers, new = customers_named({one.values["customer"] for one in entries})
        made.customers += [str(customer.id) for customer in new]

        def filled(site: Site, values: Mapping[str, str]) -> Any:
            site.customer = customer_of(site, values["customer"], customers)
            return _filled(site, values, "reference", *_OF_SITE)

        sites = _save(Site.objects.select_related("customer"), entries, filled, ["customer", *_OF_SITE])
        _inform(sites, entries, made)
    return made


def keep_assets_of(entries: Sequence[Entry]) -> None:
    """Keep assets; the site of each is named by its reference and there."""
    with transaction.atomic():
        named = Site.objects.filter(reference__in=among({one.values["site"] for one in entries}))
        sites = {site.reference: site for site in named}

        def filled(asset: Asset, values: Mapping[str, str]) -> Any:
            asset.site = sites[values["site"]]
            for figure in FIGURES:
                setattr(asset, figure, int(values[figure] or 0))
            return _filled(asset, values, "reference", "name", "type")

        _save(Asset.objects.all(), entries, filled, ["site", "name", "type", *FIGURES])


def keep_fault_codes(entries: Sequence[Entry]) -> None:
    """Keep fault codes."""
    with transaction.atomic():
        names = ("code", "title", "asset_type")
        _save(FaultCode.objects.all(), entries, lambda code, values: _filled(code, values, *names), ["title"])


def _save(rows: Any, entries: Sequence[Entry], filled: Any, fields: list[str]) -> dict[str, Any]:
    known = rows.in_bulk(ids(one.id for one in entries if not one.new))
    new = [filled(rows.model(id=UUID(one.id)), one.values) for one in entries if one.new]
    changed = [filled(known[UUID(one.id)], one.values) for one in entries if not one.new]
    rows.bulk_create(new, batch_size=1000)
    rows.bulk_update(changed, fields, batch_size=500)
    return {str(one.id): one for one in (*new, *changed)}


def _filled(row: Any, values: Mapping[str, str], *names: str) -> Any:
    for name in names:
        setattr(row, name, values[name])
    return row


def _inform(sites: Mapping[str, Site], entries: Sequence[Entry], made: Made) -> None:
    through = Site.contacts.through
    contacts = contacts_by_email(mail for one in entries for mail in one.links)
    wanted = set()
    for one in entries:
        for mail in one.links:
            if mail.lower() not in contacts:
                language = one.values.get("contact_language") or WRITTEN[0]
                name = one.values["contact_name"] or mail
                form = ContactForm(name, mail, language=language, zone=sites[one.id].zone)
                contacts[mail.lower()] = people.keep_contact(form)
                made.contacts.append(str(contacts[mail.lower()].id))
            wanted.add((one.id, str(contacts[mail.lower()].id)))
    there = through.objects.filter(site__in=among_ids(ids(site for site, _contact in wanted)))
    new = sorted(wanted - {(str(site), str(contact)) for site, contact in there.values_list("site_id", "contact_id")})
    through.objects.bulk_create([through(site_id=site, contact_id=contact) for site, contact in new])
    made.links += new


def take_back_sites(wanted: Collection[str], made: Made) -> set[str]:
    """Remove sites that nothing refers to, with what came along and serves nobody else; the ids of those that stay."""
    through, mine = Site.contacts.through, set(made.links)
    with transaction.atomic():
        there = list(_held(Site, wanted).values_list("id", flat=True))
        stay = referred(Site, there, besides=[through]) | set(ids(rule.site for rule in policies.routing_rules()))
        informed = through.objects.filter(site__in=among_ids(there)).values_list("site_id", "contact_id")
        stay |= {site for site, contact in informed if (str(site), str(contact)) not in mine}
        ours = through.objects.filter(site__in=among_ids(ids(site for site, _contact in mine)))
        gone = [
            row for row, site, contact in ours.values_list("pk", "site_id", "contact_id")
            if (str(site), str(contact)) in mine and site not in stay
        ]  # fmt: skip
        _drop(_INFORMED, gone)
        _drop(_SITES, set(there) - stay)
        people.take_back_contacts(made.contacts)
        customers = ids(made.customers)
        _drop(_CUSTOMERS, set(customers) - referred(Customer, customers))
    return {str(site) for site in there if site in stay}


def _held(rows: Any, wanted: Collection[str]) -> Any:
    return rows.objects.select_for_update().filter(id__in=among_ids(ids(wanted)))


def _drop(statement: str, gone: Collection[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(gone)])


def take_back_assets(wanted: Collection[str]) -> set[str]:
    """Remove assets that nothing refers to; the ids of those that stay."""
    with transaction.atomic():
        there = list(_held(Asset, wanted).values_list("id", flat=True))
        stay = referred(Asset, there)
        _drop(_ASSETS, set(there) - stay)
    return {str(asset) for asset in there if asset in stay}


def take_back_fault_codes(wanted: Collection[str], *, said: Collection[str]) -> set[str]:
    """Remove fault codes that no rule names and nobody `said`; the ids of those that stay."""
    used = {rule.fault_code for rule in policies.routing_rules()} | set(said)
    with transaction.atomic():
        there = list(_held(FaultCode, wanted))
        stay = {code.id for code in there if code.code in used}
        FaultCode.objects.filter(id__in=among_ids([code.id for code in there if code.id not in stay])).delete()
    return {str(code) for code in stay}
