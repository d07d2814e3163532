"""The outbox: an effect happens once, every non-action has a reason, and a claim belongs to one worker."""

from __future__ import annotations

import dataclasses
import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from backline.channels import operations
from backline.channels.models import Notice, Receipt
from backline.channels.notices import LEASE, Attempt, Audience, NoticeState, Pointless, What
from backline.channels.retry import GIVE_UP_AFTER
from tests.fakes.letters import CASE, NOON, TO_CLEO, quiet_for

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def queued(key: str = "raised", **changes: Any) -> Notice:
    operations.queue([dataclasses.replace(TO_CLEO, effect_key=key, **changes)], at=NOON)
    return Notice.objects.get(effect_key=key)


def fresh(notice: Notice) -> Notice:
    return Notice.objects.get(pk=notice.pk)


def settled(notice: Notice, attempt: Attempt, *, at: datetime) -> Notice:
    [now] = operations.settle([operations.Done(notice, attempt)], at=at)
    return now


def test_an_effect_happens_once() -> None:
    first = queued()
    operations.queue([dataclasses.replace(TO_CLEO, body="another text"), TO_CLEO], at=NOON + MINUTE)
    [only] = Notice.objects.all()
    assert (only.pk, only.body, only.queued_at) == (first.pk, "We are on it.", NOON)


def test_without_an_address_it_is_not_sent_and_says_why() -> None:
    notice = queued(address="  ")
    assert (notice.state, notice.why, notice.settled_at) == ("NOT_SENT", "no address", NOON)
    assert operations.claim(10, at=NOON) == []


def test_a_skip_is_kept_with_its_reason_once() -> None:
    operations.queue([dataclasses.replace(TO_CLEO, why="nobody holds the role team lead")], at=NOON)
    operations.queue([dataclasses.replace(TO_CLEO, why="another")], at=NOON + MINUTE)
    [skip] = Notice.objects.all()
    assert (skip.state, skip.why) == ("NOT_SENT", "nobody holds the role team lead")


def test_what_no_database_can_hold_is_left_out() -> None:
    notice = fresh(queued(subject="a\x00b\ud800c", body="\udfff", recipient_name="Cle\x00o"))
    assert (notice.subject, notice.body, notice.recipient_name) == ("abc", "", "Cleo")


def test_a_notice_that_was_not_sent_must_say_why() -> None:
    notice = queued()
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.filter(pk=notice.pk).update(state=NoticeState.CANCELLED, settled_at=NOON)


def test_a_move_cancels_what_it_makes_pointless_and_nothing_else() -> None:
    lead, cleo = queued("lead", kind="rung.ACCEPT"), queued("cleo")
    other = queued("other", kind="rung.ACCEPT", case_id=uuid.UUID(int=8))
    assert operations.cancel([Pointless(CASE, ("rung.",), "Sana accepted", NOON)]) == 1
    assert (fresh(lead).state, fresh(lead).why) == ("CANCELLED", "Sana accepted")
    assert [fresh(cleo).state, fresh(other).state] == ["QUEUED", "QUEUED"]
    assert {notice.pk for notice in operations.claim(10, at=NOON)} == {cleo.pk, other.pk}
    assert operations.cancel([Pointless(CASE, (), "x", NOON)]) == 0


def test_what_is_being_sent_while_it_becomes_pointless_is_not_repeated() -> None:
    queued()
    [mine] = operations.claim(1, at=NOON)
    assert operations.cancel([Pointless(CASE, ("",), "closed", NOON)]) == 0
    now = settled(mine, Attempt(What.FAILED_FOR_NOW, "451 later"), at=NOON)
    assert (now.state, now.why) == ("CANCELLED", "closed")


def test_it_waits_for_its_moment() -> None:
    notice = queued(quiet=quiet_for(1))
    assert operations.claim(10, at=NOON) == []
    assert [mine.pk for mine in operations.claim(10, at=NOON + MINUTE)] == [notice.pk]


def test_a_claimed_notice_belongs_to_one_worker_until_the_lease_ends() -> None:
    notice = queued()
    assert len(operations.claim(10, at=NOON)) == 1
    assert operations.claim(10, at=NOON + LEASE - timedelta(seconds=1)) == []
    [again] = operations.claim(10, at=NOON + LEASE)
    assert (again.pk, again.attempts, again.unknowns) == (notice.pk, 2, 1)
    assert [receipt.what for receipt in Receipt.objects.all()] == ["UNKNOWN"]


def test_a_customer_is_told_again_only_once_when_nobody_knows() -> None:
    notice = queued()
    for turn in range(3):
        operations.claim(10, at=NOON + turn * LEASE)
    assert (fresh(notice).state, fresh(notice).attempts) == ("FAILED", 2)
    assert "may have arrived" in fresh(notice).why


