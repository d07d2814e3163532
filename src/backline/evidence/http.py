"""Answers a request for a photo so that a browser can do nothing with it but show it."""

from __future__ import annotations

import os
import pathlib

from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from backline.evidence import store
from backline.evidence.queries import EvidenceRow
from backline.evidence.words import Size


def photo_response(evidence: EvidenceRow, size: Size) -> HttpResponse:
    """The copy to be shown; the caller has asked already whether this person may see it."""
    content = _content(store.served_path(evidence.sha256, size))
    if content is None:
        gone = _("The file of this photo is not on this machine. Tell your administrator: it must be restored.")
        return HttpResponse(gone, status=404, content_type="text/plain; charset=utf-8")
    response = HttpResponse(content, content_type="image/jpeg")
    name = os.path.splitext(evidence.name)[0] + ".jpg"
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or "inline"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _content(path: pathlib.Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
