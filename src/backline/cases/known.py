"""What letters and words about some changes name: each kind looked up once for all, and only where one asks."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from itertools import chain

from django.utils.translation import gettext as _

from backline.cases.change import Change
from backline.cases.said import commitments, ids_in
from backline.core.events import Event
from backline.core.ladder import REACHED
from backline.core.words import Actor, Role
from backline.ledger import queries as ledger
from backline.people import queries as people

FOR_SOMEBODY = frozenset({"customer.said", "call.asked"})
"""What somebody hears, whoever is there: coordinators, where no person and no team has it."""
FOR_WHO_HAS_IT = FOR_SOMEBODY | {
    "review.decided", "stop.lifted", "customer.urged", "workaround.approved", "workaround.refused",
}  # fmt: skip
"""What everybody hears who works on the case: the whole team where nobody has it yet."""


def began(event: Event) -> tuple[str, int]:
    """Which event began the clock of a rung: its case and number."""
    return event.case, int(event.data["climb"].rpartition(":")[2])


class Known:
    """Persons, teams, contacts, texts and earlier events for what is said about these changes."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._changes = changes
        self._events = [event for change in changes for event in change.events]

    def ask(self) -> None:
        """Ask for what letters of rungs name before anything is sent: an answer waits for all that was sent before."""
        if any(event.kind in REACHED for event in self._events):
            _told = self.actors, self.names_for_ever, self.texts

    @cached_property
    def begun(self) -> Mapping[tuple[str, int], Event]:
        """The events that began the clocks whose rungs were reached, by case and number."""
        return ledger.events_at({began(event) for event in self._events if event.kind in REACHED})

    @cached_property
    def persons(self) -> Mapping[str, people.Person]:
        """The persons by id."""
        return people.persons_by_id(self._ids)

    @cached_property
    def actors(self) -> Mapping[str, Actor]:
        """Those who are told, as those who ask."""
        reached = [event for event in self._events if event.kind in REACHED]
        told = {one for event in reached for one in event.data["told"]}
        persons = [person for found, person in self.persons.items() if found in told]
        return people.actors_of(persons, at=max(event.recorded_at for event in reached)) if persons else {}

    @cached_property
    def teams(self) -> Mapping[str, str]:
        """What the teams are called, by id."""
        return people.team_names()

    @cached_property
    def members(self) -> Mapping[str, Collection[str]]:
        """Who is in the teams that hear of it as a whole, by the team's id."""
        wide = [change for change in self._changes if any(one.kind in FOR_WHO_HAS_IT for one in change.events)]
        asked = {change.case.team for change in wide}
        return people.members(asked - {""}) if asked - {""} else {}

    @cached_property
    def coordinators(self) -> Collection[str]:
        """Who hears what a customer wrote, where no person and no team does."""
        wrote = any(event.kind in FOR_SOMEBODY for event in self._events)
        return people.with_role(Role.COORDINATOR) if wrote else ()

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What the events speak of, by id."""
        contacts = {found: contact.name for found, contact in self._contacts.items()}
        return self._ours | contacts

    @cached_property
    def names_for_ever(self) -> Mapping[str, str]:
        """The same without the name of a contact, for where erasing it would not find it."""
        return self._ours | dict.fromkeys(self._contacts, _("The customer")) if self._contacts else self._ours

    @cached_property
    def texts(self) -> Mapping[str, str]:
        """The texts of the events, and what each case is about in short; what is only being said is not looked up."""
        said = {one: text for change in self._changes for one, text in change.said.items()}
        wanted = {change.row.summary for change in self._changes} | commitments([*self._events, *self.begun.values()])
        return said | ledger.texts(wanted - said.keys())

    @cached_property
    def _contacts(self) -> Mapping[str, people.Contact]:
        return people.contacts_by_id(self._named - self.persons.keys())

    @cached_property
    def _ours(self) -> dict[str, str]:
        return {**self.teams, **{found: person.name for found, person in self.persons.items()}}

    @cached_property
    def _named(self) -> set[str]:
        return ids_in([*self._events, *self.begun.values()]) - {""}

    @cached_property
    def _ids(self) -> set[str]:
        """Everybody whom an event or a case names, and whoever is told as one of a team."""
        cases = [case for change in self._changes for case in (change.before, change.case) if case]
        working = chain.from_iterable((case.person, case.technician) for case in cases)
        visiting = (record.person for case in cases for record in case.records.values())
        told = chain.from_iterable(self.members.values())
        return self._named.union(working, visiting, told, self.coordinators) - {""}
