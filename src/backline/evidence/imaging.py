"""Opens a photo for real and makes copies to be shown: turned the right way, in sRGB, without a word of metadata."""

from __future__ import annotations

import contextlib
import io
import logging
import pathlib
import threading
from dataclasses import dataclass
from datetime import UTC, datetime

import pillow_heif
import puremagic
from PIL import Image, ImageCms

from backline.evidence import wording
from backline.evidence.words import LONGEST_SIDE, MOST_PIXELS, Refused, Size

log = logging.getLogger(__name__)
pillow_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = MOST_PIXELS

CONTENT_TYPES = {
    "JPEG": "image/jpeg",
    # A JPEG that carries more pictures behind the first one; phones make them.
    "MPO": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "HEIF": "image/heic",
}
OPENED_AS = ("JPEG", "PNG", "WEBP", "HEIF")
PHOTO_TYPES = ("image/jpeg", "image/png", "image/webp", "image/heif", "image/heic")
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Decoding takes up to eight bytes a pixel: several large photos at once could take all the memory of a small machine.
LARGE_PIXELS = 25_000_000
_ONE_LARGE_AT_A_TIME = threading.Lock()
ORIENTATION, EXIF_IFD, GPS_IFD = 0x0112, 0x8769, 0x8825
TAKEN, TAKEN_OFFSET, GPS_TIME, GPS_DATE = 0x9003, 0x9011, 7, 29


@dataclass(frozen=True, slots=True)
class Photo:
    """What a file turned out to be, and its copies to be shown; width and height are those of the turned original."""

    content_type: str
    width: int
    height: int
    taken_at: datetime | None
    copies: dict[Size, bytes]


def read_photo(path: pathlib.Path, *, name: str) -> Photo:
    """The photo in the file, or a `Refused` that says what is wrong with it."""
    try:
        image = Image.open(path, formats=OPENED_AS)
    except Image.DecompressionBombError as error:
        raise wording.too_many_pixels(name) from error
    except Exception as error:
        # The libraries below raise whatever their formats make of bad bytes.
        raise _refusal(path, name) from error
    with image:
        if image.width * image.height > MOST_PIXELS:
            raise wording.too_many_pixels(name)
        try:
            with _ONE_LARGE_AT_A_TIME if image.width * image.height > LARGE_PIXELS else contextlib.nullcontext():
                return _photo(image)
        except Exception as error:
            log.info("a photo could not be decoded: %s", error)
            raise wording.damaged(name) from error


def _photo(image: Image.Image) -> Photo:
    width, height = image.size
    orientation, taken_at = _orientation(image), _taken_at(image)
    content_type = CONTENT_TYPES[image.format or ""]
    longest = LONGEST_SIDE[Size.FULL]
    # A JPEG can be decoded at a part of its size: a large one then takes a part of the memory.
    image.draft("RGB", (longest, longest))
    image.load()
    shown = _plain_pixels(image)
    shown.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    shown = _in_srgb(shown, image.info.get("icc_profile"))
    copies = {}
    for size in (Size.FULL, Size.THUMB):
        shown.thumbnail((LONGEST_SIDE[size], LONGEST_SIDE[size]), Image.Resampling.LANCZOS)
        copies[size] = _jpeg(shown.transpose(TURNS[orientation]) if orientation in TURNS else shown)
    if orientation >= 5:
        width, height = height, width
    return Photo(content_type, width, height, taken_at, copies)


def _plain_pixels(image: Image.Image) -> Image.Image:
    """The image in a mode that can be made smaller without ugly edges."""
    if image.has_transparency_data:
        return image if image.mode == "RGBA" else image.convert("RGBA")
    if image.mode == "I;16":
        return image.point(lambda value: value * (1 / 256)).convert("L")
    return image if image.mode in {"L", "RGB", "CMYK"} else image.convert("RGB")


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    if profile and image.mode in {"RGB", "CMYK"}:
        try:
            source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
            image = ImageCms.profileToProfile(image, source, target, outputMode="RGB") or image
        except (ImageCms.PyCMSError, OSError, ValueError) as error:
            log.info("a colour profile was left out: %s", error)
    return image.convert("RGB")


def _jpeg(image: Image.Image) -> bytes:
    # Only the pixels go over: comments, profiles, XMP and EXIF ride on the image object, not on its pixels.
    clean = Image.new("RGB", image.size)
    clean.paste(image)
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def _orientation(image: Image.Image) -> int:
    try:
        orientation = int(image.getexif().get(ORIENTATION, 1))
    except Exception as error:
        log.info("damaged metadata was left out: %s", error)
        return 1
    return orientation if orientation in TURNS else 1


def _taken_at(image: Image.Image) -> datetime | None:
    """The moment the device wrote down, where it said in which zone or took it from a satellite; else nobody knows."""
    try:
        exif = image.getexif()
        taken, gps = exif.get_ifd(EXIF_IFD), exif.get_ifd(GPS_IFD)
        if taken.get(TAKEN) and taken.get(TAKEN_OFFSET):
            text = f"{taken[TAKEN]}{taken[TAKEN_OFFSET]}".replace("\x00", "").strip()
            return datetime.strptime(text, "%Y:%m:%d %H:%M:%S%z")
        if gps.get(GPS_DATE) and gps.get(GPS_TIME):
            hour, minute, second = (int(part) for part in gps[GPS_TIME])
            day = datetime.strptime(str(gps[GPS_DATE]).replace("\x00", "").strip(), "%Y:%m:%d").replace(tzinfo=UTC)
            return day.replace(hour=hour, minute=minute, second=second)
    except Exception as error:
        log.info("damaged metadata was left out: %s", error)
    return None


def _refusal(path: pathlib.Path, name: str) -> Refused:
    with path.open("rb") as file:
        head = file.read(4096)
    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        guesses = []
    if any(guess.mime_type in PHOTO_TYPES for guess in guesses):
        return wording.damaged(name)
    return wording.not_a_photo(name, _text_or(guesses[0].name if guesses else "", head))


def _text_or(guess: str, head: bytes) -> str:
    try:
        head.decode("utf-8")
    except UnicodeDecodeError:
        return guess
    return guess or "text"
