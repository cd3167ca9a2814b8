"""What the closing of a phase needs, closing again, more time for one unit, and where late facts count, told in sentences."""

from collections.abc import Sequence
from datetime import date

import pytest

from services.ledger.book.gate import gap
from services.ledger.book.phases import phase_for
from services.ledger.book.state import Book, evolve
from services.ledger.rules.decision import Event
from shared.events.activity import ActivityHeld
from shared.events.campaign import CampaignAnnounced
from shared.events.figures import Counts
from shared.events.issue import IssueAssigned, IssueCarriedOver, IssueEntered, IssueOverdue, IssueStruckOff
from shared.events.lateness import DeadlinePutOff
from shared.events.leaving import IssueMerged
from shared.events.phase import (
    Gap,
    GapAccepted,
    PhaseClosed,
    PhaseExtended,
    PhaseHeld,
    PhaseOpened,
    PhaseReopened,
    PhaseSupplemented,
    Share,
)
from shared.events.returns import ObligationMet
from shared.events.statement import StatementAdded
from shared.events.strike_off import IssueReopened, ReopeningOrdered
from shared.events.watch_topic import WatchAnswered
from shared.plan import Plan
from shared.plan.activity import Activity
from shared.plan.phase import Needs, Phase
from shared.plan.target import Watch
from shared.units import seal
from tests.ledger.given import Morning, Said, Story, nowhere, unit
from tests.ledger.like import Like
from tests.ledger.sample import (
    ASSIGNED,
    CONFORMS,
    DONE,
    FILED,
    LISTED,
    PLAN,
    PLANNED,
    REPORTED,
    RETURNED,
    UNITS,
    UNOWNED,
    VERIFIED,
    VOIDED,
    called,
    plan_with,
)

P1, P2, P3 = PLAN.phases
AGAIN = ReopeningOrdered(reason="仍须坚持", by="chief-lin", by_unit="bureau")
REOPENED = PhaseReopened(phase="P1", reason="补录一项", by="e1-head")
EXTENDED = PhaseExtended(phase="P1", until=date(2022, 5, 20), reason="封控", by="bureau-head", by_unit="bureau")


def with_phases(*phases: Phase, **changes: object) -> Plan:
    """The sample plan with other phases."""
    return plan_with(phases=phases, **changes)


def by(plan: Plan, of: str = "e1") -> Story:
    """Every book is open, by this plan."""
    return nowhere(of).at("bureau").given(LISTED, CampaignAnnounced(plan=plan, tree=seal(UNITS))).at(of)


def needing(needs: Needs, **changes: object) -> Story:
    """A clinic in P1, which needs this; its return is filed."""
    first = P1.model_copy(update={"needs": needs})
    return by(with_phases(first, P2, P3, **changes)).given(Morning("2022-04-06")).on("2022-04-20").given(FILED)


def closed() -> Story:
    """A clinic whose P1 closed with nothing missing."""
    return unit().given(Morning("2022-04-06")).on("2022-04-20").given(FILED, Morning("2022-05-01")).on("2022-05-05")


def closings(story: Story, phase: str = "P1") -> list[PhaseClosed]:
    """Every closing of a phase in a book's history."""
    return [fact for fact in story.history() if isinstance(fact, PhaseClosed) and fact.phase == phase]


# ── the gate ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


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
    same = IssueMerged(into="yz2022/e1/issue/desk~1", reason="同一件事", by="e1-head")
    merged = needing(Needs(verified=100.0)).given(REPORTED, standing, Said(same, issue="2")).when(Morning("2022-05-01"))
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
    assert gap(by(plan, "bureau").book, plan, plan.phase("P1")) is None


@pytest.mark.covers("A5", "C12", "A11")
def test_watch_topics_and_activities_are_named_until_they_are_fulfilled() -> None:
    plan = with_phases(
        P1.model_copy(update={"needs": Needs(watches=True, activities=("lecture",))}),
        P2,
        P3,
        watches=(Watch(code="drugs", name=called("用药"), phase="P1"), Watch(code="fees", name=called("费用"), phase="P2")),
        activities=(Activity(code="lecture", name=called("讲座")),),
    )
    story = by(plan).given(Morning("2022-04-06")).on("2022-04-20").given(FILED).when(Morning("2022-05-01"))
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
    story = by(plan).given(Morning("2022-04-06"), Morning("2022-05-01"))
    assert [each.gap for each in closings(story)] == [None]


