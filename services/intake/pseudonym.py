"""Persons who are to stay unknown (L11, B7): their ids are replaced before anything is told, since what is recorded is kept for ever.

The same person of a root has the same pseudonym, so that an anonymous reporter can be answered and rewarded under it; without the
installation's secret nobody can work out who it is, and no answer of reporting says which pseudonym somebody has.
"""

import hashlib
import hmac
from typing import Any

PSEUDONYMS = {"reporter": "anonymous", "visitor": "covert"}
"""Fields of told events that name a person, each with the field beside it that says whether this person is to stay unknown."""


def hidden(data: dict[str, Any]) -> list[str]:
    """The fields whose persons are to stay unknown."""
    return [field for field, flag in PSEUDONYMS.items() if data.get(flag) is True and isinstance(data.get(field), str)]


def pseudonym(person: str, secret: bytes) -> str:
    """Another id for a person, given as `person_id`: keyed, so that trying out all ids tells nobody whose it is."""
    return f"anon-{hmac.new(secret, person.encode(), hashlib.sha256).hexdigest()[:32]}"
