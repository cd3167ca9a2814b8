"""Merging is no way out: it goes into what is no laxer, said by somebody who gains nothing, and comes back when that leaves unsolved. C18."""

from collections.abc import Callable
from datetime import date

import pytest

from shared.events.fact import Fact
from shared.events.issue import IssueCarriedOver, IssueEntered, IssueOverdue, IssueReported
from shared.events.leaving import IssueCameBack, IssueMerged, IssueReleased
from shared.events.phase import PhaseSupplemented
from shared.events.refusal import Refused
from shared.events.reporter import ReporterAnswered
from shared.events.strike_off import ReopeningOrdered
from shared.events.supervision import SupervisionLifted
from shared.kafka.cloudevents import told_record
from shared.plan.clock import Clock, Step
from shared.plan.issue import Grade, Verification
from tests.ledger.given import Morning, Said, Story, announced
from tests.ledger.issue.clocks import GRANTED, REQUESTED
from tests.ledger.issue.hand_overs import OVER, TAKEN, there
from tests.ledger.issue.ruled import ANALYSED, GRAVE, STANDING, SUPERVISED, TWO, WITH_MILESTONES, into, ruled
from tests.ledger.like import Like
from tests.ledger.sample import DONE, EXTENDED, FILED, FOUND, PLAN, REPORTED, RETURNED, VERIFIED, VOIDED, called, changed, plan_with

ONE, THREE = "yz2022/e1/issue/desk~1", "yz2022/e1/issue/desk~3"
HAZARD = changed(REPORTED, nature="hazard")


def two(first: IssueReported = REPORTED, other: IssueReported = REPORTED, other_on: str = FOUND) -> Story:
    """Two issues of one book, the first of which is merged into the other."""
    return ruled().on(other_on).given(Said(other, issue="2")).on(max(FOUND, other_on)).given(first)


def second(fact: Fact) -> Said:
    """Told of the one that stays."""
    return Said(fact, issue="2")


def merged_figures(story: Story) -> list[int]:
    return [phase.own.get("merged", 0) for phase in story.book.phases.values()]


@pytest.mark.covers("C18")
@pytest.mark.parametrize(
    ("story", "why"),
    [
        (lambda: ruled().given(REPORTED).on("2022-04-25").given(second(REPORTED)), "rectified by 2022-05-09, the other by 2022-05-11"),
        (lambda: two(GRAVE), "graver than ordinary"),
        (lambda: two(HAZARD), "is no hazard"),
        (lambda: two(other=STANDING), "has no end"),
        (lambda: two(STANDING), "has no end"),
        (lambda: two().given(WITH_MILESTONES), "milestone is due on 2022-04-26, that of the other on –"),
        (lambda: two().given(WITH_MILESTONES, second(ANALYSED)), "milestone is due on 2022-04-26, that of the other on –"),
        (lambda: two().given(WITH_MILESTONES, Morning("2022-04-27"), second(ANALYSED)).on("2022-04-27"), "due on 2022-05-06"),
        (lambda: two().given(SUPERVISED), "listed for supervision"),
        (lambda: two().given(second(ANALYSED), second(DONE)), "rectified already"),
    ],
    ids=[
        "later",
        "laxer",
        "no hazard",
        "without an end",
        "with an end",
        "unwatched",
        "without milestones",
        "with one missed",
        "unsupervised",
        "rectified",
    ],
)
def test_an_issue_goes_into_none_that_is_laxer_due_later_or_rectified(story: Callable[[], Story], why: str) -> None:
    refused = story().when(into(TWO)).refuses("merged-into-laxer").recorded()[0]
    assert isinstance(refused, Refused)
    assert why in refused.reason.en


@pytest.mark.covers("C18", "L14")
def test_of_two_with_milestones_or_without_an_end_the_one_watched_no_earlier_goes_into_the_other() -> None:
    later = changed(WITH_MILESTONES, milestones=WITH_MILESTONES.milestones[1:])
    two().given(later, second(WITH_MILESTONES), into(TWO))
    two().given(WITH_MILESTONES, second(later)).when(into(TWO)).refuses("merged-into-laxer")
    two(STANDING, STANDING).given(into(TWO))


@pytest.mark.covers("C18", "I4")
def test_neither_its_owner_nor_who_rectified_it_merges_it_and_who_rectified_it_verifies_neither() -> None:
    story = two().given(ANALYSED, DONE)
    for by in ("owner-li", DONE.by):
        story.when(changed(into(TWO), by=by)).refuses("merged-by-owner")
    story.given(into(TWO), second(ANALYSED), second(changed(DONE, by="fixer-he")))
    story.when(second(changed(VERIFIED, by=DONE.by))).refuses("verifier-is-fixer")


