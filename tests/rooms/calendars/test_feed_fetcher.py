"""A feed at an address: only what is public is asked, and one that is gone, huge, silent or leads in a circle ends."""

from __future__ import annotations

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

from backline.calendars import feeds
from backline.calendars.feed_fetcher import Unfetched, fetch, is_public
from backline.calendars.words import MOST_BYTES, FeedFault, Refused

FEED = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"


class Calendars(BaseHTTPRequestHandler):
    """Somebody's calendars, good and bad."""

    def do_GET(self) -> None:
        name = self.path.partition("?")[0].strip("/")
        moved = {"here": "/team", "circle": "/circle", "away": "file:///etc/passwd", "nowhere": "", "odd": "http://[/"}
        if name in moved:
            self.send_response(302)
            self.send_header("Location", moved[name])
            self.end_headers()
        elif name == "broken":
            self.wfile.write(b"\x00 not HTTP\r\n\r\n")
        else:
            self.send_response(200 if name in ("team", "huge", "endless") else 404)
            if name == "team":
                self.send_header("Content-Length", str(len(FEED)))
            self.end_headers()
            self.wfile.write({"team": FEED, "huge": b"x" * 2 * MOST_BYTES}.get(name, b""))

    def log_message(self, *_said: object) -> None:
        """Nothing."""


@pytest.fixture
def place() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Calendars)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def anybody(_number: str) -> bool:
    return True


def test_what_is_there_comes_also_where_it_moved(place: str) -> None:
    assert fetch(f"{place}/team?secret=1", allowed=anybody) == FEED
    assert fetch(f"{place}/here", allowed=anybody) == FEED
    assert len(fetch(f"{place}/huge", allowed=anybody)) == MOST_BYTES + 1, "no more than shows that it is too much"


@pytest.mark.parametrize(
    ("path", "fault", "detail"),
    [
        ("gone", FeedFault.NOT_THERE, "404"),
        ("circle", FeedFault.LOOPS, ""),
        ("nowhere", FeedFault.LOOPS, ""),
        ("away", FeedFault.UNREACHABLE, ""),
        ("odd", FeedFault.UNREACHABLE, ""),
        ("broken", FeedFault.UNREACHABLE, ""),
    ],
)
def test_what_is_not_there_is_said(place: str, path: str, fault: FeedFault, detail: str) -> None:
    with pytest.raises(Unfetched) as caught:
        fetch(f"{place}/{path}", allowed=anybody)
    assert (caught.value.fault, caught.value.detail) == (fault, detail)


@pytest.mark.parametrize("address", ["http://name.invalid/", "gopher://x/", "https://", "http://x:99999/", "\x00", ""])
def test_an_address_that_is_none_is_out_of_reach(address: str) -> None:
    with pytest.raises(Unfetched) as caught:
        fetch(address, allowed=anybody)
    assert caught.value.fault is FeedFault.UNREACHABLE


@pytest.mark.parametrize(
    "number",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "::1", "::", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1",
    ],
)  # fmt: skip
def test_what_is_not_public_is_never_asked(number: str) -> None:
    assert not is_public(number)


@pytest.mark.parametrize("number", ["93.184.216.34", "1.1.1.1", "2606:2800:220:1::1"])
def test_what_is_public_is(number: str) -> None:
    assert is_public(number)


def test_whoever_asks_for_a_feed_hears_a_sentence(place: str) -> None:
    with pytest.raises(Refused) as private:
        feeds.fetch(f"{place}/team")
    assert "lies in a network of its own" in private.value.text
    with pytest.raises(Refused) as gone:
        feeds.fetch("http://name.invalid/team.ics")
    assert "does not answer" in gone.value.text


def test_one_that_keeps_still_is_left_alone() -> None:
    with pytest.raises(Refused) as caught:
        feeds.fetch("http://name.invalid/team.ics", seconds=0.001)
    assert "did not come within" in caught.value.text
