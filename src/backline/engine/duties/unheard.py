"""Carries to their cases the notices that reached nobody; one that cannot be carried never stops the others."""

from __future__ import annotations

import logging
from datetime import datetime

from backline.cases import operations as cases
from backline.channels import queries as channels

log = logging.getLogger(__name__)
BATCH = 100


class Unheard:
    """The duty that hears of silence."""

    NAME = "unheard"
    EVERY = 2.0

    def run(self, at: datetime) -> int:
        """Carry up to a batch; the number carried."""
        done = 0
        for notice in channels.unreported_failures(limit=BATCH):
            try:
                cases.not_reached(notice, at=at)
            except Exception:
                log.exception("that notice %s reached nobody could not be written on its case", notice.id)
            else:
                done += 1
        return done
