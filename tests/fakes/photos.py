"""Photos made for tests: four quarters of four colours, with the metadata of a telephone that tells everything."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

from PIL import Image
from PIL.TiffImagePlugin import IFDRational

RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (250, 250, 250)
SECRETS = (b"Exif\x00", b"Telltale", b"43.467", b"xpacket", b"remember the door code", b"ICC_PROFILE")


def quarters(width: int = 80, height: int = 40, mode: str = "RGB") -> Image.Image:
    """Red top left, green top right, blue bottom left, white bottom right."""
    image = Image.new("RGB", (width, height), WHITE)
    image.paste(RED, (0, 0, width // 2, height // 2))
    image.paste(GREEN, (width // 2, 0, width, height // 2))
    image.paste(BLUE, (0, height // 2, width // 2, height))
    return image.convert(mode)


def corner(image: Image.Image, *, right: bool = False, low: bool = False) -> str:
    """The colour near one corner, by name."""
    at = (image.width - 4 if right else 3, image.height - 4 if low else 3)
    pixel = image.convert("RGB").getpixel(at)
    names = {"red": RED, "green": GREEN, "blue": BLUE, "white": WHITE}
    assert isinstance(pixel, tuple)
    return min(names, key=lambda name: sum(abs(a - b) for a, b in zip(pixel, names[name], strict=True)))


def telltale_exif(*, orientation: int = 1, offset: str = "+02:00") -> Image.Exif:
    """Where (Arezzo), when, with what."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0110] = orientation, "Telltale", "Telltale 9"
    taken = exif.get_ifd(0x8769)
    taken[0x9003] = "2026:03:02 13:30:00"
    if offset:
        taken[0x9011] = offset
    gps = exif.get_ifd(0x8825)
    gps[1], gps[3] = "N", "E"
    gps[2] = tuple(IFDRational(Fraction(part)) for part in ("43", "28", "1.2"))
    gps[4] = tuple(IFDRational(Fraction(part)) for part in ("11", "53", "6"))
    return exif


def segments(jpeg: bytes) -> set[str]:
    """The kinds of segments before the pixels of a JPEG; APP1 and higher, and COM, are where metadata lives."""
    names = {0xFE: "COM", 0xC0: "SOF", 0xC2: "SOF", 0xC4: "DHT", 0xDB: "DQT", 0xDA: "SOS"}
    found, at = set(), 2
    while "SOS" not in found:
        marker, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4])
        found.add(names.get(marker) or (f"APP{marker - 0xE0}" if 0xE0 <= marker <= 0xEF else hex(marker)))
        at += 2 + length
    return found


def encoded(image: Image.Image, form: str = "JPEG", **options: Any) -> bytes:
    """The bytes of a file of that form; with a telltale exif where none is given."""
    out = io.BytesIO()
    options.setdefault("exif", telltale_exif())
    if form == "JPEG":
        options.setdefault("comment", b"remember the door code")
        options.setdefault("xmp", b"<?xpacket begin='43.467'?>")
    image.save(out, form, **options)
    return out.getvalue()
