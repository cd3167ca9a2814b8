"""How long whoever answered asks to be left alone (`Retry-After`, RFC 9110): in seconds, or until a moment."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

LONGEST = 3600.0
"""Seconds of the longest pause that is kept: whoever asks for more is asked again all the same."""


def pause_told(response: httpx.Response) -> float:
    """Seconds to wait, from 0 to LONGEST; 0 where nothing is said of it, or nothing that can be read."""
    given = response.headers.get("Retry-After", "").strip()
    if given.isascii() and given.isdigit():
        seconds = float(given)
    else:
        until = _moment(given)
        # By the clock of whoever says so, where it tells: ours may be wrong.
        now = _moment(response.headers.get("Date", "")) or datetime.now(UTC)
        seconds = (until - now).total_seconds() if until else 0.0
    return min(max(seconds, 0.0), LONGEST)


def _moment(text: str) -> datetime | None:
    """A moment as HTTP writes it, in any of its three forms."""
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
