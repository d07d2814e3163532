"""Max is away and names a deputy: who hears of reviews, who may decide them, and what the record says of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from backline.cases import operations as cases
from backline.cases.operations import MoveRefused, NewDecision, NoSuchCase, Refusal
from backline.core.words import Danger, ReviewOutcome, Role
from backline.engine.auditor import passes
from backline.ledger import queries as ledger
from backline.people import operations as people
from backline.people.models import Deputy
from backline.people.operations import DeputyForm, Invalid, PersonForm
from tests.fakes.browser import hidden_in, signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.fakes.installation import until
from tests.rooms.cases.test_recompute_race import beside
from tests.rooms.cases.test_triggers_race import waiting

PAGE = "/deputies"
ALLOW = NewDecision(ReviewOutcome.ALLOW, "Doors locked")
DAY = timedelta(days=1)


def named(house: House, person: str, manager: str = "max", days: float = 7, after: float = 0) -> Deputy:
    """Somebody is named for some days."""
    begins = house.clock.now() + timedelta(days=after)
    form = DeputyForm(str(house.persons[person].id), begins + timedelta(days=days), begins)
    return people.name_deputy(form, manager=str(house.persons[manager].id), at=house.clock.now())


def typed(house: House, person: str) -> dict[str, str]:
    """What Max types into the form."""
    return {"person": str(house.persons[person].id), "from_at": "", "to_at": "2026-11-27T18:00"}


def told(case: str, clock: str) -> list[list[str]]:
    """Whom each rung of a clock told."""
    return [one.data["told"] for one in ledger.events(case) if one.data.get("clock") == clock]


def decided(case: str, name: str) -> int:
    """Somebody opens the form of the review on the case, and decides; what the page answered."""
    client, address = signed_in(name), f"/cases/{case}/review"
    page = client.get(address)
    if page.status_code != 200:
        return int(page.status_code)
    said = hidden_in(page) | {"outcome": "ALLOW", "conditions": "Doors locked", "lifted_on": ""}
    return int(client.post(address, said).status_code)


def test_a_deputy_hears_as_the_manager_does_and_decides_for_him(house: House) -> None:
    done = signed_in("max").post(PAGE, typed(house, "dora"))
    assert (done.status_code, done["Location"]) == (302, PAGE)
    assert "Dora" in words(signed_in("max").get(PAGE))
    case, other = house.raised(danger=Danger.RISK), house.raised(job=str(house.otto_job.id))
    house.tick()
    max_, dora = (str(house.persons[name].id) for name in ("max", "dora"))
    assert told(case, "REVIEW") == [[max_, dora]]
    letter = [one for one in house.letters("Dora") if "review" in one.body.lower()][-1]
    assert "Decide the review." in letter.body
    assert "you stand in for a manager" in letter.body
    assert [one for one in house.letters("Max") if "Decide the review." in one.body]
    for name in ("Carl", "Sana", "Otto", "Cleo", "Tom"):
        assert not [one for one in house.letters(name) if "Decide the review." in one.body]
    mine = words(signed_in("dora").get("/mine"))
    assert "Reviews to decide in a manager" in mine
    assert house.view(case).line.reference in mine
    assert house.view(other).line.reference not in mine
    assert signed_in("dora").get(f"/cases/{other}").status_code == 404, "of what is no review he sees nothing"
    assert decided(case, "sana") == 404
    assert decided(case, "dora") == 302
    event = ledger.events(case)[-1]
    assert (event.kind, event.by.id, event.data["in_place_of"]) == ("review.decided", dora, [max_])
    for name in ("carl", "dora", "max"):
        assert "Decided the review for Max: Work may go on" in words(signed_in(name).get(f"/cases/{case}"))
    assert "for Max" not in "".join(letter.body for letter in house.letters("Cleo"))
    house.clock.advance(timedelta(minutes=1))
    assert passes.run(house.clock.now(), whole=True)
    assert not passes.Finding.objects.exclude(what__in=("LATE", "OVERDUE")).exists()
    assert cases.rebuild(check=True).flaws == ()


def test_a_stop_that_a_deputy_decided_is_lifted_by_one_on_evidence(house: House) -> None:
    named(house, "dora")
    case = house.working(danger=Danger.RISK)
    stop = NewDecision(ReviewOutcome.STOP_WORK)
    with pytest.raises(MoveRefused) as error:
        cases.decide_review([case], decision=stop, **house.once("dora"))
    assert (error.value.refusal, error.value.details) == (Refusal.NEEDS, ("lifted_on",))
    said = NewDecision(ReviewOutcome.STOP_WORK, lifted_on="Max, once the brake was tested")
    cases.decide_review([case], decision=said, **house.once("dora"))
    house.until(house.clock.now() + timedelta(hours=8, minutes=1))
    assert [set(one) for one in told(case, "STOP")] == [{str(house.persons[name].id) for name in ("max", "dora")}]
    for who in ("sana", "tess", "carl"):
        with pytest.raises(MoveRefused) as error:
            cases.lift_stop([case], why="It looks fine", **house.once(who))
        assert error.value.refusal is Refusal.NOT_YOURS
    with pytest.raises(MoveRefused):
        cases.lift_stop([case], why="", **house.once("dora"))
    cases.lift_stop([case], why="The brake holds 150 %", **house.once("dora"))
    assert house.subjects("Sana")[-1].endswith("Lifted the stop for Max; work may go on")


def test_outside_the_span_he_is_nobody(house: House) -> None:
    named(house, "dora", days=2, after=1)
    case = house.raised(danger=Danger.RISK)
    house.tick()
    assert not house.letters("Dora")
    for wait, may in ((0, False), (1, True), (2, False)):
        house.clock.advance(timedelta(days=wait))
        assert (signed_in("dora").get(f"/cases/{case}/review").status_code == 200) is may
    with pytest.raises(NoSuchCase):
        cases.decide_review([case], decision=ALLOW, **house.once("dora"))
    heard = len(house.letters("Dora"))
    house.tick()
    assert len(house.letters("Dora")) == heard


def test_ended_early_he_is_nobody_at_once_and_others_may_not_end_it(house: House) -> None:
    deputy = named(house, "dora")
    case = house.raised(danger=Danger.RISK)
    house.clock.advance(timedelta(hours=1))
    assert signed_in("max").post(PAGE, {"end": "999"}).status_code == 302
    assert signed_in("carl").post(PAGE, {"end": str(deputy.id)}).status_code == 403
    assert house.actor("dora").stands_for
    assert signed_in("max").post(PAGE, {"end": str(deputy.id)}).status_code == 302
    assert decided(case, "dora") == 404
    assert "Nobody. Reviews wait for the managers alone." in words(signed_in("max").get(PAGE))


def test_nobody_decides_about_his_own_work_in_the_managers_place(house: House) -> None:
    """Sana has the case, Lena had it before: as deputies they neither decide its review nor hear of it."""
    case = house.raised(danger=Danger.RISK)
    house.offer(case, "lena"), house.accept(case, "lena")
    house.offer(case, "sana"), house.accept(case, "sana")
    for name in ("sana", "lena"):
        deputy = named(house, name)
        decided(case, name)
        assert "review.decided" not in {event.kind for event in ledger.events(case)}, name
        before = len(told(case, "REVIEW"))
        house.clock.advance(timedelta(minutes=20))
        house.tick()
        assert all(str(house.persons[name].id) not in one for one in told(case, "REVIEW")[before:])
        Deputy.objects.filter(id=deputy.id).delete()
    named(house, "dora")
    assert decided(case, "dora") == 302


@pytest.mark.parametrize("why", ["the deputy left", "the manager left", "no manager any more"])
def test_who_left_stands_in_for_nobody_and_nobody_for_him(house: House, why: str) -> None:
    named(house, "dora")
    gone, roles = ("Dora", (Role.SPECIALIST,)) if "deputy" in why else ("Max", (Role.MANAGER,))
    form = PersonForm(gone, f"{gone.lower()}@example.org", roles, active=False)
    if why == "no manager any more":
        form = PersonForm("Max", "max@example.org", (Role.SPECIALIST,))
    person = str(house.persons[gone.lower()].id)
    cases.keep_person(form, person_id=person, by=house.actor("ada"), at=house.clock.now())
    case = house.raised(danger=Danger.RISK)
    house.tick()
    assert str(house.persons["dora"].id) not in told(case, "REVIEW")[0]
    assert told(case, "REVIEW")[0], "somebody hears instead"
    if gone == "Max":
        assert decided(case, "dora") == 404


def test_a_technician_of_the_case_does_not_decide_it(house: House) -> None:
    named(house, "tess")
    case = house.raised(danger=Danger.RISK)
    house.tick()
    tess = str(house.persons["tess"].id)
    assert told(case, "REVIEW") == [[str(house.persons["max"].id)]]
    with pytest.raises(MoveRefused) as error:
        cases.decide_review([case], decision=ALLOW, **house.once("tess"))
    assert error.value.refusal is Refusal.NOT_YOURS
    assert f"/cases/{case}/review" not in words(signed_in("tess").get(f"/cases/{case}"))
    other = house.raised("carl", job=str(house.otto_job.id), danger=Danger.RISK)
    assert house.view(other).case.technician == tess
    cases.decide_review([case], decision=ALLOW, **house.once("max"))


REFUSED: list[tuple[str, dict[str, str], str]] = [
    ("max", {}, "Choose one of these."),
    ("dora", {"to_at": "2026-11-20T17:59"}, "It must end after it begins, and later than now."),
    ("dora", {"to_at": "2028-11-20T18:00"}, "A year is the longest."),
    ("dora", {"from_at": "2026-11-28T18:00"}, "It must end after it begins"),
    ("dora", {"to_at": ""}, "Fill this in."),
    ("dora", {"to_at": "tomorrow"}, "Give a date and a time"),
    ("dora", {"person": "x" * 5000}, "Choose one of these."),
]


@pytest.mark.parametrize(("person", "more", "said"), REFUSED)
def test_what_cannot_be_is_refused_in_words(house: House, person: str, more: dict[str, str], said: str) -> None:
    page = signed_in("max").post(PAGE, typed(house, person) | more)
    assert page.status_code == 422
    assert said in words(page)
    assert not Deputy.objects.exists()


def refused(house: House, person: str, manager: str = "max", **span: float) -> str:
    """The sentence with which somebody is refused."""
    with pytest.raises(Invalid) as error:
        named(house, person, manager, **span)
    return str(error.value)


def test_oneself_somebody_who_left_an_overlap_and_a_circle_are_refused(house: House) -> None:
    for name in ("mia", "moe"):
        form = PersonForm(name.title(), f"{name}@example.org", (Role.MANAGER,))
        house.persons[name] = people.keep_person(form)
    house.persons["tom"].is_active = False
    house.persons["tom"].save()
    assert refused(house, "max").startswith("You decide for yourself already")
    assert refused(house, "tom").startswith("There is nobody like that")
    named(house, "dora", days=2)
    assert "Dora is your deputy in that time already" in refused(house, "sana", days=9)
    assert named(house, "dora", days=2).id == Deputy.objects.get().id, "the same again changes nothing"
    named(house, "mia", days=2, after=2)
    named(house, "moe", "mia", days=9)
    assert "in a circle" in refused(house, "max", "moe", days=9)
    named(house, "max", "moe", days=1)
    assert Deputy.objects.count() == 4


def test_two_who_name_each_other_at_the_same_moment_are_not_both_named(
    fresh_database: str, clock: SettableClock
) -> None:
    house = House(clock)
    house.persons["mia"] = people.keep_person(PersonForm("Mia", "mia@example.org", (Role.MANAGER,)))
    errors: list[str] = []

    def named_back() -> None:
        try:
            named(house, "max", "mia")
        except Invalid as error:
            errors.append(str(error))

    with transaction.atomic():
        named(house, "mia")
        other = beside(named_back)
        until(lambda: waiting() or not other.is_alive(), "the other")
    other.join(10)
    assert (Deputy.objects.count(), len(errors)) == (1, 1)
    assert "in a circle" in errors[0]
