"""Persons, contacts and the organisation as entered; what is not right is said field by field."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from psycopg.errors import LockNotAvailable

from backline.core.sight import SEES_ALL
from backline.core.words import Role
from backline.ledger.news import ALL, announce
from backline.people.addresses import stands_for
from backline.people.languages import code_of, flaw_of_language
from backline.people.models import Contact, Demo, Organisation, Person
from backline.people.operations._own_addresses import own_addresses
from backline.people.queries import ids, zones

SHORTEST_PASSWORD = 10
_HIDDEN = re.compile("[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
"""What nobody sees, or what turns the letters around: with it two names look like one. Joiners are parts of words."""
LONGEST_NAME, LONGEST_EMAIL, LONGEST_PHONE = 200, 254, 40
LONGEST_SPAN = timedelta(days=366)
NOBODY = UUID(int=0)
HOLDS_WAIT = "2s"
"""Who waits keeps one of the few threads that answer pages."""
_WAIT_BRIEFLY = "SELECT current_setting('lock_timeout'), set_config('lock_timeout', %s, true)"
_HOLD = "SELECT * FROM people_contact WHERE id = ANY(%s) FOR SHARE"  # Django knows FOR UPDATE alone


class Invalid(Exception):
    """What was entered cannot be kept; `errors` gives the sentence for each field. Nothing was changed."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("; ".join(errors.values()))
        self.errors = errors


class Busy(Invalid):
    """Somebody else holds the registers for longer than is waited here: nothing is wrong but the moment."""

    def __init__(self) -> None:
        said = _("A list is being imported at this moment. Nothing was changed; send this again in a minute.")
        super().__init__({"": said})


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
    """Add a person (under this id, so that adding twice adds once), or change the one with this id."""
    _check_person(form, person_id)
    try:
        with transaction.atomic():
            hold_registers()
            known = Person.objects.filter(id=person_id or NOBODY).first()
            if known:
                _check_needed(form, known)
            return _save_person(form, known or (Person(id=person_id) if person_id else Person()), new=known is None)
    except IntegrityError as error:
        raise Invalid({"email": _taken()}) from error


def _save_person(form: PersonForm, person: Person, *, new: bool) -> Person:
    before, was = person.name, person.email
    person.name, person.email = form.name.strip(), form.email.strip().lower()
    person.roles, person.zone, person.phone = [role.value for role in form.roles], form.zone, form.phone.strip()
    if person.is_active and not form.active:
        person.sign_in_number += 1  # whoever is made active again signs in again
    person.is_active = form.active
    if form.password:
        person.set_password(form.password)
    elif new:
        person.set_unusable_password()
    person.save()
    own_addresses([person.id], before=was)
    if before not in ("", person.name):
        announce(ALL)
    return person


def _check_needed(form: PersonForm, person: Person) -> None:
    """Somebody must be left who administers, and who hears when nobody else can be found."""
    organisation = Organisation.objects.first()
    if organisation and organisation.last_resort_id == person.id:
        _check_last_resort(form)
    others = Person.objects.filter(is_active=True, roles__contains=[Role.ADMINISTRATOR]).exclude(id=person.id)
    administers = form.active and Role.ADMINISTRATOR in form.roles
    if Role.ADMINISTRATOR in person.roles and not administers and not others.exists():
        field = "roles" if form.active else "active"
        raise Invalid({field: _("Nobody else is an administrator. Give somebody else that role first.")})


def last_resort_said() -> str:
    """Why the last-resort contact must stay one who sees every case."""
    return _("This is the last-resort contact. Name another one under Organisation first.")


def _check_last_resort(form: PersonForm) -> None:
    said = last_resort_said()
    if not form.active:
        raise Invalid({"active": said})
    if not SEES_ALL & set(form.roles):
        raise Invalid({"roles": said})


def hold(person_id: str, role: Role | None = None) -> bool:
    """Whether this is an active person, with the role if one is named, who stays that until the transaction ends."""
    held = Person.objects.select_for_update().filter(id__in=ids([person_id]), is_active=True)
    return any(role is None or role in person.roles for person in held)


