"""Technicians with a session and a job each, who raise cases by the form: three steps tried, no photo."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import Any

from django.apps import apps
from django.db import connection
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.test.utils import CaptureQueriesContext

from backline.cases.models import Case
from backline.config.clock import SystemClock
from backline.core.words import Role
from backline.jobs.models import Asset, Job, Site
from backline.people import operations as people
from backline.people.operations import ContactForm, PersonForm
from bench.counting import Reader
from bench.rush import Poster, Sender
from tests.fakes.clock import SettableClock
from tests.fakes.house import House

TOKEN = "b" * 32
KIND = MULTIPART_CONTENT
TEXTS = 11
"""What is wrong, three steps with tool and reading, what the customer said: each a text beside the event."""
_MISSING = """
SELECT number FROM cases_case c WHERE NOT (
  (SELECT array_agg(kind::text) FROM ledger_event WHERE case_id = c.id) = '{case.raised}'
  AND (SELECT count(*) FROM ledger_text WHERE case_id = c.id) = %s
  AND (SELECT count(*) FROM cases_alarm WHERE case_id = c.id) = 3
  AND EXISTS (SELECT 1 FROM cases_search WHERE case_id = c.id AND open AND words @@ 'coupling & mara'::tsquery)
  AND (SELECT array_agg(kind::text || state) FROM channels_notice n WHERE case_id = c.id AND audience = 'CONTACT')
    = '{customer.raisedQUEUED}')
"""


@dataclass(slots=True)
class Reports:
    """The technicians, by the address of their form; how often each report was answered as raised."""

    browsers: list[tuple[Reader, str]] = field(default_factory=list)
    numbers: Any = field(default_factory=lambda: count(1))
    answered: Counter[str] = field(default_factory=Counter)

    @classmethod
    def begun(cls, clients: int) -> Reports:
        """The house of the cast, and so many more technicians, each with a site and a customer of his own."""
        house, found = House(SettableClock(SystemClock().now())), cls()
        for number in range(clients):
            email = f"technician{number}@example.org"
            person = people.keep_person(PersonForm(f"Technician {number}", email, (Role.TECHNICIAN,)))
            contact = people.keep_contact(ContactForm(f"Mara {number}", f"mara{number}@example.net"))
            site = Site.objects.create(reference=f"S-{number}", customer=house.job.site.customer, name=f"Hall {number}")
            site.contacts.add(contact)
            asset = Asset.objects.create(reference=f"A-{number}", site=site, type="lift", name=f"Lift {number}")
            about = {"site": site, "asset": asset, "technician": person, "opened_at": house.clock.now()}
            job = Job.objects.create(reference=f"J-{number}", title="Lift stands still", **about)
            found.browsers.append((Reader.signed_in(email), f"/jobs/{job.id}/raise?sent"))
        return found

    def form(self) -> bytes:
        """A report as a browser sends it, with a key and a number of its own: each of a job is another trouble."""
        number = next(self.numbers)
        said: dict[str, Any] = {
            "csrfmiddlewaretoken": TOKEN,
            "key": f"bench-{number}",
            "danger": "NONE",
            "summary": f"Lift {number} stands still: the coupling of the door slips",
            "reasons": ["UNRESOLVED_ON_SITE"],
            "impact": "HIGH",
            "urgency": "MEDIUM",
            "another": "on",
            "do": "raise",
            "words": f"It shook before it stopped, said caller {number}",
            "notes": "",
            "tags": "",
            "fault_codes": "E42",
        }
        for row, action in enumerate(("Reset the controller", "Cleaned the door track", "Measured the coil")):
            said |= {f"step-{row}-action": f"{action}, try {number}", f"step-{row}-result": "NO_EFFECT"}
            said |= {f"step-{row}-tool": "Meter", f"step-{row}-reading": f"{number % 50} V", f"step-{row}-minutes": "5"}
        return encode_multipart(BOUNDARY, said)

    def senders(self, port: int) -> list[Sender]:
        """Each technician, ready to raise case after case."""
        cookies = [f"sessionid={reader.session}; csrftoken={TOKEN}" for reader, _place in self.browsers]
        return [
            partial(self._raise, Poster(port, cookie), place)
            for cookie, (_reader, place) in zip(cookies, self.browsers, strict=True)
        ]

    def _raise(self, poster: Poster, place: str) -> None:
        self.answered[poster.post(place, KIND, self.form()).rpartition("/")[2]] += 1

    def cost(self) -> tuple[int, int]:
        """How many queries one report costs and how many rows it adds, the second time, when what stays is known."""
        reader, place = self.browsers[0]
        for _time in range(2):
            before = _rows()
            with CaptureQueriesContext(connection) as found:
                answer = reader.browser.generic("POST", place, self.form(), KIND)
            assert answer.status_code == 302, answer.content
            self.answered[answer.headers["Location"].rpartition("/")[2]] += 1
        return len(found), _rows() - before

    def verify(self) -> int:
        """Stop where a report that was answered is no case with all that belongs to it; how many are."""
        known = {str(one) for one in Case.objects.values_list("id", flat=True)}
        assert known == {*self.answered}, f"{len(known)} cases of {len(self.answered)} reports"
        assert set(self.answered.values()) == {1}, "one case was the answer to two reports"
        with connection.cursor() as cursor:
            cursor.execute(_MISSING, [TEXTS])
            missing = cursor.fetchall()
        assert not missing, f"{len(missing)} cases lack something, such as E-{missing[0][0]}"
        return len(known)


def _rows() -> int:
    return sum(model._base_manager.count() for model in apps.get_models(include_auto_created=True))
