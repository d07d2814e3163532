"""Real photos of real cameras: nothing of where they were taken is shown, and each is the right way up."""

from __future__ import annotations

import io
import pathlib
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from backline.core.words import Actor
from backline.evidence import operations, store
from backline.evidence.queries import EvidenceRow
from backline.evidence.words import Size
from tests.fakes.photos import segments

pytestmark = [pytest.mark.django_db, pytest.mark.shared_data]

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
NAMES = ["DSCN0010.jpg", "DSCN0021.jpg", "IMG_5195.HEIC", "image01980.jpg", "landscape_1.jpg", "landscape_6.jpg"]
MARKS = (b"Exif\x00", b"http://ns.adobe.com", b"xpacket", b"NIKON", b"Apple", b"Photoshop", b"ICC_PROFILE", b"8BIM")


def take(folder: pathlib.Path, name: str, by: Actor) -> EvidenceRow:
    upload = SimpleUploadedFile(name, (folder / name).read_bytes())
    return operations.take(upload=upload, draft_key="draft", by=by, at=NOON)


def degrees(path: pathlib.Path) -> tuple[float, ...]:
    with Image.open(path) as image:
        gps = image.getexif().get_ifd(0x8825)
    return tuple(round(float(d + m / 60 + s / 3600), 3) for d, m, s in (gps[2], gps[4])) if gps else ()


@pytest.mark.parametrize("name", NAMES)
def test_no_copy_tells_where_when_or_with_what(hostile: pathlib.Path, tess: Actor, name: str) -> None:
    row = take(hostile, name, tess)
    for size in Size:
        path = store.served_path(row.sha256, size)
        content = path.read_bytes()
        assert [mark for mark in MARKS if mark in content] == []
        assert segments(content) == {"APP0", "DQT", "SOF", "DHT", "SOS"}
        image = Image.open(io.BytesIO(content))
        assert (image.format, dict(image.getexif()), degrees(path)) == ("JPEG", {}, ())
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        image.load()


def test_the_originals_do_tell_so_that_the_test_above_can_fail(hostile: pathlib.Path) -> None:
    assert degrees(hostile / "DSCN0010.jpg") == (43.467, 11.885)
    assert degrees(hostile / "IMG_5195.HEIC") == (39.051, 94.289)


def test_a_photo_held_sideways_is_turned(hostile: pathlib.Path, tess: Actor) -> None:
    straight, sideways = take(hostile, "landscape_1.jpg", tess), take(hostile, "landscape_6.jpg", tess)
    assert (straight.width, straight.height) == (sideways.width, sideways.height) == (600, 450)
    small = []
    for row in (straight, sideways):
        with Image.open(store.served_path(row.sha256, Size.FULL)) as image:
            small.append(image.convert("L").resize((12, 9)).tobytes())
    difference = sum(abs(a - b) for a, b in zip(*small, strict=True)) / len(small[0])
    assert difference < 20


def test_a_photo_of_a_telephone_is_opened(hostile: pathlib.Path, tess: Actor) -> None:
    row = take(hostile, "IMG_5195.HEIC", tess)
    assert (row.content_type, row.width, row.height) == ("image/heic", 2566, 3313)
    assert row.taken_at == datetime(2021, 4, 11, 20, 47, 53, tzinfo=UTC)
    with Image.open(store.served_path(row.sha256, Size.FULL)) as image:
        assert image.size == (1983, 2560)
