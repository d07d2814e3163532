"""Routing rules as a file, by the names that teams and sites have here: out, compared, and in again."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from backline.core.routing import RoutingRule
from backline.jobs import queries as jobs
from backline.people import queries as people
from backline.policies import conditions, queries, routing_file
from backline.policies.routing_file import Called, Names


def read(text: str) -> tuple[RoutingRule, ...]:
    """The rules that a file says; raises `Unreadable` with what is wrong in it."""
    teams = {name: team for team, name in people.team_names().items()}
    return routing_file.read(text, Names(teams, _site))


def _site(reference: str) -> str:
    found = jobs.sites_by_reference([reference]).get(reference)
    return str(found.id) if found else ""


def text(schema_at: str = "") -> str:
    """The file of the rules there are."""
    rules = queries.routing_rules()
    return routing_file.write(rules, _called(rules), schema_at)


def differences(old: Iterable[RoutingRule], new: Iterable[RoutingRule]) -> tuple[str, ...]:
    """One sentence for each rule that is new, gone or another; none where both say the same."""
    old, new = list(old), list(new)
    return routing_file.differences(old, new, _called([*old, *new]))


def _called(rules: Iterable[RoutingRule]) -> Called:
    sites = jobs.sites_by_id({rule.site for rule in rules if rule.site})
    return Called(people.team_names(), {id_: site.reference for id_, site in sites.items()})


def not_yet(rules: Iterable[RoutingRule]) -> list[str]:
    """What the rules name that nothing has yet, in sentences: kinds of assets, and fault codes of no register."""
    rules = list(rules)
    types, codes = ({getattr(rule, name) for rule in rules} - {""} for name in ("asset_type", "fault_code"))
    types |= {name for rule in rules for name in conditions.asset_types(rule.condition)}
    kinds = [_("No asset is of the type %(name)s yet.") % {"name": one} for one in sorted(types - jobs.asset_types())]
    unknown = sorted(codes - jobs.known_fault_codes(codes))
    return [*kinds, *(_("No fault code %(name)s is in the register yet.") % {"name": one} for one in unknown)]
