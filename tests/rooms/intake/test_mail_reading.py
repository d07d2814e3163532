"""Reading a mail: real ones by the hundred, hostile ones of every kind, and never an exception."""

from __future__ import annotations

import io
import os
import tarfile
import time
from collections import Counter
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest
from django.test import override_settings
from hypothesis import example, given
from hypothesis import strategies as st

from backline.channels.email.reply_address import notice_of, reply_address
from backline.channels.mails import MailKind
from backline.intake.mail import parts
from backline.intake.mail.reading import Mail, read
from backline.intake.mail.replies import new_words, text_of_html
from tests.fakes.mails import bounce
from tests.fakes.naughty import DAMAGED, strings

NOBODY: frozenset[str] = frozenset()
LETTER = UUID("0123456789abcdef0123456789abcdef")


def shared(name: str) -> Iterator[tuple[str, bytes]]:
    """The files of an archive of real mails."""
    place = Path(os.environ.get("BACKLINE_SHARED") or "../shared") / "data" / "mail" / f"{name}.tar.gz"
    if not place.exists():
        pytest.skip(f"no shared data at {place.resolve()}: set BACKLINE_SHARED")
    with tarfile.open(place) as archive:
        for one in archive.getmembers():
            found = archive.extractfile(one) if one.isfile() else None
            if found:
                yield one.name, found.read()


def taken(raw: bytes) -> Mail:
    return read(raw, ours=NOBODY)


@pytest.mark.shared_data
def test_of_669_bounces_and_reports_none_is_taken_for_somebodys_words() -> None:
    mails = [(name.rpartition("/")[2], taken(raw)) for name, raw in shared("sisimai_bounces") if name.endswith(".eml")]
    assert len(mails) == 669
    words = {name for name, mail in mails if mail.kind is MailKind.WORD and (mail.text or mail.photos)}
    assert words == {"is-not-bounce-01.eml", "is-not-bounce-02.eml"}
    kinds = Counter(mail.kind for _name, mail in mails)
    assert kinds[MailKind.BOUNCE] >= 630
    assert kinds[MailKind.UNREADABLE] == 0
    absent = {name for name, mail in mails if name.startswith("rfc3834")}
    assert {mail.kind for name, mail in mails if name in absent} == {MailKind.ABSENCE}
    reports = [mail.report for _name, mail in mails if mail.report]
    assert all(report.said for report in reports if report.gone)
    # Nobody's address dies by a full mailbox, a policy or a delay.
    spared = [report for report in reports if report.waits or report.status in ("5.2.2", "5.7.1", "4.2.2")]
    assert len(spared) > 80
    assert not [report for report in spared if report.gone and "5.1." not in report.said and "5." not in report.status]


@pytest.mark.shared_data
def test_26_awkward_mails_are_read_with_their_words() -> None:
    mails = {name.rpartition("/")[2]: taken(raw) for name, raw in shared("rt_emails") if not name.endswith("/dir")}
    assert len(mails) == 26
    kinds = Counter(mail.kind for mail in mails.values())
    assert kinds == {MailKind.WORD: 24, MailKind.BOUNCE: 1, MailKind.UNREADABLE: 1}
    assert mails["lorem-ipsum"].kind is MailKind.UNREADABLE, "it has no header at all"
    assert mails["new-ticket-from-gb18030"].text == "测试"
    assert mails["msg5"].text.endswith("test äöüßÄÖÜß€")
    assert mails["nested-mime-sample"].text == "MIME is fun at times."
    assert mails["new-ticket-from-iso-8859-1"].sender.name == "Wilhelmsen Håvard"


