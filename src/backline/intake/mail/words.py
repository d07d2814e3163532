"""What somebody wrote: a customer's words come onto the case, one of ours writes a note; and who is neither, nothing.

Whoever a mail says that it is from, it may be from somebody else: so all that words may do is to be read, but where
they hold the digits of the letter that they answer.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from backline.cases import links, operations
from backline.cases import wording as cases_wording
from backline.cases.links import Linked
from backline.cases.operations import MoveRefused, NoSuchCase
from backline.channels import operations as outbox
from backline.channels import queries as channels
from backline.channels.email.reply_address import notice_of
from backline.channels.letters import letter_to
from backline.channels.mails import Outcome
from backline.channels.notices import Attempt, Audience, Channel, What
from backline.channels.queries import OutgoingRow
from backline.intake import wording
from backline.intake.mail import attachments
from backline.intake.mail.kinds import IS_ANSWER
from backline.intake.mail.quotes import own_words
from backline.intake.mail.reading import Mail
from backline.intake.operations import Answered, Missed, by_mail, by_mail_from_elsewhere, code_of
from backline.intake.said import LONGEST
from backline.people import queries as people
from backline.people import reached

_EMPTY = gettext_lazy("Nothing: it holds no words of its own, and no file that can be kept.")
_REFUSED, _TOLD_BACK = "answer.refused", ":refused:"


def spoken(mail: Mail, kept: UUID, *, at: datetime) -> Outcome:
    """Add the words to the case that they are about, if their writer may; else keep them here with the reason."""
    done = _of_a_letter(mail, kept, at=at)
    return done if done.acted else replace(done, text=_without_secrets(mail, mail.text))


def _of_a_letter(mail: Mail, kept: UUID, *, at: datetime) -> Outcome:
    letter, signed = _letter(mail)
    if letter is None or letter.case_id is None:
        return Outcome(_("Nothing: it answers no letter of ours about a case."))
    if not (_own(mail, letter) or mail.photos or mail.files):
        return Outcome(str(_EMPTY))
    if letter.audience == Audience.PERSON:
        return _by_one_of_ours(mail, letter, kept, at=at)
    writer = _customer(mail, letter, signed=signed)
    if writer is None:
        return Outcome(_("Nothing: nobody is known under this address to whom letters about that case go."))
    return _by_a_customer(replace(mail, text=_own(mail, letter)), writer, kept, at=at)


def _letter(mail: Mail) -> tuple[OutgoingRow | None, bool]:
    """The letter that it answers, and whether it came to the address which only that letter holds."""
    signed = next(filter(None, map(channels.answered, filter(None, map(notice_of, mail.to)))), None)
    return signed or next(filter(None, map(channels.answered, mail.letters)), None), signed is not None


def _own(mail: Mail, letter: OutgoingRow) -> str:
    """What somebody wrote himself: what was cut of it counts as well, unless it quotes the letter."""
    held: tuple[OutgoingRow, ...] = (letter,)
    if letter.together:
        names = (*filter(None, map(notice_of, mail.to)), *mail.letters)
        held = next((found for one in names if letter in (found := channels.in_letter(one))), held)
    return own_words(mail.text, mail.whole, "\n".join(f"{one.subject}\n{one.body}" for one in held))


def held(mail: Mail) -> str:
    """All that a mail held, where words were cut of it; without what its reader alone could answer by."""
    if mail.whole.split() == mail.text.split():
        return ""
    return _without_secrets(mail, mail.whole)


def _without_secrets(mail: Mail, text: str) -> str:
    letter, _signed = _letter(mail)
    url = settings.BACKLINE_URL.rstrip("/")
    secret = [re.escape(url) + r"/\S+", *([code] if letter and (code := code_of(_effect(letter))) else [])]
    return re.sub("|".join(secret), "…", text)


def is_answer(mail: Mail) -> bool:
    """Whether it holds words to a letter of ours by a customer whom it may be from, or the digits of one to ours."""
    letter, signed = _letter(mail)
    if letter is None or letter.case_id is None or not (_own(mail, letter) or mail.photos):
        return False
    if letter.audience == Audience.PERSON:
        return bool(code := code_of(_effect(letter))) and code in mail.text
    if _announces(mail.subject, letter.subject):
        return False
    return _customer(mail, letter, signed=signed) is not None


def _announces(subject: str, ours: str) -> bool:
    """Whether a program names our letter's subject behind a word of its own, as those do that are away or return it."""
    before, found, _after = subject.partition(ours[:100])
    return bool(found) and not IS_ANSWER.fullmatch(before)


