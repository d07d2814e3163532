"""The forms of on-call: who is away, who has it for a time, which two shifts go the other way, who is asked to swap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.core.oncall import Schedule, Shift
from backline.core.words import Actor
from backline.desk.administration.calendars.forms import SeenForm
from backline.desk.oncall import said
from backline.look.forms import KeyedForm, Moment
from backline.people import operations as people
from backline.people.oncall import AHEAD
from backline.people.operations import AbsenceForm, AgreementForm, Invalid

MOST = 200
"""So many shifts there are to choose from; those that come first."""
LAST_YEAR = 2199
Persons = Sequence[tuple[str, str]]


class Then(Moment):
    """A moment of a plan; none so far ahead that no zone is known there."""

    def clean(self, value: Any) -> datetime | None:
        """The moment, or nothing where it may stay empty."""
        moment: datetime | None = super().clean(value)
        if moment and moment.year > LAST_YEAR:
            raise forms.ValidationError(_("Choose a moment before the year %(year)d.") % {"year": LAST_YEAR + 1})
        return moment


class PlanForm(SeenForm):
    """A plan that is looked at before it is kept; `persons` are those whom it can be about."""

    def __init__(self, *args: Any, persons: Persons, **options: Any) -> None:
        super().__init__(*args, **options)
        self.persons = persons
        if "person" in self.fields:
            self.choose("person", [("", _("Choose somebody")), *persons] if len(persons) > 1 else persons)

    def keep(self, team: str, *, by: Actor, at: datetime) -> None:
        """Do what it says; raises `Invalid` with the field that is wrong."""
        raise TypeError(f"{type(self).__name__} says nothing to do")

    def span(self, at: datetime) -> tuple[datetime, datetime]:
        """From when to when it may change shifts, as far as pages look ahead."""
        start = max(self.cleaned_data["from_at"] or at, at)
        return start, min(self.cleaned_data["to_at"] or start + AHEAD, start + AHEAD)

    def content(self) -> list[tuple[str, Any]]:
        """What it says, without what carries it."""
        return sorted((name, value) for name, value in self.cleaned_data.items() if name not in ("key", "looked"))


class AwayForm(PlanForm):
    """Who is away, from when, and until when."""

    person = forms.ChoiceField(label=gettext_lazy("Who is away"))
    from_at = Then(label=gettext_lazy("From"), required=False, help_text=gettext_lazy("Left empty, from now on."))
    to_at = Then(
        ends=True, label=gettext_lazy("Until"), required=False,
        help_text=gettext_lazy("Left empty, until somebody ends it."),
    )  # fmt: skip

    def keep(self, team: str, *, by: Actor, at: datetime) -> None:
        """The person is away, in every team."""
        data = self.cleaned_data
        people.keep_absence(AbsenceForm(data["person"], self.span(at)[0], data["to_at"]), by=by, at=at)


class NameForm(PlanForm):
    """Who is on call for a time, for everybody or in one person's place."""

    person = forms.ChoiceField(label=gettext_lazy("Who is on call"))
    instead_of = forms.ChoiceField(label=gettext_lazy("In whose place"), required=False)
    from_at = Then(label=gettext_lazy("From"), required=False, help_text=gettext_lazy("Left empty, from now on."))
    to_at = Then(ends=True, label=gettext_lazy("Until"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.choose("instead_of", [("", _("Everybody's: nobody else is on call then")), *self.persons])

    def keep(self, team: str, *, by: Actor, at: datetime) -> None:
        """The person has it."""
        data = self.cleaned_data
        form = AgreementForm(team, data["person"], self.span(at)[0], data["to_at"], data["instead_of"])
        people.agree(form, by=by, at=at)


class Shifts:
    """The shifts of a team that come, each by what it is called in a form: its person, and when it ends."""

    def __init__(self, schedule: Schedule | None, *, at: datetime, zone: str) -> None:
        found, self._now = schedule.shifts(at, at + AHEAD) if schedule else (), at
        self.known = {self.name(one): one for one in found if one.end < at + AHEAD}
        self.names = said.names_of(self.known.values())
        self._said = {name: said.span(one.start, one.end, at, zone) for name, one in self.known.items()}

    @staticmethod
    def name(shift: Shift) -> str:
        """What a shift is called in a form; of what runs the beginning moves on."""
        return f"{shift.person} {shift.end.isoformat()}"

    def of(self, person: str) -> list[tuple[str, str]]:
        """The shifts of one person to choose from, as when they are."""
        return [(name, self._said[name]) for name, one in self.known.items() if one.person == person][:MOST]

    def by_person(self, without: str = "") -> list[tuple[str, list[tuple[str, str]]]]:
        """Everybody's shifts to choose from, by name."""
        others = {one.person for one in self.known.values()} - {without}
        return sorted((self.names.get(one, ""), self.of(one)) for one in others)

    def at(self, person: str, moment: str) -> str:
        """What the shift is called that a person has at a moment as an address has it; without one, his first."""
        mine = {name: one for name, one in self.known.items() if one.person == person}
        if not moment:
            return next(iter(mine), "")
        return next((name for name, one in mine.items() if _is_on(one, moment, self._now)), "")


def _is_on(shift: Shift, moment: str, now: datetime) -> bool:
    try:
        return shift.start <= max(datetime.fromisoformat(moment), now) < shift.end
    except (ValueError, TypeError):
        return False


class ExchangeForm(PlanForm):
    """Two shifts of two persons, each of which the other one has from then on."""

    one = forms.ChoiceField(label=gettext_lazy("This shift"))
    other = forms.ChoiceField(label=gettext_lazy("and this one"))

    def __init__(self, *args: Any, shifts: Shifts, **options: Any) -> None:
        super().__init__(*args, **options)
        self.shifts = shifts
        for name in ("one", "other"):
            self.choose(name, [("", _("Choose a shift")), *shifts.by_person()])

    def clean(self) -> dict[str, Any]:
        """They are shifts of two persons, neither of which lies within the other."""
        data = self.cleaned_data
        if not {"one", "other"} <= data.keys():
            return data
        first, second = sorted(self.two)
        if first.person == second.person:
            self.add_error("other", _("Both are shifts of the same person. Choose one of somebody else's."))
        elif second.end <= first.end or first.start == second.start:
            self.add_error("other", _("One of them lies within the other. Choose one that comes before or after."))
        return data

    def keep(self, team: str, *, by: Actor, at: datetime) -> None:
        """Two agreements, of which there are both or none; what is wrong with one is said beside its shift.

        While both are on call at once, as where a shift ends in an hour that is repeated, nothing is to be swapped.
        """
        first, second = sorted(self.two)
        spans = {first: (first.start, min(first.end, second.start)), second: (max(first.end, second.start), second.end)}
        one, other = self.two
        for name, given, taker in (("one", one, other.person), ("other", other, one.person)):
            try:
                people.agree(AgreementForm(team, taker, *spans[given], given.person), by=by, at=at)
            except Invalid as invalid:
                raise Invalid({name: " ".join(invalid.errors.values())}) from invalid

    def span(self, at: datetime) -> tuple[datetime, datetime]:
        """From the beginning of the first to the end of the last."""
        return min(one.start for one in self.two), max(one.end for one in self.two)

    @property
    def two(self) -> tuple[Shift, Shift]:
        """The shifts that were chosen."""
        return self.shifts.known[self.cleaned_data["one"]], self.shifts.known[self.cleaned_data["other"]]


class SwapForm(KeyedForm):
    """Which shift of mine somebody should take, who, and for which one of theirs."""

    shift = forms.ChoiceField(label=gettext_lazy("Which shift of yours"))
    asked = forms.ChoiceField(label=gettext_lazy("Whom you ask"), required=False)
    back = forms.ChoiceField(label=gettext_lazy("What you take in return"), required=False)

    def __init__(self, *args: Any, me: str, persons: Persons, shifts: Shifts, **options: Any) -> None:
        super().__init__(*args, **options)
        self.shifts = shifts
        mine = shifts.of(me)
        self.choose("shift", mine if self.initial["shift"] or not mine else [("", _("Choose a shift")), *mine])
        self.choose("asked", [("", _("Whoever of the team would")), *(one for one in persons if one[0] != me)])
        self.choose("back", [("", _("Nothing")), *shifts.by_person(without=me)])

    def clean(self) -> dict[str, Any]:
        """Whoever's shift one takes in return is whom one asks."""
        data = self.cleaned_data
        back = self.shifts.known.get(data.get("back", ""))
        if back and "asked" in data:
            if data["asked"] not in ("", back.person):
                said_so = _("That is a shift of %(name)s. Ask %(name)s, or take another one in return.")
                self.add_error("back", said_so % {"name": self.shifts.names.get(back.person, "")})
            data["asked"] = back.person
        return data
