"""Reads persons, teams, contacts and the organisation."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, reduce
from operator import or_
from uuid import UUID
from zoneinfo import available_timezones

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from backline.core.oncall import Away
from backline.core.sight import SEES_ALL
from backline.core.words import Actor, ActorKind, Role
from backline.people.among import among, among_ids
from backline.people.models import Contact, Demo, Deputy, Organisation, Person, Team

__all__ = [
    "IN_A_DEMO",
    "Contact",
    "Demo",
    "Deputy",
    "Organisation",
    "Person",
    "Roster",
    "Team",
    "actor_of",
    "actors_of",
    "anybody_by_email",
    "contacts_by_email",
    "contacts_by_id",
    "deputies_ahead",
    "deputies_lately",
    "deputies_of",
    "find_contacts",
    "find_persons",
    "ids",
    "is_demo",
    "members",
    "names_of",
    "organisation",
    "person_by_email",
    "persons",
    "persons_by_email",
    "persons_by_id",
    "roster",
    "team",
    "team_names",
    "teams",
    "teams_of",
    "with_role",
    "without_password",
    "zones",
]

# A manager who left, or is none any more, has no deputy.
_STANDS_IN = """
FROM people_deputy AS deputy JOIN people_person AS manager ON manager.id = manager_id
WHERE manager.is_active AND 'MANAGER' = ANY(manager.roles) AND from_at <= %(at)s AND %(at)s < to_at
"""
_SEES_ALL = f"'{{{','.join(sorted(SEES_ALL))}}}'"
TOOK_OVER = f"""
  instead_of_id IS NULL AND made_by = person_id::text AND is_active AND (roles && {_SEES_ALL} OR lead_id = person_id)
"""
"""Of an agreement with its person and its team: that he plans the team, in which he need not be, and took it over."""
# Whoever did covers it for that time: what he hears of he may accept.
_TEAMS = """
SELECT person_id, team_id, 'MEMBER' FROM people_team_members WHERE person_id = ANY(%(persons)s)
UNION ALL SELECT person_id, team_id, 'COVERS' FROM people_agreement
  JOIN people_person AS person ON person.id = person_id JOIN people_team AS team ON team.id = team_id
  WHERE person_id = ANY(%(persons)s) AND from_at <= %(at)s AND to_at > %(at)s AND <took over>
UNION ALL SELECT lead_id, id, 'LEAD' FROM people_team WHERE lead_id = ANY(%(persons)s)
UNION ALL SELECT person_id, manager_id, 'DEPUTY' <standing in> AND person_id = ANY(%(persons)s)
""".replace("<standing in>", _STANDS_IN).replace("<took over>", TOOK_OVER)

# Whoever is told by role, the persons asked for, and the last resort, all as far as they are active; and the teams.
_ROSTER = """
WITH standing_in AS (SELECT DISTINCT person_id <standing in>)
SELECT person.id::text, roles, person.id = last_resort_id, person.id = ANY(%(asked)s::uuid[]),
  person.id IN (SELECT person_id FROM standing_in)
