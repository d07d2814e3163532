"""Whether the address to listen on is free, and if not, who holds it and which one is."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

from backline.config.trouble import Trouble

LISTENING = "0A"


def check(host: str, port: int) -> None:
    """Raise `Trouble` where the port cannot be had, naming its holder and the next free one."""
    if is_free(host, port):
        return
    holder = _holder(port)
    who = f"by {holder}" if holder else "by another program"
    free = next((other for other in range(port + 1, min(port + 100, 65536)) if is_free(host, other)), None)
    instead = f" Port {free} is free: set BACKLINE_PORT={free}." if free else " Choose another with BACKLINE_PORT."
    raise Trouble(f"Port {port} on {host} is in use {who}.{instead}")


def is_free(host: str, port: int) -> bool:
    """Whether this address can be listened on; raises `Trouble` where the host is none of ours."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise Trouble(f"BACKLINE_HOST is {host!r}, which is no address of this machine.") from error
    with socket.socket(family, kind, protocol) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(address)
        except PermissionError as error:
            raise Trouble(f"Port {port} needs more rights than this user has; use one above 1023.") from error
        except OSError as error:
            if error.errno == errno.EADDRNOTAVAIL:
                raise Trouble(f"BACKLINE_HOST is {host!r}, which is no address of this machine.") from error
            return False
    return True


def _holder(port: int) -> str:
    """The program and number of the process that listens there, as far as this user may see."""
    inodes = _listening(port)
    for link in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            target = os.readlink(link)
        except OSError:
            continue
        if target.removeprefix("socket:[").removesuffix("]") in inodes:
            process = link.parent.parent
            return f"{(process / 'comm').read_text().strip()} (process {process.name})"
    return ""


def _listening(port: int) -> set[str]:
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            rows = [line.split() for line in Path(table).read_text().splitlines()[1:]]
        except OSError:
            continue
        found |= {row[9] for row in rows if row[3] == LISTENING and int(row[1].rpartition(":")[2], 16) == port}
    return found
