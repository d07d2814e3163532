"""A photo that arrives after its form was sent goes to the case that the form made; none stays with nobody."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from backline.cases import operations as cases
from backline.cases.models import Case
from backline.evidence.models import Evidence
from backline.intake import pages
from tests.fakes import photos
from tests.fakes.browser import signed_in, words
from tests.fakes.clock import SettableClock
from tests.fakes.forms import report
from tests.fakes.house import House


def photo(name: str, width: int = 80) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photos.encoded(photos.quarters(width)))


def keep(client: Client, key: str, name: str = "late.jpg", width: int = 80) -> Any:
    return client.post("/photos", {"key": key, "photos": photo(name, width)})


def sent(house: House, tess: Client, form: dict[str, Any]) -> str:
    page = tess.post(f"/jobs/{house.job.id}/raise", form)
    assert page.status_code == 302
    house.clock.advance(timedelta(minutes=1))
    return page.headers["Location"].rpartition("/")[2]


def test_a_photo_on_its_way_while_the_form_was_sent_is_on_the_case(house: House) -> None:
    tess, form = signed_in("tess"), report()
    case = sent(house, tess, form)
    assert keep(tess, form["key"]).status_code == 200
    view = house.view(case)
    assert [one.name for one in view.photos] == ["late.jpg"]
    assert view.timeline[-1].what == "Added photos"
    assert keep(tess, form["key"], "other.jpg", 100).status_code == 200
    assert "other.jpg" in words(signed_in("carl").get(f"/cases/{case}"))


def test_a_photo_that_comes_with_the_form_sent_once_more_with_other_words_is_not_lost(house: House) -> None:
    tess, form = signed_in("tess"), report()
    case = sent(house, tess, form)
    again = tess.post(
        f"/jobs/{house.job.id}/raise", form | {"summary": "It hums as well", "photos": [photo("hum.jpg")]}
    )
    assert again.status_code == 409
    assert "new photos are there too" in words(again)
    assert [one.name for one in house.view(case).photos] == ["hum.jpg"]


def test_a_photo_kept_between_reading_the_form_and_committing_it_is_taken_along(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    tess, form = signed_in("tess"), report()
    honest = pages.operations.raise_case

    def slow(*args: Any, **options: Any) -> Any:
        done = honest(*args, **options)
        Evidence.objects.update(draft_key=form["key"])
        return done

    other = report()
    assert keep(tess, other["key"]).status_code == 200
    monkeypatch.setattr(pages.operations, "raise_case", slow)
    case = sent(house, tess, form)
    assert [one.name for one in house.view(case).photos] == ["late.jpg"]


def test_a_photo_after_the_end_is_refused_in_words_and_a_strangers_key_gives_nothing(house: House) -> None:
    tess, form = signed_in("tess"), report()
    case = sent(house, tess, form)
    assert keep(signed_in("carl"), form["key"]).status_code == 200, "a draft of his own, with the same key"
    assert not house.view(case).photos
    cases.withdraw([case], why="Raised by mistake", **house.once("carl"))
    page = keep(tess, form["key"])
    assert page.status_code == 422
    assert "came after its case had ended" in words(page)
    assert not house.view(case).photos


@pytest.mark.parametrize("key", ["\x00", "a\x00b", "", "x" * 200])
def test_a_key_that_is_none_is_refused_in_words(house: House, key: str) -> None:
    page = keep(signed_in("tess"), key)
    assert page.status_code == 422
    assert signed_in("tess").post("/photos", {"key": key}).status_code == 422


def test_one_photo_with_a_form_sent_many_times_at_once_is_on_the_case_once(
    fresh_database: str, clock: SettableClock
) -> None:
    house, form = House(clock), report()
    begin = Barrier(6)

    def sends() -> None:
        tess = signed_in("tess")
        begin.wait()
        tess.post(f"/jobs/{house.job.id}/raise", form | {"photos": [photo("door.jpg")]})
        connection.close()

    threads = [Thread(target=sends) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [case] = Case.objects.all()
    assert len(house.view(str(case.id)).photos) == 1
    assert "Added photos" not in [entry.what for entry in house.view(str(case.id)).timeline]
