"""The port of every channel: a letter goes in, and either it was handed over or one kind of error says why not."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Letter:
    """What a sender needs to know of a notice; `id` is the notice's, so that a repetition can be recognised.

    `short` says it where there is no room for a letter, as in a text message, and `about` what and where it is. Below
    the body stand the `answers`, each with its link. Its `address` is where it goes to; `sealed` is what nobody is
    shown of it, where there is such. It is handed over at `sent_at`.
    """

    id: uuid.UUID
    name: str
    address: str
    subject: str
    body: str
    language: str
    written_at: datetime
    sent_at: datetime
    case_id: uuid.UUID | None = None
    short: str = ""
    about: str = ""
    answers: str = ""
    kind: str = ""
    urgent: bool = False
    sealed: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Place:
    """An address as its channel keeps it: what is shown of it, and what is sealed. A `secret` is shown once."""

    shown: str
    sealed: str = field(repr=False)
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Handed:
    """The other side took the letter: its answer, and the id that the message carried."""

    answer: str
    message_id: str = ""


class DeliveryError(Exception):
    """The letter was not handed over.

    `permanent`: trying again is of no use; `gone`: for nobody is at that address. `unknown`: it may have been handed
    over, the answer was lost.
    """

    no_texts = False
    ours = False
    wait: timedelta | None = None

    def __init__(
        self, detail: str, *, permanent: bool = False, gone: bool = False, unknown: bool = False, message_id: str = ""
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.permanent = permanent or gone
        self.gone = gone
        self.unknown = unknown
        self.message_id = message_id


class TakesNoTexts(DeliveryError):
    """The letter was not handed over, and no text ever will be: at that number calls alone arrive."""

    no_texts = True


class NotUs(DeliveryError):
    """The letter was not handed over, for we are not served as we are set up: it goes once somebody mends that."""

    ours = True


class NotNow(DeliveryError):
    """The letter was not handed over at this moment; the other side may ask us to `wait` before the next try."""

    def __init__(self, detail: str, wait: timedelta | None = None) -> None:
        super().__init__(detail)
        self.wait = wait


class Sender(Protocol):
    """Hands letters to the outside world; may be called from several threads at once."""

    def send(self, letter: Letter) -> Handed:
        """Hand over one letter, or raise a `DeliveryError`."""
        ...