def change_password(*, person_id: str, old: str, new: str) -> Person:
    """Choose another password; the old one is asked for."""
    person = Person.objects.get(id=person_id)
    if not person.check_password(old):
        raise Invalid({"old": _("That is not your password. Nothing was changed.")})
    if errors := weak(new, field="new"):
        raise Invalid(errors)
    person.set_password(new)
    person.save(update_fields=["password"])
    return person


def set_zone(*, person_id: str, zone: str) -> None:
    """Choose the zone in which somebody reads moments."""
    errors = _zoned(zone)
    if errors:
        raise Invalid(errors)
    Person.objects.filter(id=person_id).update(zone=zone)


def weak(password: str, *, field: str) -> dict[str, str]:
    """What is wrong with a password that somebody would choose."""
    short = len(password) < SHORTEST_PASSWORD
    return {field: _("Use at least %(count)s characters.") % {"count": SHORTEST_PASSWORD}} if short else {}


def _taken() -> str:
    return _("Somebody else has this e-mail address. Use another one, or change that person.")


def flaws_of_person(form: PersonForm) -> dict[str, str]:
    """What is wrong with a person as entered, whoever else there is."""
    errors = flaws_of_name(form.name) | _mailed(form.email, required=True) | _zoned(form.zone)
    return errors | flaws_of_texts(phone=(form.phone, LONGEST_PHONE))


def _check_person(form: PersonForm, person_id: str) -> None:
    errors = flaws_of_person(form)
    if "email" not in errors and Person.objects.filter(email__iexact=form.email.strip()).exclude(
        id=person_id or NOBODY
    ):
        errors["email"] = _taken()
    if form.password:
        errors |= weak(form.password, field="password")
    if errors:
        raise Invalid(errors)


def flaws_of_name(name: str) -> dict[str, str]:
    """What is wrong with what somebody or something is called."""
    if not name.strip():
        return {"name": _("Enter a name.")}
    return flaws_of_texts(name=(name, LONGEST_NAME))


def flaws_of_texts(**fields: tuple[str, int]) -> dict[str, str]:
    """The sentence for each field whose text is longer than what can be kept of it, or holds what nobody sees."""
    found = {}
    for field, (text, longest) in fields.items():
        if hidden := _HIDDEN.search(text):
            said = _("There is an invisible character in it (U+%(code)s). Type the text anew, without it.")
            found[field] = said % {"code": f"{ord(hidden.group()):04X}"}
        elif len(text.strip()) > longest:
            found[field] = _("At most %(count)s characters.") % {"count": longest}
    return found


def _mailed(email: str, *, required: bool) -> dict[str, str]:
    if not email.strip() and not required:
        return {}
    said = flaw_of_address(email)
    return {"email": said} if said else flaws_of_texts(email=(email, LONGEST_EMAIL))


def flaw_of_address(email: str) -> str:
    """What is wrong with an e-mail address; empty where letters to it arrive there and nowhere else."""
    try:
        validate_email(email.strip())
    except ValidationError:
        return _("Enter an e-mail address such as sana@example.org.")
    local, _at, domain = email.strip().rpartition("@")
    other = stands_for(domain)
    said = _("Letters to this address would go to %(address)s. Enter that one, or the right one.")
    return said % {"address": f"{local}@{other}"} if other else ""


def _zoned(zone: str) -> dict[str, str]:
    known = zone in zones()
    return {} if known else {"zone": _("Choose a time zone such as Europe/Berlin.")}


@dataclass(frozen=True, slots=True)
class ContactForm:
    """A customer's contact as entered; its language by its code or its name, of those that people speak."""

    name: str
    email: str = ""
    phone: str = ""
    language: str = "en"
    zone: str = "UTC"


def keep_contact(form: ContactForm, *, contact_id: str = "") -> Contact:
    """Add a contact (under this id), or change the one with this id; an erased one stays erased."""
    errors = flaws_of_name(form.name) | _mailed(form.email, required=False) | _zoned(form.zone)
    errors |= flaws_of_texts(phone=(form.phone, LONGEST_PHONE))
    language = code_of(form.language)
    if said := flaw_of_language(language):
        errors["language"] = said
    if errors:
        raise Invalid(errors)
    contact = Contact.objects.filter(id=contact_id or NOBODY).first()
    contact = contact or (Contact(id=contact_id) if contact_id else Contact())
    if contact.erased_at:
        raise Invalid({"name": _("This contact was erased. Add a new one.")})
    before, contact.name = contact.name, form.name.strip()
    contact.email, contact.phone = form.email.strip(), form.phone.strip()
    contact.language, contact.zone = language, form.zone
    contact.save()
    if before not in ("", contact.name):
        announce(ALL)
    return contact


