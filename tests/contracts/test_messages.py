"""What customers read is in every catalog, whole and as it is said; nothing that they read is in no catalog."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

from backline.people.languages import WRITTEN
from tests.contracts.messages import CONTEXT, ROOT, TRANSLATED, anew, catalog, in_code, in_template, placeholders, texts

SEEN_FIRST = ("portal/templates/portal", "look/templates/look/error.html", "look/templates/look/again.html")
OF_THE_DEMO = "look/parts/demo.html"
"""Who tries a demo reads it, in English, and it says that it is."""
TAGS = {"errors": "look/parts/errors.html", "field": "look/parts/field.html"}


def test_every_language_but_the_source_has_a_catalog() -> None:
    assert {*TRANSLATED, "en"} == {*WRITTEN}
    assert len(texts()) > 150


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_catalog_holds_every_text_and_no_other(language: str) -> None:
    kept = catalog(language).read_text(encoding="utf-8")
    assert kept == str(anew(language, texts())), "run: python -m tests.contracts.messages"


@pytest.mark.parametrize("language", TRANSLATED)
def test_each_text_is_translated_with_the_places_for_its_values(language: str) -> None:
    for one in polib.pofile(str(catalog(language))):
        assert (one.msgctxt, one.fuzzy, one.obsolete) == (CONTEXT, False, False)
        assert one.msgstr.strip(), f"{language}: {one.msgid!r} is not translated"
        assert placeholders(one.msgstr) == placeholders(one.msgid), one.msgid
        assert not re.search("[!¡]", one.msgstr), "nobody is shouted at"
        assert one.msgstr.endswith((".", ":", "?", ",")) or not one.msgid.endswith((".", ":", "?", ",")), one.msgid


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    compiled = catalog(language).with_suffix(".mo")
    assert compiled.read_bytes() == polib.pofile(str(catalog(language))).to_binary()


def test_a_text_that_no_catalog_could_hold_is_found() -> None:
    code = "from backline.people.languages import to_customer as _\n_(f'Hello {name}')"
    with pytest.raises(AssertionError, match=r"page\.py:2: a text that is no literal"):
        [*in_code(code, "page.py")]


def test_the_portal_says_nothing_in_other_words() -> None:
    for file in sorted((ROOT / "portal").rglob("*.py")):
        for line in re.findall(r"^from django\.utils\.translation import (.*)", file.read_text(encoding="utf-8"), re.M):
            assert "gettext" not in line, f"{file.name}: say it by to_customer, which has a catalog"


def test_no_template_that_customers_see_says_anything_in_other_words() -> None:
    found = {*seen()}
    assert {"customer.html", "page.html", "field.html", "errors.html", "held_back.html"} <= {one.name for one in found}
    for file in sorted(found):
        for text, context in in_template(file):
            assert context == CONTEXT, f"{file.name}: {text!r} needs the context of customers"


def seen() -> Iterator[Path]:
    """The templates that customers see, and what these extend, include or draw."""
    waiting = [one for name in SEEN_FIRST for one in ([ROOT / name] if "." in name else (ROOT / name).glob("*.html"))]
    known: set[Path] = set()
    while waiting:
        file = waiting.pop()
        if file in known:
            continue
        known.add(file)
        yield file
        text = file.read_text(encoding="utf-8")
        names = [*re.findall(r"{% (?:extends|include) \"([^\"]+)\"", text), *(TAGS[one] for one in drawn(text))]
        waiting += [ROOT / one.partition("/")[0] / "templates" / one for one in names if one != OF_THE_DEMO]


def drawn(text: str) -> list[str]:
    return re.findall(rf"{{% ({'|'.join(TAGS)}) ", text)
