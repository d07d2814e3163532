"""Who can mend what is not ready: the persons who are told, and the first in whose place others are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from backline.core.words import Role
from backline.people import planned
from backline.people import queries as people
from backline.readiness.lacks import Lack, Mender


@dataclass(frozen=True, slots=True)
class Menders:
    """Ids of persons who are there, by what they can mend; `leads` by team, without whoever is away."""

    administrators: tuple[str, ...]
    managers: tuple[str, ...]
    leads: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, lacks: Iterable[Lack], *, at: datetime) -> Menders:
        """Who can mend these."""
        teams = {one.subject for one in lacks if one.mender is Mender.PLANNERS}
        roster = people.roster(teams, [], at=at)
        leads = {lead for found in roster.leads.values() for lead in found}
        away = {str(one.person_id) for one in planned.away_ahead(leads, at=at) if one.from_at <= at}
        there = {team: found for team, found in roster.leads.items() if not away & set(found)}
        return cls(people.with_role(Role.ADMINISTRATOR), roster.managers, there)

    def of(self, lack: Lack) -> tuple[str, ...]:
        """Whoever is to mend it: of shifts the team's lead, else managers; in the end the administrators."""
        found: tuple[str, ...] = ()
        if lack.mender is Mender.PLANNERS:
            found = self.leads.get(lack.subject, ()) or self.managers
        elif lack.mender is Mender.MANAGERS:
            found = self.managers
        return found or self.administrators
