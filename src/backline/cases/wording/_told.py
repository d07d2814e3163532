"""What the sentences of the timeline need beside the events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True)
class Told:
    """What the sentences need beside the events: names of persons, contacts and teams, texts, and the reader's zone."""

    names: Mapping[str, str]
    texts: Mapping[str, str]
    zone: str


def name_of(told: Told, person: str) -> str:
    """The name of a person, contact or team."""
    return name_in(told.names, person)


def name_in(names: Mapping[str, str], person: str) -> str:
    """The same, as it stands among these names."""
    return names.get(person) or _("somebody who has left")
