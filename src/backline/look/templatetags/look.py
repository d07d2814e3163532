"""The parts as template tags: moments, badges, fields, clock lines."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from django import template
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

from backline.look import moments

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
    "SENT": ("green", "check"),
    "FAILED": ("amber", "triangle-alert"),
    "CANCELLED": ("grey", "x"),
    "NOT_SENT": ("grey", "minus"),
}


def _asked(context: Context) -> tuple[datetime, str]:
    request = context["request"]
    return request.at, str(context.get("zone") or getattr(request, "zone", "UTC"))


def _time(moment: datetime, text: str, title: str, classes: str = "", relative: str = "") -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}"{}{}>{}</time>',
        moment.isoformat(),
        title,
        format_html(' class="{}"', classes) if classes else "",
        format_html(' data-relative="{}"', relative) if relative else "",
        text,
    )


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
def clock_line(context: Context, start: datetime, end: datetime) -> SafeString:
    """The way from start to due, drawn; how far it has gone by now."""
    at, _zone = _asked(context)
    whole = max((end - start).total_seconds(), 1)
    gone = min(max((at - start).total_seconds() / whole, 0), 1) * 100
    state = "over" if at > end else "soon" if gone > 75 else ""
    return format_html(
        '<svg class="clock-line {}" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">'
        '<rect class="way" width="100" height="4" rx="1"></rect>'
        '<rect class="gone" width="{}" height="4" rx="1"></rect></svg>',
        state,
        f"{gone:.1f}",
    )


@register.simple_tag
@cache
def priority(value: str) -> SafeString:
    """The badge of a priority."""
    return format_html('<span class="badge badge-{}">{}</span>', PRIORITY_COLOURS.get(value, "plain"), value)


@register.simple_tag
def state(value: str, label: str) -> SafeString:
    """The badge of a state: shape, word and colour."""
    return _badge(value, str(label))


@cache
def _badge(value: str, label: str) -> SafeString:
    colour, icon = STATE_COLOURS.get(value, ("grey", "circle"))
    return format_html('<span class="badge badge-{}">{}{}</span>', colour, lucide(icon, size=16), label)


@register.simple_tag
@cache
def icon(name: str, size: int = 20) -> SafeString:
    """An icon; words stand beside it."""
    return SafeString(lucide(name, size=size, **{"aria-hidden": "true"}))


@register.inclusion_tag("look/parts/field.html")
def field(bound: BoundField) -> dict[str, Any]:
    """A field: label, help, what is wrong, and what was typed."""
    described = [f"{bound.auto_id}_helptext"] if bound.help_text else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    grouped = isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple)
    alone = isinstance(bound.field.widget, CheckboxInput)
    return {"field": bound, "choices": grouped, "alone": alone, "described": " ".join(described)}


@register.inclusion_tag("look/parts/errors.html")
def errors(form: Any) -> dict[str, Any]:
    """The summary of what is wrong in a form, each linked to its field."""
    return {"form": form, "wrong": [bound for bound in form if bound.errors], "whole": form.non_field_errors()}


@register.filter
def lookup(table: Any, name: Any) -> Any:
    """The value of a name in a table, or the name itself."""
    try:
        return table[name]
    except (KeyError, TypeError):
        return name


@register.filter
def initials(name: str) -> str:
    """The first letters of the first two words."""
    return "".join(word[0] for word in name.split()[:2]).upper()
