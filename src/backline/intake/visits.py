"""The technician's page for the end of a visit: what came of it may raise a case by itself."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backline.cases import operations, wording
from backline.cases.operations import KeyReused, MoveRefused
from backline.core.words import Role
from backline.intake.forms import VisitForm
from backline.jobs import queries as jobs
from backline.look.access import signed_in
from backline.look.http import StaffRequest, posted


@signed_in(Role.TECHNICIAN, Role.COORDINATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def end_visit(request: StaffRequest, job_id: UUID) -> HttpResponse:
    """Say how a visit ended."""
    job = jobs.job(str(job_id))
    mine = job is not None and str(job.technician_id) == request.actor.id
    if job is None or not (mine or request.actor.is_any(Role.COORDINATOR)):
        raise Http404
    form = VisitForm(posted(request))
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                case = _sent(request, job_id, form)
            except MoveRefused as refused:
                status = 409
                form.add_error(None, wording.refusal(refused))
            except KeyReused:
                status = 409
                form.add_error(None, _("This form was sent before with another content; that one was kept."))
            else:
                return redirect("desk:case", case) if case else redirect("intake:jobs")
    return render(request, "intake/visit.html", {"form": form, "job": job}, status=status)


def _sent(request: StaffRequest, job_id: UUID, form: VisitForm) -> str:
    """The id of the case that it opened or joined, or nothing."""
    case = operations.report_visit(str(job_id), visit=form.report(), by=request.actor, at=request.at, key=form.sent_key)
    if case:
        messages.success(request, _("Sent. It is escalated; below you see who has it and what happens next."))
    else:
        messages.success(request, _("Sent. The end of the visit is kept."))
    return case
