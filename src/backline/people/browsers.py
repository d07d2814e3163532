"""What a browser is called, so that its owner knows it again: by what it says of itself."""

from __future__ import annotations

from django.utils.translation import gettext as _

_BROWSERS = {
    "Edg": "Edge", "OPR/": "Opera", "SamsungBrowser": "Samsung Internet", "Firefox": "Firefox", "FxiOS": "Firefox",
    "CriOS": "Chrome", "Chrome": "Chrome", "Safari": "Safari",
}  # fmt: skip
"""By what stands in its words; all say that they are Safari, and most that they are Chrome."""
_SYSTEMS = {
    "Android": "Android", "iPhone": "iPhone", "iPad": "iPad", "Windows": "Windows", "CrOS": "ChromeOS",
    "Mac OS X": "Mac", "Linux": "Linux",
}  # fmt: skip


def name_of(said: str) -> str:
    """Such as “Chrome on Android”, from what stands in `User-Agent`."""
    browser = next((name for mark, name in _BROWSERS.items() if mark in said), _("A browser"))
    system = next((name for mark, name in _SYSTEMS.items() if mark in said), "")
    return _("%(browser)s on %(system)s") % {"browser": browser, "system": system} if system else browser
