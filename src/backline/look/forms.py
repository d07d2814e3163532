"""What all forms share: text kept as typed, unkeepable characters refused at the field, a key against sending twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.forms.utils import flatatt
from django.utils import timezone
from django.utils.choices import BaseChoiceIterator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from backline.people import queries as people
from backline.people.languages import to_customer as _
from backline.people.languages import to_customer_lazy as _lazy

LONGEST_TEXT = 10_000
_UNKEEPABLE = re.compile("[\x00\ud800-\udfff\ufffd]")
_UNKEEPABLE_SAID = _lazy("A character was damaged or cannot be kept: look for � or an invisible one, and remove it.")


def unkeepable(text: str) -> bool:
    """Whether the text holds what cannot be kept: NUL, half of a surrogate pair, or the sign that stands for a loss.

    Bytes that are no UTF-8, a lone surrogate among them, arrive as U+FFFD: what was typed is not what would be kept.
    """
    return bool(_UNKEEPABLE.search(text))


def unkeepable_said() -> str:
    """What is said beside a field that holds such a character."""
    return str(_UNKEEPABLE_SAID)


class Text(forms.CharField):
    """Free text, kept to the letter; only what cannot be kept is refused, in words.

    What is needed `sometimes`, as its label says, is not called optional.
    """

    def __init__(self, *, lines: int = 4, required: bool = True, sometimes: bool = False, **options: Any) -> None:
        self.sometimes = sometimes
        widget = forms.Textarea(attrs={"rows": lines}) if lines > 1 else forms.TextInput()
        longest = options.pop("max_length", LONGEST_TEXT)
        super().__init__(widget=widget, required=required, strip=False, max_length=longest, **options)

    def to_python(self, value: Any) -> str:
        """The text as it was typed."""
        text = super().to_python(value) or ""
        if unkeepable(text):
            raise forms.ValidationError(unkeepable_said())
        return text

    def validate(self, value: Any) -> None:
        """White space and invisible characters alone say nothing."""
        seen = any(character.isprintable() and not character.isspace() for character in value)
        super().validate(value if seen else "")

    def run_validators(self, value: Any) -> None:
        """The usual checks, but for Django's own of NUL, which is said above in better words."""
        if value not in self.empty_values:
            super().run_validators(value)


class Whole(forms.IntegerField):
    """A whole number between two bounds, which it names where it is given another."""

    def clean(self, value: Any) -> int | None:
        """The number, or nothing where it may stay empty."""
        try:
            return cast("int | None", super().clean(value))
        except forms.ValidationError as error:
            if value in self.empty_values:
                raise
            said = _("Give a whole number from %(least)s to %(most)s.")
            raise forms.ValidationError(said % {"least": self.min_value, "most": self.max_value}) from error


_ONE = _lazy("Choose one of these.")
_SENTENCES: Mapping[type[forms.Field], dict[str, Any]] = {
    forms.MultipleChoiceField: {"required": _lazy("Choose at least one."), "invalid_choice": _ONE},
    forms.ChoiceField: {"required": _ONE, "invalid_choice": _ONE},
    forms.FileField: {
        "required": _lazy("Fill this in."),
        "max_length": _lazy("The name of a file has at most %(max)d characters; this one has %(length)d. Rename it."),
        "contradiction": _lazy("Send a file, or leave it out: not both."),
    },
    forms.Field: {
        "required": _lazy("Fill this in."),
        "max_length": _lazy("Write at most %(limit_value)d characters; these are %(show_value)d."),
        "null_characters_not_allowed": _UNKEEPABLE_SAID,
    },
}
"""What is said of a field in place of Django's own sentences, by its kind, the narrowest first."""


def _sentences(field: forms.Field) -> dict[str, Any]:
    return next(said for kind, said in _SENTENCES.items() if isinstance(field, kind))


class Form(forms.Form):
    """A form whose labels carry no colon and whose fields know when they are wrong."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        for field in self.fields.values():
            field.error_messages |= _sentences(field)

    def choose(self, name: str, known: Sequence[tuple[str, Any]]) -> None:
        """What there is to choose from in a field, known only now."""
        field: Any = self.fields[name]
        field.choices = known

    def warn(self, found: Mapping[str, Sequence[str]]) -> None:
        """Put what is no error and not ready yet beside its field."""
        for name, sentences in found.items():
            field: Any = self.fields[name]
            field.warnings = sentences

    def refuse(self, errors: dict[str, str]) -> None:
        """Put the sentences of an operation's refusal beside their fields, or at the top."""
        for name, sentence in errors.items():
            self.add_error(name if name in self.fields else None, sentence)


