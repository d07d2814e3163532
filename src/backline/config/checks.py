"""What is missing before this installation can keep its promise, in words, with how to mend it."""

from __future__ import annotations

from django.conf import settings
from django.db import connection

from backline.channels.email.server import BadSmtpUrlError
from backline.channels.email.wired import sender_from_settings
from backline.core.words import Role
from backline.people import queries as people


def problems() -> list[str]:
    """One sentence for each thing that is missing; none where all is well."""
    found = [*_people(), *_mail()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(current_user, 'ledger_event', 'UPDATE, DELETE')")
        if cursor.fetchone()[0]:
            found.append(
                "The application's database role may change events (triggers still refuse it): "
                "run the web and the worker as a role without that right."
            )
    return found


def _people() -> list[str]:
    if people.organisation() is None:
        return ["The organisation is not set up: start `backline up` and open the link that it prints."]
    needed = [role for role in (Role.COORDINATOR, Role.MANAGER) if not people.with_role(role)]
    found = [f"Nobody is {role.lower()}: give somebody the role under Administration, Persons." for role in needed]
    found += [
        f"Team {team.name} has no lead: name one under Administration, Teams."
        for team in people.teams()
        if not team.lead
    ]
    return found


def _mail() -> list[str]:
    try:
        sender_from_settings()
    except BadSmtpUrlError as error:
        return [str(error)]
    if not settings.BACKLINE_SMTP_URL:
        return ["No mail server is set up, so nobody is written to: set BACKLINE_SMTP_URL."]
    return []
