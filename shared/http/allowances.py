"""Which root may be the first to announce a campaign: an operator says so beforehand, so that nobody takes an id that another means to use."""

from typing import Annotated

from pydantic import StringConstraints

Pattern = Annotated[str, StringConstraints(pattern=r"^([a-z0-9][a-z0-9-]{0,39}|[a-z0-9][a-z0-9-]{0,38}\*|\*)$")]
"""The id of a campaign; or how ids begin, with a `*` behind it."""


class Allowances:
    """The roots that are allowed, by pattern. Where several patterns fit an id, the longest says whose it is."""

    def __init__(self) -> None:
        self._roots: dict[str, str] = {}

    def allow(self, pattern: str, root: str) -> None:
        """From here on this root, and no other, for ids that the pattern fits."""
        self._roots[pattern] = root

    def clear(self) -> None:
        """Nobody is allowed anything."""
        self._roots.clear()

    def root_of(self, campaign: str) -> str | None:
        """The root that may announce this campaign, if one may."""
        for pattern in (campaign, *(f"{campaign[:length]}*" for length in range(len(campaign), -1, -1))):
            if root := self._roots.get(pattern):
                return root
        return None
