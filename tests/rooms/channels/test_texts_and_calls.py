"""Texts and calls over real sockets to a gateway that speaks as Twilio does, and what it says of them later."""

from __future__ import annotations

import re
import socket
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from backline.channels import operations, queries, registry
from backline.channels.delivery import Post
from backline.channels.models import Notice
from backline.channels.notices import Audience, Channel, NewNotice
from backline.channels.port import Handed, Letter, Sender
from backline.channels.sms.segments import segments, within
from backline.channels.twilio.account import Account
from backline.channels.twilio.signature import signature
from backline.core.words import Danger
from backline.engine.auditor import passes
from backline.people import operations as people
from backline.people.models import Address, AddressKind
from backline.readiness.queries import lacks
from tests.fakes.browser import signed_in, text
from tests.fakes.gateway import ACCOUNT, TOKEN, Gateway, Mode, Taken
from tests.fakes.house import House
from tests.fakes.letters import CASE

MINUTE = timedelta(minutes=1)
MOBILE, OURS, LINK = "+4915112345678", "+4930901820", "http://testserver/cases/7"
SAID = "Nobody has it & Ben's lift <7> stands"


@dataclass
class Night:
    """Sana is reached by her mobile, then by mail; texts and calls go to a gateway, letters to nobody."""

    house: House
    gateway: Gateway
    written: list[str] = field(default_factory=list)

    def on(self, token: str = TOKEN, sender: str = OURS) -> None:
        account = Account(ACCOUNT, sender, self.gateway.base)
        ada = self.house.actor("ada")
        for channel in (Channel.SMS, Channel.VOICE):
            found = replace(account, sender=OURS) if channel is Channel.VOICE else account
            operations.keep_setup(channel, found, token, is_on=True, by=ada, at=self.house.clock.now())

    def send(self, letter: Letter) -> Handed:
        """The mail server: it takes all."""
        self.written.append(letter.address)
        return Handed("250 taken", "<1@example.org>")

    def run(self, minutes: float = 0) -> None:
        """The worker sends what is due, after so many minutes."""
        self.house.clock.advance(minutes * MINUTE)
        mail: dict[Channel, Sender] = {Channel.EMAIL: self}
        post = Post(lambda: registry.senders() | mail, patience=20)
        while post.run(at=self.house.clock.now()):
            pass
        post.end(at=self.house.clock.now())

    def told(self, key: str = "rung", **changes: Any) -> uuid.UUID:
        sana = self.house.persons["sana"]
        new = NewNotice(key, "rung.1.", Audience.PERSON, str(sana.id), "Sana", SAID, "All of it", "sana@example.org",
                        case_id=CASE, urgent=True, short=f"{SAID}\n{LINK}")  # fmt: skip
        operations.queue([replace(new, **changes)], at=self.house.clock.now())
        return Notice.objects.get(effect_key=key).pk

    def stands(self, pk: uuid.UUID) -> tuple[str, str, list[str]]:
        """How a notice stands, by which channel, and each word about it."""
        found = queries.notice(pk)
        assert found
        return found.state, found.channel, [one.what for one in found.receipts]

    @property
    def last(self) -> Taken:
        return self.gateway.taken[-1]


@pytest.fixture
def night(house: House) -> Iterator[Night]:
    added = people.add_address(AddressKind.MOBILE, MOBILE, by=house.actor("sana"))
    people.put_first(str(added.id), by=house.actor("sana"))
    Address.objects.filter(person=house.persons["sana"].id).update(proved_at=house.clock.now())
    with Gateway() as gateway:
        found = Night(house, gateway)
        found.on()
        yield found


def address() -> Address:
    return Address.objects.get(value=MOBILE)


