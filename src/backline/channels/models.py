"""Tables of the outbox: notices, and the receipts of every attempt to send one."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from backline.channels.notices import EXPLAINED_STATES, LIVE_STATES, Audience, Channel, NoticeState, What

NOT_REACHED = Q(state=str(NoticeState.FAILED)) | Q(state=str(NoticeState.NOT_SENT), audience=str(Audience.CONTACT))
"""Somebody was meant to hear and did not; for staff, what was not sent at all stands in the climb's own event."""


class Notice(models.Model):
    """One message to one recipient by one channel, as it was or will be sent, or the reason why it was not.

    `next_try_at` is the moment at which a worker must look at a live notice: when it is due, or when the lease
    of the worker that is sending it ends. `held_at` says since when it is kept because no mail server is set up.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    effect_key = models.TextField()
    case_id = models.UUIDField(null=True, blank=True)
    kind = models.CharField(max_length=80)
    audience = models.CharField(max_length=10, choices=[(str(v), str(v)) for v in Audience])
    recipient_id = models.CharField(max_length=64, blank=True)
    recipient_name = models.TextField(blank=True)
    channel = models.CharField(max_length=10, choices=[(str(v), str(v)) for v in Channel])
    address = models.TextField(blank=True)
    address_stands = models.CharField(
        max_length=10, blank=True, default="", help_text="UNPROVED or DEAD where there was no better address"
    )
    language = models.CharField(max_length=10, default="en")
    subject = models.TextField(blank=True)
    body = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=[(str(v), str(v)) for v in NoticeState])
    why = models.TextField(blank=True)
    queued_at = models.DateTimeField()
    not_before = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    unknowns = models.PositiveIntegerField(default=0, help_text="attempts whose outcome nobody knows")
    next_try_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True, blank=True)
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
                fields=["next_try_at"],
                name="notice_due",
                condition=Q(state__in=[str(s) for s in LIVE_STATES], held_at__isnull=True),
            ),
            models.Index(
                fields=["queued_at"],
                name="notice_held",
                condition=Q(state=str(NoticeState.QUEUED), held_at__isnull=False),
            ),
            models.Index(
                fields=["case_id"],
                name="notice_live_of_case",
                condition=Q(state__in=[str(s) for s in LIVE_STATES]),
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
    """What became of one attempt to send a notice."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="receipts")
    at = models.DateTimeField()
    what = models.CharField(max_length=20, choices=[(str(v), str(v)) for v in What])
    detail = models.TextField(blank=True)
    message_id = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.notice_id} {self.what}"
