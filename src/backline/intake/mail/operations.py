"""What a mail does: words are added to a case, reports are heard, and all the rest is kept and does nothing.

No letter goes back to what a machine wrote: two machines that answer each other would never end.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import DataError, InterfaceError, OperationalError, transaction
from django.utils.translation import gettext as _

from backline.channels import operations as channels
from backline.channels.email.message import origin
from backline.channels.mails import MailKind, NewMail, Outcome
from backline.intake.mail.reading import Mail, read
from backline.intake.mail.returned import heard
from backline.intake.mail.words import held, is_answer, known, spoken

log = logging.getLogger(__name__)


def take(raw: bytes, *, at: datetime) -> bool:
    """Keep a mail with what it does, at once; False where it came before. One that is poison is kept as that."""
    mail = read(raw, ours=our_addresses())
    try:
        return _taken(_weighed(mail), _act, at=at)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the mail waits where it is
    except Exception as error:
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise  # so it does for room on the disk
        log.exception("nothing could be made of mail %s", mail.key)
    return _poisoned(mail, at=at)


def _poisoned(mail: Mail, *, at: datetime) -> bool:
    """Keep a mail that nothing could be made of: with what it says of itself, or, where that is the poison, without."""
    try:
        return _taken(replace(mail, kind=MailKind.UNREADABLE), _act, at=at)
    except (ValueError, DataError):
        return _taken(Mail(mail.key, MailKind.UNREADABLE, text=mail.text), _act, at=at)


def _weighed(mail: Mail) -> Mail:
    """What was guessed to be nobody's word may be somebody's where it answers a letter, from whom that went to."""
    if not mail.guessed:
        return mail
    return replace(mail, kind=MailKind.WORD) if is_answer(mail) else replace(mail, letters=())


def take_too_big(head: bytes, *, at: datetime) -> bool:
    """Keep of a mail that is larger than is taken who sent it, and when."""
    mail = read(head, ours=our_addresses())
    too_big = Mail(mail.key, MailKind.UNREADABLE, mail.sender, subject=mail.subject, why=_("It is larger than 50 MB."))
    return _taken(too_big, _act, at=at)


def our_addresses() -> frozenset[str]:
    """Where our letters come from, and where answers to them go."""
    sender = origin(settings.BACKLINE_MAIL_FROM).addr_spec
    return frozenset(one.lower() for one in (sender, settings.BACKLINE_MAIL_REPLY_TO) if one)


def _taken(mail: Mail, act: Callable[[Mail, UUID, datetime], Outcome], *, at: datetime) -> bool:
    with transaction.atomic():
        new = NewMail(mail.key, mail.kind, mail.sender.address, mail.sender.name, mail.subject)
        kept = channels.receive(new, at=at)
        if kept is None:
            return False
        done = act(mail, kept, at)
        sender = done.sender_id or known(mail.sender.address)
        channels.settle_mail(kept, replace(done, sender_id=sender, whole=held(mail)))
    return True


def _act(mail: Mail, kept: UUID, at: datetime) -> Outcome:
    match mail.kind:
        case MailKind.WORD:
            return spoken(mail, kept, at=at)
        case MailKind.BOUNCE | MailKind.DELIVERED:
            return heard(mail, at=at)
        case MailKind.ABSENCE:
            return Outcome(_("Nothing: absence notes are not answered, and say nothing of a case."), text=mail.text)
        case MailKind.OURS:
            return Outcome(_("Nothing: it comes from us, or from another Backline."), text=mail.text)
        case MailKind.ROBOT:
            said = _("Nothing: what a program writes is not answered, and is nobody's word.")
            return Outcome(said, text=mail.text)
        case MailKind.UNREADABLE:
            said = mail.why or _("Nothing could be made of it, for a reason that nobody foresaw.")
            return Outcome(said, text=mail.text)
