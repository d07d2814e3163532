"""What is not ready before this installation can keep its promise, in words, with how to mend it."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import connection

from backline.people import queries as people
from backline.readiness.lacks import Lack


def problems(found: Sequence[Lack]) -> list[str]:
    """One sentence for each thing that is not ready, with what else is; none where all is well."""
    organisation = people.organisation()
    if organisation is None:
        return ["The organisation is not set up: start `backline up` and open the link that it prints.", *_rights()]
    if organisation.demo == people.Demo.LOADING:
        return [
            "The demo is there only in part: it is being loaded, or that was interrupted. "
            "`backline demo` loads it anew, `backline demo --clear` removes it.",
            *_rights(),
        ]
    return [*_with_ways([one for one in found if not one.is_hint], "Mend it here"), *_rights()]


def worth_a_look(found: Sequence[Lack]) -> list[str]:
    """One sentence for each thing that works, but may not be as it is meant."""
    return _with_ways([one for one in found if one.is_hint], "Look here")


def _with_ways(found: list[Lack], invited: str) -> list[str]:
    base = settings.BACKLINE_URL.rstrip("/")
    return [f"{one.said.rstrip('.')}. {invited}: {base}{one.way}" for one in found]


def _rights() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege(current_user, 'ledger_event', 'UPDATE, DELETE')")
        if not cursor.fetchone()[0]:
            return []
    return [
        "The application's database role may change events (triggers still refuse it): "
        "run the web and the worker as a role without that right."
    ]
