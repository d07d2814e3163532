"""Letters to customers in the four languages: each moment says what is next and when, as people there write it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from django.utils.translation import override

from backline.cases import operations as cases
from backline.cases import wording
from backline.cases.operations import NewVisit, NewWord
from backline.cases.wording import CustomerFacts, customer_letter
from backline.cases.wording._letters import CUSTOMER_CODES
from backline.channels.sms.segments import as_text, segments
from backline.core.words import WaitReason
from backline.people import operations as people
from backline.people.languages import WRITTEN, written_to_in, written_to_who_accepts
from backline.people.operations import ContactForm, Invalid
from tests.fakes.house import House

NEXT = datetime(2026, 9, 23, 12, 30, tzinfo=UTC)
"""The next word: at half past two in Berlin, on a Wednesday in September."""
FACTS = CustomerFacts(
    name="Cleo",
    language="en",
    zone="Europe/Berlin",
    reference="LIB-J1-1",
    what="Aufzug 7",
    link="https://example.org/c/abc",
    who="Sana",
    next_by=NEXT,
    from_at=NEXT + timedelta(days=1),
    until=NEXT + timedelta(days=1, hours=2),
    wait="PART",
    text="K7",
    called_off=((NEXT + timedelta(days=2), NEXT + timedelta(days=2, hours=1)),),
)
IN_FULL = {
    "en": "by Wed 23 Sep 2026, 14:30",
    "de": "Mi 23. September 2026, 14:30 Uhr",
    "es": "el miércoles 23 de septiembre de 2026, 14:30",
    "fr": "le mercredi 23 septembre 2026 à 14h30",
}
IN_SHORT = {
    "en": "Wed 23 Sep, 14:30",
    "de": "Mi 23. Sep, 14:30 Uhr",
    "es": "mié 23 sep, 14:30",
    "fr": "mer 23 sept. à 14h30",
}
WINDOW = {
    "en": "Thu 24 Sep 2026 between 14:30 and 16:30",
    "de": "am Do 24. September 2026 zwischen 14:30 und 16:30 Uhr",
    "es": "el jueves 24 de septiembre de 2026 entre las 14:30 y las 16:30",
    "fr": "le jeudi 24 septembre 2026 entre 14h30 et 16h30",
}
LAST = ("closed", "withdrawn")
LONG = "Estación Número Uno, Çamlıca Łódź 中央駅 Pförtnerhaus am Nordflügel, Zufahrt über die Rückseite des Gebäudes"
MOMENTS = [(code, language) for code in CUSTOMER_CODES for language in WRITTEN]


def said(code: str, language: str, **changes: object) -> wording.Letter:
    return customer_letter(code, replace(FACTS, language=language, closes=code == "resolved", **changes))


@pytest.mark.parametrize(("code", "language"), MOMENTS)
def test_each_moment_says_what_is_next_and_when(code: str, language: str) -> None:
    letter = said(code, language)
    assert (IN_FULL[language] in letter.body) == (code not in LAST)
    assert "Aufzug 7" in letter.short
    assert (IN_SHORT[language] in letter.short) == (code not in LAST)
    if code in ("visit", "visit_moved"):
        assert WINDOW[language] in letter.body
    assert "%" not in letter.subject + letter.body + letter.short


@pytest.mark.parametrize(("code", "language"), [one for one in MOMENTS if one[1] != "en"])
def test_no_two_words_of_the_english_letter_stand_in_another(code: str, language: str) -> None:
    changes = {"rests": code == "accepted"}
    theirs, ours = said(code, language, **changes), said(code, "en", **changes)
    assert couples(ours) & couples(theirs) == set()


def couples(letter: wording.Letter) -> set[tuple[str, str]]:
    """Each two words that follow each other, without what is the same in all languages."""
    text = f"{letter.subject} {letter.body} {letter.short}"
    words = re.findall(r"[^\W\d]+", text.replace(FACTS.link, "").replace("Europe/Berlin", "").replace("LIB-J1-1", ""))
    return {(one, other) for one, other in pairwise(words) if one.islower() and other.islower()}


@pytest.mark.parametrize(("code", "language"), MOMENTS)
@pytest.mark.parametrize(
    "what", [LONG, "Lift 7 Library hall, High Street entrance, behind the reading room on the left"]
)
def test_a_text_message_fits_into_two_segments_and_keeps_the_moment(code: str, language: str, what: str) -> None:
    words = f"{LONG} " * 4 if code == "update" else ""
    short = as_text(said(code, language, what=what, who=f"Dr. {LONG}", text=words).short)
    assert segments(short) <= 2
    assert (IN_SHORT[language] in short) == (code not in LAST)


@pytest.mark.parametrize("reason", WaitReason)
@pytest.mark.parametrize("language", WRITTEN)
def test_what_is_waited_for_is_said_to_her_face(reason: WaitReason, language: str) -> None:
    letter = said("waiting", language, wait=reason)
    with override(language):
        named = wording.waits_for(reason)
    assert named in letter.body or reason is WaitReason.CUSTOMER
    assert "customer" not in letter.body.lower()


@pytest.mark.parametrize(
    ("code", "language"),
    [("de", "de"), ("de-AT", "de"), ("DE_ch", "de"), ("German", "de"), ("fr-CA", "fr"), ("es-419", "es"), ("pl", "en"),
     ("gsw", "en"), ("", "en"), ("../../etc", "en"), ("de\n", "de"), ("x" * 500, "en"), ("%(name)s", "en")],
)  # fmt: skip
def test_whoever_reads_another_language_is_written_to_in_english(code: str, language: str) -> None:
    assert written_to_in(code) == language
    assert said("raised", code).body == said("raised", language).body


@pytest.mark.parametrize(
    ("header", "language"),
    [("", "en"), ("fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "fr"), ("pl, es;q=0.5", "es"), ("*", "en"),
     ("de;q=0.1,es;q=0.9", "es"), ("\x00;;;,q=", "en"), ("xx-" * 5000, "en"), ("zh-Hant", "en")],
)  # fmt: skip
def test_a_browser_is_answered_in_what_it_asks_for_first_of_ours(header: str, language: str) -> None:
    assert written_to_who_accepts(header) == language


def test_each_contact_gets_letters_in_her_own_language(house: House) -> None:
    speaks(house, "cleo", "de-AT")
    speaks(house, "otto", "French")
    mine = house.working()
    theirs = house.raised(job=str(house.otto_job.id))
    start = house.clock.now() + timedelta(days=1)
    cases.book_visit([mine], visit=NewVisit(start, start + timedelta(hours=2)), **house.once("sana"))
    cases.tell_customer([mine], word=NewWord("K7", start), **house.once("sana"))
    house.offer(theirs)
    subjects = " / ".join(house.subjects("Cleo"))
    assert "Wir haben weitere Hilfe geholt: Lift 7 Library" in subjects
    assert "Sana kümmert sich um Lift 7" in subjects
    assert "Unser Besuch bei Ihnen: Sa 21. November 2026" in subjects
    assert "Nous avons fait appel à du renfort : Lift 7 Museum" in " / ".join(house.subjects("Otto"))
    letters = {name: house.letters(name) for name in ("Cleo", "Otto")}
    assert {one.language for one in letters["Cleo"]} == {"de"}
    assert {one.language for one in letters["Otto"]} == {"fr"}
    assert not any("Museum" in one.body for one in letters["Cleo"])
    assert not any("Library" in one.body for one in letters["Otto"])
    assert all("Hello" in one.body for one in house.letters("Carl")), "ours stay in English"


def test_a_letter_says_the_language_that_it_is_in_not_the_one_that_was_wished_for(house: House) -> None:
    speaks(house, "cleo", "pl")
    house.raised()
    [letter] = house.letters("Cleo")
    assert (letter.language, "Hello Cleo," in letter.body) == ("en", True)


@pytest.mark.parametrize("language", ["", "xx", "../../etc", "de" * 200, "%(name)s"])
def test_a_language_that_nobody_knows_is_not_kept(house: House, language: str) -> None:
    with pytest.raises(Invalid, match="No language known here is called"):
        speaks(house, "cleo", language)


def speaks(house: House, name: str, language: str) -> None:
    contact = {"cleo": house.cleo, "otto": house.otto}[name]
    form = ContactForm(contact.name, contact.email, language=language, zone="Europe/Berlin")
    people.keep_contact(form, contact_id=str(contact.id))
    contact.refresh_from_db()
