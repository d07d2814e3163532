"""Makes a demo in a program of its own, and prints what it is.

`python -m tests.rooms.demo.made SIZE [together] [torn]`; torn leaves the second process without a number for its case.
"""

from __future__ import annotations

import os
import sys


def main(size: str, *how: str) -> None:
    """Make it and print it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "backline.config.settings"
    from django.conf import settings

    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    import django

    django.setup()
    from backline.cases import operations as cases
    from backline.demo.operations import Wish, load
    from tests.rooms.demo.conftest import AT, PASSWORD
    from tests.rooms.demo.prints import print_of

    if "torn" in how:
        cases.reserve_numbers = lambda _count: [1001]
    load(Wish(PASSWORD, int(size), together="together" in how), at=AT)
    sys.stdout.write(print_of())


if __name__ == "__main__":
    main(*sys.argv[1:])
