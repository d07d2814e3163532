"""The workers of a flood: real processes that tell what is due by every channel and are killed with -9 amid it.

`python -c START WALL PATIENCE WORKERS SEED` keeps so many alive until it is told to end. At each SIGUSR1 one of them
is killed, whatever it is at, and another one takes its place.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from random import Random

from django.conf import settings

from backline.channels.delivery import Post
from backline.channels.email.message import origin
from backline.channels.email.sender import SmtpSender
from backline.channels.email.server import parse
from backline.channels.notices import Channel
from backline.channels.port import Sender
from backline.channels.push.sender import PushSender
from backline.channels.push.vapid import Pair
from backline.channels.setups import account_in_use, secret_in_use
from backline.channels.sms.sender import TextSender
from backline.channels.voice.sender import CallSender
from backline.channels.webhook.sender import WebhookSender
from backline.engine import loop
from backline.engine.duties.deliver import Deliver
from backline.engine.duties.unheard import Unheard
from tests.soak.herd import Herd, OftenLook

START = "import django; django.setup(); from tests.soak import couriers; couriers.main()"


@dataclass(frozen=True)
class Wall:
    """The clock on the wall that all workers see, and that the soak alone moves."""

    path: Path

    def now(self) -> datetime:
        """What it shows."""
        return datetime.fromisoformat(self.path.read_text())

    def move(self, at: datetime) -> None:
        """It shows this from now on; nobody sees half of it."""
        other = self.path.with_suffix(".next")
        other.write_text(at.isoformat())
        other.replace(self.path)


class OftenDeliver(Deliver):
    """Sends as often as a short night needs it."""

    EVERY = 0.05


@cache
def senders(patience: float) -> Mapping[Channel, Sender]:
    """The senders as they are wired, but for their patience."""
    text, call, key = account_in_use(Channel.SMS), account_in_use(Channel.VOICE), secret_in_use(Channel.PUSH)
    assert text
    assert call
    assert key
    return {
        Channel.EMAIL: SmtpSender(parse(settings.BACKLINE_SMTP_URL), origin("B <b@example.org>"), timeout=patience),
        Channel.SMS: TextSender(text, patience=patience),
        Channel.VOICE: CallSender(call, patience=patience),
        Channel.WEBHOOK: WebhookSender(patience),
        Channel.PUSH: PushSender(Pair(key), patience=patience),
    }


def live(wall: Wall, patience: float) -> None:
    """One worker, until a signal or its death."""
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    loop.run([OftenLook(), OftenDeliver(Post(lambda: senders(patience))), Unheard()], wall, stop)


def main() -> None:
    """Herd as the arguments say; how many were killed is printed at the end."""
    wall, patience, workers, random = Wall(Path(sys.argv[1])), float(sys.argv[2]), int(sys.argv[3]), Random(sys.argv[4])
    herd = Herd()

    def kill(*_: object) -> None:
        one = random.choice(sorted(herd.alive))
        herd.alive.discard(one)
        os.kill(one, signal.SIGKILL)

    signal.signal(signal.SIGUSR1, kill)
    herd.keep(lambda: partial(live, wall, patience), workers)
    print(herd.killed, flush=True)