@pytest.mark.covers("C18")
@pytest.mark.parametrize("work", [(), (ANALYSED,), (ANALYSED, DONE)], ids=["entered", "planned", "rectified"])
def test_what_was_merged_into_one_that_turns_out_void_comes_back_as_it_stood_with_its_own_clocks(work: tuple[Fact, ...]) -> None:
    story = two().given(*work, into(TWO))
    assert sum(merged_figures(story)) == 1
    story.on("2022-05-20").given(second(VOIDED))
    assert [fact for fact in story.history() if isinstance(fact, IssueCameBack)] == [IssueCameBack(out_of=TWO)]
    assert sum(merged_figures(story)) == 0
    late = [fact.clock for fact in story.when(Morning("2022-05-21")).recorded() if isinstance(fact, IssueOverdue)]
    assert late == (["plan", "fix"] if not work else ["fix"] if work == (ANALYSED,) else [])
    for each in (ANALYSED, DONE)[len(work) :]:
        story.given(each)
    story.given(changed(VERIFIED, by="checker-lu"))


@pytest.mark.covers("C18", "E2")
def test_it_comes_back_from_one_that_is_handed_over_or_merged_on_but_not_from_one_struck_off() -> None:
    away = two().given(into(TWO), second(OVER))
    assert IssueCameBack(out_of=TWO) not in away.history()
    away.at("e2").given(there(TAKEN, "yz2022/e2/issue/handover~e1~1~desk~2"))
    assert IssueCameBack(out_of=TWO) in away.history()
    on = two().given(Said(REPORTED, issue="3"), into(TWO), second(into(THREE)))
    assert IssueCameBack(out_of=TWO) in on.history()
    on.given(into(THREE), Said(VOIDED, issue="3"))
    assert on.history().count(IssueCameBack(out_of=THREE)) == 2
    off = two().given(into(TWO), second(ANALYSED), second(DONE), second(VERIFIED))
    assert not [fact for fact in off.history() if isinstance(fact, IssueReleased)]
    off.given(second(ReopeningOrdered(reason="又坏", by="chief-lin", by_unit="bureau")), second(VOIDED))
    assert IssueCameBack(out_of=TWO) in off.history()


BACK = "yz2022/e1/issue/handover~e2~1~handover~e1~1~desk~1"


def round_trip(story: Story) -> Story:
    """The first issue goes to e2 and comes back on the same day."""
    taker = story.given(OVER).at("e2")
    taker.given(there(TAKEN), there(changed(OVER, to="e1", by="e2-head")))
    return story.given(there(changed(TAKEN, owner="owner-wu", by="e1-head"), BACK))


@pytest.mark.covers("C18", "E2", "L2")
def test_handing_it_over_and_having_it_back_changes_nothing_of_what_hinders_a_merging() -> None:
    story = round_trip(ruled().given(REPORTED, SUPERVISED).on("2022-05-06").given(second(REPORTED)))
    refused = story.when(there(into(TWO), BACK)).refuses("merged-into-laxer").recorded()[0]
    assert isinstance(refused, Refused)
    assert "listed for supervision" in refused.reason.en
    assert "rectified by 2022-05-09" in refused.reason.en
    story.given(there(SupervisionLifted(reason="已查", by="chief-lin", by_unit="bureau"), BACK))
    for by in ("owner-li", "owner-he", "owner-wu"):
        story.when(there(changed(into(TWO), by=by), BACK)).refuses("merged-by-owner")


@pytest.mark.covers("E2", "I4")
def test_who_owned_it_as_it_was_rectified_in_another_book_verifies_it_in_none() -> None:
    owned = changed(REPORTED, owner="owner-li")
    story = ruled().given(owned, ANALYSED, DONE, RETURNED, OVER)
    taker = story.at("e2").given(there(TAKEN), there(ANALYSED), there(changed(DONE, by="fixer-he")))
    taker.when(there(changed(VERIFIED, by="owner-li"))).refuses("verifier-is-owner")


@pytest.mark.covers("E2", "C3")
@pytest.mark.parametrize("planned", [False, True])
def test_having_it_back_on_the_last_day_is_no_way_to_more_days_and_late_is_marked(planned: bool) -> None:
    story = round_trip(ruled().given(REPORTED, *([ANALYSED] if planned else [])).on("2022-05-09"))
    entered = [fact for fact in story.history() if isinstance(fact, IssueEntered)][-1]
    assert (entered.fix_due, entered.plan_due < entered.fix_due) == (date(2022, 5, 9), not planned)
    since = story.history()[story.history().index(entered) :]
    late = [fact.clock for fact in [*since, *story.when(Morning("2022-05-10")).recorded()] if isinstance(fact, IssueOverdue)]
    assert late == (["fix"] if planned else ["plan", "fix"])


