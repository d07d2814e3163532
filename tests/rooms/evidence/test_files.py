"""Files that are no photos: kept byte by byte, and only handed out to be saved, to those who see the case."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from backline.cases import operations as cases
from backline.core.words import Reason
from backline.evidence import operations, queries
from backline.evidence.words import MOST_BYTES, Refused
from tests.fakes import photos
from tests.fakes.browser import signed_in, words
from tests.fakes.house import House

PAGE = b"<html><script>alert(document.cookie)</script>%PDF-1.7"


def sent(house: House, name: str, content: bytes, says: str) -> str:
    """A file that Tess adds to the case she raises; the case."""
    once: dict[str, Any] = {"by": house.actor("tess"), "at": house.clock.now()}
    upload = SimpleUploadedFile(name, content)
    kept = operations.take_file(upload=upload, content_type=says, draft_key="a" * 32, **once)
    report = house.report(reasons=frozenset({Reason.SAFETY_RISK}), evidence=(str(kept.id),), draft="a" * 32)
    return cases.raise_case(report, **house.once("tess")).case


def test_it_is_handed_out_as_it_came_and_nothing_in_it_runs(house: House) -> None:
    case = sent(house, "../../Schaltplan\u202e\n.html", PAGE, "text/html")
    [file] = queries.of_case(case)
    carl = signed_in("carl")
    answer = carl.get(f"/files/{file.id}")
    assert b"".join(answer.streaming_content) == PAGE
    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == 'attachment; filename="Schaltplan.html"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    page = words(carl.get(f"/cases/{case}"))
    assert "Files" in page
    assert "Schaltplan.html" in page
    assert "text/html" in page
    # It is no photo, and a photo is no file: each only through its own door.
    assert carl.get(f"/photos/{file.id}/full").status_code == 404
    assert carl.get(f"/photos/{file.id}/thumb").status_code == 404


def test_whoever_does_not_see_the_case_sees_no_file_of_it(house: House) -> None:
    [file] = queries.of_case(sent(house, "plan.pdf", b"%PDF-1.7", "application/pdf"))
    for name, status in (("tess", 200), ("max", 200), ("tom", 404)):
        assert signed_in(name).get(f"/files/{file.id}").status_code == status, name


def test_a_photo_is_not_handed_out_as_it_came_by_the_door_of_files(house: House) -> None:
    upload = SimpleUploadedFile("door.jpg", photos.encoded(photos.quarters()))
    kept = operations.take(upload=upload, draft_key="b" * 32, by=house.actor("tess"), at=house.clock.now())
    assert signed_in("tess").get(f"/photos/{kept.id}/full").status_code == 200
    assert signed_in("tess").get(f"/files/{kept.id}").status_code == 404  # the original holds where it was taken


@pytest.mark.parametrize(("content", "status"), [(b"", 422), (b"0" * (MOST_BYTES + 1), 413)])
def test_an_empty_one_and_one_that_is_too_large_are_refused_in_a_sentence(
    house: House, content: bytes, status: int
) -> None:
    upload = SimpleUploadedFile("film.mp4", content)
    once: dict[str, Any] = {"by": house.actor("tess"), "at": house.clock.now()}
    with pytest.raises(Refused) as refused:
        operations.take_file(upload=upload, content_type="video/mp4", draft_key="c" * 32, **once)
    assert refused.value.status == status
    assert "film.mp4" in refused.value.text
