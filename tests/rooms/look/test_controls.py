"""The controls of forms are written to the letter as Django's templates have them, whatever stands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from backline.look.controls import Controls
from backline.look.forms import Form, Happened, KeyedForm, Text, Whole

HOSTILE = "\"'><script>&amp;</textarea> 🛗 \u202e\n 1.000,5"
KNOWN = [("", gettext_lazy("Nobody")), ("a", "<b>'x'</b>"), (7, mark_safe("<em>told</em>")), (HOSTILE, HOSTILE)]
GROUPS = [("One & 'all'", KNOWN[:2]), ("Others", KNOWN[2:]), ("z", "Alone")]


class Every(KeyedForm):
    """One of each control, with attributes of each kind."""

    line = Text(lines=1, help_text="Whom?")
    text = Text(lines=3, required=False)
    secret = forms.CharField(widget=forms.PasswordInput(attrs={"autofocus": True, "data-x": HOSTILE, "size": 1234567}))
    count = Whole(min_value=0, max_value=5)
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date", "hidden": False}, format="%Y-%m-%d"))
    hour = forms.TimeField(widget=forms.TimeInput(attrs={"type": "time"}), initial="08:00")
    when = Happened()
    alone = forms.BooleanField(required=False)
    one = forms.ChoiceField(choices=KNOWN)
    grouped = forms.ChoiceField(choices=GROUPS, required=False, disabled=True)
    several = forms.MultipleChoiceField(choices=GROUPS)
    either = forms.ChoiceField(choices=GROUPS, widget=forms.RadioSelect)
    some = forms.MultipleChoiceField(choices=KNOWN, widget=forms.CheckboxSelectMultiple)
    file = forms.FileField(required=False)


def written(form: Form, renderer: Any) -> Iterator[str]:
    """Each control, and each choice of those that have some: alone, and in its label."""
    form.renderer = renderer
    for bound in form:
        yield re.sub(r"\n+", "\n", str(bound))  # between the lines of a list Django leaves empty ones
        for part in bound.subwidgets:
            yield from (part.tag(), str(part))


@pytest.mark.parametrize("typed", [None, "", "a", "7", "1", "2026-11-24", HOSTILE])
def test_controls_are_written_as_django_would(typed: str | None) -> None:
    names = Every().fields
    sent: Any = {name: [typed] if name in ("several", "some") else typed for name in names}
    for form in (Every() if typed is None else Every(sent), Every(initial=sent)):
        form.is_valid()
        found = list(written(form, Controls()))
        assert found == list(written(form, DjangoTemplates()))
        assert len(found) > len(names)
        assert "<script" not in "".join(found)
