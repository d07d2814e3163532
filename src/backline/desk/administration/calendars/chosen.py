"""Whose hours: who has which calendar, and choosing one, with a look at the clocks that would move."""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backline.calendars import choices, queries
from backline.calendars.choices import Choices, Chosen, Made
from backline.calendars.words import Refused
from backline.cases.moved import Movement, moved
from backline.desk.administration.calendars import whose
from backline.desk.administration.calendars.forms import ChoiceForm
from backline.desk.administration.calendars.pages import administrator
from backline.desk.administration.calendars.whose import Subject
from backline.look.http import StaffRequest, posted
from backline.people import queries as people

MOST, MOST_FOUND = 200, 20


@administrator
@require_safe
def overview(request: StaffRequest) -> HttpResponse:
    """Who has which calendar; a text finds customers, contracts, sites and assets to choose for."""
    text = request.GET.get("q", "")[:100].strip()
    made = {one.whose: one for one in choices.in_force()}
    always = [whose.organisation(), *whose.teams()]
    others = [one for one in made if one not in {subject.whose for subject in always}]
    named = [*always, *whose.subjects(others[:MOST]).values()]
    context = {
        "rows": [(one, made.get(one.whose)) for one in named], "text": text, "more": len(others) > MOST, "most": MOST,
        "found": [(one, made.get(one.whose)) for one in whose.find(text, most=MOST_FOUND)] if text else [],
        "most_found": MOST_FOUND,
    }  # fmt: skip
    return render(request, "desk/calendars/whose.html", context)


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def choose(request: StaffRequest, sort: str, subject: UUID) -> HttpResponse:
    """Which calendar counts for one of them; what was chosen before."""
    found = whose.subject(sort, subject)
    if found is None:
        raise Http404
    log = choices.log(found.whose)
    form = ChoiceForm(posted(request), initial={"calendar": _now(log)})
    known = [(one.calendar, one.name) for one in queries.calendars()]
    form.choose("calendar", [("", whose.otherwise(found.kind)), *known])
    status, more = (200, {}) if request.method != "POST" else _sent(request, found, form)
    if status == 302:
        return redirect("desk:whose_hours")
    log = choices.log(found.whose)
    context = {"subject": found, "form": form, "log": log, "now": _now(log), "names": _names(log), **more}
    return render(request, "desk/calendars/choose.html", context, status=status)


def _now(log: list[Made]) -> str:
    return log[0].calendar if log else ""


def _sent(request: StaffRequest, subject: Subject, form: ChoiceForm) -> tuple[int, dict[str, Any]]:
    """What comes of a form: 302 where it was kept, else the status and what else is shown."""
    if not form.is_valid():
        return 422, {}
    wanted, seen = str(form.cleaned_data["calendar"]), request.POST.get("seen", "")
    if form.has_seen(wanted, seen, subject.whose) and "save" in request.POST:
        try:
            new = choices.choose(subject.whose, wanted, by=request.actor, at=request.at, seen=seen)
        except Refused:
            pass  # it is said below, as to those who only look
        else:
            if new:
                messages.success(request, _("Chosen. It counts from now on."))
            else:
                messages.info(request, _("That is what counts already."))
            return 302, {}
    now = _now(choices.log(subject.whose))
    if seen != now:
        said = _("Somebody chose other hours here meanwhile; see below which. Look again before you save.")
        form.add_error(None, said)
        return 409, {}
    return 200, {"looked": True, "movement": _movement(subject, wanted, request), "same": wanted == now}


def _names(log: list[Made]) -> dict[str, str]:
    return {one: person.name for one, person in people.persons_by_id(made.made_by for made in log).items()}


def _movement(subject: Subject, calendar: str, request: StaffRequest) -> Movement:
    last = queries.versions(calendar)[-1] if calendar else None
    choice = Chosen(subject.whose, request.at, calendar, last.number if last else 0, last.name if last else "")
    return moved([subject.whose], partial(Choices.with_choice, choice=choice), at=request.at)
