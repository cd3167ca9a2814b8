"""An upload: a file that came through the door, how far it is, and what became of its rows."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from shared.http.access import Key
from shared.values import Wording

State = Literal["reading", "telling", "done", "refused", "stopped"]
"""`refused`: as a whole, nothing of it was told. `stopped`: before its end, what is counted was told; sent again, nothing counts twice."""
LISTED = 1000
"""Mistakes that an answer lists; what lies past them is counted, and stands in the workbook."""
KEPT = timedelta(days=7)
"""How long the answer is kept."""


@dataclass
class Upload:
    """What is known of one so far."""

    id: str
    root: str
    unit: str
    source: str
    campaign: str
    form: str
    name: str
    """Of the file."""
    until: datetime
    """When it is forgotten."""
    state: State = "reading"
    rows: int = 0
    """That were looked at."""
    told: int = 0
    """Of which Kafka has the events."""
    refused: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    unlisted: int = 0
    rule: str | None = None
    """Why it was refused as a whole, or stopped."""
    detail: Wording | None = None
    report: int = 0
    """Bytes of the workbook in which every row that was not taken stands with its reasons."""

    @property
    def over(self) -> bool:
        """Whether nothing further becomes of it."""
        return self.state not in ("reading", "telling")

    def is_of(self, key: Key) -> bool:
        """Whether a key is the one that it was sent with, or another of the same scope."""
        return (self.root, self.unit, self.source) == (key.root, key.unit, key.source)

    def refuse(self, mistakes: list[dict[str, Any]], rows: int) -> None:
        """Count some rows out, for these reasons."""
        self.refused += rows
        room = LISTED - len(self.errors)
        self.errors += mistakes[:room]
        self.unlisted += max(0, len(mistakes) - room)

    def end(self, state: State, rule: str | None = None, detail: Wording | None = None) -> None:
        """Nothing further becomes of it, for this reason."""
        self.state, self.rule, self.detail = state, rule, detail

    def said(self) -> dict[str, Any]:
        """As an answer says it."""
        said: dict[str, Any] = {"upload": self.id, "campaign": self.campaign, "form": self.form, "name": self.name, "state": self.state}
        said |= {"rows": self.rows, "told": self.told, "refused": self.refused, "errors": self.errors}
        if self.unlisted:
            said["errors_unlisted"] = self.unlisted
        if self.detail:
            said |= {"rule": self.rule, "detail": self.detail.en, "detail_zh": self.detail.zh}
        if self.report:
            said["report"] = f"/v1/files/{self.id}/report.xlsx"
        return said | {"kept_until": self.until.isoformat(timespec="seconds")}
