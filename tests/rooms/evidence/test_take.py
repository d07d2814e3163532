"""Photos are taken in for real: what opens is kept and shown without its metadata, what does not is refused plainly."""

from __future__ import annotations

import contextlib
import io
import pathlib
import resource
import struct
import uuid
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from backline.core.words import Actor
from backline.evidence import operations, queries, store
from backline.evidence.models import Evidence
from backline.evidence.queries import EvidenceRow
from backline.evidence.words import MOST_IN_A_DRAFT, Refused, Size
from tests.fakes.photos import SECRETS, corner, encoded, quarters, segments, telltale_exif

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def take(content: bytes, by: Actor, *, name: str = "photo.jpg", draft_key: str = "draft") -> EvidenceRow:
    return operations.take(upload=SimpleUploadedFile(name, content), draft_key=draft_key, by=by, at=NOON)


def refusal(content: bytes, by: Actor, *, name: str = "photo.jpg") -> Refused:
    with pytest.raises(Refused) as caught:
        take(content, by, name=name)
    assert not Evidence.objects.exists()
    return caught.value


def shown(row: EvidenceRow, size: Size = Size.FULL) -> bytes:
    path = queries.served(row.id, size)
    assert path
    return path.read_bytes()


def files(home: pathlib.Path) -> list[pathlib.Path]:
    return [path for path in home.rglob("*") if path.is_file()]


def test_the_original_is_kept_as_it_was_sent_and_for_nobody_else_to_read(tess: Actor) -> None:
    content = encoded(quarters())
    row = take(content, tess, name="C:\\photos\\cabin door.jpg")
    original = store.original_path(row.sha256)
    assert original.read_bytes() == content
    assert original.stat().st_mode & 0o777 == 0o600
    assert (row.name, row.bytes, row.content_type, row.width, row.height) == (
        "cabin door.jpg", len(content), "image/jpeg", 80, 40,
    )  # fmt: skip
    assert (row.by_id, row.received_at, row.state, row.case_id) == ("tess", NOON, "DRAFT", None)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
@pytest.mark.parametrize("size", list(Size))
def test_what_is_shown_has_no_word_of_metadata(tess: Actor, form: str, size: Size) -> None:
    content = encoded(quarters(), form)
    assert b"Telltale" in content
    copy = shown(take(content, tess), size)
    assert [secret for secret in SECRETS if secret in copy] == []
    assert segments(copy) == {"APP0", "DQT", "SOF", "DHT", "SOS"}
    image = Image.open(io.BytesIO(copy))
    assert (image.format, dict(image.getexif()), image.size) == ("JPEG", {}, (80, 40))
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}


@pytest.mark.parametrize(
    ("orientation", "corners"),
    [
        (1, "red green blue white"),
        (2, "green red white blue"),
        (3, "white blue green red"),
        (4, "blue white red green"),
        (5, "red blue green white"),
        (6, "blue red white green"),
        (7, "white green blue red"),
        (8, "green white red blue"),
        (99, "red green blue white"),
    ],
)
def test_a_photo_is_turned_as_its_camera_was_held(tess: Actor, orientation: int, corners: str) -> None:
    row = take(encoded(quarters(), exif=telltale_exif(orientation=orientation)), tess)
    image = Image.open(io.BytesIO(shown(row)))
    found = [corner(image, right=right, low=low) for low in (False, True) for right in (False, True)]
    assert " ".join(found) == corners
    assert image.size == (row.width, row.height) == ((40, 80) if 5 <= orientation <= 8 else (80, 40))


def test_copies_are_no_larger_than_they_need_to_be(tess: Actor) -> None:
    row = take(encoded(quarters(5200, 2600)), tess)
    assert (row.width, row.height) == (5200, 2600)
    assert Image.open(io.BytesIO(shown(row))).size == (2560, 1280)
    assert Image.open(io.BytesIO(shown(row, Size.THUMB))).size == (480, 240)


@pytest.mark.parametrize("mode", ["L", "P", "1", "RGBA", "LA", "I;16"])
def test_every_kind_of_pixels_can_be_shown(tess: Actor, mode: str) -> None:
    grey = quarters(mode="L")
    source = (
        grey.convert("I").point(lambda value: value * 256).convert("I;16") if mode == "I;16" else quarters(mode=mode)
    )
    image = Image.open(io.BytesIO(shown(take(encoded(source, "PNG"), tess)))).convert("L")
    quarter = image.resize((2, 2), Image.Resampling.BOX)
    dark, light = quarter.getpixel((0, 1)), quarter.getpixel((1, 1))
    assert isinstance(dark, int | float)
    assert isinstance(light, int | float)
    assert dark < 200 < light


def test_what_is_transparent_is_shown_on_white(tess: Actor) -> None:
    copy = shown(take(encoded(Image.new("RGBA", (9, 9), (0, 0, 0, 0)), "PNG"), tess))
    assert Image.open(io.BytesIO(copy)).getpixel((4, 4)) == (255, 255, 255)


def test_the_moment_of_the_device_counts_where_it_names_a_zone(tess: Actor) -> None:
    assert take(encoded(quarters()), tess).taken_at == datetime(2026, 3, 2, 11, 30, tzinfo=UTC)
    assert take(encoded(quarters(), exif=telltale_exif(offset="")), tess).taken_at is None


def test_damaged_metadata_does_no_harm(tess: Actor) -> None:
    content = encoded(quarters())
    start = content.index(b"Exif\x00\x00") + 6
    row = take(content[:start] + b"\xff\x00" * 20 + content[start + 40 :], tess)
    assert row.taken_at is None
    assert corner(Image.open(io.BytesIO(shown(row)))) == "red"


