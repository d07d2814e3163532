"""The docs are complete: drawn pages equal the code, every setting and command is named, every link leads somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.reference import PAGES, PLACE

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PAGES)
def test_a_drawn_page_equals_the_code(name: str) -> None:
    kept = (ROOT / PLACE / name).read_text(encoding="utf-8")
    assert kept == PAGES[name](), "run: python -m tests.contracts.reference"


def test_the_readme_names_every_setting() -> None:
    read = (ROOT / "src/backline/config/environment.py").read_text(encoding="utf-8")
    settings = set(re.findall(r'"(BACKLINE_[A-Z_]+|DATABASE_URL)"', read))
    assert len(settings) >= 9
    assert settings == set(re.findall(r"^\| `(BACKLINE_[A-Z_]+|DATABASE_URL)` \|", README, re.M))


def test_the_readme_names_every_command() -> None:
    command = [sys.executable, "-m", "backline.config.cli", "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    commands = set(re.findall(r"^    ([a-z]+) ", said, re.M))
    assert {"up", "web", "worker"} <= commands
    assert {name for name in commands if f"backline {name}" not in README} == set()


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
