"""Each norm finds the thing it is there for; a norm that finds nothing anywhere would be no norm."""

from __future__ import annotations

import pytest

from tests.house import norms
from tests.house.norms import Norm
from tests.house.sources import Source

OPEN = '"""A module."""\n'
SRC = "src/backline/cases/sample.py"
TEST = "tests/rooms/test_sample.py"
PAGE = "src/backline/desk/templates/desk/sample.html"
PAUSE = "sle" + "ep"

BAD: list[tuple[Norm, str, str]] = [
    (norms.file_wall, SRC, OPEN + "A = 1\n" * 400),
    (norms.file_wall, PAGE, "<p>\n" * 151),
    (norms.file_wall, "src/backline/look/static/look/a.js", ";\n" * 251),
    (norms.function_wall, SRC, "def f() -> None:\n" + "    g()\n" * 50),
    (norms.argument_wall, SRC, "def f(a: int, b: int, c: int, *, d: int, e: int, g: int, at: int) -> None: ..."),
    (norms.typed, SRC, "def f(a) -> None: ..."),
    (norms.typed, SRC, "def f(*a) -> None: ..."),
    (norms.typed, SRC, "class A:\n    def f(self): ..."),
    (norms.opening_sentence, SRC, "import os\n"),
    (norms.finished, SRC, "A = 1  # TO" + "DO: more\n"),
    (norms.finished, SRC, "raise NotImplemented" + "Error\n"),
    (norms.not_silenced, SRC, "A = 1  # type" + ": ignore[assignment]\n"),
    (norms.not_silenced, SRC, "A = 1  # no" + "qa: E501\n"),
    (norms.not_silenced, SRC, "A = 1  # pragma" + ": no cover\n"),
    (norms.not_skipped, TEST, "@pytest.mark.sk" + "ip\ndef test_a() -> None: ..."),
    (norms.not_skipped, TEST, "pytest.importor" + "skip('numpy')\n"),
    (norms.not_asleep, TEST, f"import time\ntime.{PAUSE}(1)\n"),
    (norms.not_asleep, TEST, f"from asyncio import {PAUSE}\nawait {PAUSE}(1)\n"),
    (norms.brings_its_time, SRC, "from datetime import datetime\nA = datetime.now()\n"),
    (norms.brings_its_time, SRC, "from django.utils import timezone\nA = timezone.now()\n"),
    (norms.brings_its_time, "src/backline/engine/duties/look.py", "import time\nA = time.time()\n"),
    (norms.imports_at_the_top, SRC, "def f() -> None:\n    import os\n"),
    (norms.imports_at_the_top, "src/backline/cases/apps.py", "def other() -> None:\n    from os import path\n"),
    (norms.plain_law, "src/backline/core/sample.py", "from django.db import models\n"),
    (norms.plain_law, "src/backline/core/sample.py", "import urllib.request\n"),
    (norms.plain_law, "src/backline/core/sample.py", "from backline.people import queries\n"),
    (norms.plain_law, "src/backline/core/clock.py", "import numpy as np\n"),
    (norms.plain_law, "src/backline/core/calendar/_table.py", "import pandas\n"),
    (norms.own_templates, PAGE, '{% extends "portal/base.html" %}'),
    (norms.own_templates, PAGE, "{% include part %}"),
    (norms.in_its_folder, "src/backline/desk/templates/base.html", "<p>"),
]
GOOD: list[tuple[Norm, str, str]] = [
    (norms.file_wall, SRC, OPEN + "A = 1\n" * 399),
    (
        norms.argument_wall,
        SRC,
        "def f(self, a: int, b: int, c: int, *, d: int, e: int, by: int, at: int, key: str) -> None: ...",
    ),
    (norms.typed, SRC, "class A:\n    def f(self, *a: int, **b: str) -> None: ..."),
    (norms.opening_sentence, SRC, ""),
    (norms.not_skipped, TEST, "pytest.sk" + "ip('the shared folder of real data is not here')\n"),
    (norms.brings_its_time, "src/backline/config/clock.py", "from datetime import datetime\nA = datetime.now()\n"),
    (norms.imports_at_the_top, "src/backline/cases/apps.py", "def ready(self) -> None:\n    from os import path\n"),
    (norms.imports_at_the_top, "src/backline/config/commands/web.py", "def run() -> None:\n    import django\n"),
    (
        norms.plain_law,
        "src/backline/core/sample.py",
        "from datetime import datetime\nfrom backline.core import words\n",
    ),
    (norms.plain_law, "src/backline/core/calendar/_table.py", "import numpy as np\n"),
    (
        norms.own_templates,
        PAGE,
        '{% extends "look/base.html" %}{% include "desk/_row.html" %}{% include "look/a.html#b" %}',
    ),
    (norms.in_its_folder, PAGE, "<p>"),
]


@pytest.mark.parametrize(("norm", "name", "text"), BAD)
def test_what_is_wrong_is_found(norm: Norm, name: str, text: str) -> None:
    assert list(norm(Source(name, text)))


@pytest.mark.parametrize(("norm", "name", "text"), GOOD)
def test_what_is_right_is_left_alone(norm: Norm, name: str, text: str) -> None:
    assert list(norm(Source(name, text))) == []


def test_every_norm_has_a_bad_example() -> None:
    assert {norm for norm, _, _ in BAD} == {*norms.PYTHON, *norms.TEMPLATES, *norms.ASSETS}


def test_mocks_are_counted_a_test() -> None:
    text = "def test_a() -> None:\n    m = Mo" + "ck()\n\n\ndef test_b() -> None: ...\n"
    assert norms.mocks([Source(TEST, text)]) == 0.5


def test_lines_of_tests_are_held_against_lines_of_code() -> None:
    assert norms.tests_to_code([Source(SRC, "a\n" * 10), Source(TEST, "a\n" * 15)]) == 1.5