class KeyedForm(Form):
    """A form that can be sent twice and acts once: its key is minted when it is shown."""

    key = forms.RegexField("^[0-9a-zA-Z-]{1,64}$", widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        initial = {"key": uuid4().hex, **(options.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **options)

    def full_clean(self) -> None:
        """The usual checks; a key that was lost on the way is minted anew, and what was typed is to be sent again."""
        super().full_clean()
        if self.errors.pop("key", None):
            self.data = cast(Any, self.data).copy()
            cast(Any, self.data)["key"] = uuid4().hex
            self.add_error(None, _("The form did not arrive whole. Nothing was changed; look it over and send it."))

    @property
    def sent_key(self) -> str:
        """The key that came with the form."""
        return str(self.cleaned_data["key"])


class Fixed(BaseChoiceIterator):
    """What there is to choose from, as it is: Django would go through hundreds of them several times for each page."""

    def __init__(self, known: Iterable[tuple[str, Any]]) -> None:
        self._known = tuple(known)

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return iter(self._known)


class Listed(forms.Select):
    """Hundreds to choose one of, written once a process: Django would make a template of each line of each page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The list with the one that is chosen."""
        [chosen] = self.format_value(value)
        begins = format_html(_LINE_BEGINS, chosen)
        lines = _lines(tuple((one, str(label)) for one, label in self.choices))
        marked = SafeString(lines.replace(begins, f"{begins} selected", 1))
        whole = self.build_attrs(self.attrs, {"name": name, **(attrs or {})})
        return format_html("<select{}>\n{}\n</select>", flatatt(whole), marked)


_LINE_BEGINS = '  <option value="{}"'


@lru_cache(maxsize=32)
def _lines(choices: tuple[tuple[str, str], ...]) -> SafeString:
    return format_html_join("\n", _LINE_BEGINS + ">{}</option>", choices)


class Zone(forms.ChoiceField):
    """A time zone, by the name of a place in it."""

    widget = Listed

    def __init__(self, **options: Any) -> None:
        super().__init__(label=gettext_lazy("Time zone"), choices=_zones, initial="Europe/Berlin", **options)


@cache
def _zones() -> Fixed:
    return Fixed((name, name) for name in people.zones())


def choices(labels: Any, *, first: Any = None) -> Sequence[tuple[str, Any]]:
    """The labels of an enum as a form's choices, with an empty first one where a word is given for it."""
    found = [(member.value, label) for member, label in labels.items()]
    return found if first is None else [("", first), *found]


class Moment(forms.DateTimeField):
    """A date and time by the clock on the wall of whoever fills it in.

    Of an hour that comes twice it is the first; where it `ends` a shift, the last: nobody is to be missing in between.
    What is needed `sometimes`, as its label says, is not called optional.
    """

    def __init__(self, *, ends: bool = False, sometimes: bool = False, **options: Any) -> None:
        self._ends, self.sometimes = ends, sometimes
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
        super().__init__(widget=widget, input_formats=formats, **options)
        self.error_messages["invalid"] = _("Give a date and a time, such as 2026-11-24 14:30.")

    def to_python(self, value: Any) -> datetime | None:
        """The moment; one that no clock there shows, or that no calendar holds, is refused."""
        if value in self.empty_values:
            return None
        typed = cast(datetime, super(forms.DateTimeField, self).to_python(value))
        try:
            moment = timezone.make_aware(typed.replace(fold=int(self._ends))).astimezone(UTC)
            shown = timezone.make_naive(moment)
        except OverflowError as error:
            raise forms.ValidationError(self.error_messages["invalid"]) from error
        if shown != typed:
            skipped = _("The clocks skip %(time)s on that day, so it does not exist. Choose another time.")
            raise forms.ValidationError(skipped % {"time": f"{typed:%H:%M}"})
        return moment


class Happened(Moment):
    """When something happened, for what is reported later; empty for now."""

    def __init__(self) -> None:
        label, help_text = gettext_lazy("When did this happen"), gettext_lazy("Only if it was earlier than now.")
        super().__init__(label=label, help_text=help_text, required=False)


def in_that_minute(typed: datetime | None, *begun: datetime) -> datetime | None:
    """The moment that was typed; where something it cannot lie before began in that very minute, then."""
    if typed is None:
        return None
    return max((typed, *(one for one in begun if typed <= one < typed + timedelta(minutes=1))))
