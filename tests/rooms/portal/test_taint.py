"""All that is ours is tainted: none of it is on Cleo's page, in her files or in her stream; Otto sees none of hers."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from backline.cases import links
from backline.cases import operations as cases
from backline.cases.operations import NewDecision, NewPart, NewStep, NewVisit
from backline.config.live import judged
from backline.core.words import ReviewOutcome, RootCause, StepResult, WaitReason
from backline.evidence import queries as evidence
from backline.look.live.stream import Asked
from tests.fakes.browser import words
from tests.fakes.hers import Hers, photo
from tests.fakes.house import House
from tests.fakes.world import World

HOUR = timedelta(hours=1)


def everything(house: House) -> str:
    """A case of which everything was said that can be, all that is ours under the same taint."""
    case = house.raised(notes="TAINT notes", tags=("TAINT",), fault_codes=("TAINT",), steps=(step(),))
    one: Any = [case]
    cases.add_note(one, text="TAINT note", **house.once("max"))
    cases.offer(one, cases.NewOffer(str(house.specialists.id), why="TAINT why"), **house.once("carl"))
    house.accept(case)
    cases.try_step(one, step=step(), **house.once("sana"))
    later = house.clock.now() + 6 * HOUR
    cases.begin_wait(one, reason=WaitReason.VENDOR, until=later, what="TAINT wait", **house.once("sana"))
    cases.request_part(one, part=NewPart("TAINT part", "TAINT supplier", later), **house.once("sana"))
    cases.book_visit(one, visit=NewVisit(later, later + HOUR), **house.once("sana"))
    visit = house.view(case).visits[0].id
    cases.book_visit(one, visit=NewVisit(later + HOUR, later + 2 * HOUR, record=visit), **house.once("sana"))
    cases.record_root_cause(one, lies_in=RootCause.USE, text="TAINT cause", **house.once("sana"))
    return case


def step() -> NewStep:
    return NewStep("TAINT action", StepResult.FAILED, "TAINT tool", "TAINT reading", 5)


def speaks(house: House, case: str) -> Hers:
    """Cleo says everything that she can."""
    hers = Hers(house, case)
    hers.sends("write", text="CLEO words", photos=photo("CLEO.jpg"))
    hers.sends("urgent", text="CLEO urgent", danger="on")
    hers.sends("call", number="+49 30 12345678")
    house.tick()
    return hers


def ids(house: House, case: str) -> set[str]:
    """Every id that the case has to do with, but its own."""
    view = house.view(case)
    records = {one.id for one in view.case.records.values()} | {one.visit for one in view.case.records.values()}
    ours = {str(one.id) for one in house.persons.values()} | {str(house.specialists.id), str(house.job.id)}
    return records | ours | {str(one.id) for one in evidence.of_case(case)} | {str(house.cleo.id)} - {""}


@pytest.mark.parametrize("end", ["open", "resolved", "closed", "withdrawn"])
def test_nothing_of_ours_is_on_her_page_or_in_her_files(house: House, end: str) -> None:
    case = everything(house)
    hers = speaks(house, case)
    cases.decide_review([case], decision=NewDecision(ReviewOutcome.ALLOW, "TAINT terms"), **house.once("max"))
    if end in ("resolved", "closed"):
        house.resolve(case, cause="TAINT resolved")
    if end == "closed":
        cases.confirm([case], words="TAINT words", **house.once("carl"))
        hers.sends("rate", rating="2", text="CLEO rated")
    if end == "withdrawn":
        cases.withdraw([case], why="TAINT why", **house.once("carl"))
    found = words(hers.page())
    assert "CLEO words" in found
    found = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|/c/[\w.:-]+', "", found) + "".join(
        Client().get(one).content.decode().replace("\r\n ", "") for one in hers.files()
    )
    for secret in ("TAINT", "Carl", "Tess", "Max", "@example.org", "P1", "P2", "FAILED", "review"):
        assert secret not in found, secret
    assert {one for one in ids(house, case) - {""} if one in found} == set()


def test_her_stream_tells_of_her_case_and_nothing_else(house: House) -> None:
    case, other = everything(house), house.raised()
    asked = Asked(link=Hers(house, case).link.rpartition("/")[2])
    [sight] = judged([asked]).values()
    assert (sight.only, sight.actor) == (f"case:{case}", None)
    assert other not in str(sight)


def test_otto_at_the_same_site_sees_nothing_of_hers(house: House) -> None:
    """His link is good, for a case of the same customer's site that is his to know; hers is another one."""
    world = World(house)
    hers = speaks(house, world.cases["ACCEPTED"])
    ottos = house.raised(job=str(house.otto_job.id), summary="His door")
    house.job.site.contacts.add(house.otto)
    for case in (ottos, world.cases["OTTO"]):
        his = words(Client().get(link(house, house.otto, case)))
        for secret in ("CLEO", "12345678", hers.case, house.view(hers.case).line.reference):
            assert secret not in his, secret
    [image] = hers.images()
    file = image.removeprefix(hers.link)
    assert Client().get(f"{link(house, house.otto, ottos)}{file}").status_code == 404


def link(house: House, contact: Any, case: str) -> str:
    """The path of somebody's own link."""
    return links.address(case_id=case, contact=contact, at=house.clock.now()).removeprefix("http://testserver")
