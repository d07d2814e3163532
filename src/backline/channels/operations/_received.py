"""What is written of mails that come in, and of the box that they come from."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from django.db.models import Value
from django.db.models.functions import Greatest

from backline.channels import wording
from backline.channels.mails import TEXT, MailKind, NewMail, Outcome
from backline.channels.models import Mailbox, Received
from backline.channels.notices import without_unstorable
from backline.ledger.news import ALL, announce
from backline.people import operations as addresses


def receive(new: NewMail, *, at: datetime) -> uuid.UUID | None:
    """Keep a mail, in the caller's transaction; None where it came before. One that comes twice at once waits here."""
    row = Received(
        key=new.key,
        at=at,
        kind=new.kind,
        sender=without_unstorable(new.sender),
        sender_name=without_unstorable(new.sender_name),
        subject=without_unstorable(new.subject),
        said=wording.not_done_yet(),
    )
    Received.objects.bulk_create([row], ignore_conflicts=True)
    return row.pk if Received.objects.filter(pk=row.pk).exists() else None


def keep_text(number: str, name: str, said: str, *, kept: timedelta, at: datetime) -> None:
    """Keep for a while that a text led to nothing, in the caller's transaction: the ends of its number, and why."""
    texts = Received.objects.filter(kind=TEXT)
    texts.filter(at__lte=at - kept).delete()
    row = {"sender": number, "sender_name": without_unstorable(name), "said": said}
    texts.create(key=uuid.uuid4().hex, at=at, kind=TEXT, **row)
    announce(ALL)


def settle_mail(mail: uuid.UUID, outcome: Outcome) -> None:
    """Write down what was done about a mail."""
    kept = Received.objects.filter(pk=mail)
    if outcome.sender_id:
        # It may be forged; that somebody is there costs one letter where he is not.
        written = kept.filter(kind__in=[MailKind.WORD, MailKind.ABSENCE])
        addresses.contact_lives(written.values_list("sender", flat=True))
    kept.update(
        said=without_unstorable(outcome.said),
        acted=outcome.acted,
        case_id=outcome.case_id,
        sender_id=outcome.sender_id,
        text=without_unstorable(outcome.text),
        whole=without_unstorable(outcome.whole),
    )
    announce(f"case:{outcome.case_id}" if outcome.case_id else ALL)


def mailbox_read(place: str, *, validity: int, upto: int, at: datetime) -> None:
    """The box was read up to a mail; where its numbers count anew, they do from there."""
    Mailbox.objects.get_or_create(place=place)
    same = Mailbox.objects.filter(place=place, validity=validity)
    if not same.update(upto=Greatest("upto", Value(upto)), read_at=at):
        Mailbox.objects.filter(place=place).update(validity=validity, upto=upto, read_at=at)


def mailbox_failed(place: str, *, trouble: str, at: datetime) -> None:
    """The box could not be read, or not to its end."""
    said = {"trouble": without_unstorable(trouble), "trouble_at": at}
    Mailbox.objects.update_or_create(place=place, defaults=said)
