"""Jobs as an import brings them: real outages of lifts where the shared data is there, else a few of our own."""

from __future__ import annotations

import os
from pathlib import Path

from backline.config.wiring import Wired
from backline.intake import imports
from backline.intake.imports import Report
from backline.intake.mapping import Mapping
from backline.jobs import queries
from backline.jobs.queries import Job
from backline.look.sheet import Flaw

DATA = Path(__file__).resolve().parents[1] / "data"
ROOT = DATA.parents[1]


def elevators() -> Path:
    """The folder of the real outages, there or not."""
    return (ROOT / (os.environ.get("BACKLINE_SHARED") or "../shared") / "data" / "elevators").resolve()


def imported(path: Path, mapping: str = "", *, kind: str = "jobs", dry: bool = False) -> tuple[Report, list[Flaw]]:
    """The report of an import by one of the mappings here, and the lines that were refused."""
    flaws: list[Flaw] = []
    read = Mapping.read(DATA / mapping) if mapping else Mapping()
    return imports.run(path, read, kind=kind, dry=dry, say=flaws.append, at=Wired.clock.now()), flaws


def imported_outages() -> tuple[Report, list[Flaw]]:
    """The register of units and all outages of the shared data."""
    assert imported(elevators() / "units.csv.gz", "units.toml", kind="assets")[1] == []
    return imported(elevators() / "outages.csv.gz", "elevators.toml")


def imported_jobs() -> Job:
    """Import the real outages, or our own file where they are absent; an open job of it, with its asset and site."""
    if elevators().exists():
        imported_outages()
        reference = "EL395 2018-04-02 22:23:00+00:00"
    else:
        imported(DATA / "jobs.csv", "jobs.toml")
        reference = "A-1005"
    found = queries.jobs_by_reference([reference])[reference]
    job = queries.job(str(found.id))
    assert job
    assert job.asset
    return job
