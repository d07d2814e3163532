"""What only may be somebody's word, what a program evidently wrote, and what stands on no page."""

from __future__ import annotations

import pytest

from backline.cases import operations as cases
from backline.channels.models import Received
from tests.fakes.answered import code
from tests.fakes.browser import signed_in, text
from tests.fakes.house import House
from tests.fakes.mails import Kept, answer, arrives
from tests.rooms.intake.test_mail_words import CLEO, said, waiting

pytestmark = pytest.mark.usefixtures("reply_to")


@pytest.mark.parametrize("before", ["Automatic reply: ", "Out of Office: ", "Abwesend: ", "Undeliverable: "])
def test_a_program_that_names_our_subject_behind_a_word_of_its_own_wrote_nothing(
    house: House, post: Kept, before: str
) -> None:
    case, letter = waiting(house, post)
    arrives(answer(letter, CLEO, "I am away until Monday.", Subject=f"{before}{letter['Subject']}"))
    assert said(house, case) == []
    for people_write in ("Re: ", "AW: ", "[External] Re: ", "Fwd: WG: ", ""):
        arrives(answer(letter, CLEO, f"{people_write} it drips.", Subject=f"{people_write}{letter['Subject']}"))
    assert len(said(house, case)) == 5


def test_what_may_be_a_programs_is_read_and_keeps_no_resolved_case_open(house: House, post: Kept) -> None:
    case = house.working()
    house.resolve(case)
    post.sent(at=house.clock.now())
    arrives(answer(post.to("cleo@example.net"), CLEO, "It drips.", Precedence="bulk"))
    [news] = [one for one in house.letters("Sana") if one.kind == "news.customer.said"]
    assert "unless a program did" in news.subject
    assert [one.name for one in house.view(case).clocks] == ["CONFIRM"]
    cases.confirm([case], **house.once("cleo"))
    arrives(answer(post.to("cleo@example.net"), CLEO, "It still drips.", Precedence="bulk"))
    assert not any("[Suggestion]" in one for one in house.subjects("Carl"))


def test_a_mail_that_holds_nothing_that_can_be_kept_is_no_word_of_hers(house: House, post: Kept) -> None:
    case, letter = waiting(house, post)
    mail = answer(letter, CLEO, "")
    mail.add_attachment(b"", "text", "csv", filename="nothing.csv")
    arrives(mail)
    assert said(house, case) == []
    assert "“nothing.csv” is empty." in Received.objects.latest("at", "pk").said


def test_the_digits_that_a_stranger_wrote_down_stand_on_no_page(house: House, post: Kept) -> None:
    waiting(house, post)
    arrives(answer(post.to("sana@example.org"), "Mallory <mallory@evil.test>", f"{code(house)} ok"))
    kept = Received.objects.latest("at", "pk")
    assert (kept.acted, kept.text) == (False, "… ok")
    assert code(house) not in text(signed_in("carl").get("/incoming"))
