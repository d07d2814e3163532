"""Opens what is sealed of the address of a letter, for the one channel that can read it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from backline.channels.port import DeliveryError, Letter
from backline.channels.seal import BrokenSeal, unsealed


def opened(letter: Letter) -> str:
    """What stands in it; raises a `DeliveryError` where there is none any more, or no secret that opens it."""
    if not letter.sealed:
        raise DeliveryError(_("this address was taken away"), permanent=True)
    try:
        return unsealed(letter.sealed)
    except BrokenSeal as error:
        said = _("the address cannot be read, for BACKLINE_SECRET is another one than when it was entered")
        raise DeliveryError(said, permanent=True) from error
