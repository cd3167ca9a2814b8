"""Why something failed, as a log or an open page may say it: an exception's own words may quote what somebody wrote."""

from aiokafka.errors import KafkaError

from shared.faults import Conflict, StoreBehind, Unavailable
from shared.kafka.dead_letters import failed_at

LONGEST = 500
SPEAKING = (Conflict, StoreBehind, Unavailable, KafkaError)
"""What says in its own words where Kafka or MongoDB was, or what is to be done, and quotes no record."""


def why(error: BaseException) -> str:
    """In its own words, where these quote nothing; else what failed, and where."""
    return (str(error) or type(error).__name__)[:LONGEST] if isinstance(error, SPEAKING) else failed_at(error)
