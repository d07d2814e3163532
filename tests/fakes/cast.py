"""The cast: made once through the rooms' operations, and written again as they were for each house after that."""

from __future__ import annotations

import json
import pickle
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import connection

from backline.core.routing import RoutingRule
from backline.core.words import Role
from backline.jobs.models import Asset, Customer, FaultCode, Job, Site
from backline.people import operations as people
from backline.people.operations import ContactForm, Founding, PersonForm, TeamForm
from backline.policies import operations as policies

PASSWORD = "correct horse battery"
_REMEMBERED: dict[datetime, Remembered] = {}


@dataclass
class Cast:
    """Who is there before a story begins, and the two jobs that it is about."""

    persons: dict[str, Any]
    specialists: Any
    support: Any
    cleo: Any
    otto: Any
    job: Job
    otto_job: Job


def made(at: datetime) -> Cast:
    """The cast in an empty database."""
    persons = _persons()
    ids = {name: str(person.id) for name, person in persons.items()}
    specialists = people.keep_team(TeamForm("Lift specialists", 3, ids["lena"], (ids["sana"], ids["lena"])))
    support = people.keep_team(TeamForm("Lift support", 2, "", (ids["dora"],)))
    policies.keep_rule(RoutingRule(str(uuid4()), 10, str(specialists.id), asset_type="lift"))
    cleo = people.keep_contact(ContactForm("Cleo", "cleo@example.net", zone="Europe/Berlin"))
    otto = people.keep_contact(ContactForm("Otto", "otto@example.net"))
    job = job_at("Library", "LIB", cleo, technician=persons["tess"], at=at)
    otto_job = job_at("Museum", "MUS", otto, technician=persons["tess"], at=at)
    people.keep_skill("Gas")
    FaultCode.objects.create(code="E42", title="Door lock open", asset_type="lift")
    return Cast(persons, specialists, support, cleo, otto, job, otto_job)


def gathered(at: datetime) -> Cast:
    """The cast in an empty database; as they are remembered, where they were at home at that moment before."""
    known = _REMEMBERED.get(at)
    return known.again() if known else made(at)


def remember(at: datetime) -> None:
    """Have the cast of all houses that begin at this moment made, in an empty database that nobody else needs."""
    _REMEMBERED[at] = Remembered(at)


def _persons() -> dict[str, Any]:
    form = PersonForm("Ada", "ada@example.org", (Role.ADMINISTRATOR,), password=PASSWORD)
    persons: dict[str, Any] = {"ada": people.found(Founding("Lift Service", "Europe/Berlin", form))}
    for name, role in (
        ("tess", Role.TECHNICIAN), ("tom", Role.TECHNICIAN), ("carl", Role.COORDINATOR),
        ("sana", Role.SPECIALIST), ("dora", Role.SPECIALIST), ("lena", Role.SPECIALIST), ("max", Role.MANAGER),
    ):  # fmt: skip
        entered = PersonForm(name.title(), f"{name}@example.org", (role,), password=PASSWORD)
        persons[name] = people.keep_person(entered)
    return persons


def job_at(name: str, code: str, contact: Any, *, technician: Any, at: datetime) -> Job:
    """A job at a lift of a new customer, of whom the contact is kept informed."""
    customer = Customer.objects.create(reference=code, name=name)
    site = Site.objects.create(reference=f"{code}-1", customer=customer, name=f"{name} hall", address="1 High Street")
    site.contacts.add(contact)
    asset = Asset.objects.create(reference=f"{code}-L7", site=site, type="lift", name=f"Lift 7 {name}")
    return Job.objects.create(
        reference=f"{code}-J1", site=site, asset=asset, technician=technician, title="Lift stands still", opened_at=at
    )


class Remembered:
    """The cast as it was made in an empty database: its rows, and the values that a test holds in its hands."""

    def __init__(self, at: datetime) -> None:
        before = _rows()
        self._cast = pickle.dumps(made(at))
        rows = {table: found for table, found in _rows().items() if found != before[table]}
        assert not any(before[table] for table in rows), "the cast's tables were empty before"
        self._rows = json.dumps(rows)
        self._write = _write(rows)

    def again(self) -> Cast:
        """The same rows, by one statement instead of the ninety of their operations."""
        with connection.cursor() as cursor:
            cursor.execute(self._write, {"rows": self._rows})
        found: Cast = pickle.loads(self._cast)
        return found


def _rows() -> dict[str, Any]:
    """What stands in each table."""
    with connection.cursor() as cursor:
        rows = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT jsonb_agg(row) FROM "{table}" AS row')
            rows[table] = json.loads(cursor.fetchone()[0] or "null")
    return rows


def _write(tables: dict[str, Any]) -> str:
    """The statement that writes rows of these tables; what a table numbers itself it numbers again."""
    parts = []
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(
                "SELECT string_agg(quote_ident(column_name), ', ') FROM information_schema.columns"
                " WHERE table_schema = current_schema() AND table_name = %s AND is_identity = 'NO'",
                [table],
            )
            [columns] = cursor.fetchone()
            source = f"jsonb_populate_recordset(NULL::{table}, %(rows)s::jsonb -> '{table}')"
            parts.append(f"{table}_ AS (INSERT INTO {table} ({columns}) SELECT {columns} FROM {source})")
    return f"WITH {', '.join(parts)} SELECT"
