"""Expertise: the skills there are, what work takes, and what each person can do, where, and how much at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backline.core.candidates import MOST_LEVEL
from backline.people.among import among_ids
from backline.people.languages import flaw_of_language
from backline.people.models import Ability, Need, Person, Skill, Team
from backline.people.operations._registers import Invalid, flaws_of_texts, hold_registers
from backline.people.operations._teams import MOST_CAP, flaw_of_cap
from backline.people.queries import ids

LONGEST_SKILL, LONGEST_TERRITORY, LONGEST_LANGUAGE, LONGEST_CERTIFICATE = 60, 60, 10, 60
MOST_NAMED = 50
FIRST_YEAR, LAST_YEAR = 1970, 2199
"""No certificate began or ends in another year: such a day was mistyped."""


def keep_skill(name: str, *, skill_id: str = "", active: bool = True) -> Skill:
    """Add a skill (under this id, so that adding twice adds once), or change the one with this id."""
    said = " ".join(name.split())
    errors = flaws_of_texts(name=(said, LONGEST_SKILL)) or ({} if said else {"name": _("Give the skill a name.")})
    if ";" in said:
        errors["name"] = _("Leave out the semicolon: in lists it stands between two skills.")
    if errors:
        raise Invalid(errors)
    skill = Skill.objects.filter(id__in=ids([skill_id])).first() or _new(Skill, skill_id)
    skill.name, skill.is_active = said, active
    try:
        with transaction.atomic():
            skill.save()
    except IntegrityError as error:
        raise Invalid({"name": _("There is a skill of this name.")}) from error
    return skill


def remove_skill(*, skill_id: str) -> None:
    """It is in the list no more, where nobody has it and no work takes it; taking it away twice changes nothing."""
    with transaction.atomic():
        hold_registers()
        skill = Skill.objects.filter(id__in=ids([skill_id])).first()
        if skill is None:
            return
        have, take = (kind.objects.filter(skill=skill).count() for kind in (Ability, Need))
        if have or take:
            said = _(
                "It stays: persons who have it, active or not: %(have)d; entries under What work takes that ask for "
                "it: %(take)d. Take the tick from Active, and nobody else is given it."
            )
            raise Invalid({"": said % {"have": have, "take": take}})
        skill.delete()


def _new[T: (Skill, Need)](register: type[T], entry: str) -> T:
    """An entry that is not there yet, under the id that its form was shown with."""
    return register(id=UUID(entry)) if entry else register()


@dataclass(frozen=True, slots=True)
class NeedForm:
    """What work on a kind of asset, with a fault code, or that a team is suggested for takes; what is empty fits all.

    The team is an id.
    """

    skill: str
    level: int
    asset_type: str = ""
    fault_code: str = ""
    certified: bool = False
    team: str = ""


def keep_need(form: NeedForm, *, need_id: str = "") -> Need:
    """Say what work takes, or change what was said under this id."""
    try:
        with transaction.atomic():
            hold_registers()  # whoever is just removing the skill has removed it, or finds that this asks for it
            return _save_need(form, need_id)
    except IntegrityError as error:
        said = _("Of this skill something is said already for this kind of asset, fault code and team. Change that.")
        raise Invalid({"skill": said}) from error


def _save_need(form: NeedForm, need_id: str) -> Need:
    skill = Skill.objects.filter(id__in=ids([form.skill])).first()
    errors = flaws_of_texts(asset_type=(form.asset_type, 60), fault_code=(form.fault_code, 40))
    if skill is None:
        errors["skill"] = _("There is no such skill. Choose one of the list.")
    if not 1 <= form.level <= MOST_LEVEL:
        errors["level"] = _("Choose a level from 1 to %(most)d.") % {"most": MOST_LEVEL}
    team = Team.objects.filter(id__in=ids([form.team])).first()
    if form.team and team is None:
        errors["team"] = _("There is no such team.")
    if errors or skill is None:
        raise Invalid(errors)
    need = Need.objects.filter(id__in=ids([need_id])).first() or _new(Need, need_id)
    need.skill, need.level, need.certified, need.team = skill, form.level, form.certified, team
    need.asset_type, need.fault_code = form.asset_type.strip(), form.fault_code.strip()
    need.save()
    return need


def remove_need(*, need_id: str) -> None:
    """It is not said any more; taking it away twice changes nothing."""
    Need.objects.filter(id__in=ids([need_id])).delete()


@dataclass(frozen=True, slots=True)
class AbilityForm:
    """How well somebody can do something; certified from a day until a day, or without one always."""

    skill: str
    level: int
    certified: bool = False
    until: date | None = None
    since: date | None = None
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class ExpertiseForm:
    """All that is known of what a person can do; a cap of 0 is none."""

    abilities: tuple[AbilityForm, ...] = ()
    languages: tuple[str, ...] = ()
    territories: tuple[str, ...] = ()
    cap: int = 0

    def with_ability(self, one: AbilityForm) -> ExpertiseForm:
        """The same with another word on one skill; a level of 0 says that there is none."""
        others = (other for other in self.abilities if other.skill != one.skill)
        return replace(self, abilities=(*others, one) if one.level else tuple(others))


def expertise_of(persons: Iterable[Person]) -> dict[str, ExpertiseForm]:
    """What stands of these persons, by id."""
    known = {person.id: person for person in persons}
    abilities: dict[UUID, list[AbilityForm]] = {}
    for one in Ability.objects.filter(person__in=among_ids(list(known))).order_by("person", "skill__name"):
        since, until = one.certified_from, one.certified_until
        form = AbilityForm(str(one.skill_id), one.level, one.certified, until, since, one.certificate)
        abilities.setdefault(one.person_id, []).append(form)
    return {
        str(found): ExpertiseForm(
            tuple(abilities.get(found, ())), tuple(person.languages), tuple(person.territories), person.cap
        )
        for found, person in known.items()
    }


def keep_expertise(form: ExpertiseForm, *, person_id: str) -> Person:
    """What a person can do is this and nothing else; saying the same again changes nothing."""
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(id__in=ids([person_id])).first()
        if person is None:
            raise Invalid({"": _("There is no such person.")})
        if errors := flaws_of_expertise(form, skill_ids()):
            raise Invalid(errors)
        person.languages, person.territories, person.cap = [*form.languages], [*form.territories], form.cap
        person.save(update_fields=["languages", "territories", "cap"])
        write_abilities({person.id: form})
    return person


def skill_ids() -> dict[str, str]:
    """The ids of all skills, with their names."""
    return {str(found): name for found, name in Skill.objects.values_list("id", "name")}


def write_abilities(forms: Mapping[UUID, ExpertiseForm]) -> None:
    """The abilities of these persons are these and no others; within the caller's transaction."""
    Ability.objects.filter(person__in=among_ids(list(forms))).delete()
    Ability.objects.bulk_create(
        Ability(
            person_id=person, skill_id=UUID(one.skill), level=one.level, certified=one.certified,
            certificate=one.certificate if one.certified else "",
            certified_from=one.since if one.certified else None,
            certified_until=one.until if one.certified else None,
        )
        for person, form in forms.items() for one in form.abilities
    )  # fmt: skip


