"""The administrator's pages of what one person can do: languages, territories and the cap, and each skill by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from backline.core.words import Role
from backline.desk.administration.expertise import levels
from backline.desk.administration.forms import Amount, day, line, parts
from backline.desk.administration.held import one_at_a_time, status
from backline.desk.administration.seen import EntryForm
from backline.desk.expertise import enough, said, today
from backline.look.access import signed_in
from backline.look.forms import Text
from backline.look.http import StaffRequest, posted
from backline.people import expertise as known
from backline.people import operations as people
from backline.people.languages import code_of, languages_in_words
from backline.people.operations import AbilityForm, ExpertiseForm, Invalid
from backline.people.queries import Person, persons_by_id

administrator = signed_in(Role.ADMINISTRATOR)
LONG_AGO = timedelta(days=365)
"""A certificate that ended before that is no news of anybody; a later one may be renewed."""


class Languages(Text):
    """Languages by their names or codes, as they are typed; their codes, each once."""

    def __init__(self) -> None:
        said = gettext_lazy("Besides the person's own, by name or code, separated by commas: German, fr.")
        super().__init__(lines=1, max_length=2000, required=False, label=gettext_lazy("Languages"), help_text=said)

    def clean(self, value: Any) -> tuple[str, ...]:
        """The codes; what is none is refused where it is kept."""
        return _codes(super().clean(value))

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether it says other languages, whatever it calls them."""
        return {*_codes(initial or "")} != {*_codes(data or "")}


def _codes(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(code_of, parts(text))))


class PersonForm(EntryForm):
    """What is known of a person besides the skills."""

    languages = Languages()
    territories = line(
        gettext_lazy("Territories"), longest=3000, required=False,
        help_text=gettext_lazy("Where the person works, as it stands with the sites, separated by commas."),
    )  # fmt: skip
    cap = Amount(
        least=1, most=people.MOST_CAP, label=gettext_lazy("Open cases at most"),
        help_text=gettext_lazy("Whoever has as many is passed over where somebody else can, never where somebody is in "
                               "danger. Empty, that of the team counts; whoever is to take no case leaves the team, "
                               "or is entered as away."),
    )  # fmt: skip