def test_a_rung_is_told_by_text_and_what_becomes_of_it_comes_back_signed_in_any_order(night: Night) -> None:
    pk, other = night.told(), night.told("other")
    night.run()
    taken, second = night.gateway.taken
    assert night.gateway.sessions <= 2
    back = f"http://testserver/channels/sms/status/{pk}"
    wanted = {"To": MOBILE, "From": OURS, "Body": f"{SAID}\n{LINK}", "StatusCallback": back}
    assert wanted in (taken.form, second.form)
    taken, second = (taken, second) if taken.form == wanted else (second, taken)
    for status in ("queued", "sending", "sent"):
        assert night.gateway.says(taken, status) == 204
    assert night.stands(pk) == ("HANDED", "SMS", ["HANDED_OVER"])
    for forged in ("", "another token"):
        assert night.gateway.says(taken, "delivered", token=forged) == 403
    elsewhere = replace(taken, form=taken.form | {"StatusCallback": second.form["StatusCallback"]})
    assert night.gateway.says(elsewhere, "delivered") == 404, "what was taken for one says nothing of another"
    unknown = replace(taken, form=taken.form | {"StatusCallback": back[:-36] + str(uuid.uuid4())})
    assert {night.gateway.says(unknown, status) for status in ("sent", "delivered")} == {404}
    right = signature(TOKEN, back, [("MessageSid", taken.sid), ("MessageStatus", "sent")])
    changed = {"MessageSid": taken.sid, "MessageStatus": "delivered"}
    path = f"/channels/sms/status/{pk}"
    assert Client().post(path, changed, headers={"X-Twilio-Signature": right}).status_code == 403
    assert night.stands(pk) == ("HANDED", "SMS", ["HANDED_OVER"])
    for status in ("delivered", "delivered", "sent"):
        assert night.gateway.says(taken, status) == 204
    assert night.stands(pk) == ("DELIVERED", "SMS", ["HANDED_OVER", "DELIVERED"])
    night.run(60)
    assert (len(night.gateway.taken), night.stands(other)[1]) == (3, "VOICE"), "the other one went on"
    assert "Text message" in text(signed_in("max").get("/outgoing"))


def test_who_is_offered_a_case_hears_by_text_and_who_takes_it_is_not_called(night: Night) -> None:
    case = night.house.raised()
    trapped = "Two people are\nstuck in car #2 [between] floors, " + "and it smells of burning. " * 9
    left = night.house.raised(summary=trapped, danger=Danger.PERSON_TRAPPED_OR_HURT)
    for one in (case, left):
        night.house.offer(one)
    night.house.tick()
    night.run()
    texts = {one.form["Body"].splitlines()[1].rpartition("/")[2]: one for one in night.gateway.taken}
    assert all("ok to take it" in one.form["Body"] for one in texts.values())
    assert set(texts) == {case, left}
    assert {one.to for one in texts.values()} == {MOBILE}
    lead, link, answers = texts[left].form["Body"].splitlines()
    where = str(night.house.job.site.name)
    dangerous = "DANGER: A person is trapped or hurt. Two people are stuck in car #2 [between] floors, and it smells of"
    reference = night.house.view(left).line.reference
    assert lead.startswith(f"[P1 {reference}] {dangerous}")
    assert where in lead
    assert segments(texts[left].form["Body"]) <= 3
    assert "DANGER" not in texts[case].form["Body"]
    night.house.accept(case)
    night.run(2)
    [call] = night.gateway.taken[2:]
    spoken = " ".join(re.findall("<Say[^>]*>(.*?)</Say>", night.gateway.said(call)))
    assert call.what == "Calls"
    assert all(part in spoken for part in (re.sub(r"[][#]", "", dangerous), where, "Accept"))
    assert not re.search(r"[][#(){}]|http|E-\d|[0-9a-f]{8}-", spoken)
    seen = text(signed_in("max").get(f"/outgoing?channel=VOICE&case={reference.replace('E-', 'e ')}"))
    code = re.findall(r"\d{5}", answers)[0]
    assert f"Sent as a text message: {lead} {link} {answers.replace(code, '*****')} Said on the call: DANGER:" in seen
    assert code not in text(signed_in("max").get("/outgoing"))
    assert {one.channel for one in Notice.objects.filter(recipient_name="Cleo")} == {"EMAIL"}


def test_for_any_case_outgoing_says_who_was_told_what_how_when_whether_it_arrived_and_why_not(night: Night) -> None:
    case, other = night.house.raised(), night.house.raised()
    night.house.clock.advance(10 * MINUTE)
    night.house.tick()
    night.house.offer(case)
    night.house.tick()
    night.run()
    night.run(2)
    assert night.gateway.says(night.last, "completed", AnsweredBy="human") == 204
    page = signed_in("max").get(f"/outgoing?case={night.house.view(case).line.reference}")
    rows = dict(re.findall(r'<details class="notice" data-id="([^"]+)">(.*?)</details>', page.content.decode(), re.S))
    read = [" ".join(unescape(re.sub(r"<svg.*?</svg>|<[^>]*>", " ", one, flags=re.S)).split()) for one in rows.values()]
    [sana] = [one for one in read if "Sana [P" in one]
    assert "Accept it or give it back: " in sana
    story = [f"{when} today {what}" for when, what in (
        ("18:10", "Text message · Handed over: queued"), ("18:12", "Text message · No word in time that it arrived"),
        ("18:12", "Call · Handed over: queued"), ("18:12", "Call · Delivered: somebody took the call"),
    )]  # fmt: skip
    places = [sana.index(one) for one in story]
    assert places == sorted(places)
    assert ("Delivered" in sana, f"Call {MOBILE}" in sana, "Said on the call: The lift stands still" in sana) == (
        True,
    ) * 3
    [cleo] = [one for one in read if "Cleo We have called in more help" in one]
    assert "E-mail · Handed over: 250 taken" in cleo
    [carl] = [one for one in read if one.startswith("18:10 today Carl [P")]
    assert "Not needed any more, because of what came first: Offered to somebody" in carl
    assert {str(one.case_id) for one in Notice.objects.filter(pk__in=list(rows))} == {case}
    assert other in {str(one.case_id) for one in Notice.objects.all()}
    none = "No case has this reference"
    for unknown, said in {
        "E-999999": none,
        "x" * 5000: none,
        "%00": none,
        str(uuid.uuid4()): "Nothing that fits",
    }.items():
        seen = text(signed_in("ada").get("/outgoing", {"case": unknown}))
        assert (said in seen, "Sana [P" in seen) == (True, False), unknown
    assert signed_in("tess").get(f"/outgoing?case={case}").status_code == 403


