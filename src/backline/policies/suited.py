"""In which teams nobody has what some of their work takes, so that no rung finds who is suited best."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime

from django.utils.translation import gettext as _

from backline.core.candidates import Pool, Wanted
from backline.people import expertise
from backline.policies import queries

Work = tuple[str, str]
"""A kind of asset and a fault code; what is empty may be any."""


def without_suited(members: Mapping[str, Collection[str]], day: date, *, at: datetime) -> dict[str, str]:
    """Those of the teams in which no single person has what work takes that is theirs, with the first such work."""
    needs, rules = expertise.needs(), queries.routing_rules()
    able = expertise.able({one for its in members.values() for one in its}, at=at)
    found = {}
    for team, its in members.items():
        there = tuple(able[one] for one in its if one in able)
        works = {(one.asset_type, one.fault_code) for one in needs if str(one.team_id) == team}
        works |= {(rule.asset_type, rule.fault_code) for rule in rules if rule.team == team}
        for work in sorted(works or {("", "")}):
            taken = expertise.takes(needs, work[0], [work[1]], team)
            best, _passed = Pool(Wanted(day, taken.levels, taken.certified, urgent=True), there).best((), ())
            if best is None:
                found[team] = _said(work)
                break
    return found


def _said(work: Work) -> str:
    return ", ".join(part for part in work if part) or _("everything")
