"""Tables of the case row (the fold of its events, with the columns that lists need), its words and its alarms."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.lookups import PostgresOperatorLookup

from backline.calendars.models import CalendarVersion, Choice, Cover
from backline.core.words import OPEN_STATES, ClockName, Danger, Priority, State, Trigger
from backline.jobs.models import Customer, Job, Site
from backline.people.models import Contact, Person, Team
from backline.policies.models import PolicyVersion

_FILTERS = ("state", "priority", "team", "person", "danger", "reasons")


def _open_by(*columns: str, name: str) -> models.Index:
    """An order of the open cases, with what lists filter by: a filter that little fits reads no row in vain."""
    include = [one for one in _FILTERS if one not in columns]
    return models.Index(fields=[*columns, "id"], condition=Q(closed_at__isnull=True), include=include, name=name)


def reference(number: int) -> str:
    """What the case with this number is called."""
    return f"E-{number}"


class Case(models.Model):
    """One escalation; every column but `number` follows from `fold`, which follows from the events."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.BigIntegerField(unique=True)
    policy = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10)
    priority = models.CharField(max_length=2)
    tier = models.PositiveSmallIntegerField()
    danger = models.CharField(max_length=30)
    reasons = models.JSONField()
    summary = models.CharField(max_length=64, help_text="commitment of the text")
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+")
    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="+")
    contact = models.ForeignKey(Contact, null=True, on_delete=models.PROTECT, related_name="+")
    technician = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    team = models.ForeignKey(Team, null=True, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True, help_text="the earliest due moment of all that runs")
    closed_at = models.DateTimeField(null=True)
    head_seq = models.PositiveIntegerField()
    head_hash = models.BinaryField(max_length=32)
    recorded_at = models.DateTimeField()
    fold = models.JSONField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=sorted(State)), name="case_state_of_the_table"),
            models.CheckConstraint(condition=Q(priority__in=sorted(Priority)), name="case_priority_known"),
            models.CheckConstraint(
                condition=Q(due_at__isnull=False) | ~Q(state__in=sorted(OPEN_STATES)), name="open_case_is_due"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.ACCEPTED) | Q(person__isnull=False), name="accepted_case_has_an_owner"
            ),
            models.CheckConstraint(
                condition=~Q(state=State.OFFERED) | Q(team__isnull=False), name="offered_case_has_a_team"
            ),
        ]
        indexes = [
            _open_by("due_at", name="case_open_by_due"),
            _open_by("opened_at", name="case_open_by_opened"),
            _open_by("priority", "opened_at", name="case_open_by_priority"),
            _open_by("recorded_at", name="case_open_by_changed"),
            models.Index(fields=["opened_at", "id"], name="case_by_opened"),
            models.Index(fields=["priority", "opened_at", "id"], name="case_by_priority"),
            models.Index(fields=["recorded_at", "id"], name="case_by_changed"),
            models.Index(fields=["danger"], condition=~Q(danger=Danger.NONE), name="case_dangerous"),
            models.Index(
                fields=["danger", "due_at", "id"],
                condition=Q(closed_at__isnull=True) & ~Q(danger=Danger.NONE),
                include=["person", "state", "priority"],
                name="case_open_dangerous",
            ),
            models.Index(fields=["person", "state"], name="case_by_person"),
            models.Index(fields=["team", "state"], name="case_by_team"),
            models.Index(fields=["technician", "state"], name="case_by_technician"),
        ]

    def __str__(self) -> str:
        return reference(self.number)


@SearchVectorField.register_lookup
class Match(PostgresOperatorLookup):
    """Words that a condition in PostgreSQL's own language fits; `cases.words.condition` writes one."""

    lookup_name = "match"
    postgres_operator = "@@"


class Search(models.Model):
    """The words by which a case is found: of its texts and names, and marks of ours that begin with `=`."""

    case = models.OneToOneField(Case, primary_key=True, on_delete=models.CASCADE, related_name="search")
    open = models.BooleanField()
    words = SearchVectorField()

    class Meta:
        # The open ones, which are few and searched most, once more by themselves. The list of what is not yet sorted in
        # is kept short, for every search reads it through.
        indexes = [
            GinIndex(fields=["words"], condition=Q(open=True), gin_pending_list_limit=256, name="search_open_by_words"),
            GinIndex(fields=["words"], gin_pending_list_limit=256, name="search_by_words"),
        ]

    def __str__(self) -> str:
        return str(self.case_id)

    @property
    def lexemes(self) -> list[str]:
        """The words and marks, one by one: none of them holds a blank or a quote."""
        return str(self.words).replace("'", "").split()


class Word(models.Model):
    """A word that some case is found by, to look up what somebody meant who typed its beginning, or misspelled it.

    It may stand here twice: two who bring it at the same instant do not wait for each other.
    """

    word = models.CharField(max_length=30)

    class Meta:
        indexes = [
            models.Index(fields=["word"], opclasses=["text_pattern_ops"], name="word_by_word"),
            GinIndex(
                fields=["word"],
                opclasses=["gin_trgm_ops"],
                condition=~Q(word__regex="[0-9]"),
                name="word_by_likeness",
            ),
        ]

    def __str__(self) -> str:
        return self.word


class Renamed(models.Model):
    """Somebody or something that got another name, until the cases that name it are found by it.

    The database writes it down itself (triggers), whichever door the name came through; `done` is the last case so far.
    """

    kind = models.CharField(max_length=30, help_text="the table that it stands in")
    entry = models.UUIDField()
    done = models.UUIDField(null=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.entry}"


