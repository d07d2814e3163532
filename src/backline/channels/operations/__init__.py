"""The only place that writes notices, receipts and what came in; nothing here touches the network."""

from __future__ import annotations

from backline.channels.operations._queue import cancel, forget, keep_from, mark_reported, queue, strike
from backline.channels.operations._received import keep_text, mailbox_failed, mailbox_read, receive, settle_mail
from backline.channels.operations._sending import (
    Done,
    claim,
    heard,
    hold,
    put_elsewhere,
    release_held,
    settle,
    unanswered,
)
from backline.channels.operations._setup import keep_push, keep_setup, switch
from backline.channels.operations._switch import pause, resume

__all__ = [
    "Done",
    "cancel",
    "claim",
    "forget",
    "heard",
    "hold",
    "keep_from",
    "keep_push",
    "keep_setup",
    "keep_text",
    "mailbox_failed",
    "mailbox_read",
    "mark_reported",
    "pause",
    "put_elsewhere",
    "queue",
    "receive",
    "release_held",
    "resume",
    "settle",
    "settle_mail",
    "strike",
    "switch",
    "unanswered",
]
