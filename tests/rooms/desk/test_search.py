"""Search: by all that was said and named, slips and all, by whoever may see it, never by an erased word."""

from __future__ import annotations

import importlib
import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from backline.cases import operations as cases
from backline.cases.models import Search, Word
from backline.cases.operations import MoveRefused, NewStep
from backline.cases.words import meant, words
from backline.core.words import StepResult
from backline.jobs.models import Job
from backline.people import operations as people
from backline.people.operations import ContactForm
from tests.fakes import browser as web
from tests.fakes import naughty
from tests.fakes.browser import signed_in
from tests.fakes.house import House
from tests.fakes.world import World

PLAIN = (NewStep("Looked at it", StepResult.FAILED),)


def found(browser: Client, text: str, place: str = "/queue", **more: Any) -> list[str]:
    """The ids of the cases that the page lists for a search, in their order."""
    page = browser.get(place, {"text": text, **more})
    assert page.status_code == 200, text
    ids = re.findall(r'href="/cases/([0-9a-f-]{36})"', page.content.decode())
    return list(dict.fromkeys(ids))


def test_a_case_is_found_by_everything_that_was_said_and_whom_it_names(house: House) -> None:
    steps = (NewStep("Measured the encoder", StepResult.NO_EFFECT, tool="Oscilloscope", reading="Ripple"),)
    case = house.raised(
        summary="Cabin shudders", notes="Gearbox oil leaks", words="It smells burnt", tags=("monsoon",),
        fault_codes=("E42", "QX99"), steps=steps,
    )  # fmt: skip
    house.raised(job=str(house.otto_job.id), summary="Hums", steps=PLAIN)
    house.offer(case), house.accept(case)
    cases.add_note([case], text="Ordered a sprocket", **house.once("sana"))
    carl = signed_in("carl")
    for text in (
        "shudders", "GEARBOX", "burnt", "monsoon", "e42", "qx99", "encoder", "oscilloscope", "ripple", "sprocket",
        "library", "LIB-1", "lib-l7", "LIB-J1", "Cleo", "Sana", "Lift specialists", "gear", "sprok", "shuders oil",
    ):  # fmt: skip
        assert found(carl, text) == [case], text


def test_a_word_that_is_known_is_no_slip_of_another(house: House) -> None:
    door, other = house.raised(summary="The doors hum"), house.raised(summary="Dooms and domes")
    carl = signed_in("carl")
    assert set(found(carl, "doors")) == {door}
    assert set(found(carl, "dooms")) == {other}
    assert set(found(carl, "doorz")) == {door}, "a word that nobody wrote may be a slip"


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("relya", "relay"), ("libary", "library"), ("escaltor", "escalator"), ("contoller", "controller"),
        ("conroll", "controller"), ("doro", "door"), ("Müler", "muller"), ("gearbx", "gearboxes"),
        ("lfot", "loft"), ("pmup", "pump"), ("vlave", "valve"), ("Snaa", "Sana"), ("vavle", "valve"),
    ],
)  # fmt: skip
def test_a_slip_of_the_finger_finds_what_was_meant(house: House, typed: str, known: str) -> None:
    case = house.raised(summary=f"The {known} is worn", steps=PLAIN)
    house.raised(summary="Something else", steps=PLAIN, job=str(house.otto_job.id))
    assert found(signed_in("carl"), typed) == [case]


@pytest.mark.parametrize(("typed", "other"), [("relay", "relief"), ("cable", "cabin"), ("motor", "meter")])
def test_what_was_not_meant_is_not_found(house: House, typed: str, other: str) -> None:
    house.raised(summary=f"A {other}", steps=PLAIN, job=str(_bare_job(house).id))
    assert found(signed_in("carl"), typed) == []
    assert meant(typed.lower(), [other.lower()]) == []


def test_one_slip_on_paper_hides_nothing_and_tells_nobody_what_is_out_of_his_sight(house: House) -> None:
    theirs, hers = house.working(summary="A passenger waits"), house.raised(summary="Hums", steps=PLAIN)
    carl, sana = signed_in("carl"), signed_in("sana")
    for browser, place in ((carl, "/queue"), (sana, "/mine")):
        assert found(browser, "pasenger", place) == [theirs]
    cases.add_note([hers], text="The pasenger was here", **house.once("carl"))
    assert found(sana, "pasenger", "/mine") == [theirs], "what she cannot see changes nothing"
    assert found(carl, "pasenger") == [hers], "a word that is known is no slip"
    page = carl.get("/queue", {"text": "pasenger"}).content.decode()
    assert 'href="?text=pasenger&amp;alike=yes"' in page
    assert set(found(carl, "pasenger", alike="yes")) == {theirs, hers}
    tess = signed_in("tess")
    assert 'href="?text=pasenger&amp;alike=yes"' in tess.get("/my-cases", {"text": "pasenger"}).content.decode()
    assert set(found(tess, "pasenger", "/my-cases", alike="yes")) == {theirs, hers}
    assert "similar words" not in carl.get("/queue", {"text": "e42"}).content.decode(), "nobody misspells a code"


