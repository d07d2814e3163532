"""The table of evidence: what was taken in, from whom and when, and the hash under which its file lies."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from backline.evidence.words import EvidenceState, Kind


class Evidence(models.Model):
    """One photo or file as somebody sent it; it never changes, and belongs to a draft until its form became a case."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    case_id = models.UUIDField(null=True, blank=True)
    draft_key = models.CharField(max_length=100, help_text="groups the uploads of one form that was not sent yet")
    by_id = models.CharField(max_length=64)
    kind = models.CharField(max_length=10, choices=[(str(v), str(v)) for v in Kind])
    name = models.CharField(max_length=200, help_text="what the file was called, without its folders")
    sha256 = models.CharField(max_length=64, help_text="of the original, as it was sent")
    bytes = models.PositiveIntegerField()
    content_type = models.CharField(max_length=40, help_text="of a photo, what it is; of a file, what its sender says")
    taken_at = models.DateTimeField(null=True, blank=True, help_text="what the device said, where it named a zone")
    received_at = models.DateTimeField()
    attached_at = models.DateTimeField(null=True, blank=True)
    width = models.PositiveIntegerField(default=0, help_text="of a photo, as it is to be looked at; else 0")
    height = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=[(str(v), str(v)) for v in EvidenceState])

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="ATTACHED") ^ Q(case_id__isnull=True), name="evidence_of_a_case_is_attached"
            ),
            models.CheckConstraint(
                condition=Q(state__in=[str(v) for v in EvidenceState]), name="evidence_state_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["case_id", "received_at"], name="evidence_of_case", condition=Q(case_id__isnull=False)
            ),
            models.Index(fields=["draft_key", "by_id"], name="evidence_of_form"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.sha256[:12]} {self.state}"
