"""A service request as an app posts it, as the event that it becomes. Pure.

What GeoReport v2 asks of the person who reports (name, mailbox, telephone, device, account) is not kept: an issue has no place for it. It says alone whether
two forms are one request (`identity`). Where it is, and the address of a picture, are lines of the issue's text; no address is ever opened.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from math import isfinite
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlsplit

from services.intake.open311.services import Services
from shared.http.access import Key
from shared.http.problem import Problem
from shared.topics import book_id, subject_id

MOST = 100
"""Fields of a form."""
TOLD = "open311-"
"""What the ids of events begin with that came through this door."""
PERSON = ("first_name", "last_name", "email", "phone", "device_id", "account_id")
"""Fields that say who reports."""
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


class Report(NamedTuple):
    """What a form reports."""

    unit: str
    channel: str
    category: str
    text: str


def read_report(fields: Fields, key: Key, services: Services) -> Report:
    """An issue of the key's unit, or of the one below it that `attribute[unit]` names. Raises Problem 400 or 404."""
    for name in ("service_code", "description"):
        if name not in fields:
            raise Problem("needs-field", field=name)
    channel, category = services.split(fields["service_code"])
    text = "\n".join((fields["description"].strip().replace("\r\n", "\n"), *_place(fields), *_media(fields)))
    return Report(fields.get("attribute[unit]", key.unit), channel, category, text)


def identity(campaign: str, key: Key, report: Report, fields: Fields, secret: bytes) -> str:
    """A digest that two forms have in common only if they report the same, of the same place and by the same person, through the same source.

    It stands in no event and in no answer. Whoever reads it in the database and has not the secret cannot try out whose telephone fits.
    """
    person = [fields.get(name, "").strip().casefold() for name in PERSON]
    said = [campaign, key.root, key.source, *report, *person]
    return hmac.new(secret, "\0".join(said).encode(), hashlib.sha256).hexdigest()


def reference_of(campaign: str, once: str) -> str:
    """The reference of whatever an app sends under its own key against doing it twice."""
    return hashlib.sha256(f"{campaign}\0once\0{once}".encode()).hexdigest()[:32]


def event_of(campaign: str, report: Report, key: Key, reference: str, now: datetime) -> dict[str, Any]:
    """The event that a report becomes under its reference: told again under the same it is the same issue."""
    return {
        "specversion": "1.0",
        "id": f"{TOLD}{reference}",
        "type": "IssueReported",
        "subject": subject_id(book_id(campaign, report.unit), "issue", key.source, reference),
        "time": now.isoformat(timespec="milliseconds"),
        "data": {"text": report.text, "category": report.category, "channel": report.channel},
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
