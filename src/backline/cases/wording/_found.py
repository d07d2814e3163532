"""What a trigger saw in the facts of a job, in a sentence that names them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.dateformat import format as date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backline.cases.wording._labels import day_and_time, local, window
from backline.core.events import moment
from backline.core.words import Trigger

TRIGGERS = {
    Trigger.UNSAFE: gettext_lazy("It is not safe"),
    Trigger.BREAKS_RULE: gettext_lazy("It breaks a rule"),
    Trigger.VISIT_UNRESOLVED: gettext_lazy("A visit ended unresolved"),
    Trigger.FAULT_AGAIN: gettext_lazy("The same fault again"),
    Trigger.REOPENED: gettext_lazy("The job was opened again"),
    Trigger.PART_LATE: gettext_lazy("A part is missing"),
    Trigger.VISIT_LATE: gettext_lazy("A visit is late"),
    Trigger.PUT_OFF: gettext_lazy("A visit was put off again"),
    Trigger.UNHAPPY: gettext_lazy("The customer is unhappy"),
}
_NTH = {
    2: gettext_lazy("Second"),
    3: gettext_lazy("Third"),
    4: gettext_lazy("Fourth"),
    5: gettext_lazy("Fifth"),
    6: gettext_lazy("Sixth"),
}


def found(trigger: Trigger, facts: Mapping[str, Any], zone: str) -> str:
    """What was seen, by the wall clock of a zone."""
    return _SENTENCES[trigger](facts, zone)


def _unresolved(facts: Mapping[str, Any], zone: str) -> str:
    if not facts["to_at"] or not facts["from_at"]:
        return _("The visit ended unresolved")
    return _("The visit of %(when)s ended unresolved") % {"when": _window(facts, zone)}


def _fault_again(facts: Mapping[str, Any], zone: str) -> str:
    count = len(facts["faults"])
    said = {"nth": _NTH.get(count, ""), "count": count, "dates": _dates(facts["faults"], zone)}
    said |= {"days": facts["days"], "asset": facts["asset"], "code": facts["code"]}
    if said["nth"]:
        return _("%(nth)s time in %(days)s days on %(asset)s: %(code)s on %(dates)s") % said
    return _("%(count)s times in %(days)s days on %(asset)s: %(code)s on %(dates)s") % said


def _dates(moments: Iterable[str], zone: str) -> str:
    """`3, 11 and 20 November`, each day once."""
    days = sorted({local(datetime.fromisoformat(one), zone).date() for one in moments})
    months = [list(within) for _month, within in groupby(days, key=lambda day: (day.year, day.month))]
    return ", ".join(
        f"{get_text_list([str(day.day) for day in month], _('and'))} {date_format(month[0], 'F')}" for month in months
    )


def _reopened(facts: Mapping[str, Any], _zone: str) -> str:
    said = ngettext(
        "The job was opened again after it was done",
        "The job was opened again %(times)s times after it was done",
        facts["times"],
    )
    return said % {"times": facts["times"]}


def _part_late(facts: Mapping[str, Any], zone: str) -> str:
    said = {"part": facts["part"] or _("A part")}
    if "part_at" not in facts:
        return _("%(part)s is missing, and nobody has said when it comes") % said
    said["when"] = day_and_time(moment(facts, "part_at"), zone)
    if "promised_at" not in facts:
        return _("%(part)s was expected on %(when)s and has not come") % said
    said["promised"] = day_and_time(moment(facts, "promised_at"), zone)
    return _("%(part)s is expected on %(when)s, but %(promised)s was promised") % said


def _visit_late(facts: Mapping[str, Any], zone: str) -> str:
    return _("The visit of %(when)s has not begun") % {"when": _window(facts, zone)}


def _put_off(facts: Mapping[str, Any], zone: str) -> str:
    said = {"times": facts["times"], "when": _window(facts, zone)}
    if not said["when"]:
        return _("The visit was put off %(times)s times") % said
    return _("The visit was put off %(times)s times and is planned for %(when)s now") % said


def _unhappy(facts: Mapping[str, Any], _zone: str) -> str:
    if "case" in facts:
        return _("The customer wrote about %(reference)s, which had ended") % {"reference": facts["reference"]}
    if "rating" not in facts:
        return _("The customer left a remark")
    rated = _("The customer rated the work %(rating)s of 5") % {"rating": facts["rating"]}
    return _("%(rated)s and left a remark") % {"rated": rated} if "remarked" in facts else rated


def _window(facts: Mapping[str, Any], zone: str) -> str:
    """The planned window, or the one end of it that is known."""
    known = [moment(facts, name) for name in ("from_at", "to_at") if facts.get(name)]
    if len(known) == 2:
        return window(known[0], known[1], zone)
    return day_and_time(known[0], zone) if known else ""


_SENTENCES: dict[Trigger, Callable[[Mapping[str, Any], str], str]] = {
    Trigger.UNSAFE: lambda _facts, _zone: _("The answer on site is that it is not safe"),
    Trigger.BREAKS_RULE: lambda _facts, _zone: _("The answer on site is that it breaks a rule"),
    Trigger.VISIT_UNRESOLVED: _unresolved,
    Trigger.FAULT_AGAIN: _fault_again,
    Trigger.REOPENED: _reopened,
    Trigger.PART_LATE: _part_late,
    Trigger.VISIT_LATE: _visit_late,
    Trigger.PUT_OFF: _put_off,
    Trigger.UNHAPPY: _unhappy,
}
