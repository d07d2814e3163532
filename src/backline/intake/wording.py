"""What is said back to whoever answers from a link, a text or a call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.core.words import Answer
from backline.intake.said import Unclear

BUSY = gettext_lazy("Busy, or not there")
"""Why somebody gives a case back who says no more than that he does."""
HANDED_UP = gettext_lazy("Answered that the next in line should hear of it now")

ASKS = {
    Answer.TAKE: gettext_lazy("Do you take it?"),
    Answer.DECLINE: gettext_lazy("Do you give it back?"),
    Answer.HAND_UP: gettext_lazy("Shall the next in line hear of it now?"),
    Answer.ARRIVE: gettext_lazy("When do you arrive?"),
    Answer.NOTE: gettext_lazy("What do you want to note?"),
    Answer.STOP: gettext_lazy("Do you want to hear no more of this?"),
}
WHAT_THEN = {
    Answer.TAKE: gettext_lazy("You have it then, for as long as its priority allows without progress."),
    Answer.DECLINE: gettext_lazy("The coordinators hear of it and offer it to somebody else."),
    Answer.HAND_UP: gettext_lazy("Whoever would hear later hears at once. You can still take it."),
    Answer.ARRIVE: gettext_lazy("You take it, if nobody has; a visit of an hour is booked, and the customer is told."),
    Answer.NOTE: gettext_lazy("Everybody who works on the case reads it; no customer does."),
    Answer.STOP: gettext_lazy(
        "Others go on hearing of it. It stops only for you, and only until something new happens."
    ),
}
BUTTONS = {
    Answer.TAKE: gettext_lazy("I take it"),
    Answer.DECLINE: gettext_lazy("Give it back"),
    Answer.HAND_UP: gettext_lazy("Tell them now"),
    Answer.ARRIVE: gettext_lazy("I will be there"),
    Answer.NOTE: gettext_lazy("Keep the note"),
    Answer.STOP: gettext_lazy("No more to me"),
}


def done(reference: str, answer: Answer, what: str) -> str:
    """It was done; `what` are the words of the timeline."""
    said = {"case": reference, "what": what}
    if answer is Answer.TAKE:
        return _("%(case)s is yours now. %(what)s.") % said
    if answer is Answer.ARRIVE:
        return _("%(case)s: %(what)s. The customer is told.") % said
    return _("%(case)s: %(what)s.") % said


def too_late(reference: str, since: str) -> str:
    """Something came first."""
    said = {"case": reference, "since": since}
    return _("%(case)s: not done, for something came first. %(since)s What you answered is kept in the case.") % said


def already(reference: str, since: str) -> str:
    """He has done something himself that leaves nothing to answer."""
    said = {"case": reference, "since": since}
    return _("%(case)s: there is an answer of yours already. %(since)s Nothing was changed.") % said


def refused(reference: str, why: str) -> str:
    """The law does not allow it."""
    said = {"case": reference, "why": why}
    return _("%(case)s: not done. %(why)s What you answered is kept in the case.") % said


def no_time() -> str:
    """Nobody knows when he comes."""
    return _("Say in how many minutes you arrive, or at what time, such as 15 min or 14:30. Nothing was changed.")


def too_far() -> str:
    """Such a time is no arrival."""
    return _("That is more than a day ahead. Book the visit on the page of the case. Nothing was changed.")


_MISSED = {
    Unclear.NO_CODE: gettext_lazy(
        "%(case)s: you have neither taken it nor given it back, for your mail does not hold the five digits of that "
        "letter. Your words are kept as a note, and nothing else was done."
    ),
    Unclear.NO_WORDS: gettext_lazy(
        "%(case)s: you have neither taken it nor given it back, for it is not clear what you want. Your words are kept "
        "as a note, and nothing else was done."
    ),
}


def missed(reference: str, flaw: Unclear) -> str:
    """To one of ours whose words sound like an answer, and are none."""
    return _MISSED[flaw] % {"case": reference}


def from_elsewhere(reference: str) -> str:
    """The same of words from an address that may be anybody's."""
    said = _(
        "%(case)s: you have neither taken it nor given it back. An answer came from an address that is not known as "
        "yours, and did nothing. If it was you, answer by one of the links below, or from an address of yours."
    )
    return said % {"case": reference}


def refused_letter(name: str, subject: str, why: str, link: str) -> tuple[str, str]:
    """To one of ours whose answer by mail did nothing."""
    said = {"name": name, "subject": subject, "why": why, "link": link}
    return (
        _("Your answer changed nothing: %(subject)s") % said,
        _("Hello %(name)s,\n\nyou answered this by mail: %(subject)s\n\n%(why)s\n\nSee how it stands, and answer "
          "there:\n%(link)s\n") % said,
    )  # fmt: skip


TURNED_AWAY = {
    "UNKNOWN_NUMBER": gettext_lazy(
        "A text from a number that nobody has proved as his. Nothing was done or sent back."
    ),
    "WRONG_CODE": gettext_lazy(
        "A text with a code that stands in nothing that was sent to this number. Nothing was done or sent back."
    ),
    "UNCLEAR": gettext_lazy("A text that is no answer. Nothing was done; what can be written was sent back."),
}
"""Why a text led to nothing, for those who look at what came in."""


def not_read_until(until: datetime) -> str:
    """The same of one that may have been right."""
    said = _("A text that was not read, for others from this number held wrong codes. Texts are read again from "
             "%(until)s UTC; links and calls work meanwhile.")  # fmt: skip
    return said % {"until": f"{until.astimezone(UTC):%Y-%m-%d %H:%M}"}


def not_read(said: Mapping[str, object]) -> tuple[str, str]:
    """To whoever has a number from which texts are not read for a while."""
    return (
        _("Texts from your number are not read until this time: %(until)s") % said,
        _("Hello %(name)s,\n\n%(n)d texts from your number %(number)s held wrong codes. So that nobody guesses one, "
          "texts from it are not read before this time, not even with the right code: %(until)s.\n\nUse the links of "
          "your letters, press a digit when you are called, or answer on the page of the case:\n%(link)s\n\nIf it was "
          "not you who wrote them, tell an administrator.\n") % said,
    )  # fmt: skip


def several(references: Sequence[str]) -> str:
    """It is not clear which of several things is meant."""
    said = {"cases": ", ".join(references)}
    return _("That could mean several: %(cases)s. Write the code of one before it. Nothing was changed.") % said


def digits() -> str:
    """What can be pressed, to be spoken."""
    return _("Press 1 to take it, 2 to give it back, 3 to have the next in line told, 9 to hear it again.")


def nothing_open() -> str:
    """There is nothing to be told of."""
    return _("You are told of nothing at the moment. Nothing was changed.")


_UNCLEAR = {
    Unclear.NO_CODE: gettext_lazy("Write the five digits of the message that you answer, and then ok, no, up, 15 min, "
                                  "stop, or a note. Nothing was changed."),
    Unclear.NO_WORDS: gettext_lazy("Write ok, no, up, 15 min, stop, or a note after the code. Nothing was changed."),
}  # fmt: skip


def unclear(why: Unclear) -> str:
    """What was said is no answer."""
    return str(_UNCLEAR[why])
