"""Issues over HTTP, as JSON: lists, and one with its history."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, FastAPI, Query
from pydantic import Field

from services.reporting.figures.issues import Issues
from services.reporting.figures.report import HistoryEvent
from services.reporting.figures.top import Top
from services.reporting.figures.view import View
from services.reporting.fold.rows import IssueRow, Status, root_of
from services.reporting.http.filters import CursorParam, IssuesAsked, cursor_of, place_of, settled
from services.reporting.http.reading import NO_CAMPAIGN, CodeParam, Reading, UnitParam
from shared.http.openapi import answers
from shared.http.problem import Problem
from shared.kafka.cloudevents import SUBJECT
from shared.topics import person_id
from shared.values import Date


class Strike(View):
    """A strike-off (销号)."""

    day: date
    phase: str
    on_time: bool


class Issue(View):
    """One issue (问题) as it stands."""

    id: str
    campaign: str
    unit: str
    unit_name: str | None
    path: list[str] = Field(description="units from the top of the key's subtree to this one")
    number: int
    phase: str
    category: str
    channel: str
    nature: str
    target: int | None
    text: str
    label: str | None = Field(default=None, description="its number as people read it (L14)")
    grade: str | None = None
    lane: str | None = None
    priority: int | None = Field(default=None, description="of the lane: the higher, the sooner")
    subjective: bool = False
    standing: bool = Field(default=False, description="without an end: reviewed, never struck off")
    complaint: bool = False
    carried_in: str | None = Field(default=None, description="the earlier campaign that it was carried in from")
    cycle: int = Field(default=1, description="above 1: it was opened again")
    status: Status
    owner: str | None
    owner_name: str | None
    plan_due: date
    fix_due: date
    first_fix_due: date | None = Field(default=None, description="the last day of the fix clock before more time was granted")
    asked_until: date | None = Field(default=None, description="the last day of a request for more time that waits to be decided")
    published_until: date | None = Field(default=None, description="the last day of the publication under way")
    follow_up_due: date | None
    entered: date
    planned: date | None
    measures: str | None
    rectified: date | None
    rectified_by: str | None
    result: str | None
    evidence: list[str]
    returned: int
    verified_by: str | None
    effect: str | None
    struck_off: date | None = Field(description="none while it is open, also where it was struck off before and opened again")
    on_time: bool | None
    strikes: list[Strike] = Field(default=[], description="every strike-off (销号), also those that a reopening undid")
    near_due: list[str] = Field(default=[], description="clocks that were warned of and still run")
    overdue: list[str]
    supervised: date | None = Field(default=None, description="when a superior listed it, until that is lifted")
    escalated_to: str | None = Field(default=None, description="the unit that it was escalated to last")
    late_since: date | None
    handed_to: str | None = Field(default=None, description="the unit that it is being handed over to, or was")
    moved_to: str | None = Field(default=None, description="the issue in the book that took it")
    merged_into: str | None = None
    origin: str | None = Field(default=None, description="the issue in the book that handed it over")
    carried_over: date | None
    href: str


class IssueList(View):
    """A page of issues, by book and number."""

    items: list[Issue]
    next: str | None = Field(
        description="pass it as `cursor` for the issues after these, also where these are fewer than `limit`; none: these are the last"
    )


class IssueHistory(View):
    """An issue and all that was recorded of it."""

    issue: Issue
    history: list[HistoryEvent]
    more: bool = Field(description="whether the history is longer than what is listed")


def add_issues(http: FastAPI, reading: Reading) -> None:
    """The routes. Each answers for what its key may see."""

    @http.get("/api/issues", operation_id="listIssues", summary="List issues", tags=["issues"], responses=answers(*NO_CAMPAIGN))
    async def issues(
        top: Annotated[Top, Depends(reading.top_of_issues)],
        asked: IssuesAsked,
        campaign: CodeParam = None,
        unit: UnitParam = None,
        since: Annotated[Date | None, Query(description="the first day on which they were entered")] = None,
        until: Annotated[Date | None, Query(description="the last")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
        cursor: CursorParam = None,
    ) -> IssueList:
        """Issues by book and number. `unit` takes all below it with it; `figure` and `phase` give the issues behind a figure of a summary, once each;
        without a figure, all that stands on the books, where an issue that changes books has a number in each;
        `q` is found in whichever glyphs it is written (臺賬, 台账, 台帐).
        """
        in_days = replace(asked, since=since.isoformat() if since else None, until=until.isoformat() if until else None)
        wanted = await settled(reading, top, in_days, campaign, unit)
        rows, last = await reading.issues.page(top, wanted, limit, place_of(cursor) if cursor else None)
        return IssueList(items=await _shown(reading.issues, top, rows), next=cursor_of(last) if last else None)

    @http.get("/api/issues/{id:path}", operation_id="getIssue", summary="One issue", tags=["issues"], responses=answers("no-such-issue"))
    async def issue(top: Annotated[Top, Depends(reading.top_of_issue)], id: str) -> IssueHistory:
        """One issue with its history, oldest first."""
        row = await issue_of(reading.issues, top, id)
        history, more = await reading.issues.history(row["_id"])
        return IssueHistory(issue=(await _shown(reading.issues, top, [row]))[0], history=history, more=more)


async def issue_of(issues: Issues, top: Top, id: str) -> IssueRow:
    """The issue that a path names. Raises Problem 404."""
    row = await issues.one(top, subject_of(id)) if len(id) <= 1000 else None
    if row is None:
        raise Problem("no-such-issue", issue=id[:200])
    return row


def subject_of(id: str) -> str:
    """The subject that a path names. Its last part is percent-encoded itself, so a path that was pasted as it stands arrives decoded."""
    if SUBJECT.fullmatch(id):
        return id
    campaign, unit, kind, rest = [*id.split("/", 3), "", "", ""][:4]
    return f"{campaign}/{unit}/{kind}/{quote(rest, safe='~')}"


async def _shown(issues: Issues, top: Top, rows: Sequence[IssueRow]) -> list[Issue]:
    """Rows as the API shows them: with names, and with a path that begins at the asker's own unit."""
    units, persons = await issues.names(top, rows)
    return [
        Issue.model_validate(
            row
            | {
                "id": row["_id"],
                "path": row["path"][row["path"].index(top.unit) :],
                "unit_name": units.get(f"{row['campaign']}/{row['unit']}"),
                "owner_name": persons.get(person_id(root_of(row["path"]), row["owner"] or "")),
                "href": f"/api/issues/{row['_id'].replace('%', '%25')}",
            }
        )
        for row in rows
    ]