@pytest.mark.covers("A5")
def test_at_the_grace_it_closes_over_what_is_missing_and_says_what() -> None:
    story = needing(Needs(checklist=True, verified=100.0)).given(REPORTED, Morning("2022-05-01"), Morning("2022-05-07"))
    assert [each.gap for each in closings(story)] == [Gap(targets=2, verified=Share(wanted=100.0, done=0, of=1))]


@pytest.mark.covers("A5")
def test_a_plan_may_close_a_phase_without_its_returns() -> None:
    plan = with_phases(P1.model_copy(update={"needs": Needs(returns=False)}), P2, P3)
    story = by(plan).given(Morning("2022-04-06"), Morning("2022-05-01"))
    assert [each.gap for each in closings(story)] == [None]


@pytest.mark.covers("A4")
def test_a_return_met_before_its_phase_opened_is_not_waited_for() -> None:
    book = Book("yz2022/e1")
    met = ObligationMet(obligation="own-plan", phase="P1", late=False, was_missing=False)
    opened = PhaseOpened(phase="P1", start=P1.end, end=P1.end, returns=("own-plan", "report"))
    for fact in (met, opened):
        book = evolve(book, Event(book.id, fact), P1.end)
    assert book.phase("P1").awaits_returns == ("report",)


# ── closed, opened again ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("A5")
def test_a_phase_opened_again_counts_facts_again_and_closes_the_next_morning_with_a_revision_that_replaces() -> None:
    story = closed()
    story.when(REOPENED).then(PhaseHeld(phase="P1", gap=Gap(), takes_back="complete"))
    story.when(REPORTED).then(Like(IssueEntered, phase="P1"), IssueAssigned)
    story.when(Morning("2022-05-05")).then()
    story.when(Morning("2022-05-06"))
    assert Like(PhaseClosed, phase="P1", revision=2, total=Counts(units=1, filed=1, entered=1)) in story.recorded()
    above = [fact for fact in story.at("east").history() if isinstance(fact, StatementAdded) and fact.unit == "e1"]
    assert [(each.revision, each.total.units, each.total.entered) for each in above] == [(1, 1, 0), (2, 1, 1)]
    assert story.at("east").book.phase("P1").below["units"] == 1


@pytest.mark.covers("A5")
def test_its_owner_may_close_a_phase_that_was_opened_again_on_the_same_day() -> None:
    story = closed().given(REOPENED).when(GapAccepted(phase="P1", reason="已补录", by="e1-head"))
    story.then(Like(PhaseClosed, revision=2, gap=None))
    story.on("2022-06-01").when(REPORTED).then(Like(IssueEntered, phase="P2"), IssueAssigned)


@pytest.mark.covers("A5")
def test_a_phase_opened_again_over_its_gap_is_held_until_complete_without_another_grace() -> None:
    story = unit().given(Morning("2022-04-06"), Morning("2022-05-01"), Morning("2022-05-07")).on("2022-05-10")
    story.given(REOPENED)
    assert (story.book.phase("P1").own["units"], story.book.phase("P1").own["gaps"]) == (0, 0)
    story.given(Morning("2022-05-11"), Morning("2022-08-01"))
    assert story.book.phase("P1").status == "held"
    story.on("2022-08-02").given(FILED)
    assert [(each.revision, each.gap is None) for each in closings(story)] == [(1, False), (2, True)]
    assert closings(story)[-1].own == Counts(units=1, late=1)


@pytest.mark.covers("A5")
def test_a_phase_may_be_opened_again_more_than_once_and_supplemented_in_between() -> None:
    story = closed().given(REOPENED, Morning("2022-05-06")).on("2022-05-08").given(REOPENED, Morning("2022-05-09"))
    assert [each.revision for each in closings(story)] == [1, 2, 3]
    story.given(Said(CONFORMS))
    assert not [fact for fact in story.history() if isinstance(fact, PhaseSupplemented)]


# ── more time for one unit ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("L7")
def test_a_unit_above_extends_a_phase_for_one_unit_and_moves_no_other() -> None:
    root = unit("bureau").given(Morning("2022-04-06")).on("2022-04-20")
    root.at("e1").given(EXTENDED)
    for each in ("e1", "e2", "w1", "w2"):
        root.at(each).given(FILED)
    root.given(Morning("2022-05-01"))
    assert {each: root.at(each).book.phase("P1").status for each in ("e1", "e2", "east")} == {"e1": "open", "e2": "closed", "east": "held"}
    root.given(Morning("2022-05-20"))
    assert root.at("e1").book.phase("P1").status == "open"
    root.given(Morning("2022-05-21"))
    assert root.at("e1").book.phase("P1").status == "closed"


