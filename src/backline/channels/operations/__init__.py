"""The only place that writes notices and receipts; nothing here touches the network."""

from __future__ import annotations

from backline.channels.operations._queue import cancel, forget, keep_from, mark_reported, queue, strike
from backline.channels.operations._sending import Done, claim, hold, release_held, settle

__all__ = [
    "Done",
    "cancel",
    "claim",
    "forget",
    "hold",
    "keep_from",
    "mark_reported",
    "queue",
    "release_held",
    "settle",
    "strike",
]
