"""Erasing a contact: texts go from contact, ledger, outbox and search alike; what happened stays."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from backline.cases.models import Case as Row
from backline.cases.operations._found import forget, remake
from backline.channels import operations as channels
from backline.core.case import Case
from backline.core.values import decode
from backline.jobs import operations as jobs
from backline.ledger import operations as ledger
from backline.ledger import queries as ledger_queries
from backline.people import operations as people


def erase_contact(contact_id: str, *, at: datetime) -> int:
    """Erase a contact and every text said by or to it; the number of texts erased."""
    with transaction.atomic():
        jobs.forget_remarks(contact_id=contact_id)
        people.erase_contact(contact_id=contact_id, at=at)
        channels.forget(recipient_id=contact_id, at=at)
        for case_id, text in ledger_queries.said_by(contact_id):
            channels.strike(case_id=case_id, text=text)
        erased = ledger.erase(subject=contact_id, at=at)
        _find_no_more(contact_id)
        return erased


def _find_no_more(contact_id: str) -> None:
    """No case is found any more by the contact's name, nor by what was said by or to it."""
    about = Q(contact_id=contact_id) | Q(id__in=ledger_queries.cases_with(contact_id))
    rows = list(Row.objects.select_related("job__site__customer", "job__asset").filter(about))
    forget(remake(rows, {str(row.id): decode(Case, row.fold) for row in rows}))
