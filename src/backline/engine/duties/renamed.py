"""Has cases found by the new name of what was renamed."""

from __future__ import annotations

from datetime import datetime

from backline.cases import operations as cases


class Renamed:
    """The duty that hears of new names."""

    NAME = "renamed"
    EVERY = 5.0

    def run(self, _at: datetime) -> int:
        """Look after one batch; the number of cases."""
        return cases.find_renamed()
