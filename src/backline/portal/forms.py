"""What a customer can send from her page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import pgettext, pgettext_lazy

from backline.evidence.queries import EvidenceRow
from backline.look.forms import KeyedForm, Moment, Text
from backline.people.numbers import number_of


class ConfirmForm(KeyedForm):
    """Nothing but the button."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="confirm_%s", **options)


class DisputeForm(KeyedForm):
    """What is not right."""

    why = Text(label=pgettext_lazy("customer", "What is not right yet"), lines=3, max_length=4000)


class WriteForm(KeyedForm):
    """Words, which may be missing where photos say enough; `kept` are the photos, `refused` says what is none."""

    text = Text(label=pgettext_lazy("customer", "Your words"), lines=4, max_length=4000, required=False, sometimes=True)

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

    text = Text(label=pgettext_lazy("customer", "Why it cannot wait"), lines=3, max_length=2000)
    danger = forms.BooleanField(
        label=pgettext_lazy(
            "customer", "Somebody is in danger. If anybody is hurt or trapped, call the emergency services first."
        ),
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="urgent_%s", **options)


class CallForm(KeyedForm):
    """At which number, and until when."""

    number = forms.CharField(
        label=pgettext_lazy("customer", "Your number"),
        help_text=pgettext_lazy("customer", "With the country, such as +49 30 123456."),
        max_length=60,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
    )
    until = Moment(
        label=pgettext_lazy("customer", "At the latest by"),
        help_text=pgettext_lazy("customer", "Leave it empty, and we call as soon as we can."),
        required=False,
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="call_%s", **options)

    def clean_number(self) -> str:
        """The number as it is dialled from anywhere."""
        found = number_of(str(self.cleaned_data["number"]))
        if found is None:
            raise forms.ValidationError(
                pgettext("customer", "We cannot dial this. Give the number with its country, such as +49 30 123456.")
            )
        return found[0]


STARS = (
    (5, pgettext_lazy("customer", "5: very good")),
    (4, pgettext_lazy("customer", "4: good")),
    (3, pgettext_lazy("customer", "3: all right")),
    (2, pgettext_lazy("customer", "2: not good")),
    (1, pgettext_lazy("customer", "1: bad")),
)


class RateForm(KeyedForm):
    """How it was, in a figure and words."""

    rating = forms.TypedChoiceField(
        label=pgettext_lazy("customer", "How did we do?"), choices=STARS, coerce=int, widget=forms.RadioSelect
    )
    text = Text(
        label=pgettext_lazy("customer", "What was good, what was not"), lines=3, max_length=2000, required=False
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, auto_id="rate_%s", **options)
