"""Ports on this machine that a service can have, and have again after it died."""

import json
import random
import socket
from collections.abc import Iterable
from pathlib import Path

from deploy.embedded.child import EmbeddedError

HOST = "127.0.0.1"
RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def is_free(port: int) -> bool:
    """Whether nothing listens on a port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def choose(taken: Iterable[int], wanted: int | None = None) -> int:
    """A free port, the wanted one where it is free. Raises OSError where none is found.

    Below those that the kernel gives to outgoing connections: else a client that tries again and again while the service is down is some day given the
    service's own port, and keeps it.
    """
    taken = set(taken)
    if wanted and wanted not in taken and is_free(wanted):
        return wanted
    lowest = int(RANGE.read_text().split()[0])
    for _ in range(1000):
        port = random.randrange(min(10_000, lowest - 1000), lowest)
        if port not in taken and is_free(port):
            return port
    raise OSError(f"no free port below {lowest}")


def choose_all(names: Iterable[str], note: Path) -> dict[str, int]:
    """A free port for each name, that of the last run where it is free; the note, which is written anew, has those. Raises EmbeddedError."""
    ports = dict[str, int]()
    try:
        last = json.loads(note.read_text()) if note.exists() else {}
    except (OSError, ValueError) as error:
        raise EmbeddedError(
            f"{note}, the note of the ports of the last run, cannot be read ({error}); without it others are taken"
        ) from None
    for name in names:
        ports[name] = choose(ports.values(), last.get(name))
    note.write_text(json.dumps(ports))
    return ports


def is_open(port: int) -> bool:
    """Whether something on this machine listens on a port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0
