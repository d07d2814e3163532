"""Tables of on-call: planned shifts, what is agreed beside them, who is away, and rosters from and for elsewhere."""

from __future__ import annotations

import uuid
from enum import StrEnum

from django.db import models

from backline.people.models._persons import Person, Team


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


class ShiftNews(models.Model):
    """What one person is still to hear of shifts that moved; found when they did, and taken away when told."""

    said = models.JSONField()

    def __str__(self) -> str:
        return str(self.id)


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
