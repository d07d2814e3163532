"""The demo on the command line: loads it where nothing is yet, says who may sign in, and clears its files."""

from __future__ import annotations

import shutil
import sys
from datetime import datetime
from pathlib import Path

from backline.config.environment import Environment, kept_secret
from backline.config.progress import Progress
from backline.config.trouble import Trouble
from backline.demo.cast import CAST, mail
from backline.demo.film import Unfinished
from backline.demo.operations import NotEmpty, Wish, load

KEPT_IN = "demo-password"


def loaded(environment: Environment, *, at: datetime) -> str:
    """Load the demo, with its progress on the terminal; the sign-ins. Raises `Trouble` where there is anything yet."""
    progress = Progress("Loading the demo organisation", sys.stdout)
    wish = Wish(kept_secret(_password_file(environment), bytes_long=9), together=True)
    try:
        load(wish, at=at, say=progress)
    except NotEmpty as error:
        raise Trouble(
            "There is something in the database already; the demo goes into an empty one alone. "
            "Set BACKLINE_HOME to a new folder to try it there."
        ) from error
    except Unfinished as error:
        raise Trouble(
            f"The demo could not be loaded: {error}. Start again; what was loaded is cleared first"
        ) from error
    finally:
        progress.end()
    return sign_ins(environment)


def sign_ins(environment: Environment) -> str:
    """Who may sign in to the demo, and how it ends."""
    lines = [f"  {mail(name):<22} {what}" for name, _role, what in CAST]
    return "\n".join(
        [
            "A demo organisation with made-up people; nothing leaves it. Sign in as one of these:",
            *lines,
            f"  password: {kept_secret(_password_file(environment), bytes_long=9)}",
            "One press at the top of each page makes you another of them.",
            "`backline demo --clear` removes all of it, so that you can set up your own organisation.",
        ]
    )


def clear_files(environment: Environment) -> None:
    """Remove the photos of the demo and its password."""
    shutil.rmtree(environment.home / "evidence", ignore_errors=True)
    _password_file(environment).unlink(missing_ok=True)


def _password_file(environment: Environment) -> Path:
    return environment.home / KEPT_IN
