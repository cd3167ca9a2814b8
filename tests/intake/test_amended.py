"""What the door knows of a campaign that is amended. Pure."""

import pytest

from services.intake.state import OpenBook, fold
from shared.cloudevents import Recorded, read_recorded
from shared.events.campaign import BookAmended, BookOpened, CampaignAmended, CampaignAnnounced
from shared.events.fact import Fact, Where
from shared.plan.values import Named, Wording
from shared.units import seal
from tests.ledger.sample import PLAN, UNITS
from tests.reporting.given import records

NOISE = Named(code="noise", name=Wording(zh="噪声", en="noise"))


def moved(*path: str) -> Where:
    """Where a unit stands."""
    return Where(campaign="yz2022", unit=path[-1], path=path)


def told(fact: Fact, where: Where) -> Recorded:
    """A recorded fact of the book that stands there."""
    book = f"{where.campaign}/{where.unit}"
    return read_recorded(records([(book, fact)], book, where)[0])


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