def _bare_job(house: House) -> Job:
    """A job whose names say nothing of lifts."""
    return Job.objects.create(
        reference="X-1", site=house.job.site, asset=None, technician=house.persons["tess"], title="Stands still",
        opened_at=house.clock.now(),
    )  # fmt: skip


def test_several_words_narrow_and_a_beginning_is_enough(house: House) -> None:
    both, one = house.raised(summary="Relay and brake worn"), house.raised(summary="Relay worn")
    carl = signed_in("carl")
    assert set(found(carl, "rel")) == {both, one}
    assert found(carl, "bra rel") == [both]
    assert found(carl, "relay escalator") == []


def test_a_number_finds_its_case_first_whatever_the_filter(house: House) -> None:
    world_case, other = house.working(), house.raised(summary="Like 1001 and 1002 before")
    house.resolve(world_case)
    cases.confirm([world_case], **house.once("cleo"))
    number = house.view(world_case).line.number
    cases.add_note([other], text=f"The same as {number}", **house.once("carl"))
    carl = signed_in("carl")
    for text in (f"E-{number}", f"e{number}", f" e - {number} "):
        assert found(carl, text)[0] == world_case, text
    assert found(carl, str(number)) == [world_case, other]
    assert found(carl, "9" * 18) == []


def test_closed_cases_are_found_where_they_are_asked_for(house: House) -> None:
    case = house.working(summary="Sprocket gone")
    house.resolve(case)
    cases.confirm([case], **house.once("cleo"))
    carl = signed_in("carl")
    assert [found(carl, "sprocket", show=show) for show in ("", "closed", "all")] == [[], [case], [case]]
    cases.reopen([case], why="Again", **house.once("carl"))
    assert [found(carl, "sprocket", show=show) for show in ("", "closed", "all")] == [[case], [], [case]]


def test_each_finds_what_he_may_see_and_no_more(house: House) -> None:
    mine, other = house.raised(summary="Sprocket of mine"), house.raised("carl", summary="Sprocket of his")
    Job.objects.filter(id=house.job.id).update(technician=house.persons["tom"])
    third = house.raised("tom", summary="Sprocket of Tom")
    tess, tom, sana, dora = (signed_in(name) for name in ("tess", "tom", "sana", "dora"))
    assert set(found(tess, "sprocket", "/my-cases")) == {mine, other}
    assert found(tom, "sprocket", "/my-cases") == [third]
    assert found(tom, house.view(mine).line.reference, "/my-cases") == []
    for browser in (sana, dora):
        assert found(browser, "sprocket", "/mine") == []
        assert "0 found" in web.words(browser.get("/mine", {"text": "sprocket"}))
    house.offer(mine)
    assert found(sana, "sprocket", "/mine") == [mine]
    house.accept(mine)
    cases.offer([mine], cases.NewOffer(str(house.support.id), why="Yours"), **house.once("sana"))
    assert (found(sana, "sprocket", "/mine"), found(dora, "sprocket", "/mine")) == ([mine], [mine])
    cases.offer([mine], cases.NewOffer(str(house.specialists.id), why="Ours"), **house.once("carl"))
    assert (found(sana, "sprocket", "/mine"), found(dora, "sprocket", "/mine")) == ([mine], [])
    assert "0 found" in web.words(dora.get("/mine", {"text": "sprocket"}))


def test_the_words_of_an_erased_contact_are_found_by_nobody(house: House) -> None:
    zoe = people.keep_contact(ContactForm("Zoe Quagmire", "zoe@example.net"))
    house.job.site.contacts.set([zoe])
    case = house.raised(words="It smells of turpentine", summary="Cabin shudders")
    kept = house.raised(summary="Turpentine in the pit")
    carl = signed_in("carl")
    assert set(found(carl, "turpentine")) == {case, kept}
    assert set(found(carl, "quagmire")) == {case, kept}
    cases.erase_contact(contact_id=str(zoe.id), at=house.clock.now())
    assert found(carl, "turpentine") == [kept]
    for text in ("quagmire", "Zoe", "quagmyre", "smells"):
        assert found(carl, text, show="all") == [], text
    assert found(carl, "shudders") == [case]
    everything = {word for one in Search.objects.all() for word in one.lexemes}
    assert {"quagmire", "smells"} & (everything | set(Word.objects.values_list("word", flat=True))) == set()
    assert Word.objects.filter(word="turpentine").exists()
    assert cases.rebuild(check=True).flaws == ()


