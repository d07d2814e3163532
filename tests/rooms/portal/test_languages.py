"""The customer's page, and every page that her link can lead to, speaks her language; the desk speaks English."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from django.test import Client

from backline.cases import operations as cases
from backline.cases.operations import NewVisit, NewWord
from backline.core.words import ToldBy, WaitReason
from backline.people import operations as people
from backline.people.languages import WRITTEN
from backline.people.operations import ContactForm
from tests.fakes.browser import key_in, keys_in, link_of, signed_in, text
from tests.fakes.house import House

OTHERS = [one for one in WRITTEN if one != "en"]
HEADLINE = {
    "de": "Sana arbeitet daran und wartet auf ein Ersatzteil.",
    "es": "Sana está trabajando en ello y espera una pieza.",
    "fr": "Sana y travaille et attend une pièce.",
}
PROMISED = {
    "de": "Bis spätestens heute 23:00 Uhr hören Sie wieder von uns.",
    "es": "Tendrá noticias nuestras a más tardar hoy, 23:00 .",
    "fr": "Vous aurez de nos nouvelles au plus tard aujourd'hui à 23h00 .",
}
VISIT = {
    "de": "Sana kommt morgen zwischen 19:00 und 21:00 Uhr",
    "es": "Sana irá mañana entre las 19:00 y las 21:00",
    "fr": "Sana viendra demain entre 19h00 et 21h00",
}
NOT_VALID = {
    "en": "This link is no longer valid.",
    "de": "Dieser Link gilt nicht mehr.",
    "es": "Este enlace ya no es válido.",
    "fr": "Ce lien n'est plus valable.",
}
FILL_IN = {"de": "Bitte füllen Sie das aus.", "es": "Rellene este campo.", "fr": "Remplissez ce champ."}
OURS = {"Library", "library", "hall", "Lift", "Berlin"}


def speaks(house: House, language: str, name: str = "cleo") -> None:
    contact = {"cleo": house.cleo, "otto": house.otto}[name]
    form = ContactForm(contact.name, contact.email, language=language, zone="Europe/Berlin")
    people.keep_contact(form, contact_id=str(contact.id))
    contact.refresh_from_db()


def lived(house: House) -> str:
    """A case of which much has to be said: a wait, a visit that moved, words on the phone."""
    case, hour = house.working(), timedelta(hours=1)
    house.clock.advance(-timedelta(minutes=1))
    until, start = house.clock.now() + 6 * hour, house.clock.now() + timedelta(days=1)
    cases.begin_wait([case], reason=WaitReason.PART, until=until, what="K7", **house.once("sana"))
    cases.book_visit([case], visit=NewVisit(start - hour, start), **house.once("sana"))
    record = house.view(case).visits[0].id
    cases.book_visit([case], visit=NewVisit(start, start + 2 * hour, record=record), **house.once("sana"))
    for told_by in (ToldBy.CALL, ToldBy.MAIL):
        cases.tell_customer([case], word=NewWord("K7", start, told_by), **house.once("sana"))
    return case


def page(house: House, case: str, name: str = "cleo") -> Any:
    return Client().get(link_of(house, name, case))


def couples(said: str) -> set[tuple[str, str]]:
    """Each two words that follow each other, without names."""
    words = re.findall(r"[^\W\d]+", said)
    return {(one, other) for one, other in pairwise(words) if not {one, other} & OURS}


def in_all(house: House, case: str) -> dict[str, Any]:
    """The page in each language."""
    found = {}
    for language in WRITTEN:
        speaks(house, language)
        found[language] = page(house, case)
    return found


def test_the_page_says_what_is_and_what_is_next_in_her_language(house: House) -> None:
    case = house.working()
    house.clock.advance(-timedelta(minutes=1))
    until, start = house.clock.now() + timedelta(hours=6), house.clock.now() + timedelta(days=1)
    cases.begin_wait([case], reason=WaitReason.PART, until=until, what="K7", **house.once("sana"))
    cases.book_visit([case], visit=NewVisit(start, start + timedelta(hours=2)), **house.once("sana"))
    for language, shown in in_all(house, case).items():
        assert f'<html lang="{language}" dir="ltr"' in shown.content.decode()
        assert shown["Content-Language"] == language
        if language in OTHERS:
            for said in (HEADLINE, PROMISED, VISIT):
                assert said[language] in text(shown)


@pytest.mark.parametrize("stage", ["working", "resolved", "closed"])
def test_nothing_on_the_page_is_left_in_english(house: House, stage: str) -> None:
    case = lived(house)
    if stage != "working":
        house.resolve(case)
    if stage == "closed":
        cases.confirm([case], **house.once("cleo"))
    shown = {language: text(one) for language, one in in_all(house, case).items()}
    assert len(couples(shown["en"])) > 40
    for language in OTHERS:
        assert couples(shown[language]) & couples(shown["en"]) == set()


@pytest.mark.parametrize("language", OTHERS)
def test_the_form_asks_refuses_and_thanks_in_her_language(house: House, language: str) -> None:
    case = lived(house)
    house.resolve(case)
    speaks(house, language)
    client, address = Client(), link_of(house, "cleo", case)
    shown = client.get(address)
    empty = client.post(address, {"key": keys_in(shown)[-1], "answer": "not-fixed", "why": " "})
    assert empty.status_code == 422
    assert FILL_IN[language] in text(empty)
    assert empty["Content-Language"] == language
    for english in ("Something needs", "Fill this", "What is not", "(optional)"):
        assert english not in text(empty)
    sent = client.post(address, {"key": keys_in(shown)[-1], "answer": "not-fixed", "why": "K7"}, follow=True)
    assert "Thank you" not in text(sent)
    assert 'role="status"' in sent.content.decode()
    late = client.post(address, {"key": "0" * 32, "answer": "works"})
    assert late.status_code == 409
    assert "moved on" not in text(late)


@pytest.mark.parametrize("language", WRITTEN)
@pytest.mark.parametrize("flaw", ["expired", "revoked", "gone from the site"])
def test_a_link_that_does_not_open_any_more_says_so_in_her_language(house: House, language: str, flaw: str) -> None:
    case = house.raised()
    speaks(house, language)
    address = link_of(house, "cleo", case)
    if flaw == "expired":
        house.clock.advance(timedelta(days=91))
    elif flaw == "revoked":
        people.revoke_links(contact_id=str(house.cleo.id))
    else:
        house.job.site.contacts.remove(house.cleo)
        address = link_of(house, "otto", case)
        speaks(house, language, "otto")
    shown = Client(headers={"Accept-Language": language if flaw == "gone from the site" else "pl"}).get(address)
    assert shown.status_code == (404 if flaw == "gone from the site" else 410)
    assert NOT_VALID[language] in text(shown)
    assert f'<html lang="{language}" dir="ltr">' in shown.content.decode()
    assert shown["Content-Language"] == language


def test_whoever_was_erased_is_answered_in_the_language_of_the_browser(house: House) -> None:
    case = house.raised()
    speaks(house, "de")
    address = link_of(house, "cleo", case)
    people.erase_contact(contact_id=str(house.cleo.id), at=house.clock.now())
    assert NOT_VALID["fr"] in text(Client(headers={"Accept-Language": "fr"}).get(address))


def refusals(client: Client, address: str) -> dict[str, Any]:
    """What is answered at customers' addresses to what cannot be."""
    return {
        "altered": client.get(f"{address[:-3]}xyz"),
        "nothing there": client.get(f"{address}/more"),
        "not that way": client.delete(address),
        "too much": client.post(address, {"why": "x" * 2_100_000}),
        "no form": client.post(address, b"x", content_type="multipart/form-data"),
        "no such text": client.get("/c/a%00b"),
        "another encoding": client.post(address, b"x", content_type="text/plain; charset=latin-1"),
    }