def test_staff_are_told_again_rather_than_not_at_all() -> None:
    queued(audience=Audience.PERSON)
    claims = [len(operations.claim(10, at=NOON + turn * LEASE)) for turn in range(7)]
    assert claims == [1, 1, 1, 1, 1, 0, 0]


def test_a_success_is_final_even_when_it_comes_late() -> None:
    queued()
    [slow] = operations.claim(1, at=NOON)
    [second] = operations.claim(1, at=NOON + LEASE)
    assert settled(slow, Attempt(What.HANDED_OVER, "250 ok", "<m>"), at=NOON + LEASE).state == "HANDED"
    late = settled(second, Attempt(What.FAILED_FOR_NOW, "451"), at=NOON + LEASE + MINUTE)
    assert (late.state, late.settled_at) == ("HANDED", NOON + LEASE)
    assert list(Receipt.objects.order_by("id").values_list("what", "message_id")) == [
        ("UNKNOWN", ""),
        ("HANDED_OVER", "<m>"),
        ("FAILED_FOR_NOW", ""),
    ]


def test_a_refusal_for_now_is_tried_again_later_and_a_final_one_is_not() -> None:
    queued()
    [mine] = operations.claim(1, at=NOON)
    later = settled(mine, Attempt(What.FAILED_FOR_NOW, "451 busy"), at=NOON)
    assert later.state == "QUEUED"
    assert later.next_try_at > NOON
    assert "451 busy" in later.why
    [mine] = operations.claim(1, at=later.next_try_at)
    gone = settled(mine, Attempt(What.FAILED_FOR_GOOD, "550 no such box"), at=later.next_try_at)
    assert (gone.state, gone.why) == ("FAILED", "refused for good: 550 no such box")


def test_after_a_day_of_tries_it_is_given_up_and_says_so() -> None:
    queued()
    [mine] = operations.claim(1, at=NOON + GIVE_UP_AFTER)
    gone = settled(mine, Attempt(What.FAILED_FOR_NOW, "451 busy"), at=NOON + GIVE_UP_AFTER)
    assert (gone.state, "451 busy" in gone.why) == ("FAILED", True)


def test_a_failure_is_reported_to_its_case_once() -> None:
    notice = queued()
    [mine] = operations.claim(1, at=NOON)
    settled(mine, Attempt(What.FAILED_FOR_GOOD, "550"), at=NOON)
    assert operations.mark_reported(ids=[notice.pk], at=NOON) == 1
    assert operations.mark_reported(ids=[notice.pk], at=NOON) == 0


def test_without_a_mail_server_it_is_held_and_released_when_there_is_one() -> None:
    notice = queued()
    assert operations.hold(at=NOON) == 1
    assert operations.hold(at=NOON) == 0
    assert (fresh(notice).state, fresh(notice).why) == ("QUEUED", "kept here: no mail server is set up")
    assert operations.claim(10, at=NOON + MINUTE) == []
    assert operations.release_held(at=NOON + MINUTE) == 1
    assert [mine.pk for mine in operations.claim(10, at=NOON + MINUTE)] == [notice.pk]


def test_what_was_held_longer_than_a_day_is_not_sent_unasked() -> None:
    notice = queued()
    late = NOON + timedelta(hours=24, seconds=1)
    operations.hold(at=NOON)
    operations.release_held(at=late)
    assert (fresh(notice).state, "2026-03-02 12:00" in fresh(notice).why) == ("NOT_SENT", True)
    assert operations.claim(10, at=late) == []


def test_erasing_a_recipient_leaves_no_text_and_sends_nothing_more() -> None:
    notice, other = queued("a"), queued("b", recipient_id="max")
    assert operations.forget(recipient_id="cleo", at=NOON) == 1
    gone = fresh(notice)
    assert (gone.recipient_name, gone.address, gone.subject, gone.body) == ("", "", "", "")
    assert (gone.state, "erased" in gone.why) == ("CANCELLED", True)
    assert [mine.pk for mine in operations.claim(10, at=NOON)] == [other.pk]


def test_claiming_looks_only_at_what_is_due() -> None:
    many = [dataclasses.replace(TO_CLEO, effect_key=str(n)) for n in range(2000)]
    operations.queue(many, at=NOON)
    Notice.objects.exclude(effect_key="7").update(state=NoticeState.HANDED, settled_at=NOON)
    with connection.cursor() as cursor:
        cursor.execute("analyze channels_notice")
        with CaptureQueriesContext(connection) as seen:
            assert len(operations.claim(100, at=NOON)) == 1
        select = next(query["sql"] for query in seen.captured_queries if "SKIP LOCKED" in query["sql"])
        cursor.execute(f"explain {select}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "notice_due" in plan
    assert "Seq Scan" not in plan
