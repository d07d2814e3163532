"""What leaves for a push service, byte for byte and over TLS, without anything of a case behind it."""

from __future__ import annotations

import pathlib
import uuid
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from backline.channels import outward
from backline.channels.port import DeliveryError, Letter
from backline.channels.push.encoded import decoded, encoded
from backline.channels.push.encryption import sealed_for
from backline.channels.push.sender import PushSender
from backline.channels.push.subscription import read
from backline.channels.push.vapid import Pair
from tests.fakes.certificate import certificate
from tests.fakes.letters import NOON
from tests.fakes.pushes import Browser, PushService


def letter(browser: Browser, **changes: Any) -> Letter:
    """A letter to this browser."""
    usual: dict[str, Any] = {"subject": "Late", "body": "All of it", "short": "Late\nhttp://testserver/cases/7"}
    there = {"name": "Sana", "address": "Chrome", "sealed": read(browser.gives).sealed, "language": "en"}
    return Letter(id=uuid.UUID(int=7), written_at=NOON, sent_at=NOON, **there, **(usual | changes))


def test_what_is_sealed_is_what_the_standard_seals_from_the_same_keys() -> None:
    once = ec.derive_private_key(int.from_bytes(decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")), ec.SECP256R1())
    key = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
    made = sealed_for(
        b"When I grow up, I want to be a watermelon", decoded(key), decoded("BTBZMqHH6r4Tts7J_aSIgg"),
        salt=decoded("DGv6ra1nlYgDCS1FRnbzlw"), once=once,
    )  # fmt: skip
    assert encoded(made) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3"
        "jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_the_longest_texts_fit_into_what_every_service_takes(settings: Any) -> None:
    settings.BACKLINE_GATEWAYS, settings.BACKLINE_URL = frozenset({"127.0.0.1"}), f"https://{'x' * 60}.example"
    pair, wide = Pair.new(), "🛗" * 5000
    answers = "".join(f"{wide}:\n{settings.BACKLINE_URL}/answer/{'x' * 250}/{one}\n\n" for one in range(6))
    with PushService(lambda: NOON) as service:
        browser = service.registered(pair.public)
        long = letter(browser, subject=wide, about=wide, answers=answers, short=f"x\n{settings.BACKLINE_URL}/cases/7")
        assert PushSender(pair).send(long).answer == "201: taken"
        [said] = browser.seen
    assert (len(said["title"]), len(said["text"]), len(said["answers"])) == (120, 300, 2)
    assert said["answers"][0]["link"].endswith("/0")


def test_over_tls_whoever_answers_must_be_the_host_of_the_endpoint(
    tmp_path: pathlib.Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BACKLINE_GATEWAYS = frozenset({"localhost"})
    pair = Pair.new()
    for name in ("localhost", "another.example"):
        believed, tls = certificate(name, tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(believed))
        outward.trusted.cache_clear()
        with PushService(lambda: NOON, tls=tls) as service:
            browser = service.registered(pair.public)
            if name == "localhost":
                assert PushSender(pair).send(letter(browser)).answer == "201: taken"
                assert browser.seen[0]["title"] == "Late"
            else:
                with pytest.raises(DeliveryError, match="CERTIFICATE_VERIFY_FAILED") as failed:
                    PushSender(pair).send(letter(browser))
                assert (failed.value.permanent, failed.value.unknown, browser.seen) == (False, False, [])
    outward.trusted.cache_clear()
