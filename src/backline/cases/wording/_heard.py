"""What a customer said, in sentences for the timeline."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from backline.cases.wording._labels import day_and_time
from backline.cases.wording._told import Told
from backline.core.events import moment


def _urged(data: Mapping[str, Any], _told: Told) -> str:
    return _("Said that it is urgent, and that somebody is in danger") if data["in_danger"] else _("Said it is urgent")


def _call(data: Mapping[str, Any], told: Told) -> str:
    return _("Asked to be called by %(until)s") % {"until": day_and_time(moment(data, "until"), told.zone)}


def _rated(data: Mapping[str, Any], _told: Told) -> str:
    return _("Rated the work %(rating)s of 5") % {"rating": data["rating"]}


def _wrote(data: Mapping[str, Any], _told: Told) -> str:
    return _("Wrote to us, unless a program did") if "doubtful" in data else _("Wrote to us")


SENTENCES: dict[str, Callable[[Mapping[str, Any], Told], str]] = {
    "customer.said": _wrote,
    "customer.urged": _urged,
    "urge.repeated": lambda _data, _told: _("Said once more that it is urgent; nobody is told again so soon"),
    "call.asked": _call,
    "customer.rated": _rated,
}
LABELS: dict[str, Callable[[], str]] = {
    "customer.said": lambda: _("The customer wrote"),
    "customer.urged": lambda: _("The customer said that it is urgent"),
    "call.asked": lambda: _("The customer asked to be called"),
    "customer.rated": lambda: _("The customer rated the work"),
}