def flaws_of_expertise(form: ExpertiseForm, skills: Collection[str]) -> dict[str, str]:
    """The sentence for each field; those of a skill are called by its id, its day and its number by that and a word."""
    return dict([*_flaws_of_abilities(form.abilities, skills), *_flaws_of_person(form)])


def _flaws_of_abilities(forms: Sequence[AbilityForm], skills: Collection[str]) -> Iterator[tuple[str, str]]:
    named = [one.skill for one in forms]
    for one in forms:
        if one.skill not in skills or named.count(one.skill) > 1:
            yield one.skill, _("Name each skill of the list once.")
        elif not 1 <= one.level <= MOST_LEVEL:
            yield one.skill, _("Choose a level from 1 to %(most)d.") % {"most": MOST_LEVEL}
        yield from ((f"{one.skill}.{part}", said) for part, said in _flaws_of_certificate(one))


def _flaws_of_certificate(one: AbilityForm) -> Iterator[tuple[str, str]]:
    if one.since and one.until and one.until < one.since:
        yield "until", _("It would end before it begins.")
    for part, day in (("since", one.since), ("until", one.until)):
        if day and not FIRST_YEAR <= day.year <= LAST_YEAR:
            said = _("Choose a day from the year %(first)d to %(last)d.")
            yield part, said % {"first": FIRST_YEAR, "last": LAST_YEAR}
    for said in flaws_of_texts(certificate=(one.certificate, LONGEST_CERTIFICATE)).values():
        yield "certificate", said
    if ";" in one.certificate:
        yield "certificate", _("Leave out the semicolon: in lists it stands between two skills.")


def _flaws_of_person(form: ExpertiseForm) -> Iterator[tuple[str, str]]:
    yield from (("languages", said) for code in form.languages if (said := flaw_of_language(code)))
    for field, texts, longest in (
        ("languages", form.languages, LONGEST_LANGUAGE), ("territories", form.territories, LONGEST_TERRITORY),
    ):  # fmt: skip
        if len(texts) > MOST_NAMED:
            yield field, _("That is too much: %(most)d are the most.") % {"most": MOST_NAMED}
        yield from (flaw for text in texts for flaw in flaws_of_texts(**{field: (text, longest)}).items())
    if not 0 <= form.cap <= MOST_CAP:
        yield "cap", flaw_of_cap()
