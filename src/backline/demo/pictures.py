"""The photos of the demo, drawn: the display of an asset with its fault code."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont

SIZE = (800, 600)


class Picture:
    """A photo of a display, as it comes from a device."""

    def __init__(self, code: str, asset: str) -> None:
        self._content = drawn(code, asset.rpartition(" ")[0] or asset)
        self.name = f"{code}.jpg"
        self.size = len(self._content)

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """The content, in one piece."""
        yield self._content


@cache
def drawn(code: str, asset: str) -> bytes:
    """The display of such an asset showing such a code, as a JPEG."""
    image = Image.new("RGB", SIZE, "#8b9196")
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((60, 60, 740, 540), 30, fill="#d8dadb", outline="#5d6367", width=6)
    draw.rounded_rectangle((140, 190, 660, 400), 14, fill="#16231c")
    draw.text((400, 125), asset, font=ImageFont.load_default(44), fill="#3a3f43", anchor="mm")
    draw.text((400, 295), code, font=ImageFont.load_default(150), fill="#7df2a4", anchor="mm")
    for number in range(4):
        draw.ellipse((190 + number * 130, 440, 240 + number * 130, 490), fill="#aab0b4", outline="#5d6367", width=4)
    kept = BytesIO()
    image.save(kept, "JPEG", quality=80)
    return kept.getvalue()
