"""What recorded events make of the rows of good practice (好做法) and of common problems (共性问题). Pure. K1 to K4, C16."""

from services.reporting.fold.rows import Row, day_of, row_of
from shared.events.activity import PracticeShared
from shared.events.common_problem import CommonProblemClosed, CommonProblemNamed
from shared.kafka.records import Recorded


class PracticeRow(Row):
    """A good practice, a model, or a promise to the public, as it was shared last."""

    sort: str
    title: str
    text: str
    visibility: str
    day: str


class CommonRow(Row):
    """A problem that a unit named as common to units under it."""

    text: str
    category: str
    issues: list[str]
    closed: str | None
    done: str | None
    """What was done about it as a whole."""


def practice_after(row: PracticeRow | None, event: Recorded) -> PracticeRow | None:
    """A practice after an event."""
    match event.fact:
        case PracticeShared(sort=sort, title=title, text=text, visibility=visibility):
            told = row_of(event, event.subject)
            return {**told, "sort": sort, "title": title, "text": text, "visibility": visibility, "day": day_of(event)}
    return row


def common_after(row: CommonRow | None, event: Recorded) -> CommonRow | None:
    """A common problem after an event; none before it is named."""
    told = row_of(event, event.subject)
    match event.fact:
        case CommonProblemNamed(text=text, category=category, issues=issues):
            linked = list(dict.fromkeys([*(row["issues"] if row else []), *issues]))
            return {**told, "text": text, "category": category, "issues": linked, "closed": None, "done": None}
        case CommonProblemClosed(text=text) if row:
            return {**row, **told, "closed": day_of(event), "done": text}
    return row