def test_an_erasure_that_fails_leaves_the_words(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case = house.raised(words="It smells of turpentine")
    monkeypatch.setattr("backline.cases.operations._erase.forget", _fails)
    with pytest.raises(RuntimeError):
        cases.erase_contact(contact_id=str(house.cleo.id), at=house.clock.now())
    assert found(signed_in("carl"), "turpentine") == [case]


def _fails(_lost: object) -> None:
    raise RuntimeError("the power went")


def test_whoever_is_not_informed_any_more_is_not_searched_for(house: House) -> None:
    case, cora = house.raised(), house.joined_by("Cora")
    carl = signed_in("carl")
    assert (found(carl, "cleo"), found(carl, "cora")) == ([case], [])
    cases.change_contact([case], contact=str(cora.id), **house.once("carl"))
    assert (found(carl, "cleo"), found(carl, "cora")) == ([], [case])


def test_what_is_refused_is_not_found(house: House) -> None:
    case = house.raised()
    with pytest.raises(MoveRefused):
        cases.try_step([case], step=NewStep("Sprocket", StepResult.FIXED), **house.once("carl"))
    assert found(signed_in("carl"), "sprocket") == []


def test_the_words_are_made_anew_by_a_rebuild_and_missed_by_its_check(house: House) -> None:
    case = house.raised(summary="Sprocket gone", fault_codes=("E42",))
    house.offer(case), house.accept(case)
    cases.add_note([case], text="Gearbox", **house.once("sana"))
    before = set(Search.objects.get(case=case).lexemes)
    Search.objects.all().delete()
    assert [flaw.what for flaw in cases.rebuild(check=True).flaws] == ["the row's words is not what the events give"]
    assert cases.rebuild(check=False).flaws == cases.rebuild(check=True).flaws == ()
    assert set(Search.objects.get(case=case).lexemes) == before
    assert found(signed_in("carl"), "sprocket gearbox e42 sana") == [case]


def test_a_case_with_more_words_than_are_kept_takes_a_note_all_the_same(house: House) -> None:
    case, carl = house.raised(), signed_in("carl")
    for number in range(5):
        text = " ".join(f"w{number}x{one}" for one in range(1600))[:9990]
        cases.add_note([case], text=text, **house.once("carl"))
    assert found(carl, "w0x1") == [case]
    house.offer(case), house.accept(case), house.resolve(case)
    cases.confirm([case], **house.once("cleo"))
    assert (found(carl, "w0x1"), found(carl, "w0x1", show="closed")) == ([], [case])


def test_a_word_is_letters_and_digits_without_accents() -> None:
    assert words("Crème brûlée, ÅÅ-7 ﬁre STRASSE straße") == ["creme", "brulee", "aa", "7", "fire", "strasse"]
    assert words("电梯坏了 лифт ลิฟต์")[:2] == ["电梯坏了", "лифт"]
    assert words("' \\ & | ! ( ) :* <-> \0 _") == []


def test_hostile_words_are_kept_and_looked_for_as_any(house: House) -> None:
    browser = signed_in("carl")
    for text in [*naughty.packed(naughty.strings(), 190), "' & !x:*", "a" * 190, "\\'", "=open", "🛗", "%_%"]:
        case = house.raised(summary=text)
        looked = words(text)[:8]
        if looked:
            assert case in found(browser, " ".join(looked), sort="-opened"), text
        assert browser.get("/queue", {"text": text}).status_code == 200


def test_the_migration_gives_the_cases_of_before_the_words_that_they_would_have_today(house: House) -> None:
    world = World(house)
    cases.add_note([world.cases["ACCEPTED"]], text="Ordered a sprocket", **house.once("sana"))
    house.raised(fault_codes=("E42", "QX99"), words="It smells burnt")
    today = {str(one.case_id): set(one.lexemes) for one in Search.objects.all()}
    known = set(Word.objects.values_list("word", flat=True))
    Search.objects.all().delete(), Word.objects.all().delete()
    fill = importlib.import_module("backline.cases.migrations.0005_find_all").fill
    fill(None, SimpleNamespace(connection=connection))
    assert {str(one.case_id): set(one.lexemes) for one in Search.objects.all()} == today
    assert set(Word.objects.values_list("word", flat=True)) == known
