"""The new words of a reply: without what it quotes, without a signature, without "Sent from my phone"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from mailparser_reply import EmailReplyParser

LANGUAGES = ["en", "de", "fr", "es", "it", "nl", "pl", "pt", "sv", "da", "no", "cs"]
LONGEST = 10_000
"""Characters that are kept of what somebody writes; what is read for it is twice that."""
_QUOTED = re.compile(r"^[ \t]*>.*$\n?", re.MULTILINE)
_SENT_BY = re.compile(
    r"^(sent from (my|the|a|outlook|mail|yahoo|proton)\b.{0,60}|sent via .{0,60}|get outlook for .{0,40}|"
    r"von meinem .{0,40} gesendet|gesendet (von|mit|über) .{0,60}|envoyé (de|depuis) .{0,60}|enviado desde .{0,60}|"
    r"inviato da .{0,60}|verzonden (vanaf|met) .{0,60})$",
    re.IGNORECASE | re.MULTILINE,
)
_RULE = re.compile(r"\n[-_=* ]{5,}\s*\Z")
_LONG_RUNS = re.compile(r"[^\S\n]{9,}")
_PARSER = EmailReplyParser(languages=LANGUAGES)
_UNSEEN = {"style", "script", "head", "title"}
_BREAKS = {"p", "div", "br", "tr", "li", "blockquote", "h1", "h2", "h3", "table", "ul", "ol", "pre", "hr"}
_VOID = {"br", "hr", "img", "meta", "link", "input", "area", "base", "col", "embed", "source", "track", "wbr"}
_TAG = re.compile(r"(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
_QUOTES = re.compile(r"""\b(?:class|id)=["'][^"']{0,200}(?:quote|divRplyFwdMsg)""")
DEEPEST = 500
"""Elements within elements that are followed; what lies deeper is hidden with what it lies in."""
_LONG_LINE = re.compile(r".{301,}")
_HELD = re.compile("\ue000(\\d+)\ue001")


def whole(text: str) -> str:
    """All of it, as far as a mail is read."""
    return _bounded(text).strip()


def new_words(text: str) -> str:
    """What somebody wrote himself, of a mail that may hold all that went before."""
    plain = _bounded(text)
    own, long = _without_long_lines(_QUOTED.sub("", plain))
    replies = [reply for reply in _PARSER.read(own).replies if reply.body.strip()]
    if not _QUOTED.search(plain):  # nothing marks what is quoted, so that it begins with the first of its headers
        replies = [reply for reply in replies[:1] if not reply.headers]
    words = "\n\n".join(_RULE.sub("", _SENT_BY.sub("", reply.body)).strip() for reply in replies)
    words = _HELD.sub(lambda held: long[int(held.group(1))], words)
    return re.sub(r"\n{3,}", "\n\n", words).strip()[:LONGEST]


def _bounded(text: str) -> str:
    """The text as far as it is read, without the long runs of nothing that patterns take hours for."""
    plain = text[: 2 * LONGEST].replace("\r\n", "\n").replace("\r", "\n")
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[^\S\n]*\n", "\n", _LONG_RUNS.sub(" ", plain)))


def _without_long_lines(text: str) -> tuple[str, list[str]]:
    """The text with signs in place of long lines, and those: none is a header, and patterns take hours on them."""
    long: list[str] = []

    def hold(line: re.Match[str]) -> str:
        long.append(line.group())
        return f"\ue000{len(long) - 1}\ue001"

    return _LONG_LINE.sub(hold, re.sub("[\ue000\ue001]", "", text)), long


def text_of_html(markup: str, *, quotes: bool = False) -> str:
    """What a reader sees of a mail that is a web page, without what it quotes, or with the `quotes`."""
    seen: list[str] = []
    hidden: list[str] = []
    for text, tag in _pieces(markup):
        if not hidden:
            seen.append(re.sub(r"\s+", " ", unescape(text)))
        named = _TAG.match(tag)
        if named:
            is_quote = named.group(2).lower() == "blockquote" or bool(_QUOTES.search(tag[:1000]))
            hides = named.group(2).lower() in _UNSEEN or (is_quote and not quotes)
            _follow(hidden, named.group(2).lower(), hides=hides, ends=bool(named.group(1)))
            if not hidden and named.group(2).lower() in _BREAKS:
                seen.append("\n")
    return "\n".join(line.strip() for line in "".join(seen).split("\n"))


def _pieces(markup: str) -> Iterator[tuple[str, str]]:
    """Each text with the tag that follows it, read once from the beginning to the end."""
    at = 0
    while (start := markup.find("<", at)) >= 0:
        comment = markup.startswith("<!--", start)
        end = markup.find("-->" if comment else ">", start)
        if end < 0:
            break
        yield markup[at:start], "" if comment else markup[start + 1 : end]
        at = end + (3 if comment else 1)
    yield markup[at:], ""


def _follow(hidden: list[str], name: str, *, hides: bool, ends: bool) -> None:
    """Whether what comes now is within something that is not shown, or quoted; what was never closed ends with it."""
    if ends and name in hidden:
        while hidden.pop() != name:
            pass
    elif not ends and name not in _VOID and (hidden or hides):
        hidden += [name] if len(hidden) < DEEPEST else []