FROM people_person AS person LEFT JOIN people_organisation ON true
WHERE person.is_active AND (
  roles && <sees all> OR person.id = ANY(%(asked)s::uuid[]) OR person.id = last_resort_id
  OR person.id IN (SELECT person_id FROM standing_in)
)
ORDER BY person.name, person.id
""".replace("<standing in>", _STANDS_IN).replace("<sees all>", _SEES_ALL)
_ROSTER_TEAMS = """
SELECT team.id::text, lead.id::text, ARRAY(
  SELECT person.id::text FROM people_team_members AS member JOIN people_person AS person ON person.id = person_id
  WHERE team_id = team.id AND is_active ORDER BY person.name
), EXISTS (SELECT FROM people_scheduleversion WHERE team_id = team.id)
  OR EXISTS (SELECT FROM people_rostershift WHERE team_id = team.id), (
  SELECT jsonb_agg(jsonb_build_array(absence.person_id, from_at, to_at)) FROM people_absence AS absence
  JOIN people_team_members AS member ON member.person_id = absence.person_id AND team_id = team.id
  WHERE to_at IS NULL OR to_at > %(at)s
)
FROM people_team AS team LEFT JOIN people_person AS lead ON lead.id = lead_id AND lead.is_active
WHERE team.id = ANY(%(teams)s::uuid[])
"""
_NAMES = """
SELECT id::text, name FROM people_team
UNION ALL SELECT id::text, name FROM people_contact WHERE id = ANY(%(known)s::uuid[])
UNION ALL SELECT id::text, name FROM people_person WHERE id = ANY(%(known)s::uuid[])
"""


def actor_of(person: Person, *, at: datetime) -> Actor:
    """The person as one who asks at a moment."""
    return actors_of([person], at=at)[str(person.id)]


def actors_of(persons: Collection[Person], *, at: datetime) -> dict[str, Actor]:
    """The persons as those who ask at a moment, by id; one query for any number of them."""
    teams: dict[UUID, set[str]] = {person.id: set() for person in persons}
    leads: dict[UUID, set[str]] = {person.id: set() for person in persons}
    covers: dict[UUID, set[str]] = {person.id: set() for person in persons}
    managers: dict[UUID, set[str]] = {person.id: set() for person in persons}
    with connection.cursor() as cursor:
        cursor.execute(_TEAMS, {"persons": list(teams), "at": at})
        for person_id, other, as_what in cursor.fetchall():
            for found in {"MEMBER": (teams,), "COVERS": (covers,), "LEAD": (teams, leads), "DEPUTY": (managers,)}[
                as_what
            ]:
                found[person_id].add(str(other))
    return {
        str(person.id): Actor(
            kind=ActorKind.PERSON,
            id=str(person.id),
            roles=frozenset(Role(role) for role in person.roles),
            teams=frozenset(teams[person.id]),
            leads=frozenset(leads[person.id]),
            covers=frozenset(covers[person.id]),
            stands_for=tuple(sorted(managers[person.id])),
            name=person.name,
        )
        for person in persons
    }


def deputies_of(manager: str, *, at: datetime) -> list[Deputy]:
    """Those whom a manager named and whose time has not passed, in order."""
    rows = Deputy.objects.filter(manager__in=ids([manager]), to_at__gt=at)
    return list(rows.select_related("person").order_by("from_at", "id"))


def deputies_lately(since: datetime, until: datetime) -> list[Deputy]:
    """Those of managers who are there that were named, began or ended between two moments, themselves there as well."""
    moments = (Q(**{f"{name}__gt": since, f"{name}__lte": until}) for name in ("named_at", "from_at", "to_at"))
    return list(_deputies_there().filter(reduce(or_, moments)).select_related("person", "manager").order_by("id"))


def deputies_ahead(at: datetime) -> list[Deputy]:
    """Those whose time is not over, of managers who are there, themselves there as well."""
    return list(_deputies_there().filter(to_at__gt=at).order_by("from_at", "id"))


def _deputies_there() -> QuerySet[Deputy]:
    return Deputy.objects.filter(person__is_active=True, manager__is_active=True, manager__roles__contains=["MANAGER"])


def persons() -> QuerySet[Person]:
    """All persons who may act, by name."""
    return Person.objects.filter(is_active=True).order_by("name", "id")


def find_persons(text: str, *, most: int) -> list[Person]:
    """Persons, active or not, whose name or address holds the text; those who may act first."""
    found = Person.objects.filter(Q(name__icontains=text) | Q(email__icontains=text))
    return list(found.order_by("-is_active", "name", "id")[:most])


def find_contacts(text: str, *, most: int) -> list[Contact]:
    """Contacts whose name or address holds the text, by name."""
    found = Contact.objects.filter(Q(name__icontains=text) | Q(email__icontains=text))
    return list(found.order_by("name", "id")[:most])


def with_role(role: Role) -> tuple[str, ...]:
    """The ids of the active persons who hold the role."""
    return tuple(str(found) for found in persons().filter(roles__contains=[role]).values_list("id", flat=True))


def roles_held() -> frozenset[str]:
    """The roles that somebody who may act holds."""
    return frozenset(role for roles in persons().values_list("roles", flat=True) for role in roles)


def persons_by_id(known: Iterable[str]) -> dict[str, Person]:
    """The persons with these ids, active or not; what is no id of a person is left out."""
    wanted = ids(known)
    return {str(person.id): person for person in Person.objects.filter(id__in=wanted)} if wanted else {}


def contacts_by_id(known: Iterable[str]) -> dict[str, Contact]:
    """The contacts with these ids."""
    wanted = ids(known)
    return {str(contact.id): contact for contact in Contact.objects.filter(id__in=wanted)} if wanted else {}


def erased(known: Iterable[str]) -> frozenset[str]:
    """Those of these ids that belong to contacts who were erased."""
    found = Contact.objects.filter(id__in=ids(known)).exclude(erased_at=None)
    return frozenset(map(str, found.values_list("id", flat=True)))


def teams() -> QuerySet[Team]:
    """All teams, by tier and name."""
    return Team.objects.select_related("lead").order_by("tier", "name")


def team_names() -> dict[str, str]:
    """What all teams are called, by id."""
    return {str(found): name for found, name in Team.objects.order_by().values_list("id", "name")}


def names_of(known: Iterable[str]) -> dict[str, str]:
    """What all teams are called, and the persons and contacts with these ids."""
    with connection.cursor() as cursor:
        cursor.execute(_NAMES, {"known": ids(known)})
        return dict(cursor.fetchall())


def tiers() -> frozenset[int]:
    """The tiers of which there is a team."""
    return frozenset(Team.objects.order_by().values_list("tier", flat=True).distinct())


def team(team_id: str) -> Team | None:
    """The team with this id."""
    return Team.objects.select_related("lead").filter(id__in=ids([team_id])).first()


def members(team_ids: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """The active members of each team, by the team's id."""
    found: dict[str, tuple[str, ...]] = {}
    pairs = Team.objects.filter(id__in=ids(team_ids), members__is_active=True)
    for team_id, person in pairs.order_by("members__name").values_list("id", "members__id"):
        found[str(team_id)] = (*found.get(str(team_id), ()), str(person))
    return found


