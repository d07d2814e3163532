"""What the desk's pages have dozens of: the lines of lists of cases, and the entries of a timeline."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.template.context import Context
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from backline.cases.lines import Line
from backline.cases.wording import Entry
from backline.core.words import ClockName
from backline.desk.rows import TableRow
from backline.look.markup import markup, markup_of_each
from backline.look.templatetags.look import ago, clock_time, due, icon, priority, state

register = template.Library()
LONG, SHOWN = 700, 240
"""Of a text that is longer than `LONG` so many characters are shown, until somebody opens it."""
_LINE = """<tr data-id="{id}">
    <td class="number">{priority} <a href="{href}">{reference}</a></td>
    <td class="cut">{danger}{impact}<a href="{href}" title="{title}">{summary}</a></td>
    <td class="cut" title="{place}">{place}</td>
    <td>{state}</td>
    <td class="cut">{who}</td>
    <td class="number">{moment}</td></tr>"""


@register.simple_tag(takes_context=True)
def case_line(context: Context, row: TableRow, danger: str, impact: str) -> SafeString:
    """One case as a line of a table; what is said of one that is dangerous, and of one by which much is lost."""
    line = row.line
    return markup(
        _LINE,
        id=line.id,
        priority=priority(line.priority),
        href=row.href,
        reference=line.reference,
        danger=_badge("badge-red", icon("triangle-alert", 16), danger) if row.danger else "",
        impact=_badge("badge-amber", "", impact) if row.lost else "",
        title=row.title,
        summary=row.summary,
        place=line.place,
        state=state(line.state, row.label),
        who=row.who,
        moment=(due if row.due else ago)(context, row.moment),
    )


_DUE = """<tr data-id="{id} {clock}"><td class="number">{priority} <a href="{href}">{reference}</a></td>
<td class="cut">{danger}<a href="{href}" title="{summary}">{summary}</a></td><td class="cut">{what}</td>
<td class="cut" title="{who}">{who}</td><td class="number">{moment}</td></tr>"""


@register.simple_tag(takes_context=True)
def due_line(
    context: Context, entry: tuple[Line, ClockName, datetime], clocks: Mapping[ClockName, Any], danger: str
) -> SafeString:
    """One clock of a case as a line of a table of what is due."""
    line, clock, moment = entry
    return markup(
        _DUE,
        id=line.id,
        clock=clock,
        priority=priority(line.priority),
        href=reverse("desk:case", args=[line.id]),
        reference=line.reference,
        danger=_badge("badge-red", icon("triangle-alert", 16), danger) if line.danger != "NONE" else "",
        summary=line.summary,
        what=clocks[clock],
        who=line.holder,
        moment=due(context, moment),
    )


def _badge(colour: str, shape: str, word: str) -> SafeString:
    return markup('<span class="badge {}">{}{}</span> ', colour, shape, word)


_AUTOMATIC = """<li class="automatic">
          <details><summary>{} {}</summary><ul class="plain soft small">{}</ul></details>
        </li>"""
_DONE = """<li>
          <div class="head"><span class="strong">{}</span>{}{}</div><p>{}</p>{}
        </li>"""
_LATE = '<span class="badge badge-amber">{}</span><span class="small soft">{} {}</span>'


@register.simple_tag(takes_context=True)
def timeline_entry(context: Context, entry: Entry) -> SafeString:
    """One entry of a timeline: who, when, what and why; folded where nobody did it."""
    moment = clock_time(context, entry.at)
    if entry.automatic:
        return markup(_AUTOMATIC, entry.what, moment, markup_of_each("<li>{}</li>", zip(entry.why)))
    then = clock_time(context, entry.occurred_at) if entry.late else ""
    late = markup(_LATE, _("reported late"), _("it happened"), then) if then else ""
    why = markup_of_each("{}", ((_words(text),) for text in entry.why))
    return markup(_DONE, entry.who, moment, late, entry.what, why)


def _words(text: str) -> SafeString:
    if len(text) <= LONG:
        return markup('<p class="words soft">{}</p>', text)
    begins = Truncator(text).chars(SHOWN)
    return markup('<details class="words soft"><summary>{}</summary>{}</details>', begins, text)
