"""What Cleo's page says that she can do until it is repaired, and what people at the desk do about it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.test import Client

from backline.core.words import Danger
from backline.engine.auditor import passes
from backline.engine.models import Finding
from tests.fakes.browser import hidden, link_of, send, signed_in, words
from tests.fakes.house import House

NAUGHTY = "<script>alert(1)</script> “stairs” & 楼梯"
TYPED = {
    "meanwhile": f"Use the left one {NAUGHTY}",
    "limits": "Four persons at most",
    "until": "2026-11-22T10:00",
    "unsafe": "no",
}


def page(house: House, case: str, name: str = "cleo") -> str:
    """What stands on a customer's page, and nothing of it is markup of somebody's."""
    answer = Client().get(link_of(house, name, case))
    assert "<script>alert" not in answer.content.decode()
    return words(answer)


def carried(form: Any) -> dict[str, str]:
    """What a form about a workaround carries unseen."""
    return hidden(form, "key", "seen", "record")


def act(client: Client, place: str, **typed: str) -> Any:
    """Open a form about a workaround and send it."""
    return client.post(place, carried(client.get(place)) | typed)


def test_she_reads_what_she_can_do_its_limits_and_its_end_until_that_has_passed(house: House) -> None:
    case = house.working()
    sana = signed_in("sana")
    wrongs = (("limits", " "), ("until", "2026-11-20T10:00"), ("unsafe", ""), ("until", "2027-11-20T10:00"))
    for field, wrong in wrongs:
        answer = send(sana, f"/cases/{case}/workaround", **TYPED | {field: wrong})
        assert answer.status_code == 422
        assert f'id="id_{field}_error"' in words(answer)
        assert NAUGHTY in words(answer), "what was typed is kept"
    assert "What you can do meanwhile" not in page(house, case)
    assert send(sana, f"/cases/{case}/workaround", **TYPED).status_code == 302
    hers = page(house, case)
    for said in (NAUGHTY, "Four persons at most", "This counts until", "Sun 22 Nov 2026, 11:00",
                 "We told you what you can do meanwhile, until Sun 22 Nov 2026, 11:00."):  # fmt: skip
        assert said in hers
    assert "What may be done meanwhile" in words(sana.get(f"/cases/{case}"))
    house.clock.advance(timedelta(days=2))
    over = page(house, case)
    assert "Please do not rely on it any more" in over
    assert "Four persons at most" not in over


def test_she_reads_nothing_of_what_waits_for_a_manager_and_he_decides_it_at_the_desk(house: House) -> None:
    case = house.working()
    assert send(signed_in("tess"), f"/cases/{case}/workaround", **TYPED | {"unsafe": "yes"}).status_code == 302
    house.tick()
    assert "left one" not in page(house, case)
    assert "meanwhile" not in page(house, case)
    place = f"/cases/{case}/decide-workaround"
    for name, status in (("sana", 409), ("carl", 409), ("tess", 409), ("dora", 404), ("ada", 409)):
        assert signed_in(name).post(place, {"outcome": "APPROVE"} | TYPED).status_code == status
    max_ = signed_in("max")
    shown = max_.get(f"/cases/{case}")
    assert "A manager decides it; the customer knows nothing of it." in words(shown)
    form = max_.get(place)
    assert "Four persons at most" in words(form), "what was proposed is there to be changed"
    refused = max_.post(place, carried(form) | {"outcome": "REFUSE", "why": " "})
    assert refused.status_code == 422
    assert 'id="id_why_error"' in words(refused)
    decided = carried(form) | {"outcome": "APPROVE", "limits": "Two persons at most", "until": "2026-11-21T10:00"}
    twin = max_.get(place)
    assert max_.post(place, decided).status_code == 302
    assert max_.post(place, decided).status_code == 302, "sent twice it is known"
    second = carried(twin) | {"outcome": "APPROVE", "until": "2026-11-21T12:00"}
    assert max_.post(place, second).status_code == 409, "of two approvals one counts"
    hers = page(house, case)
    assert "Two persons at most" in hers
    assert "Four persons" not in hers
    assert len([one for one in house.subjects("Cleo") if "What you can do meanwhile" in one]) == 1


def test_it_is_extended_and_ended_at_the_desk_and_she_reads_so(house: House) -> None:
    case = house.working()
    sana, carl = signed_in("sana"), signed_in("carl")
    send(sana, f"/cases/{case}/workaround", **TYPED)
    record = {"record": getattr(house.view(case).case.workaround, "id", "")}
    ends = f"/cases/{case}/end-workaround"
    assert act(carl, f"/cases/{case}/extend-workaround", until="2026-11-23T10:00", why="Monday").status_code == 302
    assert "now counts until Mon 23 Nov 2026, 11:00" in page(house, case)
    assert act(carl, ends, how="DOES_NOT_HOLD", why="The rope is worn").status_code == 302
    hers = page(house, case)
    assert "What you could do meanwhile does not count any more." in hers
    assert "worn" not in hers
    assert "left one" not in hers
    for slug in ("extend-workaround", "end-workaround"):
        typed = record | {
            "until": "2026-11-24T10:00",
            "why": "More",
            "how": "NOT_NEEDED",
            "key": "k" * 32,
            "seen": "99",
        }
        assert carl.post(f"/cases/{case}/{slug}", typed).status_code == 409, "it has ended"
        assert f"/cases/{case}/{slug}" not in carl.get(f"/cases/{case}").content.decode()


def test_work_that_is_stopped_takes_it_from_her_page(house: House) -> None:
    case = house.working(danger=Danger.RISK)
    house.tick()
    max_ = signed_in("max")
    assert "is about danger or a rule: a manager decides it" in words(
        signed_in("sana").get(f"/cases/{case}/workaround")
    )
    assert send(max_, f"/cases/{case}/workaround", **TYPED).status_code == 302
    assert "Four persons at most" in page(house, case)
    stop = {"outcome": "STOP_WORK", "lifted_on": "The protocol", "conditions": "Keep out"}
    assert send(max_, f"/cases/{case}/review", **stop).status_code == 302
    hers = page(house, case)
    assert "Four persons at most" not in hers
    assert "What you could do meanwhile does not count any more." in hers
    asked = signed_in("sana").get(f"/cases/{case}").content.decode()
    assert f"/cases/{case}/workaround" not in asked
    assert signed_in("sana").post(f"/cases/{case}/workaround", TYPED | {"key": "k" * 32}).status_code in (409, 422)
    house.clock.advance(timedelta(minutes=1))
    house.tick()
    passes.run(house.clock.now(), whole=True)
    assert not Finding.objects.exclude(what__in=("LATE", "OVERDUE")).exists()


def test_what_a_resolution_ends_stands_on_its_form(house: House) -> None:
    case = house.working()
    sana = signed_in("sana")
    send(sana, f"/cases/{case}/workaround", **TYPED)
    assert "Offered a workaround until" in words(sana.get(f"/cases/{case}/resolve"))
    assert "Offered a workaround until" in words(sana.get(f"/cases/{case}/workaround")), "another takes its place"
    due = words(signed_in("carl").get(f"/cases/{case}"))
    assert "The workaround ends" in due
