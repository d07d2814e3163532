"""The bare page: one query of as many rows, a plain loop in a template; same server, middleware and session."""

from __future__ import annotations

from django.http import HttpResponse
from django.template import Context, Engine
from django.urls import path

from backline.cases.models import Case
from backline.config import urls
from backline.look.access import signed_in
from backline.look.http import StaffRequest

ROW = "".join(f"<td>{{{{ one.{name} }}}}</td>" for name in ("number", "state", "priority", "summary", "opened_at"))
TEMPLATE = Engine().from_string(
    f"<!doctype html><title>Bare</title><table>{{% for one in rows %}}<tr>{ROW}</tr>{{% endfor %}}</table>"
)


@signed_in()
def bare(_request: StaffRequest, rows: int) -> HttpResponse:
    """So many cases, as they come."""
    found = Case.objects.order_by("id").values("number", "state", "priority", "summary", "opened_at")[:rows]
    return HttpResponse(TEMPLATE.render(Context({"rows": found})))


urlpatterns = [path("bare/<int:rows>", bare), *urls.urlpatterns]
handler404 = urls.handler404
