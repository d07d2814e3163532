"""Writes persons, teams, contacts and the organisation; what is not right is said field by field."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from backline.core.words import Role
from backline.people.models import Contact, Organisation, Person, Team

SHORTEST_PASSWORD = 10
NOBODY = UUID(int=0)


class Invalid(Exception):
    """What was entered cannot be kept; `errors` gives the sentence for each field. Nothing was changed."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class PersonForm:
    """A person as entered; an empty password keeps the one there is."""

    name: str
    email: str
    roles: tuple[Role, ...] = ()
    zone: str = "UTC"
    phone: str = ""
    password: str = ""
    active: bool = True


def keep_person(form: PersonForm, *, person_id: str = "") -> Person:
    """Add a person, or change the one with this id."""
    _check_person(form, person_id)
    person = Person.objects.get(id=person_id) if person_id else Person()
    person.name, person.email = form.name.strip(), form.email.strip().lower()
    person.roles, person.zone, person.phone = [role.value for role in form.roles], form.zone, form.phone
    person.is_active = form.active
    if form.password:
        person.set_password(form.password)
    elif not person_id:
        person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError as error:
        raise Invalid({"email": _taken()}) from error
    return person


def _taken() -> str:
    return _("Somebody else has this e-mail address. Use another one, or change that person.")


def _check_person(form: PersonForm, person_id: str) -> None:
    errors = _named(form.name) | _mailed(form.email, required=True) | _zoned(form.zone)
    if "email" not in errors and Person.objects.filter(email__iexact=form.email.strip()).exclude(
        id=person_id or NOBODY
    ):
        errors["email"] = _taken()
    if form.password and len(form.password) < SHORTEST_PASSWORD:
        errors["password"] = _("Use at least %(count)s characters.") % {"count": SHORTEST_PASSWORD}
    if errors:
        raise Invalid(errors)


def _named(name: str) -> dict[str, str]:
    return {} if name.strip() else {"name": _("Enter a name.")}


def _mailed(email: str, *, required: bool) -> dict[str, str]:
    if not email.strip() and not required:
        return {}
    try:
        validate_email(email.strip())
    except ValidationError:
        return {"email": _("Enter an e-mail address such as sana@example.org.")}
    return {}


def _zoned(zone: str) -> dict[str, str]:
    known = zone in available_timezones()
    return {} if known else {"zone": _("Choose a time zone such as Europe/Berlin.")}


@dataclass(frozen=True, slots=True)
class TeamForm:
    """A team as entered: ids of lead and members."""

    name: str
    tier: int
    lead: str = ""
    members: tuple[str, ...] = ()


def keep_team(form: TeamForm, *, team_id: str = "") -> Team:
    """Add a team, or change the one with this id."""
    errors = _named(form.name)
    if not 1 <= form.tier <= 4:
        errors["tier"] = _("Choose a tier from 1 to 4.")
    if Team.objects.filter(name=form.name.strip()).exclude(id=team_id or NOBODY):
        errors["name"] = _("There is a team of this name.")
    if errors:
        raise Invalid(errors)
    with transaction.atomic():
        team = Team.objects.get(id=team_id) if team_id else Team()
        team.name, team.tier, team.lead_id = form.name.strip(), form.tier, UUID(form.lead) if form.lead else None
        team.save()
        team.members.set(Person.objects.filter(id__in=form.members))
    return team


@dataclass(frozen=True, slots=True)
class ContactForm:
    """A customer's contact as entered."""

    name: str
    email: str = ""
    phone: str = ""
    language: str = "en"
    zone: str = "UTC"


def keep_contact(form: ContactForm, *, contact_id: str = "") -> Contact:
    """Add a contact, or change the one with this id."""
    errors = _named(form.name) | _mailed(form.email, required=False) | _zoned(form.zone)
    if errors:
        raise Invalid(errors)
    contact = Contact.objects.get(id=contact_id) if contact_id else Contact()
    contact.name, contact.email, contact.phone = form.name.strip(), form.email.strip(), form.phone.strip()
    contact.language, contact.zone = form.language, form.zone
    contact.save()
    return contact


def revoke_links(*, contact_id: str) -> None:
    """No link that this contact was sent opens any more."""
    Contact.objects.filter(id=contact_id).update(link_number=F("link_number") + 1)


def erase_contact(*, contact_id: str, at: datetime) -> None:
    """Empty what names the contact, and revoke its links; what happened stays."""
    Contact.objects.filter(id=contact_id, erased_at=None).update(
        name=_("Erased"), email="", phone="", erased_at=at, link_number=F("link_number") + 1
    )


@dataclass(frozen=True, slots=True)
class Founding:
    """What the first start asks for; the last-resort contact is the administrator unless another is named."""

    organisation: str
    zone: str
    administrator: PersonForm
    last_resort_name: str = ""
    last_resort_email: str = ""


def found(founding: Founding) -> Person:
    """Make the organisation with its first administrator; refused where there is one, also for a concurrent twin."""
    errors = _zoned(founding.zone)
    if not founding.organisation.strip():
        errors["organisation"] = _("Enter the name of your organisation.")
    if not founding.administrator.password:
        errors["password"] = _("Choose a password.")
    if errors:
        raise Invalid(errors)
    try:
        with transaction.atomic():
            administrator = keep_person(founding.administrator)
            last_resort = _last_resort(founding) or administrator
            Organisation.objects.create(name=founding.organisation.strip(), zone=founding.zone, last_resort=last_resort)
    except IntegrityError as error:
        raise Invalid({"organisation": _("The organisation was set up already. Sign in instead.")}) from error
    return administrator


def _last_resort(founding: Founding) -> Person | None:
    if not founding.last_resort_email:
        return None
    form = PersonForm(founding.last_resort_name, founding.last_resort_email, roles=(Role.MANAGER,), zone=founding.zone)
    try:
        return keep_person(form)
    except Invalid as invalid:
        raise Invalid({f"last_resort_{field}": sentence for field, sentence in invalid.errors.items()}) from invalid
