"""Letters to the customer: the last one is the last, and whoever is there now gets them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backline.cases import operations as cases
from backline.core.words import Danger
from backline.jobs import operations as jobs
from backline.people import operations as people
from backline.people.operations import ContactForm
from tests.fakes.house import House


def test_letters_that_wait_are_not_sent_after_the_last_one(house: House) -> None:
    case = house.working()
    house.resolve(case)
    cases.confirm([case], words="On the phone", **house.once("carl"))
    queued = [row.kind for row in house.letters("Cleo") if row.state == "QUEUED"]
    assert queued == ["customer.closed"]
    cancelled = [row.why for row in house.letters("Cleo") if row.state == "CANCELLED"]
    assert len(cancelled) == 4
    assert set(cancelled) == {"Not needed any more, because of what came first: Confirmed that it works; closed."}


@pytest.mark.parametrize("erased", ["before the raise", "after it"])
def test_a_contact_who_came_later_is_told_from_then_on(house: House, erased: str) -> None:
    gone = {"contact_id": str(house.cleo.id), "at": house.clock.now()}
    if erased == "before the raise":
        people.erase_contact(**gone)
    case = house.raised()
    if erased == "after it":
        people.erase_contact(**gone)
    form = ContactForm("Abe", "abe@example.net")
    jobs.keep_contact(form, [house.job.site], contact_id="00000000-0000-4000-8000-00000000abe0")
    house.offer(case)
    house.clock.advance(timedelta(minutes=1))
    house.accept(case)
    assert [letter.kind for letter in house.letters("Abe")] == ["customer.handed_on", "customer.accepted"]


def test_a_letter_says_first_that_somebody_is_in_danger(house: House) -> None:
    house.raised(danger=Danger.PERSON_TRAPPED_OR_HURT, summary="It does not move")
    house.tick()
    bodies = [one.body for one in house.letters("Carl") + house.letters("Max") if one.kind.startswith("rung.")]
    assert bodies
    for body in bodies:
        assert body.split("\n\n")[1].startswith("DANGER: A person is trapped")
    house.raised(summary="It hums")
    house.until(house.clock.now() + timedelta(minutes=40))
    [calm, *_] = [one.body for one in house.letters("Carl") if "It hums" in one.body]
    assert "DANGER" not in calm
