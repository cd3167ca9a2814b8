"""Pictures and papers that events name: in which fields, and how those that were uploaded are named among others that lie elsewhere."""

import re
from collections.abc import Iterator
from typing import Any

FIELDS = frozenset({"evidence", "files", "media"})
"""Fields that name pictures and papers, in an event's data or a part of it."""
ATTACHMENT = re.compile(r"sha256:[0-9a-f]{64}", re.ASCII)
"""How an event names an attachment (`POST /v1/attachments`)."""


def papers(data: dict[str, Any], field: str = "data") -> Iterator[tuple[str, str]]:
    """The pictures and papers that an event's data name, and in which field."""
    for name, each in data.items():
        if name in FIELDS and isinstance(each, list):
            yield from ((f"{field}.{name}.{index}", str(paper)) for index, paper in enumerate(each))
        elif isinstance(each, dict):
            yield from papers(each, f"{field}.{name}")


def attachments(data: dict[str, Any]) -> list[str]:
    """The SHA-256 of each attachment that an event's data name."""
    return [paper.partition(":")[2] for _, paper in papers(data) if ATTACHMENT.fullmatch(paper)]
