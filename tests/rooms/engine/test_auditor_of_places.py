"""The auditor and jobs that turn out to be elsewhere: old rungs are judged by where the job was when they acted."""

from __future__ import annotations

from datetime import date, timedelta

from backline.calendars import choices
from backline.calendars.operations import Plan, keep
from backline.calendars.words import ChosenFor
from backline.cases import operations as cases
from backline.core.calendar import same_every_day
from backline.core.words import Impact
from backline.engine.auditor import passes
from backline.jobs.operations import JobForm, keep_job
from backline.ledger import queries as ledger
from tests.core.calendars import WEEKDAYS, blocks
from tests.fakes.house import House
from tests.fakes.punctual import Punctual
from tests.rooms.engine.test_auditor import audited, found


def test_a_rung_is_judged_by_where_the_job_was_when_it_acted(house: House) -> None:
    ada, begun, job = house.actor("ada"), house.clock.now(), house.job
    week = same_every_day(*blocks("08:00-18:00"), days=WEEKDAYS)
    for kind, subject, hours in (
        (ChosenFor.ASSET, job.asset_id, same_every_day(*blocks("00:00-24:00"))), (ChosenFor.SITE, job.site_id, week),
    ):  # fmt: skip
        kept = keep(Plan(kind.value, "Europe/Berlin", hours, date(2026, 1, 1)), by=ada, at=begun)
        choices.choose((kind, str(subject)), kept.calendar, by=ada, at=begun)
    house.clock = Punctual(house)
    house.clock.advance(timedelta(hours=1))
    case = house.raised(impact=Impact.MEDIUM)
    house.clock.advance(timedelta(hours=60))
    told = [event.data["clock"] for event in ledger.events(case) if event.kind == "rung.reached"]
    assert "RESOLVE" in told, "three quarters of 72 hours, day and night at this lift"
    assert audited(house).well
    form = JobForm(job.reference, job.title, job.opened_at, technician=str(job.technician_id))
    keep_job(form, job.site)
    while cases.recompute(at=house.clock.now()):
        pass
    assert audited(house).well
    house.clock.advance(passes.OVERLAP * 3)
    kept_well = audited(house)
    assert (kept_well.early, kept_well.lost, kept_well.silent, kept_well.late) == (0, 0, 0, 0), found()
    house.clock.advance(timedelta(days=9))
    kept_well = audited(house)
    assert (kept_well.early, kept_well.lost, kept_well.silent, kept_well.late) == (0, 0, 0, 0), found()