@pytest.mark.covers("L7")
def test_the_unit_above_waits_for_an_extended_unit_within_its_own_grace() -> None:
    root = unit("bureau").given(Morning("2022-04-06")).on("2022-04-20")
    root.at("e1").given(EXTENDED)
    root.at("e2").given(FILED)
    root.given(Morning("2022-05-01"), Morning("2022-05-10"))
    assert Like(PhaseClosed, phase="P1", gap=Gap(units=("e1",))) in root.at("east").history()


@pytest.mark.covers("L7")
def test_a_held_phase_that_is_extended_is_open_again_and_ends_on_its_new_day_with_its_own_grace() -> None:
    story = unit().given(Morning("2022-04-06"), Morning("2022-05-01")).on("2022-05-04").given(EXTENDED)
    assert story.book.phase("P1").status == "open"
    story.given(Morning("2022-05-07"), Morning("2022-05-20"))
    assert story.book.phase("P1").status == "open"
    story.given(Morning("2022-05-21"))
    assert story.book.phase("P1").status == "held"
    story.given(Morning("2022-05-24"))
    assert story.book.phase("P1").status == "held"
    story.given(Morning("2022-05-25"))  # two working days after 20 May, a Friday
    assert [each.gap for each in closings(story)] == [Gap(returns=("own-plan",))]


@pytest.mark.covers("L7", "D3")
def test_the_cap_of_a_clock_moves_with_the_phase_of_the_unit_that_was_given_more_time() -> None:
    story = unit().given(EXTENDED.model_copy(update={"phase": "P2", "until": date(2022, 7, 15)})).on("2022-06-29")
    story.when(UNOWNED).then(Like(IssueEntered, fix_due=date(2022, 7, 13)))
    story.at("e2").when(UNOWNED).then(Like(IssueEntered, fix_due=date(2022, 6, 30)))


LONGER = EXTENDED.model_copy(update={"phase": "P2", "until": date(2022, 7, 15)})
PUT_OFF = DeadlinePutOff(number=1, clock="fix", due=date(2022, 6, 30), until=date(2022, 7, 13))


@pytest.mark.covers("L7", "D3")
def test_what_was_on_the_book_before_its_phase_was_extended_gets_the_later_day_too_and_is_not_overdue_on_the_old_one() -> None:
    story = unit().on("2022-06-29").given(REPORTED, PLANNED, LONGER)
    story.when(Morning("2022-07-01"))
    assert (PUT_OFF in story.history(), "overdue" in story.book.phase("P2").own) == (True, False)
    story.when(Morning("2022-07-14"))
    assert Like(IssueOverdue, clock="fix", due=PUT_OFF.until) in story.recorded()


@pytest.mark.covers("L7", "D3")
def test_an_act_that_comes_before_the_clock_looks_goes_by_the_later_day_as_well() -> None:
    story = unit().on("2022-06-29").given(REPORTED, PLANNED, LONGER).on("2022-07-12").when(DONE).then(PUT_OFF)
    story.when(VERIFIED).then(Like(IssueStruckOff, on_time=True))
    story.when(Morning("2022-07-14"))
    assert not [fact for fact in story.history() if isinstance(fact, IssueOverdue)]


@pytest.mark.covers("L7")
def test_what_ran_out_before_its_phase_was_extended_stays_overdue() -> None:
    waits = P2.model_copy(update={"needs": Needs(verified=100.0), "grace": 5})
    story = by(with_phases(P1, waits, P3)).given(Morning("2022-05-01")).on("2022-06-29").given(REPORTED, PLANNED, Morning("2022-07-01"))
    story.on("2022-07-01").given(LONGER).when(DONE).then()
    assert story.book.phase("P2").own["overdue"] == 1


@pytest.mark.covers("L7")
def test_a_phase_is_extended_before_it_opens_too() -> None:
    story = unit().given(EXTENDED).when(Morning("2022-04-06"))
    assert Like(PhaseOpened, end=date(2022, 5, 20)) in story.recorded()


