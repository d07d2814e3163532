"""Reads the checkout as the norms see it: every file of ours, with its room and its syntax tree; runs none of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("src", "tests", "bench")
NOT_OURS = {"__pycache__", "migrations", "node_modules"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file, by its path inside the checkout."""

    name: str
    text: str

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return self.text.count("\n")

    @property
    def suffix(self) -> str:
        """What kind of file it is."""
        return PurePosixPath(self.name).suffix

    @property
    def in_tests(self) -> bool:
        """Whether it is code that tests."""
        return self.name.startswith("tests/")

    @property
    def room(self) -> str:
        """The room of the product that it belongs to; empty outside of them."""
        parts = PurePosixPath(self.name).parts
        return parts[2] if parts[:2] == ("src", "backline") and len(parts) > 3 else ""

    @cached_property
    def tree(self) -> ast.Module:
        """Its syntax tree."""
        return ast.parse(self.text, self.name)

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        """Every function in it, methods and inner ones too."""
        return tuple(node for node in ast.walk(self.tree) if isinstance(node, Function))

    def calls(self) -> Iterator[tuple[int, str]]:
        """Line and last two names of everything that is called: `time.sleep`, `sleep`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                yield node.lineno, dotted(node.func)


def dotted(node: ast.expr) -> str:
    """The last two parts of a name such as `a.b.c`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value).rpartition(".")[2]
        return f"{before}.{node.attr}" if before else node.attr
    return ""


def house(*suffixes: str) -> list[Source]:
    """Every file of ours with one of these suffixes; migrations are history and not judged."""
    found = []
    for folder in FOLDERS:
        paths = sorted(path for path in (ROOT / folder).rglob("*") if path.suffix in suffixes and path.is_file())
        found += [_read(path.relative_to(ROOT)) for path in paths if not NOT_OURS & set(path.parts)]
    return found


def _read(path: Path) -> Source:
    return Source(path.as_posix(), (ROOT / path).read_text(encoding="utf-8"))
