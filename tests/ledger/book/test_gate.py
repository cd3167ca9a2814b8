"""What the closing of a phase needs, told in sentences."""

from datetime import date

import pytest
from msgspec.structs import replace

from services.ledger.book.gate import gap
from services.ledger.book.state import Book, PhaseState
from shared.events.activity import ActivityHeld
from shared.events.leaving import IssueMerged
from shared.events.phase import Gap, PhaseHeld, PhaseOpened, Share
from shared.events.returns import ObligationMet
from shared.events.strike_off import ReopeningOrdered
from shared.events.watch_topic import WatchAnswered
from shared.plan.activity import Activity
from shared.plan.phase import Needs
from shared.plan.target import Watch
from tests.ledger.book.phases import AGAIN, P1, P2, P3, closings, needing, with_phases
from tests.ledger.folded import folded
from tests.ledger.given import Morning, Said, announced, unit
from tests.ledger.like import Like
from tests.ledger.sample import ASSIGNED, CONFORMS, DONE, FILED, PLAN, PLANNED, REPORTED, UNOWNED, VERIFIED, VOIDED, called, plan_with


@pytest.mark.covers("A5")
def test_a_phase_is_held_until_the_share_that_the_plan_asks_is_struck_off() -> None:
    story = needing(Needs(verified=90.0)).given(REPORTED, PLANNED, DONE, Said(UNOWNED, issue="2")).when(Morning("2022-05-01"))
    assert Like(PhaseHeld, gap=Gap(verified=Share(wanted=90.0, done=0, of=2))) in story.recorded()
    story.on("2022-05-02").given(VERIFIED)
    assert story.book.phase("P1").status == "held"
    story.given(*(Said(each, issue="2") for each in (ASSIGNED, PLANNED, DONE, VERIFIED)))
    assert [each.gap for each in closings(story)] == [None]


@pytest.mark.covers("A5", "L14")
def test_no_phase_waits_for_an_item_without_an_end_to_be_struck_off() -> None:
    standing = Said(UNOWNED.model_copy(update={"standing": True}), issue="2")
    story = needing(Needs(verified=100.0)).given(REPORTED, standing).given(Morning("2022-05-01"))
    story.on("2022-05-02").given(PLANNED, DONE, VERIFIED)
    assert [each.gap for each in closings(story)] == [None]
    gone = needing(Needs(verified=100.0)).given(REPORTED, standing, Said(VOIDED, issue="2")).when(Morning("2022-05-01"))
    assert Like(PhaseHeld, gap=Gap(verified=Share(wanted=100.0, done=0, of=1))) in gone.recorded()
    same = IssueMerged(into="yz2022/e1/issue/desk~3", reason="同一件事", by="e1-head")
    other = Said(standing.fact, issue="3")
    merged = needing(Needs(verified=100.0)).given(REPORTED, standing, other, Said(same, issue="2")).when(Morning("2022-05-01"))
    assert Like(PhaseHeld, gap=Gap(verified=Share(wanted=100.0, done=0, of=1))) in merged.recorded()


@pytest.mark.covers("A5", "L14")
def test_nor_for_one_that_was_void_and_is_on_the_book_again() -> None:
    standing = Said(UNOWNED.model_copy(update={"standing": True}), issue="2")
    again = Said(ReopeningOrdered(reason="仍须坚持", by="chief-lin", by_unit="bureau"), issue="2")
    story = needing(Needs(verified=100.0)).given(standing, Said(VOIDED, issue="2"), again).given(Morning("2022-05-01"))
    assert [each.gap for each in closings(story)] == [None]


@pytest.mark.covers("A5", "C18")
def test_what_was_void_and_is_on_the_book_again_is_waited_for_like_any_other() -> None:
    again = Said(ReopeningOrdered(reason="确有此事", by="chief-lin", by_unit="bureau"))
    story = needing(Needs(verified=100.0)).given(REPORTED, VOIDED, again).when(Morning("2022-05-01"))
    assert Like(PhaseHeld, gap=Gap(verified=Share(wanted=100.0, done=0, of=1))) in story.recorded()
    story.on("2022-05-02").given(PLANNED, DONE, VERIFIED)
    assert [each.gap for each in closings(story)] == [None]


@pytest.mark.covers("A5", "L14")
def test_no_share_is_reckoned_of_fewer_than_no_issues() -> None:
    standing = UNOWNED.model_copy(update={"standing": True})
    items = [Said(fact, issue=str(number)) for number in range(1, 4) for fact in (standing, VOIDED, AGAIN)]
    story = needing(Needs(verified=90.0)).given(*items, Morning("2022-05-01"))
    assert [each.gap for each in closings(story)] == [None]


@pytest.mark.covers("A5")
def test_with_nothing_entered_no_share_is_missing() -> None:
    story = needing(Needs(verified=100.0)).given(Morning("2022-05-01"))
    assert [each.gap for each in closings(story)] == [None]


