"""A record of an inbox as one event, in either of the forms that CloudEvents 1.0 has on Kafka. Pure."""

from typing import Any

import orjson

from services.intake.body import ONE, in_utf8
from services.intake.envelope import Row, valid_trace
from services.intake.limits import LARGEST
from services.intake.mistakes import NotTaken
from services.intake.no_json import why_no_json
from shared.kafka.records import Received

TYPE, ATTRIBUTE = "content-type", "ce_"


def read_row(index: int, record: Received) -> Row:
    """A record as one event: structured, where its value is the whole, or binary, where its value is the data and headers are the rest.

    Its topic alone says whose it is: neither its key nor any header is asked.
    """
    raw: Any = None
    try:
        headers = _headers(record)
        value = record.value or b""
        if len(value) > LARGEST:
            raise NotTaken.by("too-large", "", None, size=len(value), limit=LARGEST)
        given = headers.get(TYPE) or ""
        if (media := in_utf8(given)) == ONE:
            raw = _json("", value)
        elif media is None or media.startswith("application/cloudevents") or not headers:
            raise NotTaken.by("content-type", TYPE, given)
        else:
            raw = {name.removeprefix(ATTRIBUTE): text for name, text in headers.items() if name != TYPE}
            raw |= {"datacontenttype": media} if media else {}
            raw.pop("data", None)
            if value:
                raw["data"] = _json("data", value)
    except NotTaken as refusal:
        return Row(index, raw, refusal)
    if isinstance(raw, dict) and not valid_trace(raw.get("traceparent")):
        raw["traceparent"] = next(
            (text.decode("ascii", "replace") for name, text in record.headers if name == "traceparent" and text), None
        )
    return Row(index, raw)


def _headers(record: Received) -> dict[str, str | None]:
    """The headers that say something of the event. Raises NotTaken."""
    found: dict[str, str | None] = {}
    for name, raw in record.headers:
        if name != TYPE and not name.startswith(ATTRIBUTE):
            continue
        try:
            name.encode()  # one that is no text comes with escapes, see `shared.kafka.headers`
            text = None if raw is None else raw.decode()
        except UnicodeError:
            raise NotTaken.by("header", ascii(name)[1:-1][:80], None) from None
        if name in found:
            raise NotTaken.by("header", name[:80], text)
        found[name] = text
    return found


def _json(field: str, text: bytes) -> Any:
    """Raises NotTaken."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise NotTaken.by("json", field, text[:200].decode("utf-8", "replace"), detail=why_no_json(text, error)) from None
