"""The registers of skills, and of what work takes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.cases.wording import LEVELS
from backline.desk.administration.forms import RegisterForm, line
from backline.desk.administration.register import Kept, Register, Row
from backline.people import expertise, queries
from backline.people import operations as people
from backline.people.wording import work_of

CERTIFIED = gettext_lazy("A valid certificate is a must")


class SkillForm(RegisterForm):
    """A skill."""

    name = line(gettext_lazy("Name"), longest=60, help_text=gettext_lazy("As your people call it, such as Hydraulics."))
    active = forms.BooleanField(
        label=gettext_lazy("Active: without the tick it stays with whoever has it, and nobody else is given it"),
        required=False, initial=True,
    )  # fmt: skip


class NeedForm(RegisterForm):
    """What work takes; what is left empty fits all."""

    skill = forms.ChoiceField(label=gettext_lazy("Skill"))
    level = forms.TypedChoiceField(label=gettext_lazy("At least"), coerce=int)
    certified = forms.BooleanField(label=CERTIFIED, required=False)
    asset_type = line(
        gettext_lazy("Type of asset"), longest=60, required=False, help_text=gettext_lazy("Empty fits every type.")
    )
    fault_code = line(gettext_lazy("Fault code"), longest=40, required=False)
    team = forms.ChoiceField(
        label=gettext_lazy("Team"), required=False,
        help_text=gettext_lazy("Only for cases that the rules suggest to this team."),
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        there = [one for one in expertise.skills() if one.is_active or str(one.id) == self.initial.get("skill")]
        self.choose("skill", [(str(one.id), one.name) for one in there])
        self.choose("level", levels())
        self.choose("team", [("", _("Any")), *((str(team.id), team.name) for team in queries.teams())])


def levels() -> list[tuple[str, Any]]:
    """The levels of a skill, in words."""
    return [(str(level), f"{level}: {said()}") for level, said in LEVELS.items()]


def _skills(text: str, most: int) -> list[Row]:
    found = [one for one in expertise.skills() if text.lower() in one.name.lower()][:most]
    have = expertise.how_many_have_them()
    return [Row(str(one.id), (one.name, str(have.get(one.id, 0))), not one.is_active) for one in found]


def _skill(entry: str) -> dict[str, Any] | None:
    found = next((one for one in expertise.skills() if str(one.id) == entry), None)
    return {"name": found.name, "active": found.is_active} if found else None


def _keep_skill(kept: Kept) -> None:
    people.keep_skill(kept.data["name"], skill_id=kept.id, active=kept.data["active"])


def _needs(text: str, most: int) -> list[Row]:
    found = [(one, (work_of(one), one.skill.name, _at_least(one))) for one in expertise.needs()]
    return [Row(str(one.id), said) for one, said in found if text.lower() in " ".join(said).lower()][:most]


def _at_least(need: expertise.Need) -> str:
    return _("%(level)s, certified") % {"level": LEVELS[need.level]()} if need.certified else LEVELS[need.level]()


def _need(entry: str) -> dict[str, Any] | None:
    found = next((one for one in expertise.needs() if str(one.id) == entry), None)
    if found is None:
        return None
    names = ("level", "certified", "asset_type", "fault_code")
    values = {name: getattr(found, name) for name in names}
    return values | {"skill": str(found.skill_id), "team": str(found.team_id or "")}


def _keep_need(kept: Kept) -> None:
    names = ("skill", "level", "asset_type", "fault_code", "certified", "team")
    people.keep_need(people.NeedForm(**{name: kept.data[name] for name in names}), need_id=kept.id)


_L = gettext_lazy
SKILLS = Register(
    "skills", _L("Skills"), _L("skill"), _L("What some can do and others cannot."),
    (_L("Name"), _L("People")), SkillForm, _skills, _skill, _keep_skill,
    lambda entry: people.remove_skill(skill_id=entry), _L("Removed. Nobody had it, and nothing asked for it."),
)  # fmt: skip
NEEDS = Register(
    "needs", _L("What work takes"), _L("need"), _L("Which skills a kind of asset, a fault or a team asks for."),
    (_L("Work"), _L("Skill"), _L("At least")), NeedForm, _needs, _need, _keep_need,
    lambda entry: people.remove_need(need_id=entry), _L("Removed. Nothing of it is asked of anybody any more."),
)  # fmt: skip
