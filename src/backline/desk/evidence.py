"""Photos and files of cases, to those who see the case, and of forms that were not sent yet, to their authors."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from backline.cases import queries
from backline.evidence import queries as evidence
from backline.evidence.http import file_response, photo_response
from backline.evidence.queries import EvidenceRow
from backline.evidence.words import Kind, Size
from backline.look.access import signed_in
from backline.look.http import StaffRequest


@signed_in()
@require_safe
def photo(request: StaffRequest, photo_id: UUID, size: str) -> HttpResponse:
    """A photo, as large as wanted."""
    if size not in set(Size):
        raise Http404
    return photo_response(_in_sight(request, photo_id, Kind.PHOTO), Size(size))


@signed_in()
@require_safe
def file(request: StaffRequest, file_id: UUID) -> HttpResponseBase:
    """A file of any other kind, to be saved."""
    return file_response(_in_sight(request, file_id, Kind.FILE))


def _in_sight(request: StaffRequest, evidence_id: UUID, kind: Kind) -> EvidenceRow:
    found = evidence.get(evidence_id)
    if found is None or found.kind != kind:
        raise Http404
    if found.case_id:
        queries.find(str(found.case_id), request.actor)
    elif found.by_id != request.actor.id:
        raise Http404
    return found