class SkillForm(EntryForm):
    """How well a person can do one thing, and its certificate."""

    skill = forms.ChoiceField(label=gettext_lazy("Skill"))
    level = forms.TypedChoiceField(label=gettext_lazy("How well"), coerce=int)
    certified = forms.BooleanField(label=gettext_lazy("There is a certificate"), required=False)
    certificate = line(
        gettext_lazy("Number of the certificate"), longest=60, required=False,
        help_text=gettext_lazy("By which it is found where you keep it; the certificate itself is not kept here."),
    )  # fmt: skip
    since = day(gettext_lazy("Holds from"), required=False)
    until = day(gettext_lazy("Until"), required=False, help_text=gettext_lazy("Its last day; empty, it goes on."))

    def __init__(self, *args: Any, skills: Mapping[str, str], known: bool, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self._long_ago = today - LONG_AGO
        self.choose("skill", sorted(skills.items(), key=lambda one: one[1]))
        gone: list[tuple[str, Any]] = [("0", _("Not any more: take it away"))] if known else []
        self.choose("level", [*levels(), *gone])
        self.fields["skill"].disabled = known

    def clean(self) -> dict[str, Any]:
        """A number or a day belong to a certificate; one that is entered now did not end long ago."""
        data = self.cleaned_data
        until = data.get("until")
        if until and until < self._long_ago and until != self.initial.get("until"):
            said = _("That day is more than a year ago, so it certifies nothing. Correct it, or leave all of it out.")
            self.add_error("until", said)
        if not data.get("certified") and any(data.get(name) for name in ("certificate", "since", "until")):
            self.add_error("certified", _("Say that there is a certificate, or leave its number and days empty."))
        return data

    def said(self) -> AbilityForm:
        """What was typed."""
        return AbilityForm(**{name: self.cleaned_data[name] for name in _NAMES})


_NAMES = ("skill", "level", "certified", "certificate", "since", "until")


def _person(entry: UUID) -> Person:
    found = persons_by_id([str(entry)]).get(str(entry))
    if found is None:
        raise Http404
    return found


def _stands(person: Person) -> ExpertiseForm:
    return people.expertise_of([person])[str(person.id)]


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def expertise(request: StaffRequest, entry: UUID) -> HttpResponse:
    """The person's skills, and a form for the rest."""
    return one_at_a_time(request, lambda busy: _expertise(request, _person(entry), busy))


def _expertise(request: StaffRequest, person: Person, busy: people.Busy | None) -> HttpResponse:
    stands = _stands(person)
    initial = {
        "languages": languages_in_words(stands.languages),
        "territories": ", ".join(stands.territories), "cap": stands.cap or "",
    }  # fmt: skip
    form = PersonForm(posted(request), initial=initial)
    if busy:
        form.wait(busy)
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        places = parts(data["territories"])
        wanted = replace(stands, languages=data["languages"], territories=places, cap=data["cap"])
        if kept := _kept(request, person, form, wanted):
            return kept
    skills = said(known.abilities(str(person.id)), today(request))
    context = {"form": form, "person": person, "skills": skills, "enough": enough(person)}
    return render(request, "desk/administration/expertise.html", context, status=status(form))


def _kept(request: StaffRequest, person: Person, form: EntryForm, wanted: ExpertiseForm) -> HttpResponse | None:
    """Keep it and go back to the person; nothing where it is refused."""
    try:
        people.keep_expertise(wanted, person_id=str(person.id))
    except Invalid as invalid:
        form.refuse({name.partition(".")[2] or name: sentence for name, sentence in invalid.errors.items()})
        return None
    messages.success(request, _("Kept."))
    return redirect("desk:person_expertise", person.id)


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def add_ability(request: StaffRequest, entry: UUID) -> HttpResponse:
    """A skill that the person was not known to have."""
    return one_at_a_time(request, lambda busy: _add(request, _person(entry), busy))


def _add(request: StaffRequest, person: Person, busy: people.Busy | None) -> HttpResponse:
    had = {one.skill: one for one in _stands(person).abilities}
    names = {str(one.id): one.name for one in known.skills() if one.is_active or str(one.id) in had}
    free = {one: name for one, name in names.items() if request.method == "POST" or one not in had}
    form = SkillForm(posted(request), skills=free, known=False, today=today(request))
    if form.is_bound and form.is_valid() and had.get(form.said().skill, form.said()) != form.said():
        form.add_error("skill", _("That is known already. Change it in the list of the person's skills."))
    return _answer(request, person, form, busy)


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def ability(request: StaffRequest, entry: UUID, skill: UUID) -> HttpResponse:
    """One skill of a person, changed or taken away."""
    return one_at_a_time(request, lambda busy: _change(request, _person(entry), str(skill), busy))


def _change(request: StaffRequest, person: Person, skill: str, busy: people.Busy | None) -> HttpResponse:
    one = next((one for one in _stands(person).abilities if one.skill == skill), None)
    if one is None and request.method == "POST":
        messages.info(request, _("This skill was taken away meanwhile. Nothing was changed."))
        return redirect("desk:person_expertise", person.id)
    if one is None:
        raise Http404
    initial = {name: getattr(one, name) for name in _NAMES}
    skills = {skill: people.skill_ids()[skill]}
    form = SkillForm(posted(request), initial=initial, skills=skills, known=True, today=today(request))
    return _answer(request, person, form, busy)


def _answer(request: StaffRequest, person: Person, form: SkillForm, busy: people.Busy | None) -> HttpResponse:
    if busy:
        form.wait(busy)
    if form.is_bound and form.is_valid():
        kept = _kept(request, person, form, _stands(person).with_ability(form.said()))
        if kept:
            return kept
    context = {"form": form, "person": person}
    return render(request, "desk/administration/ability.html", context, status=status(form))
