"""Packs many small documents into few bytes, one after the other, so that no list need be in memory as a whole."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Iterator
from typing import Any


class Packer:
    """Takes documents one by one; `packed` ends it and gives the bytes."""

    def __init__(self) -> None:
        self._bytes = io.BytesIO()
        self._file = gzip.GzipFile(fileobj=self._bytes, mode="wb", compresslevel=3, mtime=0)

    def add(self, document: Any) -> None:
        """Pack one more."""
        self._file.write(json.dumps(document, separators=(",", ":")).encode() + b"\n")

    def packed(self) -> bytes:
        """All that was packed."""
        self._file.close()
        return self._bytes.getvalue()


def unpacked(content: bytes) -> Iterator[Any]:
    """The documents, one by one."""
    if content:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as file:
            for line in file:
                yield json.loads(line)
