"""Photos come to a case on its way: by a button of their own, with a step, and they open the way back."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from backline.evidence import queries as evidence
from tests.fakes import photos
from tests.fakes.browser import hidden_in, signed_in, words
from tests.fakes.forms import Photo
from tests.fakes.house import House


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Any) -> None:
    settings.BACKLINE_HOME = str(tmp_path)


def door() -> Photo:
    return Photo("door.jpg", photos.encoded(photos.quarters()))


def sent(browser: Client, case: str, slug: str, **data: Any) -> Any:
    address = f"/cases/{case}/{slug}"
    return browser.post(address, {**hidden_in(browser.get(address)), **data})


def test_nothing_goes_back_to_a_team_that_had_it_but_with_new_photos(house: House) -> None:
    case = house.raised()
    house.offer(case)
    house.accept(case)
    sana, dora = signed_in("sana"), signed_in("dora")
    there, back = {"target": f"{house.support.id}:", "why": ""}, {"target": f"{house.specialists.id}:", "why": ""}
    assert sent(sana, case, "hand-over", **there).status_code == 302
    house.accept(case, "dora")
    refused = sent(dora, case, "hand-over", **back)
    assert refused.status_code == 409
    assert "They had this case before. Add new evidence" in words(refused)
    assert f"/cases/{case}/photos" in words(dora.get(f"/cases/{case}"))
    assert sent(dora, case, "photos", photos=door()).status_code == 302
    assert [photo.name for photo in evidence.of_case(case)] == ["door.jpg"]
    assert house.view(case).timeline[-1].what == "Added photos"
    assert sent(dora, case, "hand-over", **back).status_code == 302


def test_a_step_comes_with_its_photo_once_and_a_form_that_is_wrong_loses_none(house: House) -> None:
    case = house.working()
    sana, address = signed_in("sana"), f"/cases/{case}/step"
    form = {**hidden_in(sana.get(address)), "result": "FAILED"}
    again = sana.post(address, {**form, "action": "", "photos": door()})
    assert again.status_code == 422
    assert "1 photo is kept already" in words(again)
    before = house.view(case).case.seq
    for _time in range(2):
        assert sana.post(address, {**form, "action": "Opened the door"}).status_code == 302
    assert house.view(case).case.seq == before + 2
    assert len(evidence.of_case(case)) == 1


def test_what_is_no_photo_is_said_and_changes_nothing(house: House) -> None:
    case = house.working()
    sana, before = signed_in("sana"), house.view(case).case.seq
    for name, content in (("door.jpg", b"no photo at all"), ("empty.jpg", b"")):
        answer = sent(sana, case, "photos", photos=SimpleUploadedFile(name, content))
        assert answer.status_code == 422
        assert name in words(answer)
    nothing = sent(sana, case, "photos")
    assert (nothing.status_code, "Still needed: a photo." in words(nothing)) == (422, True)
    assert house.view(case).case.seq == before
