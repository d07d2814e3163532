"""What is kept at the desk itself: hand-overs of the shift, lists that were imported, and saved views."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backline.core.words import Actor, Role
from backline.desk.models import HandOver, Import, Opening, View
from backline.ledger.news import ALL, announce
from backline.people.operations import Invalid

SHARES = (Role.COORDINATOR, Role.MANAGER)
MOST = 200

LOOKED_AT_FOR = timedelta(hours=1)
"""How long a list that was looked at is kept here, to be imported or not."""


class AnotherText(Exception):
    """The same form was sent before with another text; that one was kept."""


def hand_over(*, person_id: str, text: str, at: datetime, key: str) -> bool:
    """Keep what somebody leaves for the next shift; False where this form had kept it before."""
    row, new = HandOver.objects.get_or_create(person_id=person_id, key=key, defaults={"at": at, "text": text})
    if row.text != text:
        raise AnotherText
    if new:
        announce(ALL)
    return new


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look at a list found: its lines, packed, how many of them are what, and what the page shows of it."""

    content: bytes
    counts: Mapping[str, int]
    preview: Mapping[str, Any] = field(default_factory=dict)


def keep_look(import_id: str, looked: Looked, *, kind: str, by: str, at: datetime) -> Import:
    """Keep a list that was looked at for an hour; the same again replaces it, unless it was imported meanwhile."""
    values = {"kind": kind, "person_id": by, "looked_at": at, "content": looked.content, "preview": looked.preview}
    row, new = Import.objects.get_or_create(id=import_id, defaults=values | dict(looked.counts))
    if not new and row.kept_at is None:
        Import.objects.filter(id=row.id, kept_at=None).update(**values, **looked.counts)
    return row


def hold_import(import_id: str) -> Import | None:
    """The row of a list, ours until the transaction ends: whoever imports it at the same moment is waited for."""
    return Import.objects.select_for_update().filter(id=import_id).first()


def is_held(import_id: str) -> bool:
    """Whether somebody is importing a list, or taking it back, at this moment."""
    with transaction.atomic():
        there = Import.objects.filter(id=import_id)
        return there.exists() and not there.select_for_update(skip_locked=True).exists()


def kept(row: Import, *, changes: bytes, made: Mapping[str, Any], by: str, at: datetime) -> None:
    """Write down that a list was imported; what it said is gone, and what it changed stays to be taken back."""
    row.kept_at, row.person_id, row.changes, row.made = at, by, changes, made
    row.content, row.preview = b"", {}
    row.save()


def undone(row: Import, *, stayed: list[list[str]], by: str, at: datetime) -> None:
    """Write down that an import was taken back, and what of it stayed."""
    row.undone_at, row.undone_by_id, row.stayed = at, by, stayed
    row.changes, row.made = b"", {}
    row.save()


def forget_looks(*, before: datetime) -> None:
    """Lists that were looked at before a moment, and not imported since, are gone."""
    Import.objects.filter(kept_at=None, looked_at__lte=before).delete()


@dataclass(frozen=True, slots=True)
class ViewForm:
    """A view as it was entered."""

    name: str
    query: str
    shared: bool = False


def may_change(view: View, by: Actor) -> bool:
    """The owner; where he has left, whoever may share views."""
    return str(view.owner_id) == by.id or (view.shared and not view.owner.is_active and by.is_any(*SHARES))


def keep_view(form: ViewForm, *, by: Actor, view: View | None = None) -> View:
    """Keep a filter under a name, or change a view; raises `Invalid` with the field that is wrong."""
    kept = view or View(owner_id=by.id)
    if view is None and View.objects.filter(owner=UUID(by.id)).count() >= MOST:
        raise Invalid({"name": _("You have %(most)s views; delete one first.") % {"most": MOST}})
    kept.name, kept.query = form.name.strip(), form.query
    kept.shared = form.shared and (by.is_any(*SHARES) or kept.shared)
    try:
        with transaction.atomic():
            kept.save()
            announce(ALL)
    except IntegrityError as error:
        raise Invalid({"name": _("There is a view of that name already; choose another.")}) from error
    return kept


def drop_view(view: View) -> None:
    """Delete a view; a queue that opened with it opens as it comes."""
    view.delete()
    announce(ALL)


def open_with(view: View | None, *, by: Actor) -> None:
    """Open the queue with this view from now on, or with none."""
    if view is None:
        Opening.objects.filter(person=UUID(by.id)).delete()
    else:
        Opening.objects.update_or_create(person_id=by.id, defaults={"view": view})
