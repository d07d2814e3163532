"""What can be asked about the outbox; nothing here writes."""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.functions import Greatest

from backline.channels import wording
from backline.channels.models import NOT_REACHED, Notice, Pause, Receipt
from backline.channels.notices import AS_WRITTEN, LIVE_STATES, SECRET_KINDS, Channel, NoticeState, What
from backline.channels.paging import older, place_of
from backline.channels.sms.segments import as_text
from backline.channels.voice.script import aloud
from backline.ledger.rows import filled
from backline.people.among import among
from backline.people.oncall import AHEAD
from backline.people.queries import ids, is_demo
from backline.people.reached import DEAD

# By their own index, whatever else was sent in a year; what was held until a shift began is queued before it rings.
_RUNGS = """
SELECT recipient_id, ringing.at FROM channels_notice, LATERAL (SELECT greatest(queued_at, not_before) AS at) AS ringing
WHERE kind LIKE 'rung.%%' AND recipient_id = ANY(%(recipients)s) AND queued_at >= %(held)s AND queued_at < %(until)s
  AND ringing.at >= %(since)s AND ringing.at < %(until)s AND address <> '' AND state NOT IN ('CANCELLED', 'FAILED')
ORDER BY ringing.at, id
"""

# One statement, for every page asks.
_EVERYWHERE = filled(
    """
SELECT ARRAY(<dead>), pause.from_at, pause.why, person.name FROM (VALUES (1)) AS one (row)
LEFT JOIN channels_pause AS pause ON pause.to_at IS NULL LEFT JOIN people_person AS person ON person.id::text = pause.by
""",
    dead=filled(DEAD, person="ANY(%(person)s)"),
)

_DIGITS = re.compile(r"(?<!\d)\d{5}(?!\d)")
_NOT_TAKEN = (What.FAILED_FOR_NOW, What.FAILED_FOR_GOOD)
COUNT_CAP = 500
LATEST = 3
"""So many attempts in a row that failed say that mail does not work; one may be a wrong address."""


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """What became of one attempt."""

    at: datetime
    what: str
    detail: str
    message_id: str
    channel: str
    address: str


@dataclass(frozen=True, slots=True)
class OutgoingRow:
    """One notice as the page "Outgoing" shows it; `said` is what was sent of it as a text, and what a call said.

    What went `together` with others went `within` one letter with them. What was handed over and is tried by another
    way as well is so `again_at` that moment.
    """

    id: uuid.UUID
    effect_key: str
    case_id: uuid.UUID | None
    kind: str
    audience: str
    recipient_id: str
    recipient_name: str
    channel: str
    address: str
    address_stands: str
    language: str
    subject: str
    body: str
    state: str
    why: str
    queued_at: datetime
    not_before: datetime | None
    next_try_at: datetime
    settled_at: datetime | None
    attempts: int
    receipts: tuple[ReceiptRow, ...]
    said: tuple[tuple[str, str], ...]
    within: uuid.UUID | None
    again_at: datetime | None

    @property
    def together(self) -> bool:
        """Whether that letter holds others."""
        return self.within is not None


@dataclass(frozen=True, slots=True)
class OutgoingPage:
    """A page of notices, newest first; `after` asks for the next one ("" at the end)."""

    rows: tuple[OutgoingRow, ...]
    after: str
    found: QuerySet[Notice]

    @property
    def count(self) -> str:
        """How many there are on all pages; "500+" past 500."""
        count = self.found.order_by()[: COUNT_CAP + 1].count()
        return f"{COUNT_CAP}+" if count > COUNT_CAP else str(count)


def paused() -> Pause | None:
    """The pause that is going on."""
    return Pause.objects.filter(to_at=None).first()


@dataclass(frozen=True, slots=True)
class Everywhere:
    """What somebody reads on every page: which addresses of his are dead; since when nothing leaves, why, by whom."""

    dead: tuple[str, ...]
    paused_at: datetime | None
    why: str
    who: str


