"""What is done once for each form, what would come of it without doing it, and the button that is a form of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from backline.cases.operations import KeyReused
from backline.desk.administration.forms import PlainForm
from backline.ledger import operations as ledger
from backline.look.forms import KeyedForm
from backline.look.http import StaffRequest, posted
from backline.people import queries
from backline.people.operations import Invalid
from backline.people.queries import Team


def team_or_404(team: UUID) -> Team:
    """The team of an address."""
    found = queries.team(str(team))
    if found is None:
        raise Http404
    return found


@dataclass(frozen=True, slots=True)
class Sent:
    """What a form asks for with its key; the content is as it was typed, for what it means may change meanwhile."""

    request: StaffRequest
    what: str
    key: str
    content: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, request: StaffRequest, what: str, form: KeyedForm) -> Sent:
        """A form that was sent; a key that is none was replaced when the form was read."""
        form.is_valid()
        typed = {name: request.POST.getlist(name) for name in form.fields if name not in ("key", "looked")}
        return cls(request, what, str(form["key"].data), typed)

    def once(self, act: Callable[[], object]) -> bool:
        """Do it, and say whether this form had not done it before; raises `KeyReused` where it did something else."""
        with transaction.atomic():
            claimed = self._claim()
            if claimed is None:
                return False
            act()
            ledger.answer(claimed, {})
        return True

    def was_done(self) -> bool:
        """Whether this very form was done before; then it may well make no sense any more."""
        try:
            return supposing(lambda: None, lambda: self._claim() is None)
        except KeyReused:
            return False

    def _claim(self) -> int | None:
        by = self.request.actor
        write = ledger.Write(f"{by.kind}:{by.id}", self.what, self.key, self.content)
        return ledger.claim(write, at=self.request.at)


def supposing[T](act: Callable[[], object], look: Callable[[], T]) -> T:
    """What somebody would see who looked after it was done; nothing of it is kept."""
    with transaction.atomic():
        act()
        found = look()
        transaction.set_rollback(True)
    return found


def tell(request: StaffRequest, done: bool, what: str) -> None:
    """Say what was done, or that it was done before."""
    if done:
        messages.success(request, what)
    else:
        messages.info(request, _("That was sent already; here it is."))


def pressed(request: StaffRequest, what: str, act: Callable[[], str], back: str) -> HttpResponse:
    """A button that was pressed: done once, and said as `act` says it, or refused, at the page that it stands on."""
    form, said = PlainForm(posted(request)), list[str]()
    if not form.is_valid():
        messages.warning(request, _("This form is not one of ours. Open it again; nothing was changed."))
        return redirect(back)
    try:
        done = Sent(request, what, form.sent_key).once(lambda: said.append(act()))
        tell(request, done, "".join(said))
    except Invalid as invalid:
        messages.warning(request, " ".join(invalid.errors.values()))
    return redirect(back)
