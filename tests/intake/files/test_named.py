"""What a key lets a sheet name in a campaign: the units that it tells for, by all their names, and the entries of the newest plan; nothing of others."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from services.intake.store import BOOKS, TERMS, Store
from shared.events.campaign import BookAmended, BookOpened, CampaignAmended, CampaignAnnounced
from shared.events.fact import Fact, Where
from shared.http.access import Key
from shared.kafka.cloudevents import read_recorded
from shared.kafka.records import Recorded
from shared.mongo import Mongo
from shared.settings import Settings
from shared.units import seal
from shared.values import Named, Wording
from tests.ledger.sample import PLAN, UNITS
from tests.reporting.given import records as recorded

NOISE = Named(code="noise", name=Wording(zh="噪声", en="noise"))


def told(fact: Fact, *path: str) -> Recorded:
    """A recorded fact of the book whose unit stands there."""
    where = Where(campaign="yz2022", unit=path[-1], path=path)
    book = f"yz2022/{path[-1]}"
    return read_recorded(recorded([(book, fact)], book, where)[0])


def opened(name: str, *aliases: str) -> BookOpened:
    """A book of a unit that is called so."""
    return BookOpened(
        name=name, unit_class="clinic", tags=(), plan_version=1, tree_version=1, levels_below=0, units_below=(), aliases=aliases
    )


@dataclass
class Intake:
    """What intake keeps."""

    store: Store
    mongo: Mongo

    async def hears(self, *events: Recorded) -> None:
        """Some recorded events."""
        await self.mongo.transaction(lambda session: self.store.fold(session, events))


@pytest.fixture
async def intake(settings: Settings) -> AsyncIterator[Intake]:
    mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}intake")
    store = Store(mongo)
    await store.prepare()
    found = Intake(store, mongo)
    await found.hears(
        told(CampaignAnnounced(plan=PLAN, tree=seal(UNITS)), "bureau"),
        told(opened("市卫生局"), "bureau"),
        told(opened("东区中心", "东心"), "bureau", "east"),
        told(opened("东一院"), "bureau", "east", "e1"),
        told(opened("西区中心"), "bureau", "west"),
        told(opened("别处的东一院"), "other", "east", "e2"),
    )
    yield found
    await mongo.drop()
    mongo.close()


def key(unit: str, root: str = "bureau") -> Key:
    """A key of this unit."""
    return Key(id=unit, source=unit, unit=unit, root=root, may=("tell",))


async def test_a_sheet_names_the_units_that_its_key_tells_for_and_no_others(intake: Intake) -> None:
    words = await intake.store.vocabulary("yz2022", key("east"))
    assert [(each.id, each.name, each.aliases) for each in words.units] == [("e1", "东一院", ()), ("east", "东区中心", ("东心",))]
    assert words.unit("东心") == ("east",)
    assert words.unit("西区中心") == ()
    assert words.unit("别处的东一院") == ()
    assert [each.code for each in words.entries("categories")] == [each.code for each in PLAN.categories]
    assert words.entry("channels", PLAN.channels[0].name.zh) == (PLAN.channels[0].code,)


@pytest.mark.parametrize(
    ("campaign", "unit", "root"), [("yz2022", "nowhere", "bureau"), ("yz2022", "west", "stranger"), ("none", "bureau", "bureau")]
)
async def test_where_a_key_tells_for_nobody_there_is_nothing_to_name(campaign: str, unit: str, root: str, intake: Intake) -> None:
    words = await intake.store.vocabulary(campaign, key(unit, root))
    assert words.units == ()
    assert words.entries("categories") == ()


async def test_a_unit_in_a_further_line_of_command_names_those_under_it(intake: Intake) -> None:
    await intake.hears(told(opened("工会"), "bureau", "union"))
    west = opened("西区中心").model_copy(update={"superiors": {"labour": "union"}})
    await intake.hears(told(west, "bureau", "west"))
    words = await intake.store.vocabulary("yz2022", key("union"))
    assert [each.id for each in words.units] == ["union", "west"]


async def test_after_an_amendment_units_and_entries_go_by_their_new_names(intake: Intake) -> None:
    new = PLAN.model_copy(update={"version": 2, "categories": (*PLAN.categories, NOISE)})
    amended = BookAmended(
        name="东区医院",
        unit_class="clinic",
        tags=(),
        plan_version=2,
        tree_version=2,
        path=("bureau", "east"),
        levels_below=0,
        units_below=(),
    )
    await intake.hears(told(CampaignAmended(plan=new, tree=seal(UNITS), by="head"), "bureau"), told(amended, "bureau", "east"))
    words = await intake.store.vocabulary("yz2022", key("east"))
    assert words.unit("东区医院") == ("east",)
    assert words.unit("东心") == ()
    assert words.entry("categories", "噪声") == ("noise",)


async def test_books_and_plans_that_were_kept_before_go_by_their_ids_and_codes(intake: Intake) -> None:
    await intake.mongo[BOOKS].update_many({}, {"$unset": {"name": 1, "aliases": 1}})
    await intake.mongo[TERMS].update_many({}, {"$unset": {"named": 1}})
    words = await intake.store.vocabulary("yz2022", key("east"))
    assert [(each.id, each.name) for each in words.units] == [("e1", "e1"), ("east", "east")]
    assert "categories" not in words.lists


async def test_what_is_called_so_takes_no_memory_at_the_door(intake: Intake) -> None:
    known = await intake.store.known(["yz2022/east"])
    assert known.names == {}
    assert known.books["yz2022/east"].path == ("bureau", "east")
