"""Says every day, while it lasts, whom policies do not reach: people leave, and ladders name roles.

That is the policy in force, those that come into force soon, and each other version that an open case was raised under
and keeps.
"""

from __future__ import annotations

from datetime import date, datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from backline.cases import queries as cases
from backline.channels import operations as channels
from backline.channels.letters import letter_to
from backline.channels.notices import NewNotice
from backline.core.words import Role
from backline.look.moments import zone_of
from backline.people import queries as people
from backline.people.queries import Organisation, Person
from backline.policies import queries as policies
from backline.policies import wording
from backline.policies.reach import gaps_of_today, reach


class Drift:
    """The duty that notices when nobody is on a rung any more."""

    NAME = "drift"
    EVERY = 900.0

    def __init__(self) -> None:
        self._day: date | None = None

    def run(self, at: datetime) -> int:
        """Write to whoever can mend it, once a day; 0, for there is never more of it to do at once."""
        organisation = people.organisation()
        if organisation is None:
            return 0
        day = at.astimezone(zone_of(organisation.zone)).date()
        said = gaps_of_today(at=at)
        if day != self._day:  # whatever happens meanwhile, open cases are many, and their versions hardly change
            said += _of_others(set(said), at)
        if said:
            channels.queue([_letter(person, said, day.isoformat()) for person in _who(organisation)], at=at)
        self._day = day
        return 0


def _of_others(known: set[str], at: datetime) -> list[str]:
    """What versions that open cases have do not reach, and the one in force does."""
    found = []
    for one in policies.versions_by_id(many := cases.policies_in_use()):
        new = [gap for gap in reach(one.policy, at=at).said if gap not in known]
        found += [wording.of_version(one.number, many[one.id], gap) for gap in new]
    return found


def _who(organisation: Organisation) -> list[Person]:
    """The administrators, who can mend it, and the last-resort contact, who hears in everybody's place meanwhile."""
    wanted = {*people.with_role(Role.ADMINISTRATOR), str(organisation.last_resort_id)}
    return [person for _, person in sorted(people.persons_by_id(wanted).items()) if person.is_active]


def _letter(person: Person, said: list[str], day: str) -> NewNotice:
    with override(person.language):
        address = settings.BACKLINE_URL.rstrip("/") + reverse("desk:policies")
        letter = wording.drift(person.name, said, address)
    return letter_to(person, letter, key=f"drift:{day}:{person.id}", kind="policy.drift")
