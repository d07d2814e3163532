"""What somebody can do as one cell of a list says it: "Hydraulics: 3, certified C-17 until 2027-03-31; Doors: 2"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date

from django.utils.translation import gettext as _

from backline.people.operations._expertise import AbilityForm
from backline.people.operations._registers import Invalid

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
LONGEST = 300
_ONE = re.compile(
    rf"(?P<skill>.+?)\s*:\s*(?P<level>\d+)"
    rf"(?P<certified>\s*,\s*certified(\s+(?P<number>.+?))??(\s+from\s+(?P<since>{_DAY}))?(\s+until\s+(?P<until>{_DAY}))?)?",
    re.IGNORECASE,
)


def read_abilities(text: str, skills: Mapping[str, str]) -> tuple[AbilityForm, ...]:
    """The abilities that a cell says, by the names of `skills` (by id); raises `Invalid` where it says none."""
    known = {name.casefold(): found for found, name in skills.items()}
    parts = (part for one in re.split("[;\n]", text) if (part := one.strip()))
    return tuple(_read(part, known) for part in parts)


def _read(part: str, known: Mapping[str, str]) -> AbilityForm:
    said = _ONE.fullmatch(part) if len(part) <= LONGEST else None
    if said is None:
        wanted = _("Write “%(part)s” as skill and level, such as Hydraulics: 3, certified C-17 until 2027-03-31.")
        raise Invalid({"skills": wanted % {"part": part[:60]}})
    skill = known.get(" ".join(said["skill"].split()).casefold())
    if skill is None:
        missing = _("There is no skill %(name)s. Add it under Skills first, or correct the line.")
        raise Invalid({"skills": missing % {"name": said["skill"][:60]}})
    since, until = (_day(said[name]) for name in ("since", "until"))
    return AbilityForm(skill, int(said["level"][:4]), bool(said["certified"]), until, since, said["number"] or "")


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid({"skills": _("There is no day %(day)s.") % {"day": text}}) from error


def written_abilities(abilities: tuple[AbilityForm, ...], skills: Mapping[str, str]) -> str:
    """The same abilities as a cell: what means the same is written the same."""
    by_name = sorted(abilities, key=lambda one: skills[one.skill].casefold())
    return "; ".join("".join(_written(one, skills[one.skill])) for one in by_name)


def _written(one: AbilityForm, skill: str) -> Iterator[str]:
    yield f"{skill}: {one.level}"
    if one.certified:
        yield ", certified"
        yield f" {one.certificate}" if one.certificate else ""
        yield f" from {one.since}" if one.since else ""
        yield f" until {one.until}" if one.until else ""
