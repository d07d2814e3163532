"""The one error of calendars: what is wrong, as a code and values."""

from __future__ import annotations

from backline.core.words import CalendarFault


class CalendarRefused(ValueError):
    """A calendar that cannot be, or a question that it cannot answer; `details` are codes and values, no sentences."""

    def __init__(self, fault: CalendarFault, *details: object) -> None:
        self.fault = fault
        self.details = tuple(str(detail) for detail in details)
        super().__init__(f"{fault}{' ' if details else ''}{', '.join(self.details)}")
