"""Reads a mailbox over IMAP, mail by mail: each is kept with what it does before it is marked as seen there."""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from backline.channels import operations as channels
from backline.channels import received
from backline.channels.email.server import IMAP, Security, Server, parse
from backline.intake.mail import operations
from backline.intake.mail.parts import MOST_BYTES

log = logging.getLogger(__name__)
BATCH = 50
"""Mails that are read with one connection; a box with more goes on at once with the next one."""
SPAN = 5000
"""Numbers of mails that are asked for at once: an answer that names all of a large box is longer than a line may be."""
PATIENCE = 20.0
HEAD = 200_000
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class BoxError(Exception):
    """The box cannot be read; the text says why, and never holds the password."""


class Mailbox:
    """The duty that reads the box in which answers and bounces arrive; where none is set up it rests."""

    NAME = "mailbox"
    EVERY = 20.0

    def __init__(self, *, patience: float = PATIENCE) -> None:
        self._patience = patience

    def run(self, at: datetime) -> int:
        """Read a batch of what is new; how many mails, so that a full box goes on at once."""
        if not settings.BACKLINE_IMAP_URL:
            return 0
        server = parse(settings.BACKLINE_IMAP_URL, IMAP)
        try:
            with _opened(server, self._patience) as box:
                return self._read(box, at=at)
        except BoxError as error:
            channels.mailbox_failed(server.place, trouble=str(error), at=at)
            return 0

    def _read(self, box: _Box, *, at: datetime) -> int:
        place, known = box.server.place, received.mailbox(box.server.place)
        upto = known.upto if known and known.validity == box.validity else 0
        done = 0
        new = box.new(upto)[:BATCH]
        upto = upto if new else max(upto, box.following - 1)  # what holds nothing is not searched again
        for uid in new:
            with _said(box.server):
                raw = box.fetched(uid)
            if raw is not None:
                whole, found = raw
                (operations.take if whole else operations.take_too_big)(found, at=at)
            upto, done = uid, done + 1
            channels.mailbox_read(place, validity=box.validity, upto=upto, at=at)
            with _said(box.server), suppress(imaplib.IMAP4.error):  # a box that may only be read is no trouble
                box.seen(uid)
        channels.mailbox_read(place, validity=box.validity, upto=upto, at=at)
        return done


@dataclass(frozen=True, slots=True)
class _Box:
    """A folder that is open."""

    server: Server
    imap: imaplib.IMAP4
    validity: int
    following: int

    def new(self, upto: int) -> list[int]:
        """The numbers of the mails after this one, in order; at least some of them."""
        with _said(self.server):
            while upto + 1 < self.following:
                found = self._asked("SEARCH", f"UID {upto + 1}:{upto + SPAN}")
                if uids := sorted(int(one) for line in found if line for one in line.split()):
                    return uids
                upto += SPAN
        return []

    def fetched(self, uid: int) -> tuple[bool, bytes] | None:
        """Whether it is the whole mail, and that or its head; None where it is gone meanwhile."""
        sizes = self._asked("FETCH", str(uid), "(RFC822.SIZE)")
        size = _SIZE.search(b" ".join(one if isinstance(one, bytes) else one[0] for one in sizes if one))
        whole = size is None or int(size.group(1)) <= MOST_BYTES
        wanted = "(BODY.PEEK[])" if whole else f"(BODY.PEEK[HEADER]<0.{HEAD}>)"
        found = self._asked("FETCH", str(uid), wanted)
        raw = next((one[1] for one in found if isinstance(one, tuple)), None)
        return None if raw is None else (whole, raw)

    def _asked(self, *command: str) -> list[Any]:
        """What the server answers; a refusal is no answer: the mail is asked for again at the next look."""
        answer, found = self.imap.uid(*command)
        if answer != "OK":
            raise imaplib.IMAP4.error(
                b" ".join(one for one in found if isinstance(one, bytes)).decode("utf-8", "replace")
            )
        return found

    def seen(self, uid: int) -> None:
        """Mark it as read, for people who look into the box."""
        with suppress(OSError):
            self.imap.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")


@contextmanager
def _said(server: Server) -> Iterator[None]:
    """Whatever goes wrong with the server, as a `BoxError`; what goes wrong with a mail is none."""
    try:
        yield
    except (OSError, imaplib.IMAP4.error, EOFError, ValueError) as error:
        raise BoxError(_in_words(server, error)) from error


@contextmanager
def _opened(server: Server, patience: float) -> Iterator[_Box]:
    """The folder of the box, open; `BoxError` where it cannot be."""
    imap = None
    try:
        with _said(server):
            imap = _connected(server, patience)
            imap.login(server.user, server.password)
            answer, said = imap.select(f'"{server.folder or "INBOX"}"')
            if answer != "OK":
                raise ValueError(b" ".join(filter(None, said)).decode("utf-8", "replace"))
            validity, following = _number(imap, "UIDVALIDITY"), _number(imap, "UIDNEXT")
            if not validity or not following:
                raise ValueError(_("the server does not number its mails"))
        yield _Box(server, imap, validity, following)
    finally:
        if imap is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                imap.logout()


def _connected(server: Server, patience: float) -> imaplib.IMAP4:
    tls = ssl.create_default_context()
    if server.security is Security.TLS:
        return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=tls, timeout=patience)
    imap = imaplib.IMAP4(server.host, server.port, timeout=patience)
    offered = "STARTTLS" in imap.capabilities
    if server.security is Security.STARTTLS or (server.security is Security.WHEN_OFFERED and offered):
        imap.starttls(tls)
    return imap


def _number(imap: imaplib.IMAP4, name: str) -> int:
    _name, found = imap.response(name)
    said = found[-1] if found else None
    return int(said) if said and said.isdigit() else 0


def _in_words(server: Server, error: Exception) -> str:
    said = str(error) or type(error).__name__
    said = said.replace(server.password, "…") if server.password else said
    named = {"place": server.place, "error": said[:300]}
    return _("The box %(place)s cannot be read: %(error)s") % named