def test_what_never_arrives_is_called_and_a_machine_is_nobody(night: Night) -> None:
    pk = night.told(language="de")
    night.run()
    night.run(2)
    call = night.last
    assert (call.what, call.to, call.form["From"]) == ("Calls", MOBILE, OURS)
    said = night.gateway.said(call)
    spoken = re.findall(r'<Say language="de-DE">(.*?)</Say>', said)
    assert spoken == ["Nobody has it &amp; Ben's lift 7 stands"] * 3
    assert said.endswith("<Hangup /></Response>")
    assert night.gateway.says(call, "in-progress") == 204
    assert night.gateway.says(call, "completed", AnsweredBy="machine_start") == 204
    night.run()
    assert night.written == ["sana@example.org"]
    assert night.stands(pk)[2] == ["HANDED_OVER", "NO_WORD", "HANDED_OVER", "UNDELIVERED", "HANDED_OVER"]
    assert address().dead_at is None
    for status in ("busy", "no-answer", "failed", "canceled"):
        key = night.told(status, kind=f"rung.{status}.")
        night.run()
        night.gateway.says(night.last, "failed", ErrorCode="30003")
        night.run()
        assert night.gateway.says(night.last, status) == 204
        assert night.stands(key)[1:] == ("EMAIL", ["HANDED_OVER", "UNDELIVERED"] * 2)
    taken = night.told("taken", kind="rung.taken.")
    night.run()
    night.run(2)
    assert night.gateway.says(night.last, "completed", AnsweredBy="human") == 204
    assert night.stands(taken)[0] == "DELIVERED"
    token = call.form["Url"].rpartition("/")[2]
    opened = {len(token): 200, len(token) - 1: 404, 5: 404}
    for length, status in opened.items():
        assert Client().get(f"/channels/voice/script/{token[:length]}").status_code == status
    night.house.clock.advance(timedelta(days=2))
    assert Client().get(f"/channels/voice/script/{token}").status_code == 404


def test_an_answer_that_was_lost_is_repeated_for_staff_unless_word_comes_that_it_arrived(night: Night) -> None:
    night.gateway.mode = Mode.HANG_UP_AFTER_TAKING
    repeated = night.told()
    night.run()
    assert night.stands(repeated) == ("QUEUED", "SMS", ["UNKNOWN"])
    arrived = night.told("arrived")
    night.run()
    assert night.gateway.says(night.last, "delivered") == 204
    assert night.gateway.says(night.last, "delivered") == 204
    night.gateway.mode = Mode.TAKE
    night.run(1)
    assert night.stands(repeated) == ("HANDED", "SMS", ["UNKNOWN", "HANDED_OVER"])
    assert night.stands(arrived) == ("DELIVERED", "SMS", ["UNKNOWN", "DELIVERED"])
    assert len(night.gateway.taken) == 3
    assert night.gateway.says(night.gateway.taken[0], "delivered") == 204, "the truth of the first comes late"
    assert night.stands(repeated)[0] == "DELIVERED"


def test_what_arrived_though_its_answer_was_lost_is_not_lost_to_the_auditor(night: Night) -> None:
    night.house.offer(night.house.raised())
    night.house.tick()
    night.gateway.mode = Mode.HANG_UP_AFTER_TAKING
    night.run()
    assert night.gateway.says(night.last, "delivered") == 204
    night.run(1)
    kept = passes.run(night.house.clock.now(), whole=True)
    assert kept
    assert (kept.well, len(night.gateway.taken)) == (True, 1)


