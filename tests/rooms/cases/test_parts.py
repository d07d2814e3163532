"""Parts: what is asked of whom and by when; a date that breaks what the customer was told climbs at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from backline.cases import operations as cases
from backline.cases.operations import MoveRefused, NewPart, NewVisit, Refusal
from backline.core.words import ClockName, Impact, Urgency
from backline.engine.auditor import passes
from backline.engine.models import Finding
from backline.ledger.queries import events
from backline.portal.story import story
from tests.fakes.browser import hidden_in, link_of, signed_in, words
from tests.fakes.house import House


def asked(house: House, hours: int = 2) -> tuple[str, str]:
    """A case of Sana's that waits for a part; its id and that of the part."""
    case = house.working()
    until = house.clock.now() + timedelta(hours=hours)
    cases.request_part([case], part=NewPart("Relay K7", "Vera's Relays", until), **house.once("sana"))
    [part] = house.view(case).waits
    return case, part.id


def move(house: House, case: str, part: str, until: datetime, name: str = "sana") -> None:
    cases.move_part([case], record=part, until=until, why="The lorry broke down", **house.once(name))


def owed(house: House, case: str) -> list[Any]:
    return [clock for clock in house.view(case).clocks if clock.subject == "owed"]


def test_sana_asks_for_a_part_and_everybody_reads_what_concerns_him(house: House) -> None:
    case, _part = asked(house)
    entry = house.view(case).timeline[-1]
    assert entry.what.startswith("Asked Vera's Relays for a part, expected by ")
    assert entry.why == ("Relay K7",)
    letter = house.letters("Cleo")[-1]
    assert "We are waiting for a part" in letter.subject
    page = words(signed_in("carl").get(link_of(house, "cleo", case)))
    for secret in ("Relay K7", "Vera"):
        assert secret not in letter.body
        assert secret not in page
    assert "We are waiting for a part, expected by" in page
    clocks = {clock.name for clock in house.view(case).clocks}
    assert ClockName.WAIT in clocks
    assert ClockName.PROGRESS not in clocks
    assert house.letters("Otto") == []


def test_a_date_after_the_promised_word_has_the_coordinators_told_at_once_and_ends_with_a_word_to_the_customer(
    house: House,
) -> None:
    case, part = asked(house)
    before = house.view(case).case
    assert before.promise_by
    house.clock.advance(timedelta(minutes=10))
    house.tick()
    told, sent = len(house.letters("Carl")), len(house.letters("Cleo"))
    move(house, case, part, before.promise_by + timedelta(seconds=1))
    house.tick()
    [letter] = house.letters("Carl")[told:]
    assert "The next word to the customer" in letter.subject
    assert "The lorry broke down" in letter.body
    assert "That breaks what the customer was told" in letter.body
    assert len(house.letters("Cleo")) == sent
    climbs = words(signed_in("carl").get(f"/cases/{case}/climbs"))
    assert "It came due together with a later step, which acts for both." in climbs
    assert "Skipped: when the engine looked" not in climbs, "nobody was late"
    [clock] = owed(house, case)
    assert (clock.due_at, house.view(case).clocks[0]) == (house.clock.now(), clock)
    assert house.view(case).case.promise_by == before.promise_by
    seen = house.view(case, "cleo")
    assert story(seen, at=house.clock.now()).late == ""
    house.until(house.clock.now() + timedelta(minutes=61))
    assert [one for one in house.subjects("Max") if "The next word to the customer" in one]
    higher: dict[str, Any] = {"impact": Impact.MAJOR, "urgency": Urgency.HIGH, "why": "All lifts stand"}
    cases.change_priority([case], **higher, **house.once("carl"))
    assert len(owed(house, case)) == 1
    word = cases.NewWord("The part comes later", house.clock.now() + timedelta(hours=1))
    cases.tell_customer([case], word=word, **house.once("sana"))
    assert owed(house, case) == []
    assert cases.rebuild(check=True).flaws == ()


def test_a_letter_that_goes_out_of_itself_pays_no_owed_word_and_the_news_of_a_visit_does(house: House) -> None:
    case, part = asked(house)
    promise = house.view(case).case.promise_by
    assert promise
    move(house, case, part, promise + timedelta(hours=1))
    [clock] = owed(house, case)
    sent = len(house.letters("Cleo"))
    cases.deescalate([case], team=str(house.support.id), why="Near by", **house.once("carl"))
    cases.accept([case], lease=timedelta(minutes=30), **house.once("dora"))
    assert owed(house, case) == [clock]
    assert len(house.letters("Cleo")) > sent, "she hears who looks at it, and nothing of the delay"
    told = len(house.letters("Max"))
    house.until(house.clock.now() + timedelta(minutes=61), timedelta(minutes=5))
    assert any("The next word to the customer" in letter.subject for letter in house.letters("Max")[told:])
    passes.run(house.clock.now(), whole=True)
    assert not Finding.objects.exclude(what__in=("LATE", "OVERDUE")).exists()
    start = house.clock.now() + timedelta(hours=3)
    cases.book_visit([case], visit=NewVisit(start, start + timedelta(hours=1)), **house.once("dora"))
    assert owed(house, case) == []
    assert cases.rebuild(check=True).flaws == ()


def test_who_waits_as_long_as_he_may_is_not_forgotten_and_the_end_of_it_goes_up_to_the_last(house: House) -> None:
    case, _part = asked(house, hours=24 * 30)
    [wait] = house.view(case).waits
    assert wait.until
    house.until(wait.until - timedelta(minutes=1), step=timedelta(days=1))
    house.until(wait.until + timedelta(minutes=50))
    told = [event for event in events(case) if event.kind == "rung.reached"]
    assert {event.data["clock"] for event in told} >= {"CUSTOMER_UPDATE", "RESOLVE", "WAIT"}, (
        "a wait ends no other clock"
    )
    assert max(later.recorded_at - sooner.recorded_at for sooner, later in pairwise(told)) <= timedelta(days=1)
    names = {str(house.persons[name].id): name for name in ("sana", "lena", "max", "ada")}
    of_wait = [names[one] for event in told if event.data["clock"] == "WAIT" for one in event.data["told"]]
    assert of_wait == ["sana", "sana", "lena", "max", "ada"]


