"""What a customer can send from her page."""

from __future__ import annotations

from typing import Any

from django import forms

from backline.evidence.queries import EvidenceRow
from backline.look.forms import KeyedForm, Moment, Text
from backline.people.languages import to_customer as _
from backline.people.languages import to_customer_lazy as _lazy
from backline.people.numbers import number_of


class ConfirmForm(KeyedForm):
    """Nothing but the button."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="confirm_%s", **options)


class DisputeForm(KeyedForm):
    """What is not right."""

    why = Text(label=_lazy("What is not right yet"), lines=3, max_length=4000)


class WriteForm(KeyedForm):
    """Words, which may be missing where photos say enough; `kept` are the photos, `refused` says what is none."""

    text = Text(label=_lazy("Your words"), lines=4, max_length=4000, required=False, sometimes=True)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="write_%s", **options)
        self.refused: list[str] = []
        self.kept: tuple[EvidenceRow, ...] = ()

    def clean_text(self) -> str:
        """The words as they were typed; white space alone says nothing."""
        text = str(self.cleaned_data["text"])
        return text if any(one.isprintable() and not one.isspace() for one in text) else ""

    def refuse_photo(self, sentence: str) -> None:
        """Say at the photos what is wrong with one; nothing is sent before somebody has seen that."""
        self.refused.append(sentence)
        self.add_error(None, sentence)


class UrgentForm(KeyedForm):
    """Why it cannot wait."""

    text = Text(label=_lazy("Why it cannot wait"), lines=3, max_length=2000)
    danger = forms.BooleanField(
        label=_lazy("Somebody is in danger. If anybody is hurt or trapped, call the emergency services first."),
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="urgent_%s", **options)


class CallForm(KeyedForm):
    """At which number, and until when."""

    number = forms.CharField(
        label=_lazy("Your number"),
        help_text=_lazy("With the country, such as +49 30 123456."),
        max_length=60,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    until = Moment(
        label=_lazy("At the latest by"),
        help_text=_lazy("Leave it empty, and we call as soon as we can."),
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="call_%s", **options)

    def clean_number(self) -> str:
        """The number as it is dialled from anywhere."""
        found = number_of(str(self.cleaned_data["number"]))
        if found is None:
            raise forms.ValidationError(
                _("We cannot dial this. Give the number with its country, such as +49 30 123456.")
            )
        return found[0]


STARS = (
    (5, _lazy("5: very good")),
    (4, _lazy("4: good")),
    (3, _lazy("3: all right")),
    (2, _lazy("2: not good")),
    (1, _lazy("1: bad")),
)


class RateForm(KeyedForm):
    """How it was, in a figure and words."""

    rating = forms.TypedChoiceField(label=_lazy("How did we do?"), choices=STARS, coerce=int, widget=forms.RadioSelect)
    text = Text(label=_lazy("What was good, what was not"), lines=3, max_length=2000, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="rate_%s", **options)