def _effect(letter: OutgoingRow) -> str:
    """The effect that an answer to the letter is about; a letter that tells something back is about another one's."""
    return letter.effect_key.rpartition(_TOLD_BACK)[2]


def _customer(mail: Mail, letter: OutgoingRow, *, signed: bool) -> Linked | None:
    """Whose word it is: his whose address it comes from, if letters about the case go there.

    At the address that only he was given it is his to whom the letter went, unless it comes from somebody else we know.
    """
    case = str(letter.case_id)
    writer = links.by_address(case, mail.sender.address)
    if writer is None and signed and not known(mail.sender.address):
        writer = links.by_contact(case, letter.recipient_id)
    return writer


def _by_a_customer(mail: Mail, writer: Linked, kept: UUID, *, at: datetime) -> Outcome:
    key, by, who = f"mail-{kept}", writer.actor, str(writer.contact.id)
    files, unkept = attachments.keep(mail, key, by, at=at)
    if not (mail.text or files):
        return Outcome(" ".join([str(_EMPTY), *unkept]), sender_id=who)
    text = attachments.named(mail.text, [*unkept, *_unknown_address(mail, writer)])
    heard: dict[str, Any] = {"text": text, "evidence": files, "doubtful": mail.guessed}
    try:
        operations.hear_customer([writer.case_id], **heard, by=by, at=at, key=key)
    except (MoveRefused, NoSuchCase) as refusal:
        return Outcome(_refusal(refusal), sender_id=who)
    said = " ".join([_("It stands on the case as the customer's word."), *unkept])
    return Outcome(said, acted=True, case_id=UUID(writer.case_id), sender_id=who)


def _unknown_address(mail: Mail, writer: Linked) -> list[str]:
    """That it came from an address which is not known as his: whoever was handed the letter could have written it."""
    if mail.sender.address == writer.contact.email.lower():
        return []
    return [_("It came from %(address)s, which is not the address that we know.") % {"address": mail.sender.address}]


def _by_one_of_ours(mail: Mail, letter: OutgoingRow, kept: UUID, *, at: datetime) -> Outcome:
    """An answer or a note by whom the letter went to; nobody else can have it, so that nobody else can answer it."""
    person = people.persons_by_id([letter.recipient_id]).get(letter.recipient_id)
    theirs = {one.value.lower() for one in reached.addresses(letter.recipient_id)}
    if person is None or not person.is_active or mail.sender.address not in theirs | {person.email.lower()}:
        return _from_elsewhere(mail, letter, person, kept, at=at)
    answered = by_mail(_effect(letter), mail.text, at=at)
    if mail.guessed and not (isinstance(answered, Answered) and answered.done):
        return Outcome(_("Nothing: it may be a program's, and no answer with the digits of the letter."))
    mail = replace(mail, text=_own(mail, letter))
    if not isinstance(answered, Answered):
        return _only_words(mail, letter, person, kept, answered, at=at)
    if mail.photos or mail.files or len(mail.text) > LONGEST:  # more than an answer holds is kept as it is
        rest = mail if len(mail.text) > LONGEST else replace(mail, text="")
        _noted(rest, letter, person, kept, at=at)
    if answered.done:
        _arrived(letter, at=at)
    else:
        _told_back(letter, person, answered.words, kept, at=at)
    return Outcome(answered.words, acted=answered.done, case_id=letter.case_id, sender_id=letter.recipient_id)


