"""The seal of a record: an HMAC that only a service of the installation can make, since whoever may write to Kafka can put a record on a topic.

What speaks for a bureau, and what names or erases a person, is believed of intake and the ledger alone (`docs/adr/0012-what-is-sealed.md`).
"""

import hmac
import os
import struct

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec.structs import replace

from shared.kafka.records import Headers, Received, Record
from shared.settings import PREFIX, SettingMistake, Settings
from shared.topics import INTAKE, PEOPLE

SEALED = frozenset({INTAKE, PEOPLE})
"""The topics on which every record bears a seal."""
SEAL = "xiaohao-seal"
"""The header that holds it, the last one of its record: 32 bytes."""
NONCE = 12
"""Bytes before an encrypted text that were drawn for it alone."""


class NotOurs(ValueError):
    """What was encrypted with none of the keys, or changed since."""


class StreamKeys:
    """The secrets of `XIAOHAO_STREAM_KEY`: the first seals and encrypts, all verify and decrypt, so that a new one can take over from an old one."""

    def __init__(self, *secrets: str) -> None:
        self._seals = [_derived(secret, b"xiaohao: seal of a record") for secret in secrets]
        self._ciphers = [AESGCM(_derived(secret, b"xiaohao: dead letter")) for secret in secrets]

    def sealed(self, record: Record) -> Record:
        """The same record with its seal."""
        return replace(record, headers=[*record.headers, (SEAL, _seal(self._seals[0], record.topic, record, record.headers))])

    def mistake(self, topic: str, record: Received) -> str | None:
        """Why no service of this installation made this record of `topic`; None where one did."""
        *headers, (name, given) = record.headers or [("", None)]
        if name != SEAL or given is None:
            return "it bears no seal: neither intake nor the ledger put it here"
        if any(hmac.compare_digest(given, _seal(key, topic, record, headers)) for key in self._seals):
            return None
        return "its seal does not fit: it was changed, or sealed with a key that is not in XIAOHAO_STREAM_KEY"

    def encrypted(self, text: bytes, beside: bytes) -> bytes:
        """A text that nobody reads without the keys; `beside` stands in clear, and the two cannot be parted unseen."""
        nonce = os.urandom(NONCE)
        return nonce + self._ciphers[0].encrypt(nonce, text, beside)

    def decrypted(self, value: bytes, beside: bytes) -> bytes:
        """What was encrypted. Raises NotOurs."""
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(value[:NONCE], value[NONCE:], beside)
            except (InvalidTag, ValueError):  # the second where it is too short to be one
                continue
        raise NotOurs("it was encrypted with a key that is not in XIAOHAO_STREAM_KEY, or changed since")


def stream_keys(settings: Settings) -> StreamKeys:
    """The keys that the settings name. Raises SettingMistake where they name none: no service runs without."""
    if settings.stream_key is None:
        raise SettingMistake(
            f"{PREFIX}STREAM_KEY is not set: all services of an installation need the same secret of at least 32 characters, "
            "such as `openssl rand -hex 32` gives"
        )
    return StreamKeys(*settings.stream_key.get_secret_value().split(","))


def packed(*parts: bytes | None) -> bytes:
    """Parts as one: how many there are, the length of each (-1 for none), and then all of them, so that no two rows of parts give the same."""
    count = len(parts)
    lengths = [-1 if part is None else len(part) for part in parts]
    return b"".join([struct.pack(f">{count + 1}i", count, *lengths), *[part for part in parts if part]])


def unpacked(whole: bytes) -> list[bytes | None]:
    """The parts again."""
    (count,) = struct.unpack_from(">i", whole)
    place, parts = 4 + 4 * count, list[bytes | None]()
    for length in struct.unpack_from(f">{count}i", whole, 4):
        parts.append(None if length < 0 else whole[place : place + length])
        place += max(length, 0)
    return parts


def parts_of(record: Received, headers: Headers) -> list[bytes | None]:
    """A record's key, its value, and these of its headers: each name, then its value."""
    parts = [record.key, record.value]
    for name, value in headers:
        parts += (name.encode("utf-8", "surrogateescape"), value)
    return parts


def _seal(key: bytes, topic: str, record: Received, headers: Headers) -> bytes:
    return hmac.digest(key, packed(topic.encode(), *parts_of(record, headers)), "sha256")


def _derived(secret: str, purpose: bytes) -> bytes:
    """A key for one purpose: what is known of one helps with no other."""
    return HKDF(SHA256(), 32, salt=None, info=purpose).derive(secret.encode())