def organisation() -> Organisation | None:
    """The organisation, or None before the first start was finished."""
    return Organisation.objects.select_related("last_resort").first()


def is_demo() -> bool:
    """Whether the organisation is made up, so that nothing may leave it."""
    return any(Organisation.objects.values_list("demo", flat=True))


IN_A_DEMO = "EXISTS (SELECT FROM people_organisation WHERE demo <> '')"
"""The same for a statement that would write otherwise, without asking first."""


def ids(texts: Iterable[str]) -> list[UUID]:
    """Those of the texts that are ids."""
    found = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


@dataclass(frozen=True, slots=True)
class Roster:
    """Who holds which role now, for the teams asked for: ids of active persons; `scheduled` teams have shifts.

    `away` says of each team when who of it is not there, from now on.
    """

    coordinators: tuple[str, ...]
    managers: tuple[str, ...]
    last_resort: tuple[str, ...]
    members: Mapping[str, tuple[str, ...]]
    leads: Mapping[str, tuple[str, ...]]
    active: frozenset[str]
    deputies: tuple[str, ...]
    scheduled: frozenset[str]
    away: Mapping[str, tuple[Away, ...]]


def roster(team_ids: Iterable[str], person_ids: Iterable[str], *, at: datetime) -> Roster:
    """The roster for these teams at a moment; `active` holds those of the persons asked for who may still act.

    Where the last-resort contact is gone, the administrators are the last resort: there always is one.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ROSTER, {"asked": ids(person_ids), "at": at})
        known = cursor.fetchall()
        wanted = ids(team_ids)
        teams = []
        if wanted:
            cursor.execute(_ROSTER_TEAMS, {"teams": wanted, "at": at})
            teams = cursor.fetchall()
    by_role = {
        role: tuple(person for person, roles, *_ in known if role in roles)
        for role in (Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR)
    }
    last_resort = tuple(person for person, _roles, last, *_ in known if last)
    return Roster(
        coordinators=by_role[Role.COORDINATOR],
        managers=by_role[Role.MANAGER],
        last_resort=last_resort or by_role[Role.ADMINISTRATOR],
        members={team: tuple(members) for team, _lead, members, *_ in teams if members},
        leads={team: (lead,) for team, lead, *_ in teams if lead},
        active=frozenset(person for person, _roles, _last, asked, _stands in known if asked),
        deputies=tuple(person for person, *_, stands in known if stands),
        scheduled=frozenset(team for team, _lead, _members, shifts, _away in teams if shifts),
        away={team: tuple(_away(*one) for one in json.loads(away)) for team, *_, away in teams if away},
    )


def _away(person: str, from_at: str, to_at: str | None) -> Away:
    return Away(person, datetime.fromisoformat(from_at), datetime.fromisoformat(to_at) if to_at else None)


@cache
def zones() -> tuple[str, ...]:
    """The names of all time zones in order; read from the disk once a process.

    A zone is named after a place, or it is UTC: old abbreviations and what only machines know are left out.
    """
    machines = ("Etc/", "SystemV/", "US/")
    return ("UTC", *sorted(zone for zone in available_timezones() if "/" in zone and not zone.startswith(machines)))


def person_by_email(email: str) -> Person | None:
    """The active person with this e-mail address, whatever the case of its letters."""
    return Person.objects.filter(email__iexact=email, is_active=True).first()


def persons_by_email(emails: Iterable[str]) -> dict[str, Person]:
    """The active persons with these addresses, by the address in small letters."""
    wanted = {email.lower() for email in emails}
    found = Person.objects.annotate(small=Lower("email")).filter(small__in=among(wanted), is_active=True)
    return {person.email.lower(): person for person in found}


def anybody_by_email(emails: Iterable[str], *, hold: bool) -> dict[str, Person]:
    """The persons with these addresses, active or not, by the address in small letters; held as they are if wanted."""
    wanted = {email.lower() for email in emails}
    found = Person.objects.annotate(small=Lower("email")).filter(small__in=among(wanted)).order_by("id")
    return {person.email.lower(): person for person in (found.select_for_update() if hold else found)}


def teams_of(persons: Iterable[Person]) -> dict[UUID, dict[str, str]]:
    """The teams that each of the persons is a member of, by name and id."""
    found: dict[UUID, dict[str, str]] = {}
    pairs = Team.objects.filter(members__in=among_ids([one.id for one in persons])).order_by("name")
    for team, name, person in pairs.values_list("id", "name", "members__id"):
        found.setdefault(person, {})[str(team)] = name
    return found


def without_password() -> list[Person]:
    """The active persons who have not chosen a password yet, by name."""
    return list(persons().filter(password__startswith=UNUSABLE_PASSWORD_PREFIX))


def contacts_by_email(emails: Iterable[str]) -> dict[str, Contact]:
    """The contacts with these addresses, by the address in small letters; of several it is the first by id."""
    wanted = {email.lower() for email in emails}
    found = (
        Contact.objects.annotate(small=Lower("email")).filter(small__in=among(wanted), erased_at=None).order_by("-id")
    )
    return {contact.email.lower(): contact for contact in found}
