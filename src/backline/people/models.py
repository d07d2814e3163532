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
    sign_in_number = models.PositiveIntegerField(default=1, help_text="counting it up ends every session there is")

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]
    objects = PersonManager()

    class Meta:
        constraints = [models.UniqueConstraint(Lower("email"), name="person_email_once")]

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
    """A customer's person, whom Backline keeps informed; never signs in, but holds signed links."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=10, default="en")
    zone = models.CharField(max_length=64, default="UTC")
    link_number = models.PositiveIntegerField(default=1, help_text="counting it up revokes every link sent so far")
    erased_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


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


class ScheduleVersion(models.Model):
    """What the on-call schedule of a team is from a moment on: the core's layers, the first that has somebody counts.

    Versions are only ever added; without layers the team has no schedule from then on.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveIntegerField()
    layers = models.JSONField(default=list)
    effective_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    made_by = models.CharField(max_length=64, blank=True)

    class Meta:
        """Versions are numbered in the order of saving."""

        constraints = [models.UniqueConstraint(fields=["team", "number"], name="schedule_version")]

    def __str__(self) -> str:
        return f"{self.team_id} {self.number}"


class Agreement(models.Model):
    """That somebody is on call for a team in a span, for everybody or in one person's place.

    Ending it early moves its end; what was never to begin any more is taken away.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    instead_of = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(from_at__lte=models.F("to_at")), name="agreement_in_order"),
            models.CheckConstraint(
                condition=~models.Q(person=models.F("instead_of")), name="agreement_is_with_somebody_else"
            ),
        ]
        indexes = [models.Index(fields=["team", "to_at"], name="agreement_by_team")]

    def __str__(self) -> str:
        return f"{self.person_id} for {self.team_id}"


class Absence(models.Model):
    """That a person is not there from one moment to another; without an end until somebody says so."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(to_at=None) | models.Q(from_at__lte=models.F("to_at")), name="absence_in_order"
            ),
        ]
        indexes = [models.Index(fields=["person", "to_at"], name="absence_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} away"


class SwapAnswer(StrEnum):
    """What became of a swap that somebody asked for; empty as long as nobody answered."""

    TAKEN = "TAKEN"
    DECLINED = "DECLINED"
    WITHDRAWN = "WITHDRAWN"


class SwapAsked(models.Model):
    """Somebody asks a colleague, or whoever of the team would, to take a shift; perhaps for another one in return."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    asker = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    back_from = models.DateTimeField(null=True)
    back_to = models.DateTimeField(null=True)
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=10, blank=True, choices=[(value, value) for value in SwapAnswer])
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(from_at__lt=models.F("to_at")), name="swap_in_order"),
            models.CheckConstraint(condition=~models.Q(asker=models.F("asked")), name="swap_is_with_somebody_else"),
        ]
        indexes = [models.Index(fields=["team", "to_at"], name="swap_by_team")]

    def __str__(self) -> str:
        return f"{self.asker_id} {self.from_at:%Y-%m-%d}"


class Skill(models.Model):
    """Something that some can do and others cannot, as this organisation calls it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="skill_name")]

    def __str__(self) -> str:
        return self.name


class Ability(models.Model):
    """How well a person can do something, and until when that is certified; certified without a day for good."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="abilities")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField()
    certified = models.BooleanField(default=False)
    certified_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "skill"], name="ability_once"),
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=4), name="ability_level_1_to_4"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.skill_id} {self.level}"


class Need(models.Model):
    """What work on a kind of asset, or with a fault code, takes; what is empty fits all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asset_type = models.CharField(max_length=60, blank=True)
    fault_code = models.CharField(max_length=40, blank=True)
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField()
    certified = models.BooleanField(default=False, help_text="whether a valid certificate is a must")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["asset_type", "fault_code", "skill"], name="need_once"),
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=4), name="need_level_1_to_4"),
        ]

    def __str__(self) -> str:
        return f"{self.asset_type} {self.fault_code} {self.skill_id}"


class ShiftFeed(models.Model):
    """That somebody's own calendar reads his shifts, or all of a team; the key makes the address, which is secret.

    Another key is another address; without the row there is none.
    """

    key = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "team"], nulls_distinct=False, name="shift_feed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.team_id or 'own'}"


class Roster(models.Model):
    """Where the shifts of a team are planned if that is elsewhere, and how it went when they were read the last time.

    Without an address they came in a file, once. `names` says who is meant where the names themselves do not.
    """

    team = models.OneToOneField(Team, primary_key=True, on_delete=models.CASCADE, related_name="+")
    zone = models.CharField(max_length=64)
    address = models.CharField(max_length=2000, blank=True)
    names = models.JSONField(default=dict)
    read_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True, db_index=True)
    fault = models.TextField(blank=True)
    unread = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.team_id} {self.address}"


class RosterShift(models.Model):
    """A shift as a roster has it: under which name, and who is meant; nobody where that is not known.

    Another reading takes the place of what is ahead; what has been stays.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    called = models.CharField(max_length=200)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(from_at__lt=models.F("to_at")), name="roster_shift_in_order"),
        ]
        indexes = [models.Index(fields=["team", "to_at"], name="roster_shift_by_team")]

    def __str__(self) -> str:
        return f"{self.called} {self.from_at:%Y-%m-%d}"
