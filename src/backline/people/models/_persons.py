"""Tables of persons, teams, the customers' contacts and the one organisation."""

from __future__ import annotations

import uuid
from enum import StrEnum
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac

from backline.core.words import Role


class PersonManager(BaseUserManager["Person"]):
    """Finds persons, by their e-mail address when they sign in."""


class Person(AbstractBaseUser):
    """Somebody of the service organisation, who may sign in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254, unique=True)
    phone = models.CharField(max_length=40, blank=True)
    roles = ArrayField(models.CharField(max_length=20, choices=[(role, role) for role in Role]), default=list)
    language = models.CharField(max_length=10, default="en")
    zone = models.CharField(max_length=64, default="UTC")
    is_active = models.BooleanField(default=True)
    languages = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    territories = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    cap = models.PositiveSmallIntegerField(
        default=0, help_text="how many open cases at once are enough; 0 for no limit"
    )
    quiet_from = models.PositiveSmallIntegerField(
        null=True, help_text="in minutes of his clock; letters that can wait do"
    )
    quiet_to = models.PositiveSmallIntegerField(null=True)
    sign_in_number = models.PositiveIntegerField(default=1, help_text="counting it up ends every session there is")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = PersonManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="person_email_once"),
            models.CheckConstraint(
                condition=models.Q(quiet_from=None, quiet_to=None)
                | models.Q(quiet_from__isnull=False, quiet_to__isnull=False, quiet_from__lt=1440, quiet_to__lt=1440),
                name="person_quiet_hours",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session is bound to: the password, as Django has it, and the number."""
        bound = f"{self.sign_in_number}:{self.password}"
        return salted_hmac("backline.session", bound, secret=secret, algorithm="sha256").hexdigest()


class Team(models.Model):
    """People who take cases together, at one tier: 1 field, 2 support, 3 specialists, 4 engineering or vendor."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200, unique=True)
    tier = models.PositiveSmallIntegerField()
    lead = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="leads")
    cap = models.PositiveSmallIntegerField(
        default=0,
        help_text="how many open cases at once are enough for members without a cap of their own",
    )
    members = models.ManyToManyField(Person, blank=True, related_name="teams")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(tier__gte=1, tier__lte=4), name="team_tier_1_to_4"),
        ]

    def __str__(self) -> str:
        return self.name


class Deputy(models.Model):
    """That somebody decides reviews in a manager's place, from one moment to another; ending it early moves its end."""

    manager = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    named_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(manager=models.F("person")), name="deputy_is_somebody_else"),
            models.CheckConstraint(condition=models.Q(from_at__lte=models.F("to_at")), name="deputy_in_order"),
        ]
        indexes = [models.Index(fields=["person", "to_at"], name="deputy_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.manager_id}"


class Contact(models.Model):
    """A customer's person, whom Backline keeps informed; never signs in, but holds signed links.

    Where a server said that nobody is at an address of his, that address is kept: another one is not dead by it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10, default="en")
    zone = models.CharField(max_length=64, default="UTC")
    link_number = models.PositiveIntegerField(default=1, help_text="counting it up revokes every link sent so far")
    erased_at = models.DateTimeField(null=True, blank=True)
    dead_email = models.CharField(
        max_length=254, blank=True, default="", db_index=True,
        help_text="the address of his, in small letters, at which nobody is",
    )  # fmt: skip
    dead_at = models.DateTimeField(null=True, blank=True)
    why_dead = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return self.name

    @property
    def is_dead(self) -> bool:
        """Whether nobody is at the address that he has now."""
        return bool(self.email) and self.email.lower() == self.dead_email


class Demo(StrEnum):
    """How far a made-up organisation is; empty for a real one."""

    LOADING = "LOADING"
    LOADED = "LOADED"


class Organisation(models.Model):
    """The one service organisation of this database, and who hears when nobody else can be found."""

    only = models.BooleanField(primary_key=True, default=True, editable=False)
    name = models.CharField(max_length=200)
    zone = models.CharField(max_length=64)
    last_resort = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    demo = models.CharField(
        max_length=10,
        blank=True,
        choices=[(value, value) for value in Demo],
        help_text="how far it is made up to try Backline with: nothing leaves it",
    )

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="organisation_is_one")]

    def __str__(self) -> str:
        return self.name
