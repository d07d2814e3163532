"""What sentences about events need beside them: the names of those they speak of, and the texts they refer to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from backline.core.events import Event, is_commitment
from backline.people import queries as people


def ids_in(events: Iterable[Event]) -> set[str]:
    """The ids of everybody whom the events speak of."""
    ids: set[str] = set()
    for event in events:
        ids |= {event.by.id}.union(*(event.data.get(name, ()) for name in ("told", "next", "instead", "in_place_of")))
        ids |= {event.data.get(name, "") for name in ("person", "recipient", "contact")}
        ids |= {person for person, *_why in event.data.get("passed", ())}
    return ids


def names_in(events: Iterable[Event], persons: Iterable[str] = ()) -> dict[str, str]:
    """The names of everybody whom the events speak of, and of these persons."""
    return people.names_of(ids_in(events).union(persons))


def person_names(ids: Iterable[str]) -> dict[str, str]:
    """The names of the persons among these."""
    return {found: person.name for found, person in people.persons_by_id(ids).items()}


def commitments(events: Sequence[Event]) -> set[str]:
    """Every text that the events may refer to: at the top, in a step, or in a list of words."""
    found: set[str] = set()
    for event in events:
        data = event.data
        steps = (part for step in data.get("steps", ()) for part in step.values())
        lists = (*data.get("fault_codes", ()), *data.get("tags", ()), *data.get("facts", {}).values())
        values = [*data.values(), *steps, *lists]
        found.update(value for value in values if isinstance(value, str) and is_commitment(value))
    return found
