"""Loaded before Django's settings: gives every run a home of its own and forgets the settings of this machine."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from pathlib import Path

HOME = Path(tempfile.mkdtemp(prefix="bl-", dir="/tmp"))
"""The path is short, for a socket's path is; others may pass through, for the database's user must."""
HOME.chmod(0o711)
atexit.register(shutil.rmtree, HOME, ignore_errors=True)
for name in [name for name in os.environ if name.startswith("BACKLINE_") and name != "BACKLINE_SHARED"]:
    del os.environ[name]
os.environ.pop("DATABASE_URL", None)
os.environ["BACKLINE_HOME"] = str(HOME)
os.environ["BACKLINE_URL"] = "http://testserver"
