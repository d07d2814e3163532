"""Rows like others, written by the thousand: whatever columns a table has, all but those that are told apart."""

from __future__ import annotations

from django.db.models import AutoField, Model


def copied(model: type[Model], source: str, **otherwise: str) -> str:
    """A statement that inserts a row of this table for each of a source, with other values in these columns."""
    fields = [one for one in model._meta.concrete_fields if not isinstance(one, AutoField)]
    table, columns = model._meta.db_table, [one.column for one in fields]
    values = ", ".join(otherwise.get(one, f"{table}.{one}") for one in columns)
    return " ".join(("INSERT INTO", table, "(", ", ".join(columns), ") SELECT", values, "FROM", source))
