"""Phases that are opened again, that overlap, and in which a fact counts, told in sentences."""

from collections.abc import Sequence
from datetime import date

import pytest

from services.ledger.book.state import Book
from shared.events.campaign import CampaignAnnounced
from shared.events.figures import Counts
from shared.events.issue import IssueAssigned, IssueEntered
from shared.events.phase import Gap, GapAccepted, PhaseClosed, PhaseHeld, PhaseSupplemented
from shared.events.statement import StatementAdded
from shared.plan import Plan
from shared.units import seal
from tests.ledger.book.phases import P1, P2, P3, REOPENED, closed, closings, dated, with_phases
from tests.ledger.given import Morning, Said, Story, announced, unit
from tests.ledger.like import Like
from tests.ledger.sample import CONFORMS, FILED, LISTED, PLAN, REPORTED, UNITS, UNOWNED, plan_with

# ── closed, opened again ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("A5")
def test_a_phase_opened_again_counts_facts_again_and_closes_the_next_morning_with_a_revision_that_replaces() -> None:
    story = closed()
    story.when(REOPENED).then(PhaseHeld(phase="P1", gap=Gap(), takes_back="complete", counted_on=date(2022, 4, 30)))
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


# ── where a fact counts ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("L7")
def test_a_fact_between_a_phases_last_day_and_its_closing_counts_in_the_next_or_still_in_this_as_the_plan_says() -> None:
    for late_facts, counted in (("next", "P2"), ("this", "P1")):
        plan = with_phases(P1.model_copy(update={"late_facts": late_facts}), P2, P3)
        story = announced(plan).given(Morning("2022-04-06"), Morning("2022-05-01")).on("2022-05-04")
        story.when(REPORTED).then(Like(IssueEntered, phase=counted), IssueAssigned)
        story.given(Morning("2022-05-07")).on("2022-05-09").when(Said(UNOWNED, issue="2")).then(Like(IssueEntered, phase="P2"))


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
    assert [(day, book.phase_for(plan, date.fromisoformat(day))) for day, _ in counted] == list(counted)


@pytest.mark.covers("A3")
def test_phases_that_overlap_are_open_side_by_side_and_each_closes_on_its_own_day() -> None:
    story = announced(P001).given(Morning("2013-03-01"), Morning("2013-04-01"))
    assert [story.book.phase(code).status for code in ("P1", "P2", "P3")] == ["closed", "open", "open"]
    assert story.on("2013-04-15").given(UNOWNED).book.phase("P3").own["entered"] == 1


@pytest.mark.covers("L14")
def test_a_campaign_runs_across_new_year_with_its_numbers_and_its_make_up_days() -> None:
    plan = dated("2022-11-01", ("2022-11-01", "2022-12-31"), ("2023-01-01", "2023-02-28"))
    plan = Plan(**(dict(plan) | {"phases": tuple(each.model_copy(update={"grace": 10}) for each in plan.phases)}))
    story = announced(plan).given(Morning("2022-11-01")).on("2022-12-30").given(UNOWNED)
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
