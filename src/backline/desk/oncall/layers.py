"""A schedule as somebody types it: its layers, each a form, and the buttons that add, move and take away."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.core.oncall import Layer
from backline.core.rota import LONGEST_TURN, MOST_LAYERS, MOST_PERSONS
from backline.desk.administration.calendars import hours
from backline.desk.administration.calendars.forms import DAYS, SeenForm
from backline.desk.administration.forms import day, line
from backline.desk.oncall import said
from backline.desk.oncall.forms import Persons, Then
from backline.look.forms import Form, Whole, Zone

UNITS = {"HOUR": gettext_lazy("hours"), "DAY": gettext_lazy("days"), "WEEK": gettext_lazy("weeks")}
Typed = dict[str, Any]
_PRESSED = re.compile(r"(add|up|down|out|new|higher|lower|drop)\.(\d{1,2})\.(\d{1,3})", re.ASCII)


class InOrder(forms.MultipleChoiceField):
    """Persons in the order in which they take turns; buttons change it."""

    widget = forms.MultipleHiddenInput


class LayerForm(Form):
    """One layer of a schedule."""

    persons = InOrder(label=gettext_lazy("Who takes turns, in this order"))
    every = Whole(label=gettext_lazy("A turn lasts"), min_value=1, max_value=LONGEST_TURN)
    unit = forms.ChoiceField(label=gettext_lazy("hours, days or weeks"), choices=list(UNITS.items()))
    hand_over = forms.TimeField(
        label=gettext_lazy("Handed over at"), input_formats=["%H:%M"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": gettext_lazy("Give a time such as 08:00.")},
    )  # fmt: skip
    first_day = day(gettext_lazy("The first turn begins on"))
    zone = Zone()
    day_0, day_1, day_2, day_3, day_4, day_5, day_6 = (
        line(WEEKDAYS[number], longest=300, required=False) for number in range(7)
    )

    def __init__(self, *args: Any, persons: Persons, **options: Any) -> None:
        super().__init__(*args, **options)
        self.choose("persons", persons)
        self.fields["persons"].error_messages |= {
            "required": _("Nobody takes a turn here. Add one person at least, or take the layer away."),
            "invalid_choice": _("There is nobody like that in this team. Take that person out."),
        }
        self.names = dict(persons)

    def clean(self) -> dict[str, Any]:
        """Every day's hours as what they say."""
        for name in DAYS:
            try:
                self.cleaned_data[name] = hours.blocks(str(self.cleaned_data.get(name, "")))
            except hours.Unclear as unclear:
                self.add_error(name, str(unclear))
        return self.cleaned_data

    def layer(self) -> Layer:
        """What was typed."""
        data = self.cleaned_data
        week = tuple(data[name] for name in DAYS)
        return Layer(
            data["zone"], data["first_day"], data["hand_over"].hour * 60 + data["hand_over"].minute,
            data["every"] * said.UNITS[data["unit"]], tuple(data["persons"]), week if any(week) else (),
        )  # fmt: skip

    @property
    def number(self) -> int:
        """Which one it is, from 0."""
        return int(str(self.prefix))

    @property
    def in_order(self) -> list[tuple[str, str]]:
        """Those who take turns, each with the name."""
        return [(one, self.names.get(one, _("somebody who is gone"))) for one in self["persons"].value() or ()]

    @property
    def others(self) -> list[tuple[str, str]]:
        """Those of the team who take no turn in it."""
        taken = set(self["persons"].value() or ())
        return [one for one in self.names.items() if one[0] not in taken]

    @property
    def days(self) -> list[Any]:
        """The fields of its hours."""
        return [self[name] for name in DAYS]

    @property
    def at_times(self) -> bool:
        """Whether it has hours, or something is wrong with them."""
        return any(one.value() or one.errors for one in self.days)


class ScheduleForm(SeenForm):
    """What goes for all layers of a version."""

    effective_at = Then(
        label=gettext_lazy("Counts from"), required=False, help_text=gettext_lazy("Left empty, from when you save it.")
    )


def of_layers(layers: Sequence[Layer]) -> list[Typed]:
    """Layers as their forms show them."""
    return [
        {
            "persons": list(one.persons), "zone": one.zone, "first_day": one.first_day,
            "hand_over": f"{one.hand_over // 60:02}:{one.hand_over % 60:02}",
            **dict(zip(("every", "unit"), said.turn(one.turn), strict=True)),
            **{name: hours.said(blocks) for name, blocks in zip(DAYS, one.week, strict=False) if blocks},
        }
        for one in layers
    ]  # fmt: skip


def usual(persons: Persons, zone: str, today: date) -> Typed:
    """A layer to begin with: everybody takes a week."""
    everybody = [one for one, _name in persons][:MOST_PERSONS]
    return {"persons": everybody, "every": 1, "unit": "WEEK", "hand_over": "08:00", "first_day": today, "zone": zone}


def of_post(data: QueryDict) -> list[Typed]:
    """The layers that were sent, as they were typed."""
    text = data.get("layers", "")
    count = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    names = [name for name in LayerForm.base_fields if name != "persons"]
    return [
        {"persons": data.getlist(f"{number}-persons")} | {name: data.get(f"{number}-{name}", "") for name in names}
        for number in range(min(count, MOST_LAYERS + 1))
    ]


def press(layers: list[Typed], data: QueryDict, fresh: Typed) -> bool:
    """Do to the layers what a button says that edits them; False where none of those was pressed."""
    found = _PRESSED.fullmatch(data.get("do", ""))
    if not found:
        return False
    verb, number, place = found.group(1), int(found.group(2)), int(found.group(3))
    if verb == "new":
        layers += [fresh] if len(layers) <= MOST_LAYERS else []
    elif number >= len(layers):
        return True
    elif verb in ("higher", "lower", "drop"):
        _move(layers, number, {"higher": -1, "lower": 1}.get(verb, 0))
    elif verb == "add":
        layers[number]["persons"] += [one for one in [data.get(f"{number}-add", "")] if one]
    else:
        _move(layers[number]["persons"], place, {"up": -1, "down": 1}.get(verb, 0))
    return True


def _move(found: list[Any], place: int, by: int) -> None:
    """Move one of them by a place, or take it out for none."""
    if place >= len(found):
        return
    one = found.pop(place)
    if by:
        found.insert(max(place + by, 0), one)


def beside(errors: dict[str, str]) -> dict[int, dict[str, str]]:
    """The sentences of a refusal by layer and field; -1 is what goes for all of them."""
    fields = {"turn": "every", "week": "day_0"}
    found: dict[int, dict[str, str]] = {}
    for name, sentence in errors.items():
        number, dot, part = name.partition(".")
        found.setdefault(int(number) if dot else -1, {})[fields.get(part, part) if dot else name] = sentence
    return found
