"""Routing rules as a file, in a few lines: one rule, and the file of several."""

from __future__ import annotations

LIFTS = '[[rules]]\nteam = "Lift specialists"\nasset_type = "lift"\n'
DANGER = '[[rules]]\nteam = "Lift support"\nreason = "SAFETY_RISK"\nsite = "LIB-1"\npriority = "P1"\n'


def rules(*written: str) -> str:
    """The file of these rules."""
    return "\n".join(["format = 1", "", *(written or ["rules = []"])])
