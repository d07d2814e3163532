"""The forms of a calendar and of a choice, and the plan that the first one says."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.calendars.operations import LONGEST_NAME, Plan
from backline.calendars.public_days import country_names
from backline.calendars.queries import Saved
from backline.core.calendar import Block, Calendar, CalendarRefused
from backline.core.words import CalendarFault
from backline.desk.administration.calendars import hours
from backline.desk.administration.forms import Pasted, line
from backline.look.forms import KeyedForm, Listed, Text, Zone

DAYS = tuple(f"day_{number}" for number in range(7))
LONGEST_LIST = 1_000_000


def _day(number: int) -> Text:
    return line(WEEKDAYS[number], longest=300, required=False)


def _countries() -> list[tuple[str, Any]]:
    return [("", _("None")), *country_names().items()]


class SeenForm(KeyedForm):
    """A form that is looked at before it is saved: what was looked at comes back with it, and must be what is saved."""

    looked = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def put(self, **typed: str) -> None:
        """Show something else than what was sent."""
        self.data = cast(Any, self.data).copy()
        for name, value in typed.items():
            cast(Any, self.data)[name] = value

    def has_seen(self, *content: object) -> bool:
        """Whether this content was on view before; from now on it is."""
        digest = hashlib.sha256(repr(content).encode("utf-8", "replace")).hexdigest()
        before = str(self.cleaned_data.get("looked", ""))
        self.put(looked=digest)
        return before == digest

    def mint(self) -> None:
        """Give it a new key: what was sent with the old one stands."""
        self.put(key=uuid4().hex)


class CalendarForm(SeenForm):
    """A calendar as somebody types it."""

    name = line(gettext_lazy("Name"), longest=LONGEST_NAME)
    zone = Zone()
    day_0, day_1, day_2, day_3, day_4, day_5, day_6 = (_day(number) for number in range(7))
    dates = Text(
        lines=4, required=False, max_length=LONGEST_LIST, label=gettext_lazy("Dates with other hours"),
        help_text=gettext_lazy("One a line: 2026-12-24 08:00-12:00, or 2026-12-31 closed. They go before holidays."),
    )  # fmt: skip
    country = forms.ChoiceField(
        label=gettext_lazy("Public holidays of"), required=False, choices=_countries, widget=Listed,
        help_text=gettext_lazy("The place is closed on them, ten years ahead."),
    )  # fmt: skip
    region = line(
        gettext_lazy("Region"), longest=40, required=False,
        help_text=gettext_lazy("The code of a region with holidays of its own, such as BY for Bavaria."),
    )  # fmt: skip
    closed = Text(
        lines=5, required=False, max_length=LONGEST_LIST, label=gettext_lazy("Other closed days"),
        help_text=gettext_lazy(
            "One a line: a date and what it is called. What a feed closes is added below its name, such as [Holidays]. "
            "Read again, it takes the place of what stands there, from today on; what you write above stays."
        ),
    )  # fmt: skip
    feed = forms.FileField(
        label=gettext_lazy("Read a feed (.ics)"), required=False, allow_empty_file=True, max_length=1000,
        help_text=gettext_lazy(
            "A calendar file; all-day entries close the place, also those that are marked as free time, as holidays "
            "mostly are. You see the days before you save. Up to 1 MB."
        ),
    )  # fmt: skip
    feed_text = Pasted(label=gettext_lazy("Or paste one"))
    effective_on = forms.DateField(
        label=gettext_lazy("Counts from"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"], help_text=gettext_lazy("From the beginning of that day, but not before you save."),
        error_messages={"invalid": gettext_lazy("Give a date such as 2026-12-01.")},
    )  # fmt: skip
    correction = forms.BooleanField(
        required=False, label=gettext_lazy("It was so in truth: count it from that day also where that has passed")
    )

    def plan(self) -> Plan:
        """What was typed, as a plan."""
        data = self.cleaned_data
        return Plan(
            name=data["name"], zone=data["zone"], week=tuple(data[name] for name in DAYS),
            effective_on=data["effective_on"], exceptions=data["dates"], country=data["country"],
            region=data["region"].strip(), feed_days=data["closed"], correction=data["correction"],
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Every text as what it says; hours that run into those of the next day are said beside the first."""
        data = self.cleaned_data
        for name in DAYS:
            self._read(name, hours.blocks)
        self._read("dates", hours.other_hours)
        self._read("closed", hours.closed_days)
        if data.get("feed") and str(data.get("feed_text", "")).strip():
            self.add_error("feed", _("Choose a file or paste a feed, not both."))
        if not any(name in self.errors for name in DAYS):
            self._refuse_overlaps([data[name] for name in DAYS])
        return data

    def _read(self, name: str, read: Callable[[str], object]) -> None:
        try:
            if name in self.cleaned_data:
                self.cleaned_data[name] = read(str(self.cleaned_data[name]))
        except hours.Unclear as unclear:
            self.add_error(name, str(unclear))

    def _refuse_overlaps(self, week: list[tuple[Block, ...]]) -> None:
        for number in range(7):
            two = tuple(week[day] if day in (number, (number + 1) % 7) else () for day in range(7))
            try:
                Calendar("UTC", two)
            except CalendarRefused as error:
                if error.fault is CalendarFault.OVERLAP:
                    said = _("The hours run into those of the next day: %(details)s.")
                    self.add_error(DAYS[number], said % {"details": ", ".join(error.details)})


def typed(saved: Saved | None, today: date) -> dict[str, Any]:
    """A version as the form shows it; usual office hours where there is none yet. A change counts from today on."""
    if saved is None:
        usual = dict.fromkeys(DAYS[:5], "08:00-12:00, 13:00-17:00")
        return usual | {"effective_on": today}
    calendar = saved.version.calendar
    return {
        "name": saved.name, "zone": calendar.zone, "country": saved.country, "region": saved.region,
        "dates": hours.said_of_dates(calendar.exceptions), "closed": hours.said_of_days(saved.feed_days),
        "effective_on": max(today, saved.version.effective_on),
        **{name: hours.said(blocks) for name, blocks in zip(DAYS, calendar.week, strict=True)},
    }  # fmt: skip


class ChoiceForm(SeenForm):
    """Which calendar counts for somebody."""

    calendar = forms.ChoiceField(label=gettext_lazy("Working hours"), required=False)
