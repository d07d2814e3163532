"""The words of this room: kinds and states of evidence, sizes of what is shown, limits, and how a refusal is said."""

from __future__ import annotations

from enum import StrEnum

MOST_BYTES = 25 * 1024 * 1024
MOST_PIXELS = 100_000_000
MOST_IN_A_DRAFT = 50


class Kind(StrEnum):
    """What a piece of evidence is."""

    PHOTO = "PHOTO"
    FILE = "FILE"


class EvidenceState(StrEnum):
    """Where a piece of evidence stands: of a form not sent yet, of a case, or taken off the form again."""

    DRAFT = "DRAFT"
    ATTACHED = "ATTACHED"
    DISCARDED = "DISCARDED"


class Size(StrEnum):
    """Which served copy of a photo is wanted; its original is never served."""

    FULL = "full"
    THUMB = "thumb"


# The longest side, in pixels.
LONGEST_SIDE = {Size.FULL: 2560, Size.THUMB: 480}


class Refused(Exception):
    """A file or a request that is not taken; the text says to a person what happened, `status` to a program."""

    def __init__(self, text: str, *, status: int) -> None:
        super().__init__(text)
        self.text = text
        self.status = status
