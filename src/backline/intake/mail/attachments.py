"""What came with a mail becomes evidence: pictures to be shown, and everything else to be saved as it came."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from backline.core.words import Actor
from backline.evidence import operations as evidence
from backline.evidence.words import Refused
from backline.intake.mail.reading import Attached, Mail


def keep(mail: Mail, key: str, by: Actor, *, at: datetime) -> tuple[list[str], list[str]]:
    """The ids of what is kept, and a line for each file that is not: an empty one, or one that is too large."""
    kept, unkept = [], []
    of_mail: dict[str, Any] = {"draft_key": key, "by": by, "at": at}
    for take, files in ((_picture, mail.photos), (_file, mail.files)):
        for one in files:
            try:
                kept.append(take(one, of_mail))
            except Refused as error:
                unkept.append(error.text)
    return kept, unkept


def named(text: str, unkept: Iterable[str]) -> str:
    """The words, and below them in our own what came with them and was not kept."""
    return "\n\n".join(filter(None, [text, *(f"[{line}]" for line in unkept)]))


def _picture(one: Attached, of_mail: dict[str, Any]) -> str:
    """A picture, or what says that it is one: what cannot be shown is kept as any other file is."""
    try:
        return str(evidence.take(upload=SimpleUploadedFile(one.name or "photo", one.content), **of_mail).id)
    except Refused:
        return _file(one, of_mail)


def _file(one: Attached, of_mail: dict[str, Any]) -> str:
    upload = SimpleUploadedFile(one.name or "file", one.content)
    return str(evidence.take_file(upload=upload, content_type=one.type, **of_mail).id)
