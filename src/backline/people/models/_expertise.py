"""Tables of what persons can do, and of what work takes."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models.functions import Lower

from backline.people.models._persons import Person


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
