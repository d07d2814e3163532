"""What the demo's people can do, how much is enough for them, and who of the lift specialists is on call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy

from backline.core.oncall import Layer
from backline.core.words import Actor
from backline.demo.cast import SPECIALISTS, ZONE, Team
from backline.people import operations as people
from backline.people.operations import (
    AbilityForm,
    AbsenceForm,
    AgreementForm,
    ExpertiseForm,
    NeedForm,
    ScheduleForm,
)

SKILLS = {
    "hydraulics": gettext_lazy("Hydraulics"), "drives": gettext_lazy("Drives and brakes"),
    "gas": gettext_lazy("Gas"), "electrical": gettext_lazy("Electrical safety"),
}  # fmt: skip
NEEDS = (("lift", "drives", 2, False), ("heating", "gas", 2, True), ("medical", "electrical", 2, True))
"""What work on a kind of asset takes: a skill, at which level, and whether a certificate is a must."""
LEVELS: dict[str, dict[str, tuple[int, int | None]]] = {
    "Lena": {"drives": (4, 400), "hydraulics": (3, None)},
    "Sana": {"drives": (3, 12), "hydraulics": (2, None)},
    "Tuula Niemi": {"drives": (2, None)},
    "Omar Farouk": {"drives": (1, None), "hydraulics": (4, 200)},
    "Zoe Laurent": {"gas": (4, 300)},
    "Anton Maier": {"gas": (3, -5)},
    "Berta Lange": {"gas": (2, 25)},
    "Chidi Eze": {"electrical": (3, 500)},
    "Deniz Kaya": {"electrical": (2, 90)},
}
"""How well somebody can do something, and in how many days the certificate ends; without one there is none."""
SPEAKS = {"Sana": ("de", "fr"), "Omar Farouk": ("ar",), "Chidi Eze": ("fr",)}
CAPS = {"Lena": 6, "Dora": 8}
WEEKS = 12


def teach(persons: Mapping[str, str], teams: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """Keep all of it as it stands at a moment, and the shifts as they were for some weeks before."""
    skills = {name: str(people.keep_skill(str(said)).id) for name, said in SKILLS.items()}
    for kind, skill, level, certified in NEEDS:
        people.keep_need(NeedForm(skills[skill], level, asset_type=kind, certified=certified))
    for name in dict.fromkeys((*LEVELS, *SPEAKS, *CAPS)):
        people.keep_expertise(_expertise(name, skills, at.date()), person_id=persons[name])
    _take_turns(SPECIALISTS["lift"], persons, teams, by=by, at=at)


def _expertise(name: str, skills: Mapping[str, str], today: date) -> ExpertiseForm:
    abilities = tuple(
        AbilityForm(skills[skill], level, **_certificate(name, skill, ends, today))
        for skill, (level, ends) in LEVELS.get(name, {}).items()
    )
    return ExpertiseForm(abilities, SPEAKS.get(name, ()), cap=CAPS.get(name, 0))


def _certificate(name: str, skill: str, ends: int | None, today: date) -> dict[str, Any]:
    if ends is None:
        return {}
    until = today + timedelta(days=ends)
    number = f"{skill[:2].upper()}-{sum(map(ord, name)) % 900 + 100}"
    return {"certified": True, "certificate": number, "since": until - timedelta(days=3 * 365), "until": until}


def _take_turns(team: Team, persons: Mapping[str, str], teams: Mapping[str, str], *, by: Actor, at: datetime) -> None:
    """Turns of a week; one of them was away for some days, and one took a weekend more."""
    begun = (at - timedelta(weeks=WEEKS)).astimezone(ZoneInfo(ZONE))
    here, members = teams[team.name], [persons[name] for name in team.members]
    monday = begun.date() - timedelta(days=begun.weekday())
    layer = Layer(ZONE, monday, 8 * 60, 7 * 24, tuple(members))
    people.keep_schedule(ScheduleForm(here, (layer,)), by=by, at=begun)
    lena, sana, *_others = members
    away = begun + timedelta(days=9)
    people.keep_absence(AbsenceForm(sana, away, away + timedelta(days=5)), by=by, at=away)
    weekend = begun + timedelta(days=40)
    people.agree(AgreementForm(here, lena, weekend, weekend + timedelta(days=2)), by=by, at=weekend)
