"""The pages of all routing rules as a file: out, in again after a look at what it changes, and what came in before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from backline.cases import routes
from backline.cases.operations import KeyReused
from backline.core.words import Role
from backline.desk.administration.filed import FileForm, written
from backline.look.access import signed_in
from backline.look.http import StaffRequest, posted
from backline.people import queries as people
from backline.people.operations import Busy
from backline.policies import operations, queries, routing_file
from backline.policies.operations import Refused, RoutingPlan

administrator = signed_in(Role.ADMINISTRATOR)


class RoutingForm(FileForm):
    """All rules as somebody writes them; `seen` is the mark of those that were on view."""

    reads = staticmethod(routes.read)
    text = written(gettext_lazy("The rules"))
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def plan(self) -> RoutingPlan:
        """What was written, as a plan."""
        return RoutingPlan(self.content, self.cleaned_data["text"], self.cleaned_data["why"])


@administrator
@require_safe
def download(_request: StaffRequest) -> HttpResponse:
    """The file of the rules there are."""
    return _file(routes.text(schema_address()), "routing.toml")


@administrator
@require_safe
def imported(_request: StaffRequest, entry: UUID) -> HttpResponse:
    """A file that took the place of all rules, as it came."""
    text = queries.routing_imported(str(entry))
    if text is None:
        raise Http404
    return _file(text, f"routing-{entry}.toml")


def _file(text: str, name: str) -> HttpResponse:
    found = HttpResponse(text, content_type="application/toml; charset=utf-8")
    found["Content-Disposition"] = f'attachment; filename="{name}"'
    return found


@require_safe
def schema(_request: HttpRequest) -> HttpResponse:
    """What a file of rules may hold, for editors and other machines: it tells nothing of this organisation."""
    return JsonResponse(routing_file.schema(), json_dumps_params={"indent": 2}, content_type="application/schema+json")


def schema_address() -> str:
    """Where that is to be found."""
    return settings.BACKLINE_URL.rstrip("/") + reverse("desk:routing_schema")


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest) -> HttpResponse:
    """All rules in one file: looked at, then kept in place of those there are."""
    now = queries.routing_mark(queries.routing_rules())
    form = RoutingForm(
        posted(request), request.FILES or None, initial={"text": routes.text(schema_address()), "seen": now}
    )
    if not form.is_bound:
        return _answer(request, form, 200)
    if not form.is_valid():
        return _answer(request, form, 422)
    plan, seen = form.plan(), form.cleaned_data["seen"]
    if form.has_seen(plan.text, plan.why, seen) and "save" in request.POST:
        return _kept(request, form)
    form.put(seen=now)
    form.has_seen(plan.text, plan.why, now)
    return _looked(request, form, unlooked="save" in request.POST, stale=seen != now)


def _looked(request: StaffRequest, form: RoutingForm, **more: Any) -> HttpResponse:
    """What the file would change; nothing is saved."""
    changed = routes.differences(queries.routing_rules(), form.content)
    return _answer(request, form, 200, looked=True, changed=changed, hints=routes.not_yet(form.content), **more)


def _kept(request: StaffRequest, form: RoutingForm) -> HttpResponse:
    try:
        changed = operations.keep_routing(
            form.plan(), seen=form.cleaned_data["seen"], by=request.actor, at=request.at, key=form.sent_key
        )
    except Busy as busy:
        form.refuse(busy.errors)
        return _answer(request, form, 409)
    except Refused as refused:
        form.put(seen=queries.routing_mark(queries.routing_rules()))
        form.refuse(refused.errors)
        return _answer(request, form, 409)
    except KeyReused:
        form.mint()
        form.add_error(None, _("This form was saved before with another content; look it over, then save."))
        return _answer(request, form, 409)
    messages.success(request, _("Kept.") if changed else _("Nothing was changed: the rules say that already."))
    return redirect("desk:register", "rules")


def _answer(request: StaffRequest, form: RoutingForm, status: int, **more: Any) -> HttpResponse:
    imports = queries.routing_imports()
    names = people.persons_by_id(one.made_by for one in imports)
    entries = [(one, names[one.made_by].name if one.made_by in names else one.made_by) for one in imports]
    return render(request, "desk/routing/edit.html", {"form": form, "entries": entries, **more}, status=status)
