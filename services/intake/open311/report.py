"""A service request as an app posts it, as the event that it becomes. Pure.

What GeoReport v2 asks of the person who reports (name, mailbox, telephone, device, account) is not kept: an issue has no place for it. Where it is, and
the address of a picture, are lines of the issue's text; no address is ever opened.
"""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from services.intake.masking import masked
from services.intake.open311.services import Services
from shared.http.access import Key
from shared.http.problem import Problem
from shared.topics import book_id, subject_id
from shared.workdays import local_date

MOST = 100
"""Fields of a form."""
TOLD = "open311-"
"""What the ids of events begin with that came through this door."""
Fields = Mapping[str, str]


def read_form(text: bytes) -> dict[str, str]:
    """The fields of a form, those that were left empty out. Raises Problem 400."""
    try:
        pairs = [pair for pair in parse_qsl(text.decode(), max_num_fields=MOST, errors="strict") if pair[1].strip()]
    except ValueError:
        raise Problem("no-form", most=MOST) from None
    fields = dict(pairs)
    if len(fields) < len(pairs):
        raise Problem(
            "wrong-field", field=", ".join(sorted({name[:80] for name, _ in pairs if sum(name == each for each, _ in pairs) > 1}))
        )
    return fields


def event_of(campaign: str, fields: Fields, key: Key, services: Services, now: datetime, once: str | None) -> dict[str, Any]:
    """The event that a service request becomes: an issue of the key's unit, or of the one below it that `attribute[unit]` names.

    Its reference is made of what is told and the day, or of `once`, the app's own key against doing it twice: sent again it is the same issue. Whoever
    reads it could else try out what is masked or not kept, as the number of a phone, until the hash fits. Raises Problem 400 or 404.
    """
    for name in ("service_code", "description"):
        if name not in fields:
            raise Problem("needs-field", field=name)
    channel, category = services.split(fields["service_code"])
    text = "\n".join((fields["description"].strip().replace("\r\n", "\n"), *_place(fields), *_media(fields)))
    unit = fields.get("attribute[unit]", key.unit)
    said = ["once", once] if once else [local_date(now).isoformat(), unit, channel, category, masked(text)]
    reference = hashlib.sha256("\0".join([campaign, *said]).encode()).hexdigest()[:32]
    return {
        "specversion": "1.0",
        "id": f"{TOLD}{reference}",
        "type": "IssueReported",
        "subject": subject_id(book_id(campaign, unit), "issue", key.source, reference),
        "time": now.isoformat(timespec="milliseconds"),
        "data": {"text": text, "category": category, "channel": channel},
    }


def _place(fields: Fields) -> list[str]:
    """Where it is, in lines of text. Raises Problem 400."""
    named = [fields[name].strip() for name in ("address_string", "address_id") if name in fields]
    if "lat" not in fields and "long" not in fields:
        if not named:
            raise Problem("needs-field", field="lat, long | address_string | address_id")
        return named
    at = [_degrees(fields, name, most) for name, most in (("lat", 90), ("long", 180))]
    return [*named, ", ".join(f"{each:.6f}" for each in at)]  # to a hand's breadth: more digits look like the number of a card


def _degrees(fields: Fields, name: str, most: int) -> float:
    try:
        degrees = float(fields.get(name, ""))
    except ValueError:
        raise Problem("wrong-field", field=name) from None
    if not isfinite(degrees) or abs(degrees) > most:
        raise Problem("wrong-field", field=name)
    return degrees


def _media(fields: Fields) -> list[str]:
    """The address of a picture, as a line of text. Raises Problem 400."""
    if not (given := fields.get("media_url", "").strip()):
        return []
    try:
        address = urlsplit(given)
    except ValueError:
        raise Problem("wrong-field", field="media_url") from None
    if address.scheme not in ("http", "https") or not address.netloc or not given.isprintable() or " " in given:
        raise Problem("wrong-field", field="media_url")
    return [given]
