"""Tables of the engine: when each duty last ran, and the cases that a look cannot get through."""

from __future__ import annotations

from django.db import models


class Beat(models.Model):
    """The last run of one duty, and by when it should have come back from the next one.

    What it says is the health page and the answer of /healthz.
    """

    duty = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField(null=True)
    next_by = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)
    error_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.duty} {self.at}"


class Process(models.Model):
    """One worker or auditor: on which host it runs, as which process, since when, and when it was last heard."""

    id = models.UUIDField(primary_key=True)
    what = models.CharField(max_length=20)
    host = models.CharField(max_length=255)
    number = models.PositiveIntegerField()
    since = models.DateTimeField()
    heard_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.what} {self.host} {self.number}"


class Sick(models.Model):
    """A case that could not be looked at, why, and when it is tried again; the others go on.

    It is left alone until then, while `seq` is its last event and nothing rings of it but what did at `tried_at`.
    """

    case_id = models.UUIDField(primary_key=True)
    reason = models.TextField()
    tries = models.PositiveIntegerField(default=1)
    seq = models.PositiveIntegerField()
    tried_at = models.DateTimeField()
    retry_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id} {self.reason}"


class Audited(models.Model):
    """One case as the auditor left it: up to which event, the end of its chain, and when it looks again unasked.

    `expected` counts the effects that there should be by then, `returns` how often a team got the case again.
    """

    case_id = models.UUIDField(primary_key=True)
    seq = models.PositiveIntegerField()
    head = models.BinaryField(max_length=32)
    goes_on = models.BooleanField()
    next_at = models.DateTimeField(null=True)
    expected = models.PositiveIntegerField()
    returns = models.PositiveIntegerField()

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=models.Q(goes_on=True), name="audited_next"),
            models.Index(fields=["returns"], condition=models.Q(goes_on=True, returns__gt=0), name="audited_returns"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} #{self.seq}"


class Finding(models.Model):
    """Something that an audit found about a case; it goes when the case is audited again and it is so no more."""

    case_id = models.UUIDField()
    what = models.CharField(max_length=10)
    effect = models.TextField()
    at = models.DateTimeField(help_text="when it should have been, or was")
    still = models.BooleanField(help_text="whether it could be mended yet: somebody waits")
    seconds = models.PositiveIntegerField(help_text="how late it came")
    found_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case_id", "what", "effect"], name="found_once")]
        indexes = [models.Index(fields=["what", "-at", "-id"], name="finding_newest")]

    def __str__(self) -> str:
        return f"{self.what} {self.effect}"


class AskedSince(models.Model):
    """Since when the auditor asks for what it did not ask for at first: what is older is not held against it."""

    what = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.what} since {self.at}"


class Pass(models.Model):
    """One pass of the auditor: its figures, and what became of its heartbeat.

    `upto` is the last case of those that are read again whatever happens, `whole_at` when all of them last were.
    """

    at = models.DateTimeField()
    looked = models.PositiveIntegerField(help_text="cases read")
    cases = models.PositiveBigIntegerField(help_text="cases known")
    expected = models.PositiveBigIntegerField()
    lost = models.PositiveIntegerField()
    waiting = models.PositiveIntegerField(help_text="of the lost, those that could be mended yet")
    doubled = models.PositiveIntegerField()
    early = models.PositiveIntegerField()
    silent = models.PositiveIntegerField()
    overdue = models.PositiveIntegerField()
    broken = models.PositiveIntegerField()
    late = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    upto = models.UUIDField()
    whole_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    why = models.TextField(blank=True, help_text="why no heartbeat was sent")

    class Meta:
        indexes = [models.Index(fields=["at"], name="pass_by_moment")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} lost: {self.lost} of {self.expected}"

    @property
    def well(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.lost or self.doubled or self.early or self.broken or self.silence)

    @property
    def silence(self) -> int:
        """How much waits for somebody who does not come; a case that cannot be judged may be such a one."""
        return self.waiting + self.silent + self.overdue + self.broken
