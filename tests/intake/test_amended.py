"""What the door knows of a campaign that is amended, and of units above a book in further lines of command."""

import pytest

from services.intake.mistakes import NotTaken
from services.intake.state import Known, OpenBook, fold
from services.intake.store import Store
from shared.events.campaign import BookAmended, BookOpened, CampaignAmended, CampaignAnnounced
from shared.events.fact import Fact, Where
from shared.http.access import Key
from shared.kafka.cloudevents import read_recorded
from shared.kafka.records import Record, Recorded
from shared.mongo import Mongo
from shared.settings import Settings
from shared.units import seal
from shared.values import Named, Wording
from tests.intake.given import make_issue, records
from tests.ledger.sample import PLAN, UNITS
from tests.reporting.given import records as recorded

NOISE = Named(code="noise", name=Wording(zh="噪声", en="noise"))


def moved(*path: str) -> Where:
    """Where a unit stands."""
    return Where(campaign="yz2022", unit=path[-1], path=path)


def told(fact: Fact, where: Where) -> Recorded:
    """A recorded fact of the book that stands there."""
    book = f"{where.campaign}/{where.unit}"
    return read_recorded(recorded([(book, fact)], book, where)[0])


@pytest.mark.covers("A7")
def test_an_amended_book_stands_under_its_new_units_and_goes_by_its_new_terms() -> None:
    new = PLAN.model_copy(update={"version": 2, "categories": (*PLAN.categories, NOISE)})
    opened = BookOpened(name="院", unit_class="clinic", tags=(), plan_version=1, tree_version=1, levels_below=0, units_below=())
    amended = BookAmended(
        name="院",
        unit_class="clinic",
        tags=(),
        plan_version=2,
        tree_version=2,
        path=("bureau", "west", "e2"),
        levels_below=0,
        units_below=(),
    )
    known = fold(
        [
            told(CampaignAnnounced(plan=PLAN, tree=seal(UNITS)), moved("bureau")),
            told(opened, moved("bureau", "east", "e2")),
            told(CampaignAmended(plan=new, tree=seal(UNITS), by="head"), moved("bureau")),
            told(amended, moved("bureau", "west", "e2")),
        ]
    )
    assert known.books["yz2022/e2"] == OpenBook("yz2022/e2", ("bureau", "west", "e2"), "yz2022@2")
    assert "noise" in known.terms["yz2022@2"].categories
    assert "noise" not in known.terms["yz2022@1"].categories


@pytest.mark.covers("A7", "H16")
async def test_a_person_is_named_again_by_whoever_stands_above_their_unit_since_it_moved(settings: Settings) -> None:
    mongo = Mongo(settings.mongodb_uri.get_secret_value(), f"{settings.namespace}intake")
    store = Store(mongo)
    await store.prepare()
    opened = BookOpened(name="院", unit_class="clinic", tags=(), plan_version=1, tree_version=1, levels_below=0, units_below=())
    east, west = (told(opened, moved("bureau", above, "e2")) for above in ("east", "west"))

    async def hears(event: Recorded) -> None:
        await mongo.transaction(lambda session: store.fold(session, [event]))

    for event, path in ((east, ("bureau", "east", "e2")), (west, ("bureau", "west", "e2"))):
        await hears(event)
        book = (await store.known(["yz2022/e2"])).books["yz2022/e2"]
        assert await store.holders({"bureau/p1": book}) == {"bureau/p1": path}
    await mongo.drop()
    mongo.close()


OFFICE = Key(id="office", source="office", unit="office", root="bureau", may=("tell",))


def at_the_door(known: Known, **data: str) -> list[Record]:
    """What becomes of a role that the office's key gives in the clinic's book."""
    event = make_issue(type="RoleGiven", subject="yz2022/e1", data={"person": "p2", "role": "office", "by": "p1"} | data)
    return records(event, OFFICE, known, told_clock=True)


@pytest.mark.covers("I1", "I3")
def test_a_unit_above_in_a_further_line_acts_for_itself_alone_in_a_book_that_is_not_under_it() -> None:
    opened = BookOpened(
        name="院",
        unit_class="clinic",
        tags=(),
        plan_version=1,
        tree_version=1,
        levels_below=0,
        units_below=(),
        superiors={"health": "office"},
    )
    known = fold(
        [
            told(opened.model_copy(update={"superiors": None}), moved("bureau")),
            told(opened.model_copy(update={"superiors": None}), moved("bureau", "office")),
            told(opened, moved("bureau", "east", "e1")),
        ]
    )
    known.units.update({"bureau/p1": "office", "bureau/p2": "e1"})
    assert len(at_the_door(known, by_unit="office")) == 1
    wrong: tuple[dict[str, str], ...] = ({}, {"by_unit": "e1"}, {"by_unit": "bureau"})
    for data in wrong:
        with pytest.raises(NotTaken) as error:
            at_the_door(known, **data)
        assert [each.rule for each in error.value.mistakes] == ["not-yours"]
    known.books["yz2022/e1"] = OpenBook("yz2022/e1", ("bureau", "east", "e1"), "yz2022@1")
    with pytest.raises(NotTaken):
        at_the_door(known, by_unit="office")