def test_a_date_before_the_promised_word_breaks_nothing(house: House) -> None:
    case, part = asked(house)
    promise = house.view(case).case.promise_by
    assert promise
    move(house, case, part, promise)
    assert owed(house, case) == []
    [wait] = house.view(case).waits
    assert wait.until == promise
    assert [clock.due_at for clock in house.view(case).clocks if clock.name is ClockName.WAIT] == [promise]
    page = words(signed_in("carl").get(link_of(house, "cleo", case)))
    assert "We now expect the part by" in page
    assert "lorry" not in page


def test_a_date_after_a_booked_visit_breaks_it_and_an_earlier_one_never_does(house: House) -> None:
    case, part = asked(house)
    now = house.clock.now()
    visit = NewVisit(now + timedelta(hours=1), now + timedelta(hours=2), str(house.persons["sana"].id))
    cases.book_visit([case], visit=visit, **house.once("carl"))
    move(house, case, part, now + timedelta(minutes=90))
    assert owed(house, case) == []  # earlier than it was, though after the visit begins
    move(house, case, part, now + timedelta(minutes=91))
    assert len(owed(house, case)) == 1


def test_who_has_the_case_hears_of_a_date_that_somebody_else_changed(house: House) -> None:
    case, part = asked(house)
    sent = len(house.letters("Sana"))
    move(house, case, part, house.clock.now() + timedelta(hours=1), "carl")
    [letter] = house.letters("Sana")[sent:]
    assert "The part is expected by" in letter.subject
    assert "The lorry broke down" in letter.body


def test_the_ladder_of_a_part_begins_anew_with_its_new_date_and_the_lease_rests(house: House) -> None:
    def told() -> int:
        return len([one for one in house.subjects("Sana") if "The end of the wait" in one])

    case, part = asked(house, hours=1)
    first = house.clock.now() + timedelta(hours=1)
    second = first + timedelta(hours=1)
    house.until(first + timedelta(minutes=6))
    assert told() == 2
    move(house, case, part, second)
    house.until(second - timedelta(minutes=1))
    assert told() == 2
    house.until(second)
    assert told() == 3
    cases.end_wait([case], record=part, outcome="It came", **house.once("sana"))
    assert house.view(case).waits == ()
    assert ClockName.PROGRESS in {clock.name for clock in house.view(case).clocks}


@pytest.mark.parametrize(
    ("name", "hours", "why", "refusal"),
    [
        ("tess", 3, "Late", Refusal.NOT_YOURS),
        ("sana", -1, "Late", Refusal.NOT_IN_THE_FUTURE),
        ("sana", 24 * 31, "Late", Refusal.TOO_FAR),
        ("sana", 2, "Late", Refusal.NOTHING_NEW),
        ("sana", 3, "", Refusal.NEEDS),
    ],
)
def test_a_date_that_cannot_be_is_refused_and_nothing_is_changed(
    house: House, name: str, hours: int, why: str, refusal: Refusal
) -> None:
    case, part = asked(house)
    seq = house.view(case).case.seq
    until = house.clock.now() + timedelta(hours=hours)
    with pytest.raises(MoveRefused) as refused:
        cases.move_part([case], record=part, until=until, why=why, **house.once(name))
    assert (refused.value.refusal, house.view(case).case.seq) == (refusal, seq)


def test_a_part_that_came_and_one_of_another_case_have_no_new_date(house: House) -> None:
    case, part = asked(house)
    other, _record = asked(house)
    later = house.clock.now() + timedelta(hours=3)
    cases.end_wait([case], record=part, outcome="It came", **house.once("sana"))
    for wrong in (case, other):
        with pytest.raises(MoveRefused) as refused:
            move(house, wrong, part, later)
        assert refused.value.refusal is Refusal.NO_SUCH_RECORD


def test_carl_asks_and_moves_on_the_page_and_reads_what_is_wrong_beside_its_field(house: House) -> None:
    case = house.working()
    carl, now = signed_in("carl"), house.clock.now()
    page = carl.get(f"/cases/{case}/part")
    soon = f"{now + timedelta(hours=3):%Y-%m-%dT%H:%M}"
    typed = hidden_in(page) | {"what": "Relay K7", "supplier": "Vera", "until": soon}
    assert "Which part" in words(page)
    wrong = carl.post(f"/cases/{case}/part", typed | {"supplier": "", "until": "tomorrow"})
    assert wrong.status_code == 422
    assert "Relay K7" in words(wrong)
    assert [carl.post(f"/cases/{case}/part", typed).status_code for _ in range(2)] == [302, 302]
    [part] = house.view(case).waits
    page = carl.get(f"/cases/{case}/move-part")
    assert "Asked Vera for a part" in words(page)
    moved = hidden_in(page) | {"record": part.id, "until": f"{now + timedelta(hours=30):%Y-%m-%dT%H:%M}", "why": "Snow"}
    assert carl.post(f"/cases/{case}/move-part", moved).status_code == 302
    assert "The part is expected by" in words(carl.get(f"/cases/{case}"))
    assert "now, not by" in words(carl.get(f"/cases/{case}/end-wait"))
    assert signed_in("tess").post(f"/cases/{case}/move-part", moved).status_code == 409
    assert signed_in("dora").post(f"/cases/{case}/move-part", moved).status_code == 404
