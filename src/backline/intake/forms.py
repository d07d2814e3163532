"""The technician's report: safety first, then what is wrong, what was tried, and how bad it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.cases import wording
from backline.cases.operations import More, NewCase, NewStep
from backline.core.impact import MOST, Said
from backline.core.words import Danger, Impact, Reason, StepResult, Urgency, VisitResult
from backline.intake.meanwhile import MeanwhileForm
from backline.jobs.operations import VisitReport
from backline.look.forms import Happened, KeyedForm, Text, Whole, choices, unkeepable, unkeepable_said

MOST_STEPS = 30
MOST_ROWS = 400
"""More than a form can be sent with, so that rows too many are named, not left out."""
EMPTY_ROWS = 3
_STEP = re.compile(r"step-(0|[1-9][0-9]{0,2})-", re.ASCII)
LONGEST = {"action": 1000, "tool": 200, "reading": 60}


@dataclass(slots=True)
class StepRow:
    """One row of steps as it was typed, with what is wrong in it."""

    number: int
    typed: Mapping[str, str] = field(default_factory=dict)
    error: str = ""

    @property
    def empty(self) -> bool:
        """Whether nothing was typed here; a chosen result alone says nothing."""
        return not any(self.typed.get(name, "").strip() for name in ("action", "tool", "reading", "minutes"))

    def check(self) -> None:
        """Say what is wrong in this row, if anything is."""
        typed = self.typed
        if any(unkeepable(value) for value in typed.values()):
            self.error = unkeepable_said()
        elif not typed.get("action", "").strip():
            self.error = _("Say what you tried, or empty this row.")
        elif typed.get("result") not in set(StepResult):
            self.error = _("Choose what came of it.")
        elif typed.get("minutes") and not re.fullmatch(r"[0-9]{1,4}", typed["minutes"].strip()):
            self.error = _("Minutes are a number from 0 to 9999.")
        else:
            self.error = self._too_long()

    def _too_long(self) -> str:
        long = [most for name, most in LONGEST.items() if len(self.typed.get(name, "")) > most]
        return _("That is too long; at most %(count)s characters.") % {"count": long[0]} if long else ""

    def step(self) -> NewStep:
        """The row as a step."""
        typed = self.typed
        minutes = int(typed.get("minutes", "").strip() or 0)
        return NewStep(
            typed["action"], StepResult(typed["result"]), typed.get("tool", ""), typed.get("reading", ""), minutes
        )


def rows_of(data: Mapping[str, str] | None) -> list[StepRow]:
    """The rows of steps in a form that was sent, and empty ones to go on with."""
    typed: list[StepRow] = []
    named = {int(found[1]) for name in data or () if (found := _STEP.match(name))}
    for number in sorted(named)[:MOST_ROWS]:
        names = ("action", "tool", "result", "reading", "minutes")
        said = {name: (data or {}).get(f"step-{number}-{name}", "") for name in names}
        row = StepRow(number, said)
        if not row.empty:
            typed.append(StepRow(len(typed), said))
    return typed + [StepRow(len(typed) + more) for more in range(EMPTY_ROWS)]


class ReportForm(KeyedForm):
    """What both a new report and the completion of a returned one ask for."""

    fault_codes = Text(
        lines=1, required=False, label=gettext_lazy("Fault codes"), help_text=gettext_lazy("Separated by commas."),
        max_length=400,
    )  # fmt: skip

    occurred_at = Happened()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.rows = rows_of(self.data if self.is_bound else None)

    def clean(self) -> dict[str, Any]:
        """Check the rows of steps as well."""
        for row in self.filled():
            row.check()
        if len(self.filled()) > MOST_STEPS:
            raise forms.ValidationError(
                _("At most %(most)s steps fit here; put the rest into the notes.") % {"most": MOST_STEPS}
            )
        if any(row.error for row in self.rows):
            raise forms.ValidationError(_("A step tried needs another look; it is marked below."))
        return self.cleaned_data

    def filled(self) -> list[StepRow]:
        """The rows in which something was typed."""
        return [row for row in self.rows if not row.empty]

    def clean_fault_codes(self) -> tuple[str, ...]:
        """The codes one by one."""
        codes = _words(self.cleaned_data["fault_codes"])
        if any(len(code) > 40 for code in codes) or len(codes) > 20:
            raise forms.ValidationError(_("At most 20 codes of at most 40 characters each."))
        return codes


def _words(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def figure(label: Any, name: str, help_text: Any = "") -> Whole:
    """A figure of what is lost; left empty, what is known holds."""
    return Whole(label=label, help_text=help_text, required=False, min_value=0, max_value=MOST[name])


class RaiseForm(ReportForm, MeanwhileForm):
    """A new case."""

    danger = forms.ChoiceField(
        label=gettext_lazy("Is anybody in danger?"), choices=choices(wording.DANGERS), widget=forms.RadioSelect
    )
    trapped = figure(gettext_lazy("How many persons are trapped?"), "trapped", gettext_lazy("Empty, if nobody is."))
    at_risk = figure(gettext_lazy("How many more could be hurt?"), "at_risk")
    summary = Text(label=gettext_lazy("What is wrong"), lines=3, max_length=2000)
    reasons = forms.MultipleChoiceField(
        label=gettext_lazy("Why can it not be finished here?"),
        choices=choices(wording.REASONS),
        widget=forms.CheckboxSelectMultiple,
    )
    words = Text(label=gettext_lazy("What the customer said"), lines=3, required=False)
    notes = Text(label=gettext_lazy("Notes for us"), lines=3, required=False)
    tags = Text(
        lines=1,
        required=False,
        label=gettext_lazy("Tags"),
        help_text=gettext_lazy("Separated by commas."),
        max_length=400,
    )
    impact = forms.ChoiceField(
        label=gettext_lazy("How much is held up?"), choices=choices(wording.IMPACTS), widget=forms.RadioSelect
    )
    units = figure(gettext_lazy("How many units stand still?"), "units", gettext_lazy("Empty, if you do not know."))
    cost_an_hour = figure(
        gettext_lazy("What does an hour of it cost?"), "cost_an_hour",
        gettext_lazy("In whole units of our currency; empty, if you do not know better than we do."),
    )  # fmt: skip
    urgency = forms.ChoiceField(
        label=gettext_lazy("How soon must it end?"), choices=choices(wording.URGENCIES), widget=forms.RadioSelect
    )
    another = forms.BooleanField(required=False, label=gettext_lazy("This is another trouble: make a case of its own"))
    field_order = ("danger", "summary", "reasons")

    def clean_tags(self) -> tuple[str, ...]:
        """Tags are short words, for lists and figures; whole sentences belong into the notes."""
        tags = _words(self.cleaned_data["tags"])
        if any(not re.fullmatch(r"[\w .-]{1,30}", tag) for tag in tags) or len(tags) > 10:
            raise forms.ValidationError(
                _("At most 10 tags of letters, digits, spaces, dots and hyphens, up to 30 each.")
            )
        return tags

    def clean(self) -> dict[str, Any]:
        """Check what the customer may do meanwhile as well."""
        self.check_meanwhile()
        return super().clean()

    def new_case(self, job: str, evidence: Iterable[str]) -> NewCase:
        """The report as the operation takes it."""
        data = self.cleaned_data
        return NewCase(
            job=job,
            summary=data["summary"],
            reasons=frozenset(Reason(reason) for reason in data["reasons"]),
            danger=Danger(data["danger"]),
            impact=Impact(data["impact"]),
            urgency=Urgency(data["urgency"]),
            steps=tuple(row.step() for row in self.filled()),
            fault_codes=data["fault_codes"],
            words=data["words"],
            notes=data["notes"],
            tags=data["tags"],
            evidence=tuple(evidence),
            draft=self.sent_key,
            occurred_at=data["occurred_at"],
            losses=Said(**{name: data[name] for name in ("trapped", "at_risk", "units", "cost_an_hour")}),
            alone=not data["another"],
            meanwhile=self.workaround(),
        )


class CompleteForm(ReportForm):
    """What was missing."""

    answer = Text(label=gettext_lazy("Your answer"))
    field_order = ("answer",)

    def more(self, evidence: Iterable[str]) -> More:
        """The addition as the operation takes it."""
        data = self.cleaned_data
        steps = tuple(row.step() for row in self.filled())
        return More(data["answer"], steps, data["fault_codes"], tuple(evidence), self.sent_key)


class VisitForm(KeyedForm):
    """The end of a visit: what came of it, what is not as it should be, and what the customer said."""

    result = forms.ChoiceField(
        label=gettext_lazy("How did the visit end?"), choices=choices(wording.VISIT_RESULTS), widget=forms.RadioSelect
    )
    answers = forms.MultipleChoiceField(
        label=gettext_lazy("Is something not as it should be?"),
        choices=[
            ("unsafe", gettext_lazy("It is not safe as it stands")),
            ("breaks_rule", gettext_lazy("It breaks a rule")),
        ],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    fault_code = Text(lines=1, required=False, label=gettext_lazy("Fault code"), max_length=40)
    rating = Whole(
        label=gettext_lazy("How did the customer rate the work?"),
        help_text=gettext_lazy("From 1 to 5, if they were asked."),
        required=False,
        min_value=1,
        max_value=5,
    )
    remark = Text(label=gettext_lazy("What the customer said"), lines=3, required=False, max_length=2000)

    def report(self) -> VisitReport:
        """What was said, as the operation takes it."""
        data = self.cleaned_data
        return VisitReport(
            VisitResult(data["result"]),
            unsafe="unsafe" in data["answers"],
            breaks_rule="breaks_rule" in data["answers"],
            fault_code=data["fault_code"].strip(),
            remark=data["remark"],
            rating=data["rating"],
        )
