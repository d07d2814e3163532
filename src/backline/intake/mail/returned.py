"""What a report says of a letter is told to the letter: that it arrived or did not, and whether nobody is there."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from backline.channels import operations, queries
from backline.channels.mails import Outcome
from backline.channels.notices import Attempt, Channel, What
from backline.channels.queries import OutgoingRow, ReceiptRow
from backline.intake.mail.reading import Mail
from backline.intake.mail.reports import Report


def heard(mail: Mail, *, at: datetime) -> Outcome:
    """Tell the letter that the report is about; one about nothing that we sent does nothing, nor does a delay."""
    held: tuple[OutgoingRow, ...] = next(filter(None, map(queries.in_letter, mail.letters)), ())
    if not held or mail.report is None:
        return Outcome(_("Nothing: it speaks of no letter of ours."), text=mail.text)
    letter, report = held[0], mail.report
    if report.waits:
        return Outcome(_("Nothing: their server goes on trying."), case_id=letter.case_id)
    # Each that went in it has heard before the first of them is answered for.
    told = [_told(one, report, taken, at=at) for one in held if (taken := _taken(one, report))]
    if not any(told):
        said = _("Nothing: that letter did not go out by mail, or not to there.")
        return Outcome(said, case_id=letter.case_id, text=mail.text)
    arrived = _("The letter is marked as delivered.")
    return Outcome(arrived if report.arrived else _("The letter is marked as not delivered."), acted=True,
                   case_id=letter.case_id)  # fmt: skip


def _taken(letter: OutgoingRow, report: Report) -> ReceiptRow | None:
    """The receipt by which the letter was handed to a mail server: the last one, or that for the address reported."""
    handed = [one for one in letter.receipts if one.what == What.HANDED_OVER and one.channel == Channel.EMAIL]
    named = [one for one in handed if report.recipient == one.address.lower()]
    return next(reversed(named or handed), None)


def _told(letter: OutgoingRow, report: Report, taken: ReceiptRow, *, at: datetime) -> bool:
    """Tell the letter; nobody is there only where that is said of the very address that we wrote to."""
    ours = report.recipient in ("", taken.address.lower())
    what = What.DELIVERED if report.arrived else What.UNDELIVERED
    detail = report.said if ours else f"{report.recipient}: {report.said}"
    attempt = Attempt(what, detail, taken.message_id, gone=report.gone and ours, heard=not report.arrived)
    return operations.heard(letter.id, attempt, address=taken.address, at=at)
