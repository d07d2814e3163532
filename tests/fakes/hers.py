"""Cleo at her page over HTTP: opens it by the link of a mail, fills in a form of it and sends it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.fakes import photos
from tests.fakes.browser import key_in, link_of, text, words
from tests.fakes.house import House


@dataclass
class Hers:
    """Her page of one case."""

    house: House
    case: str
    who: str = "cleo"
    client: Client = field(default_factory=lambda: Client(raise_request_exception=False))

    @property
    def link(self) -> str:
        """The address as the mail of now would name it."""
        return link_of(self.house, self.who, self.case)

    def page(self) -> Any:
        """The page as it is answered."""
        return self.client.get(self.link)

    def reads(self) -> str:
        """What she reads."""
        return text(self.page())

    def key(self) -> str:
        """The key of a form that was just shown."""
        return key_in(self.page())

    def sends(self, what: str, *, key: str = "", **typed: Any) -> Any:
        """A form, sent once with a key of its own."""
        return self.client.post(f"{self.link}/{what}", {"key": key or self.key(), **typed})

    def images(self) -> list[str]:
        """The addresses of the photos on her page."""
        return re.findall(r'<img src="([^"]*)"', words(self.page()))

    def files(self) -> list[str]:
        """The addresses of the calendar files on her page."""
        return re.findall(r'href="([^"]*\.ics)"', words(self.page()))


def photo(name: str = "door.jpg", width: int = 80) -> SimpleUploadedFile:
    """A photo as a phone sends it."""
    return SimpleUploadedFile(name, photos.encoded(photos.quarters(width)), "image/jpeg")
