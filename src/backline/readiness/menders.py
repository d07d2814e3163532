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
    """Ids of persons who may act, by what they can mend; `planners` by team."""

    administrators: tuple[str, ...]
    managers: tuple[str, ...]
    planners: Mapping[str, tuple[str, ...]]

    @classmethod
    def read(cls, lacks: Iterable[Lack], *, at: datetime) -> Menders:
        """Who can mend these."""
        teams = {one.subject for one in lacks if one.mender is Mender.PLANNERS}
        administrators, managers = (people.with_role(role) for role in (Role.ADMINISTRATOR, Role.MANAGER))
        return cls(administrators, managers, planned.planners(teams, at=at))

    def of(self, lack: Lack) -> tuple[str, ...]:
        """Whoever is to mend it; in the end the administrators."""
        found: tuple[str, ...] = ()
        if lack.mender is Mender.PLANNERS:
            found = self.planners[lack.subject]
        elif lack.mender is Mender.MANAGERS:
            found = self.managers
        return found or self.administrators
