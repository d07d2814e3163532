"""The pages of imports: paste or send a list, see what it would do, import it, take it back."""

from __future__ import annotations

import csv
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backline.core.words import Role
from backline.desk import operations as desk
from backline.desk import queries
from backline.desk.administration.forms import Pasted
from backline.desk.administration.imports import run
from backline.desk.administration.imports.contracts import CONTRACTS
from backline.desk.administration.imports.kinds import Kind
from backline.desk.administration.imports.persons import PERSONS
from backline.desk.administration.imports.places import ASSETS, FAULT_CODES, SITES
from backline.desk.administration.imports.plan import Outcome
from backline.desk.administration.imports.reading import ENCODINGS, Sent
from backline.look.access import signed_in
from backline.look.forms import KeyedForm
from backline.look.http import StaffRequest, posted
from backline.look.sheet import Unreadable
from backline.people import operations as people
from backline.people.operations import Invalid

KINDS = {kind.slug: kind for kind in (PERSONS, SITES, CONTRACTS, ASSETS, FAULT_CODES)}
OUTCOMES = {
    Outcome.NEW: gettext_lazy("New"),
    Outcome.CHANGED: gettext_lazy("Changed"),
    Outcome.UNCHANGED: gettext_lazy("Unchanged"),
    Outcome.REFUSED: gettext_lazy("Refused"),
}
administrator = signed_in(Role.ADMINISTRATOR)


