"""What is said back to a text that came in, as the document that a provider reads it from."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring


def written(said: str) -> bytes:
    """The document; an empty one where nothing is said back."""
    document = Element("Response")
    if said:
        SubElement(document, "Message").text = said
    return bytes(tostring(document, encoding="utf-8", xml_declaration=True))
