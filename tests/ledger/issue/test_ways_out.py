"""No act on an issue is a way out of a clock, or of a check by somebody else. C18, E2, I4."""

from datetime import date

import pytest

from shared.events.extension import ExtensionGranted
from shared.events.fact import Fact
from shared.events.hand_over import HandOverOffered
from shared.events.issue import FollowUpSet, IssueAssigned, IssueEntered, IssueOverdue, MeasuresPlanned, Milestone
from shared.events.leaving import IssueVoided
from shared.events.strike_off import IssueReopened, IssueSpotChecked, LookBackDone, ReopeningOrdered
from shared.events.supervision import SupervisionLifted
from tests.ledger.given import Morning, Said, Story, issue
from tests.ledger.issue.clocks import REQUESTED
from tests.ledger.issue.hand_overs import OVER, TAKEN, there
from tests.ledger.issue.ruled import ANALYSED, GRAVE, STANDING, SUPERVISED, TWO, WITH_MILESTONES, into, ruled
from tests.ledger.like import Like
from tests.ledger.sample import ASSIGNED, DONE, PLANNED, REPORTED, RETURNED, VERIFIED, VOIDED, changed

BACK = "yz2022/e1/issue/handover~e2~1~handover~e1~1~desk~1"
BROKE_AGAIN = ReopeningOrdered(reason="确有此事", by="chief-lin", by_unit="bureau")
FORMER = "owner-li"
"""Who owned it as it was reported, and then no more."""


def late(story: Story, day: str) -> list[tuple[str, date]]:
    """What runs out by a morning."""
    return [(fact.clock, fact.due) for fact in story.when(Morning(day)).recorded() if isinstance(fact, IssueOverdue)]


def by_former(fact: Fact) -> Fact:
    return changed(fact, by=FORMER)


# ── a hand-over ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("E2", "L2", "L14")
@pytest.mark.parametrize(
    ("report", "clock", "due"), [(GRAVE, "listing", date(2022, 4, 25)), (STANDING, "review", date(2022, 6, 7))], ids=["listing", "review"]
)
def test_what_a_superior_or_a_review_is_due_runs_on_in_the_other_book_and_back_again(report: Fact, clock: str, due: date) -> None:
    story = ruled().given(report).on("2022-04-25").given(OVER)
    taker = story.at("e2").given(there(TAKEN))
    assert getattr(taker.history()[-2], f"{clock}_due") == due
    back = taker.given(there(changed(OVER, to="e1", by="e2-head"))).at("e1").given(there(changed(TAKEN, by="e1-head"), BACK))
    assert (clock, due) in late(back, str(due.replace(day=due.day + 1)))


@pytest.mark.covers("E2", "L2")
def test_a_review_or_listing_on_its_way_runs_out_once_and_where_it_was() -> None:
    story = ruled().given(GRAVE, OVER)
    story.when(Morning("2022-04-27"))
    assert [fact.clock for fact in story.history() if isinstance(fact, IssueOverdue)] == ["listing"]
    assert not [fact for fact in story.at("e2").history() if isinstance(fact, IssueOverdue)]


@pytest.mark.covers("E2", "L2")
def test_what_a_superior_lifted_is_due_to_be_listed_no_more_in_the_other_book() -> None:
    story = ruled().given(GRAVE, SUPERVISED, SupervisionLifted(reason="已改", by="chief-lin", by_unit="bureau"), OVER)
    assert [fact.listing_due for fact in story.at("e2").given(there(TAKEN)).history() if isinstance(fact, IssueEntered)] == [None]


@pytest.mark.covers("E2", "L10")
def test_having_it_back_its_milestones_are_awaited_on_their_days_and_its_owner_puts_none_off() -> None:
    story = ruled().given(REPORTED, WITH_MILESTONES, OVER)
    story.at("e2").given(there(TAKEN), there(changed(OVER, to="e1", by="e2-head")))
    story.given(there(changed(TAKEN, by="e1-head", owner="owner-wu"), BACK))
    story.when(there(changed(ANALYSED, by="owner-wu"), BACK)).refuses("milestone-own")
    assert ("milestone", date(2022, 4, 26)) in late(story, "2022-04-27")


# ── measures told again ─────────────────────────────────────────────────────────────────────────────────────────────────────


def milestones(*days: int) -> MeasuresPlanned:
    """Measures with a milestone on each of these days of May."""
    return changed(ANALYSED, milestones=tuple(Milestone(name=f"{day}日", due=date(2022, 5, day)) for day in days))


@pytest.mark.covers("L10")
@pytest.mark.parametrize(
    ("before", "after", "put_off"),
    [
        ((4, 6), (), True),
        ((4, 6), (4,), True),
        ((4, 6), (6, 4), False),
        ((4, 6), (3, 7), True),
        ((4,), (5, 9), True),
        ((4,), (4, 9), False),
    ],
)
def test_measures_told_again_put_off_no_milestone_unless_somebody_else_tells_them(
    before: tuple[int, ...], after: tuple[int, ...], put_off: bool
) -> None:
    story = ruled().given(REPORTED, ASSIGNED, milestones(*before))
    for by in (FORMER, ASSIGNED.owner):
        told = story.when(changed(milestones(*after), by=by))
        told.refuses("milestone-own") if put_off else told.then()
    ruled().given(REPORTED, milestones(*before)).when(changed(milestones(*after), by="planner-ma")).then()


