"""What a customer says on her page without being asked: words and photos, that it is urgent, "call me", a rating."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from backline.cases import operations, queries
from backline.cases.links import Linked
from backline.cases.operations import Done, KeyReused, MoveRefused
from backline.core.lifecycle import Refusal
from backline.evidence import operations as evidence
from backline.evidence import queries as photos
from backline.evidence.words import Refused
from backline.look.forms import KeyedForm
from backline.look.http import Request
from backline.people.languages import to_customer as _
from backline.portal.forms import CallForm, RateForm, UrgentForm, WriteForm
from backline.portal.opened import Opened, opened
from backline.portal.pages import moved_on
from backline.portal.shown import show

MOST_PHOTOS = 10
"""So many photos go with one message; more go with the next."""
_ABOUT_WHEN = (Refusal.NOT_IN_THE_FUTURE, Refusal.TOO_FAR)


@dataclass(frozen=True, slots=True)
class Said:
    """What was sent: by whom, with which form, and under which key."""

    linked: Linked
    form: KeyedForm
    once: dict[str, Any]

    @property
    def typed(self) -> dict[str, Any]:
        """What stands in the form."""
        return self.form.cleaned_data


def _write(said: Said) -> Done:
    kept = [str(photo.id) for photo in said.form.kept] if isinstance(said.form, WriteForm) else []
    return operations.hear_customer([said.linked.case_id], text=said.typed["text"], evidence=kept, **said.once)[0]


def _urge(said: Said) -> Done:
    text, danger = said.typed["text"], said.typed["danger"]
    return operations.urge([said.linked.case_id], text=text, danger=danger, **said.once)[0]


def _call(said: Said) -> Done:
    number, until = said.typed["number"], said.typed["until"]
    return operations.ask_call([said.linked.case_id], number=number, until=until, **said.once)[0]


def _rate(said: Said) -> Done:
    return operations.rate([said.linked.case_id], rating=said.typed["rating"], text=said.typed["text"], **said.once)[0]


def _heard(_said: Said, _done: Done) -> str:
    return _("Thank you. It is with us, and one of us reads it.")


def _hurried(said: Said, done: Done) -> str:
    """Whether others were told, or were told so short a time ago that it was only written down."""
    once = said.once
    case = queries.view(said.linked.case_id, once["by"], at=once["at"], zone=said.linked.contact.zone).case
    if case.urged and case.urged.seq == done.seq:
        return _("Thank you for telling us. We have told those who can act.")
    return _(
        "We know that it is urgent, and those who can act were told a short time ago. We have written down what you "
        "say now. If something has changed, write to us; if somebody is in danger, tell us here."
    )


def _will_call(_said: Said, _done: Done) -> str:
    return _("Thank you. We will call you.")


def _thanks(_said: Said, _done: Done) -> str:
    return _("Thank you. This helps us to do better.")


WAYS: dict[str, tuple[type[KeyedForm], Callable[[Said], Done], Callable[[Said, Done], str]]] = {
    "write": (WriteForm, _write, _heard),
    "urgent": (UrgentForm, _urge, _hurried),
    "call": (CallForm, _call, _will_call),
    "rate": (RateForm, _rate, _thanks),
}


@require_http_methods(["GET", "HEAD", "POST"])
@opened
def say(request: Request, door: Opened, what: str) -> HttpResponse:
    """Take what she says, and show her what became of it; whoever comes back to this address finds her page."""
    if request.method != "POST":
        return redirect("portal:case", door.token)
    kind, act, thanks = WAYS[what]
    form, linked = kind(request.POST), door.linked
    form.full_clean()
    if isinstance(form, WriteForm):
        _keep_photos(request, linked, form)
    if form.errors:
        return show(request, door, 422, form=form)
    said = Said(linked, form, {"by": linked.actor, "at": request.at, "key": form.sent_key})
    try:
        done = act(said)
    except (MoveRefused, KeyReused, Refused) as error:
        return _refused(request, door, form, error)
    repeated = _("We have that already, thank you.")
    messages.success(request, repeated if done.repeated else thanks(said, done))
    return redirect("portal:case", door.token)


def _refused(request: Request, door: Opened, form: KeyedForm, error: MoveRefused | KeyReused | Refused) -> HttpResponse:
    """What the law or the record refuses: beside the field that can mend it, else with what she wrote."""
    if isinstance(error, MoveRefused) and error.refusal in _ABOUT_WHEN:
        form.add_error("until", _("Choose a time that is ahead of us, and within the next weeks."))
        return show(request, door, 422, form=form)
    if isinstance(error, Refused):
        form.add_error(None, error.text)
        return show(request, door, error.status, form=form)
    sent = _("You have sent this already, with other words; those were kept.")
    messages.info(request, moved_on(error) if isinstance(error, MoveRefused) else sent)
    return show(request, door, 409, unsent=str(form.cleaned_data.get("text", "")))


def _keep_photos(request: Request, linked: Linked, form: WriteForm) -> None:
    """Keep every photo that came, each on its own, whatever else is wrong; what is none is said at its field.

    With neither photo nor words there is nothing to send.
    """
    draft = str(form["key"].value())
    for upload in request.FILES.getlist("photos"):
        try:
            if len(photos.of_form(draft, linked.actor)) >= MOST_PHOTOS:
                raise Refused(_too_many() % {"name": upload.name, "most": MOST_PHOTOS}, status=422)
            evidence.take(upload=upload, draft_key=draft, by=linked.actor, at=request.at)
        except Refused as error:
            form.refuse_photo(error.text)
    form.kept = tuple(photos.of_form(draft, linked.actor))
    if not (form.kept or form.errors or form.cleaned_data["text"]):
        form.add_error("text", _("Write something, or add a photo."))


def _too_many() -> str:
    return _("“%(name)s” was not kept: at most %(most)s photos go with one message. Send it next.")
