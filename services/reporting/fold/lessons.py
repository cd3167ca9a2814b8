"""What recorded events make of the rows of good practice (好做法) and of common problems (共性问题). Pure. K1 to K4, C16."""

from collections.abc import Iterator
from typing import Any

from services.reporting.fold.rows import Place, Row, Rows
from shared.events.activity import PracticeShared
from shared.events.common_problem import CommonProblemClosed, CommonProblemNamed
from shared.kafka.records import Recorded
from shared.workdays import local_date

COLLECTIONS = ("practices", "commons")


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


def places(event: Recorded) -> Iterator[Place]:
    """The rows that an event may change or needs."""
    match event.fact:
        case PracticeShared():
            yield "practices", event.subject
        case CommonProblemNamed() | CommonProblemClosed():
            yield "commons", event.subject


def fold_lessons(rows: Rows, event: Recorded) -> None:
    """Bring an event into these rows."""
    where, day, id = event.where, local_date(event.accepted).isoformat(), event.subject
    common: Any = {"_id": id, "position": event.position, "campaign": where.campaign, "unit": where.unit, "path": list(where.path)}
    match event.fact:
        case PracticeShared(sort=sort, title=title, text=text, visibility=visibility):
            rows["practices", id] = {**common, "sort": sort, "title": title, "text": text, "visibility": visibility, "day": day}
        case CommonProblemNamed(text=text, category=category, issues=issues):
            before: CommonRow | None = rows.get(("commons", id))
            linked = list(dict.fromkeys([*(before["issues"] if before else []), *issues]))
            rows["commons", id] = {**common, "text": text, "category": category, "issues": linked, "closed": None, "done": None}
        case CommonProblemClosed(text=text) if known := rows.get(("commons", id)):
            rows["commons", id] = {**known, **common, "closed": day, "done": text}
