"""What notices and mails are called, and the reasons that they carry, in plain words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.channels.mails import TEXT, MailKind
from backline.channels.notices import Channel, NoticeState, What

STATES = {
    NoticeState.QUEUED: gettext_lazy("To be sent"),
    NoticeState.SENDING: gettext_lazy("Being sent"),
    NoticeState.HANDED: gettext_lazy("Handed over"),
    NoticeState.DELIVERED: gettext_lazy("Delivered"),
    NoticeState.FAILED: gettext_lazy("Not delivered"),
    NoticeState.CANCELLED: gettext_lazy("Not needed any more"),
    NoticeState.NOT_SENT: gettext_lazy("Not sent"),
}


CHANNELS = {
    Channel.EMAIL: gettext_lazy("E-mail"),
    Channel.SMS: gettext_lazy("Text message"),
    Channel.VOICE: gettext_lazy("Call"),
    Channel.WEBHOOK: gettext_lazy("Webhook"),
    Channel.CHAT: gettext_lazy("Chat"),
    Channel.PUSH: gettext_lazy("Push message"),
}


ABOUT = {
    Channel.SMS: gettext_lazy(
        "Through an account with Twilio, or a gateway that speaks as it does. Texts are cut to three segments; the "
        "link in them never is."
    ),
    Channel.VOICE: gettext_lazy(
        "Through an account with Twilio, or a gateway that speaks as it does. A call says what is due, and repeats it "
        "twice; an answering machine counts as nobody."
    ),
    Channel.PUSH: gettext_lazy(
        "To the browsers that each of you adds on the page of his addresses, through the push service of each "
        "browser's maker, who cannot read it. No account is needed; Backline must be open to you at an https "
        "address, and reach the internet itself."
    ),
    Channel.CHAT: gettext_lazy(
        "Whoever wants to be told in a chat adds its address to his own: Slack, Teams, Telegram, Matrix and others. "
        "What cases say then stands with that service, so it is for you to allow. That a service took it says not that "
        "anybody read it: where nobody answers within two minutes, what is due goes the next way."
    ),
    Channel.WEBHOOK: gettext_lazy(
        "Whoever has a program of his own that shall be told, such as a pager service, adds its address to his own. It "
        "gets JSON over https, signed with a secret that is shown to him once. That a program took it says not that "
        "anybody read it: where nobody answers within two minutes, what is due goes the next way."
    ),
}
"""What whoever sets a channel up has to know of it; mail is no matter of these pages."""


RECEIPTS = {
    What.HANDED_OVER: gettext_lazy("Handed over"),
    What.DELIVERED: gettext_lazy("Delivered"),
    What.UNDELIVERED: gettext_lazy("Not delivered"),
    What.FAILED_FOR_NOW: gettext_lazy("Not taken this time"),
    What.FAILED_FOR_GOOD: gettext_lazy("Refused for good"),
    What.UNKNOWN: gettext_lazy("Nobody knows whether it was taken"),
    What.NO_WORD: gettext_lazy("No word in time that it arrived, and no answer: it went the next way as well"),
}


MAILS = {
    MailKind.WORD: gettext_lazy("Somebody's words"),
    MailKind.BOUNCE: gettext_lazy("A letter that came back"),
    MailKind.DELIVERED: gettext_lazy("A report that a letter arrived"),
    MailKind.ABSENCE: gettext_lazy("An absence note"),
    MailKind.OURS: gettext_lazy("A mail of our own"),
    MailKind.ROBOT: gettext_lazy("Written by a program"),
    MailKind.UNREADABLE: gettext_lazy("Not readable"),
    TEXT: gettext_lazy("A text message that did nothing"),
}


def not_done_yet() -> str:
    """What a mail says of itself before anything was done about it."""
    return _("nothing was done about it yet")


def erased_name() -> str:
    """What stands in place of a name, an address or a text that was erased."""
    return _("[erased]")


def no_address() -> str:
    """Nobody wrote down how to reach the recipient."""
    return _("no address")


def nobody_there() -> str:
    """A letter to a customer came back before, and nothing was heard from there since."""
    return _("nobody is at this address any more: an earlier letter came back")


def demo() -> str:
    """Everybody is made up: the message can be read here, and goes nowhere."""
    return _("demo: nothing leaves a demo organisation")


def no_mail_server() -> str:
    """The message waits, readable, until mail can be sent."""
    return _("kept here: no mail server is set up")


def paused() -> str:
    """The message waits, readable, until somebody lets messages go again."""
    return _("kept here: sending is paused")


def gathers() -> str:
    """One that could wait went to the same reader just before."""
    return _("waits for a few minutes, to go in one letter with others that can wait")


def together(letters: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """Several letters, each a subject and a text, as one."""
    said = {"n": len(letters), "first": letters[0][0]}
    subject = _("%(n)d messages: %(first)s") % said
    lines = "\n".join(f"{number}. {one}" for number, (one, _body) in enumerate(letters, 1))
    first = _("%(n)d messages that could wait came within a few minutes; here they are in one letter.") % said
    texts = (f"{'=' * 60}\n{number}. {one}\n\n{body.strip()}\n" for number, (one, body) in enumerate(letters, 1))
    return subject, "\n\n".join((first, lines, *texts))


def not_set_up() -> str:
    """It was to go by a channel that was switched off since."""
    return _("this channel is not set up any more")


def too_old(*, due_since: datetime) -> str:
    """It became possible to send too late for this message."""
    return _("not sent: when it was due (%(when)s UTC) nothing could leave, and that is more than a day ago") % {
        "when": f"{due_since.astimezone(UTC):%Y-%m-%d %H:%M}",
    }


def not_yet(*, detail: str) -> str:
    """An attempt did not succeed, and another one follows."""
    return _("not sent yet, will be tried again; the last answer: %(detail)s") % {"detail": detail or _("none")}


def not_taken(*, address: str, detail: str) -> str:
    """It does not reach somebody by one way, and takes the next one."""
    said = {"address": address, "detail": detail or _("no reason was given")}
    return _("not taken for %(address)s: %(detail)s; it goes the next way") % said


def tried_as_well(*, address: str, detail: str) -> str:
    """An earlier way took it; the next one did not, for now."""
    said = {"address": address, "detail": detail or _("no reason was given")}
    return _("handed over; tried at %(address)s as well, which did not take it this time: %(detail)s") % said


def no_receipt(*, address: str) -> str:
    """Nobody says that it arrived, and it is urgent."""
    return _("nobody said in time that it arrived at %(address)s; it goes the next way as well") % {"address": address}


def other_keys() -> str:
    """Why no browser takes anything any more."""
    return _("messages are signed by other keys than when it was added")


def undelivered(*, detail: str) -> str:
    """The provider took it, and says that it did not arrive."""
    return _("taken, but not delivered: %(detail)s") % {"detail": detail or _("no reason was given")}


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


def arrived_meanwhile() -> str:
    """The receipt of an attempt that was under way as another one turned out to have arrived."""
    return _("an earlier message arrived while this one was on its way")


def worker_stopped() -> str:
    """The receipt of an attempt that nobody finished."""
    return _("the worker stopped before it wrote down the outcome")


def secret() -> str:
    """What stands in place of a text that opens an account."""
    return _("What it says is for its reader alone: it holds a link that opens an account, or proves an address.")
