"""Expertise: the skills there are, what work takes, and what each person can do, where, and how much at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backline.core.candidates import MOST_LEVEL
from backline.people.models import Ability, Need, Person, Skill
from backline.people.operations._registers import Invalid, flaws_of_texts
from backline.people.queries import ids

LONGEST_SKILL, LONGEST_TERRITORY, LONGEST_LANGUAGE = 60, 60, 10
MOST_CAP, MOST_NAMED = 1_000, 50


def keep_skill(name: str, *, skill_id: str = "") -> Skill:
    """Add a skill, or rename the one with this id."""
    said = " ".join(name.split())
    errors = flaws_of_texts(name=(said, LONGEST_SKILL)) or ({} if said else {"name": _("Give the skill a name.")})
    if errors:
        raise Invalid(errors)
    skill = Skill.objects.filter(id__in=ids([skill_id])).first() or Skill()
    skill.name = said
    try:
        with transaction.atomic():
            skill.save()
    except IntegrityError as error:
        raise Invalid({"name": _("There is a skill of this name.")}) from error
    return skill


@dataclass(frozen=True, slots=True)
class NeedForm:
    """What work on a kind of asset, or with a fault code, takes; what is empty fits all."""

    skill: str
    level: int
    asset_type: str = ""
    fault_code: str = ""
    certified: bool = False


def keep_need(form: NeedForm, *, need_id: str = "") -> Need:
    """Say what work takes, or change what was said under this id."""
    skill = Skill.objects.filter(id__in=ids([form.skill])).first()
    errors = flaws_of_texts(asset_type=(form.asset_type, 60), fault_code=(form.fault_code, 40))
    if skill is None:
        errors["skill"] = _("There is no such skill. Choose one of the list.")
    if not 1 <= form.level <= MOST_LEVEL:
        errors["level"] = _("Choose a level from 1 to %(most)d.") % {"most": MOST_LEVEL}
    if errors or skill is None:
        raise Invalid(errors)
    need = Need.objects.filter(id__in=ids([need_id])).first() or Need()
    need.skill, need.level, need.certified = skill, form.level, form.certified
    need.asset_type, need.fault_code = form.asset_type.strip(), form.fault_code.strip()
    try:
        with transaction.atomic():
            need.save()
    except IntegrityError as error:
        said = _("Of this skill something is said already for this kind of asset and fault code. Change that.")
        raise Invalid({"skill": said}) from error
    return need


def remove_need(*, need_id: str) -> None:
    """It is not said any more; taking it away twice changes nothing."""
    Need.objects.filter(id__in=ids([need_id])).delete()


@dataclass(frozen=True, slots=True)
class AbilityForm:
    """How well somebody can do something; certified until a day, or without one for good."""

    skill: str
    level: int
    certified: bool = False
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ExpertiseForm:
    """All that is known of what a person can do; a cap of 0 is none."""

    abilities: tuple[AbilityForm, ...] = ()
    languages: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    cap: int = 0


def keep_expertise(form: ExpertiseForm, *, person_id: str) -> Person:
    """What a person can do is this and nothing else; saying the same again changes nothing."""
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(id__in=ids([person_id])).first()
        if person is None:
            raise Invalid({"": _("There is no such person.")})
        if errors := dict(_flaws(form)):
            raise Invalid(errors)
        person.languages, person.territories, person.cap = [*form.languages], [*form.territories], form.cap
        person.save(update_fields=["languages", "territories", "cap"])
        Ability.objects.filter(person=person).delete()
        Ability.objects.bulk_create(
            Ability(
                person=person, skill_id=UUID(one.skill), level=one.level,
                certified=one.certified, certified_until=one.until if one.certified else None,
            )
            for one in form.abilities
        )  # fmt: skip
    return person


def _flaws(form: ExpertiseForm) -> Iterator[tuple[str, str]]:
    """The sentence for each field; that of a skill is called by its id."""
    known = {str(found) for found in Skill.objects.values_list("id", flat=True)}
    named = [one.skill for one in form.abilities]
    for one in form.abilities:
        if one.skill not in known or named.count(one.skill) > 1:
            yield one.skill, _("Name each skill of the list once.")
        elif not 1 <= one.level <= MOST_LEVEL:
            yield one.skill, _("Choose a level from 1 to %(most)d.") % {"most": MOST_LEVEL}
    for field, texts, longest in (
        ("languages", form.languages, LONGEST_LANGUAGE), ("territories", form.territories, LONGEST_TERRITORY),
    ):  # fmt: skip
        if len(texts) > MOST_NAMED:
            yield field, _("That is too much: %(most)d are the most.") % {"most": MOST_NAMED}
        yield from (flaw for text in texts for flaw in flaws_of_texts(**{field: (text, longest)}).items())
    if not 0 <= form.cap <= MOST_CAP:
        yield "cap", _("Choose a number from 0 to %(most)d; 0 is for no limit.") % {"most": MOST_CAP}
