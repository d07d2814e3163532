"""What somebody plans beside the schedule, looked at before it is kept: who is away, who is named, which two swap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backline.cases.operations import KeyReused
from backline.desk.oncall.changes import Effect, changes
from backline.desk.oncall.forms import AwayForm, ExchangeForm, NameForm, Persons, PlanForm, Shifts
from backline.desk.oncall.once import Sent, supposing, team_or_404, tell
from backline.look.access import signed_in
from backline.look.http import StaffRequest, posted
from backline.people import queries
from backline.people.oncall import AHEAD, may_plan, schedule_of, schedules
from backline.people.operations import Invalid
from backline.people.queries import Team
from backline.people.shift_news import concerned


@dataclass(frozen=True, slots=True)
class Kind:
    """A plan of one kind: what it is called in addresses and on pages, its form, and what is said once it is kept."""

    slug: str
    title: Any
    help: Any
    form: type[PlanForm]
    done: Any


_STANDS_IN = gettext_lazy("The next one in turn who is there stands in, in every team.")
_KEPT = gettext_lazy("Kept.")
MOST_NAMED = 3
"""So many shifts are named once it is kept; the calendar shows the others."""
AWAY = Kind("away", gettext_lazy("I am away"), _STANDS_IN, AwayForm, _KEPT)
KINDS = {
    one.slug: one
    for one in (
        Kind("away", gettext_lazy("Somebody is away"), _STANDS_IN, AwayForm, _KEPT),
        Kind(
            "name", gettext_lazy("Name somebody"),
            gettext_lazy("It goes before the schedule until it is over, or somebody ends it."),
            NameForm, gettext_lazy("Named. The calendar shows it."),
        ),
        Kind(
            "swap", gettext_lazy("Swap these two"),
            gettext_lazy("Each of the two has the other one's shift, without being asked."),
            ExchangeForm, gettext_lazy("Swapped. The calendar shows it."),
        ),
    )
}  # fmt: skip


@signed_in()
@require_http_methods(["GET", "HEAD", "POST"])
def away(request: StaffRequest) -> HttpResponse:
    """I am away."""
    form = AwayForm(posted(request), persons=[(request.actor.id, request.actor.name)])
    return _Planned(request, AWAY, form).answer()


@signed_in()
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: StaffRequest, team: UUID, what: str) -> HttpResponse:
    """What who plans a team may say about its shifts."""
    found = team_or_404(team)
    if what not in KINDS:
        raise Http404
    if not may_plan(request.actor, str(team)):
        raise PermissionDenied
    kind, more = KINDS[what], {}
    if kind.form is ExchangeForm:
        schedule = schedule_of(str(team), request.at, request.at + AHEAD, at=request.at)
        more["shifts"] = Shifts(schedule, at=request.at, zone=request.zone)
    form = kind.form(posted(request), persons=members_of(str(team)), **more)
    return _Planned(request, kind, form, found).answer()


def members_of(team: str) -> Persons:
    """Those of a team who may act, to choose from."""
    found = queries.members([team]).get(team, ())
    known = queries.persons_by_id(found)
    return [(one, known[one].name) for one in found]


@dataclass(slots=True)
class _Planned:
    """A plan on its way: sent, looked at, kept."""

    request: StaffRequest
    kind: Kind
    form: PlanForm
    team: Team | None = None

    def answer(self) -> HttpResponse:
        """The page; or where it goes once it is kept."""
        if not self.form.is_bound:
            return self._page(200)
        sent, keeps = Sent.of(self.request, f"on-call {self.kind.slug}", self.form), "keep" in self.request.POST
        if keeps and sent.was_done():
            return self._kept(done=False)
        if not self.form.is_valid():
            return self._page(422)
        try:
            effects = self._effects()
            if self.form.has_seen(self.form.content(), [one.outcome for one in effects]) and keeps:
                return self._kept(effects, done=sent.once(self._change))
            if keeps:
                said = _("The shifts or the form changed since you looked. Nothing was saved; look it over, then save.")
                self.form.add_error(None, said)
            return self._page(200, effects=effects)
        except Invalid as invalid:
            self.form.refuse(invalid.errors)
            return self._page(422)
        except KeyReused:
            self.form.mint()
            said = _("This form was sent before with another content; that one was kept. Look this one over.")
            self.form.add_error(None, said)
            return self._page(409)

    def _keep(self) -> None:
        self.form.keep(str(self.team.id) if self.team else "", by=self.request.actor, at=self.request.at)

    def _change(self) -> None:
        """Keep it where it changes whose the shifts are, as far ahead as it goes; an absence is kept in any case."""
        until = self.form.cleaned_data.get("to_at")
        if not isinstance(self.form, AwayForm) and not any(one.changes for one in self._effects(until)):
            said = _("This changes nothing: the same people would be on call as now. Nothing was saved.")
            raise Invalid({"": said})
        self._keep()

    def _kept(self, effects: Sequence[Effect] = (), *, done: bool) -> HttpResponse:
        came_of_it, gaps = _came_of(effects) if done and self.kind.form is AwayForm else ("", "")
        tell(self.request, done, f"{self.kind.done} {came_of_it}".rstrip())
        if gaps:
            messages.warning(self.request, gaps)
        return redirect("desk:on_call_team", self.team.id) if self.team else redirect("desk:on_call")

    def _page(self, status: int, **more: Any) -> HttpResponse:
        context = {"kind": self.kind, "form": self.form, "team": self.team, **more}
        return render(self.request, "desk/oncall/plan.html", context, status=status)

    def _effects(self, until: datetime | None = None) -> list[Effect]:
        """What it would do to the shifts of each team that it is about, as far as pages look ahead or until then."""
        at, zone = self.request.at, self.request.zone
        start, ahead = self.form.span(at)
        end = until or ahead
        teams = self._teams(start, end)
        before = schedules(list(teams), start, end, at=at)
        after = supposing(self._keep, lambda: schedules(list(teams), start, end, at=at))
        return [
            Effect(name, changes(before.get(team), after.get(team), start, end, at=at, zone=zone))
            for team, name in teams.items()
        ]

    def _teams(self, start: datetime, end: datetime) -> dict[str, str]:
        """The teams whose shifts may change: who is away is so in every team, also where he took over from outside."""
        if self.team and not isinstance(self.form, AwayForm):
            return {str(self.team.id): self.team.name}
        names = queries.team_names()
        mine = {team: names[team] for team in concerned([self.form.cleaned_data["person"]], start, end)}
        return dict(sorted(mine.items(), key=lambda one: one[1]))


def _came_of(effects: Sequence[Effect]) -> tuple[str, str]:
    """What came of an absence: who stands in, and where nobody does."""
    moved = dict.fromkeys(who for one in effects for change in one.moved for who in change.who)
    gaps = [gap.span for one in effects for gap in one.gaps]
    instead = _("On call instead: %(who)s. Whoever stands in hears of it, as does who plans the team.")
    nobody = _("Nobody is on call then: %(when)s. Who plans the team hears of it.")
    unmoved = "" if gaps else _("The same people are on call as before.")
    return (
        instead % {"who": _some(list(moved))} if moved else unmoved,
        nobody % {"when": _some(gaps)} if gaps else "",
    )


def _some(found: Sequence[str]) -> str:
    """The first of them, and how many more there are."""
    more = [_("and %(n)d more") % {"n": len(found) - MOST_NAMED}] if len(found) > MOST_NAMED else []
    return "; ".join([*found[:MOST_NAMED], *more])
