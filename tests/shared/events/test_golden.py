"""Every event ever published still parses: one file for each type, an example of what was recorded, or of the fact where it is in no book."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from shared.events.catalogue import CATALOGUE, OUTSIDE_BOOKS
from shared.events.fact import Fact, Where
from shared.kafka.cloudevents import json_of, read_recorded, recorded_headers, recorded_record, recorded_value
from shared.kafka.records import Record

GOLDEN = Path(__file__).parents[2] / "golden"
IN_NO_BOOK = {name for name, fact in CATALOGUE.items() if fact.kind in OUTSIDE_BOOKS}
IN_BOOKS = sorted(set(CATALOGUE) - IN_NO_BOOK)
MOMENT = datetime(2019, 4, 1, tzinfo=UTC)
FROM_LATER: dict[str, Any] = {"added-later": {"deep": [1, None, "新"]}}


def content(name: str) -> Any:
    """A golden file."""
    return orjson.loads((GOLDEN / f"{name}.json").read_bytes())


def parsed(name: str, fact: Any) -> Fact:
    """A fact of a type, with no field too many."""
    return CATALOGUE[name].model_validate_json(orjson.dumps(fact), extra="forbid")


def contained(old: Any, new: Any) -> bool:
    """Whether all that was said before is said still; optional fields may have been added since."""
    if isinstance(old, dict):
        return isinstance(new, dict) and all(name in new and contained(value, new[name]) for name, value in old.items())
    if isinstance(old, list):
        return isinstance(new, list) and len(old) == len(new) and all(map(contained, old, new))
    return bool(old == new)


def recorded(name: str, value: bytes) -> Record:
    """The record that carries a value."""
    kind = CATALOGUE[name].kind
    subject = "tengzhou-2019/h001" + ("" if kind == "book" else f"/{kind}/1")
    return recorded_record("tengzhou-2019/h001", name, subject, 1, "ab" * 32, value, recorded_headers("desk", "17", MOMENT, MOMENT, None))


def test_every_type_has_its_file_and_every_file_its_type() -> None:
    assert {file.stem for file in GOLDEN.glob("*.json")} == set(CATALOGUE)


@pytest.mark.parametrize("name", IN_BOOKS)
def test_what_was_recorded_parses_strictly_and_says_the_same_again(name: str) -> None:
    golden = content(name)
    where = Where.model_validate_json(orjson.dumps(golden["where"]), extra="forbid")
    fact = parsed(name, golden["fact"])
    assert contained(golden, orjson.loads(recorded_value(json_of(where), json_of(fact))))


@pytest.mark.parametrize("name", sorted(IN_NO_BOOK))
def test_what_is_in_no_book_parses_strictly_and_says_the_same_again(name: str) -> None:
    golden = content(name)
    assert orjson.loads(parsed(name, golden).model_dump_json(exclude_none=True)) == golden


@pytest.mark.parametrize("name", IN_BOOKS)
def test_a_reader_reads_it_and_passes_over_fields_that_came_later(name: str) -> None:
    golden = content(name)
    read = read_recorded(recorded(name, orjson.dumps(golden)))
    later = {"where": golden["where"] | FROM_LATER, "fact": golden["fact"] | FROM_LATER} | FROM_LATER
    assert read.fact == parsed(name, golden["fact"])
    assert (read.where, read.fact) == ((again := read_recorded(recorded(name, orjson.dumps(later)))).where, again.fact)


def test_the_files_fill_every_field_of_every_fact() -> None:
    empty = [
        f"{name}.{field}"
        for name in CATALOGUE
        for field in CATALOGUE[name].model_fields
        if field not in (content(name) if name in IN_NO_BOOK else content(name)["fact"])
    ]
    assert empty == []
