"""Who can do what: skills, what work takes, and persons as the core ranks them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q

from backline.core import candidates
from backline.core.candidates import SOON, Able
from backline.core.load import cap_of
from backline.people.models import Ability, Absence, Need, Person, Skill
from backline.people.queries import ids

__all__ = [
    "Ability",
    "Need",
    "Skill",
    "Taken",
    "abilities",
    "ability_of",
    "able",
    "caps",
    "certificates_ending",
    "how_many_have_them",
    "needed",
    "needs",
    "resting",
    "skills",
    "takes",
    "those_who_have",
    "uncertified",
    "unmet",
]

_CAPS = """
SELECT person.id::text, person.cap, ARRAY(
  SELECT team.cap FROM people_team AS team JOIN people_team_members ON team_id = team.id
  WHERE person_id = person.id AND team.cap > 0
) FROM people_person AS person WHERE person.id = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What work takes: levels of skills by their ids, and those among them that must be certified."""

    levels: Mapping[str, int]
    certified: frozenset[str]


def skills() -> list[Skill]:
    """Every skill, by name."""
    return list(Skill.objects.order_by("name"))


def needs() -> list[Need]:
    """Everything that is said about what work takes."""
    known = Need.objects.select_related("skill", "team")
    return list(known.order_by("asset_type", "fault_code", "team__name", "skill__name"))


def needed(asset_type: str, fault_codes: Collection[str], team: str = "") -> Taken:
    """What work on such an asset with these codes takes, suggested to a team: of each skill the highest level."""
    return takes(Need.objects.all(), asset_type, fault_codes, team)


def takes(needs: Iterable[Need], asset_type: str, fault_codes: Collection[str], team: str) -> Taken:
    """The same by these needs."""
    levels: dict[str, int] = {}
    certified: set[str] = set()
    for need in needs:
        if need.asset_type not in ("", asset_type) or need.fault_code not in ("", *fault_codes):
            continue
        if need.team_id and str(need.team_id) != team:
            continue
        skill = str(need.skill_id)
        levels[skill] = max(need.level, levels.get(skill, 0))
        if need.certified:
            certified.add(skill)
    return Taken(levels, frozenset(certified))


def uncertified(day: date) -> list[Need]:
    """What takes a certificate that nobody holds on a day who could do it and is in a team."""
    begun = Q(certified_from=None) | Q(certified_from__lte=day)
    valid = begun & (Q(certified_until=None) | Q(certified_until__gte=day))
    held = Ability.objects.filter(valid, skill=OuterRef("skill"), level__gte=OuterRef("level"), certified=True)
    held = held.filter(person__is_active=True, person__teams__isnull=False)
    found = Need.objects.filter(~Exists(held), certified=True).select_related("skill", "team")
    return list(found.order_by("skill__name", "id"))


def unmet() -> list[Need]:
    """What takes a skill, without a certificate, that nobody in a team has at that level."""
    held = Ability.objects.filter(skill=OuterRef("skill"), level__gte=OuterRef("level"))
    held = held.filter(person__is_active=True, person__teams__isnull=False)
    found = Need.objects.filter(~Exists(held), certified=False, skill__is_active=True)
    return list(found.select_related("skill", "team").order_by("skill__name", "id"))


def resting() -> list[Need]:
    """What takes a skill that nobody is given any more."""
    found = Need.objects.filter(skill__is_active=False).select_related("skill", "team")
    return list(found.order_by("skill__name", "id"))


def abilities(person: str) -> list[Ability]:
    """What somebody can do, by the skill's name."""
    found = Ability.objects.filter(person__in=ids([person])).select_related("skill")
    return list(found.order_by("skill__name"))


def how_many_have_them() -> dict[UUID, int]:
    """How many active persons have each skill."""
    found = Ability.objects.filter(person__is_active=True).order_by()
    return dict(found.values_list("skill").annotate(count=Count("id")))


def those_who_have(skill: str, *, most: int) -> list[Ability]:
    """The active persons who have a skill, by name."""
    found = Ability.objects.filter(skill__in=ids([skill]), person__is_active=True)
    return list(found.select_related("person", "skill").order_by("person__name", "person")[:most])


def certificates_ending(day: date, *, most: int) -> list[Ability]:
    """The certificates of active persons that end soon or have ended on a day, the first to end first."""
    found = Ability.objects.filter(certified=True, certified_until__lte=day + SOON, person__is_active=True)
    return list(found.select_related("person", "skill").order_by("certified_until", "person__name", "id")[:most])


def caps(persons: Collection[str]) -> dict[str, int]:
    """How many open cases at once are enough for these persons; who has no limit is left out."""
    with connection.cursor() as cursor:
        cursor.execute(_CAPS, [ids(persons)])
        found = ((person, cap_of(own, teams)) for person, own, teams in cursor.fetchall())
        return {person: cap for person, cap in found if cap}


def able(persons: Collection[str], *, at: datetime) -> dict[str, Able]:
    """The active ones of these as the core ranks them, by id, with what this room knows of them."""
    known, enough, wanted = _abilities(persons), caps(persons), ids(persons)
    then = Absence.objects.filter(person__in=wanted, from_at__lte=at).exclude(to_at__lte=at)
    away = {str(person) for person in then.values_list("person_id", flat=True)}
    return {
        str(person.id): Able(
            person=str(person.id),
            teams=frozenset(str(team.id) for team in person.teams.all()),
            abilities=known.get(str(person.id), {}),
            languages=frozenset((person.language, *person.languages)),
            territories=frozenset(one.casefold() for one in person.territories),
            cap=enough.get(str(person.id), 0),
            away=str(person.id) in away,
        )
        for person in Person.objects.filter(id__in=wanted, is_active=True).prefetch_related("teams")
    }


def _abilities(persons: Collection[str]) -> dict[str, dict[str, candidates.Ability]]:
    found: dict[str, dict[str, candidates.Ability]] = {}
    for one in Ability.objects.filter(person__in=ids(persons)):
        found.setdefault(str(one.person_id), {})[str(one.skill_id)] = ability_of(one)
    return found


def ability_of(one: Ability) -> candidates.Ability:
    """It as the core knows it."""
    return candidates.Ability(one.level, one.certified, one.certified_until, one.certified_from)
