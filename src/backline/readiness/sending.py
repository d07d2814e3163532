"""What keeps texts, calls or everything from leaving, besides what is wrong with mail."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backline.channels import queries as outbox
from backline.channels import setups, wording
from backline.channels.notices import Channel, set_apart
from backline.readiness.lacks import Kind, Lack


def sending() -> list[Lack]:
    """That all of it is paused, and which channel that is on does not do its part."""
    pause = outbox.paused()
    said = _("All sending is paused, so nobody is told anything: %(why)s")
    paused = [Lack(Kind.PAUSED, said % {"why": set_apart(pause.why)})] if pause else []
    on = {channel: kept for channel, kept in setups.all_kept().items() if kept.is_on}
    flaws = [(channel, _flaw(kept)) for channel, kept in on.items()]
    return paused + [
        Lack(Kind.CHANNEL, f"{wording.CHANNELS[channel]}: {flaw}", channel.lower()) for channel, flaw in flaws if flaw
    ]


def _flaw(kept: setups.Kept) -> str:
    if kept.channel in setups.SWITCHED:
        # What one program or one chat refuses is for its owner to mend.
        said = _("addresses cannot be read, for BACKLINE_SECRET is another one than when they were entered. Whoever "
                 "has one must take it away and add it again.")  # fmt: skip
        return said if kept.is_broken else ""
    if kept.is_broken and kept.channel is Channel.PUSH:
        return _("the keys that sign them cannot be read, for BACKLINE_SECRET is another one than when they were made. "
                 "Keep it on once more: everybody then adds his browsers again.")  # fmt: skip
    if kept.is_broken:
        return _("the auth token cannot be read, for BACKLINE_SECRET is another one than when it was entered. "
                 "Enter it again.")  # fmt: skip
    if answer := outbox.last_failure(kept.channel):
        said = _("the last ones did not leave; the provider answered: %(answer)s. Mend it and send a test.")
        return said % {"answer": answer.rstrip(".")}
    return ""
