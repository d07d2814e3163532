"""Tables of where people of the organisation are reached: their addresses, the codes that prove them, tests of all."""

from __future__ import annotations

import uuid
from enum import StrEnum

from django.db import models
from django.db.models import Q

from backline.people.models._persons import Person


class AddressKind(StrEnum):
    """What an address is; a landline takes calls alone, and of the last ones only a part is shown to anybody.

    To push to is to show a message in a browser.
    """

    EMAIL = "EMAIL"
    MOBILE = "MOBILE"
    LANDLINE = "LANDLINE"
    WEBHOOK = "WEBHOOK"
    CHAT = "CHAT"
    PUSH = "PUSH"


class Address(models.Model):
    """Where somebody can be reached, in the order of his choice: the address that he signs in with is one of them.

    It is proved by whoever got what was sent there, and dead from when a server said that nobody is there until it is
    proved again.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=[(kind, kind) for kind in AddressKind])
    value = models.CharField(
        max_length=254,
        help_text="in small letters, a number as +4930123456, a browser by what it is called; else what is shown",
    )
    sealed = models.TextField(blank=True, default="", help_text="what its channel alone can read")
    place = models.PositiveSmallIntegerField(default=0)
    proved_at = models.DateTimeField(null=True)
    dead_at = models.DateTimeField(null=True)
    why_dead = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "value"], name="address_once")]
        indexes = [models.Index(fields=["dead_at"], name="address_dead", condition=Q(dead_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind}"


class Browser(models.Model):
    """That a browser is one person's: whoever has messages pushed to it last.

    What it gave stands sealed with his address; where nothing is sealed any more, nothing reaches it.
    """

    address = models.OneToOneField(Address, on_delete=models.CASCADE, related_name="browser")
    mark = models.CharField(
        max_length=64, unique=True, help_text="of where its messages go, which stands sealed with the address"
    )

    def __str__(self) -> str:
        return f"{self.address_id}"


class AddressCode(models.Model):
    """A code that was sent to somebody's address; the newest counts, and what is kept of it cannot be read back.

    It outlives the address, so that taking that away and adding it again sends no more codes than are allowed.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    value = models.CharField(max_length=254)
    mark = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["person", "made_at"], name="code_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.made_at:%Y-%m-%d %H:%M}"


class ChainTest(models.Model):
    """That somebody had a test letter sent to all of his addresses."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["person", "made_at"], name="chain_test_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.made_at:%Y-%m-%d %H:%M}"


class ChainHeard(models.Model):
    """That what a test sent to an address arrived: somebody said so by the link in it."""

    test = models.ForeignKey(ChainTest, on_delete=models.CASCADE, related_name="heard")
    address = models.ForeignKey(Address, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["test", "address"], name="chain_heard_once")]

    def __str__(self) -> str:
        return f"{self.test_id} {self.address_id}"
