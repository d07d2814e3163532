"""The technician's pages: my jobs, raise a case, my cases, complete a returned one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backline.cases import lists, operations, queries, wording
from backline.cases.lines import Line
from backline.cases.operations import Done, KeyReused, MoveRefused, NoSuchCase
from backline.cases.words import LONGEST_SEARCH, words
from backline.core.lifecycle import Capacity, Refusal
from backline.core.words import Role, State
from backline.evidence import operations as evidence
from backline.evidence import queries as photos
from backline.evidence.words import EvidenceState, Refused
from backline.intake.forms import CompleteForm, RaiseForm, ReportForm
from backline.jobs import queries as jobs
from backline.look.access import signed_in
from backline.look.forms import in_that_minute
from backline.look.http import StaffRequest, posted

MOST_JOBS = 50
_ABOUT = {
    Refusal.NOT_THEN: "occurred_at",
    Refusal.OPEN_ALREADY: "another",
    Refusal.NOT_IN_THE_FUTURE: "until",
    Refusal.TOO_FAR: "until",
}


@signed_in(Role.TECHNICIAN, Role.COORDINATOR)
@require_safe
def my_jobs(request: StaffRequest) -> HttpResponse:
    """The jobs of today and the open ones from before, each with its open case; a coordinator looks through all."""
    text, all_of_them = request.GET.get("text", "")[:LONGEST_SEARCH].strip(), request.actor.is_any(Role.COORDINATOR)
    if all_of_them and (text or not request.actor.is_any(Role.TECHNICIAN)):
        found = jobs.open_jobs(text, most=MOST_JOBS)
    else:
        found = jobs.jobs_of(request.actor.id, at=request.at)
    known = queries.open_by_job(request.actor, [job.id for job in found])
    context = {
        "jobs": [(job, known.get(job.id)) for job in found],
        "states": wording.STATES,
        "searches": all_of_them,
        "text": text,
        "most": MOST_JOBS if len(found) == MOST_JOBS else 0,
    }
    return render(request, "intake/jobs.html", context)


@signed_in(Role.TECHNICIAN)
@require_safe
def my_cases(request: StaffRequest) -> HttpResponse:
    """What I raised, and where it stands; a search looks through all cases that I may see."""
    text, after = request.GET.get("text", "")[:LONGEST_SEARCH], request.GET.get("after", "")
    context: dict[str, Any] = {"text": text, "states": wording.STATES}
    if words(text):
        latest, alike = lists.Order.CHANGED_LAST, "yes" if request.GET.get("alike") == "yes" else ""
        place = lists.place(latest, after, before=False) or lists.START
        wanted = lists.Wanted(text, alike=bool(alike), show=lists.Show.ALL, order=latest, place=place)
        page = lists.page(request.actor, wanted)
        exact = [line for line in page.exact_lines if not place.key]
        wider = urlencode({"text": text, "alike": "yes"}) if lists.may_be_slips(wanted, page) else ""
        context |= {"lines": [*exact, *page.lines], "wider": wider}
        more = {"text": text, "alike": alike, "after": page.following} if page.following else {}
    else:
        context["lines"], more = _raised(request, after)
    return render(request, "intake/cases.html", context | {"more": urlencode(more)})


def _raised(request: StaffRequest, after: str) -> tuple[list[Line], dict[str, str]]:
    """A page of what somebody raised, the open ones first, then the closed ones; and what asks for the next page."""
    lines: list[Line] = []
    latest, first = lists.Order.OPENED_LAST, request.GET.get("show") != lists.Show.CLOSED
    place = lists.place(latest, after, before=False) or lists.START
    for show in (lists.Show.OPEN, lists.Show.CLOSED)[0 if first else 1 :]:
        asked = lists.Wanted(reporter=request.actor.id, show=show, order=latest, place=place, most=MOST_JOBS)
        page = lists.page(request.actor, asked)
        lines += page.lines
        if page.following:
            return lines, {"show": show, "after": page.following}
        place = lists.START
    return lines, {}


@signed_in(Role.TECHNICIAN, Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def raise_case(request: StaffRequest, job_id: UUID) -> HttpResponse:
    """Report a job that cannot be finished on site."""
    form = RaiseForm(posted(request))

    def shown() -> dict[str, Any]:
        job = jobs.job(str(job_id))
        mine = job is not None and str(job.technician_id) == request.actor.id
        if job is None or not (mine or request.actor.is_any(Role.COORDINATOR)):
            raise Http404
        codes = jobs.fault_codes(job.asset.type if job.asset else "")
        return {"job": job, "codes": codes, "asset": job.asset, "open": queries.open_on(str(job_id), request.actor)}

    def send(kept: list[str]) -> Done:
        new = form.new_case(str(job_id), kept)
        once: dict[str, Any] = {"by": request.actor, "at": request.at, "key": form.sent_key}
        if request.POST.get("do") != "add":
            return operations.raise_case(new, **once)
        notes = "\n\n".join(filter(None, (new.notes, form.as_notes(request.zone))))
        return operations.add_report(replace(new, notes=notes, meanwhile=None), **once)

    return _answer(request, form, send, "intake/raise.html", shown)


@signed_in()
@require_http_methods(["GET", "HEAD", "POST"])
def complete(request: StaffRequest, case_id: UUID) -> HttpResponse:
    """Add what was missing in a report."""
    view = queries.view(str(case_id), request.actor, at=request.at, zone=request.zone)
    owes = view.case.state is State.RETURNED or view.case.debt is not None
    if request.method != "POST" and not (owes and view.case.technician == request.actor.id):
        messages.info(request, _("Nothing is missing in this report."))
        return redirect("desk:case", case_id)
    form = CompleteForm(posted(request))

    def send(kept: list[str]) -> Done:
        then = in_that_minute(form.cleaned_data["occurred_at"], view.case.opened.occurred_at)
        said: dict[str, Any] = {"more": form.more(kept), "occurred_at": then}
        return operations.complete([str(case_id)], **said, by=request.actor, at=request.at, key=form.sent_key)[0]

    def shown() -> dict[str, Any]:
        return {"view": view, "missing": [entry for entry in view.timeline if entry.kind == "case.returned"][-1:]}

    return _answer(request, form, send, "intake/complete.html", shown)


def _answer(
    request: StaffRequest,
    form: ReportForm,
    send: Callable[[list[str]], Done],
    template: str,
    shown: Callable[[], dict[str, Any]],
) -> HttpResponse:
    """Show the form, or keep its photos first and then send it; what is wrong keeps all that was typed and sent."""
    status, draft, refused = 200, "", []
    if form.is_bound:
        status, whole, draft = 422, form.is_valid(), str(form["key"].value())
        refused = _keep_photos(request, draft)
        for sentence in refused:
            form.add_error(None, sentence)
        if whole and not refused:
            try:
                done = send([str(photo.id) for photo in photos.of_form(draft, request.actor)])
            except (MoveRefused, KeyReused, Refused) as error:
                status, sentence = _refusal(error)
                form.add_error(_field(error), sentence)
                for said in _take_late_photos(request, draft):
                    form.add_error(None, said)
            else:
                _take_late_photos(request, draft)
                return _sent(request, done)
    context = shown() | {
        "form": form,
        "refused": refused,
        "kept": photos.of_form(draft, request.actor) if draft else [],
        "results": wording.STEP_RESULTS,
        "states": wording.STATES,
        "capacity": Capacity,
    }
    return render(request, template, context, status=status)


def _refusal(error: MoveRefused | KeyReused | Refused) -> tuple[int, str]:
    """The status and the sentence of what the law or the record refuses."""
    if isinstance(error, MoveRefused):
        return 422 if error.mendable else 409, wording.refusal(error)
    if isinstance(error, Refused):
        return error.status, error.text
    return 409, _(
        "This form was sent before with another content; that one was kept. Look at it in your cases; "
        "new photos are there too."
    )


def _field(error: Exception) -> str | None:
    """The field that a refusal is about, if it is about one."""
    return _ABOUT.get(error.refusal) if isinstance(error, MoveRefused) else None


def _sent(request: StaffRequest, done: Done) -> HttpResponse:
    added = request.POST.get("do") == "add"  # to what may be out of sight; whoever raised or completed a case sees it
    if done.repeated:
        messages.info(request, _("That was sent already; here it is."))
    elif done.late:
        messages.info(request, _("The case had moved on; what you sent is kept on its timeline."))
    elif added and done.seq > 1:
        messages.success(request, _("Added to the case that is open on this job. Who works on it sees it now."))
    else:
        messages.success(request, _("Sent. You see below who has it and what happens next."))
    sees = not added or queries.in_sight([done.case], [request.actor])[request.actor]
    return redirect("desk:case", UUID(done.case)) if sees else redirect("intake:jobs")


@signed_in(Role.TECHNICIAN, Role.COORDINATOR)
@require_POST
def keep_photo(request: StaffRequest) -> HttpResponse:
    """Keep a photo of a form that is still being filled in; what is wrong with it is a sentence for beside it."""
    draft = request.POST.get("key", "")
    refused = _keep_photos(request, draft) if request.FILES else [_("No photo arrived.")]
    refused += _take_late_photos(request, draft)
    return HttpResponse("\n".join(refused), content_type="text/plain", status=422 if refused else 200)


def _take_late_photos(request: StaffRequest, draft: str) -> list[str]:
    """Give what arrived after its form was sent to the case that the form went into; sentences where it takes none.

    Whoever sends a form and whoever keeps a photo both look here after their commit, so that no photo falls between.
    """
    late = [str(photo.id) for photo in photos.of_form(draft, request.actor) if photo.state == EvidenceState.DRAFT]
    case = queries.sent_with(draft, request.actor) if late else ""
    if not case:
        return []
    once: dict[str, Any] = {"by": request.actor, "at": request.at, "key": f"late-{late[0]}"}
    try:
        operations.add_evidence([case], evidence=late, draft=draft, **once)
    except (MoveRefused, NoSuchCase, Refused):
        evidence.discard(ids=late, draft_key=draft, by=request.actor)
        return [_("The photo came after its case had ended, so it was not kept. Show it to your coordinator.")]
    return []


def _keep_photos(request: StaffRequest, draft: str) -> list[str]:
    """Keep every photo that came, each on its own; the sentences for those that were refused."""
    refused = []
    for upload in request.FILES.getlist("photos"):
        try:
            evidence.take(upload=upload, draft_key=draft, by=request.actor, at=request.at)
        except Refused as error:
            refused.append(error.text)
    return refused
