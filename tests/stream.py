"""The stream key of every installation that tests start, and what is sealed and read with it."""

from collections.abc import Iterable

from pydantic import SecretStr

from shared.kafka.dead_letters import original
from shared.kafka.records import Received, Record
from shared.kafka.seal import SEALED, StreamKeys

STREAM_KEY = SecretStr("no secret: it is what tests seal with")
KEYS = StreamKeys(STREAM_KEY.get_secret_value())


def sealed(records: Iterable[Record]) -> list[Record]:
    """Records as intake and the ledger put them on their topics, each of another topic as it is."""
    return [KEYS.sealed(each) if each.topic in SEALED else each for each in records]


def opened(letter: Received) -> Record:
    """The record that a dead letter on its topic holds."""
    return original(letter, KEYS)[0]
