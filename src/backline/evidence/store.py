"""Keeps files by the hash of their content; a file is there whole or not at all, also after a crash."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import pathlib
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from backline.evidence import wording
from backline.evidence.words import Size

# A new way of making the copies gets a new folder, so that old and new never mix.
RECIPE = "v1"
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that arrived and is not kept yet."""

    path: pathlib.Path
    sha256: str
    bytes: int


def original_path(sha256: str) -> pathlib.Path:
    """Where the original lies; it is never served."""
    return _root() / "original" / sha256[:2] / sha256


def served_path(sha256: str, size: Size) -> pathlib.Path:
    """Where the copy to be shown lies."""
    return _root() / "served" / RECIPE / size / sha256[:2] / f"{sha256}.jpg"


@contextlib.contextmanager
def incoming(chunks: Iterable[bytes], *, name: str, most: int) -> Iterator[Incoming]:
    """The chunks as a file for as long as the block lasts; refused as soon as there are more bytes than `most`."""
    with _said_plainly(name):
        handle, path = _temporary()
    try:
        with _said_plainly(name):
            sha256, count = _write(handle, chunks, name=name, most=most)
        yield Incoming(path, sha256, count)
    finally:
        path.unlink(missing_ok=True)


def keep(file: Incoming, copies: dict[Size, bytes], *, name: str) -> None:
    """Keep the original and its copies; what is there already stays as it is."""
    with _said_plainly(name):
        for size, content in copies.items():
            _put(content, served_path(file.sha256, size))
        _move(file.path, original_path(file.sha256))


def _root() -> pathlib.Path:
    home = str(getattr(settings, "BACKLINE_HOME", ""))
    if not home:
        raise ImproperlyConfigured("BACKLINE_HOME is not set: there is no folder to keep evidence in")
    return pathlib.Path(home) / "evidence"


def _temporary() -> tuple[int, pathlib.Path]:
    # In the same file system as the final place, so that the last step is one rename. mkstemp gives 0600.
    folder = _root() / "incoming"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, path = tempfile.mkstemp(dir=folder)
    return handle, pathlib.Path(path)


def _write(handle: int, chunks: Iterable[bytes], *, name: str, most: int) -> tuple[str, int]:
    digest, count = hashlib.sha256(), 0
    with os.fdopen(handle, "wb") as file:
        for chunk in chunks:
            count += len(chunk)
            if count > most:
                raise wording.too_big(name)
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest(), count


def _put(content: bytes, place: pathlib.Path) -> None:
    if place.exists():
        return
    handle, path = _temporary()
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _move(path, place)
    finally:
        path.unlink(missing_ok=True)


def _move(path: pathlib.Path, place: pathlib.Path) -> None:
    if place.exists():
        return
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.replace(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextlib.contextmanager
def _said_plainly(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in NO_ROOM:
            raise wording.no_room(name) from error
        raise wording.cannot_keep(name, error.strerror or type(error).__name__) from error
