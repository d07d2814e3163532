"""A job's facts raise a case: one for each trouble, with a reason that names the facts, whoever looks and how often."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backline.cases import operations as cases
from backline.cases.models import Case, Finding
from backline.cases.operations import NewDecision, NoSuchCase
from backline.core.words import (
    ClockName,
    Danger,
    Impact,
    Priority,
    Reason,
    ReviewOutcome,
    State,
    Trigger,
    Urgency,
    VisitResult,
)
from backline.engine.duties.triggers import Triggers
from backline.jobs import queries as jobs
from backline.jobs.models import Asset, Job, Visit
from backline.jobs.operations import VisitReport
from backline.ledger.models import Event
from tests.fakes.browser import link_of, send, signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.house import House
from tests.fakes.imported import imported

HEAD = "reference,title,opened_at,site,asset,technician"


def tells(
    house: House, tmp_path: Path, reference: str = "LIB-J1", opened: str = "2026-11-20 18:00", **said: Any
) -> Job:
    """The field-service system says something of a job at Cleo's lift, and the engine looks at what is new."""
    lines = tmp_path / "said.csv"
    values = f"{reference},Lift stands still,{opened},LIB-1,LIB-L7,tess@example.org"
    lines.write_text(f"{','.join([HEAD, *said])}\n{','.join([values, *map(str, said.values())])}\n", encoding="utf-8")
    assert imported(lines)[1] == []
    look(house)
    return Job.objects.get(reference=reference)


def look(house: House) -> None:
    while Triggers().run(house.clock.now()):
        pass
    house.tick()


def three_times(house: House, tmp_path: Path) -> Job:
    for number, day in enumerate(("2026-11-03", "2026-11-11")):
        tells(house, tmp_path, f"OLD-{number}", f"{day} 09:00", fault_code="E42", done_at=f"{day} 11:00")
    return tells(house, tmp_path, fault_code="E42")


def test_the_third_time_in_thirty_days_opens_a_case_that_names_the_days_and_owes_a_report(
    house: House, tmp_path: Path
) -> None:
    three_times(house, tmp_path)
    [row] = Case.objects.all()
    view = house.view(str(row.id))
    assert view.line.summary == "Lift stands still: Third time in 30 days on LIB-L7: E42 on 3, 11 and 20 November."
    assert (view.case.state, view.case.reasons) == (State.RAISED, {Reason.RECURRING_FAULT})
    assert view.case.debt_of == ("STEPS",)
    assert [letter for letter in house.subjects("Tess") if "Complete the report" in letter]
    assert "Complete it" in signed_in("tess").get(f"/cases/{row.id}").content.decode()
    assert [letter for letter in house.subjects("Carl") if "Route it" in letter]
    [told] = house.letters("Cleo")
    assert "needs more from us" in told.body
    assert "E42" not in told.body
    assert house.letters("Otto") == []
    page = signed_in("carl").get(f"/cases/{row.id}")
    assert "Backline" in words(page)
    assert "Third time in 30 days" in words(page)


def test_looking_again_and_importing_again_raises_nothing_more(house: House, tmp_path: Path) -> None:
    job = three_times(house, tmp_path)
    written = Event.objects.count()
    for _ in range(3):
        assert cases.consider(str(job.id), at=house.clock.now()) == ""
        three_times(house, tmp_path)
        house.clock.advance(timedelta(seconds=1))
    assert (Case.objects.count(), Event.objects.count()) == (1, written)


def test_a_fact_of_another_job_with_the_same_fault_joins_the_open_case_and_its_owner_hears(
    house: House, tmp_path: Path
) -> None:
    three_times(house, tmp_path)
    case = str(Case.objects.get().id)
    house.offer(case)
    house.accept(case)
    house.clock.advance(timedelta(hours=20))
    tells(house, tmp_path, "LIB-J2", "2026-11-21 13:00", fault_code="E42")
    assert Case.objects.count() == 1
    [entry] = [entry for entry in house.view(case).timeline if entry.kind == "fact.found"]
    assert entry.what == "Fourth time in 30 days on LIB-L7: E42 on 3, 11, 20 and 21 November"
    assert "Fourth time in 30 days" in words(signed_in("sana").get(f"/cases/{case}"))
    assert [letter for letter in house.subjects("Sana") if "Fourth time" in letter]
    assert "Fourth time" not in words(signed_in("carl").get(link_of(house, "cleo", case)))
    assert cases.rebuild(check=True).flaws == ()


def test_another_fault_on_the_same_lift_is_another_trouble(house: House, tmp_path: Path) -> None:
    tells(house, tmp_path, fault_code="E42", visit_result="unresolved")
    tells(house, tmp_path, "LIB-J2", fault_code="E7", visit_result="unresolved")
    assert Case.objects.count() == 2


