"""The case page and its verbs, the queue, and one's own cases."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backline.cases import lists, lost, queries, suggestions, wording
from backline.cases.lines import Line
from backline.cases.operations import KeyReused, MoveRefused
from backline.channels import queries as channels
from backline.channels import wording as notices
from backline.core.words import ClockName, Role, State
from backline.desk import filters, outgoing, rows, watched, workarounds
from backline.desk import queries as saved
from backline.desk.root_cause import is_owed
from backline.desk.verbs import VERBS, Sent, Verb, offered, primary
from backline.evidence import operations as photos
from backline.evidence import queries as evidence
from backline.evidence.words import Refused
from backline.look import presence
from backline.look.access import signed_in
from backline.look.http import StaffRequest, posted
from backline.people import oncall
from backline.people import queries as people

PAGE, SHOWN_VIEWS, SHOWN_DUE = 50, 400, 200


@signed_in()
@require_safe
def case(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Everything about one case, with what may be done to it."""
    view = queries.view(str(case_id), request.actor, at=request.at, zone=request.zone)
    verbs = offered(view)
    first = primary(verbs, view)
    context = {
        "view": view,
        "verbs": sorted(verbs, key=lambda verb: verb is not first),
        "first": first,
        "wording": _labels(),
        "told": channels.outgoing(case_id=case_id, limit=20).rows,
        "reads_outgoing": request.actor.is_any(*outgoing.READERS),
        "on_call": _on_call(view, request.at),
        "owes": view.case.debt is not None and view.case.technician == request.actor.id,
        "cause_owed": is_owed(view),
        "workarounds": workarounds.said(view),
        "may_lift": wording.may_lift(view.case.lifters),
        "stop": view.case.danger != "NONE" and bool(view.reviews),
    }
    return render(request, "desk/case.html", context)


def _on_call(view: queries.View, at: datetime) -> list[str]:
    """Who of the team that the case is offered to is on call, by name."""
    if view.case.state is not State.OFFERED or view.case.person:
        return []
    shifts = oncall.on_call([view.case.team], at=at).get(view.case.team, ())
    return [one.name for one in people.persons_by_id(shift.person for shift in shifts).values()]


def _labels() -> dict[str, Any]:
    return {
        "states": wording.STATES,
        "next": wording.NEXT_STEPS,
        "reasons": wording.REASONS,
        "clocks": wording.CLOCKS,
        "dangers": wording.DANGERS,
        "waits": wording.WAIT_REASONS,
        "results": wording.STEP_RESULTS,
        "causes": wording.ROOT_CAUSES,
        "facts": wording.RULE_FACTS,
        "notices": notices.STATES,
    }


@signed_in()
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: StaffRequest, case_id: UUID, slug: str) -> HttpResponse:
    """The form of one verb; sent whole, it is done once, and the case shows it."""
    verb = VERBS.get(slug)
    if verb is None:
        raise Http404
    view = queries.view(str(case_id), request.actor, at=request.at, zone=request.zone)
    form = verb.form(posted(request), view=view, at=request.at)
    if request.method != "POST":
        if verb.slug == "offer" and not verb.offered(view) and VERBS["hand-over"].offered(view):
            return redirect("desk:act", case_id, "hand-over")  # the key `o` in a list knows no roles
        if not verb.offered(view):
            messages.info(request, _("That cannot be done now. This is where the case stands."))
            return redirect("desk:case", case_id)
        return _form(request, verb, form, view, 200)
    if verb.photos:
        _keep_photos(request, form)
    if not form.is_valid():
        now = verb.offered(view)
        if not now:
            form.add_error(None, _("That cannot be done now. Nothing was changed."))
        return _form(request, verb, form, view, 422 if now else 409)
    return _send(request, verb, form, view)


def _send(request: StaffRequest, verb: Verb, form: Any, view: queries.View) -> HttpResponse:
    if form.looks_first(request.actor):
        return _form(request, verb, form, view, 200)
    try:
        came = tuple(str(photo.id) for photo in _kept(request, form)) if verb.photos else ()
        done = verb.act(Sent(view.line.id, form.cleaned_data, form, request.actor, request.at, came))
    except MoveRefused as refused:
        form.view = queries.view(str(view.line.id), request.actor, at=request.at, zone=request.zone)
        form.refused(refused)
        return _form(request, verb, form, view, 422 if refused.mendable else 409)
    except KeyReused:
        form.add_error(
            None, _("This form was sent before with another content; that one was kept. Nothing was changed.")
        )
        return _form(request, verb, form, view, 409)
    if done[0].repeated:
        messages.info(request, _("That was sent already; here it is."))
    elif done[0].late:
        messages.info(request, _("The case had moved on; what you sent is kept on its timeline."))
    else:
        messages.success(request, _("Done: %(what)s.") % {"what": verb.label})
    return redirect("desk:case", view.line.id)


def _form(request: StaffRequest, verb: Verb, form: Any, view: queries.View, status: int) -> HttpResponse:
    kept = _kept(request, form) if verb.photos and form.is_bound else []
    context = {"verb": verb, "form": form, "view": view, "kept": kept, "facts": wording.RULE_FACTS}
    return render(request, "desk/act.html", context, status=status)


def _keep_photos(request: StaffRequest, form: Any) -> None:
    """Keep every photo that came, each on its own, whatever else is wrong; a sentence for each that was refused."""
    for upload in request.FILES.getlist("photos"):
        try:
            photos.take(upload=upload, draft_key=str(form["key"].value()), by=request.actor, at=request.at)
        except Refused as error:
            form.add_error(None, error.text)


