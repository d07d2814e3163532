"""The reasons that a notice carries when it was not sent, in plain words."""

from __future__ import annotations

from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.channels.notices import NoticeState, What

STATES = {
    NoticeState.QUEUED: gettext_lazy("To be sent"),
    NoticeState.SENDING: gettext_lazy("Being sent"),
    NoticeState.SENT: gettext_lazy("Sent"),
    NoticeState.FAILED: gettext_lazy("Not delivered"),
    NoticeState.CANCELLED: gettext_lazy("Not needed any more"),
    NoticeState.NOT_SENT: gettext_lazy("Not sent"),
}


RECEIPTS = {
    What.HANDED_OVER: gettext_lazy("Handed to the mail server"),
    What.FAILED_FOR_NOW: gettext_lazy("Not taken this time"),
    What.FAILED_FOR_GOOD: gettext_lazy("Refused for good"),
    What.UNKNOWN: gettext_lazy("Nobody knows whether it was taken"),
}


def erased_name() -> str:
    """What stands in place of a name, an address or a text that was erased."""
    return _("[erased]")


def no_address() -> str:
    """Nobody wrote down how to reach the recipient."""
    return _("no address")


def demo() -> str:
    """Everybody is made up: the message can be read here, and goes nowhere."""
    return _("demo: nothing leaves a demo organisation")


def no_mail_server() -> str:
    """The message waits, readable, until mail can be sent."""
    return _("kept here: no mail server is set up")


def too_old(*, due_since: datetime) -> str:
    """Mail became possible too late for this message."""
    return _("not sent: when it was due (%(when)s UTC) no mail server was set up, and that is more than a day ago") % {
        "when": f"{due_since.astimezone(UTC):%Y-%m-%d %H:%M}",
    }


def not_yet(*, detail: str) -> str:
    """An attempt did not succeed, and another one follows."""
    return _("not sent yet, will be tried again; the last answer: %(detail)s") % {"detail": detail or _("none")}


def goes_elsewhere(*, address: str, detail: str) -> str:
    """Nobody is at one address, and the letter goes to the next one."""
    said = {"address": address, "detail": detail or _("no reason was given")}
    return _("not taken for %(address)s, which is dead: %(detail)s; it goes to the next address") % said


STANDS = {
    "UNPROVED": gettext_lazy("not proved: there was no better address"),
    "DEAD": gettext_lazy("known as dead: there was no other address"),
}
"""How the address of a letter stood where it was not as it should be."""


def refused(*, detail: str) -> str:
    """The other side said no, and will say it again."""
    return _("refused for good: %(detail)s") % {"detail": detail or _("no reason was given")}


def tried_too_long(*, detail: str) -> str:
    """A whole day of tries did not get it through."""
    return _("given up after a day of tries; the last answer: %(detail)s") % {"detail": detail or _("none")}


def maybe_arrived() -> str:
    """Repeating once more would risk telling the same thing over and over."""
    return _("it may have arrived: the connection was lost before the answer, and it was repeated as often as is right")


def erased() -> str:
    """Somebody's personal data was erased before the message went out."""
    return _("not sent: the recipient's data was erased")


def worker_stopped() -> str:
    """The receipt of an attempt that nobody finished."""
    return _("the worker stopped before it wrote down the outcome")


def secret() -> str:
    """What stands in place of a text that opens an account."""
    return _("What it says is for its reader alone: it holds a link that opens an account, or proves an address.")