def _from_elsewhere(
    mail: Mail, letter: OutgoingRow, person: people.Person | None, kept: UUID, *, at: datetime
) -> Outcome:
    """Nothing; but it may be his whom the letter went to, and he would believe that he has answered."""
    if person and person.is_active and not mail.guessed and not known(mail.sender.address):
        missed = by_mail_from_elsewhere(_effect(letter), mail.text, at=at)
        if missed:
            _told_back(letter, person, missed.why, kept, at=at, ways=missed.ways)
    return Outcome(_("Nothing: it comes from another address than those of whom the letter went to."))


def _only_words(
    mail: Mail, letter: OutgoingRow, person: people.Person, kept: UUID, missed: Missed | None, *, at: datetime
) -> Outcome:
    """A note. Whoever may believe that he has answered by it is told, and his letter still goes the next way."""
    done = _noted(mail, letter, person, kept, at=at)
    if missed is None:
        _arrived(letter, at=at)
    elif done.acted:
        _told_back(letter, person, missed.why, kept, ways=missed.ways, at=at)
    return done


def _arrived(letter: OutgoingRow, *, at: datetime) -> None:
    """Whoever answers a letter has got all that it held, so that none of it need go another way."""
    for held in channels.in_letter(letter.within or letter.id):
        taken = [one for one in held.receipts if one.what == What.HANDED_OVER and one.channel == Channel.EMAIL]
        if taken:
            attempt = Attempt(What.DELIVERED, _("it was answered by mail"), taken[-1].message_id)
            outbox.heard(held.id, attempt, at=at)


def _told_back(
    letter: OutgoingRow, person: people.Person, why: str, kept: UUID, *, at: datetime, ways: str = ""
) -> None:
    """Tell one of ours, once a mail, that his answer did nothing: he would believe that he has the case.

    It goes where he is reached, not to whoever the mail says that it is from. An answer to it is one to the letter
    that it is about, and nothing is told back for that: so it begins no conversation.
    """
    if letter.kind == _REFUSED:
        return
    with override(person.language):
        link = settings.BACKLINE_URL.rstrip("/") + reverse("desk:case", args=[letter.case_id])
        said = wording.refused_letter(person.name, letter.subject, why, link)
    key = f"mail-{kept}{_TOLD_BACK}{letter.effect_key}"
    told = letter_to(person, said, key=key, kind=_REFUSED, case_id=letter.case_id, at_once=True)
    outbox.queue([replace(told, answers=ways)], at=at)


def _noted(mail: Mail, letter: OutgoingRow, person: people.Person, kept: UUID, *, at: datetime) -> Outcome:
    key, case, by = f"mail-{kept}", str(letter.case_id), people.actor_of(person, at=at)
    files, unkept = attachments.keep(mail, key, by, at=at)
    text = attachments.named(mail.text, unkept)
    once: dict[str, Any] = {"by": by, "at": at}
    try:
        if text:
            operations.add_note([case], text=text, key=key, **once)
        if files:
            operations.add_evidence([case], evidence=files, draft=key, key=f"{key}-photos", **once)
    except (MoveRefused, NoSuchCase) as refusal:
        with override(person.language):
            _told_back(letter, person, _refusal(refusal), kept, at=at)
        return Outcome(_refusal(refusal), sender_id=by.id)
    said = " ".join([_("It stands on the case as a note."), *unkept])
    return Outcome(said, acted=True, case_id=UUID(case), sender_id=by.id)


def _refusal(refusal: MoveRefused | NoSuchCase) -> str:
    if isinstance(refusal, MoveRefused):
        return _("Nothing: %(why)s") % {"why": cases_wording.refusal(refusal)}
    return _("Nothing: whoever wrote it may not see that case.")


def known(address: str) -> str:
    """The id of whom we know under this address, of ours or of a customer's; empty where nobody is."""
    if not address:
        return ""
    found = people.anybody_by_email([address], hold=False) | people.contacts_by_email([address])
    return next((str(one.id) for one in found.values()), "")
