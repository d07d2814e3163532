"""The rungs of a climb in sentences: who was passed over, and who comes next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from backline.cases.wording._labels import ROLES, day_and_time
from backline.core.policy import Recipients


def passed_over(planned_at: datetime, zone: str) -> str:
    """A rung that told nobody."""
    return _("Told nobody; this step was planned for %(when)s") % {"when": day_and_time(planned_at, zone)}


def has_told(names: Sequence[str], *, ahead_of_time: bool) -> str:
    """A rung that acted."""
    if not names:
        return _("Nobody could be found to tell")
    said = {"names": ", ".join(names)}
    return (_("Told %(names)s, ahead of time") if ahead_of_time else _("Told %(names)s")) % said


def will_tell(role: Recipients, names: Sequence[str], *, again: bool) -> str:
    """A rung that is still to come."""
    said = {"role": ROLES[role], "names": ", ".join(names) or _("nobody can be found")}
    return (_("Again, and again after that: %(role)s (%(names)s)") if again else _("%(role)s (%(names)s)")) % said


def instead_of(role: Recipients) -> str:
    """Why others are told than the ladder names."""
    return _("because there is nobody for: %(role)s") % {"role": ROLES[role]}
