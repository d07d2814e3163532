"""The parts as template tags: moments, badges, fields, clock lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.template.context import Context
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from backline.channels.notices import set_apart, turning_nothing
from backline.look import moments
from backline.look.markup import markup, markup_of_each

register = template.Library()

PRIORITY_COLOURS = {"P1": "strong"}
STATE_COLOURS = {
    "RAISED": ("grey", "circle-dot"),
    "RETURNED": ("grey", "undo-2"),
    "OFFERED": ("grey", "hand"),
    "ACCEPTED": ("blue", "play"),
    "RESOLVED": ("green", "check"),
    "CLOSED": ("green", "check-check"),
    "WITHDRAWN": ("grey", "x"),
    "QUEUED": ("blue", "clock"),
    "SENDING": ("blue", "send"),
    "HANDED": ("blue", "check"),
    "DELIVERED": ("green", "check-check"),
    "FAILED": ("amber", "triangle-alert"),
    "CANCELLED": ("grey", "x"),
    "NOT_SENT": ("grey", "minus"),
}

ENDED_COLOURS = {"MET": "kept", "MISSED": "over", "ENDED": "ended", "IN_VAIN": "ended", "WENT_ON": "ended"}
"""How the line of a clock is coloured that has stopped: green is only what was met."""


def _asked(context: Context) -> tuple[datetime, str]:
    request = context["request"]
    return request.at, str(context.get("zone") or getattr(request, "zone", "UTC"))


def _time(moment: datetime, text: str, title: str, classes: str = "", relative: str = "") -> SafeString:
    return markup(_times(classes, relative), moment.isoformat(), title, text)


@cache
def _times(classes: str, relative: str) -> str:
    """The element for a moment, with what is the same for many: a list writes one on each of its lines."""
    named = [one for one in (("class", classes), ("data-relative", relative)) if one[1]]
    more = markup_of_each(' {}="{}"', named)
    return f'<time datetime="{{}}" title="{{}}"{more}>{{}}</time>'


@register.simple_tag(takes_context=True)
def ago(context: Context, moment: datetime) -> SafeString:
    """How far away a moment is, kept true by script."""
    at, zone = _asked(context)
    return _time(moment, moments.relative(moment, at), moments.exact(moment, zone), relative="ago")


@register.simple_tag(takes_context=True)
def clock_time(context: Context, moment: datetime) -> SafeString:
    """A moment by the clock on the wall."""
    at, zone = _asked(context)
    return _time(moment, moments.clock(moment, at, zone), moments.exact(moment, zone))


@register.simple_tag(takes_context=True)
def window(context: Context, start: datetime, end: datetime) -> SafeString:
    """A stretch of time by the clock on the wall."""
    at, zone = _asked(context)
    return _time(start, moments.window(start, end, at, zone), moments.exact(start, zone))


@register.simple_tag(takes_context=True)
def due(context: Context, moment: datetime | None) -> SafeString | str:
    """A due moment with its urgency: a word, and a colour beside it."""
    if moment is None:
        return ""
    at, zone = _asked(context)
    colour = f"due-{moments.urgency(moment, at)}"
    return _time(moment, moments.due(moment, at), moments.exact(moment, zone), colour, "due")


@register.simple_tag(takes_context=True)
def clock_line(
    context: Context, start: datetime, end: datetime, drawn: Sequence[Drawn] = (), verdict: str = "",
    *, at: datetime | None = None,
) -> SafeString:  # fmt: skip
    """The way from start to due, drawn; how far it had gone at a moment, which is now, or when it stopped.

    `drawn` are its stretches, the last ones ahead: from, to and of which kind (`counted`, `closed` or `paused`).
    """
    at = at or _asked(context)[0]
    stopped = ENDED_COLOURS.get(verdict, "")
    stretches = drawn or ((start, at if stopped else max(at, end), "counted"),)
    shown = max((max(stretches[-1][1], end) - start).total_seconds(), 1)
    marks = [(end, "due", "0v10")] if stopped else [(at, "now", "5h0.01"), (end, "due", "0v10")]
    return markup(
        '<svg class="clock-line {}" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">{}{}</svg>',
        stopped or _running_colour(stretches, end, at),
        markup_of_each('<path class="{}" d="M{} 5h{}"/>', _bars(stretches, start, at, shown)),
        markup_of_each('<path class="{}" d="M{} {}"/>', ((name, _x(one - start, shown), to)
                                                               for one, name, to in marks)),
    )  # fmt: skip


Drawn = tuple[datetime, datetime, str]
SOON = 0.75
"""Of all that may count, so much has counted where a clock is soon due."""


def _running_colour(stretches: Sequence[Drawn], end: datetime, at: datetime) -> str:
    """How urgent it is by what has counted: a weekend that passes brings nothing nearer."""
    if at >= end:
        return "over"
    counted = [(one, other) for one, other, kind in stretches if kind == "counted"]
    whole = sum((other - one).total_seconds() for one, other in counted)
    gone = sum((min(other, at) - one).total_seconds() for one, other in counted if one < at)
    return "soon" if gone > SOON * whole else ""


def _bars(stretches: Sequence[Drawn], start: datetime, at: datetime, shown: float) -> Iterator[tuple[str, str, str]]:
    """Each stretch as a bar in hundredths of the line, cut in two where now lies in it."""
    for one, other, kind in stretches:
        for first, last, name in ((one, min(other, at), kind), (max(one, at), other, f"{kind} ahead")):
            if first < last:
                yield name, _x(first - start, shown), _x(last - first, shown)


def _x(lasts: timedelta, shown: float) -> str:
    """A span in hundredths of the line."""
    return f"{min(lasts.total_seconds() / shown * 100, 100):.2f}"


@register.simple_tag
@cache
def priority(value: str) -> SafeString:
    """The badge of a priority."""
    return markup('<span class="badge badge-{}">{}</span>', PRIORITY_COLOURS.get(value, "plain"), value)


@register.simple_tag
def state(value: str, label: str) -> SafeString:
    """The badge of a state: shape, word and colour."""
    return _badge(value, str(label))


@cache
def _badge(value: str, label: str) -> SafeString:
    colour, icon = STATE_COLOURS.get(value, ("grey", "circle"))
    return markup('<span class="badge badge-{}">{}{}</span>', colour, lucide(icon, size=16), label)


@register.simple_tag
@cache
def icon(name: str, size: int = 20) -> SafeString:
    """An icon; words stand beside it."""
    return SafeString(lucide(name, size=size, **{"aria-hidden": "true"}))


@register.simple_tag
def options(known: Iterable[tuple[Any, Any]], chosen: Any) -> SafeString:
    """The lines of a list to choose from, as values with their words, and which of them is chosen."""
    lines = ((value, _SELECTED if value == chosen else "", words) for value, words in known)
    return markup_of_each('<option value="{}"{}>{}</option>', lines)


_SELECTED = SafeString(" selected")


@register.inclusion_tag("look/parts/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A field: label, help, what is wrong, and what was typed."""
    warned = bool(getattr(bound.field, "warnings", ()))
    described = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    described += [f"{bound.auto_id}_warning"] if warned else []
    grouped = isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple)
    alone = isinstance(bound.field.widget, CheckboxInput)
    if warned and not grouped:
        bound.field.widget.attrs["aria-describedby"] = " ".join(described)
    return {"field": bound, "choices": grouped, "alone": alone, "described": " ".join(described)}


@register.inclusion_tag("look/parts/errors.html")
def errors(form: Any) -> dict[str, Any]:
    """The summary of what is wrong in a form, each linked to its field."""
    wrong = [
        (bound, bound.label if str(bound.label).endswith("?") else f"{bound.label}:") for bound in form if bound.errors
    ]
    return {"form": form, "wrong": wrong, "whole": form.non_field_errors()}


@register.filter
def lookup(table: Any, name: Any) -> Any:
    """The value of a name in a table, or the name itself."""
    try:
        return table[name]
    except (KeyError, TypeError):
        return name


register.filter(turning_nothing)
register.filter(set_apart)
