"""What is missing before this organisation can keep the promise, in words, with where to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backline.cases import queries as cases
from backline.channels.email.server import BadSmtpUrlError
from backline.channels.email.wired import sender_from_settings
from backline.core.words import Role
from backline.people import queries as people


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing; `slug` names the part of the administration that mends it."""

    sentence: str
    slug: str


def missing() -> list[Missing]:
    """Everything that is missing; nothing where all is well."""
    return [*_roles(), *_teams(), *_mail(), *_contacts()]


def _roles() -> list[Missing]:
    lacking = {
        Role.COORDINATOR: _("Nobody is a coordinator, so new cases are routed by nobody."),
        Role.MANAGER: _("Nobody is a manager, so reviews are decided by nobody."),
    }
    return [Missing(sentence, "persons") for role, sentence in lacking.items() if not people.with_role(role)]


def _teams() -> list[Missing]:
    teams = people.teams()
    members = people.members(str(team.id) for team in teams)
    found = [] if teams else [Missing(_("There is no team that could take a case."), "teams")]
    for team in teams:
        if str(team.id) not in members:
            found.append(Missing(_("Team %(name)s has no active member.") % {"name": team.name}, "teams"))
        if team.lead is None or not team.lead.is_active:
            found.append(Missing(_("Team %(name)s has no active lead.") % {"name": team.name}, "teams"))
    return found


def _contacts() -> list[Missing]:
    lines = cases.unheard_of()
    if not lines:
        return []
    named = ", ".join(line.reference for line in lines[:5]) + (" …" if lines[5:] else "")
    said = ngettext(
        "%(count)d open case has no customer contact with an address, so nobody there hears of it: %(named)s",
        "%(count)d open cases have no customer contact with an address, so nobody there hears of them: %(named)s",
        len(lines),
    )
    return [Missing(said % {"count": len(lines), "named": named}, "contacts")]


def _mail() -> list[Missing]:
    try:
        sender_from_settings()
    except BadSmtpUrlError as error:
        return [Missing(str(error), "mail")]
    if not settings.BACKLINE_SMTP_URL:
        return [Missing(_("No mail server is set up, so nobody is written to: set BACKLINE_SMTP_URL."), "mail")]
    return []
