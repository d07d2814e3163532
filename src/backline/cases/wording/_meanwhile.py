"""What may be done until it is repaired, in words: the entries of the timeline, and the letters to the customer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.cases.wording._labels import day_and_time
from backline.cases.wording._told import Told, name_of
from backline.core.events import moment
from backline.core.words import WorkaroundEnd
from backline.people.languages import to_customer

WORKAROUND_ENDS = {
    WorkaroundEnd.NOT_NEEDED: gettext_lazy("It is not needed any more"),
    WorkaroundEnd.DOES_NOT_HOLD: gettext_lazy("It does not hold: nobody may rely on it"),
}

MAY_HURT = "yes"
UNSAFE = (
    ("no", gettext_lazy("No")),
    (MAY_HURT, gettext_lazy("Yes, or I am not sure: a manager decides it first")),
)
"""What whoever offers one says of it."""


def _until(data: Mapping[str, Any], told: Told) -> dict[str, str]:
    return {"until": day_and_time(moment(data, "until"), told.zone)}


def _for_whom(data: Mapping[str, Any], told: Told) -> str:
    """The managers whose deputy decided."""
    return ", ".join(name_of(told, one) for one in data.get("in_place_of", ()))


def _offered(data: Mapping[str, Any], told: Told) -> str:
    return _("Offered a workaround until %(until)s") % _until(data, told)


def _proposed(data: Mapping[str, Any], told: Told) -> str:
    return _("Proposes a workaround until %(until)s, for a manager to decide") % _until(data, told)


def _approved(data: Mapping[str, Any], told: Told) -> str:
    said = {**_until(data, told), "who": _for_whom(data, told)}
    whole = _("Approved the workaround for %(who)s, until %(until)s") if said["who"] else _(
        "Approved the workaround, until %(until)s"
    )  # fmt: skip
    return whole % said


def _refused(data: Mapping[str, Any], told: Told) -> str:
    who = _for_whom(data, told)
    return _("Refused the workaround for %(who)s") % {"who": who} if who else _("Refused the workaround")


def _extended(data: Mapping[str, Any], told: Told) -> str:
    said = {**_until(data, told), "was": day_and_time(moment(data, "was"), told.zone)}
    return _("The workaround counts until %(until)s now, not until %(was)s") % said


def _ended(data: Mapping[str, Any], _told: Told) -> str:
    if data["outcome"] == WorkaroundEnd.DOES_NOT_HOLD:
        return _("Withdrew the workaround: it does not hold")
    return _("Ended the workaround: it is not needed any more")


def _limits(data: Mapping[str, Any], told: Told) -> list[str]:
    limits = told.texts.get(data["limits"], "")
    return [_("Limits: %(limits)s") % {"limits": limits}] if limits else []


SENTENCES: dict[str, Callable[[Mapping[str, Any], Told], str]] = {
    "workaround.offered": _offered,
    "workaround.proposed": _proposed,
    "workaround.approved": _approved,
    "workaround.refused": _refused,
    "workaround.extended": _extended,
    "workaround.ended": _ended,
}
EXTRA = {f"workaround.{how}": _limits for how in ("offered", "proposed", "approved", "extended")}
LABELS: dict[str, Callable[[], str]] = {
    "workaround.offered": lambda: _("A workaround was offered"),
    "workaround.proposed": lambda: _("A workaround was proposed"),
    "workaround.approved": lambda: _("A workaround was approved"),
    "workaround.refused": lambda: _("A workaround was refused"),
    "workaround.extended": lambda: _("A workaround counts for longer"),
    "workaround.ended": lambda: _("A workaround ended"),
}


def told(what: str, meanwhile: tuple[str, str, str], *, again: bool) -> tuple[str, str]:
    """The letter that names it: what may be done, its limits, its end; `again` where it takes another's place."""
    may, limits, until = meanwhile
    lines = [to_customer("Until it is repaired you can do this:") + f"\n{may}"]
    if again:
        lines = [to_customer("This takes the place of what we told you before."), *lines]
    lines += [
        to_customer("Please keep to these limits:") + f"\n{limits}",
        _ends() % {"until": until},
    ]
    return to_customer("What you can do meanwhile with %(what)s") % {"what": what}, "\n\n".join(lines)


def moved(what: str, meanwhile: tuple[str, str, str]) -> tuple[str, str]:
    """The letter that names another end of it, and all that stays."""
    may, limits, until = meanwhile
    said = {"what": what, "until": until}
    lines = (
        to_customer("What you can do until it is repaired, you can now do until %(until)s:") % said + f"\n{may}",
        to_customer("Please keep to these limits:") + f"\n{limits}",
        _ends() % said,
    )
    subject = to_customer("What you can do meanwhile with %(what)s: now until %(until)s") % said
    return subject, "\n\n".join(lines)


def _ends() -> str:
    return to_customer("This counts until %(until)s. You will hear from us by then; after that, please do not "
                    "rely on it any more.")  # fmt: skip


def off(what: str) -> tuple[str, str]:
    """The letter that it does not hold."""
    return (
        to_customer("Please do not do any more what we offered for %(what)s") % {"what": what},
        to_customer("What we told you that you can do meanwhile does not count any more. Please do not rely "
                 "on it. We are sorry; we are working on it and will tell you what comes next."),
    )  # fmt: skip


def over(what: str) -> tuple[str, str]:
    """The letter that it is not needed."""
    return to_customer("What you can do meanwhile with %(what)s is not needed any more") % {"what": what}, not_needed()


def not_needed() -> str:
    """The same, in another letter."""
    return to_customer("What we told you to do meanwhile is not needed any more, and does not count any more.")
