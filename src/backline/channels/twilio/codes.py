"""What a provider's numbers for errors mean: in words, and what follows for the number that somebody is reached by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

OURS = frozenset({20003, 20005, 20006, 20008, 20404, 21210, 21212, 21603, 21606, 21608, 21659, 21660, 30001, 30002})
"""The fault of our account, not of the letter: once that is mended, the same letter goes."""
NOBODY = frozenset({21211, 21217, 13223, 30005})
"""The number is none, or nobody's."""
TAKES_NO_TEXTS = frozenset({21614, 30006})
"""The number is there and takes calls alone."""
_WORDS: dict[int, Any] = {
    13223: gettext_lazy("this is no number that can be called"),
    20003: gettext_lazy("the account SID and the auth token do not belong together"),
    20005: gettext_lazy("the account is not active"),
    20404: gettext_lazy("the provider does not know this account"),
    20429: gettext_lazy("too much at once for the provider"),
    21210: gettext_lazy("the number that calls come from is not proved with the provider"),
    21211: gettext_lazy("this is no number"),
    21212: gettext_lazy("what messages come from is no number of the account"),
    21217: gettext_lazy("this is no number"),
    21215: gettext_lazy("the account may not call that country"),
    21408: gettext_lazy("the account may not write to that country"),
    21603: gettext_lazy("it is not said from which number messages come"),
    21606: gettext_lazy("what messages come from cannot send texts"),
    21608: gettext_lazy("a trial account writes to proved numbers alone"),
    21610: gettext_lazy("whoever has this number answered STOP, so that no texts go there"),
    21612: gettext_lazy("no text goes from our number to that one"),
    21614: gettext_lazy("this number takes no texts"),
    21617: gettext_lazy("the text is too long"),
    30001: gettext_lazy("too much waits at the provider"),
    30002: gettext_lazy("the account is suspended"),
    30003: gettext_lazy("the phone cannot be reached at the moment"),
    30004: gettext_lazy("the network there blocks it"),
    30005: gettext_lazy("nobody has this number"),
    30006: gettext_lazy("this is a landline, which takes no texts"),
    30007: gettext_lazy("the network there took it for unwanted"),
    30008: gettext_lazy("the network there does not say why"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """What an error's number says; 0 where there is none."""

    code: int
    text: str = ""

    @property
    def said(self) -> str:
        """In words, with the number, by which the provider's pages explain it."""
        known = _WORDS.get(self.code)
        said = str(known) if known else self.text or _("no reason was given")
        return f"{said} ({self.code})" if self.code else said

    @property
    def is_ours(self) -> bool:
        """Whether it is about our account."""
        return self.code in OURS

    @property
    def is_nobody(self) -> bool:
        """Whether nobody is at that number."""
        return self.code in NOBODY

    @property
    def takes_no_texts(self) -> bool:
        """Whether calls alone arrive at that number."""
        return self.code in TAKES_NO_TEXTS