class ListForm(KeyedForm):
    """A list, pasted or as a file."""

    text = Pasted(
        label=gettext_lazy("Paste the lines"),
        help_text=gettext_lazy(
            "From a spreadsheet, or CSV; the first line names the columns. Send a long list as a file."
        ),
    )
    file = forms.FileField(
        label=gettext_lazy("Or choose a file"), required=False, allow_empty_file=True, max_length=1000,
        help_text=gettext_lazy(
            "CSV, CSV packed as .gz, or XLSX; up to 20 MB, 100,000 lines (of a workbook 20,000 and some 300,000 cells)."
        ),
    )  # fmt: skip

    else_in = forms.ChoiceField(
        label=gettext_lazy("If the file is not UTF-8, it is"), required=False, choices=list(ENCODINGS.items()),
        help_text=gettext_lazy("UTF-8 and workbooks are known by themselves."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """One of both, and not both."""
        data = self.cleaned_data
        text, file = str(data.get("text", "")).strip(), data.get("file")
        if not text and not file:
            self.add_error(None, _("Paste the lines, or choose a file."))
        if text and file:
            self.add_error("file", _("Paste the lines or choose a file, not both."))
        return data


def _kind(slug: str) -> Kind:
    if slug not in KINDS:
        raise Http404
    return KINDS[slug]


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: StaffRequest, kind: str) -> HttpResponse:
    """Paste or send a list; what was imported last, and can be taken back."""
    wanted = _kind(kind)
    desk.forget_looks(before=request.at - desk.LOOKED_AT_FOR)
    form = ListForm(posted(request), request.FILES or None)
    if form.is_bound and form.is_valid():
        try:
            key = str(UUID(form.sent_key))
            upload = cast("UploadedFile[bytes] | None", form.cleaned_data["file"])
            sent = Sent(form.cleaned_data["text"], upload, form.cleaned_data["else_in"] or "cp1252")
            run.look(wanted, sent, by=request.actor, at=request.at, key=key)
        except Unreadable as unreadable:
            form.add_error("file" if form.cleaned_data["file"] else "text", str(unreadable))
        except ValueError:
            form.add_error(None, _("This form is not one of ours. Open it again; nothing was changed."))
        else:
            return redirect("desk:import_list", kind, key)
    context = {
        "kind": wanted, "form": form, "imports": queries.imports(kind), "last": queries.last_import(kind),
    }  # fmt: skip
    return render(request, "desk/administration/import.html", context, status=422 if form.is_bound else 200)


@administrator
@require_safe
def example(request: StaffRequest, kind: str) -> HttpResponse:
    """A list with one line, to fill in."""
    wanted = _kind(kind)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{kind}.csv"'
    lines = csv.writer(answer)
    lines.writerow([str(column.heading) for column in wanted.columns])
    lines.writerow([column.example for column in wanted.columns])
    return answer


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def listed(request: StaffRequest, kind: str, entry: UUID) -> HttpResponse:
    """What a list would do, or did; sending it imports it."""
    wanted, row = _kind(kind), queries.import_of(str(entry), kind)
    if row is None:
        raise Http404
    if request.method == "POST":
        return _import(request, wanted, str(entry))
    if row.kept_at is None and request.at - row.looked_at >= desk.LOOKED_AT_FOR:
        return _gone(request, kind)
    return _shown(request, wanted, row)


def _shown(request: StaffRequest, kind: Kind, row: queries.Import, status: int = 200) -> HttpResponse:
    last = queries.last_import(kind.slug) == str(row.id)
    context = {"kind": kind, "row": row, "last": last, **_preview(kind, row)}
    return render(request, "desk/administration/import_list.html", context, status=status)


def _preview(kind: Kind, row: queries.Import) -> dict[str, Any]:
    preview = row.preview
    headings = {column.name: str(column.heading) for column in kind.columns} | dict(preview.get("headings", {}))
    parts = [
        (outcome.value, OUTCOMES[outcome], preview.get("shown", {}).get(outcome, []), getattr(row, outcome.lower()))
        for outcome in (Outcome.REFUSED, Outcome.CHANGED, Outcome.NEW)
    ]
    return {
        "headings": headings, "parts": [part for part in parts if part[3]], "outcomes": OUTCOMES,
        "notes": preview.get("notes", ()), "differs": preview.get("differs", ()), "takes": row.new + row.changed,
    }  # fmt: skip


def _import(request: StaffRequest, kind: Kind, entry: str) -> HttpResponse:
    try:
        run.keep(kind, entry, by=request.actor, at=request.at)
    except run.Gone:
        return _gone(request, kind.slug)
    except run.Moved:
        said = _("Nothing was imported: something changed since you looked. See what would happen now.")
        messages.warning(request, said)
    except people.Busy as busy:
        return _busy(request, kind, entry, busy)
    except Invalid as invalid:
        messages.warning(request, " ".join([_("Nothing was imported."), *invalid.errors.values()]))
    return redirect("desk:import_list", kind.slug, entry)


def _busy(request: StaffRequest, kind: Kind, entry: str, busy: people.Busy) -> HttpResponse:
    """The list again: somebody imports it already, or another one, or saves in a register."""
    at_it = _("This list is being worked on at this moment, and that happens once. Open this page again in a minute.")
    row = queries.import_of(entry, kind.slug)
    if row is None:
        return _gone(request, kind.slug)
    messages.warning(request, at_it if desk.is_held(entry) else " ".join(busy.errors.values()))
    return _shown(request, kind, row, status=409)


def _gone(request: StaffRequest, kind: str) -> HttpResponse:
    messages.warning(request, _("That list was kept for an hour, which is over. Send it again; nothing was changed."))
    return redirect("desk:import", kind)


@administrator
@require_POST
def undo(request: StaffRequest, kind: str, entry: UUID) -> HttpResponse:
    """Take the last import of a kind back."""
    wanted = _kind(kind)
    if queries.import_of(str(entry), kind) is None:
        raise Http404
    try:
        run.undo(wanted, str(entry), by=request.actor, at=request.at)
    except run.Gone:
        messages.warning(request, _("Only the last import can be taken back. Nothing was changed."))
    except people.Busy as busy:
        return _busy(request, wanted, str(entry), busy)
    except Invalid as invalid:
        messages.warning(request, " ".join([_("Nothing was taken back."), *invalid.errors.values()]))
    else:
        row = queries.import_of(str(entry), kind)
        stayed = len(row.stayed) if row else 0
        said = ngettext("Taken back, but for %(count)d entry.", "Taken back, but for %(count)d entries.", stayed)
        messages.success(request, said % {"count": stayed} if stayed else _("Taken back."))
    return redirect("desk:import_list", kind, entry)
