"""Saved views: the filter of the queue under a name, to rename, share, open the queue with, and delete."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backline.core.words import Role
from backline.desk import filters, operations, queries
from backline.desk.models import View
from backline.desk.operations import ViewForm
from backline.look.access import signed_in
from backline.look.forms import Form, Text
from backline.look.http import StaffRequest, posted
from backline.people.operations import Invalid

QUEUE = (Role.COORDINATOR, Role.MANAGER, Role.ADMINISTRATOR)


class NameForm(Form):
    """A name for a view, and for whom it is."""

    name = Text(lines=1, label=gettext_lazy("Name"), max_length=80)
    shared = forms.BooleanField(required=False, label=gettext_lazy("For everybody who sees the queue"))
    query = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput)

    def __init__(self, *args: Any, shares: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not shares:
            del self.fields["shared"]

    def entered(self, request: StaffRequest) -> ViewForm:
        """The view, with what its address asks for and nothing that the queue would pass over."""
        asked = filters.asked(QueryDict(self.cleaned_data["query"]), request.actor)
        return ViewForm(self.cleaned_data["name"], asked.address, self.cleaned_data.get("shared", False))


@signed_in(*QUEUE)
@require_http_methods(["GET", "HEAD", "POST"])
def views(request: StaffRequest) -> HttpResponse:
    """All views that I see; a filter that is sent here with a name is kept."""
    initial = {"query": request.GET.urlencode()}
    form = NameForm(posted(request), initial=initial, shares=request.actor.is_any(*operations.SHARES))
    if request.method == "POST" and form.is_valid():
        try:
            kept = operations.keep_view(form.entered(request), by=request.actor)
        except Invalid as error:
            form.refuse(error.errors)
        else:
            messages.success(request, _("The view is kept."))
            return _to(kept)
    context = {"form": form, "views": queries.views(request.actor), "plain": filters.PLAIN}
    return render(request, "desk/views.html", context, status=422 if request.method == "POST" else 200)


@signed_in(*QUEUE)
@require_http_methods(["GET", "HEAD", "POST"])
def view(request: StaffRequest, view_id: UUID) -> HttpResponse:
    """One view: open the queue with it; its owner renames, shares or deletes it."""
    found = queries.view(view_id, request.actor)
    if found is None:
        raise Http404
    if request.method == "POST":
        return _DO.get(request.POST.get("do", ""), _change)(request, found)
    return _shown(request, found, _form(request, found), 200)


def _form(request: StaffRequest, found: View) -> NameForm:
    initial = {"name": found.name, "shared": found.shared, "query": found.query}
    return NameForm(posted(request), initial=initial, shares=request.actor.is_any(*operations.SHARES))


def _shown(request: StaffRequest, found: View, form: NameForm, status: int) -> HttpResponse:
    opening = queries.opening(request.actor)
    context = {
        "form": form,
        "view": found,
        "mine": operations.may_change(found, request.actor),
        "opens": opening is not None and opening.id == found.id,
        "plain": filters.PLAIN,
    }
    return render(request, "desk/view.html", context, status=status)


def _change(request: StaffRequest, found: View) -> HttpResponse:
    form = _form(request, found)
    if not form.is_valid():
        return _shown(request, found, form, 422)
    if not operations.may_change(found, request.actor):
        return _refused(request, found)
    try:
        operations.keep_view(form.entered(request), by=request.actor, view=found)
    except Invalid as error:
        form.refuse(error.errors)
        return _shown(request, found, form, 422)
    messages.success(request, _("The view is kept."))
    return _to(found)


def _delete(request: StaffRequest, found: View) -> HttpResponse:
    if not operations.may_change(found, request.actor):
        return _refused(request, found)
    operations.drop_view(found)
    messages.success(request, _("The view is deleted. No case was changed."))
    return redirect("desk:views")


def _open_with(request: StaffRequest, found: View) -> HttpResponse:
    operations.open_with(found, by=request.actor)
    messages.success(request, _("The queue opens with this view from now on."))
    return _to(found)


def _open_plain(request: StaffRequest, found: View) -> HttpResponse:
    operations.open_with(None, by=request.actor)
    messages.success(request, _("The queue opens with all open cases from now on."))
    return _to(found)


_DO = {"delete": _delete, "open-with": _open_with, "open-plain": _open_plain}


def _refused(request: StaffRequest, found: View) -> HttpResponse:
    messages.info(request, _("Only its owner changes a view. Keep it under another name to change it."))
    return redirect("desk:view", found.id)


def _to(found: View) -> HttpResponse:
    return redirect(f"{reverse('desk:queue')}?{found.query or filters.PLAIN}")
