"""What can be asked of a list of issues, as parameters: the same for the page and for the API."""

import base64
import binascii
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Literal
from urllib.parse import quote, urlencode

from fastapi import Depends, Query, Request

from services.reporting.figures.filters import Filter
from services.reporting.figures.top import Top
from services.reporting.fold.rows import Status
from services.reporting.http.reading import CodeParam, PhaseParam, Reading
from shared.events.issue import ClockName
from shared.http.problem import Problem
from shared.kafka.cloudevents import SUBJECT
from shared.values import Wording
from shared.wording import worded
from shared.wording.problems import DETAILS

Figure = Literal["entered", "struck_off", "on_time", "overdue", "carried_over", "open", "defects", "hazards"]
CursorParam = Annotated[str | None, Query(max_length=600)]
ISSUE, SUBJECTS = r"[a-z0-9-]+/[a-z0-9-]+#\d{9,}", SUBJECT.pattern
BOOKS = r"[a-z0-9-]+/[a-z0-9-]+"
"""What a cursor holds: the place of an issue, the id of another subject, or of a book."""
MONTHLY = ("entered", "struck_off", "on_time")
"""The figures of which it is kept in which month each issue counted."""


def _asked(
    own: Annotated[bool, Query(description="of the unit's own book alone")] = False,
    phase: PhaseParam = None,
    figure: Annotated[Figure | None, Query(description="the figure of a summary in which the issues count, each once")] = None,
    month: Annotated[
        str | None, Query(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$", description="in which they were entered, or struck off")
    ] = None,
    category: CodeParam = None,
    channel: CodeParam = None,
    status: Status | Literal["open"] | None = None,
    overdue: Annotated[bool | None, Query(description="whether their clock ran out and they are not rectified now")] = None,
    carried_over: bool | None = None,
    standing: Annotated[bool | None, Query(description="whether they have no end")] = None,
    struck: Annotated[bool | None, Query(description="whether they were ever struck off, also where that was undone")] = None,
    clock: Annotated[ClockName | None, Query(description="a clock that ran out")] = None,
    owner: Annotated[
        str | None, Query(min_length=1, max_length=64, pattern=r"^[^\x00]*$", description="an id, or a name that may be seen")
    ] = None,
    q: Annotated[
        str | None, Query(min_length=1, max_length=100, pattern=r"^[^\x00]*$", description="a part of their text, in whichever glyphs")
    ] = None,
) -> Filter:
    """What is asked of issues, beside campaign and unit. Raises Problem 422."""
    if month and figure not in (None, *MONTHLY):
        raise unfit([("month", month, worded(DETAILS["not-by-month"], known=", ".join(MONTHLY), figure=figure))])
    return Filter(
        None, None, own, phase, figure, month, category, channel, status, overdue, carried_over, standing, struck, clock, owner, q
    )


IssuesAsked = Annotated[Filter, Depends(_asked)]


async def settled(reading: Reading, top: Top, wanted: Filter, campaign: str | None, unit: str | None) -> Filter:
    """A filter with the unit by its code, and all whom the owner's name may mean. Raises NotFound."""
    code = await reading.units.code(top, campaign, unit) if unit else None
    called = await reading.issues.called(top, wanted.owner) if wanted.owner else ()
    return replace(wanted, campaign=campaign, unit=code, called=called)


async def without_empty(request: Request) -> None:
    """A FastAPI dependency: a form also sends what was left empty; its page has the address without that. Raises Problem 303."""
    given = request.query_params.multi_items()
    if not all(value for _, value in given):
        kept = urlencode([(name, value) for name, value in given if value])
        raise Problem("left-empty", {"Location": f"{quote(request.scope['path'])}?{kept}"})


def require_known(asked: Mapping[str, str | int | None], known: Mapping[str, Iterable[str]]) -> None:
    """A code that a plan does not have is named, with those that it has: else the list would be empty, and nobody knew why. Raises Problem 422."""
    if strange := [
        (name, str(value), _not_in_plan(known[name]))
        for name, value in asked.items()
        if value is not None and str(value) not in known[name]
    ]:
        raise unfit(strange)


def _not_in_plan(known: Iterable[str]) -> Wording:
    listed = ", ".join(known)
    return worded(DETAILS["not-in-plan"], known=listed) if listed else worded(DETAILS["none-in-plan"])


def unfit(mistakes: Sequence[tuple[str, str, Wording]]) -> Problem:
    """Parameters that do not fit: name, value, and what would."""
    errors = [{"field": f"query.{name}", "value": value[:80], "detail": detail} for name, value, detail in mistakes]
    return Problem("parameter", more={"errors": errors})


def cursor_of(place: str) -> str:
    """A place in a list, opaque."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def place_of(cursor: str, form: str = ISSUE) -> str:
    """The place that a cursor names. Raises Problem 422 for one that no answer of ours gave out."""
    try:
        place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, ValueError):
        place = ""
    if not re.fullmatch(form, place):
        raise unfit([("cursor", cursor, worded(DETAILS["cursor"]))])
    return place
