"""The working hours that the demo's contracts count in: an office's with public holidays, and a hospital's."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from backline.calendars import choices, operations
from backline.calendars.operations import Plan
from backline.calendars.words import ChosenFor
from backline.core.calendar import Block, same_every_day
from backline.core.words import Actor
from backline.demo.cast import ZONE
from backline.demo.places import DAY_AND_NIGHT, IN_OFFICE_HOURS
from backline.demo.plan import DAYS
from backline.jobs import queries as jobs

HOUR = 60
OFFICE = same_every_day(Block(7 * HOUR, 18 * HOUR), days=range(5))
ALWAYS = same_every_day(Block(0, 24 * HOUR))


def agree(*, by: Actor, at: datetime) -> None:
    """Keep both calendars, and choose them for the customers whose contracts name them, before the first case."""
    began = at - timedelta(days=DAYS + 30)
    for plan, customers in (
        (Plan(_("Office hours"), ZONE, OFFICE, began.date(), country="DE", region="BE"), IN_OFFICE_HOURS),
        (Plan(_("Day and night"), ZONE, ALWAYS, began.date()), DAY_AND_NIGHT),
    ):
        kept = operations.keep(plan, by=by, at=began)
        for name in customers:
            [customer] = [one for one in jobs.find_customers(name, most=9) if one.name == name]
            choices.choose((ChosenFor.CUSTOMER, str(customer.id)), kept.calendar, by=by, at=began)
