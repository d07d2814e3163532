"""Bad input, photos: what is none, too large, broken or too many is refused by name; the others and every word stay."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.fakes import photos
from tests.fakes.browser import key_in, signed_in, words
from tests.fakes.forms import report
from tests.fakes.house import House


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """A home of its own, to see that nothing is left lying about."""
    settings.BACKLINE_HOME = tmp_path
    return tmp_path


def good(name: str = "door.jpg", width: int = 80) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, photos.encoded(photos.quarters(width)), "image/jpeg")


def bomb() -> bytes:
    """A PNG of a few kilobytes that says it is 30,000 by 30,000 pixels."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(900_000))) + chunk(b"IEND", b"")


BAD = {
    "huge.jpg": (b"\xff\xd8\xff\xe0" + bytes(60_000_000), "is larger than 25 MB"),
    "text.jpg": (b"I am no photo at all, only words.\n" * 40, "is not a photo that can be shown here"),
    "page.jpg": (b"<html><script>alert(1)</script></html>", "is not a photo that can be shown here"),
    "drawing.svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "is not a photo"),
    "half.jpg": (photos.encoded(photos.quarters(800, 600))[:4000], "is damaged and cannot be opened"),
    "bomb.png": (bomb(), "has more than 100 megapixels"),
    "empty.jpg": (b"", "is empty"),
    "program.jpg": (b"MZ\x90\x00" + bytes(3000), "is not a photo that can be shown here"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_photo_is_named_and_everything_else_is_kept(house: House, home: Path, name: str) -> None:
    tess, place = signed_in("tess"), f"/jobs/{house.job.id}/raise"
    form, (content, said) = report(words="Late for work"), BAD[name]
    page = tess.post(place, form | {"photos": [good(), SimpleUploadedFile(name, content), good("car.jpg", 90)]})
    assert page.status_code == 422
    assert f"“{name}”" in words(page)
    assert said in words(page)
    assert words(page).count(said) == 2  # in the summary and beside the field
    assert 'aria-describedby="photos-help photos-error"' in words(page)
    for typed in (
        "It stands still",
        "Reset the door",
        "Late for work",
        "door.jpg",
        "car.jpg",
        "2 photos are kept already",
    ):
        assert typed in words(page), typed
    assert key_in(page) == form["key"]
    assert list((home / "evidence" / "incoming").iterdir()) == []
    house.clock.advance(timedelta(minutes=1))
    sent = tess.post(place, form)
    assert sent.status_code == 302
    case = sent.headers["Location"].rpartition("/")[2]
    assert {one.name for one in house.view(case).photos} == {"door.jpg", "car.jpg"}


def test_of_sixty_photos_fifty_are_kept_and_the_others_named(house: House) -> None:
    tess, form = signed_in("tess"), report()
    page = tess.post(f"/jobs/{house.job.id}/raise", form | {"photos": [good(f"p{n}.jpg", 8 + n) for n in range(60)]})
    assert page.status_code == 422
    assert "50 photos are kept already" in words(page)
    assert all(f"“p{n}.jpg” was not kept" in words(page) for n in range(50, 60))
    assert "It stands still" in words(page)


def test_far_too_many_files_are_refused_in_words(house: House) -> None:
    files = [SimpleUploadedFile(f"p{n}.jpg", b"x") for n in range(201)]
    page = signed_in("tess").post(f"/jobs/{house.job.id}/raise", report(photos=files))
    assert (page.status_code, "That is more than can be sent at once." in words(page)) == (413, True)


def test_an_incomplete_report_keeps_its_photos_and_shows_them_to_its_writer_alone(
    house: House,
) -> None:
    tess, form = signed_in("tess"), report(summary="")
    page = tess.post(f"/jobs/{house.job.id}/raise", form | {"photos": good()})
    assert (page.status_code, "1 photo is kept already" in words(page)) == (422, True)
    address = words(page).split('<li><img src="')[1].split('"')[0]
    assert tess.get(address).headers["Content-Type"] == "image/jpeg"
    assert [signed_in(name).get(address).status_code for name in ("carl", "tom", "ada")] == [404, 404, 404]
    assert Client().get(address).status_code == 302


def test_photos_of_a_form_whose_key_was_lost_are_kept_under_a_new_one(house: House) -> None:
    tess, place = signed_in("tess"), f"/jobs/{house.job.id}/raise"
    for key in ("", "\x00", "../../etc", "k" * 65, "é"):
        page = tess.post(place, report(key=key, photos=good()))
        assert (page.status_code, "The form did not arrive whole." in words(page)) == (422, True)
        assert "1 photo is kept already" in words(page)
        case = tess.post(place, report(key=key_in(page))).headers["Location"].rpartition("/")[2]
        assert [one.name for one in house.view(case).photos] == ["door.jpg"]


NAMES = (
    "../../../etc/passwd.jpg",
    "a\x00b.jpg",
    "<script>alert(1)</script>.jpg",
    "\u202egpj.exe",
    "x" * 300 + ".jpg",
    "Ä\n.jpg",
)


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_the_name_of_a_file_does_no_harm(house: House, name: str) -> None:
    upload = io.BytesIO(photos.encoded(photos.quarters()))
    upload.name = name
    tess = signed_in("tess")
    sent = tess.post(f"/jobs/{house.job.id}/raise", report(photos=upload))
    assert sent.status_code == 302
    page = tess.get(sent.headers["Location"]).content.decode()
    assert "<script>alert" not in page
    assert "/photos/" in page
    case = sent.headers["Location"].rpartition("/")[2]
    [kept] = house.view(case).photos
    assert tess.get(f"/photos/{kept.id}/full").status_code == 200
    assert len(kept.name) <= 200
