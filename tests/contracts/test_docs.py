"""The docs are complete: drawn pages equal the code, every setting and command is named, every link leads somewhere."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from backline.config.cli import parser
from tests.contracts.reference import PAGES, PLACE

ROOT = Path(__file__).parents[2]
TOLD = sorted(
    file.relative_to(ROOT).as_posix()
    for pattern in ("README.md", "docs/*.md", "docs/reference/settings.md", "ops/*")
    for file in ROOT.glob(pattern)
)
"""Where a reader finds what to type."""


def text_of(place: str) -> str:
    """What is written there."""
    return (ROOT / place).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_a_drawn_page_equals_the_code(name: str) -> None:
    kept = (ROOT / PLACE / name).read_text(encoding="utf-8")
    assert kept == PAGES[name](), "run: python -m tests.contracts.reference"


def test_every_setting_is_explained() -> None:
    code = " ".join(file.read_text(encoding="utf-8") for file in (ROOT / "src").rglob("*.py"))
    explained = re.findall(r"^\| `(BACKLINE_[A-Z_]+|DATABASE_URL)` \|", text_of("docs/reference/settings.md"), re.M)
    read = set(re.findall(r'"(BACKLINE_[A-Z_]+|DATABASE_URL)"', code))
    assert len(read) >= 9
    assert read == set(explained)
    for place in TOLD:
        assert set(re.findall(r"BACKLINE_[A-Z_]*[A-Z]", text_of(place))) <= read, place


def commands_in(text: str) -> list[str]:
    """What a reader would type after `backline`, in the code of a page: between backticks, or set in by four."""
    code = re.findall(r"`([^`\n]+)`", text) + re.findall(r"^(?: {4}|ExecStart=|\| `)(.+)$", text, re.M)
    return [
        found for line in code for found in re.findall(r"(?<!-u )(?<![\w-])backline (?!backline)([a-z][^#&'`]*)", line)
    ]


def test_every_command_that_is_told_can_be_given() -> None:
    told = [(place, command) for place in TOLD for command in commands_in(text_of(place))]
    assert len(told) > 20
    for place, command in told:
        try:
            parser().parse_args(shlex.split(command))
        except SystemExit as end:
            raise AssertionError(f"{place} tells to type: backline {command}") from end


def test_every_page_is_reached_from_the_first() -> None:
    pages = {file.relative_to(ROOT / "docs").as_posix() for file in (ROOT / "docs").glob("*.md")}
    pages |= {f"reference/{file.name}" for file in (ROOT / "docs/reference").glob("*.md")}
    assert pages - set(re.findall(r"\]\(([^)]+)\)", text_of("docs/index.md"))) == {"index.md"}


def test_what_is_bold_for_a_role_is_written_on_a_page() -> None:
    sources = [file for kind in ("*.py", "*.html") for file in (ROOT / "src").rglob(kind)]
    code = " ".join(file.read_text(encoding="utf-8") for file in sources)
    for name in re.findall(r"\*\*(.+?)\*\*", text_of("docs/by-role.md")):
        assert f'"{name}"' in code, name


def test_what_the_container_copies_is_there() -> None:
    copied = re.findall(r"^COPY (.+) \S+$", text_of("ops/Containerfile"), re.M)
    assert copied
    assert [name for line in copied for name in line.split() if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]), ids=str)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_every_file_that_the_tour_names_is_there() -> None:
    tour = (ROOT / "docs/tour.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_/]+\.(?:py|md))`", tour))
    assert named
    for name in named:
        places = (ROOT, ROOT / "src/backline", ROOT / "docs")
        assert any((place / name).exists() for place in places), f"the tour names {name}"
