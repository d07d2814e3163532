"""The forms of visits: who goes there when, and a word where that person is booked elsewhere then."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.cases import queries as cases
from backline.cases import wording
from backline.core.lifecycle import Capacity
from backline.desk.forms import CaseForm
from backline.jobs import queries as jobs
from backline.look.forms import Moment
from backline.people import queries as people


class VisitForm(CaseForm):
    """The window of a visit."""

    person = forms.ChoiceField(label=gettext_lazy("Who visits"))
    from_at = Moment(label=gettext_lazy("Between"))
    to_at = Moment(label=gettext_lazy("and"))
    anyway = forms.CharField(required=False, max_length=200, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Say that the person is booked elsewhere then; sent once more just so, it is booked all the same."""
        data = self.cleaned_data
        person, start, end = (data.get(name) for name in ("person", "from_at", "to_at"))
        if not (person and start and end):
            return data
        wish = f"{person} {start.isoformat()} {end.isoformat()}"
        other = jobs.booked(person, start, end, without=self.view.line.id)
        if other and data.get("anyway") != wish:
            self.add_error("from_at", self._booked_said(other))
            sent: Any = self.data
            self.data = sent = sent.copy()
            sent["anyway"] = wish
        return data

    def _booked_said(self, other: jobs.Visit) -> str:
        known = other.case_id and Capacity.COORDINATOR in self.view.capacities
        said = {
            "who": other.person.name if other.person else "",
            "what": cases.reference(str(other.case_id)) if known else _("another visit"),
            "when": self._window(other),
        }
        return _("%(who)s is booked for %(what)s then: %(when)s. Send it once more to book this all the same.") % said

    def _window(self, other: jobs.Visit) -> str:
        return wording.window(other.from_at, other.to_at, self.view.zone) if other.from_at and other.to_at else ""

    def prepare(self) -> None:
        """Everybody active; whoever has the case is chosen."""
        field: Any = self.fields["person"]
        field.choices = [(str(person.id), person.name) for person in people.persons()]
        self.initial.setdefault("person", self.view.case.person)


class MoveVisitForm(VisitForm):
    """Another window for a visit that is booked."""

    record = forms.ChoiceField(label=gettext_lazy("Which visit"), widget=forms.RadioSelect)
    field_order = ("record", "person", "from_at", "to_at")

    def prepare(self) -> None:
        """The visits that are booked."""
        super().prepare()
        field: Any = self.fields["record"]
        field.choices = [(one.id, self.view.said_of(one)) for one in self.view.visits]
        if len(self.view.visits) == 1:
            [only] = self.view.visits
            known = {"record": only.id, "person": only.person, "from_at": only.from_at, "to_at": only.until}
            self.initial.update(known)