def revoke_links(*, contact_id: str) -> None:
    """No link that this contact was sent opens any more."""
    Contact.objects.filter(id=contact_id).update(link_number=F("link_number") + 1)


def erase_contact(*, contact_id: str, at: datetime) -> None:
    """Empty what names the contact, and revoke its links; what happened stays."""
    Contact.objects.filter(id=contact_id, erased_at=None).update(
        name=_("Erased"), email="", phone="", erased_at=at, link_number=F("link_number") + 1,
        dead_email="", dead_at=None, why_dead="",
    )  # fmt: skip


def not_yours() -> Invalid:
    """What is raised where somebody would change an address that is not his, or not any more."""
    return Invalid({"": _("That is not one of your addresses any more. Nothing was changed.")})


def flaw_of_span(from_at: datetime, to_at: datetime) -> str:
    """What is wrong with a time that somebody gives; empty where it ends after it begins, and within a year."""
    if to_at <= from_at:
        return _("It must end after it begins, and later than now.")
    return _("A year is the longest. Choose a shorter time.") if to_at - from_at > LONGEST_SPAN else ""


def hold_registers() -> None:
    """Let nobody else import or change a person until the caller's transaction ends.

    Whoever does is waited for, but not for long: an import may take a minute. Raises `Busy`.
    """
    with connection.cursor() as cursor:
        cursor.execute(_WAIT_BRIEFLY, [HOLDS_WAIT])
        before = cursor.fetchone()
        try:
            Organisation.objects.select_for_update().first()
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise Busy from error
            raise
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", before[:1])


def hold_contacts(contact_ids: Iterable[str]) -> dict[UUID, Contact]:
    """Hold contacts as they are until the caller's transaction ends; whoever is erasing one is waited for."""
    wanted = ids(found for found in contact_ids if found)
    held = Contact.objects.raw(_HOLD, [wanted]) if wanted else ()
    return {contact.id: contact for contact in held}


def keep_organisation(*, name: str, zone: str, last_resort: str) -> None:
    """Change the organisation's name and zone, and who hears when nobody else can be found."""
    errors = flaws_of_name(name) | _zoned(zone)
    with transaction.atomic():
        hold_registers()  # whoever is just leaving has left, or is refused for being named here
        able = Person.objects.filter(id=last_resort or NOBODY, is_active=True, roles__overlap=sorted(SEES_ALL))
        if not able.exists():
            errors["last_resort"] = _("Choose an active coordinator, manager or administrator, who sees every case.")
        if errors:
            raise Invalid(errors)
        Organisation.objects.update(name=name.strip(), zone=zone, last_resort_id=last_resort)


@dataclass(frozen=True, slots=True)
class Founding:
    """What the first start asks for; the last-resort contact is the administrator unless another is named.

    `demo` says that all of it is made up; that is a fact of the organisation for as long as there is one.
    """

    organisation: str
    zone: str
    administrator: PersonForm
    last_resort_name: str = ""
    last_resort_email: str = ""
    demo: bool = False


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
            Organisation.objects.create(
                name=founding.organisation.strip(),
                zone=founding.zone,
                last_resort=last_resort,
                demo=Demo.LOADING if founding.demo else "",
            )
    except IntegrityError as error:
        raise Invalid({"organisation": _("The organisation was set up already. Sign in instead.")}) from error
    return administrator


def finish_demo() -> None:
    """All of the demo is there."""
    Organisation.objects.filter(demo=Demo.LOADING).update(demo=Demo.LOADED)


def _last_resort(founding: Founding) -> Person | None:
    if not founding.last_resort_email:
        return None
    form = PersonForm(founding.last_resort_name, founding.last_resort_email, roles=(Role.MANAGER,), zone=founding.zone)
    try:
        return keep_person(form)
    except Invalid as invalid:
        raise Invalid({f"last_resort_{field}": sentence for field, sentence in invalid.errors.items()}) from invalid
