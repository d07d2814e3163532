"""The one error of starting up: a clear sentence for whoever sits at the terminal."""

from __future__ import annotations


class Trouble(Exception):
    """Backline cannot start or go on; the message says what is wrong and what to do."""
