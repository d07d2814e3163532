"""What somebody wrote while the session ended: carried through the sign-in by the browser itself, then sent again."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from backline.look.forms import unkeepable

_OURS = frozenset({"csrfmiddlewaretoken", "carried", "next"})
_SECRET = frozenset({"password", "old", "new"})
_CHOSEN = re.compile(r"[A-Z0-9_]+|[0-9a-f:-]{32,80}|\d{4}-\d\d-\d\dT[\d:]+")


@dataclass(frozen=True, slots=True)
class Carried:
    """A form on its way: the address it was for, and its fields as they were typed; files cannot be carried."""

    to: str
    fields: tuple[tuple[str, str], ...]

    @property
    def shown(self) -> list[str]:
        """The words among the fields, for the writer to recognise; what was chosen, not written, is left out."""
        return [value for _name, value in self.fields if value.strip() and not _CHOSEN.fullmatch(value)]

    def packed(self) -> str:
        """The form as one text, for a hidden field."""
        return json.dumps([self.to, self.fields])


def of_request(request: HttpRequest) -> Carried | None:
    """The form that came with a request; None where it held nothing to lose, or a password, which is never shown."""
    if _SECRET & request.POST.keys():
        return None
    fields = tuple((name, value) for name, values in request.POST.lists() if name not in _OURS for value in values)
    return Carried(request.get_full_path(), fields) if any(value.strip() for _name, value in fields) else None


def unpacked(text: str) -> Carried | None:
    """The form out of the hidden field; None where it holds none, or one for a foreign address."""
    try:
        to, fields = json.loads(text)
        found = Carried(str(to), tuple((str(name), str(value)) for name, value in fields))
    except (ValueError, TypeError, RecursionError):
        return None
    if any(unkeepable(text) for field in (("", found.to), *found.fields) for text in field):
        return None
    own = url_has_allowed_host_and_scheme(found.to, allowed_hosts=None) and found.to.startswith("/")
    return found if own else None


def send_again(request: HttpRequest, carried: Carried, status: int = 200, why: str = "") -> HttpResponse:
    """The page that shows what was written, with the button that sends it; `why` it was not, if not the session."""
    return render(request, "look/again.html", {"carried": carried, "why": why}, status=status)
