"""What a rung does for one whom it tells: the key by which it happens once, and what names it in an answer.

The code of a text and the link of a mail are derived from the key and stored nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Self
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import override

from backline.cases import wording
from backline.cases.links import LinkFlaw, LinkRefused
from backline.core.events import Event
from backline.core.words import Answer

LASTS = timedelta(days=14)
"""So long an answer is taken at all; most effects are over long before."""
_SALT = "backline.answer"
_TOKEN, _CODE = "~token~", "~code~"
_ENDS = "EMAIL"
"""How every key ends, whatever its letter travels by: what was written before there were other ways keeps its name."""


@dataclass(frozen=True, slots=True)
class Effect:
    """That a rung of a climb told somebody about a case, for the so-manieth time."""

    case: str
    climb: str
    rung: int
    repeat: int
    person: str

    @classmethod
    def of(cls, event: Event, person: str) -> Self:
        """What the event of a rung does for one whom it tells."""
        data = event.data
        return cls(event.case, data["climb"], data["rung"], data["repeat"], person)

    @classmethod
    def read(cls, key: str) -> Self | None:
        """The effect that a key names; None where it names nobody who was told."""
        parts = key.split(":")
        if len(parts) < 6 or parts[-1] != _ENDS:
            return None
        case, *climb, rung, repeat, person, _ends = parts
        return cls(case, ":".join(climb), int(rung), int(repeat), person)

    @property
    def key(self) -> str:
        """It happens once."""
        return f"{self.case}:{self.climb}:{self.rung}:{self.repeat}:{self.person}:{_ENDS}"

    @property
    def code(self) -> str:
        """Five digits that name it among all that the same person was told: a time or some minutes have fewer."""
        mark = salted_hmac(_SALT, self.key, algorithm="sha256").digest()
        return str(10_000 + int.from_bytes(mark[:8]) % 90_000)

    def token(self, *, at: datetime) -> str:
        """The signed part of the links by which it is answered."""
        short = (UUID(self.case).hex, self.climb, self.rung, self.repeat, UUID(self.person).hex)
        return signing.dumps([*short, int((at + LASTS).timestamp())], salt=_SALT)


def read_token(text: str, *, at: datetime) -> Effect:
    """The effect that a link answers, judged at this moment; raises `LinkRefused`."""
    try:
        case, climb, rung, repeat, person, until = signing.loads(text, salt=_SALT)
        effect = Effect(str(UUID(case)), climb, rung, repeat, str(UUID(person)))
    except (signing.BadSignature, TypeError, ValueError, UnicodeError) as error:
        raise LinkRefused(LinkFlaw.ALTERED) from error
    if at.timestamp() >= until:
        raise LinkRefused(LinkFlaw.EXPIRED)
    return effect


def ways(effect: Effect, can: tuple[Answer, ...], language: str, *, at: datetime) -> tuple[str, str]:
    """How these answers are given: what stands below a letter, and the words of a text."""
    links, by_text = _ways(can, language, settings.BACKLINE_URL.rstrip("/"), bool(settings.BACKLINE_MAIL_REPLY_TO))
    below = links.replace(_TOKEN, effect.token(at=at)).replace(_CODE, effect.code) if links else ""
    return below, by_text.replace(_CODE, effect.code)


@cache
def _ways(can: tuple[Answer, ...], language: str, url: str, answers_are_read: bool) -> tuple[str, str]:
    """The same for any effect, written once: letters by the thousand hold it."""
    links = [(answer, url + reverse("intake:answer", args=[_TOKEN, slug_of(answer)])) for answer in can]
    with override(language):
        by_mail = wording.answer_by_text(_CODE, can, most=len(can)) if answers_are_read else ""
        below = wording.answer_links(links)
        return f"{below}\n{by_mail}\n" if below and by_mail else below, wording.answer_by_text(_CODE, can)


def slug_of(answer: Answer) -> str:
    """The answer as it stands in an address."""
    return answer.lower().replace("_", "-")
