"""My jobs: what Tess sees of each job, so that one fault does not become two cases."""

from __future__ import annotations

from backline.jobs.models import Job
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


def test_a_coordinator_finds_the_job_and_raises_from_the_queue(house: House) -> None:
    carl = signed_in("carl")
    assert 'href="/jobs"' in carl.get("/queue").content.decode()
    assert 'href="/jobs"' not in signed_in("max").get("/queue").content.decode()
    everything = carl.get("/jobs").content.decode()
    assert "LIB-J1" in everything
    assert "MUS-J1" in everything
    for text in ("mus-j1", "Museum hall", "Lift 7 Museum"):
        found = carl.get("/jobs", {"text": text}).content.decode()
        assert "MUS-J1" in found
        assert "LIB-J1" not in found
        assert f"/jobs/{house.otto_job.id}/raise" in found
    for text in ("%", "nowhere", "'"):
        assert carl.get("/jobs", {"text": text}).status_code == 200
    assert "No open job fits this." in carl.get("/jobs", {"text": "nowhere"}).content.decode()
    assert carl.get(f"/jobs/{house.otto_job.id}/raise").status_code == 200
    Job.objects.filter(id=house.job.id).update(done_at=house.clock.now())
    assert "LIB-J1" not in carl.get("/jobs").content.decode()
