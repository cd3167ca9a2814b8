"""From which unit a key reads: its own; or, of a unit that stands under its own in a further line of command, from that unit. I1."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Query

from services.reporting.http.queries import Queries
from shared.http.access import Key, Keys
from shared.http.problem import requires
from shared.topics import book_of

CodeParam = Annotated[str | None, Query(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
UnitParam = Annotated[str | None, Query(min_length=1, max_length=200, description="its code, its name, or another name that it goes by")]
Reads = Callable[..., Awaitable[Key]]
"""A dependency that gives the key as it reads here: with the unit at the top of what it sees."""


def reads_campaign(keys: Keys, queries: Queries) -> Reads:
    """For what is asked of a unit of the campaign that the path names."""

    async def key(held: Annotated[Key, Depends(requires(keys, "read"))], id: str, unit: UnitParam = None) -> Key:
        return await _of(queries, held, id, unit)

    return key


def reads_issues(keys: Keys, queries: Queries) -> Reads:
    """For the list of issues, which names campaign and unit where it asks for those of one."""

    async def key(held: Annotated[Key, Depends(requires(keys, "read"))], campaign: CodeParam = None, unit: UnitParam = None) -> Key:
        return await _of(queries, held, campaign, unit)

    return key


def reads_issue(keys: Keys, queries: Queries) -> Reads:
    """For one issue, by the unit whose book it is on."""

    async def key(held: Annotated[Key, Depends(requires(keys, "read"))], id: str) -> Key:
        campaign, _, unit = book_of(id).partition("/")
        return await _of(queries, held, campaign, unit)

    return key


async def _of(queries: Queries, key: Key, campaign: str | None, unit: str | None) -> Key:
    under = await queries.under_in_line(key.unit, campaign, unit) if campaign and unit and unit != key.unit else None
    return key.model_copy(update={"unit": under}) if under else key
