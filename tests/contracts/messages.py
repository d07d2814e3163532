"""The texts that customers read and their catalogs; `python -m tests.contracts.messages` writes these anew.

A new text is added to each catalog, to be translated there; one that is nowhere any more is dropped. The compiled files
are committed, so that nothing has to be compiled where the product runs.
"""

from __future__ import annotations

import ast
import os
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import django
import polib

ROOT = Path(__file__).parents[2] / "src/backline"
PLACE = ROOT / "config/locale"
CONTEXT = "customer"
TRANSLATED = ("de", "es", "fr")
WIDTH = 110
_LANGUAGES = "backline.people.languages"
_SAID_BY = ("to_customer", "to_customer_lazy")
_PLACEHOLDERS = re.compile(r"%\(\w+\)[sd]|</?[^>]+>")

Texts = Mapping[str, set[str]]
"""Each text, and the files in which it stands."""


def texts() -> Texts:
    """Every text that a customer reads."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in sorted(ROOT.rglob("*.py")):
        for text in in_code(file.read_text(encoding="utf-8"), file.name):
            found[text].add(file.relative_to(ROOT).as_posix())
    for file in sorted(ROOT.rglob("templates/**/*.html")):
        for text, context in in_template(file):
            if context == CONTEXT:
                found[text].add(file.relative_to(ROOT).as_posix())
    return found


def in_code(code: str, name: str) -> Iterator[str]:
    """The texts that Python code says to customers; what is put together where it is said, no catalog could hold."""
    tree = ast.parse(code)
    said_by = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == _LANGUAGES
        for alias in node.names
        if alias.name in _SAID_BY
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in said_by:
            [text] = node.args
            assert isinstance(text, ast.Constant), f"{name}:{node.lineno}: a text that is no literal"
            yield str(text.value)


def in_template(file: Path) -> Iterator[tuple[str, str]]:
    """The texts of a template, each with its context; empty where it has none."""
    from django.template import Context, engines
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode

    from backline.look.unchanging import Once

    def context_of(node: Any) -> str:
        return str(node.message_context.resolve(Context())) if node.message_context else ""

    parsed: Any = engines["django"].from_string(file.read_text(encoding="utf-8"))
    nodes = parsed.template.nodelist
    for node in (*nodes.get_nodes_by_type(TranslateNode), *(one._tag for one in nodes.get_nodes_by_type(Once))):
        if isinstance(node, TranslateNode):
            yield node.filter_expression.var.literal, context_of(node)
    for node in nodes.get_nodes_by_type(BlockTranslateNode):
        yield node.render_token_list(node.singular)[0], context_of(node)


def placeholders(text: str) -> list[str]:
    """What a translation has to keep: the places for values, and marks."""
    return sorted(_PLACEHOLDERS.findall(text))


def catalog(language: str) -> Path:
    """Where the translations into a language lie."""
    return PLACE / language / "LC_MESSAGES/django.po"


def anew(language: str, found: Texts) -> polib.POFile:
    """The catalog as it stands, with what is new and without what is nowhere any more."""
    file = catalog(language)
    known = {one.msgid: one for one in polib.pofile(str(file))} if file.exists() else {}
    made = polib.POFile(wrapwidth=WIDTH)
    made.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    for text in sorted(found):
        kept = known.get(text)
        made.append(
            polib.POEntry(
                msgctxt=CONTEXT,
                msgid=text,
                msgstr=kept.msgstr if kept else "",
                occurrences=[(file, "") for file in sorted(found[text])],
                flags=["python-format"] if "%(" in text else [],
            )
        )
    return made


def main() -> None:
    """Write every catalog anew, and what is compiled of it."""
    found = texts()
    for language in TRANSLATED:
        made = anew(language, found)
        catalog(language).parent.mkdir(parents=True, exist_ok=True)
        made.save(str(catalog(language)))
        catalog(language).with_suffix(".mo").write_bytes(made.to_binary())
        for one in made:
            if not one.msgstr:
                print(f"{language}: {one.msgid!r}")


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backline.config.settings")
    django.setup()
    main()