@pytest.mark.shared_data
def test_replies_lose_what_they_quote_and_how_they_were_sent() -> None:
    found = 0
    for name, raw in shared("reply_parser_fixtures"):
        last = name.rpartition("/")[2]
        if name.endswith(".eml"):
            text = taken(raw).text
        elif name.endswith(".html"):
            text = new_words(text_of_html(raw.decode("utf-8", "replace")))
        elif name.endswith((".txt", "_msg")) or "signature/emails" in name or last.endswith("_reply_text"):
            text = new_words(raw.decode("utf-8", "replace"))
        else:
            continue
        found += 1
        if "standard_replies" in name and last not in ("android.eml", "sparrow_reply_text", "iphone_reply_text"):
            assert text == "Hello", name
        if "html_replies" in name:
            assert text == "Hi. I am fine.", name
        assert not [line for line in text.splitlines() if line.startswith((">", "Sent from my iPhone"))], name
    assert found >= 62
    mails = dict(shared("reply_parser_fixtures"))
    inline = next(raw for name, raw in mails.items() if name.endswith("email_1_2.txt"))
    assert "You can list the keys for the bucket" in new_words(inline.decode()), "what stands below a quote is kept"


@given(st.binary(max_size=3000))
def test_any_bytes_are_a_mail_or_said_not_to_be(raw: bytes) -> None:
    assert taken(raw).key


_NAME = st.sampled_from([
    "From", "To", "Subject", "Content-Type", "Content-Transfer-Encoding", "Message-ID", "References", "Auto-Submitted",
    "Return-Path", "Content-Disposition", "X-Failed-Recipients",
])  # fmt: skip
_SAID = st.one_of(
    st.sampled_from([
        "multipart/mixed; boundary=b", "multipart/report; boundary=b", 'text/plain; charset="nobody-has-it"',
        "text/plain; charset=punycode", "text/plain; charset=utf-7", "image/png", "message/rfc822", "base64",
        "message/delivery-status", "=?utf-8?b?/w==?=", "=?x?q?=ff?=", "a@b.example", "<>", "quoted-printable",
        "attachment; filename*=utf-8''%ff", "x-uuencode", "message/partial", "text/html; charset=undefined",
    ]),
    st.text(max_size=60).map(lambda text: text.replace("\n", " ").replace("\r", " ")),
)  # fmt: skip


@example([("Content-Type", "text/html; charset=undefined")], [], b"\x80")
@given(st.lists(st.tuples(_NAME, _SAID), max_size=8), st.lists(st.tuples(_NAME, _SAID), max_size=4), st.binary())
def test_any_headers_and_parts_are_read(head: list[tuple[str, str]], part: list[tuple[str, str]], body: bytes) -> None:
    def lines(found: list[tuple[str, str]]) -> bytes:
        return "".join(f"{name}: {said}\r\n" for name, said in found).encode("utf-8", "surrogatepass")

    raw = lines(head) + b"\r\n--b\r\n" + lines(part) + b"\r\n" + body + b"\r\n--b--\r\n"
    mail = taken(raw)
    assert mail.why != "It is not built as a mail is.", raw


def built(text: str = "Hello", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Cleo <cleo@example.net>"
    for name, said in headers.items():
        mail[name.replace("_", "-")] = said
    mail.set_content(text)
    return mail


def test_what_is_too_large_too_deep_or_has_too_many_parts_is_kept_within_bounds() -> None:
    assert taken(b"From: a@b.example\r\n\r\n" + b"x" * parts.MOST_BYTES).why == "It is larger than 50 MB."
    deep = b"From: a@b.example\r\n"
    for number in range(3000):
        deep += b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (number, number)
    assert taken(deep).key
    many = built()
    for number in range(500):
        many.add_attachment(b"\xff\xd8" * 10_000, "image", "jpeg", filename=f"{number}.jpg")
    assert len(taken(many.as_bytes()).photos) == parts.MOST_PARTS - 1
    long = b"From: " + b"a" * 100_000 + b"@b.example\r\nSubject: " + b"=?utf-8?q?x?= " * 8000 + b"\r\n\r\nHello"
    assert len(taken(long).subject) <= 250
    assert len(taken(b"From: a@b.example\r\n" * 5000 + b"\r\n" + b"word " * 100_000).text) <= 10_000


def test_naughty_texts_and_charsets_that_nobody_has_are_kept_as_words() -> None:
    assert taken(b'From: a@b.example\r\nContent-Type: text/plain; charset="klingon"\r\n\r\nGr\xfc\xdfe').text == "Grüße"
    assert taken(b"From: a@b.example\r\nContent-Type: text/plain; charset=idna\r\n\r\nxn--a").text == "xn--a"
    for text in (*strings(), *DAMAGED):
        raw = b"From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + text.encode(
            "utf-8", "surrogatepass"
        )
        assert taken(raw).kind is MailKind.WORD


