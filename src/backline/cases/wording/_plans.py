"""What is planned beside the state of a case, in sentences: waits, parts and visits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from backline.cases.wording._labels import WAIT_REASONS, day_and_time, duration, window
from backline.cases.wording._told import Told, name_of
from backline.channels.notices import set_apart
from backline.core.events import moment
from backline.core.words import WaitReason


def waits(data: Mapping[str, Any], told: Told) -> str:
    """What is waited for, until when."""
    until = day_and_time(moment(data, "until"), told.zone)
    return _("Waits for %(what)s until %(until)s") % {"what": WAIT_REASONS[WaitReason(data["reason"])], "until": until}


def part(data: Mapping[str, Any], told: Told) -> str:
    """A part that was asked for."""
    supplier = set_apart(told.texts.get(data["supplier"], ""))
    said = {"until": day_and_time(moment(data, "until"), told.zone), "supplier": supplier}
    if not supplier:
        return _("Asked for a part, expected by %(until)s") % said
    return _("Asked %(supplier)s for a part, expected by %(until)s") % said


def part_moved(data: Mapping[str, Any], told: Told) -> str:
    """Another date of a part."""
    until, was = (day_and_time(moment(data, name), told.zone) for name in ("until", "was"))
    return _("The part is expected by %(until)s now, not by %(was)s") % {"until": until, "was": was}


def part_moved_why(data: Mapping[str, Any], _told: Told) -> list[str]:
    """What another date of a part breaks."""
    return [_("That breaks what the customer was told: a word to them is due.")] if data["breaks"] else []


def _window(data: Mapping[str, Any], told: Told) -> dict[str, str]:
    when = window(moment(data, "from_at"), moment(data, "until"), told.zone)
    return {"who": name_of(told, data["person"]), "when": when}


def visit(data: Mapping[str, Any], told: Told) -> str:
    """A visit that was booked."""
    return _("Booked a visit by %(who)s: %(when)s") % _window(data, told)


def visit_moved(data: Mapping[str, Any], told: Told) -> str:
    """Another window of a visit."""
    return _("Moved the visit by %(who)s: %(when)s") % _window(data, told)


def called_off(data: Mapping[str, Any], told: Told) -> str:
    """A visit that will not take place."""
    when = window(moment(data, "from_at"), moment(data, "until"), told.zone)
    return _("Called off the visit of %(when)s") % {"when": when}


def spent(data: Mapping[str, Any], told: Told) -> str:
    """A reason that was waited for as long as it may be."""
    what = {"what": WAIT_REASONS[WaitReason(data["reason"])], "at": day_and_time(moment(data, "at"), told.zone)}
    return _("The clock of the resolution runs again since %(at)s: it has waited for %(what)s as long as it may") % what


def spent_why(data: Mapping[str, Any], _told: Told) -> list[str]:
    """How long that is."""
    return [_("All waits for this together may stop it for %(span)s.") % {"span": duration(data["longest"])}]


def answers(data: Mapping[str, Any], told: Told) -> list[str]:
    """By when an authority answers, where a review was handed to one."""
    if "until" not in data:
        return []
    until = day_and_time(moment(data, "until"), told.zone)
    return [_("It answers by %(until)s; the review goes on until it is decided by that.") % {"until": until}]
