"""A long list to choose from is what Django would have written, in a small part of the time."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from django import forms

from backline.look.account import ZoneForm
from backline.look.forms import Form, Listed
from backline.people import queries as people

HOSTILE = [("", "Nobody"), ("a", "<b>&amp; 'x'</b>"), ('"><script>', "Lift"), ("ä 🛗", "ä 🛗")]


class Read(HTMLParser):
    """What a browser reads: tags with what stands in them in any order, and texts."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag."""
        self.found.append((tag, sorted(attrs, key=str)))

    def handle_data(self, data: str) -> None:
        """A text."""
        if data.strip():
            self.found.append(data)


class Known(Form):
    """The same choice twice: as Django writes it, and in one go."""

    one = forms.ChoiceField(choices=HOSTILE, required=False, help_text="Whom?")
    other = forms.ChoiceField(choices=HOSTILE, required=False, help_text="Whom?", widget=Listed)


@pytest.mark.parametrize("chosen", ["", "a", '"><script>', "ä 🛗", "nobody of them", None])
@pytest.mark.parametrize("fixed", [False, True])
@pytest.mark.parametrize("needed", [False, True])
def test_a_long_list_reads_as_any_other(chosen: str | None, fixed: bool, needed: bool) -> None:
    form = Known({"one": chosen, "other": chosen} if chosen is not None else None)
    for field in form.fields.values():
        field.disabled, field.required = fixed, needed
    form.is_valid()
    assert Read(str(form["other"]).replace("other", "one")).found == Read(str(form["one"])).found


def test_every_zone_can_be_chosen() -> None:
    for zone in people.zones():
        assert ZoneForm({"zone": zone}).is_valid()
    page = str(ZoneForm(initial={"zone": "Europe/Lisbon"})["zone"])
    assert page.count("<option") == len(people.zones())
    assert page.count(" selected") == page.count('value="Europe/Lisbon" selected') == 1
    assert not ZoneForm({"zone": "Nowhere/Atlantis"}).is_valid()
