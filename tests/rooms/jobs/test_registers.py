"""Sites, assets, fault codes, jobs and visits: kept by reference, changed and not doubled, refused in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backline.core.words import JobOutcome
from backline.jobs import operations as jobs
from backline.jobs import queries
from backline.jobs.operations import AssetForm, JobForm, SiteForm
from backline.people import operations as people
from backline.people.operations import ContactForm, Invalid
from tests.fakes.house import House

SITE = SiteForm("Harbour Hotel", "HH-1", "Harbour Hotel, tower", "3 Quay", "Europe/Berlin")


def test_a_reference_kept_again_is_changed_and_not_doubled(house: House) -> None:
    first = jobs.keep_site(SITE)
    again = jobs.keep_site(SiteForm("Harbour Hotel", " HH-1 ", "Harbour Hotel, annexe", "4 Quay", "UTC"))
    assert (again.id, again.name, again.address, again.zone) == (first.id, "Harbour Hotel, annexe", "4 Quay", "UTC")
    assert [site.reference for site in queries.find_sites("Harbour", most=10)] == ["HH-1"]


def test_contacts_of_a_site_stay_where_none_are_given(house: House) -> None:
    hal = people.keep_contact(ContactForm("Hal", "hal@example.net"))
    site = jobs.keep_site(SITE, [hal])
    jobs.keep_site(SITE)
    assert [contact.name for contact in queries.contacts_of_site(str(site.id))] == ["Hal"]
    jobs.keep_site(SITE, [])
    assert queries.contacts_of_site(str(site.id)) == []


def test_an_erased_contact_is_not_kept_informed(house: House) -> None:
    hal = people.keep_contact(ContactForm("Hal", "hal@example.net"))
    site = jobs.keep_site(SITE, [hal])
    people.erase_contact(contact_id=str(hal.id), at=house.clock.now())
    assert queries.contacts_of_site(str(site.id)) == []


@pytest.mark.parametrize(
    ("form", "fields"),
    [(SiteForm("", "", ""), {"customer", "reference", "name"}), (SiteForm("A", " ", "C"), {"reference"})],
)
def test_what_is_empty_is_said_at_its_field(house: House, form: SiteForm, fields: set[str]) -> None:
    with pytest.raises(Invalid) as caught:
        jobs.keep_site(form)
    assert set(caught.value.errors) == fields


def test_an_asset_moves_with_its_reference(house: House) -> None:
    site = jobs.keep_site(SITE)
    made = jobs.keep_asset(AssetForm("HH-L1", "Lift 1", "lift"), site)
    other = jobs.keep_site(SiteForm("Harbour Hotel", "HH-2", "Annexe"))
    moved = jobs.keep_asset(AssetForm("HH-L1", "Lift 1 B", "lift"), other)
    assert (moved.id, moved.site_id) == (made.id, other.id)
    with pytest.raises(Invalid) as caught:
        jobs.keep_asset(AssetForm("", "", ""), site)
    assert set(caught.value.errors) == {"reference", "name", "type"}


def test_fault_codes_fit_their_kind_of_asset_or_all(house: House) -> None:
    jobs.keep_fault_code(code="E01", title="Any asset")
    jobs.keep_fault_code(code="B7", title="Boiler only", asset_type="boiler")
    jobs.keep_fault_code(code="E01", title="Any asset at all")
    assert [(code.code, code.title) for code in queries.fault_codes("lift")] == [
        ("E01", "Any asset at all"), ("E42", "Door lock open")
    ]  # fmt: skip
    assert [code.code for code in queries.fault_codes()] == ["B7", "E01", "E42"]
    with pytest.raises(Invalid):
        jobs.keep_fault_code(code=" ", title="x")


def test_a_technician_sees_open_jobs_that_have_begun_first(house: House) -> None:
    tess, at = str(house.persons["tess"].id), house.clock.now()
    asset = jobs.keep_asset(AssetForm("HH-L1", "Lift 1", "lift"), jobs.keep_site(SITE))
    later = jobs.keep_job(JobForm("HH-2", "Tomorrow", at + timedelta(days=1), technician=tess), asset)
    begun = jobs.keep_job(JobForm("HH-1", "An hour ago", at - timedelta(hours=1), technician=tess), asset)
    done = jobs.keep_job(JobForm("HH-3", "Done", at - timedelta(hours=2), technician=tess), asset)
    jobs.record_outcome(job_id=str(done.id), outcome=JobOutcome.DONE, at=at)
    found = [job.reference for job in queries.jobs_of(tess, at=at) if job.reference.startswith("HH")]
    assert found == [begun.reference, later.reference]
    assert "HH-1" not in [job.reference for job in queries.jobs_of(str(house.persons["tom"].id), at=at)]


def test_an_outcome_is_recorded_and_cleared_with_the_end_of_the_job(house: House) -> None:
    job = str(house.job.id)
    assert not queries.outcome_recorded(job)
    jobs.record_outcome(job_id=job, outcome=JobOutcome.DONE, at=house.clock.now())
    assert queries.outcome_recorded(job)
    jobs.clear_outcome(job_id=job)
    assert not queries.outcome_recorded(job)
    found = queries.job(job)
    assert found is not None
    assert found.done_at is None


@pytest.mark.parametrize("text", ["", "x", "00000000-0000-4000-8000-000000000000", "\x00"])
def test_a_job_that_is_none_is_nothing_and_no_error(house: House, text: str) -> None:
    assert queries.job(text) is None
    assert not queries.outcome_recorded(text)
    assert queries.contacts_of_site(text) == []
    assert queries.jobs_of(text, at=house.clock.now()) == []
