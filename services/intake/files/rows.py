"""The rows of a sheet as events: what a bureau filled in, or what is wrong with it, cell by cell. Pure."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from services.intake.files.cells import Cells
from services.intake.files.filled import Filled, Rows
from services.intake.files.forms import Form
from services.intake.files.heading import Head
from services.intake.files.mistakes import CellMistake, NotRead
from services.intake.files.sheet import Sheet
from services.intake.files.tree import parts
from services.intake.files.vocabulary import Vocabulary
from shared.glyphs import plain
from shared.topics import book_id, subject_id

ONCE = frozenset({"issues", "measures", "self-checks", "ideas", "surveys", "persons"})
"""Forms in which one row alone says something of its subject: of two, which one counts cannot be told."""
IDENTIFIES = ("unit", "data.text", "time", "data.carried_in.reference")
"""What makes an issue or an idea without a number of its own another one: not who owns it, nor what else is found out later."""
DIGEST = 16
"""Bytes of a digest: of billions of rows no two have one."""


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row that is filled in."""

    number: int
    """In the sheet, from 1."""
    event: dict[str, Any] | None
    """A CloudEvent as `POST /v1/events` takes it, where nothing is wrong with the row."""
    mistakes: tuple[CellMistake, ...] = ()
    covers: int = 1
    """Rows that the event tells, from this one on: more than one of units alone, of which one event tells up to 500."""


def rows(sheet: Sheet, head: Head, form: Form, vocabulary: Vocabulary, source: str, uploaded: datetime) -> Iterator[FileRow]:
    """The rows of a sheet that are filled in, in order, each read as it is asked for.

    `source` is that of the key, under which new subjects stand; `uploaded` is when the file came: the time of events whose row says none. An event's id is
    made of what its row says alone, so that the same row is the same event, whichever file it stands in.
    """
    filled = Rows(sheet, head, vocabulary, Cells(vocabulary, source, sheet.loose, sheet.date1904))
    telling = _Telling(form, vocabulary, source, uploaded.isoformat(timespec="seconds"), filled)
    if form.name == "units":
        for part in parts(filled):
            event = telling.tree(part.data) if part.data else None
            yield FileRow(part.number, event, part.mistakes, part.covers)
        return
    for row in filled:
        yield telling.row(row)


class _Telling:
    """Makes the events of one sheet."""

    def __init__(self, form: Form, vocabulary: Vocabulary, source: str, uploaded: str, filled: Rows) -> None:
        self._form, self._vocabulary, self._source, self._uploaded, self._filled = form, vocabulary, source, uploaded, filled
        self._rows: dict[bytes, int] = {}
        """The row in which something was said first, by a digest of it."""
        self._prose = frozenset(each.field for each in form.columns if each.kind in ("text", "line"))

    def row(self, row: Filled) -> FileRow:
        """A row with its event, or with what keeps it from being one."""
        if row.mistakes:
            return FileRow(row.number, None, tuple(row.mistakes))
        try:
            return FileRow(row.number, self._event(row))
        except _Elsewhere as error:
            return FileRow(row.number, None, (self._filled.mistake(error.field, row.cells.get(error.field), error.why),))

    def tree(self, data: dict[str, Any]) -> dict[str, Any]:
        """The event of some units of a tree, told to the book of its root."""
        if data["part"] == 1:
            self._root = data["units"][0]["id"]
        subject = subject_id(book_id(self._vocabulary.campaign, self._root), "tree", str(data["version"]))
        return _cloud_event(_digest([self._form.name, subject, data]), self._form.event, subject, self._uploaded, data)

    def _event(self, row: Filled) -> dict[str, Any]:
        values = {name: value for name, value in row.values.items() if value is not False or name == "data.conforms"}
        said = {name: plain(value) if name in self._prose or name == "number" else value for name, value in values.items()}
        subject = self._subject(values, said)
        content = _digest([self._form.name, subject, said])
        self._refuse_twice(row, content, subject)
        data = dict[str, Any]()
        for name, value in values.items():
            path = name.split(".")
            if path[0] != "data":
                continue
            part = data
            for each in path[1:-1]:
                part = part.setdefault(each, {})
            part[path[-1]] = value
        if self._form.name == "persons":
            data["unit"] = values["unit"]
        return _cloud_event(content, self._form.event, subject, values.get("time", self._uploaded), data)

    def _subject(self, values: Mapping[str, Any], said: Mapping[str, Any]) -> str:
        """What a row is about. Raises _Elsewhere."""
        book = book_id(self._vocabulary.campaign, values["unit"])
        match self._form.name:
            case "issues" | "ideas" as form:
                own = values.get("number") or _digest([form, *(said.get(name) for name in IDENTIFIES)]).hex()
                return subject_id(book, form.removesuffix("s"), self._source, own)
            case "measures" | "rectifications":
                issue = values["issue"]
                if issue.count("/") < 3:
                    return subject_id(book, "issue", self._source, issue)
                if not issue.startswith(f"{book}/issue/"):
                    raise _Elsewhere("issue", NotRead("issue-elsewhere", book=issue.rpartition("/issue/")[0][:80]))
                return str(issue)
            case "self-checks":
                return subject_id(book, "check", str(values["data.target"]))
            case "returns":
                return subject_id(book, "return", values["data.obligation"], *([values["data.period"]] if "data.period" in values else []))
            case "surveys":
                return subject_id(book, "survey", values["data.survey"], values.get("number") or values["data.on"])
        return book

    def _refuse_twice(self, row: Filled, content: bytes, subject: str) -> None:
        """Another row says the same, or says something else of the same. Raises _Elsewhere."""
        if (before := self._rows.setdefault(content, row.number)) != row.number:
            raise _Elsewhere("", NotRead("row-same", row=before))
        if self._form.name in ONCE:
            what = row.values["data.person"] if self._form.name == "persons" else subject
            if (before := self._rows.setdefault(_digest(what), row.number)) != row.number:
                raise _Elsewhere("number", NotRead("row-same-subject", row=before, what=what[:80]))


class _Elsewhere(Exception):
    """A row that does not agree with another, or with itself."""

    def __init__(self, field: str, why: NotRead) -> None:
        super().__init__(why.rule)
        self.field, self.why = field, why


def _digest(said: Any) -> bytes:
    return hashlib.sha256(orjson.dumps(said, option=orjson.OPT_SORT_KEYS)).digest()[:DIGEST]


def _cloud_event(id: bytes, type: str, subject: str, time: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"specversion": "1.0", "id": f"sheet-{id.hex()}", "type": type, "subject": subject, "time": time, "data": data}


__all__ = ["CellMistake", "FileRow", "rows"]
