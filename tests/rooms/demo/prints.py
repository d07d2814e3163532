"""All that a demo is, but for what is drawn anew each time: ids, salts and hashes."""

from __future__ import annotations

from typing import Any

from backline.cases.models import Case
from backline.ledger import queries as ledger
from backline.people.models import Person


def print_of() -> str:
    """People, cases, events and texts, one a line: what must be the same for one seed and one moment."""
    persons = {str(person.id): person.name for person in Person.objects.all()}
    lines: list[Any] = sorted(Person.objects.values_list("name", "email"))
    for row in Case.objects.order_by("number"):
        lines.append((row.number, row.state, row.priority, row.due_at, row.opened_at))
        for event in ledger.events(str(row.id)):
            said = [value for value in event.data.values() if isinstance(value, str)]
            texts = ledger.texts(said)
            whole = [texts[value] for value in said if value in texts]
            lines.append((event.kind, event.recorded_at, event.occurred_at, persons.get(event.by.id), whole))
    return "".join(f"{line}\n" for line in lines)
