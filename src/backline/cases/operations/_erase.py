"""Erasing a contact: texts go from contact, ledger and outbox alike; what happened stays."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backline.channels import operations as channels
from backline.ledger import operations as ledger
from backline.ledger import queries as ledger_queries
from backline.people import operations as people


def erase_contact(contact_id: str, *, at: datetime) -> int:
    """Erase a contact and every text said by or to it; the number of texts erased."""
    with transaction.atomic():
        people.erase_contact(contact_id=contact_id, at=at)
        channels.forget(recipient_id=contact_id, at=at)
        for case_id, text in ledger_queries.said_by(contact_id):
            channels.strike(case_id=case_id, text=text)
        return ledger.erase(subject=contact_id, at=at)
