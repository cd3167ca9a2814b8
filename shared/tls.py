"""TLS whose certificates are renewed while a process runs, and why TLS came to nothing, in words."""

import re
import ssl
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

import structlog

from shared.settings import SettingMistake

log = structlog.get_logger()

Stamp = list[tuple[int, ...]]

UNTRUSTED = (
    ("certificate has expired", "has a certificate that ran out"),
    ("not yet valid", "has a certificate that is not valid yet; compare the clocks"),
    (r"(Hostname|IP address) mismatch", "has a certificate for another name: {mismatch}"),
    ("CERTIFICATE_VERIFY_FAILED", "has a certificate that no authority signed whom we trust: look at {authorities}"),
    (r"ALERT\w*(CERTIFICATE|UNKNOWN_CA)", "does not take our certificate, or wants one: look at {certificate}"),
    ("WRONG_VERSION_NUMBER|RECORD_LAYER_FAILURE", "speaks no TLS there"),
)
"""What OpenSSL says, and what it means; the first that fits holds."""


def why_untrusted(said: str, authorities: str, certificate: str) -> str | None:
    """What is wrong with their certificate or with ours, in what OpenSSL said; the names say where we have whom we trust and who we are."""
    mismatch = re.search(r"certificate is not valid for '[^']*'", said)
    names = {
        "authorities": authorities,
        "certificate": certificate,
        "mismatch": mismatch[0] if mismatch else "it is not that of its address",
    }
    return next((words.format_map(names) for pattern, words in UNTRUSTED if re.search(pattern, said)), None)


class Renewed(ssl.SSLContext):
    """TLS of a client by what the files hold as a connection is made: certificates that were renewed are taken without a restart, and authorities that are
    no longer there are trusted no longer. While the files cannot be used, as half-way through their renewal, what they held before holds.
    """

    def __new__(cls, *_: object) -> Self:
        return super().__new__(cls, ssl.PROTOCOL_TLS_CLIENT)

    def __init__(self, files: Sequence[Path], load: Callable[[], ssl.SSLContext]) -> None:
        """`load` makes a context of what the files hold. Raises what that does."""
        self._files, self._load = files, load
        self._stamp, self._loaded = stamp(files), load()

    def wrap_bio(self, *args: Any, **options: Any) -> ssl.SSLObject:
        """One side of a connection, as asyncio makes it."""
        return self._fresh().wrap_bio(*args, **options)

    def wrap_socket(self, *args: Any, **options: Any) -> ssl.SSLSocket:
        """The same over a socket that blocks."""
        return self._fresh().wrap_socket(*args, **options)

    def _fresh(self) -> ssl.SSLContext:
        if (now := stamp(self._files)) != self._stamp:
            try:
                self._loaded = self._load()
            except (OSError, SettingMistake) as error:
                log.warning("renewed certificates cannot be used", detail=str(error))
            else:
                self._stamp = now
                log.info("certificates renewed", files=[str(file) for file in self._files])
        return self._loaded


def stamp(files: Sequence[Path]) -> Stamp:
    """What changes when one of these is written anew or another takes its place; of one that is not there, nothing."""
    found: Stamp = []
    for file in files:
        try:
            status = file.stat()
            found.append((status.st_mtime_ns, status.st_ino, status.st_size))
        except OSError:
            found.append(())
    return found