@pytest.mark.covers("A5")
def test_a_phase_is_held_until_every_target_that_applies_is_answered() -> None:
    story = needing(Needs(checklist=True)).given(CONFORMS).when(Morning("2022-05-01"))
    assert Like(PhaseHeld, gap=Gap(targets=1)) in story.recorded()  # e1 is of grade 2, so target 2 applies
    story.on("2022-05-02").given(CONFORMS.model_copy(update={"target": 2}))
    assert [each.gap for each in closings(story)] == [None]


@pytest.mark.covers("A5")
def test_a_unit_that_does_not_check_itself_owes_no_answer() -> None:
    plan = with_phases(P1.model_copy(update={"needs": Needs(checklist=True)}), P2, P3)
    story = announced(plan, "bureau").given(Morning("2022-04-06")).when(Morning("2022-05-01"))
    assert Like(PhaseHeld, gap=Gap(units=("east", "west"))) in story.recorded()


@pytest.mark.covers("A5", "C12", "A11")
def test_watch_topics_and_activities_are_named_until_they_are_fulfilled() -> None:
    plan = with_phases(
        P1.model_copy(update={"needs": Needs(watches=True, activities=("lecture",))}),
        P2,
        P3,
        watches=(Watch(code="drugs", name=called("用药"), phase="P1"), Watch(code="fees", name=called("费用"), phase="P2")),
        activities=(Activity(code="lecture", name=called("讲座")),),
    )
    story = announced(plan).given(Morning("2022-04-06")).on("2022-04-20").given(FILED).when(Morning("2022-05-01"))
    assert Like(PhaseHeld, gap=Gap(watches=("drugs",), activities=("lecture",))) in story.recorded()
    story.on("2022-05-02").given(WatchAnswered(watch="drugs", found=False, prevention="每月抽查处方", by="clerk-zhou"))
    assert story.book.phase("P1").status == "held"
    story.given(ActivityHeld(activity="lecture", on=date(2022, 4, 28), text="医德讲座", by="clerk-zhou"))
    assert [each.gap for each in closings(story)] == [None]


def test_a_phase_does_not_wait_for_an_activity_that_units_of_this_class_do_not_hold() -> None:
    plan = with_phases(
        P1.model_copy(update={"needs": Needs(returns=False, activities=("lecture",))}),
        P2,
        P3,
        activities=(Activity(code="lecture", name=called("讲座"), classes=("township",)),),
    )
    story = announced(plan).given(Morning("2022-04-06"), Morning("2022-05-01"))
    assert [each.gap for each in closings(story)] == [None]


@pytest.mark.covers("A5")
def test_at_the_grace_it_closes_over_what_is_missing_and_says_what() -> None:
    story = needing(Needs(checklist=True, verified=100.0)).given(REPORTED, Morning("2022-05-01"), Morning("2022-05-07"))
    assert [each.gap for each in closings(story)] == [Gap(targets=2, verified=Share(wanted=100.0, done=0, of=1))]


@pytest.mark.covers("A5")
def test_a_plan_may_close_a_phase_without_its_returns() -> None:
    plan = with_phases(P1.model_copy(update={"needs": Needs(returns=False)}), P2, P3)
    story = announced(plan).given(Morning("2022-04-06"), Morning("2022-05-01"))
    assert [each.gap for each in closings(story)] == [None]


@pytest.mark.covers("A4")
def test_a_return_met_before_its_phase_opened_is_not_waited_for() -> None:
    book = "yz2022/e1"
    met = ObligationMet(obligation="own-plan", phase="P1", late=False, was_missing=False)
    opened = PhaseOpened(phase="P1", start=P1.end, end=P1.end, returns=("own-plan", "report"))
    again = folded(PLAN, ((book, book, fact, P1.end, P1.end) for fact in (met, opened)))[book]
    assert isinstance(again, Book)
    assert again.phase("P1").awaits_returns == ("report",)


@pytest.mark.covers("A5")
@pytest.mark.parametrize(
    ("wanted", "done", "of"), [(16.1, 161, 1000), (32.2, 161, 500), (64.4, 322, 500), (95.0, 95, 100), (99.9, 999, 1000)]
)
def test_a_share_of_just_as_much_as_is_asked_is_enough_and_one_less_is_not(wanted: float, done: int, of: int) -> None:
    plan = plan_with(phases=(PLAN.phases[0].model_copy(update={"needs": Needs(returns=False, verified=wanted)}), *PLAN.phases[1:]))
    for struck, enough in ((done, True), (done - 1, False)):
        book = replace(unit().book, phases={"P1": PhaseState(own={"entered": of, "struck_off": struck})})
        assert (gap(book, plan, plan.phases[0]) is None) == enough
