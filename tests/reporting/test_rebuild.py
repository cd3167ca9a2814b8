"""A read model is thrown away and made again from the ledger's topic; one that another version made is never read."""

import pytest

from deploy.client.mistake import UserMistake
from deploy.client.read_model import discard_read_model
from services.reporting.app import build
from services.reporting.store import Store
from shared.events.people import PersonNamed
from shared.http.access import Keys
from shared.kafka.broker import Broker
from shared.kafka.reader import MARKS
from shared.mongo import Mongo
from shared.settings import Settings
from tests.reporting.given import DONE, ENTERED, ISSUE, PLANNED, REPORTED, dump, records
from tests.reporting.telling import Teller

TOLD = records([(ISSUE, REPORTED), (ISSUE, ENTERED), (ISSUE, PLANNED), (ISSUE, DONE)])


@pytest.fixture
def place(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Broker:
    """Where the command is to look."""
    monkeypatch.setenv("XIAOHAO_MONGODB_URI", settings.mongodb_uri.get_secret_value())
    return Broker(settings.kafka_bootstrap, settings.namespace)


async def test_figures_are_the_same_after_a_rebuild_which_waits_until_no_copy_runs(settings: Settings, place: Broker) -> None:
    mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}xiaohao-reporting")
    teller = Teller(Broker(settings.kafka_bootstrap, settings.namespace, settings.partitions))
    first = build(settings, keys=Keys())
    await first.start()
    await teller.start()
    await teller.name("root", [PersonNamed(person="p1", name="张三丰", unit="t1")])
    await teller.bus.producer.publish(TOLD)
    await teller.settle()
    before = await dump(mongo)
    assert [row["status"] for row in before["issues"]] == ["rectified"]

    with pytest.raises(UserMistake, match="Stop every copy of reporting"):
        await discard_read_model(place)
    assert await dump(mongo) == before, "nothing is taken from a service that runs"

    await first.stop()
    await discard_read_model(place)
    assert (await dump(mongo))["issues"] == []
    again = build(settings, keys=Keys())
    await again.start()
    await teller.settle()
    assert await dump(mongo) == before
    assert [row["name"] async for row in mongo["people"].find({})] == ["张三丰"]
    await again.stop()
    await teller.bus.stop()
    mongo.close()


async def test_a_model_that_another_version_made_is_refused_with_what_to_do(empty: tuple[Mongo, Store], settings: Settings) -> None:
    mongo, store = empty
    await store.prepare()
    await mongo[MARKS].insert_one({"_id": "c/t1", "position": 1})
    await store.prepare()  # of this very version
    await mongo["model"].update_one({"_id": "model"}, {"$set": {"made_of": "something else"}})
    for _ in ("another version", "one from before versions were kept"):
        with pytest.raises(Exception, match="xiaohao rebuild"):
            await store.prepare()
        await mongo["model"].delete_many({})
