"""Photos belong to a form until it is sent, then to its case; to nobody else's, and only once."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from backline.core.words import Actor
from backline.evidence import operations, queries, store
from backline.evidence.http import photo_response
from backline.evidence.queries import EvidenceRow
from backline.evidence.words import Refused, Size
from tests.fakes.photos import encoded, quarters

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CASE, OTHER = uuid.UUID(int=7), uuid.UUID(int=8)


def taken(by: Actor, *, draft_key: str = "draft", name: str = "door.png", after: int = 0) -> EvidenceRow:
    upload = SimpleUploadedFile(name, encoded(quarters()))
    return operations.take(upload=upload, draft_key=draft_key, by=by, at=NOON + timedelta(seconds=after))


def attach(*rows: EvidenceRow, by: Actor, case_id: uuid.UUID = CASE, draft_key: str = "draft") -> list[EvidenceRow]:
    return operations.attach(ids=[row.id for row in rows], draft_key=draft_key, case_id=case_id, by=by, at=NOON)


def test_photos_of_a_form_wait_for_their_case(tess: Actor) -> None:
    first, second = taken(tess), taken(tess, after=1)
    assert [row.id for row in queries.of_draft("draft", tess)] == [first.id, second.id]
    assert [row.case_id for row in attach(second, first, by=tess)] == [CASE, CASE]
    assert queries.of_draft("draft", tess) == []
    assert [row.id for row in queries.of_case(CASE)] == [first.id, second.id]


def test_sending_the_form_twice_changes_nothing(tess: Actor) -> None:
    row = taken(tess)
    assert attach(row, row, by=tess) == attach(row, by=tess)
    assert len(queries.of_case(CASE)) == 1


def test_a_form_sends_ids_as_text_and_what_is_none_is_refused(tess: Actor) -> None:
    row = taken(tess)
    for ids in (["nonsense"], [str(row.id), "\x00"], [str(uuid.uuid4())]):
        with pytest.raises(Refused):
            operations.attach(ids=ids, draft_key="draft", case_id=str(CASE), by=tess, at=NOON)
    [kept] = operations.attach(ids=[str(row.id)], draft_key="draft", case_id=str(CASE), by=tess, at=NOON)
    assert [kept] == queries.of_case(str(CASE))


def test_a_photo_cannot_be_given_to_another_case(tess: Actor) -> None:
    row, fresh = taken(tess), taken(tess)
    attach(row, by=tess)
    with pytest.raises(Refused) as caught:
        attach(fresh, row, by=tess, case_id=OTHER)
    assert caught.value.status == 409
    assert queries.of_case(OTHER) == []
    assert [kept.id for kept in queries.of_draft("draft", tess)] == [fresh.id]


def test_otto_cannot_see_or_attach_or_discard_what_tess_sent(tess: Actor, otto: Actor) -> None:
    row = taken(tess)
    assert queries.of_draft("draft", otto) == []
    assert operations.discard(ids=[row.id], draft_key="draft", by=otto) == 0
    with pytest.raises(Refused):
        attach(row, by=otto)
    with pytest.raises(Refused):
        attach(row, by=tess, draft_key="another form")
    assert [kept.id for kept in queries.of_draft("draft", tess)] == [row.id]


def test_a_photo_taken_off_the_form_does_not_reach_the_case(tess: Actor) -> None:
    row = taken(tess)
    assert operations.discard(ids=[row.id], draft_key="draft", by=tess) == 1
    assert queries.of_draft("draft", tess) == []
    with pytest.raises(Refused):
        attach(row, by=tess)


def test_what_belongs_to_a_case_cannot_be_discarded(tess: Actor) -> None:
    row = taken(tess)
    attach(row, by=tess)
    assert operations.discard(ids=[row.id], draft_key="draft", by=tess) == 0
    assert len(queries.of_case(CASE)) == 1


def test_a_browser_can_only_show_the_photo(tess: Actor) -> None:
    row = taken(tess, name='a"; filename=evil.html\u202e克.html')
    response = photo_response(row, Size.THUMB)
    assert response.content == store.served_path(row.sha256, Size.THUMB).read_bytes()
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]
    assert response["Cache-Control"].startswith("private")
    assert response["Content-Disposition"].startswith("inline; filename")
    assert response["Content-Disposition"].endswith(".jpg")


def test_a_file_that_was_lost_is_a_clear_answer(tess: Actor) -> None:
    row = taken(tess)
    store.served_path(row.sha256, Size.FULL).unlink()
    response = photo_response(row, Size.FULL)
    assert (response.status_code, b"must be restored" in response.content) == (404, True)


def test_what_is_not_there_is_none(tess: Actor) -> None:
    assert (queries.get(CASE), queries.served(CASE, Size.FULL), queries.of_draft("a\x00", tess)) == (None, None, [])
    row = taken(tess)
    assert queries.get(row.id) == row
