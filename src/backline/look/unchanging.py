"""Tags for fixed texts and files, which write the same on every page: each is written once a process and language."""

from __future__ import annotations

from typing import Any

from django.template import Library, Node
from django.template.base import Parser, Token
from django.template.context import Context
from django.templatetags import i18n, static
from django.utils.translation import get_language

register = Library()
register.tags |= i18n.register.tags | static.register.tags
register.filters |= i18n.register.filters


class Once(Node):
    """What a tag writes in each language, kept after the first time."""

    def __init__(self, tag: Node) -> None:
        self._tag = tag
        self._written: dict[str | None, str] = {}

    def render(self, context: Context) -> str:
        """The same as ever."""
        language = get_language()
        if language not in self._written:
            self._written[language] = self._tag.render(context)
        return self._written[language]


@register.tag
def translate(parser: Parser, token: Token) -> Node:
    """A text in the language of the page."""
    tag: Any = i18n.do_translate(parser, token)
    return Once(tag) if _is_fixed(token) else tag


@register.tag("static")
def file(parser: Parser, token: Token) -> Node:
    """The address of a file that belongs to a page."""
    tag = static.do_static(parser, token)
    return Once(tag) if _is_fixed(token) else tag


def _is_fixed(token: Token) -> bool:
    """Whether a tag has one argument, which is written out; to whom a text speaks may stand beside it."""
    [_name, *given] = token.split_contents()
    said = len(given) == 1 or (len(given) == 3 and given[1] == "context")
    return said and all(map(_is_written_out, given[::2]))


def _is_written_out(argument: str) -> bool:
    return argument[0] in "\"'" and argument[0] == argument[-1] and "|" not in argument