def test_no_text_takes_hours_and_long_lines_are_kept() -> None:
    begun = time.process_time()
    for said in ("mail ", "\n", " ", "_", "--\n", "On ", "Am ", "On x wrote:\n", "From: a\nSent: b\n", "\xa0\n", "> "):
        new_words(said * (20_000 // len(said)))
    for said in ("<", "<div>", "<a ", "<!--", "&", "<blockquote>"):
        new_words(text_of_html(said * (100_000 // len(said))))
    assert time.process_time() - begun < 10
    long = "On Monday it dripped, and more. " * 100
    assert new_words(f"{long}\n\nOn Mon, 1 Jan 2026, Backline wrote:\n> all that\n") == long.strip()
    assert (
        text_of_html("<p>Hello <b>there</b></p><style>a>b</style><!-- <p>no --><p>5 &lt; 6") == "\nHello there\n\n5 < 6"
    )


def test_a_signature_s_little_picture_is_no_evidence() -> None:
    mail = built()
    mail.add_attachment(b"x" * 5000, "image", "png", cid="<logo>", disposition="inline")
    mail.add_attachment(b"x" * 50_000, "image", "png", cid="<photo>", disposition="inline")
    mail.add_attachment(b"x" * 5000, "image", "png", filename="small.png")
    assert [len(one.content) for one in taken(mail.as_bytes()).photos] == [50_000, 5000]


def test_a_letter_is_found_by_any_name_of_the_thread_and_a_bounce_by_what_it_holds() -> None:
    thread = f"<other@x> <{LETTER.hex}@old.example> <more@y>"
    assert taken(built(References=thread).as_bytes()).letters == (LETTER,)
    assert taken(built(In_Reply_To=f"<{LETTER.hex}@a>").as_bytes()).letters == (LETTER,)
    original = built(Message_ID=f"<{LETTER.hex}@localhost>", To="Sana <sana@example.org>")
    assert taken(bounce(original)).letters == (LETTER,)
    loose = built(f"550 5.1.1 user unknown\n\nMessage-ID: <{LETTER.hex}@localhost>\n", Subject="Failure notice")
    mail = taken(loose.as_bytes())
    assert (mail.kind, mail.letters, mail.report and mail.report.gone) == (MailKind.BOUNCE, (LETTER,), True)


@override_settings(BACKLINE_MAIL_REPLY_TO="cases@example.org")
def test_the_address_of_an_answer_names_its_letter_and_cannot_be_made_up() -> None:
    address = reply_address(LETTER)
    assert len(address.partition("@")[0]) <= 64
    assert notice_of(address) == LETTER
    assert notice_of(address.upper()) == LETTER, "some servers change letters"
    local = address.partition("@")[0]
    for altered in (f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@example.org", "cases@example.org", "", "+@",
                    local.replace("cases+", "cases+é")[:-1] + "@x", f"cases+{'a' * 42}@example.org"):  # fmt: skip
        assert notice_of(altered) is None
    with override_settings(SECRET_KEY="another" * 9):
        assert notice_of(address) is None
    with override_settings(BACKLINE_MAIL_REPLY_TO=""):
        assert reply_address(LETTER) == ""


def test_an_archive_in_a_mail_is_left_alone() -> None:
    mail = built()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz"):
        pass
    mail.add_attachment(packed.getvalue(), "application", "gzip", filename="a.tgz")
    assert taken(mail.as_bytes()).photos == ()
