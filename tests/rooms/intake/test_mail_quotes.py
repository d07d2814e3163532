"""What is cut from a mail as a quote or a signature: never a customer's words, and what was cut can be read."""

from __future__ import annotations

import re
from datetime import timedelta
from email.message import EmailMessage
from html import escape

import pytest

from backline.cases import operations as cases
from backline.channels.models import Received
from backline.core.words import ToldBy
from backline.intake.mail.quotes import own_words
from tests.fakes.answered import code
from tests.fakes.browser import signed_in, words
from tests.fakes.house import House
from tests.fakes.mails import Kept, answer, arrives

pytestmark = pytest.mark.usefixtures("reply_to")

CLEO = "Cleo <cleo@example.net>"


@pytest.fixture
def case(house: House, post: Kept) -> str:
    """Sana has it and has told Cleo that we wait."""
    case = house.raised()
    house.offer(case)
    house.tick()
    post.sent(at=house.clock.now())
    house.accept(case)
    told = cases.NewWord("We wait for the part.", house.clock.now() + timedelta(hours=1), ToldBy.MAIL)
    cases.tell_customer([case], word=told, **house.once("sana"))
    post.sent(at=house.clock.now())
    return case


@pytest.fixture
def letter(case: str, post: Kept) -> EmailMessage:
    return post.to("cleo@example.net")


def said(house: House, case: str) -> str:
    return [entry.why[0] for entry in house.view(case).timeline if entry.kind == "customer.said"][-1]


def bare(letter: EmailMessage, text: str) -> EmailMessage:
    """An answer of which nothing is known but these words."""
    mail = answer(letter, CLEO, "")
    mail.set_content(text)
    return mail


WORDS = [
    "Sent via DHL yesterday, it did not arrive",
    "Am Montag schrieb ich Ihnen schon, dass er klemmt:\nJetzt steht er ganz.",
    "From: the second floor to the roof it stops",
    "> 3 people are stuck in it",
    "It stands.\n\nSent from the ground floor: nobody can get up",
    "It stands.\n\n--\nTwo of us are inside",
    "On Monday 3 people wrote:\nit stops between the floors",
    "Von: unten bis oben\nAn: jedem Stockwerk hält er",
    "It drips.\n> and it smokes\nNow it burns",
]


@pytest.mark.parametrize("text", WORDS)
def test_no_word_of_hers_is_cut_as_a_quote_or_a_signature(
    house: House, case: str, letter: EmailMessage, text: str
) -> None:
    arrives(answer(letter, CLEO, text))
    assert said(house, case) == text, "above the letter, quoted"
    arrives(bare(letter, f"{text}\n"))
    assert said(house, case) == text, "and alone"


def test_what_quotes_our_letter_is_cut_however_her_program_marks_it(
    house: House, case: str, letter: EmailMessage
) -> None:
    ours = letter.get_content()
    head = f"From: Backline <cases@localhost>\nSent: Friday, 20 November 2026\nSubject: {letter['Subject']}\n"
    wrote = "On Fri, 20 Nov 2026 at 18:00, Backline wrote:"
    marked = "".join(f"> {line}\n" for line in ours.splitlines())
    for text in (
        f"It stands.\n\n-----Original Message-----\n{head}\n{ours}",
        f"It stands.\n\n________________________________\n{head}\n{ours}",
        f"It stands.\n\nAm Fr., 20. Nov. 2026 um 18:00 Uhr schrieb Backline <cases@localhost>:\n\n{marked}",
        f"It stands.\n\nOn Fri, 20 Nov 2026 at 18:00, Backline\n<cases+a-long-sign@localhost> wrote:\n\n{marked}",
        f"{wrote}\n{marked}\nIt stands.",
        f"It stands.\n\nSent from my iPhone\n\n{wrote}\n{marked}> > Before: all well",
    ):
        arrives(bare(letter, text))
        assert said(house, case) == "It stands.", text
    page = bare(letter, "")
    quoted = "<br>".join(escape(line) for line in ours.splitlines())
    page.set_content(
        f"<p>It stands.</p><div class='gmail_quote'>On Fri wrote:<blockquote>{quoted}</blockquote></div>", "html"
    )
    arrives(page)
    assert said(house, case) == "It stands."
    events = len(house.view(case).timeline)
    arrives(bare(letter, f"{wrote}\n{marked}"))
    assert len(house.view(case).timeline) == events, "nothing but a quote says nothing"


def test_all_that_a_mail_held_can_be_read_without_what_its_reader_alone_answers_by_and_goes_with_her(
    house: House, case: str, letter: EmailMessage, post: Kept
) -> None:
    marked = "".join(f"{line}\n" for line in letter.get_content().splitlines())
    arrives(bare(letter, f"It stands.\n\n-----Original Message-----\nFrom: Backline\n\n{marked}\nAnd below: it burns."))
    assert said(house, case) == "It stands."
    [link] = re.findall(r"http://testserver(/c/\S+)", marked)
    page = words(signed_in("carl").get("/incoming"))
    assert "And below: it burns." in page
    assert link not in page
    to_sana = post.to("sana@example.org")
    arrives(answer(to_sana, "Sana <sana@example.org>", "The key is with Tom.", To="backline@localhost"))
    kept = Received.objects.get(sender="sana@example.org").whole
    assert "The key is with Tom." in kept
    assert code(house) in str(to_sana.get_content())
    assert code(house) not in kept
    assert "/answer/" not in kept
    cases.erase_contact(str(house.cleo.id), at=house.clock.now())
    assert "it burns" not in words(signed_in("carl").get("/incoming"))


def test_a_mail_whose_lines_are_not_those_that_were_left_stays_as_it_was_cut() -> None:
    assert own_words("a\nb", "b\na\nc", "letter") == "a\nb"
    assert own_words("a", "a\nc", "") == "a"