def _kept(request: StaffRequest, form: Any) -> list[evidence.EvidenceRow]:
    return evidence.of_form(str(form["key"].value()), request.actor)


@signed_in()
@require_POST
def here(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """A page of the case is open before somebody, or is closed again; who else looks at it."""
    found = queries.find(str(case_id), request.actor)
    pages = people.ids([request.POST.get("page", "")])
    if not pages:
        raise Http404
    topic, page = str(found.id), pages[0]
    if "gone" in request.POST:
        presence.gone(topic, page=page, by=request.actor)
    else:
        presence.here(topic, page=page, by=request.actor, at=request.at)
    return HttpResponse(_looking(presence.others(topic, by=request.actor, at=request.at)), content_type="text/plain")


def _looking(names: list[str]) -> str:
    if not names:
        return ""
    who = get_text_list(names, _("and"))
    return ngettext("%(who)s is looking", "%(who)s are looking", len(names)) % {"who": who}


@signed_in(Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR)
@require_safe
def queue(request: StaffRequest) -> HttpResponse:
    """The cases that the address asks for; without any, those of the view that somebody chose, or all open ones."""
    chosen = None if request.GET else saved.opening(request.actor)
    if chosen:
        return redirect(f"{request.path}?{chosen.query or filters.PLAIN}")
    asked = filters.asked(request.GET, request.actor)
    context = _listed(request, asked) | {
        "title": _("Queue"),
        "raises": request.actor.is_any(Role.COORDINATOR),
        "choices": filters.choices(),
        "suggested": _count(suggestions.count(request.actor), suggestions.CAP),
        "views": list(saved.views(request.actor).values("name", "query")[:SHOWN_VIEWS]),
    }
    return render(request, "desk/queue.html", context)


def _count(found: int, most: int) -> str:
    """How many there are, as `200+` where more than fit; nothing where there are none."""
    return f"{most}+" if found > most else str(found or "")


def _listed(request: StaffRequest, asked: filters.Asked) -> dict[str, Any]:
    page = lists.page(request.actor, asked.wanted)
    return {
        "asked": asked,
        "rows": rows.rows(page.lines, asked.wanted.order, _lost(page.lines, request)),
        "exact": rows.rows(page.exact_lines),
        "count": f"{queries.CAP}+" if page.count > queries.CAP else page.count,
        "pages": asked.pages(page),
        "wider": asked.wider(page),
        "plain": filters.PLAIN,
    }


def _lost(lines: Sequence[Line], request: StaffRequest) -> set[str]:
    return lost.among([line.id for line in lines], request.at)


@signed_in()
@require_safe
def mine(request: StaffRequest) -> HttpResponse:
    """What I have and what my teams and I are offered; a search looks through all cases that I may see."""
    asked = filters.searched(request.GET, request.actor)
    if asked.wanted.text:
        return render(request, "desk/mine.html", _listed(request, asked) | {"title": _("Mine")})
    wanted = (
        lists.Wanted(person=request.actor.id, most=SHOWN_DUE),
        lists.Wanted(states=(State.OFFERED,), offered_to=request.actor.answers_for, most=SHOWN_DUE),
    )
    pages = [lists.page(request.actor, one) for one in wanted]
    known = {line.id: line for page in pages for line in page.lines}
    found = rows.rows(sorted(known.values(), key=_urgency), lost=_lost(list(known.values()), request))
    count = f"{len(found)}+" if any(page.following for page in pages) else len(found)
    asked.wanted = wanted[0]
    context = {"title": _("Mine"), "asked": asked, "rows": found, "count": count, **_in_place(request)}
    return render(request, "desk/mine.html", context)


def _in_place(request: StaffRequest) -> dict[str, Any]:
    """What a manager's deputy decides now."""
    if not request.actor.stands_for:
        return {}
    return {"reviews": _reviews(request), "labels": _labels()}


def _reviews(request: StaffRequest) -> rows.Part:
    some_day = datetime.max.replace(tzinfo=request.at.tzinfo)
    return rows.Part.of(queries.due(clocks=[ClockName.REVIEW], before=some_day, most=SHOWN_DUE + 1), SHOWN_DUE)


def _urgency(line: Line) -> tuple[bool, datetime, str]:
    """What is due first comes first, and last what is not due at all."""
    return line.due_at is None, line.due_at or line.changed_at, line.id


@signed_in(Role.MANAGER)
@require_safe
def manager(request: StaffRequest) -> HttpResponse:
    """What is late, what is about to be, and the reviews that wait for a decision."""
    soon = request.at.fromtimestamp(request.at.timestamp() + 3600, request.at.tzinfo)
    clocks = [name for name in ClockName if name not in (ClockName.REVIEW, ClockName.IMPACT)]
    more = SHOWN_DUE + 1
    late = queries.due(clocks=clocks, before=request.at, most=more)
    coming = queries.due(clocks=clocks, before=soon, since=request.at, most=more)
    context = {
        "late": rows.Part.of(late, SHOWN_DUE),
        "soon": rows.Part.of(coming, SHOWN_DUE),
        "reviews": _reviews(request),
        "labels": _labels(),
        "sums": lost.totals(request.at),
        "watched": watched.figures(request.at),
    }
    return render(request, "desk/manager.html", context)
