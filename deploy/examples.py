"""An event of every type that can be told, as the OpenAPI of intake shows it: made of the golden files, which fill every field."""

import json
from pathlib import Path
from typing import Any

from services.intake.envelope import TOLD
from services.intake.validation import FIRST_TOLD
from shared.topics import book_id, subject_id

GOLDEN = Path(__file__).parents[1] / "tests" / "golden"
SOURCE, BOOK = "desk", book_id("tengzhou-2019", "h001")


def examples() -> str:
    """`services/intake/examples.json`."""
    return json.dumps({name: _example(name) for name in TOLD}, ensure_ascii=False, indent=1) + "\n"


def _example(name: str) -> dict[str, Any]:
    golden = json.loads((GOLDEN / f"{name}.json").read_text("utf-8"))
    data = golden["fact"] if "where" in golden else golden
    return {
        "specversion": "1.0",
        "id": "desk-2019-17",
        "source": SOURCE,
        "type": name,
        "subject": _subject(name, data),
        "time": data["now"] if name == "TimeTold" else "2019-04-02T09:30:00+08:00",
        "data": data,
    }


def _subject(name: str, data: dict[str, Any]) -> str:
    """A subject of the kind that the event is about; what its teller begins stands under the teller's own reference."""
    model = TOLD[name]
    if model.kind == "time":
        return "time"
    if model.kind in ("book", "person"):
        return BOOK
    if model.kind == "tree":
        return subject_id(BOOK, "tree", str(data["version"]))
    award = (data["award"], data["period"]) if name == "NominationFiled" else ()
    return subject_id(BOOK, model.kind, *award, SOURCE, "2019-17") if issubclass(model, FIRST_TOLD) else subject_id(BOOK, model.kind, "17")
