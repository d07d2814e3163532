"""Finds out whether anything refers to a row, in whatever table of whatever room."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import ManyToOneRel, Model

from backline.people.among import among_ids


def referred(model: type[Model], rows: Collection[UUID], *, besides: Collection[type[Model]] = ()) -> set[UUID]:
    """Those of the rows that a foreign key somewhere points to; tables `besides` do not count."""
    found: set[UUID] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.related_model not in besides:
            name = relation.field.name
            pointing = relation.related_model._base_manager.filter(**{f"{name}__in": among_ids(rows)})
            found.update(pointing.values_list(name, flat=True).distinct())
    return found
