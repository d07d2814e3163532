"""Letters by a provider's API: taken, refused, nobody knows; and what it says of them later, right or forged."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from backline.channels import operations, queries
from backline.channels.delivery import Post
from backline.channels.email.provider import parse
from backline.channels.email.server import BadServerUrlError
from backline.channels.email.wired import sender_from_settings
from backline.channels.models import Notice, Receipt
from backline.channels.notices import Audience, Channel, NewNotice
from backline.channels.twilio.account import Account
from backline.people.models import Address, AddressKind
from tests.fakes.browser import signed_in, text
from tests.fakes.gateway import ACCOUNT
from tests.fakes.gateway import TOKEN as SMS_TOKEN
from tests.fakes.house import House
from tests.fakes.mails import answer, arrives
from tests.fakes.postmark import TOKEN, Mode, Postmark, told_of
from tests.fakes.resend import Resend

_FROM = "The 'From' address you supplied is not a Sender Signature on your account."
_CREDITS = "Your account has run out of credits."
_INVALID = "Zero recipients specified, or a text that is none."
TO_SANA, TO_CLEO = "sana@example.org", "cleo@example.org"


@pytest.fixture
def provider(settings: Any) -> Iterator[Postmark]:
    with Postmark() as found:
        settings.BACKLINE_SMTP_URL, settings.BACKLINE_MAIL_FROM = found.url, "Lifts <lifts@example.org>"
        yield found


def told(house: House, to: str = TO_SANA, **changes: Any) -> uuid.UUID:
    """Somebody is to be told, and the worker sends it; the notice."""
    if to == TO_CLEO:
        whom = (Audience.CONTACT, str(house.cleo.id), "Cleo")
    else:
        whom = (Audience.PERSON, str(house.persons["sana"].id), "Sana")
    key = str(uuid.uuid4())
    new = NewNotice(key, "rung.1.", *whom, "Grüße\r\nBcc: x@y.z", "All of it\nin lines", to, **changes)
    operations.queue([new], at=house.clock.now())
    run(house)
    return uuid.UUID(str(queries.Notice.objects.get(effect_key=key).pk))


def run(house: House, minutes: int = 0) -> None:
    sender = sender_from_settings()
    assert sender
    post = Post(lambda: {Channel.EMAIL: sender}, patience=20)
    post.run(at=house.clock.advance(timedelta(minutes=minutes)))
    post.end(at=house.clock.now())


def stands(notice: uuid.UUID) -> tuple[str, list[str]]:
    """How a notice stands, and each word about it."""
    found = queries.notice(notice)
    assert found
    return found.state, [one.what for one in found.receipts]


def test_a_letter_goes_by_the_api_and_what_is_said_of_it_later_is_kept(house: House, provider: Postmark) -> None:
    case = uuid.UUID(house.raised())
    notice = told(house, case_id=case)
    [taken] = [one for one in provider.taken if one["at"] == TO_SANA]
    assert (taken["From"], taken["To"]) == ("Lifts <lifts@example.org>", "Sana <sana@example.org>")
    assert (taken["Subject"], taken["TextBody"].splitlines()) == ("Grüße Bcc: x@y.z", ["All of it", "in lines"])
    assert taken["Metadata"] == {"notice": str(notice)}
    named = {one["Name"]: one["Value"] for one in taken["Headers"]}
    assert (named["Auto-Submitted"], named["X-Backline-Case"]) == ("auto-generated", str(case))
    assert stands(notice) == ("HANDED", ["HANDED_OVER"])
    assert provider.says(taken, "Open") == 204
    assert provider.says(taken, "Delivery", secret="0" * 40) == 404
    assert stands(notice) == ("HANDED", ["HANDED_OVER"])
    for _time in range(2):
        assert provider.says(taken, "Delivery", Details="smtp;250 OK") == 204
    assert stands(notice) == ("DELIVERED", ["HANDED_OVER", "DELIVERED"])
    assert "smtp;250 OK" in text(signed_in("max").get("/outgoing"))


def test_nobody_there_is_told_later_or_at_once_and_the_address_is_dead(house: House, provider: Postmark) -> None:
    first = told(house)
    said = {"Type": "HardBounce", "Email": TO_SANA, "Details": "smtp;550 5.1.1 The email account does not exist"}
    assert provider.says(provider.taken[0], "Bounce", **said) == 204
    assert stands(first) == ("FAILED", ["HANDED_OVER", "UNDELIVERED"])
    [sanas] = Address.objects.filter(value=TO_SANA)
    assert sanas.dead_at == house.clock.now()
    assert "does not exist" in sanas.why_dead
    other = told(house, TO_CLEO)
    full = {"Type": "SoftBounce", "Email": TO_CLEO, "Details": "smtp;452 4.2.2 over quota"}
    assert provider.says(provider.taken[1], "Bounce", **full) == 204
    assert stands(other) == ("FAILED", ["HANDED_OVER", "UNDELIVERED"])
    provider.refuses = {TO_CLEO: 406}
    assert stands(told(house, TO_CLEO)) == ("FAILED", ["FAILED_FOR_GOOD"])
    provider.refuses = {TO_CLEO: 300}
    assert stands(told(house, TO_CLEO)) == ("FAILED", ["FAILED_FOR_GOOD"])
    assert len(provider.taken) == 2


def test_what_is_said_of_a_letter_is_said_of_all_that_it_held(house: House, provider: Postmark) -> None:
    whom = (Audience.PERSON, str(house.persons["sana"].id), "Sana")
    for state, record, said in (("DELIVERED", "Delivery", {}), ("FAILED", "Bounce", {"Type": "SoftBounce"})):
        keys = [f"{record} {number}" for number in range(3)]
        new = [NewNotice(key, "news.", *whom, key, f"{key}\n", TO_SANA, can_wait=True) for key in keys]
        operations.queue(new, at=house.clock.now())
        run(house)
        held = queries.Notice.objects.filter(effect_key__in=keys)
        letter = provider.taken[-1]
        assert [letter["Metadata"]] * 3 == [{"notice": str(one.within)} for one in held], "they went in one letter"
        assert provider.says(letter, record, Email=TO_SANA, **said) == 204
        assert [stands(one.pk)[0] for one in held] == [state] * 3
        house.clock.advance(timedelta(minutes=11))


def test_that_a_mailbox_has_it_says_nothing_of_whoever_it_is_for(house: House, provider: Postmark) -> None:
    mobile = {"kind": AddressKind.MOBILE, "value": "+4915112345678", "place": 1, "proved_at": house.clock.now()}
    Address.objects.create(person=house.persons["sana"], **mobile)
    Address.objects.filter(person=house.persons["sana"]).update(proved_at=house.clock.now())
    account = Account(ACCOUNT, "+4930901820", "http://127.0.0.1:9")
    by = house.actor("ada")
    operations.keep_setup(Channel.SMS, account, SMS_TOKEN, is_on=True, by=by, at=house.clock.now())
    urgent, lost = told(house, urgent=True), told(house)
    for taken in provider.taken:
        assert provider.says(taken, "Delivery") == 204
    provider.mode = Mode.HANG_UP_AFTER_TAKING
    early = told(house, urgent=True)
    assert provider.says(provider.taken[-1], "Delivery") == 204
    assert {stands(one)[0] for one in (urgent, lost, early)} == {"DELIVERED"}
    operations.unanswered(10, at=house.clock.advance(timedelta(minutes=6)))
    ways = {one: queries.Notice.objects.get(pk=one).channel for one in (urgent, lost, early)}
    assert ways == {urgent: Channel.SMS, lost: Channel.EMAIL, early: Channel.SMS}
    assert provider.says(provider.taken[0], "Delivery", Details="once more") == 204
    assert stands(urgent) == ("QUEUED", ["HANDED_OVER", "DELIVERED", "NO_WORD"]), "the text is on its way"


def test_what_passes_is_tried_again_and_what_nobody_knows_is_said_so(
    house: House, provider: Postmark, settings: Any
) -> None:
    provider.mode = Mode.BUSY
    notice = told(house)
    assert stands(notice) == ("QUEUED", ["FAILED_FOR_NOW"])
    provider.mode = Mode.HANG_UP_AFTER_TAKING
    run(house, 5)
    assert stands(notice) == ("QUEUED", ["FAILED_FOR_NOW", "UNKNOWN"]), "staff are told again: twice beats silence"
    assert provider.says(provider.taken[0], "Delivery") == 204
    assert stands(notice) == ("DELIVERED", ["FAILED_FOR_NOW", "UNKNOWN", "DELIVERED"])
    provider.mode = Mode.TOO_LARGE
    assert stands(told(house)) == ("FAILED", ["FAILED_FOR_GOOD"])
    provider.mode = Mode.INVALID
    for said, became in ((_FROM, "FAILED_FOR_NOW"), (_CREDITS, "FAILED_FOR_NOW"), (_INVALID, "FAILED_FOR_GOOD")):
        provider.answers = {"ErrorCode": 400, "Message": said}
        assert stands(told(house))[1] == [became], said
    provider.mode, provider.answers = Mode.TAKE, {"ErrorCode": 406, "Message": "What?"}
    assert stands(told(house)) == ("QUEUED", ["UNKNOWN"])
    provider.answers = {}
    settings.BACKLINE_SMTP_URL = provider.url.replace("guesses", "knows")
    wrong = told(house)
    assert stands(wrong) == ("QUEUED", ["FAILED_FOR_NOW"]), "the account is refused, and not the letter"
    settings.BACKLINE_SMTP_URL = "postmark?server_token=x&api_url=http://127.0.0.1:9/"
    assert stands(told(house)) == ("QUEUED", ["FAILED_FOR_NOW"]), "nobody listens, so nobody took it"
    details = " ".join(Receipt.objects.values_list("detail", flat=True))
    assert TOKEN not in details
    assert "guesses" not in details + repr(parse(provider.url))


def test_words_that_are_none_change_nothing(house: House, provider: Postmark, settings: Any) -> None:
    notice, taken = told(house), provider.taken[0]
    for body in ("", "no json", "[]", "null", "7", '{"RecordType": "Inbound"}', "\0", '{"RecordType": {}}'):
        assert told_of(body) in (204, 422), body
    for other in ({}, {"notice": "x"}, {"notice": str(uuid.uuid4())}, {"notice": [1]}, [], "notice"):
        told_of(json.dumps({"RecordType": "Delivery", "MessageID": taken["MessageID"], "Metadata": other}))
    assert provider.says(taken | {"MessageID": "another"}, "Delivery") == 204
    assert stands(notice) == ("HANDED", ["HANDED_OVER"])
    settings.BACKLINE_SMTP_URL = "smtp://localhost:2525"
    assert provider.says(taken, "Delivery") == 404, "no provider is set up"
    for lacking in ("postmark", "postmark?token=x"):
        with pytest.raises(BadServerUrlError, match=r"what Postmark needs: write it like postmark\?server_token="):
            parse(lacking)
    settings.BACKLINE_SMTP_URL = provider.url
    page = text(signed_in("ada").get("/administration/mail"))
    assert "Mail server or provider Postmark" in page
    assert "It may say what became of letters at http://testserver/mail/events/" in page
    assert "guesses" not in page


def test_a_customer_is_told_again_only_when_the_provider_does_not_say_what_became_of_it(
    house: House, provider: Postmark
) -> None:
    provider.mode = Mode.HANG_UP_AFTER_TAKING
    arrived, lost, silent = (told(house, TO_CLEO, case_id=uuid.uuid4()) for _one in range(3))
    run(house, 4)
    assert len(provider.taken) == 3, "it may say yet that it has them"
    assert provider.says(provider.taken[0], "Delivery") == 204
    assert provider.says(provider.taken[1], "Bounce", Type="SoftBounce", Email=TO_CLEO) == 204
    assert (stands(arrived)[0], stands(lost)) == ("DELIVERED", ("FAILED", ["UNKNOWN", "UNDELIVERED"]))
    assert lost in {one.id for one in queries.unreported_failures(limit=9)}, "its case hears of it"
    run(house, 2)
    run(house, 60)
    assert [one["Metadata"]["notice"] for one in provider.taken[3:]] == [str(silent)]
    assert stands(silent) == ("FAILED", ["UNKNOWN", "UNKNOWN"])
    ids = [one["Value"] for taken in provider.taken[2:] for one in taken["Headers"] if one["Name"] == "Message-ID"]
    assert ids == [f"<{silent.hex}@example.org>"] * 2, "whoever gets both can tell that they are one"


def test_an_answer_that_names_a_letter_by_the_id_that_we_gave_it_finds_its_case(
    house: House, provider: Postmark
) -> None:
    case = house.raised()
    run(house)
    [taken] = [one for one in provider.taken if one["at"] == "cleo@example.net"]
    headers = {one["Name"]: one["Value"] for one in taken["Headers"]}
    assert headers["X-PM-KeepID"] == "true"
    letter = EmailMessage()
    letter["From"], letter["Subject"], letter["Message-ID"] = taken["From"], taken["Subject"], headers["Message-ID"]
    letter.set_content(taken["TextBody"])
    arrives(answer(letter, "Cleo <cleo@example.net>", "It drips as well."))
    assert "customer.said" in [entry.kind for entry in house.view(case).timeline]


def test_a_provider_that_knows_a_letter_again_is_asked_again_and_sends_it_once(house: House, settings: Any) -> None:
    with Resend(hangs_up=True) as provider:
        settings.BACKLINE_SMTP_URL, settings.BACKLINE_MAIL_FROM = provider.url, "Lifts <lifts@example.org>"
        notice, other = told(house), told(house)
        assert stands(notice) == ("QUEUED", ["UNKNOWN"])
        provider.hangs_up = False
        run(house, 5)
        assert [stands(one) for one in (notice, other)] == [("HANDED", ["UNKNOWN", "HANDED_OVER"])] * 2
        assert (provider.asks, len(provider.taken)) == (4, 2)
        Notice.objects.filter(pk=notice).update(state="QUEUED", settled_at=None, body="Without what was erased")
        run(house, 5)
        assert (stands(notice)[0], len(provider.taken)) == ("HANDED", 3), "that is another letter"
