"""What is not ready about one entry of a register, beside the field where it is mended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from backline.people import queries as people
from backline.readiness import persons, queries, set_up, shifts
from backline.readiness.lacks import Kind, Lack
from backline.readiness.shifts import Plans

_FIELDS = {
    Kind.LEAD: "lead", Kind.EMPTY_TEAM: "members", Kind.ONE_MEMBER: "members", Kind.SHIFT: "members",
    Kind.ADDRESS: "email", Kind.ROTA: "active", Kind.SKILL: "skill", Kind.CERTIFICATE: "certified",
}  # fmt: skip


def beside(register: str, entry: str, *, at: datetime) -> dict[str, list[str]]:
    """The sentences about an entry by its fields; nothing where all is well, or the register has no such."""
    found: dict[str, list[str]] = {}
    for one in _about(register, entry, at):
        field = "members" if register == "teams" and one.kind is Kind.ROTA else _FIELDS[one.kind]
        found.setdefault(field, []).append(one.said)
    return found


def _about(register: str, entry: str, at: datetime) -> Iterable[Lack]:
    house = people.organisation()
    if house and register == "teams":
        plans = Plans.read(at, house.zone, [entry])
        lacks = [*set_up.teams(), *queries.unreached(at), *shifts.shifts(plans)]
        mine = [one for one in lacks if one.subject == entry and one.kind in _FIELDS]
        return [*mine, *(one for one in shifts.rotas(plans) if one.about.startswith(entry))]
    if house and register == "persons":
        lacks = [*persons.addresses(house), *shifts.rotas(Plans.read(at, house.zone))]
        return [one for one in lacks if one.about.endswith(entry)]
    if house and register == "needs":
        lacks = [*persons.skills(), *persons.certificates(at, house.zone)]
        return [one for one in lacks if one.subject == entry]
    return ()