def test_a_technicians_own_case_of_the_same_fault_has_no_twin(house: House, tmp_path: Path) -> None:
    case = house.raised(fault_codes=("E42",))
    tells(house, tmp_path, "LIB-J2", fault_code="E42", visit_result="unresolved")
    assert [str(row.id) for row in Case.objects.all()] == [case]
    found = [entry.what for entry in house.view(case).timeline if entry.kind == "fact.found"]
    assert found == ["The visit ended unresolved"]


def test_an_answer_that_it_is_not_safe_reaches_a_manager_at_once_and_lifts_the_priority(
    house: House, tmp_path: Path
) -> None:
    tells(house, tmp_path, unsafe="yes")
    view = house.view(str(Case.objects.get().id))
    assert (view.case.danger, view.case.priority, len(view.reviews)) == (Danger.RISK, Priority.P2, 1)
    assert [letter for letter in house.subjects("Max") if "Decide the review" in letter]


def test_danger_found_in_the_job_of_an_open_case_is_reviewed_and_its_clocks_take_the_shorter_target(
    house: House, tmp_path: Path
) -> None:
    case = house.working(urgency=Urgency.LOW, impact=Impact.LOW)
    before = house.view(case)
    assert (before.case.priority, before.reviews) == (Priority.P4, ())
    house.clock.advance(timedelta(minutes=5))
    tells(house, tmp_path, unsafe="yes", breaks_rule="yes")
    now = house.view(case)
    assert (now.case.priority, now.case.danger, len(now.reviews)) == (Priority.P2, Danger.RISK, 2)
    assert now.case.lease_until
    assert now.case.lease_until <= house.clock.now() + timedelta(hours=2)
    resolve = {clock.name: clock.due_at for clock in now.clocks}
    assert resolve[ClockName.RESOLVE] < {clock.name: clock.due_at for clock in before.clocks}[ClockName.RESOLVE]
    assert [letter for letter in house.subjects("Max") if "Decide the review" in letter]
    tells(house, tmp_path, unsafe="yes", breaks_rule="yes", rating=1)
    assert len(house.view(case).reviews) == 2
    assert cases.rebuild(check=True).flaws == ()


def test_a_job_that_was_done_long_ago_is_history(house: House, tmp_path: Path) -> None:
    job = tells(house, tmp_path, "OLD", "2026-01-05 09:00", done_at="2026-01-06 09:00", unsafe="yes", rating=1)
    assert (Case.objects.count(), Finding.objects.count(), job.look_at) == (0, 0, None)


def test_what_somebody_says_of_a_job_is_heard_however_long_ago_it_was_done(house: House, tmp_path: Path) -> None:
    done = {"done_at": "2026-11-20 19:00"}
    tells(house, tmp_path, "KNOWN", **done)
    tells(house, tmp_path, "OPEN")
    house.clock.advance(timedelta(days=30))
    tells(house, tmp_path, "KNOWN", **done, fault_code="E42", unsafe="yes")
    case = str(Case.objects.get().id)
    assert house.view(case).row.danger == "RISK"
    assert [letter for letter in house.subjects("Max") if "Decide the review" in letter]
    tells(house, tmp_path, "OPEN", **done, rating=1)
    assert "1 of 5" in words(signed_in("carl").get("/queue/suggestions"))
    assert set(Finding.objects.values_list("job__reference", "trigger")) == {("KNOWN", "UNSAFE"), ("OPEN", "UNHAPPY")}
    tells(house, tmp_path, "OLD", "2026-11-20 18:00", done_at="2026-12-01 09:00", unsafe="yes")
    tells(house, tmp_path, "OLD", "2026-11-20 18:00", done_at="2026-12-01 09:00", rating=1)
    assert not Finding.objects.filter(job__reference="OLD").exists(), (
        "what was done long before we heard of it is history"
    )
    tells(house, tmp_path, "OLD", "2026-11-20 18:00", reopened=1, unsafe="yes")
    assert Finding.objects.filter(job__reference="OLD", trigger="UNSAFE").exists(), (
        "and is none once it is opened again"
    )


def test_a_closed_case_is_no_twin_and_a_finding_of_it_is_not_raised_again(house: House, tmp_path: Path) -> None:
    job = tells(house, tmp_path, visit_result="unresolved", visit="1")
    case = str(Case.objects.get().id)
    cases.withdraw([case], why="Not needed", **house.once("carl"))
    assert cases.consider(str(job.id), at=house.clock.now()) == ""
    tells(house, tmp_path, visit_result="unresolved", visit="2")
    assert Case.objects.count() == 2