def everywhere(person: str) -> Everywhere:
    """What every page says to somebody."""
    with connection.cursor() as cursor:
        cursor.execute(_EVERYWHERE, {"person": ids([person])})
        dead, paused_at, why, who = cursor.fetchone()
    return Everywhere(tuple(dead), paused_at, why or "", who or "")


def mail_is_set_up() -> bool:
    """Whether a mail server is named in the settings."""
    return bool(getattr(settings, "BACKLINE_SMTP_URL", ""))


def last_failure(channel: Channel = Channel.EMAIL) -> str:
    """What the other side answered last, where none of the latest attempts got through; empty where it works.

    Browsers forget us often: one that is gone says nothing of the channel.
    """
    tries = Receipt.objects.filter(channel=channel).exclude(what__in=[What.DELIVERED, What.UNDELIVERED, What.NO_WORD])
    tries = tries.exclude(channel=Channel.PUSH, gone=True)
    latest = list(tries.order_by("-at", "-id").values_list("what", "detail")[:LATEST])
    if not latest or What.HANDED_OVER in {what for what, _detail in latest}:
        return ""
    return latest[0][1] or str(wording.RECEIPTS[What(latest[0][0])])


@dataclass(frozen=True, slots=True)
class Went:
    """What went out by a channel since a moment, how much of it arrived, and what failed last of all, and when."""

    handed: int
    arrived: int
    failed: str
    failed_at: datetime | None


def went(channel: Channel, *, since: datetime) -> Went:
    """How it goes by a channel."""
    of_it = Receipt.objects.filter(channel=channel)
    by_what = {what: Count("id", filter=Q(what=str(what))) for what in (What.HANDED_OVER, What.DELIVERED)}
    counts = of_it.filter(at__gte=since).aggregate(**{str(what): count for what, count in by_what.items()})
    fine = [What.HANDED_OVER, What.DELIVERED, What.NO_WORD]
    last = of_it.exclude(what__in=fine).order_by("-at", "-id").first()
    failed = (last.detail or str(wording.RECEIPTS[What(last.what)])) if last else ""
    return Went(counts[What.HANDED_OVER], counts[What.DELIVERED], failed, last.at if last else None)


def spoken(notice_id: uuid.UUID) -> tuple[str, str, str] | None:
    """What a call says for a notice, in which language, and the key of its effect; None where nothing is to be said.

    What is for one reader alone stands where no list shows it; of all else it is the first line of what is short.
    """
    found = Notice.objects.filter(pk=notice_id).first()
    if found is None:
        return None
    said = found.body if found.kind in SECRET_KINDS else _in_short(found)
    return (said, found.language, found.effect_key) if said else None


def _in_short(notice: Notice) -> str:
    return notice.short.partition("\n")[0] or notice.subject


@dataclass(frozen=True, slots=True)
class Sought:
    """Which notices are asked for: in a state, by a channel, for somebody; all where nothing is said.

    Each is found by every channel that it took.
    It is `nothing` where something is asked for that there is not.
    """

    state: str = ""
    channel: str = ""
    recipient_id: str = ""
    nothing: bool = False


def outgoing(
    *, case_id: uuid.UUID | None = None, only: Sought = Sought(), after: str | None = None, limit: int = 50
) -> OutgoingPage:
    """Who was told what, who was not, and why; an `after` that no page gave out begins at the newest."""
    found = Notice.objects.all() if case_id is None else Notice.objects.filter(case_id=case_id)
    if only.nothing:
        found = found.none()
    if only.state:
        found = found.filter(state=only.state) if only.state in set(NoticeState) else found.none()
    if only.channel:
        went = Exists(Receipt.objects.filter(notice=OuterRef("pk"), channel=only.channel))
        known = only.channel in set(Channel)
        found = found.filter(Q(channel=only.channel) | went) if known else found.none()
    if only.recipient_id:
        found = found.filter(recipient_id=only.recipient_id.replace("\x00", ""))
    found = found.prefetch_related(_receipts()).order_by("-queued_at", "-id")
    notices = list(older(found, "queued_at", after)[: limit + 1])
    rows = tuple(_row(notice) for notice in notices[:limit])
    return OutgoingPage(rows, place_of(rows[-1].queued_at, rows[-1].id) if len(notices) > limit else "", found)


