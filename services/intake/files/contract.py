"""What the routes of files take and answer, as their OpenAPI says it."""

from typing import Any, get_args

from services.intake.files.forms import FORMS
from services.intake.files.reading import LARGEST
from services.intake.files.receiving import XLSX
from services.intake.files.upload import KEPT, LISTED, State
from shared.http.openapi import answers

FILE = {"type": "string", "format": "binary"}
EXAMPLE: dict[str, Any] = {
    "upload": "Zk3v0lYt9W2sXcQe1rUa7bPd",
    "campaign": "clinics-2027",
    "form": "issues",
    "name": "issues.xlsx",
    "state": "done",
    "rows": 3,
    "told": 3,
    "refused": 0,
    "errors": [],
    "kept_until": "2026-12-07T09:30:00+00:00",
}
SAID = {"application/json": {"schema": {"$ref": "#/components/schemas/Upload"}, "example": EXAMPLE}}
WORKBOOK = {"description": "A workbook.", "content": {XLSX: {"schema": FILE}}}
UPLOAD: dict[str, Any] = {
    "operation_id": "tellSheet",
    "tags": ["files"],
    "summary": "Tell by a sheet",
    "description": (
        f"Takes a filled-in sheet of one of the forms {', '.join(FORMS)}, .xlsx or .csv (UTF-8 or GB18030), as the body itself. A file that is refused as a "
        "whole tells nothing; of any other, rows with mistakes are left out and listed, all others are told. A row is known by its number, or else by what it "
        "says: the same file again adds nothing, and of a mended one only the mended rows are new. The answer comes once the upload is over, or after ten "
        f"seconds, with the state `telling`; Location says where its progress is. A file has at most {LARGEST} bytes."
    ),
    "responses": {
        202: {"description": "All rows were told, or are being told: `state` says which.", "content": SAID},
        **answers(
            *(
                "some-rows-told",
                "cut-off",
                "no-such-form",
                "no-such-campaign",
                "stalled",
                "key-gone",
                "file-too-large",
                "file-media",
                "file-refused",
                "no-row-told",
            ),
            *("uploads-yours", "uploads-full", "upload-stopped", "no-room", "cannot-answer"),
        ),
    },
    "openapi_extra": {
        "parameters": [
            {
                "name": "name",
                "in": "query",
                "required": False,
                "description": "the file's name, where no Content-Disposition says it",
                "schema": {"type": "string"},
                "example": "issues.xlsx",
            }
        ],
        "requestBody": {
            "required": True,
            "description": "The file itself.",
            "content": {each: {"schema": FILE} for each in (XLSX, "text/csv", "application/octet-stream")},
        },
    },
}
PROGRESS: dict[str, Any] = {
    "operation_id": "readUpload",
    "tags": ["files"],
    "summary": "How far an upload is, and what became of its rows",
    "description": f"Kept for {KEPT.days} days, for keys of the same unit and source; for all others there is no such upload.",
    "responses": {200: {"description": "What is known so far.", "content": SAID}, **answers("no-such-upload", "cannot-answer")},
}
REPORT: dict[str, Any] = {
    "operation_id": "readUploadReport",
    "tags": ["files"],
    "summary": "The sheet as it was given, with the reasons beside each refused row",
    "description": "Cells that are wrong are in colour. Mended, it is sent again as it is: the column of reasons is not read.",
    "responses": {200: WORKBOOK, **answers("no-such-upload", "no-report", "cannot-answer")},
}
TEMPLATE: dict[str, Any] = {
    "operation_id": "readTemplate",
    "tags": ["files"],
    "summary": "An empty sheet to fill in",
    "description": "With drop-down lists of what the plan of the campaign and the units of the key are called, and a page of explanations.",
    "responses": {200: WORKBOOK, **answers("no-such-form", "no-such-campaign", "cannot-answer")},
}


def schemas() -> dict[str, Any]:
    """The schema of an answer, and of a mistake in it."""
    text, count = {"type": "string"}, {"type": "integer", "minimum": 0}
    mistake: dict[str, Any] = {
        "row": {"type": "integer", "minimum": 1, "description": "as a spreadsheet program numbers it"},
        "column": text | {"description": "its letters; empty where it is the row as a whole"},
        "field": text | {"description": "what the column fills"},
        "value": {"description": "what was given there, cut short"},
        "rule": text | {"description": "which rule it breaks"},
        "detail": text | {"description": "what would be right"},
        "detail_zh": text | {"description": "the same in Chinese"},
    }
    properties: dict[str, Any] = {
        "upload": text | {"description": "its id, which only keys of the same unit and source can ask for"},
        "campaign": text | {"description": "that it is told to"},
        "form": text | {"enum": list(FORMS), "description": "that was filled in"},
        "name": text | {"description": "of the file"},
        "state": text
        | {
            "enum": list(get_args(State)),
            "description": "`refused`: as a whole, nothing was told; `stopped`: before its end, send the file again, nothing counts twice",
        },
        "rows": count | {"description": "that were looked at"},
        "told": count | {"description": "of which Kafka has the events"},
        "refused": count | {"description": "rows that were not taken"},
        "errors": {
            "type": "array",
            "maxItems": LISTED,
            "items": {"$ref": "#/components/schemas/RowMistake"},
            "description": "what is wrong with them, once it is over",
        },
        "errors_unlisted": count | {"description": "mistakes beyond those, which the workbook lists"},
        "rule": text | {"description": "why it was refused as a whole, or stopped, by its name"},
        "detail": text | {"description": "the same in words"},
        "detail_zh": text | {"description": "the same in Chinese"},
        "report": text | {"description": "where the workbook with the reasons is"},
        "kept_until": text | {"format": "date-time", "description": "when it is forgotten"},
    }
    needed = ["upload", "campaign", "form", "name", "state", "rows", "told", "refused", "errors", "kept_until"]
    return {
        "Upload": {"type": "object", "description": "What is known of an upload.", "required": needed, "properties": properties},
        "RowMistake": {
            "type": "object",
            "description": "What is wrong in one place of a sheet.",
            "required": list(mistake),
            "properties": mistake,
        },
    }
