"""A case is open on the job already: whoever reports adds to it or says that it is another trouble; nothing is lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from backline.cases import operations as cases
from backline.cases.models import Case
from backline.channels.models import Notice
from backline.core.words import Danger, Priority, Reason
from backline.ledger import queries as ledger
from tests.fakes import forms, photos
from tests.fakes.browser import link_of, signed_in, words
from tests.fakes.forms import Photo
from tests.fakes.house import House
from tests.rooms.engine.test_auditor import audited

OPEN = "A case is open on this job."
ASKED = "add it to that case, or tick"


@pytest.fixture
def case(house: House) -> str:
    """A case that Carl raised about Tess's job, who owes a report; Sana has it."""
    found = house.raised("carl", steps=())
    house.offer(found)
    house.accept(found)
    return found


def report(**typed: Any) -> dict[str, Any]:
    """A report of somebody who ticks nothing."""
    return {name: value for name, value in forms.report(**typed).items() if name != "another" or name in typed}


def sent(house: House, client: Client, **typed: Any) -> Any:
    return client.post(f"/jobs/{house.job.id}/raise", report(**typed))


def added(case: str) -> Any:
    [event] = [one for one in ledger.events(case) if one.kind == "report.added"]
    return event


def test_the_form_says_which_case_is_open_and_the_report_joins_it(house: House, case: str) -> None:
    tess = signed_in("tess")
    page = words(tess.get(f"/jobs/{house.job.id}/raise"))
    line = house.view(case).line
    assert OPEN in page
    assert f"Add it to {line.reference}" in page
    assert f'href="/cases/{case}">{line.reference}' in page
    assert "Sana" in page
    form = report(notes="The key is with the porter", photos=Photo("door.jpg", photos.encoded(photos.quarters())))
    asked = tess.post(f"/jobs/{house.job.id}/raise", form)
    assert asked.status_code == 409
    assert ASKED in words(asked)
    for kept in ("It stands still", "Reset the door", "The key is with the porter"):
        assert kept in words(asked)
    assert Case.objects.count() == 1
    del form["photos"]
    answer = tess.post(f"/jobs/{house.job.id}/raise", form | {"do": "add"}, follow=True)
    assert answer.redirect_chain == [(f"/cases/{case}", 302)]
    assert "Added to the case that is open on this job." in words(answer)
    again = tess.post(f"/jobs/{house.job.id}/raise", form | {"do": "add"}, follow=True)
    assert "That was sent already" in words(again)
    assert (Case.objects.count(), added(case).by.id) == (1, str(house.persons["tess"].id))
    assert house.view(case).case.debt is None, "what she tried is the report that she owed"
    assert len(house.view(case).photos) == 1
    for name in ("carl", "sana", "max"):
        shown = words(signed_in(name).get(f"/cases/{case}"))
        for said in ("Reported on the job once more", "It stands still", "Reset the door", "key is with the porter"):
            assert said in shown
    assert [one for one in house.subjects("Sana") if "Reported on the job once more" in one]
    cleo = words(Client().get(link_of(house, "cleo", case)))
    mails = " ".join(Notice.objects.filter(audience="CONTACT").values_list("body", flat=True))
    assert "porter" not in cleo + mails
    assert house.letters("Otto") == []
    assert cases.rebuild(check=True).flaws == ()
    kept = audited(house)
    assert (kept.lost, kept.doubled, kept.early, kept.silence) == (0, 0, 0, 0)


def test_another_trouble_needs_a_tick(house: House, case: str) -> None:
    tess = signed_in("tess")
    assert sent(house, tess, do="raise").status_code == 409
    answer = sent(house, tess, do="raise", another="on")
    assert answer.status_code == 302
    assert Case.objects.count() == 2
    assert answer["Location"] != f"/cases/{case}"
    assert sent(house, signed_in("carl"), do="raise").status_code == 409, "the desk is asked as well"


def test_where_none_is_open_nobody_is_asked(house: House) -> None:
    tess = signed_in("tess")
    page = words(tess.get(f"/jobs/{house.job.id}/raise"))
    assert OPEN not in page
    assert 'name="another"' not in page
    assert sent(house, tess).status_code == 302


def test_danger_reasons_and_losses_of_the_report_count(house: House, case: str) -> None:
    before = house.view(case).case
    assert before.priority is Priority.P2
    typed = {"danger": "NONE", "trapped": "1", "reasons": ["SAFETY_RISK", "MISSING_PART"], "do": "add"}
    assert sent(house, signed_in("tess"), **typed).status_code == 302
    now = house.view(case).case
    assert (now.danger, now.priority) == (Danger.PERSON_TRAPPED_OR_HURT, Priority.P1)
    assert now.reasons == before.reasons | {Reason.SAFETY_RISK, Reason.MISSING_PART}
    assert now.losses.trapped == 1
    house.tick()
    assert [one for one in house.subjects("Max") if "Decide the review" in one]
    assert [one for one in house.subjects("Max") if "1 person is trapped" in one]
    assert cases.rebuild(check=True).flaws == ()
    kept = audited(house)
    assert (kept.lost, kept.doubled, kept.early, kept.silence) == (0, 0, 0, 0)


def test_a_milder_report_takes_nothing_back(house: House) -> None:
    case = house.raised(danger=Danger.RISK, evidence=())
    mild = {"impact": "LOW", "urgency": "LOW", "do": "add"}
    assert sent(house, signed_in("tess"), **mild).status_code == 302
    now = house.view(case).case
    assert (now.danger, now.priority, now.impact) == (Danger.RISK, Priority.P2, "HIGH")
    assert len(now.records) == 1, "the review that goes on is the one"


def test_whoever_may_not_see_the_case_hears_that_there_is_one_and_adds_to_it_unseen(house: House, case: str) -> None:
    house.job.technician = house.persons["tom"]
    house.job.save()
    tom, reference = signed_in("tom"), house.view(case).line.reference
    page = words(tom.get(f"/jobs/{house.job.id}/raise"))
    assert OPEN in page
    assert "Add it to the open case" in page
    asked = sent(house, tom)
    assert asked.status_code == 409
    answer = tom.post(f"/jobs/{house.job.id}/raise", report(do="add"), follow=True)
    assert answer.redirect_chain == [("/jobs", 302)]
    for shown in (page, words(asked), words(answer)):
        assert reference not in shown
        assert case not in shown
        assert "Sana" not in shown
    assert tom.get(f"/cases/{case}").status_code == 404
    assert added(case).by.id == str(house.persons["tom"].id)
    assert house.view(case).case.debt is not None, "what Tess owes he does not pay"
    assert "Tom" in words(signed_in("sana").get(f"/cases/{case}"))


def test_where_the_case_ended_meanwhile_the_report_is_a_case_of_its_own(house: House, case: str) -> None:
    cases.withdraw([case], why="It moves again", **house.once("carl"))
    answer = sent(house, signed_in("tess"), do="add")
    assert answer.status_code == 302
    assert Case.objects.count() == 2
    assert [one.kind for one in ledger.events(case)].count("report.added") == 0


@pytest.mark.parametrize("name", ["sana", "dora", "max", "ada"])
def test_nobody_else_reports_about_the_job(house: House, case: str, name: str) -> None:
    assert sent(house, signed_in(name), do="add").status_code == 403
    assert sent(house, Client(), do="add").status_code == 401
    assert Client().get(link_of(house, "otto", case)).status_code == 404
    assert [one.kind for one in ledger.events(case)].count("report.added") == 0
