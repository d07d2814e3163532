"""What a customer takes from her page: the photos that she sent, and a visit for her calendar."""

from __future__ import annotations

import hmac

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from backline.cases import queries
from backline.evidence import queries as evidence
from backline.evidence.http import photo_response
from backline.evidence.words import EvidenceState, Kind, Size
from backline.look.http import Request
from backline.portal.calendar import of_visit
from backline.portal.opened import Opened, opened
from backline.portal.story import sign_of


@require_safe
@opened
def photo(_request: Request, door: Opened, sign: str, size: str) -> HttpResponse:
    """A photo that this very contact sent about this very case; nobody else's, and none of ours."""
    linked = door.linked
    queries.find(linked.case_id, linked.actor)
    hers = (
        one
        for one in evidence.of_case(linked.case_id)
        if one.by_id == linked.actor.id and one.kind == Kind.PHOTO and one.state == EvidenceState.ATTACHED
    )
    found = next((one for one in hers if hmac.compare_digest(sign_of(one).encode(), sign.encode())), None)
    if found is None or size not in set(Size):
        raise Http404
    return photo_response(found, Size(size))


@require_safe
@opened
def visit(request: Request, door: Opened, name: str) -> HttpResponse:
    """A visit of this case as it is planned now, or that it was called off."""
    linked = door.linked
    view = queries.view(linked.case_id, linked.actor, at=request.at, zone=linked.contact.zone)
    found = of_visit(view, name)
    if found is None:
        raise Http404
    answer = HttpResponse(found, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="visit.ics"'
    return answer
