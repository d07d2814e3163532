"""Whether there is room on the disk, and which errors say that there is none."""

from __future__ import annotations

import errno
import shutil

from django.conf import settings
from psycopg.errors import DiskFull

LEAST = 64 * 1024 * 1024
"""With less than this PostgreSQL may fail at any moment: each piece of its log takes 16 MB."""
FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


def is_full(error: BaseException | None) -> bool:
    """Whether the error, or one that it comes from, is a full disk: ours, or that of the database."""
    while error is not None:
        if isinstance(error, DiskFull) or (isinstance(error, OSError) and error.errno in FULL):
            return True
        error = error.__cause__
    return False


def there_is() -> bool:
    """Whether the disk of the home has room for what comes next."""
    try:
        return shutil.disk_usage(settings.BACKLINE_HOME).free >= LEAST
    except OSError:
        return False
