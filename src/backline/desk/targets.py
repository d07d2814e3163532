"""The forms that give a case to somebody: teams, and their people in the order in which the core ranks them."""

from __future__ import annotations

from itertools import chain, islice
from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.cases.candidates import Line, candidates
from backline.desk.forms import CaseForm, Meant
from backline.look.forms import Text
from backline.people import queries as people

MOST_ASKED, MOST_SHOWN = 200, 40
"""Of so many persons it is asked how well they fit, those of the suggested team first; so many of them are shown."""
BEST = 5
"""So many people stand before the teams that are not suggested."""
_ONE = "[0-9a-f-]{36}"


class TargetForm(CaseForm):
    """A team, or one person of it; what speaks for each of them stands beside the name, and why not."""

    target = Meant(f"{_ONE}:({_ONE})?", label=gettext_lazy("To whom"), widget=forms.RadioSelect)
    why = Text(label=gettext_lazy("Why them"), required=False, lines=2)
    ranked: tuple[Line, ...] = ()

    def prepare(self) -> None:
        """The suggested team first and chosen, the best people, other teams, everybody else; who could not, last."""
        suggested = self.suggested()
        teams = sorted(people.teams(), key=lambda team: str(team.id) != suggested)
        teams = [team for team in teams if self.takes(team)]
        members = people.members(str(team.id) for team in teams)
        within = {one: team for team in reversed(teams) for one in members.get(str(team.id), ())}
        asked = dict.fromkeys(chain.from_iterable(members.get(str(team.id), ()) for team in teams))
        asked.pop(self.view.case.person, None)  # it lies there already
        self.ranked = tuple(candidates(self.view, list(islice(asked, MOST_ASKED)))[:MOST_SHOWN])
        whole = [(f"{team.id}:", self._team(team, bool(members.get(str(team.id))))) for team in teams]
        could = [self._person(one, within[one.person]) for one in self.ranked if not one.why_not]
        last = [self._person(one, within[one.person]) for one in self.ranked if one.why_not]
        first = 1 if suggested and whole and whole[0][0] == f"{suggested}:" else 0
        target: Any = self.fields["target"]
        target.choices = [*whole[:first], *could[:BEST], *whole[first:], *could[BEST:], *last]
        if suggested:
            self.initial.setdefault("target", f"{suggested}:")

    def takes(self, team: Any) -> bool:
        """Whether the team can be chosen."""
        return True

    def _team(self, team: Any, somebody: bool) -> str:
        label = _("%(team)s (tier %(tier)s)") % {"team": team.name, "tier": team.tier}
        return f"{label}{self._had(str(team.id))}{'' if somebody else _(' – nobody is active in it')}"

    def _person(self, one: Line, team: Any) -> tuple[str, SafeString]:
        said = [format_html("<em>{}</em>", _("Not: %(why)s") % {"why": why}) for why in one.why_not]
        said += [format_html("{}", why) for why in one.said]
        reasons = format_html_join(SafeString(" · "), "{}", ((each,) for each in said))
        label = format_html("{}, {}{}", one.name, team.name, self._had(one.person))
        return f"{team.id}:{one.person}", format_html("{}<small>{}</small>", label, reasons) if said else label

    def _had(self, one: str) -> str:
        return _(" – had it before") if one in self.view.case.had else ""

    def suggested(self) -> str:
        """The id of the team that the rules suggest."""
        return self.view.suggestion.team if self.view.suggestion else ""

    def chosen(self) -> tuple[str, str]:
        """The ids of the team and of the person, if one was chosen."""
        team, _separator, person = str(self.cleaned_data["target"]).partition(":")
        return team, person

    def because(self) -> dict[str, Any]:
        """Which of how many candidates was chosen, and what was said of him; empty for a team or a stranger."""
        _team, person = self.chosen()
        for place, one in enumerate(self.ranked, 1):
            if one.person == person:
                return {"place": place, "of": len(self.ranked), "points": one.points}
        return {}


class HandOverForm(TargetForm):
    """Somebody else to go on with it; nobody is suggested, for the rules suggest where it is already."""

    why = Text(
        label=gettext_lazy("What they need to know"),
        help_text=gettext_lazy("Why you hand it over, and what comes next. It stays where it is until they are asked."),
        required=False,
        lines=3,
    )

    def suggested(self) -> str:
        """No team."""
        return ""


class LowerTargetForm(TargetForm):
    """A team of a lower tier, with a justification."""

    why = Text(label=gettext_lazy("Why a lower tier"))

    def takes(self, team: Any) -> bool:
        """Only those of a lower tier."""
        return bool(team.tier < self.view.case.tier)
