"""What a chat's address is: one that its service gave out, of which nobody is shown more than the service's name."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from backline.channels.chat.errand import Late, Lost, look
from backline.channels.chat.services import AS_COPIED, ASKED, SERVICES, of_scheme
from backline.channels.outward import LONGEST, NotThere, numbers_of
from backline.channels.port import Place
from backline.channels.seal import mark_of, sealed
from backline.people.operations import Invalid


def read(text: str) -> Place:
    """The address that somebody typed. Raises `Invalid`."""
    address = text.strip()
    if len(address) > LONGEST:
        raise Invalid({"value": _("At most %(count)s characters.") % {"count": LONGEST}})
    if flaw := _flaw(address):
        raise Invalid({"value": flaw})
    try:
        service = look(address)
    except (Late, Lost) as error:
        said = _("It could not be looked at just now, and nothing was kept. Send it again in a moment.")
        raise Invalid({"value": said}) from error
    if not service:
        raise Invalid({"value": _unknown()})
    return Place(f"{service} ({mark_of(address)})", sealed(address))


def _flaw(address: str) -> str:
    """What is wrong with it before its service is asked for."""
    try:
        parts = urlsplit(address)
        scheme, host = parts.scheme.lower(), (parts.hostname or "").lower()
        named = {name for name, _value in parse_qsl(parts.query, keep_blank_values=True)}
    except ValueError:
        return _unknown()
    service = of_scheme(scheme)
    if not host or not address.isprintable() or (service is None and scheme != AS_COPIED):
        return _unknown()
    if service and scheme in service.open and host not in settings.BACKLINE_GATEWAYS:
        said = _("What is said would travel in the open. Enter an address that begins with %(scheme)s://.")
        return said % {"scheme": service.schemes[0]}
    if not named <= ASKED or (service and parts.query):
        return _("Leave out what stands after the question mark.")
    return _flaw_of_host(host) if scheme == AS_COPIED or (service and service.open and "." in host) else ""


def _flaw_of_host(host: str) -> str:
    """Of some services it is a token, which nobody else may be asked for; a host is judged again when it is asked."""
    try:
        numbers_of(host, 443)
    except NotThere as error:
        return error.detail
    except OSError:
        return ""
    return ""


def _unknown() -> str:
    said = _("This is no address of a chat that can be told. Copy it as %(services)s or its guide shows it, such as "
             "%(example)s.")  # fmt: skip
    services = ", ".join(one.name for one in SERVICES)
    return said % {"services": services, "example": "https://hooks.slack.com/services/T0/B0/4711, tgram://bot/chat"}
