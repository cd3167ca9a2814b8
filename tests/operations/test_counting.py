"""What is counted of a piece of work, whose operations are known."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from bson import encode
from msgspec import Struct
from msgspec.json import Decoder, Encoder
from msgspec.structs import replace
from pydantic import BaseModel
from pymongo import InsertOne, MongoClient, UpdateOne

from shared.kafka.cloudevents import chained
from shared.settings import Settings
from tests.operations.counting import Count, Meter
from tests.operations.watching import Watched


class Model(BaseModel):
    """One with another inside."""

    inner: "Model | None" = None


@dataclass(frozen=True)
class Thing:
    """An object of ours."""

    name: str


class State(Struct):
    """One that C makes and changes."""

    n: int = 0


@pytest.fixture
def watched(settings: Settings) -> Iterator[Watched]:
    """A database of its own, of which every operation is noted."""
    found = Watched(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}counted")
    found.begin()
    yield found
    found.end()


def test_commands_are_counted_by_name_and_collection_with_what_they_carry(settings: Settings, watched: Watched) -> None:
    meter, count = Meter(), Count(watched)
    with MongoClient[dict[str, int]](settings.mongodb_uri.get_secret_value(), event_listeners=[meter]) as client:
        things = client[watched.database.name]["things"]
        things.insert_one({"_id": 0})
        with meter.counting(count):
            things.insert_many([{"_id": 1}, {"_id": 2}])
            things.bulk_write([UpdateOne({"_id": 1}, {"$set": {"n": 1}}), UpdateOne({"_id": 2}, {"$set": {"n": 1}}), InsertOne({"_id": 3})])
            things.find_one({"_id": 1})
            list(things.find({"n": {"$ne": 7}}, batch_size=3))
        things.find_one({"_id": 2})
    assert count.commands == {"insert things": 2, "update things": 1, "find things": 2, "getMore things": 1}
    assert count.written == 5
    assert count.noted["examined"] == 2 + 2 + 2 + 4, (
        "each update and the first find look at one document by its id, and the last find at all of them"
    )
    assert count.bytes_to > 6 * len(encode({"find": "things", "filter": {"_id": 1}}))
    assert count.bytes_from > len(encode({"_id": 1, "n": 1}))


def test_calls_are_counted_by_what_they_do(watched: Watched) -> None:
    count = Count(watched)
    with Meter().counting(count):
        model = Model.model_validate_json('{"inner": {"inner": {}}}')
        Model(inner=None)
        model.model_dump_json()
        [Thing(str(n)) for n in range(3)]
        chained("", b"an event")
        state = Decoder(State).decode(b"{}")
        Encoder().encode(replace(state, n=1))
    assert count.calls() == {
        "models validated": 2 + 1,
        "models serialised": 1 + 1,
        "structs changed": 1,
        "hashes": 2,
        "dataclasses made": 3,
        "calls of our own": 1,
    }
