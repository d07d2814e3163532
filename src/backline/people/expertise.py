"""Who can do what: skills, what work takes, and persons as the core ranks them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from backline.core import candidates
from backline.core.candidates import Able
from backline.people.models import Ability, Absence, Need, Person, Skill
from backline.people.queries import ids

__all__ = ["Need", "Skill", "Taken", "abilities", "able", "needed", "needs", "skills"]


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
    return list(Need.objects.select_related("skill").order_by("asset_type", "fault_code", "skill__name"))


def needed(asset_type: str, fault_codes: Collection[str]) -> Taken:
    """What work on such an asset with these codes takes: of each skill the highest level that is said."""
    fits = Q(asset_type__in=["", asset_type]) & Q(fault_code__in=["", *fault_codes])
    levels: dict[str, int] = {}
    certified: set[str] = set()
    for need in Need.objects.filter(fits):
        skill = str(need.skill_id)
        levels[skill] = max(need.level, levels.get(skill, 0))
        if need.certified:
            certified.add(skill)
    return Taken(levels, frozenset(certified))


def abilities(person: str) -> dict[str, candidates.Ability]:
    """What somebody can do, by the skill's id."""
    return _abilities([person]).get(person, {})


def able(persons: Collection[str], *, at: datetime) -> dict[str, Able]:
    """The active ones of these as the core ranks them, by id, with what this room knows of them."""
    known, wanted = _abilities(persons), ids(persons)
    then = Absence.objects.filter(person__in=wanted, from_at__lte=at).exclude(to_at__lte=at)
    away = {str(person) for person in then.values_list("person_id", flat=True)}
    return {
        str(person.id): Able(
            person=str(person.id),
            teams=frozenset(str(team.id) for team in person.teams.all()),
            abilities=known.get(str(person.id), {}),
            languages=frozenset((person.language, *person.languages)),
            territories=frozenset(one.casefold() for one in person.territories),
            cap=person.cap,
            away=str(person.id) in away,
        )
        for person in Person.objects.filter(id__in=wanted, is_active=True).prefetch_related("teams")
    }


def _abilities(persons: Collection[str]) -> dict[str, dict[str, candidates.Ability]]:
    found: dict[str, dict[str, candidates.Ability]] = {}
    for one in Ability.objects.filter(person__in=ids(persons)):
        ability = candidates.Ability(one.level, one.certified, one.certified_until)
        found.setdefault(str(one.person_id), {})[str(one.skill_id)] = ability
    return found