def notice(notice_id: uuid.UUID) -> OutgoingRow | None:
    """One notice with its receipts."""
    found = Notice.objects.filter(pk=notice_id).prefetch_related(_receipts()).first()
    return _row(found) if found else None


def in_letter(name: uuid.UUID) -> tuple[OutgoingRow, ...]:
    """The notices that went out in the letter of this name, the first first: mostly one, which has the same name."""
    found = Notice.objects.filter(Q(pk=name) | Q(within=name)).prefetch_related(_receipts())
    return tuple(map(_row, found.order_by(*AS_WRITTEN)))


def answered(name: uuid.UUID) -> OutgoingRow | None:
    """The notice that somebody answers who answers this letter; None where it held several, of several cases."""
    found = in_letter(name)
    return found[0] if len({one.case_id for one in found}) == 1 else None


def told(*, effect_keys: Sequence[str]) -> dict[str, OutgoingRow]:
    """The kept notices of these effects, by their key; a key that is not in the answer has not happened."""
    found = Notice.objects.filter(effect_key__in=effect_keys).prefetch_related(_receipts())
    return {one.effect_key: _row(one) for one in found}


@dataclass(frozen=True, slots=True)
class Effect:
    """One kept notice of a case: for whom, since when it may leave, when it was settled, how often it was handed over.

    By so many ways it went; so often somebody said that it arrived, and so often nobody knew whether it was taken. It
    is `addressed` where it has an address and anything leaves this organisation.
    """

    key: str
    kind: str
    audience: str
    recipient: str
    state: str
    leaves_at: datetime
    settled_at: datetime | None
    handed: int
    ways: int
    arrived: int
    unknown: int
    addressed: bool = False


def effects_of(cases: Iterable[uuid.UUID]) -> dict[str, list[Effect]]:
    """Every kept notice of these cases, by case, with one query."""
    taken = Q(receipts__what=str(What.HANDED_OVER))
    handed, ways = Count("receipts", filter=taken), Count("receipts__way", filter=taken, distinct=True)
    arrived = Count("receipts", filter=Q(receipts__what=str(What.DELIVERED)))
    unknown = Count("receipts", filter=Q(receipts__what=str(What.UNKNOWN)))
    counts: dict[str, Any] = {"handed": handed, "ways": ways, "arrived": arrived, "unknown": unknown}
    leaves_at = Greatest("queued_at", "not_before")
    rows = Notice.objects.filter(case_id__in=list(cases)).annotate(**counts, leaves_at=leaves_at)
    found: dict[str, list[Effect]] = {}
    columns = ("effect_key", "kind", "audience", "recipient_id", "state", "leaves_at", "settled_at", *counts)
    goes_out = not is_demo()
    for case, address, *said in rows.values_list("case_id", "address", *columns):
        found.setdefault(str(case), []).append(replace(Effect(*said), addressed=goes_out and bool(address)))
    return found


def written_to(recipients: Iterable[str]) -> frozenset[str]:
    """Those of the recipients whom a notice about a case was for, by their ids."""
    found = Notice.objects.filter(recipient_id__in=among(list(recipients)), case_id__isnull=False)
    return frozenset(found.values_list("recipient_id", flat=True).distinct())


def rung_times(since: datetime, until: datetime, recipients: Collection[str]) -> list[tuple[str, datetime]]:
    """When rungs told these persons between two moments: each letter that was not called back and did not fail."""
    with connection.cursor() as cursor:
        asked: dict[str, Any] = {"since": since, "held": since - AHEAD, "until": until, "recipients": list(recipients)}
        cursor.execute(_RUNGS, asked)
        found: list[tuple[str, datetime]] = cursor.fetchall()
    return found


