"""One line of another system, as values of ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backline.core.words import VisitResult


@dataclass(frozen=True, slots=True)
class Row:
    """One line of another system: a job, where it is, who does it and who is kept informed; people by their mail."""

    reference: str = ""
    title: str = ""
    opened_at: datetime | None = None
    promised_at: datetime | None = None
    done_at: datetime | None = None
    technician: str = ""
    customer: str = ""
    site: str = ""
    site_name: str = ""
    address: str = ""
    zone: str = "UTC"
    asset: str = ""
    asset_name: str = ""
    asset_type: str = ""
    asset_units: int | None = None
    asset_cost_an_hour: int | None = None
    contact_name: str = ""
    contact: str = ""
    fault_code: str = ""
    unsafe: bool | None = None
    breaks_rule: bool | None = None
    remark: str = ""
    rating: int | None = None
    part: str = ""
    part_at: datetime | None = None
    part_came_at: datetime | None = None
    reopened: int | None = None
    visit: str = ""
    visit_from_at: datetime | None = None
    visit_to_at: datetime | None = None
    visit_started_at: datetime | None = None
    visit_ended_at: datetime | None = None
    visit_result: VisitResult | None = None
    rescheduled: int | None = None
