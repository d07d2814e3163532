"""Says whether this installation works: pages, database and worker."""

from __future__ import annotations

from typing import cast

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from backline import __version__
from backline.engine import health
from backline.look.http import Request


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when all three are ready, else 503; each is named."""
    try:
        database, worker = True, health.alive(cast(Request, request).at)
    except DatabaseError:
        database, worker = False, False
    ready = {"version": __version__, "pages": True, "database": database, "worker": worker}
    return JsonResponse(ready, status=200 if all(ready.values()) else 503)
