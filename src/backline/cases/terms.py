"""The terms under which the clocks of a case run: its policy, the hours of its place and of those who work on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from backline.calendars import choices
from backline.calendars.choices import EVERYBODY, Choices, Era, For
from backline.calendars.words import ChosenFor
from backline.cases.models import Case as Row
from backline.core.calendar import Hours
from backline.core.case import Case
from backline.core.impact import Losses
from backline.core.policy import Policy, Whose
from backline.jobs import queries as jobs
from backline.jobs.queries import Job
from backline.policies import queries as policies

EVER = datetime.max.replace(tzinfo=UTC)
"""When everything that was ever saved is known."""
_ORGANISATION: For = (ChosenFor.ORGANISATION, str(EVERYBODY))
_WHOSE = tuple(whose for whose in Whose if whose is not Whose.ELAPSED)


@dataclass(frozen=True, slots=True)
class Terms:
    """The calendars that were chosen, and where the case is; all else of it may change while it is held."""

    chosen: Choices
    place: tuple[For, ...]

    def chain(self, whose: Whose, team: str, opened_at: datetime) -> tuple[For, ...]:
        """Whose calendar counts, the first who has one; of contracts those under which the case was opened."""
        return (*self._theirs(whose, team, opened_at), _ORGANISATION)

    def _theirs(self, whose: Whose, team: str, opened_at: datetime) -> tuple[For, ...]:
        if whose is Whose.ELAPSED:
            return ()
        if whose is Whose.TEAM:
            return ((ChosenFor.TEAM, team),) if team else ()
        there = tuple(one for one in self.place if one[0] is not ChosenFor.ASSET)
        if whose is Whose.CUSTOMER:
            return there
        own = tuple(one for one in self.place if one[0] is ChosenFor.ASSET)
        return (*own, *self.chosen.contracts(self.place, opened_at), *there)

    def of(self, case: Case) -> Policy:
        """The policy with the hours that count for the case as it is now."""
        return self.counting(policies.policy(case.policy), case.opened.occurred_at, case.team)

    def counting(self, policy: Policy, opened_at: datetime, team: str = "") -> Policy:
        """A policy with the hours that count for a case while it lies with a team, or with nobody yet."""
        return replace(policy, hours=self.hours(opened_at, team))

    def hours(self, opened_at: datetime, team: str = "") -> dict[Whose, Hours]:
        """Everybody's hours that count for it; nobody's whose time counts all."""
        found = {whose: self.chosen.hours(self.chain(whose, team, opened_at)) for whose in _WHOSE}
        return {whose: hours for whose, hours in found.items() if hours}

    def eras(self, case: Case) -> dict[Whose, tuple[Era, ...]]:
        """Which choices counted for the case from when on."""
        opened_at = case.opened.occurred_at
        return {whose: self.chosen.eras(self.chain(whose, case.team, opened_at)) for whose in _WHOSE}

    def contract(self, case: Case) -> str:
        """The id of the nearest contract under which the case was opened, or nothing."""
        return self.contract_at(case.opened.occurred_at)

    def contract_at(self, opened_at: datetime) -> str:
        """The id of the nearest contract under which a case of a moment is opened, or nothing."""
        found = self.chosen.contracts(self.place, opened_at)
        return found[0][1] if found else ""

    def losses(self, asset: jobs.Asset | None, opened_at: datetime) -> Losses:
        """What is lost by an asset that stands still, and by the contract under which a case of a moment is opened."""
        contract = jobs.contract(self.contract_at(opened_at))
        return Losses(
            units=asset.units if asset else 0,
            cost_an_hour=asset.cost_an_hour if asset else 0,
            penalty=contract.penalty_amount if contract else 0,
            named_account=contract is not None and contract.named_account,
        )


def terms_of(rows: Sequence[Row], *, known_at: datetime) -> list[Terms]:
    """The terms of these cases, by the calendars known at a moment; each row with its job."""
    places = [place(row.job.asset_id, row.job.site_id, row.customer_id) for row in rows]
    chosen = choices.known({subject for mine in places for _, subject in mine}, at=known_at)
    return [Terms(chosen, mine) for mine in places]


def terms_of_job(job: Job) -> Terms:
    """The terms of a case that is being raised about a job."""
    return terms_at(job.asset_id, job.site_id, job.site.customer_id)


def terms_at(asset: object, site: object, customer: object) -> Terms:
    """The terms of a case at a place, as they are known now."""
    mine = place(asset, site, customer)
    return Terms(choices.known([subject for _, subject in mine], at=EVER), mine)


def place(asset: object, site: object, customer: object) -> tuple[For, ...]:
    """Where a case is, the nearest first: at an asset, at its site, with its customer."""
    first = ((ChosenFor.ASSET, str(asset)),) if asset else ()
    return (*first, (ChosenFor.SITE, str(site)), (ChosenFor.CUSTOMER, str(customer)))
