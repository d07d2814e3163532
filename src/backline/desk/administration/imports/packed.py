"""Packs many small documents into few bytes, one after the other, so that no list need be in memory as a whole."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator
from typing import Any

CHUNK = 1 << 16


class Packer:
    """Takes documents one by one; `packed` ends it and gives the bytes."""

    def __init__(self) -> None:
        self._zip = zlib.compressobj(3)
        self._bytes = bytearray()

    def add(self, document: Any) -> None:
        """Pack one more."""
        self._bytes += self._zip.compress(json.dumps(document, separators=(",", ":")).encode() + b"\n")

    def packed(self) -> bytes:
        """All that was packed."""
        return bytes(self._bytes + self._zip.flush())


def unpacked(content: bytes) -> Iterator[Any]:
    """The documents, one by one."""
    unzip, rest = zlib.decompressobj(), b""
    for start in range(0, len(content), CHUNK):
        *whole, rest = (rest + unzip.decompress(content[start : start + CHUNK])).split(b"\n")
        for line in whole:
            yield json.loads(line)
