"""A text that leads to nothing: counted, shown under "Incoming" without its words, and told where it was too often."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac
from django.utils.translation import override

from backline.channels import operations as channels
from backline.channels.letters import letter_to
from backline.intake import wording
from backline.intake.models import TurnedAway
from backline.look.moments import clock
from backline.people import numbers, reached
from backline.people.queries import Person

MOST_WRONG, WITHIN = 5, timedelta(hours=1)
"""So many texts that lead to nothing are looked at from one number; after that it gets no answer for a while."""
KEPT = timedelta(days=30)
_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))"


class WhyNot(StrEnum):
    """Why a text led to nothing."""

    UNKNOWN_NUMBER = "UNKNOWN_NUMBER"
    WRONG_CODE = "WRONG_CODE"
    UNCLEAR = "UNCLEAR"


@dataclass(frozen=True, slots=True)
class Sender:
    """Whoever a text comes from: his number, what is kept of it, and those who have proved that it is theirs."""

    number: str
    mark: str
    persons: Sequence[Person]


def sender_of(number: str) -> Sender:
    """Who that is; in a transaction, which he has to himself: two guesses at once count as two."""
    sender = numbers.sender_of(number)
    mark = salted_hmac("backline.text", sender or number, algorithm="sha256").hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_ALONE, [mark])
    return Sender(sender, mark, reached.by_number(sender) if sender else [])


def unread_until(sender: Sender, *, at: datetime) -> datetime | None:
    """Until when nothing from there is read, for too many guesses were wrong; None where it is."""
    guessed = TurnedAway.objects.filter(mark=sender.mark, at__gt=at - WITHIN).exclude(why=WhyNot.UNCLEAR)
    newest = list(guessed.order_by("-at").values_list("at", flat=True)[:MOST_WRONG])
    return newest[-1] + WITHIN if len(newest) == MOST_WRONG else None


def turned_away(sender: Sender, why: WhyNot, *, at: datetime) -> None:
    """Write down that a text led to nothing; whoever is read no more from now on hears of it by his other ways."""
    TurnedAway.objects.filter(at__lte=at - KEPT).delete()
    TurnedAway.objects.create(mark=sender.mark, at=at, why=why)
    _shown(sender, wording.TURNED_AWAY[why], at=at)
    until = unread_until(sender, at=at)
    if until and why is not WhyNot.UNCLEAR:
        letters = []
        for person in sender.persons:
            with override(person.language):
                said = {"name": person.name, "n": MOST_WRONG, "number": _ends(sender.number),
                        "until": clock(until, at, person.zone), "link": settings.BACKLINE_URL}  # fmt: skip
                key = f"texts:{sender.mark}:{until.isoformat()}:{person.id}"
                letters.append(letter_to(person, wording.not_read(said), key=key, kind="texts.not_read", at_once=True))
        channels.queue(letters, at=at)


def not_read(sender: Sender, *, until: datetime, at: datetime) -> None:
    """Write down that a text was not read; of a number that is nobody's it would only fill the list."""
    if sender.persons:
        with override(None):
            _shown(sender, wording.not_read_until(until), at=at)


def _shown(sender: Sender, why: object, *, at: datetime) -> None:
    name = ", ".join(one.name for one in sender.persons)
    with override(None):
        channels.keep_text(_ends(sender.number), name, str(why), kept=KEPT, at=at)


def _ends(number: str) -> str:
    """What tells a number from others and is none."""
    return f"{number[:3]}…{number[-3:]}" if number else ""