@pytest.mark.covers("L7", "C8")
def test_what_is_unfinished_is_carried_over_when_the_last_phase_ends_for_this_unit() -> None:
    story = unit().on("2022-08-25").given(REPORTED)
    story.given(EXTENDED.model_copy(update={"phase": "P3", "until": date(2022, 9, 9)}), Morning("2022-09-01"))
    assert not [fact for fact in story.history() if isinstance(fact, IssueCarriedOver)]
    story.on("2022-09-05").given(Said(UNOWNED, issue="2"))
    story.at("e2").when(UNOWNED).refuses("after-campaign")
    story.given(Morning("2022-09-09"))
    assert not [fact for fact in story.history() if isinstance(fact, IssueCarriedOver)]
    story.given(Morning("2022-09-10"))
    carried = [fact for fact in story.history() if isinstance(fact, IssueCarriedOver)]
    # Ten working days after 9 September, a Friday, over Mid-Autumn.
    assert [(each.number, each.due) for each in carried] == [(1, date(2022, 9, 26)), (2, date(2022, 9, 26))]


@pytest.mark.covers("L7", "D4")
def test_a_fix_clock_that_ran_out_in_the_time_that_a_unit_had_more_is_told_where_what_stopped_it_is_sent_back() -> None:
    story = unit().on("2022-08-25").given(REPORTED, PLANNED)
    story.given(EXTENDED.model_copy(update={"phase": "P3", "until": date(2022, 9, 30)}), Morning("2022-09-01"))
    story.on("2022-09-05").given(DONE, Morning("2022-10-01"))
    assert Like(IssueCarriedOver, number=1) in story.history()
    story.on("2022-10-08").when(RETURNED)
    assert Like(IssueOverdue, clock="fix", due=date(2022, 9, 8)) in story.recorded()


@pytest.mark.covers("L7", "C8", "L5")
def test_what_is_opened_again_while_the_campaign_lasts_longer_for_this_unit_is_carried_over_with_the_rest() -> None:
    story = unit().on("2022-08-25").given(REPORTED, PLANNED, DONE, VERIFIED)
    story.given(EXTENDED.model_copy(update={"phase": "P3", "until": date(2022, 9, 9)}), Morning("2022-09-01"))
    story.on("2022-09-05").when(AGAIN).then(Like(IssueReopened, carries_over_after=date(2022, 9, 9)))
    story.given(Morning("2022-09-09"))
    assert not [fact for fact in story.history() if isinstance(fact, IssueCarriedOver)]
    story.given(Morning("2022-09-10"), Morning("2022-09-13"))
    assert [fact.number for fact in story.history() if isinstance(fact, IssueCarriedOver)] == [1]


# ── where a fact counts ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("L7")
def test_a_fact_between_a_phases_last_day_and_its_closing_counts_in_the_next_or_still_in_this_as_the_plan_says() -> None:
    for late_facts, counted in (("next", "P2"), ("this", "P1")):
        plan = with_phases(P1.model_copy(update={"late_facts": late_facts}), P2, P3)
        story = by(plan).given(Morning("2022-04-06"), Morning("2022-05-01")).on("2022-05-04")
        story.when(REPORTED).then(Like(IssueEntered, phase=counted), IssueAssigned)
        story.given(Morning("2022-05-07")).on("2022-05-09").when(Said(UNOWNED, issue="2")).then(Like(IssueEntered, phase="P2"))


def phases(*dates: tuple[str | None, str]) -> tuple[Phase, ...]:
    """Phases with these first and last days."""
    return tuple(
        Phase(code=f"P{number}", name=called("阶段"), start=date.fromisoformat(start) if start else None, end=date.fromisoformat(end))
        for number, (start, end) in enumerate(dates, 1)
    )


def dated(issued: str, *dates: tuple[str | None, str]) -> Plan:
    """A plan with these phases."""
    clocks = PLAN.clocks.model_copy(update={"fix": PLAN.clocks.plan})
    return plan_with(issued=date.fromisoformat(issued), phases=phases(*dates), obligations=(), clocks=clocks)


P000 = dated("2023-03-10", (None, "2023-03-31"), ("2023-04-01", "2023-10-31"), ("2023-11-01", "2023-11-30"))
P001 = dated("2013-03-01", ("2013-03-01", "2013-03-31"), ("2013-04-01", "2013-04-30"), ("2013-04-01", "2013-10-31"))
P002 = dated("2018-02-23", ("2018-02-23", "2018-03-16"), ("2018-03-17", "2018-06-30"), ("2018-07-01", "2018-08-31"))
P003 = dated(
    "2019-03-01", ("2019-03-01", "2019-03-31"), ("2019-04-01", "2019-05-31"), ("2019-06-01", "2019-07-31"), ("2019-08-01", "2019-08-31")
)
P004 = dated("2022-04-22", (None, "2022-04-30"), (None, "2022-06-30"), (None, "2022-07-31"), (None, "2022-10-31"))


