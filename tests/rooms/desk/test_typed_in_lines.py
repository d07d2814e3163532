"""What somebody typed stands as text in every line that is written of it, wherever it is shown."""

from __future__ import annotations

from datetime import timedelta
from html import escape

from django.test import Client

from backline.cases import operations as cases
from tests.fakes.browser import link_of, signed_in, words
from tests.fakes.house import House

TYPED = "<img src=x onerror=\"alert('1')\"> &amp; </td></li> {} {0} %s 🛗"


def test_what_was_typed_is_text_in_each_line_of_a_list_and_of_a_timeline(house: House) -> None:
    case = house.raised(summary=TYPED)
    for said in (TYPED, f"{TYPED} {'and on ' * 120}"):
        cases.add_note([case], text=said, **house.once("carl"))
    house.clock.advance(timedelta(hours=3))
    pages = {"carl": ["/queue", "/queue?text=onerror", "/hand-over", f"/cases/{case}"], "max": ["/manager"]}
    for name, places in pages.items():
        client = signed_in(name)
        for place in places:
            page = client.get(place)
            assert escape(TYPED) in page.content.decode(), (name, place)
            assert "<img src=x" not in page.content.decode(), (name, place)
    shown = signed_in("carl").get(f"/cases/{case}").content.decode()
    assert f'<details class="words soft"><summary>{escape(TYPED)} and on' in shown, "a long text is folded"
    assert TYPED not in words(Client().get(link_of(house, "otto", case))), "Otto sees nothing of it"
