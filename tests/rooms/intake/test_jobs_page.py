"""My jobs: what Tess sees of each job, so that one fault does not become two cases."""

from __future__ import annotations

from tests.fakes.browser import signed_in
from tests.fakes.house import House


def test_a_job_with_an_open_case_leads_to_the_case_and_not_to_a_second_one(house: House) -> None:
    tess, tom = signed_in("tess"), signed_in("tom")
    assert tess.get("/jobs").content.decode().count("I cannot finish this") == 2
    case = house.raised()
    page = tess.get("/jobs").content.decode()
    assert page.count("I cannot finish this") == 1
    assert f'href="/cases/{case}">{house.view(case).line.reference}</a>' in page
    assert "Something else is wrong here too" in page
    assert house.view(case).line.reference not in tom.get("/jobs").content.decode()
