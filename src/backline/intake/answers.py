"""The page behind a link in a letter: says what it would do, and does it only when somebody presses the button."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_http_methods

from backline.cases import wording as cases_wording
from backline.cases.answering import Standing, standing
from backline.cases.effects import Effect, read_token, slug_of
from backline.cases.links import LinkFlaw, LinkRefused
from backline.core.words import Answer, Door
from backline.intake import operations, wording
from backline.intake.operations import Answered, Wanted
from backline.intake.said import arrival
from backline.look import moments
from backline.look.forms import Form, Text
from backline.look.http import Request
from backline.people import queries as people
from backline.people.queries import Person

_LONGEST = 2000


class AnswerForm(Form):
    """Nothing but the button."""

    def wanted(self, answer: Answer) -> Wanted:
        """What was filled in."""
        return Wanted(answer, self.cleaned_data.get("words", ""))


class WordsForm(AnswerForm):
    """The button, and words if there are any."""

    words = Text(label=gettext_lazy("In your words, if you like"), lines=2, max_length=_LONGEST, required=False)


class NoteForm(AnswerForm):
    """What is noted."""

    words = Text(label=gettext_lazy("Note"), lines=3, max_length=_LONGEST)


class ArriveForm(AnswerForm):
    """In how many minutes, or at what time."""

    arrives = Text(
        label=gettext_lazy("In how many minutes, or at what time"), lines=1, max_length=40,
        help_text=gettext_lazy("Such as 15, or 14:30."),
    )  # fmt: skip

    def clean_arrives(self) -> Any:
        """As it is read in a text as well."""
        found = arrival(self.cleaned_data["arrives"])
        if found is None:
            raise forms.ValidationError(_("Give minutes such as 15, or a time such as 14:30."))
        return found

    def wanted(self, answer: Answer) -> Wanted:
        """When he arrives."""
        return Wanted(answer, "", self.cleaned_data["arrives"])


_FORMS: dict[Answer, type[AnswerForm]] = {
    Answer.TAKE: WordsForm,
    Answer.DECLINE: WordsForm,
    Answer.HAND_UP: WordsForm,
    Answer.ARRIVE: ArriveForm,
    Answer.NOTE: NoteForm,
    Answer.STOP: AnswerForm,
}
_ANSWERS = {slug_of(answer): answer for answer in Answer}


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, token: str, said: str) -> HttpResponse:
    """One answer to one rung, by whom the link was written to; what looks into letters presses nothing."""
    asked = cast(Request, request)
    wanted, effect = _ANSWERS.get(said), read_token(token, at=asked.at)
    if wanted is None:
        raise Http404
    person = people.persons_by_id([effect.person]).get(effect.person)
    if person is None or not person.is_active:
        raise LinkRefused(LinkFlaw.REVOKED)
    asked.zone = person.zone
    with override(person.language), timezone.override(moments.zone_of(person.zone)):
        form = _FORMS[wanted](request.POST if request.method == "POST" else None)
        done = _done(asked, effect, form, wanted) if form.is_valid() else None
        return _page(asked, _stands(asked, effect, person), wanted, form=form, done=done)


def _stands(request: Request, effect: Effect, person: Person) -> Standing:
    found = standing(effect, people.actor_of(person, at=request.at), zone=person.zone)
    if found is None:
        raise LinkRefused(LinkFlaw.REVOKED)
    return found


def _done(request: Request, effect: Effect, form: AnswerForm, answer: Answer) -> Answered:
    done = operations.answer(effect, form.wanted(answer), door=Door.LINK, at=request.at)
    if done is None:
        raise LinkRefused(LinkFlaw.REVOKED)
    return done


def _page(
    request: Request, stands: Standing, answer: Answer, *, form: AnswerForm, done: Answered | None
) -> HttpResponse:
    may_be = stands.takes(answer) and (answer in stands.can or stands.mine)
    context = {
        "stands": stands, "state": cases_wording.STATES[stands.case.state], "done": done, "form": form,
        "may_be": may_be,
        "asks": wording.ASKS[answer], "then": wording.WHAT_THEN[answer], "button": wording.BUTTONS[answer],
        "others": [(slug_of(one), cases_wording.ANSWERS[one]) for one in stands.can if one is not answer]
        if not stands.since else [],
    }  # fmt: skip
    refused = 422 if form.errors else 409 if done and not done.done else 200
    return render(request, "intake/answer.html", context, status=refused)
