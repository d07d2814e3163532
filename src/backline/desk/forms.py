"""The forms of a case's moves and facts; each is sent with a key, so that sending it twice does it once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.cases import wording
from backline.cases.operations import MoveRefused, Refusal
from backline.cases.queries import View
from backline.core.words import Actor, ToldBy
from backline.look.forms import Happened, KeyedForm, Moment, Text, Whole, choices, in_that_minute
from backline.people import queries as people


class Seen(forms.IntegerField):
    """The last event that was on view; where it got lost, nothing but the raise was."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> int:
        """A number of an event, from 1."""
        return int(value) if re.fullmatch("[1-9][0-9]{0,8}", str(value or "")) else 1


class CaseForm(KeyedForm):
    """A form about one case, which it may look at to offer sensible choices; `seen` is the last event then on view."""

    seen = Seen(required=False)

    def __init__(self, *args: Any, view: View, at: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.view, self.at = view, at
        self.initial.setdefault("seen", view.case.seq)
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on the case."""

    @property
    def ends(self) -> list[str]:
        """What else ends when this is done, in words."""
        return []

    def looks_first(self, by: Actor) -> bool:
        """Whether what it would change is to be looked at before it is done."""
        return False

    def refused(self, error: MoveRefused) -> None:
        """Put what the law says beside the field that it speaks of, else at the top."""
        named: list[str | None] = [name for name in error.details if name in self.fields]
        ahead = [name for name, field in self.fields.items() if type(field) is Moment]
        if error.refusal in (Refusal.NOT_IN_THE_FUTURE, Refusal.TOO_FAR):
            named = [*ahead[-1:]]
        if error.refusal is Refusal.NOT_THEN:
            named = [name for name, field in self.fields.items() if isinstance(field, Happened)]
        for name in named or [None]:
            self.add_error(name, wording.refusal(error))
        if error.refusal is Refusal.MOVED_ON:
            self.show_what_is_new()

    def show_what_is_new(self) -> None:
        """What others did meanwhile; sent once more, the form is decided upon what is on view now."""
        for entry in self.view.timeline:
            if entry.seq > self.cleaned_data["seen"] and not entry.automatic:
                self.add_error(None, f"{entry.who}: {entry.what}")
        data: Any = self.data
        self.data = data = data.copy()
        data["seen"] = self.view.case.seq


class Meant(forms.ChoiceField):
    """A choice of which only the shape is judged here: one that is not there any more is for the law to refuse."""

    def __init__(self, shape: str, **options: Any) -> None:
        super().__init__(**options)
        self.shape = shape

    def valid_value(self, value: Any) -> bool:
        """Whether it looks like one."""
        return re.fullmatch(self.shape, str(value)) is not None


class FactForm(CaseForm):
    """Something that happened, perhaps earlier than it is reported."""

    occurred_at = Happened()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["occurred_at"] = self.fields.pop("occurred_at")  # the last thing that is asked

    @property
    def happened_at(self) -> datetime | None:
        """When it happened, where somebody said so; not before the case or, of what ends, its beginning."""
        case, record = self.view.case, self.view.case.records.get(self.cleaned_data.get("record", ""))
        begun = [mark.occurred_at for mark in (case.opened, record.begun if record else None) if mark]
        return in_that_minute(self.cleaned_data["occurred_at"], *begun)


class ReturnForm(CaseForm):
    """What is missing."""

    missing = Text(label=gettext_lazy("What is missing"), help_text=gettext_lazy("The technician reads this."))


class WhyForm(CaseForm):
    """A reason in words."""

    why = Text(label=gettext_lazy("Why"))


class EndForm(CaseForm):
    """What ends the work on a case, and with it what was planned."""

    @property
    def ends(self) -> list[str]:
        """The waits, visits and workarounds that run."""
        meanwhile = (one for one in (self.view.case.workaround, self.view.case.proposed) if one)
        return [self.view.said_of(one) for one in (*self.view.waits, *self.view.visits, *meanwhile)]


class WithdrawForm(EndForm, WhyForm):
    """A reason for taking a case back."""


class LiftForm(CaseForm):
    """The evidence for lifting a stop."""

    why = Text(label=gettext_lazy("On what evidence"), help_text=gettext_lazy("What was checked, by whom, when."))


class AcceptForm(CaseForm):
    """For how long."""

    lease = forms.TypedChoiceField(
        label=gettext_lazy("You take it, and will show progress within"),
        help_text=gettext_lazy(
            "A step tried, a wait, a visit or a word to the customer is progress. If there is none "
            "by then, others are told."
        ),
        coerce=int,
        widget=forms.RadioSelect,
    )

    def prepare(self) -> None:
        """A quarter, half and the whole of the longest lease."""
        longest = self.view.policy.leases[self.view.case.priority]
        self.choose("lease", [(str(seconds), self._said(seconds)) for seconds in (longest // 4, longest // 2, longest)])
        self.initial.setdefault("lease", longest)

    def _said(self, seconds: int) -> str:
        """How long, and until when where closed hours lie between."""
        lasts, said = timedelta(seconds=seconds), wording.duration(seconds)
        end = self.view.policy.lease_end(self.at, self.view.case.priority, lasts)
        if end == self.at + lasts:
            return said
        until = wording.day_and_time(end, self.view.zone)
        return _("%(span)s of working time: until %(until)s") % {"span": said, "until": until}


class ResolveForm(EndForm):
    """Cause, fix and the job's outcome."""

    cause = Text(label=gettext_lazy("What was the cause"))
    fix = Text(label=gettext_lazy("What fixed it"))
    outcome = forms.ChoiceField(
        label=gettext_lazy("The job is"), choices=choices(wording.OUTCOMES), widget=forms.RadioSelect
    )


class ConfirmForm(CaseForm):
    """The customer's word, as a coordinator heard it."""

    words = Text(
        label=gettext_lazy("How did the customer say so"), help_text=gettext_lazy("Who, when, in which words.")
    )


class DisputeForm(CaseForm):
    """The customer's word that it is not fixed, as a coordinator heard it or read it in a mail."""

    why = Text(
        label=gettext_lazy("What does the customer say is not right"),
        help_text=gettext_lazy("In the customer's words. Whoever had the case has it again."),
    )


class StepForm(FactForm):
    """A step tried."""

    action = Text(label=gettext_lazy("What did you try"), lines=2, max_length=1000)
    tool = Text(label=gettext_lazy("With which tool"), lines=1, required=False, max_length=200)
    result = forms.ChoiceField(
        label=gettext_lazy("Result"), choices=choices(wording.STEP_RESULTS), widget=forms.RadioSelect
    )
    reading = Text(label=gettext_lazy("Reading with unit"), lines=1, required=False, max_length=60)
    minutes = Whole(label=gettext_lazy("Minutes"), required=False, min_value=0, max_value=10_000)


class NoteForm(FactForm):
    """An internal note."""

    text = Text(label=gettext_lazy("Note"), help_text=gettext_lazy("For us; the customer never sees it."))


class TellForm(CaseForm):
    """A message to the customer, with the next promise."""

    text = Text(
        label=gettext_lazy("What the customer should know"),
        help_text=gettext_lazy("What is happening and what is next, in plain words; it is read as you write it."),
    )
    told_by = forms.ChoiceField(
        label=gettext_lazy("How"),
        choices=choices(wording.TOLD_BY),
        widget=forms.RadioSelect,
        initial=ToldBy.MAIL.value,
    )
    next_by = Moment(label=gettext_lazy("They hear from us again by"))

    def prepare(self) -> None:
        """The usual rhythm, as a start."""
        case = self.view.case
        self.initial.setdefault("next_by", self.view.policy.next_word(self.at, case.priority, case.danger))


class ContactForm(CaseForm):
    """Who of the customer's people is kept informed."""

    contact = forms.ChoiceField(
        label=gettext_lazy("Who is kept informed from now on"),
        help_text=gettext_lazy("They are told where the case stands, with a link of their own."),
        widget=forms.RadioSelect,
    )

    def prepare(self) -> None:
        """The contacts of the site."""
        self.choose("contact", [(str(one.id), _said_of(one)) for one in self.view.contacts])
        self.initial.setdefault("contact", self.view.case.contact)


def _said_of(contact: people.Contact) -> str:
    email = _("%(address)s, at which nobody is") % {"address": contact.email} if contact.is_dead else contact.email
    reached = " · ".join(part for part in (email, contact.phone) if part)
    return f"{contact.name} ({reached or _('no address')})"


class RecordField(forms.ChoiceField):
    """One of the entries that run; one that has ended is for the law to refuse, so that a form sent twice is known."""

    def valid_value(self, value: Any) -> bool:
        """Whether it looks like the id of an entry."""
        return len(str(value)) <= 40


class ChosenForm(CaseForm):
    """Something about one of the entries that run; the only one is chosen."""

    record = RecordField(label=gettext_lazy("Which one"), widget=forms.RadioSelect)

    def offer(self, running: Sequence[Any]) -> None:
        """Have one of these chosen."""
        self.choose("record", [(one.id, self.view.said_of(one)) for one in running])
        if len(running) == 1:
            self.initial.setdefault("record", running[0].id)


class RecordForm(FactForm, ChosenForm):
    """The end of a wait or a visit."""

    outcome = Text(label=gettext_lazy("What came of it"), lines=2)
    KIND = "waits"

    def prepare(self) -> None:
        """The ones that run."""
        self.offer(getattr(self.view, self.KIND))


class VisitEndForm(RecordForm):
    """The end of a visit."""

    KIND = "visits"


class CallOffForm(ChosenForm):
    """A visit that will not take place."""

    why = Text(
        label=gettext_lazy("Why"),
        lines=2,
        help_text=gettext_lazy("For us. The customer and the visitor are told that it is off."),
    )

    def prepare(self) -> None:
        """The visits that are booked."""
        self.offer(self.view.visits)


class ReviewForm(ChosenForm):
    """A manager's decision."""

    record = RecordField(label=gettext_lazy("Which review"), widget=forms.RadioSelect, required=False)
    outcome = forms.ChoiceField(
        label=gettext_lazy("Decision"), choices=choices(wording.REVIEW_OUTCOMES), widget=forms.RadioSelect
    )
    conditions = Text(label=gettext_lazy("Conditions"), lines=2, required=False)
    lifters = forms.MultipleChoiceField(
        label=gettext_lazy("Who may lift a stop, besides the managers"),
        choices=[(one.value, capfirst(said)) for one, said in wording.LIFTERS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    lifted_on = Text(
        label=gettext_lazy("Where you stop work: on what evidence that may be lifted"),
        lines=2,
        required=False,
        sometimes=True,
    )
    until = Moment(
        label=gettext_lazy("Where you hand it to an authority: by when that answers"),
        help_text=gettext_lazy("The review goes on until you decide by its answer."),
        required=False,
        sometimes=True,
    )

    def prepare(self) -> None:
        """The reviews that are to be decided; the only one is meant without a word."""
        self.offer(self.view.reviews)
        self.fields["record"].required = len(self.view.reviews) > 1
        if len(self.view.reviews) == 1:
            self.fields["record"].widget = forms.HiddenInput()


class PriorityForm(CaseForm):
    """Another impact or urgency."""

    impact = forms.ChoiceField(label=gettext_lazy("Impact"), choices=choices(wording.IMPACTS), widget=forms.RadioSelect)
    urgency = forms.ChoiceField(
        label=gettext_lazy("Urgency"), choices=choices(wording.URGENCIES), widget=forms.RadioSelect
    )
    why = Text(label=gettext_lazy("Why"), lines=2)

    def prepare(self) -> None:
        """What it is now."""
        self.initial.setdefault("impact", self.view.case.impact.value)
        self.initial.setdefault("urgency", self.view.case.urgency.value)
