"""What events make of the rows of units and campaigns, and of what was refused."""

import pytest

from services.ledger.rules.reasons import reason
from services.reporting.fold.projections import fold
from services.reporting.fold.rows import Rows
from shared.events.campaign import BookAmended, BookOpened, CampaignAmended, CampaignAnnounced
from shared.events.fact import Fact, Where
from shared.events.refusal import Refused
from shared.events.tree import UnitsListed
from shared.kafka.cloudevents import read_recorded
from shared.kafka.records import Recorded
from shared.units import Unit, seal
from tests.reporting.given import BOOK, after, records
from tests.reporting.telling import PLAN

OPENED = BookOpened(name="镇", unit_class="clinic", tags=(), plan_version=1, tree_version=1, levels_below=0, units_below=())


def beside(fact: Fact, unit: str, *path: str) -> Recorded:
    """A fact in the book of a unit that stands elsewhere."""
    made = records([(f"c/{unit}", fact)], f"c/{unit}", Where(campaign="c", unit=unit, path=path))
    return read_recorded(made[0])


def test_a_refusal_is_listed_with_its_reason() -> None:
    row = after(Refused(type="IssueReported", rule="struck-off", reason=reason("struck-off")))["refused", f"{BOOK}@1"]
    assert (row["rule"], row["reason"]["zh"], row["told_id"]) == ("struck-off", "问题已销号", "told-1")


def test_a_unit_stands_where_its_own_book_opened() -> None:
    row = after(OPENED, subject=BOOK)["units", "c/t1"]
    assert (row["path"], row["parent"], row["name"], row["unit_class"]) == (["root", "t1"], "root", "镇", "clinic")


@pytest.mark.covers("I6")
def test_a_unit_is_known_by_all_its_names_in_any_glyphs() -> None:
    row = after(OPENED.model_copy(update={"aliases": ("門辦", "中原分院")}), subject=BOOK)["units", "c/t1"]
    assert (row["aliases"], row["known_as"]) == (["門辦", "中原分院"], ["镇", "门办", "中原分院"])


def test_a_tree_told_to_any_book_moves_and_names_no_unit() -> None:
    rows = after(OPENED, subject=BOOK)
    before = dict(rows)
    told = (Unit(id="evil", name="外", unit_class="x"), Unit(id="t1", name="别名", parent="evil", unit_class="x"))
    fold(rows, beside(UnitsListed(version=9, part=1, units=told), "evil"))
    assert rows == before


def test_a_unit_never_moves_under_another_root() -> None:
    rows = after(OPENED, subject=BOOK)
    fold(rows, beside(OPENED, "t1", "evil", "t1"))
    assert rows["units", "c/t1"]["path"] == ["root", "t1"]


def test_a_campaign_is_announced_again_by_its_own_root_alone() -> None:
    rows: Rows = {}
    first, other = (PLAN.model_copy(update={"campaign": "c", "version": version}) for version in (1, 2))
    tree = seal([Unit(id="root", name="局", unit_class="bureau")])
    fold(rows, beside(CampaignAnnounced(plan=first, tree=tree), "root"))
    fold(rows, beside(CampaignAnnounced(plan=other, tree=tree), "evil"))
    assert (rows["campaigns", "c"]["root"], rows["campaigns", "c"]["version"]) == ("root", 1)
    fold(rows, beside(CampaignAnnounced(plan=other, tree=tree), "root"))
    assert rows["campaigns", "c"]["version"] == 2


def test_an_amendment_changes_the_campaigns_plan_and_where_its_units_stand() -> None:
    tree = seal([Unit(id="root", name="局", unit_class="bureau")])
    first, other = (PLAN.model_copy(update={"campaign": "c", "version": version}) for version in (1, 2))
    rows: Rows = {}
    fold(rows, beside(CampaignAnnounced(plan=first, tree=tree), "root"))
    fold(rows, beside(CampaignAmended(plan=other, tree=tree, by="head"), "evil"))
    assert rows["campaigns", "c"]["version"] == 1
    fold(rows, beside(CampaignAmended(plan=other, tree=tree, by="head"), "root"))
    assert rows["campaigns", "c"]["version"] == 2
    fold(rows, beside(OPENED, "t1", "root", "east", "t1"))
    amended = BookAmended(
        name="镇二",
        unit_class="clinic",
        tags=(),
        plan_version=2,
        tree_version=2,
        path=("root", "west", "t1"),
        levels_below=0,
        units_below=(),
    )
    fold(rows, beside(amended, "t1", "root", "west", "t1"))
    row = rows["units", "c/t1"]
    assert (row["name"], row["parent"], row["path"], row["tree"]) == ("镇二", "west", ["root", "west", "t1"], 2)
