"""What is missing before this organisation can keep the promise: people, teams, places, rules, mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backline.cases import queries as cases
from backline.channels import queries as channels
from backline.channels import received
from backline.channels.email.server import IMAP, BadServerUrlError, parse
from backline.channels.email.wired import sender_from_settings
from backline.channels.received import BoxRead
from backline.core.routing import Facts, RoutingRule, suggest
from backline.core.words import Priority, Reason, Role
from backline.jobs import queries as jobs
from backline.jobs.queries import MOST as MOST_NAMED
from backline.people import queries as people
from backline.policies import queries as policies
from backline.readiness.lacks import Kind, Lack
from backline.readiness.sending import sending
from backline.readiness.wording import named

BOX_AWAY = timedelta(minutes=15)
"""So long the box for answers may be out of reach before a monitor hears of it."""


def missing() -> list[Lack]:
    """Everything that is missing; nothing where all is well."""
    return [*mail(), *box(), *sending(), *teams(), *roles(), *sites(), *contacts(), *open_work(), *rules()]


def roles() -> list[Lack]:
    """Work that nobody does because nobody holds the role."""
    lacking = {
        Role.TECHNICIAN: _("Nobody is a technician, so no job is anybody's and no case is raised on site."),
        Role.COORDINATOR: _("Nobody is a coordinator, so new cases are routed by nobody: the managers hear instead."),
        Role.MANAGER: _("Nobody is a manager, so reviews are decided by nobody: the coordinators hear instead."),
    }
    held = people.roles_held()
    return [Lack(Kind.ROLE, said, role) for role, said in lacking.items() if role not in held]


def teams() -> list[Lack]:
    """Teams that are not there, or that nobody would answer for."""
    known = people.teams()
    members = people.members(str(team.id) for team in known)
    found = [] if known else [Lack(Kind.TEAMS, _("There is no team that could take a case."))]
    for team in known:
        if str(team.id) not in members:
            said = _("Team %(name)s has no active member, so nobody takes what it is offered.")
            found.append(Lack(Kind.EMPTY_TEAM, said % {"name": team.name}, str(team.id)))
        if team.lead is None or not team.lead.is_active:
            said = _("Team %(name)s has no active lead, so the coordinators hear instead of the lead.")
            found.append(Lack(Kind.LEAD, said % {"name": team.name}, str(team.id)))
    return found


def sites() -> list[Lack]:
    """Sites of which nobody would hear, or where there is nothing that a job could be about."""
    if not jobs.find_sites("", most=1):
        return [Lack(Kind.SITES, _("There is no site, so no job can be anywhere."))]
    gaps = {
        Kind.CONTACTS: (jobs.sites_unheard(), _("No contact with an address is known for %(n)s: %(named)s")),
        Kind.ASSETS: (jobs.sites_empty(), _("No asset is known at %(n)s: %(named)s")),
    }
    return [
        Lack(kind, said % {"n": _count(found), "named": named(site.reference for site in found)})
        for kind, (found, said) in gaps.items()
        if found
    ]


def open_work() -> list[Lack]:
    """Jobs: without one nobody can raise a case."""
    if jobs.any_yet():
        return []
    said = _("There is no job, so nobody can raise a case: add one, or fetch them by the command backline import jobs.")
    return [Lack(Kind.JOBS, said)]


def _count(found: Sequence[object]) -> str:
    several = ngettext("%(n)s site", "%(n)s sites", len(found))
    return several % {"n": f"{MOST_NAMED}+" if len(found) > MOST_NAMED else len(found)}


def rules() -> list[Lack]:
    """Kinds of assets for which no team is suggested, never or only for some cases."""
    known = policies.routing_rules()
    if not known:
        return [Lack(Kind.RULES, _("There is no routing rule, so no team is suggested for any case."))]
    ruled = {rule.asset_type for rule in known}
    never, some = [], []
    for one in sorted(jobs.asset_types()):
        if not ruled & {"", one}:
            never.append(one)
        elif not _always(known, one):
            some.append(one)
    gaps = {
        "never": (never, _("No routing rule fits these kinds of assets, so no team is suggested for them: %(named)s")),
        "some": (some, _("Routing rules fit only some cases of these kinds of assets, and suggest no team for others: "
                         "%(named)s")),
    }  # fmt: skip
    return [Lack(Kind.RULES, said % {"named": named(found)}, about) for about, (found, said) in gaps.items() if found]


def _always(known: Sequence[RoutingRule], asset_type: str) -> bool:
    """Whether a team is suggested for every case of this kind of asset, whatever its reason and priority."""
    facts = (Facts(frozenset({reason}), priority, asset_type) for reason in Reason for priority in Priority)
    return all(suggest(known, one) for one in facts)


def contacts() -> list[Lack]:
    """Open cases of which no customer hears."""
    lines = cases.unheard_of()
    if not lines:
        return []
    said = ngettext(
        "%(count)d open case has no customer contact with an address, so nobody there hears of it: %(named)s",
        "%(count)d open cases have no customer contact with an address, so nobody there hears of them: %(named)s",
        len(lines),
    )
    return [Lack(Kind.UNHEARD, said % {"count": len(lines), "named": named(line.reference for line in lines)})]


def mail() -> list[Lack]:
    """A mail server that is not there, cannot be, or does not take what it is handed; a demo needs none."""
    if people.is_demo():
        return []
    try:
        sender_from_settings()
    except BadServerUrlError as error:
        return [Lack(Kind.MAIL, str(error))]
    if not settings.BACKLINE_SMTP_URL:
        return [Lack(Kind.MAIL, _("No mail server is set up, so nobody is written to: set BACKLINE_SMTP_URL."))]
    if answer := channels.last_failure():
        said = _("The last letters did not leave; the mail server answered: %(answer)s. Mend it and send a test.")
        return [Lack(Kind.MAIL, said % {"answer": answer.rstrip(".")})]
    return []


def box() -> list[Lack]:
    """A box for answers that cannot be, or cannot be read now: nobody hears what customers write."""
    if not settings.BACKLINE_IMAP_URL or people.is_demo():
        return []
    try:
        found = received.mailbox(parse(settings.BACKLINE_IMAP_URL, IMAP).place)
    except BadServerUrlError as error:
        return [Lack(Kind.MAIL, str(error), "box")]
    return [Lack(Kind.MAIL, found.trouble, "box")] if found and found.is_in_trouble else []


def box_read() -> BoxRead | None:
    """The box for answers, when it was last read and what the last trouble was; None where none was ever tried."""
    try:
        return received.mailbox(parse(settings.BACKLINE_IMAP_URL, IMAP).place) if settings.BACKLINE_IMAP_URL else None
    except BadServerUrlError:
        return None


def box_is_read(at: datetime) -> bool:
    """Whether the box for answers was read of late, or there is none to read: a server may be away for a while."""
    if not settings.BACKLINE_IMAP_URL or people.is_demo():
        return True
    found = box_read()
    last = found.read_at if found else None
    return found is None or (last > at - BOX_AWAY if last else not found.trouble)


def mail_hints() -> list[Lack]:
    """That nothing leaves a demo; and that nobody outside would notice if all of this stopped, once mail leaves."""
    if people.is_demo():
        return [Lack(Kind.DEMO, _("This is a demo: no letter leaves it. All are kept under Outgoing."))]
    if not settings.BACKLINE_SMTP_URL or settings.BACKLINE_HEARTBEAT_URL:
        return []
    said = _("No heartbeat is set up, so nobody outside notices if Backline stops: set BACKLINE_HEARTBEAT_URL.")
    return [Lack(Kind.HEARTBEAT, said)]