def test_concurrent_looks_at_jobs_of_one_lift_make_one_case_for_each_fault(
    fresh_database: str, clock: SettableClock
) -> None:
    house = House(clock)
    lift = Asset.objects.get(reference="LIB-L7")
    wrong: list[Exception] = []
    for number in range(4):
        made = [
            Job.objects.create(
                reference=f"N-{number}-{one}", site=lift.site, asset=lift, title="Door", opened_at=clock.now(),
                fault_code=f"E{number}",
            )
            for one in range(3)
        ]  # fmt: skip
        Visit.objects.bulk_create(Visit(job=job, result="UNRESOLVED") for job in made)
        start = Barrier(6)
        threads = [Thread(target=considers, args=(house, str(job.id), start, wrong)) for job in made * 2]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert (Case.objects.count(), wrong) == (number + 1, [])
    assert Finding.objects.filter(state="ADDED").count() == Event.objects.filter(kind="fact.found").count()
    assert cases.rebuild(check=True).flaws == ()


def considers(house: House, job: str, start: Barrier, wrong: list[Exception]) -> None:
    start.wait()
    try:
        cases.consider(job, at=house.clock.now())
    except Exception as error:
        wrong.append(error)
    finally:
        connection.close()


def test_what_changes_while_a_job_is_looked_at_is_looked_at_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[Any] = []
    whole = jobs.visits_of

    def meanwhile(job_id: str) -> list[Visit]:
        found = whole(job_id)
        if not looked:
            looked.append(Job.objects.filter(id=job_id).update(unsafe=True))
        return found

    monkeypatch.setattr(jobs, "visits_of", meanwhile)
    assert cases.consider(str(house.job.id), at=house.clock.now()) == ""
    assert Case.objects.count() == 0
    look(house)
    assert house.view(str(Case.objects.get().id)).case.danger is Danger.RISK


def test_a_look_where_nothing_is_due_asks_two_questions_however_many_jobs_there_are(house: House) -> None:
    Job.objects.bulk_create(
        Job(reference=f"M-{number}", site=house.job.site, title="Hums", opened_at=house.clock.now())
        for number in range(300)
    )
    Job.objects.filter(reference__gte="M-2").update(look_at=house.clock.now() + timedelta(seconds=1))
    with CaptureQueriesContext(connection) as queries:
        assert Triggers().run(house.clock.now()) == 0
    by = ("job_by_look", "finding_suggested")
    assert len(queries) == len(by)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        for asked, index in zip(queries, by, strict=True):
            cursor.execute(f"EXPLAIN {asked['sql']}")
            assert index in "".join(line for (line,) in cursor.fetchall())


