"""Those whose hours a calendar can be: found, named, and what counts for each where nothing was chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from backline.calendars.choices import EVERYBODY, For, Made
from backline.calendars.words import ChosenFor
from backline.jobs import queries as jobs
from backline.people import queries as people

KINDS = {
    ChosenFor.ORGANISATION: gettext_lazy("Organisation"),
    ChosenFor.TEAM: gettext_lazy("Team"),
    ChosenFor.CUSTOMER: gettext_lazy("Customer"),
    ChosenFor.CONTRACT: gettext_lazy("Contract"),
    ChosenFor.SITE: gettext_lazy("Site"),
    ChosenFor.ASSET: gettext_lazy("Asset"),
}
ORGANISATION: For = (ChosenFor.ORGANISATION, str(EVERYBODY))


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody who can have working hours: what it is called, and where it belongs."""

    kind: ChosenFor
    id: str
    name: str
    detail: str = ""

    @property
    def whose(self) -> For:
        """Its kind and id."""
        return self.kind, self.id

    @property
    def slug(self) -> str:
        """Its kind as addresses have it."""
        return self.kind.lower()

    @property
    def label(self) -> str:
        """Its kind in words."""
        return str(KINDS[self.kind])


def organisation() -> Subject:
    """The whole organisation."""
    known = people.organisation()
    return Subject(*ORGANISATION, known.name if known else "")


def subjects(wanted: Iterable[For]) -> dict[For, Subject]:
    """Those of them that there are."""
    ids: dict[ChosenFor, list[str]] = {kind: [] for kind in KINDS}
    for kind, subject in wanted:
        ids[kind].append(subject)
    teams = {str(team.id): team for team in people.teams()} if ids[ChosenFor.TEAM] else {}
    found = [
        *([organisation()] if str(EVERYBODY) in ids[ChosenFor.ORGANISATION] else []),
        *(Subject(ChosenFor.TEAM, one, teams[one].name) for one in ids[ChosenFor.TEAM] if one in teams),
        *_customers(jobs.customers_by_id(ids[ChosenFor.CUSTOMER]).values()),
        *_contracts(jobs.contracts_by_id(ids[ChosenFor.CONTRACT]).values()),
        *_sites(jobs.sites_by_id(ids[ChosenFor.SITE]).values()),
        *_assets(jobs.assets_by_id(ids[ChosenFor.ASSET]).values()),
    ]
    return {one.whose: one for one in found}


def subject(kind: str, entry: UUID) -> Subject | None:
    """The one of this kind and id, or None."""
    if kind.upper() not in ChosenFor or kind != kind.lower():
        return None
    whose = (ChosenFor(kind.upper()), str(entry))
    return subjects([whose]).get(whose)


def teams() -> list[Subject]:
    """All teams, by name."""
    return [Subject(ChosenFor.TEAM, str(team.id), team.name) for team in people.teams()]


def find(text: str, *, most: int) -> list[Subject]:
    """Customers, contracts, sites and assets that hold the text, at most so many of each."""
    return [
        *_customers(jobs.find_customers(text, most=most)),
        *_contracts(jobs.find_contracts(text, most=most)),
        *_sites(jobs.find_sites(text, most=most)),
        *_assets(jobs.find_assets(text, most=most)),
    ]


def _customers(found: Iterable[jobs.Customer]) -> Iterable[Subject]:
    return (Subject(ChosenFor.CUSTOMER, str(one.id), one.name, _also(one.reference, one.name)) for one in found)


def _contracts(found: Iterable[jobs.Contract]) -> Iterable[Subject]:
    return (Subject(ChosenFor.CONTRACT, str(one.id), one.name, f"{one.number}, {one.customer.name}") for one in found)


def _sites(found: Iterable[jobs.Site]) -> Iterable[Subject]:
    return (Subject(ChosenFor.SITE, str(one.id), one.name, one.reference) for one in found)


def _assets(found: Iterable[jobs.Asset]) -> Iterable[Subject]:
    return (Subject(ChosenFor.ASSET, str(one.id), one.name, f"{one.reference}, {one.site.name}") for one in found)


def _also(reference: str, name: str) -> str:
    return "" if reference == name else reference


def otherwise(kind: ChosenFor) -> str:
    """What counts for one of a kind that has no calendar of its own, in a sentence."""
    return {
        ChosenFor.ORGANISATION: _("None: all time counts"),
        ChosenFor.TEAM: _("None of its own: those of the organisation count"),
        ChosenFor.CUSTOMER: _("None of its own: those of the organisation count"),
        ChosenFor.CONTRACT: _("None of its own: those of the site count, else of the customer"),
        ChosenFor.SITE: _("None of its own: those of the customer count, else of the organisation"),
        ChosenFor.ASSET: _("None of its own: those of the contract count, else of the site, else of the customer"),
    }[kind]


def in_words(made: Sequence[Made]) -> str:
    """For whom a calendar was chosen, counted: `the organisation, 2 customers`; empty for nobody."""
    counted = Counter(kind for one in made for kind in [one.whose[0]])
    said = {
        ChosenFor.ORGANISATION: _("the organisation"),
        ChosenFor.TEAM: ngettext("%(n)d team", "%(n)d teams", counted[ChosenFor.TEAM]),
        ChosenFor.CUSTOMER: ngettext("%(n)d customer", "%(n)d customers", counted[ChosenFor.CUSTOMER]),
        ChosenFor.CONTRACT: ngettext("%(n)d contract", "%(n)d contracts", counted[ChosenFor.CONTRACT]),
        ChosenFor.SITE: ngettext("%(n)d site", "%(n)d sites", counted[ChosenFor.SITE]),
        ChosenFor.ASSET: ngettext("%(n)d asset", "%(n)d assets", counted[ChosenFor.ASSET]),
    }
    return ", ".join(said[kind] % {"n": counted[kind]} for kind in KINDS if counted[kind])
