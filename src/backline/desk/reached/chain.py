"""The test of the whole chain to oneself: one to each address, what became of it, and the link that it came by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backline.cases.links import LinkFlaw, LinkRefused
from backline.channels import operations as channels
from backline.channels import queries as outbox
from backline.channels import wording as outgoing
from backline.channels.notices import Channel, NewNotice, NoticeState
from backline.channels.queries import OutgoingRow
from backline.desk.reached.letters import TEST, about_an_address, ways
from backline.look.access import signed_in
from backline.look.http import Request, StaffRequest
from backline.people import operations as people
from backline.people import reached
from backline.people.operations import Invalid
from backline.people.reached import Address, AddressKind, ChainTest

LASTS = timedelta(days=1)
_SALT = "backline.chain"


@dataclass(frozen=True, slots=True)
class Tested:
    """What became of a test at one address: how its letter stands, since when and why, and when it was heard."""

    letter: OutgoingRow | None
    heard_at: datetime | None = None

    @property
    def label(self) -> Any:
        """How the letter stands, in words."""
        return outgoing.STATES[NoticeState(self.letter.state)] if self.letter else ""

    @property
    def since(self) -> datetime | None:
        """From when on it stands so."""
        return (self.letter.settled_at or self.letter.queued_at) if self.letter else None


@dataclass(frozen=True, slots=True)
class LastTest:
    """The last test that somebody asked for, by the id of each address; none where there was none."""

    made_at: datetime | None = None
    rows: dict[str, Tested] = field(default_factory=dict)


def last_test(person: str, addresses: Sequence[Address]) -> LastTest:
    """What came of it by now."""
    test = reached.last_test(person)
    if test is None:
        return LastTest()
    told = outbox.told(effect_keys=[_key(test, one) for one in addresses])
    heard = reached.heard(test, addresses)
    rows = {str(one.id): Tested(told.get(_key(test, one)), heard.get(str(one.id))) for one in addresses}
    return LastTest(test.made_at, {one: row for one, row in rows.items() if row.letter})


def _key(test: ChainTest, address: Address) -> str:
    return f"chain:{test.id}:{address.id}"


@signed_in()
@require_POST
def start(request: StaffRequest) -> HttpResponse:
    """A test to each of my addresses that letters may go to, through the outbox as everything else.

    Its link proves without a sign-in: whoever is where a number was mistyped would press it. There a code goes.
    """
    try:
        with transaction.atomic():
            test = people.start_test(by=request.actor, at=request.at)
            by = ways()
            mine = [one for one in reached.addresses(request.actor.id) if one.kind in by and _is_mine(one)]
            channels.queue([_letter(test, one, by[one.kind], request.at) for one in mine], at=request.at)
    except Invalid as invalid:
        messages.warning(request, " ".join(invalid.errors.values()))
    else:
        messages.success(request, _("Tests are on their way. Open each that is written, and press what stands in it."))
    return redirect("desk:addresses")


def _is_mine(address: Address) -> bool:
    """Whether it is known whose it is: proved, signed in with, or a browser before which somebody signed in sat."""
    known = address.kind == AddressKind.PUSH or address.value == address.person.email.lower()
    return known or address.proved_at is not None


def _letter(test: ChainTest, address: Address, way: Channel, at: datetime) -> NewNotice:
    document = {"t": str(test.id), "a": str(address.id), "v": address.value, "u": int((at + LASTS).timestamp())}
    token = signing.dumps(document, salt=_SALT)
    said = {"link": settings.BACKLINE_URL.rstrip("/") + reverse("desk:got_it", args=[token])}
    return about_an_address(address, way, TEST, said, key=_key(test, address), kind="address.test")


@require_http_methods(["GET", "HEAD", "POST"])
def got_it(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever got the test says so by a button: what looks into letters opens links, and presses nothing."""
    at = cast(Request, request).at
    document, done = _read(token, at), False
    if request.method == "POST":
        done = people.heard_test(document["t"], document["a"], document["v"], at=at)
        if not done:
            raise LinkRefused(LinkFlaw.REVOKED)
    return render(request, "desk/reached/got_it.html", {"address": document["v"], "done": done})


def _read(token: str, at: datetime) -> dict[str, str]:
    try:
        document = signing.loads(token, salt=_SALT)
        until, found = document["u"], {name: str(document[name]) for name in "tav"}
    except (signing.BadSignature, KeyError, TypeError, ValueError, UnicodeError) as error:
        raise LinkRefused(LinkFlaw.ALTERED) from error
    if at.timestamp() >= until:
        raise LinkRefused(LinkFlaw.EXPIRED)
    return found
