"""Tables of the outbox: notices, and the receipts of every attempt to send one; and of the mails that come in."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from backline.channels.mails import KINDS
from backline.channels.notices import EXPLAINED_STATES, LIVE_STATES, Audience, Channel, NoticeState, What

CHANNELS = [(str(v), str(v)) for v in Channel]

NOT_REACHED = Q(state=str(NoticeState.FAILED)) | Q(state=str(NoticeState.NOT_SENT), audience=str(Audience.CONTACT))
"""Somebody was meant to hear and did not; for staff, what was not sent at all stands in the climb's own event."""


class Notice(models.Model):
    """One message to one recipient by one channel, as it was or will be sent, or the reason why it was not.

    `next_try_at` is the moment at which a worker must look at a live notice: when it is due, or when the lease
    of the worker that is sending it ends. `held_at` says since when it is kept because nothing can leave. Where it goes
    now is its `way`, counted from 0: by which channel to which address. What is urgent goes another way unless somebody
    says until `receipt_by` that it arrived.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    effect_key = models.TextField()
    case_id = models.UUIDField(null=True, blank=True)
    kind = models.CharField(max_length=80)
    audience = models.CharField(max_length=10, choices=[(str(v), str(v)) for v in Audience])
    recipient_id = models.CharField(max_length=64, blank=True)
    recipient_name = models.TextField(blank=True)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    address = models.TextField(blank=True)
    way = models.PositiveSmallIntegerField(default=0)
    address_stands = models.CharField(
        max_length=10, blank=True, default="", help_text="UNPROVED or DEAD where there was no better address"
    )
    language = models.CharField(max_length=10, default="en")
    subject = models.TextField(blank=True)
    body = models.TextField(blank=True)
    short = models.TextField(blank=True, default="")
    about = models.TextField(blank=True, default="")
    answers = models.TextField(blank=True, default="", help_text="shown to its reader alone")
    urgent = models.BooleanField(default=False)
    can_wait = models.BooleanField(default=False, help_text="goes in one letter with others that can wait")
    within = models.UUIDField(null=True, blank=True, help_text="the letter that holds it with others")
    state = models.CharField(max_length=10, choices=[(str(v), str(v)) for v in NoticeState])
    why = models.TextField(blank=True)
    queued_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    unknowns = models.PositiveIntegerField(default=0, help_text="attempts whose outcome nobody knows")
    next_try_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
    receipt_by = models.DateTimeField(null=True, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    unwanted = models.TextField(blank=True, help_text="why it must not be repeated, said while it was being sent")
    settled_at = models.DateTimeField(null=True, blank=True)
    reported_at = models.DateTimeField(null=True, blank=True, help_text="when its failure was told to the case")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["effect_key"], name="effect_happens_once"),
            models.CheckConstraint(condition=Q(state__in=[str(s) for s in NoticeState]), name="notice_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=[str(s) for s in EXPLAINED_STATES]) | ~Q(why=""),
                name="notice_not_sent_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(s) for s in LIVE_STATES]) ^ Q(settled_at__isnull=False),
                name="notice_is_live_or_settled",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-urgent", "next_try_at"],
                name="notice_due",
                condition=Q(state__in=[str(s) for s in LIVE_STATES], held_at__isnull=True),
            ),
            models.Index(
                fields=["receipt_by"],
                name="notice_unanswered",
                condition=Q(receipt_by__isnull=False),
            ),
            models.Index(
                fields=["recipient_id", "settled_at"],
                name="notice_can_wait",
                condition=Q(can_wait=True),
            ),
            models.Index(
                fields=["within"],
                name="notice_within",
                condition=Q(within__isnull=False),
            ),
            models.Index(
                fields=["queued_at"],
                name="notice_held",
                condition=Q(state=str(NoticeState.QUEUED), held_at__isnull=False),
            ),
            models.Index(
                fields=["case_id"],
                name="notice_live_of_case",
                condition=Q(state__in=[str(s) for s in LIVE_STATES]) | Q(receipt_by__isnull=False),
            ),
            models.Index(
                fields=["settled_at"],
                name="notice_failed_unreported",
                condition=NOT_REACHED & Q(reported_at__isnull=True),
            ),
            models.Index(fields=["-queued_at", "-id"], name="notice_newest"),
            models.Index(
                fields=["recipient_id", "queued_at"],
                name="rung_of_person",
                condition=Q(kind__startswith="rung."),
            ),
            models.Index(fields=["case_id", "-queued_at", "-id"], name="notice_of_case_newest"),
            models.Index(fields=["state", "-queued_at", "-id"], name="notice_of_state_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.recipient_name or self.recipient_id} {self.state}"


class Receipt(models.Model):
    """What became of one attempt to send a notice, or what the provider said of it later; by which way it went."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="receipts")
    at = models.DateTimeField()
    what = models.CharField(max_length=20, choices=[(str(v), str(v)) for v in What])
    detail = models.TextField(blank=True)
    message_id = models.CharField(max_length=200, blank=True)
    way = models.PositiveSmallIntegerField(default=0)
    channel = models.CharField(max_length=10, choices=CHANNELS, default=str(Channel.EMAIL))
    address = models.TextField(blank=True, default="")
    gone = models.BooleanField(default=False, help_text="the other side says that nobody is at that address")

    class Meta:
        indexes = [models.Index(fields=["channel", "at", "id"], name="receipt_by_channel")]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.what}"


class Setup(models.Model):
    """How a channel is set up: what everybody who may may read, and what is sealed."""

    channel = models.CharField(primary_key=True, max_length=10, choices=CHANNELS)
    is_on = models.BooleanField(default=False)
    settings = models.JSONField(default=dict)
    sealed = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.channel} {'on' if self.is_on else 'off'}"


class Pause(models.Model):
    """A time in which nothing leaves this installation, by somebody's choice; one without an end is going on."""

    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=64)
    why = models.TextField()
    ended_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["to_at"], name="one_pause_at_a_time", nulls_distinct=False, condition=Q(to_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_at} to {self.to_at}"


class Received(models.Model):
    """One mail that came in, or a text that led to nothing: what it was taken for, what was done or why nothing was.

    `key` is the same for the same mail, through whichever door it comes again. Its words stand here only where no case
    took them; and the whole of it, where a part was taken for a quote or a signature.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=[(v, v) for v in KINDS])
    sender = models.TextField(blank=True)
    sender_name = models.TextField(blank=True)
    sender_id = models.CharField(max_length=64, blank=True, help_text="who of ours or a customer's has the address")
    subject = models.TextField(blank=True)
    text = models.TextField(blank=True)
    whole = models.TextField(blank=True, default="")
    case_id = models.UUIDField(null=True, blank=True)
    acted = models.BooleanField(default=False)
    said = models.TextField(help_text="what was done, or why nothing was")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(said=""), name="received_says_what_was_done")]
        indexes = [
            models.Index(fields=["-at", "-id"], name="received_newest"),
            models.Index(fields=["kind", "-at", "-id"], name="received_of_kind_newest"),
            models.Index(fields=["sender_id"], name="received_of_sender", condition=~Q(sender_id="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at}"


class Mailbox(models.Model):
    """How far a box was read, when it last was, and what the last trouble with it was.

    The numbers of its mails count for as long as its `validity` stays.
    """

    place = models.TextField(primary_key=True)
    validity = models.PositiveBigIntegerField(default=0)
    upto = models.PositiveBigIntegerField(default=0)
    read_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)
    trouble_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.place} up to {self.upto}"
