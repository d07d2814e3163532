"""The film: one escalation through the whole house, from the site to the close, over its pages."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backline.cases import operations as cases
from backline.cases.operations import NewVisit
from backline.channels import queries as channels
from backline.core.words import WaitReason
from tests.fakes import photos
from tests.fakes.house import PASSWORD, House


def signed_in(name: str) -> Client:
    """Somebody of the cast at the browser."""
    client = Client()
    answer = client.post("/sign-in", {"email": f"{name}@example.org", "password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()
    return client


def key_in(page: Any) -> str:
    """The key that a form was rendered with."""
    found = re.search(r'name="key" value="([0-9a-f]{32})"', page.content.decode())
    assert found, page.content.decode()
    return found.group(1)


def send(house: House, client: Client, address: str, **data: Any) -> Any:
    """Open a form and send it."""
    house.clock.advance(timedelta(minutes=1))
    page = client.get(address)
    assert page.status_code == 200, (page.status_code, address)
    return client.post(address, {"key": key_in(page), **data})


def told(house: House, case: str) -> list[tuple[str, str]]:
    """Who was told what, the first first."""
    rows = channels.outgoing(case_id=house.view(case).row.id, limit=200).rows
    return [(row.recipient_name, row.kind.partition(":")[0]) for row in reversed(rows)]


def raised_on_her_phone(house: House) -> str:
    photo = SimpleUploadedFile("door.jpg", photos.encoded(photos.quarters()), "image/jpeg")
    answer = send(
        house, signed_in("tess"), f"/jobs/{house.job.id}/raise",
        danger="NONE", summary="The lift stands still between two floors", reasons=["UNRESOLVED_ON_SITE"],
        impact="HIGH", urgency="MEDIUM", fault_codes="E42", words="People are late for work", photos=photo,
        **{"step-0-action": "Reset the controller", "step-0-result": "NO_EFFECT"},
    )  # fmt: skip
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"].rpartition("/")[2])


def works_on_it(house: House, sana: Client, case: str) -> None:
    """Sana waits for a part, books a visit and resolves."""
    house.clock.advance(timedelta(minutes=1))
    until = house.clock.now() + timedelta(days=1)
    wait = {"reason": WaitReason.PART, "until": until, "what": "Relay K7 from the store"}
    cases.begin_wait([case], **wait, **house.once("sana"))
    house.clock.advance(timedelta(minutes=1))
    visit = NewVisit(until + timedelta(hours=1), until + timedelta(hours=2))
    cases.book_visit([case], visit=visit, **house.once("sana"))
    answer = send(house, sana, f"/cases/{case}/resolve", cause="Worn relay", fix="Changed it", outcome="DONE")
    assert answer.status_code == 302


def test_one_case_from_the_site_to_the_close(house: House) -> None:
    case = raised_on_her_phone(house)
    carl, sana = signed_in("carl"), signed_in("sana")
    assert "Lift specialists" in carl.get(f"/cases/{case}").content.decode()
    target = f"{house.specialists.id}:{house.persons['sana'].id}"
    assert send(house, carl, f"/cases/{case}/offer", target=target).status_code == 302
    start = house.clock.now()
    house.tick()
    house.until(start + timedelta(minutes=46))
    assert [who for who, kind in told(house, case) if kind == "rung.ACCEPT"] == ["Sana", "Sana", "Lena", "Lena", "Max"]

    assert send(house, sana, f"/cases/{case}/accept", lease="3600").status_code == 302
    works_on_it(house, sana, case)

    letters = [row for row in channels.outgoing(case_id=house.view(case).row.id, limit=200).rows if row.address]
    link = re.search(r"http://testserver(/c/\S+)", next(row.body for row in letters if row.recipient_name == "Cleo"))
    assert link
    cleo = Client()
    page = cleo.get(link.group(1))
    assert "We believe that it is working again" in page.content.decode()
    assert "Worn relay" not in page.content.decode()
    house.clock.advance(timedelta(minutes=1))
    keys = re.findall(r'name="key" value="([0-9a-f]{32})"', page.content.decode())
    answer = cleo.post(link.group(1), {"key": keys[1], "answer": "not-fixed", "why": "It stopped again"})
    assert answer.status_code == 302
    assert house.view(case).case.state == "ACCEPTED"
    assert house.view(case).case.person == str(house.persons["sana"].id)

    assert (
        send(house, sana, f"/cases/{case}/resolve", cause="Loose plug", fix="Fixed it", outcome="DONE").status_code
        == 302
    )
    house.clock.advance(timedelta(minutes=1))
    page = cleo.get(link.group(1))
    assert cleo.post(link.group(1), {"key": key_in(page), "answer": "works"}).status_code == 302
    assert house.view(case).case.state == "CLOSED"
    kinds = [kind for who, kind in told(house, case) if who == "Cleo"]
    assert kinds == [
        "customer.raised", "customer.handed_on", "customer.accepted", "customer.waiting", "customer.visit",
        "customer.resolved", "customer.disputed", "customer.resolved", "customer.closed",
    ]  # fmt: skip
    assert cases.rebuild(check=True).flaws == ()
    entries = house.view(case).timeline
    assert entries[0].who == "Tess"
    assert entries[-1].who == "Cleo"


def test_otto_sees_nothing_of_cleo(house: House) -> None:
    case = raised_on_her_phone(house)
    other = cases.raise_case(house.report(job=str(house.otto_job.id)), **house.once("tess")).case
    letters = channels.outgoing(limit=50).rows
    link = next(re.search(r"http://testserver(/c/\S+)", row.body) for row in letters if row.recipient_name == "Otto")
    assert link
    page = Client().get(link.group(1)).content.decode()
    assert "Museum" in page
    assert "Library" not in page
    assert house.view(case).line.reference not in page
    assert house.view(other).line.reference in page
    assert all(row.case_id == house.view(other).row.id for row in letters if row.recipient_name == "Otto")
