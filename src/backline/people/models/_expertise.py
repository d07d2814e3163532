"""Tables of what persons can do, and of what work takes."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Lower

from backline.people.models._persons import Person, Team


class Skill(models.Model):
    """Something that some can do and others cannot, as this organisation calls it.

    One that is not active stays with whoever has it, and is given to nobody else.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(Lower("name"), name="skill_name")]

    def __str__(self) -> str:
        return self.name


class Ability(models.Model):
    """How well a person can do something, and from when until when that is certified; without a day always.

    The certificate itself is not kept, only the number by which it is found elsewhere.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="abilities")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField()
    certified = models.BooleanField(default=False)
    certificate = models.CharField(max_length=60, blank=True, help_text="the number of the certificate")
    certified_from = models.DateField(null=True, blank=True)
    certified_until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "skill"], name="ability_once"),
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=4), name="ability_level_1_to_4"),
            models.CheckConstraint(
                condition=models.Q(certified_from=None)
                | models.Q(certified_until=None)
                | models.Q(certified_from__lte=models.F("certified_until")),
                name="certificate_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.skill_id} {self.level}"


class Need(models.Model):
    """What work on a kind of asset, with a fault code, or suggested to a team takes; what is empty fits all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    asset_type = models.CharField(max_length=60, blank=True)
    fault_code = models.CharField(max_length=40, blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    skill = models.ForeignKey(Skill, on_delete=models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField()
    certified = models.BooleanField(default=False, help_text="whether a valid certificate is a must")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["asset_type", "fault_code", "team", "skill"], nulls_distinct=False, name="need_once"
            ),
            models.CheckConstraint(condition=models.Q(level__gte=1, level__lte=4), name="need_level_1_to_4"),
        ]

    def __str__(self) -> str:
        return f"{self.asset_type} {self.fault_code} {self.skill_id}"