@pytest.mark.parametrize(
    ("content", "looks_like"),
    [
        (b"only words\n" * 50, "text"),
        (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj", "Adobe Portable Document Format"),
        (b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", "Graphics interchange"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'></svg>", "Scalable Vector Graphics"),
        (b"\x00" * 64, ""),
    ],
)
def test_a_file_that_is_no_photo_is_refused_whatever_its_name_says(
    tess: Actor, content: bytes, looks_like: str
) -> None:
    refused = refusal(content, tess, name="door.jpg")
    assert refused.status == 415
    assert "“door.jpg” is not a photo" in refused.text
    assert looks_like in refused.text


def test_a_photo_in_a_form_that_is_not_taken_is_refused(tess: Actor) -> None:
    assert refusal(encoded(quarters(), "TIFF"), tess).status == 415


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "HEIF"])
def test_half_a_photo_is_refused_as_damaged(tess: Actor, form: str, home: pathlib.Path) -> None:
    content = encoded(quarters(600, 400), form)
    refused = refusal(content[: len(content) // 2], tess)
    assert (refused.status, "damaged" in refused.text) == (422, True)
    assert files(home) == []


def test_an_empty_file_is_refused(tess: Actor) -> None:
    assert "is empty" in refusal(b"", tess).text


class Endless(TemporaryUploadedFile):
    """An upload of 60 MB, which tells how much of it was read."""

    read_bytes = 0

    def __init__(self, said: int) -> None:
        super().__init__("huge.jpg", "image/jpeg", said, None)

    def chunks(self, _chunk_size: int | None = None) -> Iterator[bytes]:
        for _ in range(960):
            self.read_bytes += 65536
            yield b"\xff" * 65536


@pytest.mark.parametrize(("said", "most_read"), [(60 * 1024**2, 0), (1000, 26 * 1024**2)])
def test_sixty_megabytes_are_refused_without_reading_them(
    tess: Actor, home: pathlib.Path, said: int, most_read: int
) -> None:
    upload = Endless(said)
    with pytest.raises(Refused, match="larger than 25 MB") as caught:
        operations.take(upload=upload, draft_key="draft", by=tess, at=NOON)
    assert caught.value.status == 413
    assert upload.read_bytes <= most_read
    assert files(home) == []


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")
@pytest.mark.parametrize(("width", "height"), [(10_001, 10_000), (60_000, 60_000)])
def test_a_small_file_that_would_open_into_gigabytes_is_refused(tess: Actor, width: int, height: int) -> None:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    bomb = b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\x00" * 100_000)) + chunk(b"IEND", b"")
    refused = refusal(bomb, tess)
    assert (refused.status, "100 megapixels" in refused.text) == (422, True)


@contextlib.contextmanager
def room_for(count: int) -> Iterator[None]:
    """No file may grow past this: what a full disk does, without filling one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (count, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_is_said_in_one_sentence_and_leaves_nothing_half_written(tess: Actor, home: pathlib.Path) -> None:
    with room_for(400), pytest.raises(Refused, match="disk of this Backline is full") as caught:
        take(encoded(quarters()), tess)
    assert caught.value.status == 507
    assert files(home) == []
    assert not Evidence.objects.exists()


def test_a_folder_that_cannot_be_used_is_said_plainly(tess: Actor, home: pathlib.Path) -> None:
    home.mkdir()
    (home / "evidence").write_text("in the way")
    assert "could not be kept" in refusal(encoded(quarters()), tess).text


def test_two_equal_photos_are_two_pieces_of_evidence_and_one_file(tess: Actor, home: pathlib.Path) -> None:
    content = encoded(quarters())
    first, second = take(content, tess), take(content, tess, draft_key="another")
    assert first.id != second.id
    assert first.sha256 == second.sha256
    assert len(files(home)) == 3


def test_a_form_holds_only_so_many(tess: Actor) -> None:
    content = encoded(quarters())
    for _ in range(MOST_IN_A_DRAFT):
        take(content, tess)
    with pytest.raises(Refused, match="50 photos already"):
        take(content, tess)


@pytest.mark.parametrize("key", ["", "x" * 101, "a\x00b", "\ud800", "a\nb"])
def test_a_form_that_was_altered_is_refused(tess: Actor, key: str) -> None:
    with pytest.raises(Refused) as caught:
        take(encoded(quarters()), tess, draft_key=key)
    assert caught.value.status == 400


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("a\x00b\r\nc\u202egpj.exe", "abcgpj.exe"),
        ("\ud800", "photo"),
        ("..", "photo"),
        ("türe 克.jpeg", "türe 克.jpeg"),
        ("x" * 300 + ".jpg", "x" * 196 + ".jpg"),
        ("." + "y" * 300, "y" * 200),
    ],
)
def test_the_name_of_a_file_cannot_mislead(sent: str, kept: str) -> None:
    assert operations.clean_name(sent) == kept


@pytest.mark.filterwarnings("ignore::UserWarning")
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), form=st.sampled_from(["JPEG", "PNG", "WEBP", "HEIF"]))
def test_whatever_happens_to_its_bytes_a_photo_is_taken_or_refused(data: st.DataObject, tess: Actor, form: str) -> None:
    content = bytearray(encoded(quarters(), form))
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    with contextlib.suppress(Refused):
        row = take(bytes(content[:cut] if data.draw(st.booleans()) else content), tess, draft_key=uuid.uuid4().hex)
        assert shown(row).startswith(b"\xff\xd8")
