"""Persons by the hundred, as an import brings them: kept together, and taken back where nobody needs them yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.utils.translation import gettext as _

from backline.core.sight import SEES_ALL
from backline.core.words import Actor, Role
from backline.people.among import among_ids
from backline.people.languages import code_of
from backline.people.models import Ability, Address, Contact, Organisation, Person, Team
from backline.people.operations._expertise import ExpertiseForm, skill_ids, write_abilities
from backline.people.operations._expertise_text import read_abilities
from backline.people.operations._own_addresses import own_addresses
from backline.people.operations._registers import Invalid, hold_registers, last_resort_said
from backline.people.operations._shift_news import telling_of_shifts
from backline.people.operations._swaps import call_off_swaps
from backline.people.queries import ids
from backline.people.references import referred

# In one statement each: nothing refers to them, so that there is nothing for Django to look after in hundreds.
_MEMBERSHIPS = "DELETE FROM people_team_members WHERE id = ANY(%s)"
_ADDRESSES = "DELETE FROM people_address WHERE person_id = ANY(%s)"
_PERSONS = "DELETE FROM people_person WHERE id = ANY(%s)"
_CONTACTS = "DELETE FROM people_contact WHERE id = ANY(%s)"
_SKILLS = "DELETE FROM people_ability WHERE person_id = ANY(%s)"
TEXTS = ("name", "email", "zone", "phone")
FIELDS = (*TEXTS, "roles", "languages", "territories", "cap")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a register as it shall be; `links` are those whom it shall belong to or inform besides."""

    id: str
    new: bool
    values: Mapping[str, str]
    links: tuple[str, ...] = field(default=())


def keep_persons(entries: Sequence[Entry]) -> list[tuple[str, str]]:
    """Keep persons, without a password where they are new; the memberships that this made, as (team, person).

    Their links are ids of teams. Somebody must be left who administers.
    """
    through = Team.members.through
    with transaction.atomic():
        hold_registers()
        skills = skill_ids()
        able = {UUID(one.id): expertise_said(one.values, skills) for one in entries}
        Person.objects.bulk_create(
            [_filled(Person(id=one.id, password=make_password(None)), one, able) for one in entries if one.new]
        )
        known = Person.objects.in_bulk(ids(one.id for one in entries if not one.new))
        changed = [_filled(known[UUID(one.id)], one, able) for one in entries if not one.new]
        Person.objects.bulk_update(changed, FIELDS, batch_size=500)
        write_abilities(able)
        own_addresses(ids(one.id for one in entries))
        _needed()
        wanted = {(team, one.id) for one in entries for team in one.links}
        there = through.objects.filter(person__in=among_ids(ids(person for _team, person in wanted)))
        made = sorted(wanted - {(str(team), str(person)) for team, person in there.values_list("team_id", "person_id")})
        through.objects.bulk_create([through(team_id=team, person_id=person) for team, person in made])
    return made


def _filled(person: Person, entry: Entry, able: Mapping[UUID, ExpertiseForm]) -> Person:
    for name in TEXTS:
        setattr(person, name, entry.values[name])
    person.roles, form = entry.values["roles"].split(), able[UUID(entry.id)]
    person.languages, person.territories, person.cap = [*form.languages], [*form.territories], form.cap
    return person


def expertise_said(values: Mapping[str, str], skills: Mapping[str, str]) -> ExpertiseForm:
    """What the values of an entry say that a person can do; raises `Invalid` where they say nothing that is."""
    languages, territories = (
        tuple(part for one in values[name].split(",") if (part := one.strip())) for name in ("languages", "territories")
    )
    codes = tuple(dict.fromkeys(map(code_of, languages)))
    return ExpertiseForm(read_abilities(values["skills"], skills), codes, territories, int(values["cap"] or 0))


def _needed() -> None:
    """Somebody must be left who administers, and who hears when nobody else can be found."""
    if not Person.objects.filter(is_active=True, roles__contains=[Role.ADMINISTRATOR]).exists():
        raise Invalid({"roles": _("Nobody else is an administrator. Give somebody else that role first.")})
    organisation = Organisation.objects.select_related("last_resort").first()
    if organisation and not SEES_ALL & set(organisation.last_resort.roles):
        raise Invalid({"roles": last_resort_said()})


def take_back_persons(
    wanted: Collection[str], *, links: Sequence[tuple[str, str]], needed: Collection[str], by: Actor, at: datetime
) -> set[str]:
    """Remove persons and memberships; those whom something refers to, who have a password, or are `needed` stay.

    Whose shifts are others by it hears so, and who leaves a team is asked for no swap any more. The answer names those
    who stay, by their ids.
    """
    through, mine = Team.members.through, set(links)
    with telling_of_shifts({team for team, _person in mine}, by=by, at=at):
        there = list(Person.objects.select_for_update().filter(id__in=among_ids(ids(wanted))))
        known = [person.id for person in there]
        stay = {person.id for person in there if person.has_usable_password() or person.last_login} | set(ids(needed))
        stay |= referred(Person, known, besides=[through, Ability, Address])
        members = through.objects.filter(person__in=among_ids(known)).values_list("team_id", "person_id")
        stay |= {person for team, person in members if (str(team), str(person)) not in mine}
        ours = through.objects.filter(person__in=among_ids(ids(person for _team, person in mine)))
        gone = {
            row: (str(team), str(person)) for row, team, person in ours.values_list("pk", "team_id", "person_id")
            if (str(team), str(person)) in mine and person not in stay
        }  # fmt: skip
        _drop(_MEMBERSHIPS, gone)
        for team in {team for team, _person in gone.values()}:
            call_off_swaps([one for left, one in gone.values() if left == team], team=team, by=by, at=at)
        _drop(_SKILLS, set(known) - stay)
        _drop(_ADDRESSES, set(known) - stay)
        _drop(_PERSONS, set(known) - stay)
        _needed()
    return {str(person) for person in known if person in stay}


def take_back_contacts(wanted: Collection[str]) -> None:
    """Remove contacts that nothing refers to."""
    contacts = ids(wanted)
    _drop(_CONTACTS, set(contacts) - referred(Contact, contacts))


def _drop(statement: str, gone: Collection[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [list(gone)])