def test_one_job_that_cannot_be_looked_at_never_stops_the_others(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sick, whole = str(house.job.id), jobs.visits_of

    def stumbles(job_id: str) -> list[Visit]:
        if job_id == sick:
            raise ValueError("a sick row")
        return whole(job_id)

    Job.objects.filter(id=sick).update(look_at=house.clock.now(), unsafe=True)
    Job.objects.filter(id=house.otto_job.id).update(look_at=house.clock.now(), unsafe=True)
    with monkeypatch.context() as patch:
        patch.setattr(jobs, "visits_of", stumbles)
        with pytest.raises(ValueError, match="a sick row"):
            Triggers().run(house.clock.now())
    assert [str(row.job_id) for row in Case.objects.all()] == [str(house.otto_job.id)]
    house.clock.advance(timedelta(minutes=10))
    look(house)
    assert Case.objects.count() == 2


def test_the_technician_ends_a_visit_and_lands_on_the_case_that_it_opened(house: House) -> None:
    tess, address = signed_in("tess"), f"/jobs/{house.job.id}/visit"
    assert f'href="{address}"' in tess.get("/jobs").content.decode()
    answer = send(tess, address, result="UNRESOLVED", answers=["unsafe"], fault_code="E42", rating="2", remark="Again!")
    [row] = Case.objects.all()
    assert answer.url == f"/cases/{row.id}"
    view = house.view(str(row.id))
    assert view.case.reasons == {Reason.UNRESOLVED_ON_SITE, Reason.SAFETY_RISK, Reason.CUSTOMER_DISSATISFACTION}
    assert (view.case.danger, view.texts[view.raised["words"]]) == (Danger.RISK, "Again!")
    [visit] = Visit.objects.filter(job=house.job)
    assert (visit.result, visit.ended_at, str(visit.person_id)) == (
        "UNRESOLVED",
        house.clock.now(),
        str(house.job.technician_id),
    )
    assert {one.trigger for one in Finding.objects.all()} == {Trigger.VISIT_UNRESOLVED, Trigger.UNSAFE, Trigger.UNHAPPY}
    assert signed_in("tom").get(address).status_code == 404
    for stranger in ("tom", "sana", "max", "cleo"):
        with pytest.raises(NoSuchCase):
            cases.report_visit(str(house.job.id), visit=VisitReport(VisitResult.DONE), **house.once(stranger))
    cases.erase_contact(str(house.cleo.id), at=house.clock.now())
    assert Job.objects.get(id=house.job.id).remark == ""
    assert "Again!" not in words(signed_in("carl").get(f"/cases/{row.id}"))


def test_that_it_is_not_safe_is_heard_each_time_that_somebody_says_so(house: House) -> None:
    tess, address = signed_in("tess"), f"/jobs/{house.job.id}/visit"
    send(tess, address, result="UNRESOLVED", answers=["unsafe"])
    case = str(Case.objects.get().id)
    for _again in range(2):
        house.clock.advance(timedelta(hours=1))
        cases.decide_review([case], decision=NewDecision(ReviewOutcome.ALLOW), **house.once("max"))
        asked = len([one for one in house.subjects("Max") if "Decide the review" in one])
        assert house.view(case).reviews == ()
        send(tess, address, result="UNRESOLVED", answers=["unsafe"])
        assert len(house.view(case).reviews) == 1
        house.tick()
        assert len([one for one in house.subjects("Max") if "Decide the review" in one]) == asked + 1
    send(tess, address, result="UNRESOLVED", answers=["unsafe"])
    assert len(house.view(case).reviews) == 1, "it is asked once as long as nobody has decided"
    cases.decide_review([case], decision=NewDecision(ReviewOutcome.ALLOW), **house.once("max"))
    cases.withdraw([case], why="Cleared up", **house.once("carl"))
    send(tess, address, result="UNRESOLVED", answers=["unsafe", "breaks_rule"])
    new = house.view(str(Case.objects.latest("number").id))
    assert (new.row.id != case, new.case.danger, new.case.priority) == (True, Danger.RISK, Priority.P2)
    assert Reason.SAFETY_RISK in new.case.reasons
    assert (house.letters("Otto"), cases.rebuild(check=True).flaws) == ([], ())


def test_each_word_of_the_customer_is_judged_by_itself(house: House, tmp_path: Path) -> None:
    tells(house, tmp_path, remark="The door squeaks")
    [first] = Finding.objects.all()
    cases.dismiss(str(first.id), why="Oiled", **house.once("carl"))
    tells(house, tmp_path, remark="The door squeaks")
    assert Finding.objects.count() == 1, "the same file again says nothing anew"
    tells(house, tmp_path, remark="I am furious and somebody fell")
    assert [one.state for one in Finding.objects.order_by("found_at", "id")].count("SUGGESTED") == 1
    assert "furious" in words(signed_in("carl").get("/queue/suggestions"))
    tess, address = signed_in("tess"), f"/jobs/{house.job.id}/visit"
    for number in (3, 4):
        house.clock.advance(timedelta(minutes=1))
        send(tess, address, result="UNRESOLVED", rating="1", remark="Again!")
        look(house)
        assert Finding.objects.filter(trigger="UNHAPPY").count() == number


def test_a_job_of_history_that_is_opened_again_is_none_any_more(house: House, tmp_path: Path) -> None:
    tells(house, tmp_path, "OLD", "2026-01-05 09:00", done_at="2026-01-06 09:00")
    tells(house, tmp_path, "OLD", "2026-01-05 09:00", done_at="2026-11-20 18:00", breaks_rule="yes")
    assert [(one.job.reference, one.trigger) for one in Finding.objects.all()] == [("OLD", "BREAKS_RULE")]
    house.clock.advance(timedelta(days=30))
    tells(house, tmp_path, "OLD", "2026-01-05 09:00", done_at="2026-11-20 18:00", breaks_rule="yes", rating=1)
    assert Finding.objects.filter(trigger="UNHAPPY").exists()


def test_the_end_of_a_visit_sent_twice_is_kept_once_and_a_job_that_is_done_has_no_more_visits(house: House) -> None:
    tess, address = signed_in("tess"), f"/jobs/{house.job.id}/visit"
    page = tess.get(address)
    assert tess.post(address, {"key": "k" * 32}).status_code == 422
    whole = {"key": "a" * 32, "result": "DONE"}
    assert tess.post(address, whole).url == "/jobs"
    assert tess.post(address, whole).url == "/jobs"
    assert tess.post(address, whole | {"result": "UNRESOLVED"}).status_code == 409
    assert tess.post(address, whole | {"key": "b" * 32}).status_code == 409
    assert page.status_code == 200
    assert "This job is done already." in words(tess.get(address))
    job = Job.objects.get(id=house.job.id)
    assert (job.outcome, Visit.objects.filter(job=job).count(), Case.objects.count()) == ("DONE", 1, 0)
    assert tess.post(address, {"key": "c" * 32, "result": "DONE", "rating": "6"}).status_code == 422
    assert tess.post(address, {"key": "c" * 32, "result": "<b>", "fault_code": "E" * 41}).status_code == 422