# ── another owner ───────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("C10", "C18", "I4")
@pytest.mark.parametrize("again", [(), (changed(ASSIGNED, owner="owner-xu"),)], ids=["the next owner", "the one after"])
def test_who_owned_it_at_some_time_checks_voids_merges_and_extends_it_never(again: tuple[Fact, ...]) -> None:
    story = ruled().given(REPORTED, Said(REPORTED, issue="2"), ASSIGNED, *again)
    story.when(by_former(into(TWO))).refuses("merged-by-owner")
    story.when(by_former(VOIDED)).refuses("voided-by-owner")
    story.given(REQUESTED).when(ExtensionGranted(by=FORMER, by_unit="bureau")).refuses("extension-own")
    story.when(changed(SUPERVISED, by=FORMER)).refuses("verifier-is-owner")
    story.given(SUPERVISED).when(SupervisionLifted(reason="已改", by=FORMER, by_unit="bureau")).refuses("verifier-is-owner")
    story.given(ANALYSED, DONE)
    for fact in (VERIFIED, RETURNED, IssueSpotChecked(holds=True, finding="好", by=FORMER, by_unit="bureau")):
        story.when(by_former(fact)).refuses("verifier-is-owner")
    story.given(VERIFIED).when(LookBackDone(holds=True, finding="好", by=FORMER)).refuses("verifier-is-owner")
    story.when(by_former(BROKE_AGAIN)).refuses("verifier-is-owner")


@pytest.mark.covers("C18", "L5")
def test_who_owned_or_rectified_an_issue_has_it_opened_again_for_other_days_never() -> None:
    story = issue().given(REPORTED, Morning("2022-05-10")).on("2022-05-10").given(PLANNED, DONE, VERIFIED)
    for by, rule in ((FORMER, "verifier-is-owner"), (DONE.by, "verifier-is-fixer")):
        story.when(changed(BROKE_AGAIN, by=by)).refuses(rule)
    story.given(BROKE_AGAIN)


@pytest.mark.covers("E2", "C18", "I4")
def test_who_owned_it_at_some_time_in_another_book_is_known_in_this() -> None:
    taker = ruled().given(REPORTED, ASSIGNED, OVER).at("e2").given(there(TAKEN))
    for by in (FORMER, ASSIGNED.owner):
        taker.when(there(changed(VOIDED, by=by))).refuses("voided-by-owner")


@pytest.mark.covers("C8")
def test_who_owned_it_at_some_time_puts_its_follow_up_off_for_nobody() -> None:
    story = issue().given(REPORTED, ASSIGNED, Morning("2022-09-01")).on("2022-09-02")
    for by in (FORMER, ASSIGNED.owner):
        story.when(FollowUpSet(due=date(2022, 9, 20), owner="owner-feng", by=by)).refuses("follow-up-own")
    story.given(FollowUpSet(due=date(2022, 9, 20), owner="owner-feng", by="e1-head"))


@pytest.mark.covers("C4", "E2")
def test_an_issue_has_fifty_owners_at_most_and_still_goes_to_another_book() -> None:
    story = issue().given(REPORTED, *(IssueAssigned(owner=f"owner-{number}", by="head-zhao") for number in range(49)))
    story.when(IssueAssigned(owner="owner-49", by="head-zhao")).refuses("persons-many")
    story.given(IssueAssigned(owner="owner-48", by="head-zhao")).when(OVER).then(HandOverOffered)


# ── void, merged ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("C18", "L10")
@pytest.mark.parametrize(
    ("goes", "stays", "fits"),
    [((4, 6), (4, 9), False), ((4, 6), (4,), False), ((4, 6), (3, 6), True), ((4, 6), (3, 5, 9), True), ((4,), (9, 4), True)],
)
def test_it_is_merged_into_one_of_which_each_milestone_is_awaited_as_early(
    goes: tuple[int, ...], stays: tuple[int, ...], fits: bool
) -> None:
    story = ruled().given(REPORTED, Said(REPORTED, issue="2"), milestones(*goes), Said(milestones(*stays), issue="2"))
    story.given(into(TWO)) if fits else story.when(into(TWO)).refuses("merged-into-laxer")


@pytest.mark.covers("C18", "A10")
def test_what_was_void_has_the_last_days_that_it_had_and_the_mark_that_it_had() -> None:
    story = issue().given(REPORTED, VOIDED).on("2022-05-20")
    story.when(BROKE_AGAIN).then(Like(IssueReopened, plan_due=date(2022, 4, 28), fix_due=date(2022, 5, 9)))
    assert late(story, "2022-05-21") == [("plan", date(2022, 4, 28)), ("fix", date(2022, 5, 9))]
    story.on("2022-05-23").given(IssueVoided(reason="误报", by="head-zhao"), BROKE_AGAIN)
    assert late(story, "2022-06-30") == [], "it is late once"
    assert sum(phase.own.get("overdue", 0) for phase in story.book.phases.values()) == 1


@pytest.mark.covers("C18", "C8")
def test_what_was_void_while_it_was_carried_over_is_followed_up_on_the_day_that_it_had() -> None:
    story = issue().given(REPORTED, Morning("2022-09-01")).on("2022-09-02").given(VOIDED, BROKE_AGAIN)
    assert ("follow-up", date(2022, 9, 15)) in late(story, "2022-09-16")