class Alarm(models.Model):
    """The moment at which somebody must look at one clock of a case again; derived, written with every change.

    From `whose` on stands what both moments follow from where calendars change, so that no event needs to be read; it
    is not said whose hours those are where somebody was told ahead of time, for then the case itself is read.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="alarms")
    clock = models.CharField(max_length=20, choices=[(name, name) for name in ClockName])
    subject = models.CharField(max_length=40, blank=True)
    generation = models.PositiveIntegerField()
    due_at = models.DateTimeField()
    look_at = models.DateTimeField()
    whose = models.CharField(max_length=10, null=True, help_text="in whose hours it counts")
    started_at = models.DateTimeField(null=True)
    pauses = ArrayField(models.BigIntegerField(), default=list, help_text="from and to, in microseconds since 1970")
    rung = models.SmallIntegerField(null=True, help_text="how far its climb has come")
    repeat = models.IntegerField(default=0)
    told_at = models.DateTimeField(null=True, help_text="when it told last")
    in_hours = models.BooleanField(default=False, help_text="the rung it waits for may count in somebody's hours")
    resumes_at = models.DateTimeField(null=True, help_text="when a pause of it reaches its limit")
    held_until = models.DateTimeField(null=True, help_text="when a rung that it holds must be looked at")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "clock", "subject"], name="alarm_one_a_clock")]
        indexes = [
            models.Index(fields=["look_at"], name="alarm_by_look"),
            models.Index(fields=["clock", "due_at"], name="alarm_by_due"),
            models.Index(fields=["case"], condition=models.Q(held_until__isnull=False), name="alarm_held"),
        ]

    def __str__(self) -> str:
        return f"{self.clock} {self.look_at:%Y-%m-%d %H:%M:%S}"


class FindingState(models.TextChoices):
    """What became of a finding."""

    SUGGESTED = "SUGGESTED"
    RAISED = "RAISED"
    ADDED = "ADDED"
    DISMISSED = "DISMISSED"


class Finding(models.Model):
    """What a trigger saw in the facts of a job, once; a suggested one is the coordinators' to judge until `due_at`.

    `case` is the one that it opened or was added to; `by` and `why` are of whoever judged it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+")
    trigger = models.CharField(max_length=20, choices=[(name, name) for name in Trigger])
    name = models.CharField(max_length=300, blank=True)
    facts = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=FindingState)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT, related_name="+")
    found_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    judged_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=64, blank=True)
    why = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["job", "trigger", "name"], name="finding_once"),
            models.CheckConstraint(
                condition=Q(due_at__isnull=False) | ~Q(state=FindingState.SUGGESTED), name="suggestion_is_due"
            ),
            models.CheckConstraint(
                condition=Q(case__isnull=False) | ~Q(state__in=[FindingState.RAISED, FindingState.ADDED]),
                name="finding_has_its_case",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at", "id"], condition=Q(state=FindingState.SUGGESTED), name="finding_suggested"),
        ]

    def __str__(self) -> str:
        return f"{self.trigger} {self.job_id} {self.state}"


class Recompute(models.Model):
    """A change of what clocks count in, until those of every open case that it concerns have their moments by it.

    The database writes it down itself (triggers), whichever door the change came through: another version of a calendar
    (but the first, which nobody can have chosen yet), another choice, other places of a contract, jobs that are at
    another place; none of them where all clocks are to be recomputed.
    """

    version = models.ForeignKey(CalendarVersion, null=True, on_delete=models.PROTECT, related_name="+")
    choice = models.ForeignKey(Choice, null=True, on_delete=models.PROTECT, related_name="+")
    cover = models.ForeignKey(Cover, null=True, on_delete=models.PROTECT, related_name="+", help_text="one of them")
    concerns = models.JSONField(null=True, help_text="ids of those whose hours may be others, by their kind")
    after = models.BigIntegerField(null=True, help_text="the transaction before which nobody may still be writing")
    cases = models.PositiveIntegerField(default=0, help_text="how many it concerns")
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(ended_at=None), name="recompute_waiting")]

    def __str__(self) -> str:
        return str(self.version or self.choice or self.cover or self.concerns or "")


class Was(models.Model):
    """Where a job that has cases was until a moment: by that its old rungs are judged, wherever it is now."""

    job = models.ForeignKey(Job, on_delete=models.CASCADE, related_name="+")
    asset = models.UUIDField(null=True)
    site = models.UUIDField()
    until_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.job_id} {self.until_at:%Y-%m-%d %H:%M:%S}"


class Portion(models.Model):
    """The cases of a recompute after one id and up to another, which one worker at a time goes through in their order.

    `done` is the last case so far, `left` are those before it that others held, `first` the clocks that moved first.
    """

    work = models.ForeignKey(Recompute, on_delete=models.CASCADE, related_name="portions")
    done = models.UUIDField()
    upto = models.UUIDField()
    looked = models.PositiveIntegerField(default=0, help_text="cases")
    moved = models.PositiveIntegerField(default=0, help_text="clocks")
    stuck = models.PositiveIntegerField(default=0, help_text="clocks whose calendar has too little working time")
    first = models.JSONField(default=list)
    left = models.JSONField(default=list)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(ended_at=None), name="portion_waiting")]

    def __str__(self) -> str:
        return f"{self.work} {self.done}"
