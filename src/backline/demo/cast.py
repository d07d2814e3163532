"""The people of the demo: the cast that anybody may become, their colleagues, and the teams they make up."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from backline.core.routing import RoutingRule
from backline.core.words import Reason, Role
from backline.people import operations as people
from backline.people.operations import Founding, PersonForm, TeamForm
from backline.policies import operations as policies

ORGANISATION = "Northside Service (demo)"
ZONE = "Europe/Berlin"
DOMAIN = "backline.example"
CAST = (
    ("Tess", Role.TECHNICIAN, _("technician")),
    ("Carl", Role.COORDINATOR, _("coordinator")),
    ("Sana", Role.SPECIALIST, _("specialist for lifts")),
    ("Lena", Role.SPECIALIST, _("leads the lift specialists")),
    ("Dora", Role.SPECIALIST, _("technical support")),
    ("Max", Role.MANAGER, _("manager")),
    ("Ada", Role.ADMINISTRATOR, _("administrator")),
)
COLLEAGUES = {
    Role.TECHNICIAN: (
        "Amir Haddad", "Birgit Olsen", "Cem Aydin", "Doris Klein", "Emil Novak", "Fatma Yildiz", "Georg Brandt",
        "Hanna Virtanen", "Ivo Petrov", "Jonas Weber", "Kira Sommer", "Luis Romero", "Mila Horvat", "Nils Berg",
    ),
    Role.COORDINATOR: ("Ines Moreau", "Paul Lindgren"),
    Role.SPECIALIST: (
        "Pia Keller", "Ravi Menon", "Stefan Graf", "Tuula Niemi", "Omar Farouk", "Vera Costa", "Willem de Boer",
        "Yara Said", "Zoe Laurent", "Anton Maier", "Berta Lange", "Chidi Eze", "Deniz Kaya", "Elsa Holm",
        "Finn Carlsen", "Greta Wolf",
    ),
    Role.MANAGER: ("Ruth Okafor",),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Team:
    """A team by the names of its people, the first of whom leads it; a cap of 0 is none."""

    name: str
    tier: int
    members: tuple[str, ...]
    cap: int = 0


SUPPORT = Team("Technical support", 2, ("Dora", "Pia Keller", "Ravi Menon", "Stefan Graf"), 12)
SPECIALISTS = {
    "lift": Team("Lift specialists", 3, ("Lena", "Sana", "Tuula Niemi", "Omar Farouk")),
    "escalator": Team("Escalator specialists", 3, ("Vera Costa", "Willem de Boer", "Yara Said")),
    "heating": Team("Heating specialists", 3, ("Zoe Laurent", "Anton Maier", "Berta Lange")),
    "medical": Team("Medical device specialists", 3, ("Chidi Eze", "Deniz Kaya", "Elsa Holm")),
}
ENGINEERING = Team("Engineering", 4, ("Finn Carlsen", "Greta Wolf"))
TEAMS = (SUPPORT, *SPECIALISTS.values(), ENGINEERING)


def named(role: Role) -> tuple[str, ...]:
    """The names of everybody in this role, the cast first."""
    return (*(name for name, held, _label in CAST if held is role), *COLLEAGUES.get(role, ()))


def mail(name: str) -> str:
    """The address of somebody of the organisation, in a domain that leads nowhere."""
    return f"{'.'.join(name.lower().split())}@{DOMAIN}"


def hire(password: str) -> dict[str, str]:
    """Found the organisation and keep all persons, of whom the cast may sign in; their ids by name."""
    found = {}
    for name, role, _what in reversed(CAST):
        form = PersonForm(name, mail(name), (role,), ZONE, password=password)
        if role is Role.ADMINISTRATOR:
            found[name] = str(people.found(Founding(ORGANISATION, ZONE, form, demo=True)).id)
        else:
            found[name] = str(people.keep_person(form).id)
    for role, names in COLLEAGUES.items():
        for name in names:
            found[name] = str(people.keep_person(PersonForm(name, mail(name), (role,), ZONE)).id)
    return found


def gather(persons: dict[str, str]) -> dict[str, str]:
    """Keep the teams, and the rules that suggest them; their ids by name."""
    teams = {}
    for team in TEAMS:
        members = tuple(persons[name] for name in team.members)
        teams[team.name] = str(people.keep_team(TeamForm(team.name, team.tier, members[0], members, team.cap)).id)
    rules: list[tuple[str, Reason | None, str]] = []
    for kind, team in SPECIALISTS.items():
        rules += [(team.name, reason, kind) for reason in (Reason.TECHNICAL_LIMIT, Reason.RECURRING_FAULT)]
    rules += [(SPECIALISTS["lift"].name, None, "lift"), (SUPPORT.name, None, "")]
    for order, (team_name, reason, kind) in enumerate(rules, 1):
        rule_id = f"64656d6f-0000-4000-8000-{order:012d}"
        policies.keep_rule(RoutingRule(rule_id, order * 10, teams[team_name], reason=reason, asset_type=kind))
    return teams
