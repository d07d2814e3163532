"""What is missing before this organisation can keep the promise, in words, with where to mend it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backline.cases import queries as cases
from backline.channels import queries as channels
from backline.channels.email.server import BadSmtpUrlError
from backline.channels.email.wired import sender_from_settings
from backline.core.routing import Facts, RoutingRule, suggest
from backline.core.words import Priority, Reason, Role
from backline.jobs import queries as jobs
from backline.jobs.queries import MOST as MOST_NAMED
from backline.people import queries as people
from backline.policies import queries as policies


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing; `slug` names the part of the administration that mends it, or a calendar does."""

    sentence: str
    slug: str
    calendar: str = ""

    @property
    def way(self) -> str:
        """The address of the page that mends it."""
        if self.calendar:
            return reverse("desk:calendar", args=[self.calendar])
        return reverse("desk:mail") if self.slug == "mail" else reverse("desk:register", args=[self.slug])


def missing() -> list[Missing]:
    """Everything that is missing; nothing where all is well."""
    return [*mail(), *teams(), *roles(), *sites(), *contacts(), *open_work(), *rules()]


def roles() -> list[Missing]:
    """Work that nobody does because nobody holds the role."""
    lacking = {
        Role.TECHNICIAN: _("Nobody is a technician, so no job is anybody's and no case is raised on site."),
        Role.COORDINATOR: _("Nobody is a coordinator, so new cases are routed by nobody."),
        Role.MANAGER: _("Nobody is a manager, so reviews are decided by nobody."),
    }
    return [Missing(sentence, "persons") for role, sentence in lacking.items() if not people.with_role(role)]


def teams() -> list[Missing]:
    """Teams that are not there, or that nobody would answer for."""
    known = people.teams()
    members = people.members(str(team.id) for team in known)
    found = [] if known else [Missing(_("There is no team that could take a case."), "teams")]
    for team in known:
        if str(team.id) not in members:
            found.append(Missing(_("Team %(name)s has no active member.") % {"name": team.name}, "teams"))
        if team.lead is None or not team.lead.is_active:
            found.append(Missing(_("Team %(name)s has no active lead.") % {"name": team.name}, "teams"))
    return found


def sites() -> list[Missing]:
    """Sites of which nobody would hear, or where there is nothing that a job could be about."""
    if not jobs.find_sites("", most=1):
        return [Missing(_("There is no site, so no job can be anywhere."), "sites")]
    gaps = {
        "contacts": (jobs.sites_unheard(), _("No contact with an address is known for %(n)s: %(named)s")),
        "assets": (jobs.sites_empty(), _("No asset is known at %(n)s: %(named)s")),
    }
    return [
        Missing(said % {"n": _count(found), "named": named(site.reference for site in found)}, slug)
        for slug, (found, said) in gaps.items()
        if found
    ]


def open_work() -> list[Missing]:
    """Jobs: without one nobody can raise a case."""
    if jobs.any_yet():
        return []
    said = _("There is no job, so nobody can raise a case: add one, or fetch them by the command backline import jobs.")
    return [Missing(said, "jobs")]


def _count(found: Sequence[object]) -> str:
    several = ngettext("%(n)s site", "%(n)s sites", len(found))
    return several % {"n": f"{MOST_NAMED}+" if len(found) > MOST_NAMED else len(found)}


def named(names: Iterable[str]) -> str:
    """The first few of some names, and a sign that there are more."""
    first = list(islice(names, 6))
    return ", ".join(first[:5]) + (" …" if first[5:] else "")


def rules() -> list[Missing]:
    """Kinds of assets for which no team is suggested, never or only for some cases."""
    known = policies.routing_rules()
    if not known:
        return [Missing(_("There is no routing rule, so no team is suggested for any case."), "rules")]
    ruled = {rule.asset_type for rule in known}
    never, some = [], []
    for one in sorted(jobs.asset_types()):
        if not ruled & {"", one}:
            never.append(one)
        elif not _always(known, one):
            some.append(one)
    gaps = {
        _("No routing rule fits these kinds of assets, so no team is suggested for them: %(named)s"): never,
        _("Routing rules fit only some cases of these kinds of assets, and suggest no team for others: %(named)s"):
            some,
    }  # fmt: skip
    return [Missing(said % {"named": named(found)}, "rules") for said, found in gaps.items() if found]


def _always(known: Sequence[RoutingRule], asset_type: str) -> bool:
    """Whether a team is suggested for every case of this kind of asset, whatever its reason and priority."""
    facts = (Facts(frozenset({reason}), priority, asset_type) for reason in Reason for priority in Priority)
    return all(suggest(known, one) for one in facts)


def contacts() -> list[Missing]:
    """Open cases of which no customer hears."""
    lines = cases.unheard_of()
    if not lines:
        return []
    said = ngettext(
        "%(count)d open case has no customer contact with an address, so nobody there hears of it: %(named)s",
        "%(count)d open cases have no customer contact with an address, so nobody there hears of them: %(named)s",
        len(lines),
    )
    return [Missing(said % {"count": len(lines), "named": named(line.reference for line in lines)}, "contacts")]


def mail() -> list[Missing]:
    """A mail server that is not there, cannot be, or does not take what it is handed; a demo needs none."""
    if people.is_demo():
        return []
    try:
        sender_from_settings()
    except BadSmtpUrlError as error:
        return [Missing(str(error), "mail")]
    if not settings.BACKLINE_SMTP_URL:
        return [Missing(_("No mail server is set up, so nobody is written to: set BACKLINE_SMTP_URL."), "mail")]
    if answer := channels.last_failure():
        said = _("The last letters did not leave; the mail server answered: %(answer)s. Mend it and send a test.")
        return [Missing(said % {"answer": answer.rstrip(".")}, "mail")]
    return []


def mail_hints() -> list[Missing]:
    """That nothing leaves a demo, however mail is set up."""
    return [Missing(_("This is a demo: no letter leaves it. All are kept under Outgoing."), "mail")] * people.is_demo()