@pytest.mark.parametrize("ill", ["token", "429", "500"])
def test_a_provider_that_does_not_serve_us_is_no_fault_of_the_letter_and_is_said_aloud(night: Night, ill: str) -> None:
    if ill == "token":
        night.on("a wrong one")
    else:
        night.gateway.mode = Mode(ill)
    pk = night.told()
    calm = night.told("calm", urgent=False, kind="address.code", channel=Channel.SMS, address=MOBILE)
    night.run()
    waits = ("QUEUED", "SMS", ["FAILED_FOR_NOW"])
    at_once = ("HANDED", "EMAIL", ["FAILED_FOR_NOW", "FAILED_FOR_NOW", "HANDED_OVER"])
    assert (night.stands(pk), night.stands(calm)[0]) == (at_once if ill == "token" else waits, "QUEUED")
    said = [one.said for one in lacks(night.house.clock.now()) if one.kind == "CHANNEL"]
    why = "do not belong together (20003)" if ill == "token" else f"{ill} no"
    names = ["Text message", "Call"] if ill == "token" else ["Text message"]
    assert [one.partition(": the last ones did not leave")[0] for one in said] == names
    assert all(why in one for one in said)
    page = text(signed_in("ada").get("/administration/channels"))
    assert why in page
    night.run(2)
    night.run(2)
    assert (night.stands(pk)[1], night.written) == ("EMAIL", ["sana@example.org"])
    assert address().dead_at is None
    night.gateway.mode = Mode.TAKE
    night.on()
    night.run(10)
    assert night.stands(calm)[0] == "HANDED", "once that is mended, the same one goes"


def test_a_name_that_is_not_found_for_a_moment_is_asked_again(night: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_asked: Any, **_more: Any) -> Any:
        raise OSError("no such name")

    with monkeypatch.context() as without_names:
        without_names.setattr(socket, "getaddrinfo", nobody)
        pk = night.told()
        night.run()
    assert night.stands(pk) == ("QUEUED", "SMS", ["FAILED_FOR_NOW"])
    night.run(1)
    assert night.stands(pk)[0] == "HANDED"


@pytest.mark.parametrize(
    ("code", "kind", "dead", "goes"),
    [(21610, "MOBILE", False, "VOICE"), (21614, "LANDLINE", False, "VOICE"), (21211, "MOBILE", True, "EMAIL"),
     (21408, "MOBILE", False, "VOICE"), (30003, "MOBILE", False, "VOICE"), (30006, "LANDLINE", False, "VOICE"),
     (30005, "MOBILE", True, "EMAIL")],
)  # fmt: skip
def test_what_is_said_of_a_number_counts_for_it_alone(
    night: Night, code: int, kind: str, dead: bool, goes: str
) -> None:
    pk = night.told()
    if code < 30000:
        night.gateway.refuses = {f"Messages {MOBILE}": code}
        night.run()
    else:
        night.run()
        night.gateway.says(night.last, "undelivered", ErrorCode=str(code))
    night.gateway.refuses = {}
    night.run()
    assert (night.stands(pk)[1], address().kind, bool(address().dead_at)) == (goes, kind, dead)
    found = queries.notice(pk)
    assert found
    assert f"({code})" in " ".join(one.detail for one in found.receipts)
    night.told("next")
    night.run()
    assert night.stands(Notice.objects.get(effect_key="next").pk)[1] == (
        "SMS" if kind == "MOBILE" and not dead else goes
    )


def test_a_long_text_is_cut_and_its_link_never(night: Night) -> None:
    night.on(sender="MG" + "a" * 32)
    night.told(short=f"{'Ünter uns – ' * 1000}\nReply 4711 ok to take it.\n{LINK}")
    night.run()
    sent = night.last.form
    assert (segments(sent["Body"]), sent["MessagingServiceSid"], "From" in sent) == (3, "MG" + "a" * 32, False)
    assert sent["Body"].endswith(f"...\nReply 4711 ok to take it.\n{LINK}")


@given(st.text(), st.text(max_size=900), st.booleans())
def test_any_text_fits_into_three_segments_and_loses_no_link(first: str, rest: str, linked: bool) -> None:
    told = f"{first}\n{rest}\n{LINK}" if linked else f"{first}\n{rest}"
    cut = within(told)
    assert segments(cut) <= 3
    assert not linked or cut.endswith(LINK)


def test_the_sizes_of_texts_and_the_signature_are_those_that_providers_reckon() -> None:
    sizes = {"a" * 160: 1, "a" * 161: 2, "a" * 306: 2, "a" * 307: 3, "€" * 80: 1, "€" * 81: 2, "я" * 70: 1,
             "я" * 71: 2, "😀" * 35: 1, "😀" * 36: 2, "": 1}  # fmt: skip
    assert {one: segments(one) for one in sizes} == sizes
    form = {"From": "+14158675309", "To": "+18005551212", "CallSid": "CA1234567890ABCDE", "Caller": "+14158675309",
            "Digits": "1234"}  # fmt: skip
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    assert signature("12345", url, form.items()) == "RSOYDt4T1cUTdK1PDd93/VVr8B8="
