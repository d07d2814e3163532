"""The list of persons: they are known by their address, get no password here, and join the teams that a line names."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.cases import mentions
from backline.cases import operations as cases
from backline.core.sight import SEES_ALL
from backline.core.words import Actor, Role
from backline.desk.administration.forms import ROLES
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
from backline.people import expertise, queries
from backline.people import operations as people
from backline.people.operations import Entry, ExpertiseForm, Invalid, PersonForm

PARTS = re.compile(r"[,;/|\n]+")


@dataclass(frozen=True, slots=True)
class Bound:
    """Who may not lose what he is by an import: whoever imports, and the last-resort contact."""

    by: str
    last_resort: str


def _standing(keys: Collection[Key], hold: bool) -> Mapping[Key, Standing]:
    if hold:
        people.hold_teams(None)  # a list names persons of any, and whoever moves shifts holds teams before persons
    found = queries.anybody_by_email((email for (email,) in keys), hold=hold)
    teams, able, skills = queries.teams_of(found.values()), people.expertise_of(found.values()), people.skill_ids()
    return {
        (email,): _stands(person, teams.get(person.id, {}), _able(able[str(person.id)], skills))
        for email, person in found.items()
    }


def _able(form: ExpertiseForm, skills: Mapping[str, str]) -> dict[str, str]:
    """What somebody can do as a list has it: what means the same is written the same."""
    return {
        "skills": people.written_abilities(form.abilities, skills), "languages": ", ".join(form.languages),
        "territories": ", ".join(form.territories), "cap": str(form.cap),
    }  # fmt: skip


def _stands(person: queries.Person, teams: Mapping[str, str], able: Mapping[str, str]) -> Standing:
    values = {"email": person.email.lower(), "name": person.name, "zone": person.zone, "phone": person.phone, **able}
    barred = "" if person.is_active else _("%(name)s is not active any more. Change that under Persons first.")
    return Standing(
        str(person.id), values | {"roles": " ".join(sorted(person.roles))}, teams, barred % {"name": person.name}
    )


def _clean(name: str, text: str) -> str:
    if name == "email":
        return text.lower()
    if name == "roles":
        words = [word.strip().upper() for word in PARTS.split(text) if word.strip()]
        return " ".join(sorted(set(words))) if set(words) <= set(Role) else text
    return text


def _shown(name: str, text: str) -> str:
    if name != "roles":
        return text
    return ", ".join(str(ROLES[Role(word)]).partition(":")[0] for word in text.split())


def _judge(rows: Sequence[Wanted], by: str) -> list[Judged]:
    organisation = queries.organisation()
    last = str(organisation.last_resort_id) if organisation else ""
    teams = {team.name.lower(): team for team in queries.teams()}
    skills, given = people.skill_ids(), {str(one.id) for one in expertise.skills() if one.is_active}
    return [_judged(row, Bound(by, last), teams, _expertise(row, skills, given)) for row in rows]


def _expertise(row: Wanted, skills: Mapping[str, str], given: Collection[str]) -> dict[str, str]:
    """What is wrong with what a line says that somebody can do; what is right is written as it stands elsewhere.

    `given` are the skills that somebody can be given who has not got them.
    """
    values, cap = row.values, row.given.get("cap", "").strip()
    values["cap"] = as_number(values["cap"].strip())
    if flaw_of_number(values["cap"], people.MOST_CAP) or (cap and as_number(cap) == "0"):
        said = _("Write a number from 1 to %(most)d. That there is no limit is said under Persons, by an empty field.")
        return {"cap": said % {"most": people.MOST_CAP}}
    try:
        form = people.expertise_said(values, skills)
    except Invalid as invalid:
        return invalid.errors
    had = people.read_abilities(row.standing.values["skills"], skills) if row.standing else ()
    rests = {one.skill for one in form.abilities}.difference(given, (one.skill for one in had))
    if rests:
        return {"skills": _("Nobody is given %(name)s any more.") % {"name": min(skills[one] for one in rests)}}
    ours = ("languages", "territories", "cap")
    if flaws := people.flaws_of_expertise(form, skills):
        return {name if name in ours else "skills": said for name, said in flaws.items()}
    values |= _able(form, skills)
    return {}


def _judged(row: Wanted, bound: Bound, teams: Mapping[str, Any], unable: Mapping[str, str]) -> Judged:
    values, standing = row.values, row.standing
    flaws = people.flaws_of_person(PersonForm(values["name"], values["email"], (), values["zone"], values["phone"]))
    roles = values["roles"].split()
    if not set(roles) <= set(Role):
        said = _("There is no role “%(text)s”. The roles are: %(all)s.")
        known = ", ".join(role.value.lower() for role in Role)
        flaws["roles"] = said % {"text": values["roles"][:60], "all": known}
    named = _teams(row.given.get("team", ""), teams)
    if None in named.values():
        missing = next(name for name, team in named.items() if team is None)
        flaws["team"] = _("There is no team %(name)s. Add it under Teams first, or correct the line.") % {
            "name": missing
        }
    flaws |= unable
    if standing:
        flaws |= _of_known(values, standing, bound)
    notes = {} if roles else {"roles": _("none: may sign in, and sees no case")}
    return Judged(flaws, {str(team.id): team.name for team in named.values() if team}, notes)


def _of_known(values: Mapping[str, str], standing: Standing, bound: Bound) -> dict[str, str]:
    if standing.barred:
        return {"email": standing.barred}
    if values["name"].casefold() != standing.values["name"].casefold():
        said = _("This address belongs to %(name)s. Correct the address, or change the name under Persons.")
        return {"email": said % {"name": standing.values["name"]}}
    roles = values["roles"].split()
    if standing.id == bound.by and Role.ADMINISTRATOR not in roles:
        return {"roles": _("You would be no administrator any more. Let another administrator do that.")}
    if standing.id == bound.last_resort and not SEES_ALL & set(roles):
        return {"roles": people.last_resort_said()}
    return {}


def _teams(text: str, teams: Mapping[str, Any]) -> dict[str, Any]:
    """The teams that a cell names, each with what is known of it; a comma may be a part of a name."""
    if text.lower() in teams:
        return {text: teams[text.lower()]}
    return {name: teams.get(name.lower()) for part in PARTS.split(text) if (name := part.strip())}


def _keep(entries: Sequence[Entry], by: Actor, at: datetime) -> Mapping[str, Any]:
    return {"links": cases.keep_persons(entries, by=by, at=at)}


def _take_back(undoing: Undoing) -> set[str]:
    links = [(team, person) for team, person in undoing.made.get("links", ())]
    needed = mentions.persons_named(undoing.added, since=undoing.since, until=undoing.until)
    return people.take_back_persons(undoing.added, links=links, needed=needed, by=undoing.by, at=undoing.until)


_L = gettext_lazy
PERSONS = Kind(
    "persons", _L("Persons"),
    (
        Column("name", _L("Name"), "Nora Lind", needed=True),
        Column("email", _L("E-mail"), "nora@example.org", needed=True, also=("e-mail address", "mail", "e mail")),
        Column("roles", _L("Roles"), "technician, specialist", also=("role",)),
        Column("team", _L("Team"), "", also=("teams",)),
        Column("phone", _L("Phone"), "+49 30 1234"),
        Column("zone", _L("Time zone"), "Europe/Berlin", also=("timezone",)),
        Column("skills", _L("Skills"), "", also=("skill",)),
        Column("languages", _L("Languages"), "de, fr", also=("language",)),
        Column("territories", _L("Territories"), "North", also=("territory",)),
        Column("cap", _L("Open cases at most"), "8", also=("load", "at most")),
    ),
    ("email",), _standing, _judge, _keep, _take_back, _clean, _shown, link="team",
)  # fmt: skip
