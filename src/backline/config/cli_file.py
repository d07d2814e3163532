"""A file that a command is given to read: which, its text, and what is said of it."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from backline.config.trouble import Trouble


def file_named(parsed: argparse.Namespace, command: str) -> Path:
    """The one file that a command was given."""
    if len(parsed.names) != 1:
        raise Trouble(f"Name the file: backline {command} {parsed.act} FILE.")
    return Path(parsed.names[0])


def text_of(path: Path) -> str:
    """Its text, no more of it than is needed to see that it is too long; some editors begin it with a mark."""
    from backline.policies.reading import LARGEST

    try:
        with path.open(encoding="utf-8-sig") as file:
            return file.read(LARGEST + 1)
    except UnicodeError as error:
        raise Trouble(f"{path} is not written in UTF-8; save it as that") from error


def say(lines: Iterable[object]) -> None:
    """One line after the other."""
    for line in lines:
        print(line)
