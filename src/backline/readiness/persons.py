"""What is not ready in persons: addresses dead or not proved, skills and certificates that lack, no last resort."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backline.channels import setups
from backline.look.moments import zone_of
from backline.people import expertise, reached
from backline.people.queries import Organisation
from backline.people.wording import work_of
from backline.readiness.lacks import Kind, Lack
from backline.readiness.wording import named


def addresses(house: Organisation) -> list[Lack]:
    """Whose addresses are all dead, and who has shown of none that letters arrive there; in a demo none leaves."""
    if house.demo:
        return []
    return [*map(_dead, reached.unreached()), *_unproved(reached.unproved())]


def _dead(address: reached.Address) -> Lack:
    """Letters do not arrive; what is urgent may, by another channel."""
    person = str(address.person_id)
    said = _("Letters to %(name)s do not arrive, so %(name)s hears nothing (%(why)s): enter another address.")
    other = reached.reached_at(person, channels=[one for one in setups.SET_UP if setups.is_on(one)])
    if other and not other.stands:
        said = _("Letters to %(name)s do not arrive (%(why)s); only what is urgent does, at %(other)s: "
                 "enter another address.")  # fmt: skip
    values = {"name": address.person.name, "why": address.why_dead, "other": other and other.value}
    return Lack(Kind.ADDRESS, said % values, person)


def _unproved(names: list[str]) -> list[Lack]:
    if not names:
        return []
    said = ngettext(
        "%(n)d person has not shown that letters arrive, so it is not sure that word comes through: %(named)s",
        "%(n)d persons have not shown that letters arrive, so it is not sure that word comes through: %(named)s",
        len(names),
    )
    return [Lack(Kind.UNPROVED, said % {"n": len(names), "named": named(names)})]


def certificates(at: datetime, zone: str) -> list[Lack]:
    """Certificates that some work takes and nobody holds today."""
    found = []
    for need in expertise.uncertified(at.astimezone(zone_of(zone)).date()):
        said = _("Nobody in a team holds a valid certificate for %(skill)s at level %(level)d, as this takes: %(work)s")
        values = {"skill": need.skill.name, "level": need.level, "work": work_of(need)}
        found.append(Lack(Kind.CERTIFICATE, said % values, str(need.id)))
    return found


def skills() -> list[Lack]:
    """Skills that some work takes and nobody has, or nobody is given any more."""
    kinds = (
        (expertise.unmet(), _("Nobody in a team has %(skill)s at level %(level)d, as this takes: %(work)s")),
        (expertise.resting(), _("%(skill)s is not active, so nobody is given it, and this takes it: %(work)s")),
    )
    return [
        Lack(Kind.SKILL, said % {"skill": need.skill.name, "level": need.level, "work": work_of(need)}, str(need.id))
        for found, said in kinds
        for need in found
    ]


def last_resort(house: Organisation) -> list[Lack]:
    """That who hears when nobody else can be found is not there any more."""
    if house.last_resort.is_active:
        return []
    return [Lack(Kind.LAST_RESORT, _("The last-resort contact is not active, so the administrators hear instead."))]
