"""The new words of a reply: without what it quotes, without a signature, without "Sent from my phone"."""

from __future__ import annotations

import re
from html.parser import HTMLParser

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
_PARSER = EmailReplyParser(languages=LANGUAGES)
_UNSEEN = {"style", "script", "head", "title", "blockquote"}
_BREAKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "table", "ul", "ol", "pre", "hr"}
_VOID = {"br", "hr", "img", "meta", "link", "input", "area", "base", "col", "embed", "source", "track", "wbr"}


def new_words(text: str) -> str:
    """What somebody wrote himself, of a mail that may hold all that went before."""
    plain = text[: 2 * LONGEST].replace("\r\n", "\n").replace("\r", "\n")
    own = _QUOTED.sub("", plain)
    replies = [reply for reply in _PARSER.read(own).replies if reply.body.strip()]
    if own == plain:  # nothing marks what is quoted, so that what went before begins with the first of its headers
        replies = [reply for reply in replies[:1] if not reply.headers]
    words = "\n\n".join(_RULE.sub("", _SENT_BY.sub("", reply.body)).strip() for reply in replies)
    return re.sub(r"\n{3,}", "\n\n", words).strip()[:LONGEST]


def text_of_html(markup: str) -> str:
    """What a reader sees of a mail that is a web page, without what it quotes."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return "\n".join(line.strip() for line in "".join(reader.seen).split("\n"))


class _Reader(HTMLParser):
    """Gathers what is seen; inside an element that is not shown or quoted it waits for that to end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[str] = []
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Something begins."""
        quotes = "quote" in (dict(attrs).get("class") or "") or (dict(attrs).get("id") or "") == "divRplyFwdMsg"
        if tag not in _VOID and (self._hidden or tag in _UNSEEN or quotes) and len(self._hidden) < 1000:
            self._hidden.append(tag)
        elif tag in _BREAKS and not self._hidden:
            self.seen.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """Something ends; what was never closed within it ends as well."""
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
        elif tag in _BREAKS and not self._hidden:
            self.seen.append("\n")

    def handle_data(self, data: str) -> None:
        """Words."""
        if not self._hidden:
            self.seen.append(re.sub(r"\s+", " ", data))
