"""What somebody can answer from anywhere, as it stands below letters and in texts, and by what door it came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backline.cases.wording._labels import CLOCKS
from backline.cases.wording._told import Told, name_of
from backline.core.answers import TOO_LATE
from backline.core.words import Answer, ClockName, Door

ANSWERS = {
    Answer.TAKE: gettext_lazy("I take it"),
    Answer.DECLINE: gettext_lazy("Not me, give it back"),
    Answer.HAND_UP: gettext_lazy("Tell the next in line now"),
    Answer.ARRIVE: gettext_lazy("Say when I arrive"),
    Answer.NOTE: gettext_lazy("Leave a note"),
    Answer.STOP: gettext_lazy("No more of this to me"),
}
_BY_TEXT = {
    Answer.TAKE: gettext_lazy("%(code)s ok to take it"),
    Answer.DECLINE: gettext_lazy("%(code)s no to give it back"),
    Answer.HAND_UP: gettext_lazy("%(code)s up to tell the next in line"),
    Answer.NOTE: gettext_lazy("%(code)s and your words to leave a note"),
}
_ROOM = 2
"""So many ways to answer fit into a text beside what it is about."""
CAME_FIRST = gettext_lazy("%(who)s, %(when)s: %(what)s.")
TOLD_AGAIN = gettext_lazy("You were told again, %(when)s: that is the letter or text to answer.")
WENT_ON = gettext_lazy("Others went on with it.")
DOORS = {
    Door.LINK: gettext_lazy("%(what)s, by the link in a letter"),
    Door.TEXT: gettext_lazy("%(what)s, by text message"),
    Door.CALL: gettext_lazy("%(what)s, on a call"),
    Door.MAIL: gettext_lazy("%(what)s, by a mail in answer"),
}


def answer_links(links: Iterable[tuple[Answer, str]]) -> str:
    """What stands below a letter: a line for each answer; nothing where there is none to give."""
    lines = [f"{ANSWERS[answer]}:\n{link}" for answer, link in links]
    if not lines:
        return ""
    first = _("Answer from where you are, without signing in. Each link is yours alone, and asks before it acts.")
    return "\n\n".join(("", first, *lines)) + "\n"


def answer_by_text(code: str, can: Sequence[Answer], *, most: int = _ROOM) -> str:
    """How a text is answered, in a line."""
    ways = [str(_BY_TEXT[answer]) % {"code": code} for answer in _BY_TEXT if answer in can]
    return _("Reply %(ways)s.") % {"ways": _(", or ").join(ways[:most])} if ways else ""


def left(data: Mapping[str, Any], told: Told) -> str:
    """Somebody asked to hear no more of a climb."""
    names = ", ".join(name_of(told, person) for person in data["instead"])
    said = {"clock": CLOCKS[ClockName(data["clock"])], "names": names}
    return _("Asked to hear no more of this: %(clock)s. Next hears %(names)s") % said


def kept(data: Mapping[str, Any], told: Told) -> str:
    """An answer that changed nothing."""
    late = _("Answered “%(answer)s”, which could not be done any more; kept as a fact")
    refused = _("Answered “%(answer)s”, which the case does not allow as it stands; kept as a fact")
    return (late if data["refused"] == TOO_LATE else refused) % {"answer": ANSWERS[Answer(data["answer"])]}
