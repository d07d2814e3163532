"""The steps of setting up: each with what is missing in it, the page that mends it, and a way to try it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backline.cases import queries as cases
from backline.people import queries as people
from backline.readiness import set_up
from backline.readiness.hours import hours
from backline.readiness.lacks import Lack
from backline.readiness.wording import named


@dataclass(frozen=True, slots=True)
class Pointer:
    """What is missing in a step or worth a look, in a sentence, and the page that mends it."""

    said: str
    way: str


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its page, what is missing in it, and the page that tries it; a letter is tried by a form instead.

    `hints` are worth a look, and nothing is missing for them.
    """

    slug: str
    title: str
    way: str
    missing: tuple[Pointer, ...]
    button: str
    test: str = ""
    hints: tuple[Pointer, ...] = ()

    @property
    def done(self) -> bool:
        """Whether nothing is missing in it."""
        return not self.missing


def steps(at: datetime) -> list[Step]:
    """All steps, in the order in which one needs the other."""
    tried, calendars, whose = (reverse(f"desk:{page}") for page in ("try_case", "calendars", "whose_hours"))
    who_hears, gaps, try_routing = (reverse(f"desk:{page}") for page in ("who_hears", "gaps", "try_routing"))
    persons = (*_pointers(set_up.roles()), *_without_password())
    return [
        Step("mail", _("Mail"), reverse("desk:mail"), _pointers(set_up.mail()), _("Send me a test letter"),
             hints=_pointers(set_up.mail_hints())),
        _step("teams", _("Teams"), _pointers(set_up.teams()), _("Who would hear now?"), who_hears),
        _step("persons", _("People"), persons, _("Who would hear now?"), who_hears),
        _step("sites", _("Sites"), _pointers([*set_up.sites(), *set_up.contacts()]), _("Show the gaps"), gaps),
        _step("jobs", _("Jobs"), _pointers(set_up.open_work()), _("Add a job"), reverse("desk:add", args=["jobs"])),
        _step("rules", _("Routing"), _pointers(set_up.rules()), _("Try a rule"), try_routing),
        Step("calendars", _("Working hours"), calendars, (), _("Whose hours?"), whose, _pointers(hours(at))),
        Step("try", _("Try it"), tried, _untried(tried), _("What would happen?"), tried),
    ]  # fmt: skip


def _step(slug: str, title: str, missing: tuple[Pointer, ...], button: str, test: str) -> Step:
    return Step(slug, title, reverse("desk:register", args=[slug]), missing, button, test)


def _pointers(found: Iterable[Lack]) -> tuple[Pointer, ...]:
    return tuple(Pointer(one.said, one.way) for one in found)


def _without_password() -> list[Pointer]:
    waiting = people.without_password()
    if not waiting or people.is_demo():  # in a demo one is somebody by a click
        return []
    said = ngettext(
        "%(n)d person has not chosen a password yet: %(named)s",
        "%(n)d persons have not chosen a password yet: %(named)s",
        len(waiting),
    )
    said %= {"n": len(waiting), "named": named(one.name for one in waiting)}
    return [Pointer(said, reverse("desk:register", args=["persons"]))]


def _untried(tried: str) -> tuple[Pointer, ...]:
    return () if cases.any_yet() else (Pointer(_("No case was raised yet. See first what would happen."), tried),)