def test_what_cannot_be_is_refused_in_the_language_of_the_browser(house: House) -> None:
    address = link_of(house, "cleo", house.raised())
    english = refusals(Client(raise_request_exception=False), address)
    assert {one.status_code for one in english.values()} <= {400, 404, 405, 413}
    for language in OTHERS:
        speaks(house, language)
        client = Client(raise_request_exception=False, headers={"Accept-Language": f"{language}-XX,en;q=0.5"})
        for what, shown in refusals(client, address).items():
            assert shown.status_code == english[what].status_code, what
            assert f'<html lang="{language}" dir="ltr">' in shown.content.decode(), what
            assert couples(text(shown)) & couples(text(english[what])) == set(), what


@pytest.mark.parametrize("language", OTHERS)
def test_a_form_without_its_cookie_can_be_sent_again_in_her_language(house: House, language: str) -> None:
    case = house.working()
    house.resolve(case)
    speaks(house, language)
    client = Client(enforce_csrf_checks=True, headers={"Accept-Language": "en", "Origin": "http://testserver"})
    shown = client.post(link_of(house, "cleo", case), {"key": "0" * 32, "answer": "not-fixed", "why": "K7 K7"})
    assert shown.status_code == 403
    assert "K7 K7" in text(shown)
    for english in ("What you wrote", "Send it", "Leave it", "was not sent", "Photos that"):
        assert english not in text(shown)


def test_each_reads_her_own_language_and_nothing_of_the_other_s(house: House) -> None:
    speaks(house, "de")
    speaks(house, "fr", "otto")
    mine, theirs = house.working(), house.raised(job=str(house.otto_job.id))
    assert "Sana arbeitet daran." in text(page(house, mine))
    his = text(page(house, theirs, "otto"))
    assert "Nous avons fait appel à du renfort" in his
    assert "Library" not in his
    closed = page(house, mine, "otto")
    assert closed.status_code == 404
    assert "Sana" not in text(closed)
    assert "Library" not in text(closed)


def test_the_desk_speaks_english_whatever_a_browser_asks_for(house: House) -> None:
    house.raised()
    speaks(house, "de")
    for address in ("/queue", "/sign-in", "/nothing"):
        shown = signed_in("carl", headers={"Accept-Language": "de"}).get(address, follow=True)
        assert '<html lang="en" dir="ltr"' in unescape(shown.content.decode())
    form = {"key": key_in(signed_in("ada").get("/administration/contacts/new"))}
    refused = signed_in("ada", headers={"Accept-Language": "de"}).post("/administration/contacts/new", form)
    assert "Fill this in." in text(refused)