@pytest.mark.covers("A1", "A2", "A3")
@pytest.mark.parametrize(
    ("plan", "counted"),
    [
        (
            P000,
            (
                ("2023-03-09", None),
                ("2023-03-10", "P1"),
                ("2023-04-01", "P2"),
                ("2023-08-30", "P2"),
                ("2023-10-31", "P2"),
                ("2023-11-01", "P3"),
            ),
        ),
        # P1.3 begins in April while P1.2 runs; November lies in no phase.
        (P001, (("2013-03-31", "P1"), ("2013-04-01", "P3"), ("2013-04-30", "P3"), ("2013-10-31", "P3"), ("2013-11-15", "P3"))),
        (P002, (("2018-02-22", None), ("2018-02-23", "P1"), ("2018-03-16", "P1"), ("2018-03-17", "P2"), ("2018-07-01", "P3"))),
        (P003, (("2019-03-01", "P1"), ("2019-05-31", "P2"), ("2019-06-01", "P3"), ("2019-08-01", "P4"), ("2019-09-10", "P4"))),
        (P004, (("2022-04-21", None), ("2022-04-22", "P1"), ("2022-05-01", "P2"), ("2022-07-01", "P3"), ("2022-08-01", "P4"))),
    ],
    ids=["000", "001", "002", "003", "004"],
)
def test_a_fact_counts_in_the_last_phase_that_has_begun(plan: Plan, counted: Sequence[tuple[str, str | None]]) -> None:
    book = Book("yz2022/e1")
    assert [(day, phase_for(book, plan, date.fromisoformat(day))) for day, _ in counted] == list(counted)


@pytest.mark.covers("A3")
def test_phases_that_overlap_are_open_side_by_side_and_each_closes_on_its_own_day() -> None:
    story = by(P001).given(Morning("2013-03-01"), Morning("2013-04-01"))
    assert [story.book.phase(code).status for code in ("P1", "P2", "P3")] == ["closed", "open", "open"]
    assert story.on("2013-04-15").given(UNOWNED).book.phase("P3").own["entered"] == 1


@pytest.mark.covers("L14")
def test_a_campaign_runs_across_new_year_with_its_numbers_and_its_make_up_days() -> None:
    plan = dated("2022-11-01", ("2022-11-01", "2022-12-31"), ("2023-01-01", "2023-02-28"))
    plan = Plan(**(dict(plan) | {"phases": tuple(each.model_copy(update={"grace": 10}) for each in plan.phases)}))
    story = by(plan).given(Morning("2022-11-01")).on("2022-12-30").given(UNOWNED)
    story.given(Morning("2023-01-01")).on("2023-01-19").when(Said(UNOWNED, issue="2"))
    # Five working days from 19 January: 20, then 28 and 29 January, the make-up days after Spring Festival.
    story.then(Like(IssueEntered, number=2, phase="P2", plan_due=date(2023, 1, 31)))
    assert story.book.phase("P1").own["entered"] == 1


@pytest.mark.covers("L14")
def test_a_campaign_inside_a_campaign_has_books_of_its_own_that_never_touch() -> None:
    inner = plan_with(campaign="yz2022-inner", within=PLAN.campaign)
    outer = unit("e1")
    desk = Story(outer.ledger, "bureau")
    desk.id = "yz2022-inner/bureau"
    desk.given(LISTED, CampaignAnnounced(plan=inner, tree=seal(UNITS)))
    mine = Story(outer.ledger, "e1").on("2022-04-20")
    mine.id = "yz2022-inner/e1"
    mine.given(REPORTED)
    assert (mine.book.entered, outer.book.entered) == (1, 0)
    assert outer.on("2022-04-21").when(REPORTED).recorded()[1] == Like(IssueEntered, number=1)


@pytest.mark.covers("C14")
def test_the_figures_of_departments_roll_up_to_the_unit_and_on_to_the_bureau() -> None:
    root = unit("bureau").given(Morning("2022-04-06")).on("2022-04-20")
    for each in ("e1", "e2", "w1", "w2"):
        root.at(each).given(FILED, REPORTED)
    root.given(Morning("2022-05-01"))
    entered = {each: closings(root.at(each))[0].total.entered for each in ("e1", "east", "bureau")}
    assert entered == {"e1": 1, "east": 2, "bureau": 4}
