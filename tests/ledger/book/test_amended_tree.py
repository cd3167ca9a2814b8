"""Units that an amendment adds, moves or leaves out, told in sentences."""

import pytest

from shared.events.campaign import BookOpened
from shared.events.figures import Counts
from shared.events.hand_over import HandOverOffered, IssueHandedOver
from shared.events.issue import IssueStruckOff
from shared.events.phase import PhaseClosed, PhaseSupplemented
from shared.events.statement import StatementAdded, StatementWithdrawn
from shared.events.tree import UnitsListed
from shared.units import seal
from tests.ledger.book.amendments import GROWN, MOVED, RUNNING, SHRUNK, running, tells, told_tree, version
from tests.ledger.given import Morning, Said, unit
from tests.ledger.like import Like
from tests.ledger.sample import DONE, FILED, PLANNED, REPORTED, UNITS, UNOWNED, VERIFIED


@pytest.mark.covers("A7", "I1")
def test_a_new_unit_opens_its_book_and_the_unit_above_waits_for_it() -> None:
    root = told_tree(running(), GROWN).given(tells(version(), seal(GROWN, 2)))
    assert Like(BookOpened, plan_version=2, tree_version=2) in root.at("e3").history()
    assert root.at("e3").book.profile.path == ("bureau", "east", "e3")
    assert root.at("east").book.phase("P2").awaits_units == ("e1", "e2", "e3")
    # What it missed it makes up: its P1 opens and is held; that of the east is closed and is not opened again by it.
    root.given(Morning(RUNNING))
    assert (root.at("e3").book.phase("P1").status, root.at("east").book.phase("P1").status) == ("closed", "closed")


@pytest.mark.covers("A7", "I1")
def test_a_unit_under_a_new_parent_states_its_closed_phases_there_and_leaves_the_old_ones_figures() -> None:
    root = running()
    root.at("e2").on("2022-04-22").given(REPORTED)
    root.given(Morning(RUNNING))
    assert root.at("east").book.phase("P1").below["entered"] == 1
    told_tree(root, MOVED).given(tells(version(), seal(MOVED, 2)))
    assert root.at("e2").book.profile.path == ("bureau", "west", "e2")
    east, west = root.at("east"), root.at("west")
    assert (east.book.phase("P1").below["entered"], west.book.phase("P1").below["entered"]) == (0, 1)
    assert (east.book.phase("P2").awaits_units, west.book.phase("P2").awaits_units) == (("e1",), ("w1", "w2", "e2"))
    withdrawn = StatementAdded(phase="P1", unit="e2", revision=0, total=Counts(), replaces=Counts(units=1, filed=1, entered=1))
    assert withdrawn in east.history()
    assert Like(StatementAdded, phase="P1", unit="e2", total=Counts(units=1, filed=1, entered=1), replaces=None) in west.history()
    # The root has it once, as soon as both have supplemented.
    root.given(Morning("2022-05-21"), Morning("2022-05-22"))
    assert root.book.phase("P1").below["entered"] == 1
    assert root.book.phase("P1").below["units"] == len(UNITS) - 1


@pytest.mark.covers("A7")
def test_a_unit_that_comes_back_is_added_again() -> None:
    root = running()
    told_tree(root, MOVED).given(tells(version(), seal(MOVED, 2)))
    root.given(UnitsListed(version=3, part=1, units=UNITS), tells(version(3), seal(UNITS, 3)))
    assert root.at("east").book.phase("P1").below["units"] == 2
    assert root.at("west").book.phase("P1").below["units"] == 2


@pytest.mark.covers("A7")
def test_a_unit_that_was_left_out_by_mistake_and_is_put_back_states_its_closed_phases_again() -> None:
    root = running()
    root.at("e2").on("2022-04-22").given(REPORTED)
    root.given(Morning(RUNNING))
    told_tree(root, SHRUNK).given(tells(version(), seal(SHRUNK, 2)))
    assert root.at("east").book.phase("P1").below["entered"] == 0
    root.given(UnitsListed(version=3, part=1, units=UNITS), tells(version(3), seal(UNITS, 3)))
    below = root.at("east").book.phase("P1").below
    assert (below["units"], below["entered"]) == (2, 1)
    root.given(Morning("2022-05-21"), Morning("2022-05-22"))
    assert (root.book.phase("P1").below["units"], root.book.phase("P1").below["entered"]) == (len(UNITS) - 1, 1)


@pytest.mark.covers("A7")
def test_a_unit_that_left_the_campaign_is_waited_for_no_longer() -> None:
    root = told_tree(running(), SHRUNK).given(tells(version(obligations=()), seal(SHRUNK, 2)))
    assert root.at("east").book.phase("P2").awaits_units == ("e1",)
    root.given(Morning("2022-07-01"))
    assert root.at("east").book.phase("P2").status == "closed"
    assert root.at("e2").book.profile.plan_version == 1


@pytest.mark.covers("A7")
def test_what_is_open_in_a_unit_that_left_the_campaign_can_be_finished_or_handed_over_and_counts_above_no_more() -> None:
    root = running()
    left = root.at("e2").given(REPORTED, PLANNED)
    told_tree(root, SHRUNK).given(tells(version(), seal(SHRUNK, 2)))
    left.given(DONE).when(VERIFIED).then(IssueStruckOff)
    given_up = IssueHandedOver(to="e1", reason="并入东一院", by="e2-head")
    left.given(Said(UNOWNED, issue="2")).when(Said(given_up, issue="2")).then(Like(HandOverOffered, to="e1"))
    root.given(Morning("2022-07-01"))
    assert root.at("east").book.phase("P2").below.get("struck_off", 0) == 0


@pytest.mark.covers("A7")
def test_a_phase_that_is_held_for_a_unit_closes_when_an_amendment_takes_it_away() -> None:
    root = unit("bureau").given(Morning("2022-04-06")).on("2022-04-20")
    for each in ("e1", "w1", "w2"):
        root.at(each).given(FILED)
    root.given(Morning("2022-05-01")).on("2022-05-02")
    assert root.at("east").book.phase("P1").status == "held"
    told_tree(root, SHRUNK).given(tells(version(), seal(SHRUNK, 2)))
    assert root.at("east").book.phase("P1").status == "closed"
    assert Like(PhaseClosed, phase="P1", gap=None) in root.history()


@pytest.mark.covers("A7")
def test_a_statement_is_withdrawn_once_and_never_of_a_unit_that_is_there() -> None:
    east = running("east")
    east.when(StatementWithdrawn(phase="P1", unit="e1")).then()
    gone = east.at("bureau")
    told_tree(gone, MOVED).given(tells(version(), seal(MOVED, 2)))
    east.when(StatementWithdrawn(phase="P1", unit="e2")).then()
    assert len([fact for fact in east.history() if isinstance(fact, StatementAdded) and fact.revision == 0]) == 1


def test_a_unit_that_stays_under_its_parent_states_nothing_anew() -> None:
    root = running().given(tells(version()))
    assert not [fact for each in UNITS for fact in root.at(each.id).history() if isinstance(fact, PhaseSupplemented)]
