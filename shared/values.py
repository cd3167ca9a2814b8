"""The small values that events, plans and units are made of: texts, codes, days, names in two languages."""

import re
from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, Tag, ValidationInfo
from pydantic_core import PydanticKnownError

from shared.signs import kept, without_controls

ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
MOMENT = re.compile(ISO_DATE.pattern + "[Tt ]", re.ASCII)
"""How a date and a time begin."""


RECORDED = {"recorded": True}
"""Told as what is recorded is read: it was taken once, so that it is never refused."""


def _shown(given: Any, info: ValidationInfo) -> Any:
    if not isinstance(given, str):
        return given
    text = given if given.isascii() else kept(given)
    if not info.context or (text and text.isprintable()):
        return text
    return without_controls(text) or "—"


def _on_one_line(given: Any, info: ValidationInfo) -> Any:
    return " ".join(given.splitlines()) if info.context and isinstance(given, str) else given


def _date(given: Any) -> Any:
    if isinstance(given, datetime) or not isinstance(given, str | date):
        raise PydanticKnownError("date_type")
    if isinstance(given, str) and not ISO_DATE.fullmatch(given):
        raise PydanticKnownError("date_parsing", {"error": "it is not written as YYYY-MM-DD"})
    return given


def _moment(given: Any) -> Any:
    if not isinstance(given, str | datetime):
        raise PydanticKnownError("datetime_type")
    if isinstance(given, str) and not MOMENT.match(given):
        raise PydanticKnownError("datetime_parsing", {"error": "it does not begin with YYYY-MM-DD and a T"})
    return given


Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
"""A code in ids and keys: small letters, digits and hyphens, at most 40."""
Shown = BeforeValidator(_shown)
"""A text that people read: as it comes in, it loses the signs that nobody sees and that have no use in it, and what turns the direction it is written in.
One that was recorded loses control characters too, which are refused in what is told.
"""
OnOneLine = BeforeValidator(_on_one_line)
"""One that was recorded with a line break in it has a space there."""
ON_LINES = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x85\ufffe\uffff]*$"
"""Without control characters, but for tabs and line breaks."""
ON_ONE_LINE = r"^[^\x00-\x1f\x7f\x85\u2028\u2029\ufffe\uffff]*$"
"""Without these too."""
Line = Annotated[
    str,
    StringConstraints(min_length=1, max_length=200, strip_whitespace=True, pattern=ON_ONE_LINE),
    OnOneLine,
    Shown,
]
"""A short text on one line, 1 to 200 characters, none of them a control character."""
Reference = Annotated[str, StringConstraints(max_length=400, pattern=ON_ONE_LINE), OnOneLine, Shown]
"""What another subject is called by, at most 400 characters."""
Person = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$")]
"""The opaque id of a person; names and mailboxes are kept apart, on `campaign.people`."""
Text = Annotated[
    str,
    StringConstraints(min_length=1, max_length=4000, strip_whitespace=True, pattern=ON_LINES),
    Shown,
]
"""A free text of 1 to 4,000 characters, none of them one that no document can hold."""
Count = Annotated[int, Field(ge=0, le=2**53 - 1)]
Evidence = Annotated[tuple[Line, ...], Field(max_length=20)]
"""References to pictures, videos or papers that show it (C9), at most 20."""
Date = Annotated[date, Field(strict=False), BeforeValidator(_date), Tag("date")]
"""A day as YYYY-MM-DD: a text of digits alone, which would be read as seconds since 1970, is none."""
Moment = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_moment)]
"""A date and a time with their offset from UTC, likewise."""
Day = Annotated[date, Field(strict=False, le=date(2999, 12, 31)), BeforeValidator(_date), Tag("date")]
"""A day that somebody may name: not so far that no day comes after it."""
PhaseCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$")]
PeriodCode = Annotated[str, StringConstraints(pattern=r"^(rolling|[0-9]{4}(-(W[0-9]{2}|Q[1-4]|[0-9]{2}(-[0-9]{2})?))?)$")]
"""A period by its code: 2023-03-31, 2023-W12, 2023-08, 2023-Q3, 2023; or `rolling`, which has no end."""
Percent = Annotated[float, Field(ge=0, le=100)]
Points = Annotated[float, Field(ge=-1000, le=1000)]
Filled = Annotated[
    dict[Code, Annotated[str, StringConstraints(max_length=4000, pattern=ON_LINES), Shown]],
    Field(max_length=40),
]
"""A form as it is filled in: the text of each field by its code."""


class Value(BaseModel):
    """A frozen value, strict on input: no text is taken for a number, no number for a text, and a number is finite."""

    model_config = ConfigDict(frozen=True, strict=True, allow_inf_nan=False, ser_json_timedelta="iso8601")


class Wording(Value):
    """One text in Chinese and in English."""

    zh: Annotated[str, Field(min_length=1, max_length=1000, pattern=ON_LINES), Shown]
    en: Annotated[str, Field(min_length=1, max_length=2000, pattern=ON_LINES), Shown]


class Named(Value):
    """One entry of a list of the plan: its code in events, and its name for readers."""

    code: Code
    name: Wording
