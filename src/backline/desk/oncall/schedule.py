"""The schedule of a team: typed in layers, looked at as four weeks of shifts with their gaps, then kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backline.cases.operations import KeyReused
from backline.core.oncall import Interval, Schedule
from backline.desk.oncall import drawn, layers
from backline.desk.oncall.drawn import Reader
from backline.desk.oncall.layers import LayerForm, ScheduleForm, Typed
from backline.desk.oncall.once import Sent, supposing, team_or_404, tell
from backline.desk.oncall.plan import members_of
from backline.look.access import signed_in
from backline.look.http import StaffRequest, posted
from backline.people import operations as people
from backline.people import planned, queries
from backline.people.oncall import may_plan, schedule_of
from backline.people.operations import Invalid
from backline.people.operations import ScheduleForm as Wanted
from backline.people.queries import Team

AHEAD = timedelta(days=28)


@signed_in()
@require_http_methods(["GET", "HEAD", "POST"])
def schedule(request: StaffRequest, team: UUID) -> HttpResponse:
    """What the schedule is, to be changed."""
    found = team_or_404(team)
    if not may_plan(request.actor, str(team)):
        raise PermissionDenied
    return _Edited(request, found).answer()


@dataclass(slots=True)
class _Edited:
    """The form of a schedule on its way: edited by a button, looked at, kept, or refused."""

    request: StaffRequest
    team: Team
    form: ScheduleForm = field(init=False)
    layers: list[LayerForm] = field(init=False)
    edited: bool = field(init=False)

    def __post_init__(self) -> None:
        request, data = self.request, posted(self.request)
        last = planned.last_version(str(self.team.id))
        stored, persons = planned.layers_of(last), members_of(str(self.team.id))
        fresh = layers.usual(persons, request.zone, self.reader.today)
        gone = {one for layer in stored for one in layer.persons} - {one for one, _name in persons}
        known = [*persons, *((one, person.name) for one, person in queries.persons_by_id(gone).items())]
        typed: list[Typed] = layers.of_layers(stored) or [fresh] if data is None else layers.of_post(data)
        self.edited = data is not None and layers.press(typed, data, fresh)
        bound = None if self.edited else data
        self.form = ScheduleForm(bound, initial=data.dict() if data and self.edited else {})
        self.layers = [
            LayerForm(bound, prefix=str(number), initial=one, persons=known) for number, one in enumerate(typed)
        ]

    @property
    def reader(self) -> Reader:
        """Through whose eyes it is drawn."""
        return Reader(self.request.actor.id, self.request.zone, self.request.at)

    def answer(self) -> HttpResponse:
        """The page; or the calendar, once the schedule is kept."""
        if not self.form.is_bound:
            return self._page(200)
        if not all([self.form.is_valid(), *(one.is_valid() for one in self.layers)]):
            return self._page(422)
        try:
            if self._sent():
                return redirect("desk:on_call_team", self.team.id)
            return self._page(200, **self._preview())
        except Invalid as invalid:
            return self._refused(invalid.errors)
        except KeyReused:
            self.form.mint()
            said = _("This form was sent before with another content; that one was kept. Look this one over.")
            self.form.add_error(None, said)
            return self._page(409)

    @property
    def wanted(self) -> Wanted:
        """What was typed; `seen` is the version that was on view."""
        text = self.request.POST.get("seen", "")
        seen = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
        rotations = tuple(one.layer() for one in self.layers)
        return Wanted(str(self.team.id), rotations, self.form.cleaned_data["effective_at"], seen)

    def _sent(self) -> bool:
        """Whether it was kept; else it is only looked at."""
        wanted = self.wanted
        if not self.form.has_seen(wanted) or "save" not in self.request.POST:
            return False
        sent = Sent(self.request, f"schedule {self.team.id}", self.form.sent_key, {"wanted": repr(wanted)})
        tell(self.request, sent.once(self._keep), _("Kept. The calendar shows it."))
        return True

    def _keep(self) -> None:
        people.keep_schedule(self.wanted, by=self.request.actor, at=self.request.at)

    def _preview(self) -> dict[str, Any]:
        """Four weeks as they would be; raises `Invalid` where it cannot be kept."""
        at, reader = self.request.at, self.reader
        start = max(self.form.cleaned_data["effective_at"] or at, at)
        days = drawn.four_weeks_from(reader.day(start))
        lo, hi = reader.midnight(days[0]), reader.midnight(days[-1] + drawn.DAY)
        after = supposing(self._keep, lambda: schedule_of(str(self.team.id), lo, hi, at=at))
        return {"drawing": drawn.draw(after, days, reader), "gaps": _gaps(after, start), "none": after is None}

    def _refused(self, errors: dict[str, str]) -> HttpResponse:
        """The form with what is wrong beside its field, everything as it was typed."""
        for number, found in layers.beside(errors).items():
            (self.form if number < 0 else self.layers[number]).refuse(found)
        return self._page(422)

    def _page(self, status: int, **more: Any) -> HttpResponse:
        last = planned.last_version(str(self.team.id))
        seen, on_view = self.request.POST.get("seen", ""), str(last.number if last else 0)
        news = last if last and self.form.is_bound and seen != on_view else None
        who = queries.persons_by_id([news.made_by]) if news else {}
        context = {
            "team": self.team, "form": self.form, "layers": self.layers, "last": last, "news": news,
            "by": next((one.name for one in who.values()), ""), "seen": seen if self.edited else on_view, **more,
        }  # fmt: skip
        status = 409 if news and status == 422 else status
        return render(self.request, "desk/oncall/schedule.html", context, status=status)


def _gaps(after: Schedule | None, start: datetime) -> tuple[Interval, ...]:
    """Where nobody would be on call in the four weeks from a moment on."""
    return after.gaps(start, start + AHEAD) if after else ()
