"""The list of other systems' failures is complete, and every test that it names is there."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
LIST = TESTS.parent / "docs" / "reference" / "pitfalls.md"
SHARED = TESTS.parent / (os.environ.get("BACKLINE_SHARED") or "../shared")
KNOWN = (SHARED / "knowledge" / "pitfalls.md").resolve()
PARTS = (
    "Clock arithmetic", "Pause, hold, reopen, re-policy", "Ladder and ack", "Notification loops and duplicates",
    "Measured here on the peers (2026-11-23)",
)  # fmt: skip


def lines_of(part: str) -> list[tuple[str, str]]:
    """The rows of a part of our list: the failure and what holds it."""
    text = LIST.read_text().split(f"## {part}\n", 1)[1].split("\n## ", 1)[0]
    rows = [line.strip("| ").split(" | ", 1) for line in text.splitlines() if line.startswith("| ")]
    return [(failure, held) for failure, held in rows if failure != "failure"]


@pytest.mark.parametrize("part", PARTS)
def test_every_test_that_is_named_is_there_and_every_line_names_one_or_a_reason(part: str) -> None:
    for failure, held in lines_of(part):
        named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", held)
        assert named or len(held) > 40, failure
        for file, test in named:
            assert f"def {test}(" in (TESTS / file).read_text(), f"{failure}: {file}::{test}"


@pytest.mark.shared_data
@pytest.mark.parametrize("part", PARTS)
def test_no_failure_is_left_out(part: str) -> None:
    if not KNOWN.exists():
        pytest.skip(f"no shared data at {KNOWN}: set BACKLINE_SHARED")
    told = KNOWN.read_text().split(f"**{part}**\n", 1)[1].split("\n**", 1)[0]
    failures = [line.removeprefix("- ") for line in told.splitlines() if line.startswith("- ")]
    ours = lines_of(part)
    assert len(ours) == len(failures)
    for failure, (mine, held) in zip(failures, ours, strict=True):
        assert failure.startswith(mine)
        left_out = [number for number in re.findall(r"#\d+", failure) if number not in f"{mine} {held}"]
        assert left_out == [], failure
