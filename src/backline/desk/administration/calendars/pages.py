"""The pages of calendars: the register, one calendar with its history, and the form that is looked at before saving."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from itertools import dropwhile
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backline.calendars import choices, feeds, operations, queries
from backline.calendars.closed_days import difference, read_again, speaks_from
from backline.calendars.operations import YEARS_AHEAD, Draft, Plan
from backline.calendars.public_days import countries
from backline.calendars.queries import Saved
from backline.calendars.words import MOST_BYTES, NAMELESS, Feed, Refused
from backline.cases.moved import Movement, moved
from backline.cases.operations import KeyReused
from backline.core.calendar import FIRST_YEAR, LAST_YEAR, Version, full_second
from backline.core.words import Role
from backline.desk.administration.calendars import drawn, hours, whose
from backline.desk.administration.calendars.drawn import Part
from backline.desk.administration.calendars.forms import CalendarForm, typed
from backline.desk.administration.forms import PlainForm
from backline.desk.administration.kept import say_kept
from backline.look.access import signed_in
from backline.look.http import StaffRequest, posted
from backline.look.moments import zone_of
from backline.people import queries as people
from backline.readiness.hours import last_holiday

MOST_NAMED = 50
administrator = signed_in(Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class Entry:
    """A calendar in the register: its last version, its hours in a line, and for whom it was chosen."""

    saved: Saved
    hours: str
    chosen: str


@administrator
@require_safe
def register(request: StaffRequest) -> HttpResponse:
    """All calendars."""
    made = choices.in_force()
    entries = [
        Entry(
            one, hours.week_in_a_line(one.version.calendar.week),
            whose.in_words([choice for choice in made if choice.calendar == one.calendar]),
        )
        for one in queries.calendars()
    ]  # fmt: skip
    return render(request, "desk/calendars/register.html", {"entries": entries, "nobody": not made})


def versions_of(calendar: UUID) -> list[Saved]:
    """All versions of a calendar; no such page where there is none."""
    try:
        return queries.versions(str(calendar))
    except queries.NoCalendar as error:
        raise Http404 from error


@administrator
@require_safe
def shown(request: StaffRequest, calendar: UUID, number: int = 0) -> HttpResponse:
    """One calendar as it counts now and is planned, or in one version, drawn; its history and whose hours it is."""
    versions = versions_of(calendar)
    if not 0 <= number <= len(versions):
        raise Http404
    at = full_second(request.at)  # what was saved counts from then on
    turns = queries.turns(versions, at)
    counting = queries.counting(versions, turns, at)
    saved, *planned = [versions[number - 1]] if number else counting
    made = [one for one in choices.in_force() if one.calendar == str(calendar)]
    subjects = whose.subjects(one.whose for one in made[:MOST_NAMED])
    context = {
        "saved": saved, "last": versions[-1], "versions": versions[::-1], "names": _names(versions),
        "counts": counting[0].number, "number": number, "planned": planned, "at": at,
        "turns": {one.number: None for one in versions} | {one.number: one for one in turns},
        "ends_on": last_holiday(saved, request.at) if saved == counting[0] else None, "form": PlainForm(),
        "subjects": list(subjects.values()), "chosen": whose.in_words(made), "named": len(made) <= MOST_NAMED,
        **_drawn([*map(_part, (saved, *planned))], _first(request, saved.version), request.at),
    }  # fmt: skip
    return render(request, "desk/calendars/shown.html", context)


@administrator
@require_POST
def carry(request: StaffRequest, calendar: UUID) -> HttpResponse:
    """The holidays of a calendar are carried further, as another version."""
    form, text = PlainForm(posted(request)), request.POST.get("seen", "")
    versions_of(calendar)
    seen = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
    if not form.is_valid():
        messages.warning(request, _("This form is not one of ours. Open it again; nothing was changed."))
        return redirect("desk:calendar", calendar)
    try:
        saved = operations.carry_further(str(calendar), seen=seen, by=request.actor, at=request.at, key=form.sent_key)
    except Refused as refused:
        messages.warning(request, refused.text)
    except KeyReused:
        messages.warning(request, _("This button was pressed before; see below what was kept."))
    else:
        say_kept(request, saved.number, repeated=saved.repeated)
    return redirect("desk:calendar", calendar)


def _first(request: StaffRequest, version: Version) -> date:
    """The year that was asked for, else the twelve months from now on, or from when the version counts."""
    asked = request.GET.get("year", "")
    if asked.isascii() and asked.isdigit() and len(asked) == 4 and FIRST_YEAR <= int(asked) <= LAST_YEAR:
        return date(int(asked), 1, 1)
    return _months_from(version, request.at)


def _months_from(version: Version, at: datetime) -> date:
    return max(version.effective_on, at.astimezone(zone_of(version.calendar.zone)).date()).replace(day=1)


def _part(saved: Saved) -> Part:
    return Part(saved.number, saved.version, saved.closed_days)


def _drawn(parts: Sequence[Part], first: date, at: datetime) -> dict[str, Any]:
    """The week of a version and of those that are planned after it, and the twelve months that they make together."""
    week, *later = (drawn.week(part, at) for part in parts)
    return {
        "week": week, "later": later, "year": drawn.year(parts, min(first, date(LAST_YEAR, 1, 1))), "first": first,
    }  # fmt: skip


def _names(versions: Sequence[Saved]) -> dict[str, str]:
    found = people.persons_by_id(one.made_by for one in versions)
    return {one: person.name for one, person in found.items()}


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: StaffRequest) -> HttpResponse:
    """A new calendar."""
    return _edit(request, "", [])


@administrator
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest, calendar: UUID) -> HttpResponse:
    """Another version of a calendar."""
    return _edit(request, str(calendar), versions_of(calendar))


def _edit(request: StaffRequest, calendar: str, versions: list[Saved]) -> HttpResponse:
    form = CalendarForm(posted(request), request.FILES or None)
    edited = _Edited(request, form, calendar, versions)
    if form.is_bound:
        return edited.sent()
    return edited.opened()


@dataclass(frozen=True, slots=True)
class Fed:
    """A feed that was read: how many days stood under its name before, and the first and the last year of it."""

    feed: Feed
    stood: int
    years: tuple[int, int]


@dataclass(slots=True)
class _Edited:
    """The form of a calendar on its way: what was sent, what would come of it, what was saved meanwhile."""

    request: StaffRequest
    form: CalendarForm
    calendar: str
    versions: list[Saved]

    @property
    def seen(self) -> int:
        """The number of the last version that was on view when the form was filled in."""
        text = self.request.POST.get("seen", "")
        known = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
        return min(known, len(self.versions)) if self.form.is_bound else len(self.versions)

    def opened(self) -> HttpResponse:
        """The form with the hours that count now, or with those that are planned and were asked for."""
        at = full_second(self.request.at)
        counting = self._counting(at)
        counts, planned = next(iter(counting), None), counting[1:]
        of = next((one for one in planned if str(one.number) == self.request.GET.get("version", "")), counts)
        place = zone_of(of.version.calendar.zone if of else self.request.zone)
        mine = {"name": self.versions[-1].name} if of else {"zone": self.request.zone}
        self.form.initial = {**self.form.initial, **typed(of, at.astimezone(place).date()), **mine}
        return self.answer(200, counts=counts, planned=planned, of=of)

    def sent(self) -> HttpResponse:
        """Show what it would do; or save it, where that was on view."""
        if not self.form.is_valid():
            return self.refused()
        try:
            plan, fed = self._read()
            draft = operations.draft(plan, at=self.request.at)
        except Refused as refused:
            return self.refused(refused)
        looked = self.form.has_seen(plan, self.calendar, self.seen)
        if looked and "save" in self.request.POST:
            return self._save(plan)
        if self.seen != len(self.versions):
            return self.refused()
        return self.answer(200, **self._preview(draft, fed), unlooked="save" in self.request.POST)

    def _read(self) -> tuple[Plan, Fed | None]:
        """The plan, with what a feed closes added to its closed days, on the form as well."""
        data, plan = self.form.cleaned_data, self.form.plan()
        content = data["feed"].read(MOST_BYTES + 1) if data["feed"] else str(data["feed_text"]).encode()
        if not content.strip() and not data["feed"]:
            return plan, None
        operations.draft(plan, at=self.request.at)
        effective, now = plan.effective_on.year, self.request.at.year
        years = (min(effective, now) - 1, max(effective, now) + YEARS_AHEAD)
        first, last = sorted(min(max(year, FIRST_YEAR + 1), LAST_YEAR - 1) for year in years)
        feed = feeds.read(content, plan.zone, date(first, 1, 1), date(last, 12, 31))
        name = feed.name or (hours.name_of_file(data["feed"].name) if data["feed"] else "") or NAMELESS
        feed = replace(feed, name=name)
        closed = read_again(plan.feed_days, feed, plan.counts_from(self.request.at))
        self.form.put(closed=hours.said_of_days(closed), feed_text="")
        try:
            self.form.cleaned_data["closed"] = hours.closed_days(str(self.form.data["closed"]))
        except hours.Unclear as unclear:
            raise Refused(str(unclear), field="closed") from unclear
        return self.form.plan(), Fed(feed, sum(one.feed == feed.name for one in plan.feed_days), (first, last))

    def _save(self, plan: Plan) -> HttpResponse:
        request = self.request
        try:
            saved = operations.keep(
                plan, calendar_id=self.calendar, seen=self.seen, by=request.actor, at=request.at,
                key=self.form.sent_key,
            )  # fmt: skip
        except Refused as refused:
            self.versions = queries.versions(self.calendar) if self.calendar else []
            return self.refused(refused if self.seen == len(self.versions) else None)
        except KeyReused:
            self.form.mint()
            said = _("This form was saved before with another content; that was kept. Look this one over, then save.")
            self.form.add_error(None, said)
            return self.answer(409)
        say_kept(request, saved.number, repeated=saved.repeated)
        return redirect("desk:calendar", saved.calendar)

    def _preview(self, draft: Draft, fed: Fed | None) -> dict[str, Any]:
        version, at = draft.version, self.request.at
        closed = (*draft.public_days, *self.form.cleaned_data["closed"])
        since, number = max(at, version.counts_from), len(self.versions) + 1
        turn, *after = dropwhile(lambda one: one.number != number, queries.turns(self.versions, at, version))
        parts = [Part(number, version, closed), *(_part(self.versions[one.number - 1]) for one in after)]
        first = self.form.plan().counts_from(at)
        before = self._counting(since)[0].closed_days if self.versions else ()
        return {
            "draft": draft, "fed": fed, "feed": fed.feed if fed else None,
            "movement": self._movement(version), "turn": turn, "at": at,
            "speaks_from": speaks_from(fed.feed, first) if fed else None,
            "closed": difference(before, closed, first) if self.versions else None,
            "regions": countries().get(self.form.cleaned_data["country"]),
            **_drawn(parts, _months_from(version, at), at),
        }  # fmt: skip

    def _counting(self, at: datetime) -> list[Saved]:
        """The version that counts at a moment and those that take over; none of a calendar that is new."""
        return queries.counting(self.versions, queries.turns(self.versions, at), at) if self.versions else []

    def _movement(self, version: Version) -> Movement | None:
        """Which clocks would move; None where nobody ever had these hours."""
        concerned = choices.ever(self.calendar) if self.calendar else []
        suppose = partial(choices.Choices.with_version, calendar=self.calendar, version=version)
        return moved(concerned, suppose, at=self.request.at) if concerned else None

    def refused(self, refused: Refused | None = None) -> HttpResponse:
        """The form with what is wrong, everything as it was typed; with what others saved since it was opened."""
        if refused:
            self.form.refuse({refused.field: refused.text})
        if self.seen == len(self.versions) or "seen" not in self.request.POST:
            return self.answer(422)
        self.form.add_error(None, _("Somebody saved this calendar meanwhile. See below what is new, then look again."))
        return self.answer(409, news=self.versions[self.seen :])

    def answer(self, status: int, **more: Any) -> HttpResponse:
        """The page."""
        names = _names(self.versions)
        context = {"form": self.form, "versions": self.versions, "last": self.versions[-1:], "names": names, **more}
        return render(self.request, "desk/calendars/edit.html", context, status=status)
