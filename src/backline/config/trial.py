"""The cast of a trial home: a few people, sites, lifts and jobs, made through the same operations as real ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from django.db import transaction

from backline.config.environment import Environment, kept_secret
from backline.core.routing import RoutingRule
from backline.core.words import Reason, Role
from backline.jobs import operations as jobs
from backline.people import operations as people
from backline.people import queries
from backline.people.operations import ContactForm, Founding, PersonForm, TeamForm
from backline.policies import operations as policies

ZONE = "Europe/Berlin"
CAST = (
    ("Tess", Role.TECHNICIAN, "technician"),
    ("Carl", Role.COORDINATOR, "coordinator"),
    ("Sana", Role.SPECIALIST, "specialist for lifts"),
    ("Lena", Role.SPECIALIST, "leads the lift specialists"),
    ("Dora", Role.SPECIALIST, "technical support"),
    ("Max", Role.MANAGER, "manager"),
    ("Ada", Role.ADMINISTRATOR, "administrator"),
)


def sign_ins(environment: Environment, *, at: datetime) -> str:
    """The sign-ins of the trial, which is made where the home is fresh."""
    password = kept_secret(_password_file(environment), bytes_long=9)
    if queries.organisation() is None:
        with transaction.atomic():
            load(password, at=at)
    lines = [f"  {_mail(name):<22} {what}" for name, _role, what in CAST]
    return "\n".join(["A trial with a made-up cast. Sign in as one of these:", *lines, f"  password: {password}"])


def _password_file(environment: Environment) -> Path:
    return environment.home / "trial-password"


def _mail(name: str) -> str:
    return f"{name.lower()}@backline.example"


def load(password: str, *, at: datetime) -> None:
    """Make the cast, two customers with their sites, lifts and jobs, and the rules that route."""
    ids = _people(password)
    specialists = people.keep_team(TeamForm("Lift specialists", 3, ids["Lena"], (ids["Sana"], ids["Lena"])))
    support = people.keep_team(TeamForm("Technical support", 2, ids["Dora"], (ids["Dora"],)))
    for order, team, reason, asset_type in (
        (10, specialists, Reason.TECHNICAL_LIMIT, ""), (20, specialists, None, "lift"), (90, support, None, ""),
    ):  # fmt: skip
        name = f"7261696c-0000-4000-8000-{order:012d}"
        policies.keep_rule(RoutingRule(name, order, str(team.id), reason=reason, asset_type=asset_type))
    _jobs(ids["Tess"], at)


def _people(password: str) -> dict[str, str]:
    found = {}
    for name, role, _what in reversed(CAST):
        form = PersonForm(name, _mail(name), (role,), ZONE, password=password)
        if role is Role.ADMINISTRATOR:
            found[name] = str(people.found(Founding("Northside Lifts (trial)", ZONE, form)).id)
        else:
            found[name] = str(people.keep_person(form).id)
    return found


def _jobs(tess: str, at: datetime) -> None:
    cleo = people.keep_contact(ContactForm("Cleo", "cleo@customer.example", zone=ZONE))
    otto = people.keep_contact(ContactForm("Otto", "otto@other.example", zone=ZONE))
    library = jobs.keep_site(
        jobs.SiteForm("Northside Library", "LIB", "Northside Library, main hall", "1 Park Lane", ZONE), [cleo]
    )
    museum = jobs.keep_site(
        jobs.SiteForm("City Museum", "MUS", "City Museum, east wing", "7 Museum Square", ZONE), [otto]
    )
    for code, title in (("E42", "Door lock open"), ("E17", "Drive over temperature"), ("S03", "Safety chain open")):
        jobs.keep_fault_code(code=code, title=title, asset_type="lift")
    made = (
        (library, "LIB-L1", "Passenger lift 1", "lift", "Lift 1 stands still on the second floor", 1),
        (library, "LIB-L2", "Book lift 2", "lift", "Lift 2: door closes and opens again", 26),
        (museum, "MUS-E1", "Escalator east", "escalator", "Escalator stops after a minute", 3),
        (museum, "MUS-L1", "Goods lift", "lift", "Yearly inspection", 48),
    )
    for number, (site, reference, name, kind, title, hours) in enumerate(made, 1):
        asset = jobs.keep_asset(jobs.AssetForm(reference, name, kind), site)
        opened = at - timedelta(hours=hours)
        jobs.keep_job(jobs.JobForm(f"J-{number:04d}", title, opened, opened + timedelta(hours=8), tess), asset)
