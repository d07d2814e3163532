"""The registers: what each lists, which form keeps an entry, and the operation behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.cases import operations as cases
from backline.cases import wording
from backline.core.routing import RoutingRule
from backline.core.words import Priority, Reason, Role
from backline.desk.administration import expertise, forms
from backline.desk.administration.register import Kept, Register, Row
from backline.jobs import operations as jobs
from backline.jobs import queries as job_queries
from backline.look.moments import day_in_words
from backline.people import operations as people
from backline.people import queries as people_queries
from backline.people.operations import Invalid
from backline.policies import operations as policies
from backline.policies import queries as policy_queries
from backline.policies.conditions import unguarded


def _persons(text: str, most: int) -> list[Row]:
    found = people_queries.find_persons(text, most=most)
    return [Row(str(one.id), (one.name, one.email, _roles(one.roles)), not one.is_active) for one in found]


def _roles(roles: Sequence[str]) -> str:
    return ", ".join(str(forms.ROLES[Role(role)]).partition(":")[0] for role in roles)


def _person(entry: str) -> dict[str, Any] | None:
    found = people_queries.persons_by_id([entry]).get(entry)
    names = ("name", "email", "phone", "roles", "zone")
    return {name: getattr(found, name) for name in names} | {"active": found.is_active} if found else None


def _keep_person(kept: Kept) -> None:
    data = kept.data
    roles = tuple(Role(role) for role in data["roles"])
    fields = {name: data[name] for name in ("name", "email", "zone", "phone", "password", "active")}
    cases.keep_person(people.PersonForm(roles=roles, **fields), person_id=kept.id, by=kept.by, at=kept.at)


def _teams(text: str, most: int) -> list[Row]:
    found = [team for team in people_queries.teams() if text.lower() in team.name.lower()][:most]
    members = people_queries.members(str(team.id) for team in found)
    return [
        Row(str(team.id), (team.name, str(team.tier), team.lead.name if team.lead else _("Nobody"),
                           str(len(members.get(str(team.id), ())))))
        for team in found
    ]  # fmt: skip


def _team(entry: str) -> dict[str, Any] | None:
    team = people_queries.team(entry)
    if team is None:
        return None
    members = people_queries.members([entry]).get(entry, ())
    values = {"name": team.name, "tier": team.tier, "lead": str(team.lead_id or ""), "cap": team.cap or ""}
    return values | {"members": list(members)}


def _keep_team(kept: Kept) -> None:
    data = kept.data
    form = people.TeamForm(data["name"], data["tier"], data["lead"], tuple(data["members"]), data["cap"])
    people.change_team(form, team_id=kept.id, by=kept.by, at=kept.at)


def _contacts(text: str, most: int) -> list[Row]:
    found = people_queries.find_contacts(text, most=most)
    return [Row(str(one.id), (one.name, one.email, one.phone), one.erased_at is not None) for one in found]


def _contact(entry: str) -> dict[str, Any] | None:
    found = people_queries.contacts_by_id([entry]).get(entry)
    if found is None:
        return None
    sites = ", ".join(site.reference for site in job_queries.sites_of_contact(entry))
    return {name: getattr(found, name) for name in ("name", "email", "phone", "language", "zone")} | {"sites": sites}


def _keep_contact(kept: Kept) -> None:
    data = kept.data
    fields = {name: data[name] for name in ("name", "email", "phone", "language", "zone")}
    sites = list(job_queries.sites_by_reference(data["sites"]).values())
    jobs.keep_contact(people.ContactForm(**fields), sites, contact_id=kept.id)


def _sites(text: str, most: int) -> list[Row]:
    found = job_queries.find_sites(text, most=most)
    return [
        Row(str(one.id), (one.name, one.reference, one.customer.name,
                          ", ".join(contact.name for contact in one.contacts.all()) or _("Nobody")))
        for one in found
    ]  # fmt: skip


def _site(entry: str) -> dict[str, Any] | None:
    found = job_queries.site(entry)
    names = ("reference", "name", "address", "zone", "territory")
    return {name: getattr(found, name) for name in names} | {"customer": found.customer.name} if found else None


def _keep_site(kept: Kept) -> None:
    names = ("customer", "reference", "name", "address", "zone", "territory")
    form = jobs.SiteForm(**{name: kept.data[name] for name in names})
    known = job_queries.sites_by_reference([form.reference.strip()]).get(form.reference.strip())
    if kept.new and known and _differs(_site(str(known.id)), kept.data, names):
        raise Invalid({"reference": _taken(form.reference)})
    if known is None:
        _check_alike(job_queries.Site, form.reference)
    jobs.keep_site(form)


def _differs(before: dict[str, Any] | None, data: dict[str, Any], names: Sequence[str]) -> bool:
    """Whether an entry says something else than what was sent; the same sent twice is no clash."""
    return before is None or any(str(before[name]) != str(data[name]).strip() for name in names)


def _taken(reference: str) -> str:
    return _("There is an entry %(reference)s already. Find it in the list and change it there.") % {
        "reference": reference.strip()
    }


def _check_alike(register: Any, reference: str) -> None:
    """Refuse a new reference that differs from one there is in capital letters alone."""
    for other in job_queries.alike(register, [reference.strip()]).values():
        raise Invalid({"reference": _taken(other)})


def _contracts(text: str, most: int) -> list[Row]:
    found = job_queries.find_contracts(text, most=most)
    return [Row(str(one.id), (one.name, one.number, one.customer.name, _covers(one), _days(one))) for one in found]


def _covers(one: job_queries.Contract) -> str:
    """What a contract covers, in a few words."""
    named = [*(site.name for site in one.sites.all()), *(asset.name for asset in one.assets.all())]
    more = [_("and %(n)d more") % {"n": len(named) - MOST_NAMED}] if len(named) > MOST_NAMED else []
    return ", ".join([*named[:MOST_NAMED], *more]) or _("All places of the customer")


def _days(one: job_queries.Contract) -> str:
    first = day_in_words(one.from_on)
    if one.until_on is None:
        return _("from %(day)s on") % {"day": first}
    return _("%(first)s to %(last)s") % {"first": first, "last": day_in_words(one.until_on)}


def _contract(entry: str) -> dict[str, Any] | None:
    found = job_queries.contracts_by_id([entry]).get(entry)
    if found is None:
        return None
    places = {name: ", ".join(sorted(one.reference for one in getattr(found, name).all())) for name in PLACES}
    values = {name: getattr(found, name) for name in ("number", "name", "from_on", "until_on", *_OWED)}
    named = job_queries.customer_named(found.customer.name) == found.customer
    return values | places | {"customer": found.customer.name if named else found.customer.reference}


def _keep_contract(kept: Kept) -> None:
    names = ("number", "customer", "name", "from_on", "until_on", "sites", "assets", *_OWED)
    form = jobs.ContractForm(**{name: kept.data[name] for name in names})
    known = job_queries.contract_numbered(form.number.strip())
    shown = {**kept.data, **{name: ", ".join(sorted(kept.data[name])) for name in PLACES}}
    if kept.new and known and _differs(_contract(str(known.id)), shown, names):
        raise Invalid({"number": _taken(form.number)})
    jobs.keep_contract(form, by=kept.by, at=kept.at)


def _assets(text: str, most: int) -> list[Row]:
    found = job_queries.find_assets(text, most=most)
    return [Row(str(one.id), (one.name, one.reference, one.type, one.site.name)) for one in found]


def _asset(entry: str) -> dict[str, Any] | None:
    found = job_queries.asset(entry)
    if found is None:
        return None
    values = {name: getattr(found, name) for name in ("reference", "name", "type", *jobs.FIGURES)}
    return values | {"site": found.site.reference}


def _keep_asset(kept: Kept) -> None:
    data, names = kept.data, ("reference", "name", "type", *jobs.FIGURES)
    known = job_queries.asset_by_reference(data["reference"].strip())
    if kept.new and known and _differs(_asset(str(known.id)), data, (*names, "site")):
        raise Invalid({"reference": _taken(data["reference"])})
    if known is None:
        _check_alike(job_queries.Asset, data["reference"])
    site = job_queries.sites_by_reference([data["site"]])[data["site"]]
    jobs.keep_asset(jobs.AssetForm(**{name: data[name] for name in names}), site)


def _jobs(text: str, most: int) -> list[Row]:
    found = job_queries.open_jobs(text, most=most)
    return [
        Row(str(one.id), (one.title, one.reference, one.asset.name if one.asset else one.site.name,
                          one.technician.name if one.technician else _("Nobody")))
        for one in found
    ]  # fmt: skip


def _job(entry: str) -> dict[str, Any] | None:
    found = job_queries.job(entry)
    if found is None:
        return None
    place, technician = (found.asset or found.site).reference, str(found.technician_id or "")
    return {"reference": found.reference, "title": found.title, "place": place, "technician": technician}


def _keep_job(kept: Kept) -> None:
    data, reference = kept.data, kept.data["reference"].strip()
    known = job_queries.jobs_by_reference([reference]).get(reference)
    if kept.new and known and _differs(_job(str(known.id)), data, ("title", "place", "technician")):
        raise Invalid({"reference": _taken(reference)})
    opened, promised = (known.opened_at, known.promised_at) if known else (kept.at, None)
    place = job_queries.place(data["place"])
    if place is None:
        raise Invalid({"place": _("It is gone; choose another.")})
    jobs.keep_job(jobs.JobForm(reference, data["title"], opened, promised, data["technician"]), place)


def _codes(text: str, most: int) -> list[Row]:
    found = job_queries.find_fault_codes(text, most=most)
    return [Row(str(one.id), (one.code, one.title, one.asset_type or _("every type"))) for one in found]


def _code(entry: str) -> dict[str, Any] | None:
    found = job_queries.fault_code(entry)
    return {"code": found.code, "title": found.title, "asset_type": found.asset_type} if found else None


def _keep_code(kept: Kept) -> None:
    code, asset_type = kept.data["code"].strip(), kept.data["asset_type"].strip()
    known = job_queries.fault_code_named(code, asset_type)
    if kept.new and known and known.title != kept.data["title"].strip():
        raise Invalid({"code": _taken(code)})
    jobs.keep_fault_code(**{name: kept.data[name] for name in ("code", "title", "asset_type")})


def _rules(text: str, most: int) -> list[Row]:
    teams = {str(team.id): team.name for team in people_queries.teams()}
    rules = policy_queries.routing_rules()
    sites = job_queries.sites_by_id(rule.site for rule in rules if rule.site)
    types = job_queries.asset_types()
    found = [(rule, teams.get(rule.team, ""), _when(rule, sites, types)) for rule in rules]
    rows = [Row(rule.id, (str(rule.order), team, when)) for rule, team, when in found]
    return [row for row in rows if text.lower() in " ".join(row.cells).lower()][:most]


def _when(rule: RoutingRule, sites: Mapping[str, job_queries.Site], types: frozenset[str]) -> str:
    site = sites.get(rule.site)
    parts = [
        str(wording.REASONS[rule.reason]) if rule.reason else "",
        _("%(type)s (no such asset yet)") % {"type": rule.asset_type}
        if rule.asset_type and rule.asset_type not in types
        else rule.asset_type,
        rule.fault_code,
        site.name if site else "",
        rule.priority or "",
        rule.condition,
        _("where there are fewer %(names)s than it asks for, it is passed over")
        % {"names": ", ".join(unguarded(rule.condition))}
        if unguarded(rule.condition)
        else "",
    ]
    return ", ".join(part for part in parts if part) or _("everything")


def _rule(entry: str) -> dict[str, Any] | None:
    rule = next((rule for rule in policy_queries.routing_rules() if rule.id == entry), None)
    if rule is None:
        return None
    site = job_queries.site(rule.site) if rule.site else None
    return {
        "order": rule.order,
        "team": rule.team,
        "reason": rule.reason or "",
        "asset_type": rule.asset_type,
        "fault_code": rule.fault_code,
        "site": site.reference if site else "",
        "priority": rule.priority or "",
        "condition": rule.condition,
    }


def _keep_rule(kept: Kept) -> None:
    data = kept.data
    policies.keep_rule(
        RoutingRule(
            id=kept.id,
            order=data["order"],
            team=data["team"],
            reason=Reason(data["reason"]) if data["reason"] else None,
            asset_type=data["asset_type"].strip(),
            fault_code=data["fault_code"].strip(),
            site=data["site"],
            priority=Priority(data["priority"]) if data["priority"] else None,
            condition=data["condition"],
        )
    )


_L = gettext_lazy
MOST_NAMED, PLACES = 3, ("sites", "assets")
_OWED = ("penalty", "penalty_amount", "named_account")
_ALL = (
    Register("persons", _L("Persons"), _L("person"), _L("Who may sign in, and what they do."),
             (_L("Name"), _L("E-mail address"), _L("Roles")), forms.PersonForm, _persons, _person, _keep_person),
    Register("teams", _L("Teams"), _L("team"), _L("Who takes cases together, at which tier."),
             (_L("Name"), _L("Tier"), _L("Lead"), _L("Members")), forms.TeamForm, _teams, _team, _keep_team),
    Register("sites", _L("Sites"), _L("site"), _L("The places of your customers."),
             (_L("Name"), _L("Reference"), _L("Customer"), _L("Kept informed")), forms.SiteForm,
             _sites, _site, _keep_site),
    Register("contacts", _L("Contacts"), _L("contact"), _L("The customers' people whom Backline keeps informed."),
             (_L("Name"), _L("E-mail address"), _L("Phone")), forms.ContactForm, _contacts, _contact, _keep_contact),
    Register("contracts", _L("Contracts"), _L("contract"), _L("What was agreed: for which places, on which days."),
             (_L("Name"), _L("Number"), _L("Customer"), _L("Covers"), _L("Days")), forms.ContractForm,
             _contracts, _contract, _keep_contract),
    Register("assets", _L("Assets"), _L("asset"), _L("What is kept running."),
             (_L("Name"), _L("Reference"), _L("Type"), _L("Site")), forms.AssetForm, _assets, _asset, _keep_asset),
    Register("jobs", _L("Jobs"), _L("job"), _L("Open work orders: a case is raised from one. A list comes by command."),
             (_L("Title"), _L("Reference"), _L("Where"), _L("Technician")), forms.JobForm, _jobs, _job, _keep_job),
    Register("fault-codes", _L("Fault codes"), _L("fault code"), _L("What an asset shows, and what it means."),
             (_L("Code"), _L("What it means"), _L("Type of asset")), forms.FaultCodeForm, _codes, _code, _keep_code),
    Register("rules", _L("Routing rules"), _L("routing rule"), _L("Which team is suggested for what."),
             (_L("Order"), _L("Team"), _L("When")), forms.RuleForm, _rules, _rule, _keep_rule, policies.drop_rule,
             _L("Removed. Cases that it routed stay where they are.")),
    expertise.SKILLS,
    expertise.NEEDS,
)  # fmt: skip
REGISTERS = {register.slug: register for register in _ALL}
