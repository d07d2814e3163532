"""The pages of the policy: all versions, one of them drawn, its file, and the form that is looked at before saving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backline.cases import ladders
from backline.cases.operations import KeyReused
from backline.core.policy import Policy
from backline.core.words import Role
from backline.desk.administration.kept import say_kept
from backline.desk.administration.policies.drawn import pictures
from backline.desk.administration.policies.forms import PolicyForm, SupposedForm
from backline.look.access import signed_in
from backline.look.http import StaffRequest, posted
from backline.people import queries as people
from backline.policies import file, operations, queries
from backline.policies.differences import differences
from backline.policies.operations import Refused
from backline.policies.queries import Saved
from backline.policies.reach import gaps_of_today, reach
from backline.policies.reading import Unreadable

administrator = signed_in(Role.ADMINISTRATOR)
reader = signed_in(Role.ADMINISTRATOR, Role.MANAGER)
"""Managers are told by these ladders and have cases take other versions: they read them, and change none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A version in the register: what was saved, by whom, and how it stands."""

    saved: Saved
    by: str
    counts: bool
    coming: bool


@reader
@require_safe
def register(request: StaffRequest) -> HttpResponse:
    """All versions, the one in force and those to come."""
    entries = _entries(request, queries.versions())
    context = {"entries": entries, "gaps": gaps_of_today(at=request.at), "changes": _changes(request)}
    return render(request, "desk/policies/register.html", context)


def _changes(request: StaffRequest) -> bool:
    """Whether he may save another version."""
    return request.actor.is_any(Role.ADMINISTRATOR)


def _entries(request: StaffRequest, versions: Sequence[Saved]) -> list[Entry]:
    counts, coming = queries.version_in_force(request.at), queries.coming(request.at)
    names = people.persons_by_id(one.made_by for one in versions)
    return [
        Entry(one, names[one.made_by].name if one.made_by in names else one.made_by, one == counts, one in coming)
        for one in versions
    ]


def _version(number: int) -> Saved:
    found = queries.version(number) if 0 < number < 2**31 else None
    if found is None:
        raise Http404
    return found


@reader
@require_safe
def shown(request: StaffRequest, number: int) -> HttpResponse:
    """One version: what it changed, whom it does not reach today, its ladders drawn, its file."""
    saved = _version(number)
    against = request.GET.get("against", "")
    other = _version(int(against)) if against.isascii() and against.isdigit() and len(against) < 10 else None
    before = other or (queries.version(number - 1) if number > 1 else None)
    context = {
        "entry": _entries(request, [saved])[0], "last": queries.versions()[0], "before": before,
        "changed": differences(before.policy, saved.policy) if before else (),
        "gaps": reach(saved.policy, at=request.at).said.values(),
        "text": queries.text_of(saved, schema_address()), "versions": queries.versions(), "changes": _changes(request),
        **_drawn(request, saved.policy, request.GET if "moment" in request.GET else None),
    }  # fmt: skip
    return render(request, "desk/policies/shown.html", context, status=422 if context["supposed"].errors else 200)


def _drawn(request: StaffRequest, policy: Policy, asked: Any) -> dict[str, Any]:
    form = SupposedForm(asked, at=request.at)
    supposed = form.supposed()
    if not form.is_bound:
        chosen = {"moment": supposed.at, "priority": supposed.priority, "team": supposed.team}
        form = SupposedForm(initial=chosen, at=request.at)
    return {"supposed": form, "begins_at": supposed.at, "pictures": pictures(ladders.drawn(policy, supposed))}


@reader
@require_safe
def download(request: StaffRequest, number: int) -> HttpResponse:
    """The file of one version."""
    text = queries.text_of(_version(number), schema_address())
    found = HttpResponse(text, content_type="application/toml; charset=utf-8")
    found["Content-Disposition"] = f'attachment; filename="policy-{number}.toml"'
    return found


@require_safe
def schema(_request: HttpRequest) -> HttpResponse:
    """What a policy's file may hold, for editors and other machines: it tells nothing of this organisation."""
    return JsonResponse(file.schema(), json_dumps_params={"indent": 2}, content_type="application/schema+json")


def schema_address() -> str:
    """Where that is to be found."""
    return settings.BACKLINE_URL.rstrip("/") + reverse("desk:policy_schema")


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest) -> HttpResponse:
    """Another version."""
    last = queries.versions()[0]
    initial = {"text": queries.text_of(last, schema_address())}
    form = PolicyForm(posted(request), request.FILES or None, initial=initial)
    edited = _Edited(request, form, last)
    return edited.sent() if form.is_bound else edited.answer(200)


@dataclass(slots=True)
class _Edited:
    """The form as it came, over the last version."""

    request: StaffRequest
    form: PolicyForm
    last: Saved

    @property
    def seen(self) -> int:
        """The number of the last version that was on view."""
        text = self.request.POST.get("seen", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    def sent(self) -> HttpResponse:
        """What it would do, or the version kept."""
        if not self.form.is_valid():
            return self.answer(422)
        plan = self.form.plan()
        try:
            if self.form.has_seen(plan) and "save" in self.request.POST:
                return self._kept()
            policy = operations.draft(plan, at=self.request.at)
        except Unreadable as error:
            self.form.say(error)
            return self.answer(422)
        except Refused as refused:
            return self._refused(refused)
        except KeyReused:
            self.form.mint()
            self.form.add_error(None, _("This form was saved before with another content; look it over, then save."))
            return self.answer(409)
        return self._looked(policy)

    def _kept(self) -> HttpResponse:
        request, plan = self.request, self.form.plan()
        key = self.form.sent_key
        saved = operations.keep_version(plan, seen=self.seen, by=request.actor, at=request.at, key=key)
        say_kept(request, saved.number, repeated=saved.repeated)
        return redirect("desk:policy", saved.number)

    def _refused(self, refused: Refused) -> HttpResponse:
        self.last = queries.versions()[0]
        self.form.refuse(refused.errors)
        return self.answer(409 if self.seen != self.last.number else 422)

    def _looked(self, policy: Policy) -> HttpResponse:
        """What the version would change, whom it would not reach, and its ladders drawn; nothing is saved."""
        for flaw in operations.unreached(policy, at=self.request.at):
            self.form.add_error("text", str(flaw))
        counts = queries.version_in_force(self.request.at)
        effective_at = self.form.cleaned_data.get("effective_at") or self.request.at
        gaps = reach(policy, at=self.request.at).odd.values()
        return self.answer(
            422 if self.form.errors else 200,
            counts=counts, changed=differences(counts.policy, policy), gaps=gaps,
            waiting=[one for one in queries.coming(self.request.at) if one.effective_at > effective_at],
            unlooked="save" in self.request.POST, looked=not self.form.errors,
            **_drawn(self.request, policy, self.request.POST if "moment" in self.request.POST else None),
        )  # fmt: skip

    def answer(self, status: int, **more: Any) -> HttpResponse:
        """The page; with what others saved since the form was opened."""
        stale = self.form.is_bound and "seen" in self.request.POST and self.seen < self.last.number
        news = [one for one in queries.versions() if one.number > self.seen] if stale else []
        drawing = {} if self.form.is_bound else _drawn(self.request, self.last.policy, None)
        context = {"form": self.form, "last": self.last, "news": _entries(self.request, news), **drawing, **more}
        return render(self.request, "desk/policies/edit.html", context, status=status)
