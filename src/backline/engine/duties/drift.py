"""Says every day, while it lasts, whom the policy in force does not reach: people leave, and ladders name roles."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from backline.channels import operations as channels
from backline.channels.notices import Audience, NewNotice
from backline.core.words import Role
from backline.look.moments import zone_of
from backline.people import queries as people
from backline.people.queries import Organisation, Person
from backline.policies import queries as policies
from backline.policies import wording
from backline.policies.reach import reach


class Drift:
    """The duty that notices when nobody is on a rung any more."""

    NAME = "drift"
    EVERY = 900.0

    def run(self, at: datetime) -> int:
        """Write to whoever can mend it, once a day; 0, for there is never more of it to do at once."""
        organisation = people.organisation()
        said = reach(policies.version_in_force(at).policy, at=at).said
        if organisation and said:
            day = at.astimezone(zone_of(organisation.zone)).date().isoformat()
            channels.queue([_letter(person, said, day) for person in _who(organisation)], at=at)
        return 0


def _who(organisation: Organisation) -> list[Person]:
    """The administrators, who can mend it, and the last-resort contact, who hears in everybody's place meanwhile."""
    wanted = {*people.with_role(Role.ADMINISTRATOR), str(organisation.last_resort_id)}
    return [person for _, person in sorted(people.persons_by_id(wanted).items()) if person.is_active]


def _letter(person: Person, said: list[str], day: str) -> NewNotice:
    with override(person.language):
        address = settings.BACKLINE_URL.rstrip("/") + reverse("desk:policies")
        subject, body = wording.drift(person.name, said, address)
    return NewNotice(
        effect_key=f"drift:{day}:{person.id}",
        kind="policy.drift",
        audience=Audience.PERSON,
        recipient_id=str(person.id),
        recipient_name=person.name,
        subject=subject,
        body=body,
        address=person.email,
        language=person.language,
    )
