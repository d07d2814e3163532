"""The house keeps its norms: every file of ours is held against every one of them."""

from __future__ import annotations

import pytest

from tests.house import norms
from tests.house.norms import Norm
from tests.house.sources import Source, house

REACHED = 0.6
"""Tests to code, so far; only ever raised, up to `norms.TEST_TO_CODE`."""


def name(norm: Norm) -> str:
    return norm.__name__


def found(norm: Norm, sources: list[Source]) -> str:
    return "\n".join(line for source in sources for line in norm(source))


@pytest.fixture(scope="module")
def flaws() -> dict[Norm, list[str]]:
    """What each norm finds in the modules, which are read and parsed once for all of them."""
    told: dict[Norm, list[str]] = {norm: [] for norm in norms.PYTHON}
    for source in house(".py"):
        for norm, lines in told.items():
            lines += norm(source)
    return told


@pytest.mark.parametrize("norm", norms.PYTHON, ids=name)
def test_every_module_keeps(flaws: dict[Norm, list[str]], norm: Norm) -> None:
    assert "\n".join(flaws[norm]) == ""


@pytest.mark.parametrize("norm", norms.TEMPLATES, ids=name)
def test_every_template_keeps(norm: Norm) -> None:
    assert found(norm, house(".html", ".txt")) == ""


@pytest.mark.parametrize("norm", norms.ASSETS, ids=name)
def test_every_stylesheet_and_script_keeps(norm: Norm) -> None:
    assert found(norm, house(".css", ".js", ".mjs")) == ""


def test_there_is_hardly_a_mock() -> None:
    assert norms.mocks(house(".py")) <= norms.MOCKS_A_TEST


def test_there_are_enough_tests() -> None:
    assert norms.tests_to_code(house(".py")) >= min(REACHED, norms.TEST_TO_CODE)
