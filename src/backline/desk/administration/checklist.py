"""The steps of setting up: each with what is missing in it, the page that mends it, and a way to try it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backline.cases import queries as cases
from backline.desk.administration import missing
from backline.desk.administration.calendars.hints import hints
from backline.desk.administration.missing import Missing
from backline.people import queries as people


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its page, what is missing in it, and the page that tries it; a letter is tried by a form instead.

    `hints` are worth a look, and nothing is missing for them.
    """

    slug: str
    title: str
    way: str
    missing: tuple[Missing, ...]
    button: str
    test: str = ""
    hints: tuple[Missing, ...] = ()

    @property
    def done(self) -> bool:
        """Whether nothing is missing in it."""
        return not self.missing


def steps(at: datetime) -> list[Step]:
    """All steps, in the order in which one needs the other."""
    tried, hours, whose = (reverse(f"desk:{page}") for page in ("try_case", "calendars", "whose_hours"))
    who_hears, gaps, try_routing = (reverse(f"desk:{page}") for page in ("who_hears", "gaps", "try_routing"))
    return [
        Step("mail", _("Mail"), reverse("desk:mail"), tuple(missing.mail()), _("Send me a test letter"),
             hints=tuple(missing.mail_hints())),
        _step("teams", _("Teams"), missing.teams(), _("Who would hear now?"), who_hears),
        _step("persons", _("People"), [*missing.roles(), *_without_password()], _("Who would hear now?"), who_hears),
        _step("sites", _("Sites"), [*missing.sites(), *missing.contacts()], _("Show the gaps"), gaps),
        _step("jobs", _("Jobs"), missing.open_work(), _("Add a job"), reverse("desk:add", args=["jobs"])),
        _step("rules", _("Routing"), missing.rules(), _("Try a rule"), try_routing),
        Step("calendars", _("Working hours"), hours, (), _("Whose hours?"), whose, tuple(hints(at))),
        Step("try", _("Try it"), tried, tuple(_untried()), _("What would happen?"), tried),
    ]  # fmt: skip


def _step(slug: str, title: str, lacking: Sequence[Missing], button: str, test: str) -> Step:
    return Step(slug, title, reverse("desk:register", args=[slug]), tuple(lacking), button, test)


def _without_password() -> list[Missing]:
    waiting = people.without_password()
    if not waiting or people.is_demo():  # in a demo one is somebody by a click
        return []
    said = ngettext(
        "%(n)d person has not chosen a password yet: %(named)s",
        "%(n)d persons have not chosen a password yet: %(named)s",
        len(waiting),
    )
    return [Missing(said % {"n": len(waiting), "named": missing.named(one.name for one in waiting)}, "persons")]


def _untried() -> list[Missing]:
    return [] if cases.any_yet() else [Missing(_("No case was raised yet. See first what would happen."), "rules")]
