"""Answers a request for a photo so that a browser can only show it, and for another file so that it only saves it."""

from __future__ import annotations

import os
import pathlib

from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from backline.evidence import store
from backline.evidence.queries import EvidenceRow
from backline.evidence.words import Size


def photo_response(evidence: EvidenceRow, size: Size) -> HttpResponse:
    """The copy to be shown; the caller has asked already whether this person may see it."""
    content = _content(store.served_path(evidence.sha256, size))
    if content is None:
        return _gone()
    response = HttpResponse(content, content_type="image/jpeg")
    name = os.path.splitext(evidence.name)[0] + ".jpg"
    response["Content-Disposition"] = content_disposition_header(as_attachment=False, filename=name) or "inline"
    return _fenced(response)


def file_response(evidence: EvidenceRow) -> HttpResponseBase:
    """The file as it came, to be saved and never to be opened in the browser, whatever it says that it is."""
    try:
        file = store.original_path(evidence.sha256).open("rb")
    except OSError:
        return _gone()
    kind = "application/octet-stream"
    return _fenced(FileResponse(file, as_attachment=True, filename=evidence.name, content_type=kind))


def _gone() -> HttpResponse:
    gone = _("The file is not on this machine. Tell your administrator: it must be restored.")
    return HttpResponse(gone, status=404, content_type="text/plain; charset=utf-8")


def _fenced[R: HttpResponseBase](response: R) -> R:
    """Nothing in it runs, and no page elsewhere can take it in."""
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
