"""Ports on this machine that a service can have, and have again after it died."""

import random
import socket
from collections.abc import Iterable
from pathlib import Path

HOST = "127.0.0.1"
RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")


def free(port: int) -> bool:
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
    if wanted and wanted not in taken and free(wanted):
        return wanted
    lowest = int(RANGE.read_text().split()[0])
    for _ in range(1000):
        port = random.randrange(min(10_000, lowest - 1000), lowest)
        if port not in taken and free(port):
            return port
    raise OSError(f"no free port below {lowest}")
