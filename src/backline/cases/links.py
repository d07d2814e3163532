"""The customer's signed link: it names one case and one contact, carries its own end, and can be revoked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.urls import reverse

from backline.cases.models import Case
from backline.core.words import Actor, ActorKind
from backline.jobs import queries as jobs
from backline.people import queries as people
from backline.people.queries import Contact

LASTS = timedelta(days=90)
_SALT = "backline.customer-link"


class LinkFlaw(StrEnum):
    """Why a link does not open."""

    ALTERED = "ALTERED"
    EXPIRED = "EXPIRED"
    REVOKED = "REVOKED"


class LinkRefused(Exception):
    """The link does not open; `flaw` says why. Whose it was reads `language`; empty where that is nobody we know."""

    def __init__(self, flaw: LinkFlaw, language: str = "") -> None:
        super().__init__(flaw)
        self.flaw, self.language = flaw, language


@dataclass(frozen=True, slots=True)
class Linked:
    """What a good link says: which case, and who asks."""

    case_id: str
    actor: Actor
    contact: Contact


def token(*, case_id: str, contact: Contact, at: datetime) -> str:
    """The signed part of a link for this contact to this case."""
    document = {"c": case_id, "p": str(contact.id), "n": contact.link_number, "u": int((at + LASTS).timestamp())}
    return signing.dumps(document, salt=_SALT, compress=True)


def address(*, case_id: str, contact: Contact, at: datetime) -> str:
    """The whole link, as it goes into a mail."""
    path = reverse("portal:case", args=[token(case_id=case_id, contact=contact, at=at)])
    return f"{settings.BACKLINE_URL.rstrip('/')}{path}"


def read(text: str, *, at: datetime) -> Linked:
    """What the link says, judged at this moment; raises `LinkRefused`."""
    try:
        document = signing.loads(text, salt=_SALT)
        case_id, contact_id, number, until = document["c"], document["p"], document["n"], document["u"]
    except (signing.BadSignature, KeyError, TypeError, ValueError, UnicodeError) as error:
        raise LinkRefused(LinkFlaw.ALTERED) from error
    contact = people.contacts_by_id([contact_id]).get(contact_id)
    reads = contact.language if contact and not contact.erased_at else ""
    if at.timestamp() >= until:
        raise LinkRefused(LinkFlaw.EXPIRED, reads)
    if contact is None or contact.link_number != number or contact.erased_at:
        raise LinkRefused(LinkFlaw.REVOKED, reads)
    return _linked(case_id, contact)


def by_address(case_id: str, address: str) -> Linked | None:
    """Whoever is kept informed of a case under this address; None where nobody is, however well known elsewhere."""
    row = Case.objects.filter(id=case_id).select_related("contact").first()
    known = [row.contact] if row and row.contact else []
    known += jobs.contacts_of_site(str(row.site_id)) if row else []
    found = [one for one in known if not one.erased_at and one.email.lower() == address.lower()]
    return _linked(case_id, found[0]) if found and address else None


def by_contact(case_id: str, contact_id: str) -> Linked | None:
    """A contact who is kept informed of the case yet, unless it was erased since."""
    contact = people.contacts_by_id([contact_id]).get(contact_id)
    found = _linked(case_id, contact) if contact and not contact.erased_at else None
    return found if found and found.actor.customer else None


def _linked(case_id: str, contact: Contact) -> Linked:
    known = Case.objects.filter(Q(contact=contact) | Q(site__contacts=contact), id=case_id)
    customer = known.values_list("customer_id", flat=True).first()
    actor = Actor(ActorKind.CONTACT, str(contact.id), customer=str(customer or ""), name=contact.name)
    return Linked(case_id, actor, contact)
