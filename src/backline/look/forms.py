"""What all forms share: text kept as typed, unkeepable characters refused at the field, a key against sending twice."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.utils.translation import gettext as _

from backline.people import queries as people

LONGEST_TEXT = 10_000


def unkeepable(text: str) -> bool:
    """Whether the text holds what no table can keep: NUL or half of a surrogate pair."""
    return "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text)


class Text(forms.CharField):
    """Free text, kept to the letter; only what cannot be kept is refused, in words."""

    def __init__(self, *, lines: int = 4, required: bool = True, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": lines}) if lines > 1 else forms.TextInput()
        longest = options.pop("max_length", LONGEST_TEXT)
        super().__init__(widget=widget, required=required, strip=False, max_length=longest, **options)

    def to_python(self, value: Any) -> str:
        """The text as it was typed."""
        text = super().to_python(value) or ""
        if unkeepable(text):
            raise forms.ValidationError(_("Remove the invisible character; it was probably pasted by accident."))
        return text

    def validate(self, value: Any) -> None:
        """White space alone says nothing."""
        super().validate(value if value.strip() else "")

    def run_validators(self, value: Any) -> None:
        """The usual checks, but for Django's own of NUL, which is said above in better words."""
        if value not in self.empty_values:
            super().run_validators(value)


class Form(forms.Form):
    """A form whose labels carry no colon and whose fields know when they are wrong."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.error_messages["required"] = _("Fill this in.")
            field.error_messages["invalid_choice"] = _("Choose one of these.")

    def choose(self, name: str, known: Sequence[tuple[str, Any]]) -> None:
        """What there is to choose from in a field, known only now."""
        field: Any = self.fields[name]
        field.choices = known

    def refuse(self, errors: dict[str, str]) -> None:
        """Put the sentences of an operation's refusal beside their fields, or at the top."""
        for name, sentence in errors.items():
            self.add_error(name if name in self.fields else None, sentence)


class KeyedForm(Form):
    """A form that can be sent twice and acts once: its key is minted when it is shown."""

    key = forms.CharField(widget=forms.HiddenInput, max_length=64)

    def __init__(self, *args: Any, **options: Any) -> None:
        initial = {"key": uuid4().hex, **(options.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **options)

    @property
    def sent_key(self) -> str:
        """The key that came with the form."""
        return str(self.cleaned_data["key"])


def zone_choices() -> list[tuple[str, str]]:
    """All time zones, to choose from."""
    return [(name, name) for name in people.zones()]


def choices(labels: Any, *, first: Any = None) -> Sequence[tuple[str, Any]]:
    """The labels of an enum as a form's choices, with an empty first one where a word is given for it."""
    found = [(member.value, label) for member, label in labels.items()]
    return found if first is None else [("", first), *found]


class Moment(forms.DateTimeField):
    """A date and time by the clock on the wall of whoever fills it in; one that does not exist there is refused."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        super().__init__(widget=widget, input_formats=formats, **options)