@pytest.mark.covers("C18", "L11")
def test_who_reported_an_issue_that_was_merged_is_answered_still() -> None:
    two().given(into(TWO)).when(ReporterAnswered(text="已并案办理", by="clerk-zhou")).given()


@pytest.mark.covers("C18", "I4")
def test_who_owned_an_issue_that_was_merged_verifies_the_other_no_more_than_who_rectified_it() -> None:
    story = two(other=changed(REPORTED, owner="owner-he")).given(ANALYSED, DONE, into(TWO))
    story.given(second(changed(ANALYSED, by="owner-he")), second(changed(DONE, by="fixer-he")))
    for by in ("owner-li", DONE.by):
        story.when(second(changed(VERIFIED, by=by))).refuses("verifier-is-fixer")
    story.given(second(VERIFIED))


@pytest.mark.covers("C18", "L2")
def test_it_goes_into_none_that_asks_for_fewer_checks_whatever_the_order_of_the_grades() -> None:
    strict, mild = (
        Grade(code=code, name=called(code), verification=Verification(persons=persons)) for code, persons in (("s", 2), ("m", 1))
    )
    for grades in ((strict, mild), (mild, strict)):
        story = announced(plan_with(grades=grades), day=FOUND, about="issue")
        story.given(changed(REPORTED, grade="s"), second(changed(REPORTED, grade="m"))).when(into(TWO)).refuses("merged-into-laxer")


@pytest.mark.covers("C18", "L2")
def test_of_two_grave_issues_the_one_that_is_to_be_listed_first_does_not_go_into_the_other() -> None:
    story = ruled().given(GRAVE).on("2022-04-25").given(second(GRAVE)).on("2022-04-26")
    refused = story.when(into(TWO)).recorded()[-1]
    assert isinstance(refused, Refused)
    assert "listed for supervision by 2022-04-25, the other by 2022-04-27" in refused.reason.en
    story.given(second(into(ONE)))


@pytest.mark.covers("C18", "A7")
def test_last_days_are_compared_as_the_phases_are_now() -> None:
    """The phase that both end with lasts longer by now: the last day of the other has moved with it, and nothing was told of that one since."""
    plan = plan_with(clocks=PLAN.clocks.model_copy(update={"fix": Clock(days=40, cap="P1")}))
    story = announced(plan, day=FOUND, about="issue").given(REPORTED, second(REPORTED))
    story.given(changed(REQUESTED, until=date(2022, 5, 5)), GRANTED, EXTENDED)
    refused = story.when(into(TWO)).refuses("merged-into-laxer").recorded()[0]
    assert isinstance(refused, Refused)
    assert "by 2022-05-05, the other by 2022-05-20" in refused.reason.en


@pytest.mark.covers("C18", "C8", "D4")
def test_what_comes_back_after_the_campaign_is_carried_over_as_it_would_have_been_and_of_nothing_past_is_warned() -> None:
    plan = plan_with(steps=(Step(clock="fix", before=2), Step(clock="follow-up", before=2)))
    story = announced(plan, day=FOUND, about="issue").given(REPORTED, second(REPORTED), into(TWO), Morning("2022-09-01"))
    assert [fact.number for fact in story.history() if isinstance(fact, IssueCarriedOver)] == [2]
    story.on("2022-09-02").given(second(VOIDED)).when(Morning("2022-09-03"))
    story.then(
        Like(IssueOverdue, number=1, clock="plan"), Like(IssueOverdue, number=1, clock="fix"), Like(IssueCarriedOver, number=1, phase="P3")
    )


@pytest.mark.covers("C18", "G9")
def test_what_comes_back_once_its_phase_is_closed_is_taken_off_the_figures_of_that_phase_by_a_supplement() -> None:
    story = announced(PLAN, day=FOUND).given(REPORTED, second(REPORTED), into(TWO), FILED, Morning("2022-05-10"))
    assert story.book.phases["P1"].own["merged"] == 1
    story.on("2022-05-20").given(second(VOIDED)).when(Morning("2022-05-21"))
    assert [fact.own.merged for fact in story.recorded() if isinstance(fact, PhaseSupplemented)] == [0]
    assert story.book.phases["P1"].own["entered"] == 2


@pytest.mark.covers("C18")
def test_of_two_that_are_merged_into_one_another_in_one_batch_the_first_goes_and_the_other_stays() -> None:
    story = two()
    story.ledger.tell(*(told_record(story.told(each)) for each in (into(TWO), second(into(ONE)))))
    merged = [fact for fact in story.history() if isinstance(fact, IssueMerged)]
    assert merged == [into(TWO)]
    story.given(second(VOIDED))
    assert IssueCameBack(out_of=TWO) in story.history()