def rungs_of(recipient: str, *, since: datetime, most: int) -> list[str]:
    """The keys of what rungs told a person since a moment, the newest first."""
    found = Notice.objects.filter(kind__startswith="rung.", recipient_id=recipient, queued_at__gte=since)
    return list(found.order_by("-queued_at").values_list("effect_key", flat=True)[:most])


def unreported_failures(*, limit: int) -> tuple[OutgoingRow, ...]:
    """Notices of a case that reached nobody (customers: not sent for any reason) and whose case does not know yet."""
    found = Notice.objects.filter(NOT_REACHED, reported_at__isnull=True, case_id__isnull=False)
    return tuple(_row(one) for one in found.prefetch_related(_receipts()).order_by("settled_at")[:limit])


@dataclass(frozen=True, slots=True)
class Waiting:
    """A letter about a case that was due to be sent, and nobody did."""

    case: uuid.UUID
    key: str
    due_at: datetime


def waiting(before: datetime, *, most: int) -> tuple[int, list[Waiting]]:
    """How many letters about cases were due before a moment and wait yet, however often they were tried; the longest.

    Those that are kept because no mail server is set up wait for nobody: the pages say so wherever letters are shown.
    Nor do those that somebody took, and that go another way as well.
    """
    live = Q(state__in=LIVE_STATES, held_at__isnull=True)
    # The greatest leaves out what is null.
    due = Notice.objects.filter(live, ~_taken(), case_id__isnull=False).annotate(
        due_at=Greatest("queued_at", "not_before")
    )
    due = due.filter(due_at__lt=before)
    first = due.order_by("due_at").values_list("case_id", "effect_key", "due_at")[:most]
    return due.count(), [Waiting(case, key, at) for case, key, at in first if case]


def _taken() -> Exists:
    """That it was handed over by a way of which nobody says that it did not arrive."""
    came_back = Receipt.objects.filter(notice=OuterRef("notice"), way=OuterRef("way"), what=What.UNDELIVERED)
    return Exists(Receipt.objects.filter(~Exists(came_back), notice=OuterRef("pk"), what=What.HANDED_OVER))


def _receipts() -> Prefetch[str, QuerySet[Receipt], str]:
    return Prefetch("receipts", Receipt.objects.order_by("id"))


def _row(one: Notice) -> OutgoingRow:
    gone = "" if one.recipient_name else wording.erased_name()
    receipts = tuple(_receipt(receipt) for receipt in one.receipts.all())
    return OutgoingRow(
        id=one.pk,
        effect_key=one.effect_key,
        case_id=one.case_id,
        kind=one.kind,
        audience=one.audience,
        recipient_id=one.recipient_id,
        recipient_name=one.recipient_name or gone,
        channel=one.channel,
        address=one.address,
        address_stands=one.address_stands,
        language=one.language,
        subject=one.subject or gone,
        body=wording.secret() if one.kind in SECRET_KINDS else one.body,
        state=one.state,
        why=one.why,
        queued_at=one.queued_at,
        not_before=one.not_before,
        next_try_at=one.next_try_at,
        settled_at=one.settled_at,
        attempts=one.attempts,
        receipts=receipts,
        said=tuple(_said(one, {receipt.channel for receipt in receipts if receipt.what not in _NOT_TAKEN})),
        within=one.within,
        again_at=one.receipt_by if one.why else None,
    )


def _said(one: Notice, channels: Collection[str]) -> Iterator[tuple[str, str]]:
    """What was said by these channels that hold no letter; the digits of an answer are for its reader alone."""
    if one.kind in SECRET_KINDS or not one.recipient_name:
        return
    if Channel.SMS in channels:
        before, end, last = as_text(one.short or one.subject).rpartition("\n")
        yield Channel.SMS, f"{before}{end}{_DIGITS.sub('*****', last) if one.answers else last}"
    if Channel.VOICE in channels:
        yield Channel.VOICE, aloud(_in_short(one))


def _receipt(one: Receipt) -> ReceiptRow:
    return ReceiptRow(one.at, one.what, one.detail, one.message_id, one.channel, one.address)
