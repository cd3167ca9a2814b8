"""Units that an amendment leaves out of the tree: what goes with them, who hears so, and how they come back, told in sentences."""

import pytest

from services.ledger.book.state import totals_to_date
from shared.events.campaign import BookAmended, BookRemoved, UnitRemoved
from shared.events.figures import Counts
from shared.events.hand_over import HandOverOffered, HandOverSettled, IssueHandedOver
from shared.events.refusal import Refused
from shared.events.tree import UnitsListed
from shared.units import Unit, seal
from tests.ledger.book.amendments import RUNNING, SHRUNK, running, tells, told_tree, version
from tests.ledger.book.trees import FIGURES, amended, below, books
from tests.ledger.given import Morning, Said, Story
from tests.ledger.issue.hand_overs import TAKEN, WITHDRAWN
from tests.ledger.like import Like
from tests.ledger.sample import LIFE, REPORTED, UNITS, UNOWNED

WITHOUT_EAST = tuple(each for each in UNITS if "east" not in (each.id, each.parent))
ONLY_EAST_GONE = tuple(each.model_copy(update={"parent": "west"} if each.parent == "east" else {}) for each in UNITS if each.id != "east")
OVER = IssueHandedOver(to="e1", reason="并入东一院", by="e2-head")


def left(units: tuple[Unit, ...] = SHRUNK) -> Story:
    """e2 has two issues, one of them struck off; then the tree is this."""
    root = running()
    root.at("e2").given(REPORTED, *(Said(fact, issue="2") for fact in LIFE))
    return told_tree(root, units).given(tells(version(), seal(units, 2)))


@pytest.mark.covers("A7")
def test_a_unit_that_left_says_what_goes_with_it_and_the_unit_above_records_it() -> None:
    root = left()
    own = totals_to_date(root.at("e2").book)[0]
    gone = Like(BookRemoved, plan_version=2, path=("e2",), reported_to="east", open=1, own=own)
    assert root.at("e2").history()[-1] == gone
    assert UnitRemoved(unit="e2", plan_version=2, tree_version=2, open=1, own=own) in root.at("east").history()
    assert Like(BookAmended, left=("e2",), removed=("e2",)) in root.at("east").history()
    assert own.entered == 2


@pytest.mark.covers("A7")
def test_a_unit_leaves_with_all_below_it_and_the_one_that_stays_hears_of_each() -> None:
    root = left(WITHOUT_EAST)
    paths = {unit: next(fact.path for fact in root.at(unit).history() if isinstance(fact, BookRemoved)) for unit in ("east", "e1", "e2")}
    assert paths == {"east": ("east",), "e1": ("east", "e1"), "e2": ("east", "e2")}
    heard = [(fact.unit, fact.open) for fact in root.history() if isinstance(fact, UnitRemoved)]
    assert sorted(heard) == [("e1", 0), ("e2", 1), ("east", 0)]


@pytest.mark.covers("A7")
def test_those_below_it_that_the_tree_puts_elsewhere_stay() -> None:
    root = left(ONLY_EAST_GONE)
    assert [fact.unit for fact in root.history() if isinstance(fact, UnitRemoved)] == ["east"]
    assert {root.at(each).book.profile.path for each in ("e1", "e2")} == {("bureau", "west", "e1"), ("bureau", "west", "e2")}
    assert not {root.at(each).book.profile.left_by for each in ("e1", "e2")} - {0}


@pytest.mark.covers("A7")
def test_a_unit_that_moves_does_not_leave() -> None:
    moved = tuple(each.model_copy(update={"parent": "west"} if each.id == "e2" else {}) for each in UNITS)
    root = left(moved)
    assert Like(BookAmended, left=("e2",), removed=()) in root.at("east").history()
    assert not any(isinstance(fact, BookRemoved | UnitRemoved) for each in UNITS for fact in root.at(each.id).history())


@pytest.mark.covers("A7")
def test_a_unit_that_is_put_back_takes_part_again_and_may_leave_again() -> None:
    root = left()
    root.given(UnitsListed(version=3, part=1, units=UNITS), tells(version(3), seal(UNITS, 3)))
    assert root.at("e2").book.profile.left_by == 0
    root.given(UnitsListed(version=4, part=1, units=SHRUNK), tells(version(4), seal(SHRUNK, 4)))
    assert [fact.plan_version for fact in root.at("e2").history() if isinstance(fact, BookRemoved)] == [2, 4]
    assert [fact.plan_version for fact in root.at("east").history() if isinstance(fact, UnitRemoved)] == [2, 4]


@pytest.mark.covers("A7", "E2")
def test_nothing_is_handed_over_to_a_unit_that_left() -> None:
    root = left()
    stays = root.at("w1").given(UNOWNED).when(IssueHandedOver(to="e2", reason="属东二院", by="w1-head"))
    assert stays.recorded() == [Like(Refused, rule="hand-over-nowhere")]
    # A book that left goes by the tree it had: what it offers to another that left comes back.
    gone = left(WITHOUT_EAST).at("e2").when(OVER).then(Like(HandOverOffered, to="e1"))
    assert gone.history()[-1] == Like(HandOverSettled, accepted=False, unit="e1", reason="e1 已退出活动，不再受理")


@pytest.mark.covers("A7", "E2")
def test_what_was_offered_to_a_unit_before_it_left_is_taken_by_nobody() -> None:
    root = running()
    giver = root.at("w1").given(UNOWNED, IssueHandedOver(to="e2", reason="属东二院", by="w1-head"))
    told_tree(root, SHRUNK).given(tells(version(), seal(SHRUNK, 2)))
    there = "yz2022/e2/issue/handover~w1~1~desk~1"
    root.at("e2").when(Said(TAKEN, subject=there)).refuses("not-offered")
    assert giver.history()[-1] == Like(HandOverSettled, accepted=False, unit="e2")
    giver.when(WITHDRAWN).refuses("not-handing-over")


@pytest.mark.covers("A7", "I1")
@pytest.mark.parametrize("seed", range(40))
def test_the_root_states_what_stands_on_the_books_of_the_tree_in_force_and_nothing_twice(seed: int) -> None:
    root, tree, _ = amended(seed)
    stated = totals_to_date(root.book)[1].model_dump()
    assert {name: stated[name] for name in FIGURES} == books(root, below(tree, "bureau"))
    for unit in UNITS:
        assert bool(root.at(unit.id).book.profile.left_by) == (unit.id not in below(tree, "bureau")), unit.id


@pytest.mark.covers("A7")
def test_a_campaign_that_nothing_leaves_records_none_of_this() -> None:
    root = running().given(tells(version()), Morning(RUNNING))
    assert not any(isinstance(fact, BookRemoved | UnitRemoved) for each in UNITS for fact in root.at(each.id).history())
    assert totals_to_date(root.book)[1] != Counts()
