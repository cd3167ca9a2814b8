"""The campaign goes down the tree, and its phases close up it, told in sentences."""

from datetime import date, timedelta

import pytest

from services.ledger.book.state import PhaseState
from services.ledger.rules.table import wakes
from shared.events.campaign import BookOpened, CampaignPassedDown
from shared.events.figures import Counts, Head
from shared.events.issue import IssueEntered
from shared.events.phase import Gap, GapAccepted, PhaseClosed, PhaseDue, PhaseHeld, PhaseOpened, PhaseSupplemented, SupplementDue
from shared.events.returns import ObligationMet, ObligationOpened, ReturnMissing
from shared.events.statement import StatementAdded, StatementSubmitted
from tests.ledger.given import Morning, Said, Story, nowhere, unit
from tests.ledger.in_memory import drive
from tests.ledger.like import Like
from tests.ledger.sample import (
    ANNOUNCED,
    DONE,
    FILED,
    LISTED,
    PLAN,
    PLANNED,
    REPORTED,
    SUMMED_UP,
    UNITS,
    UNOWNED,
    VERIFIED,
)

CLINICS, TOWNSHIPS = ("e1", "e2", "w1", "w2"), ("east", "west")
BEGUN, IN_TIME = "2022-04-06", "2022-04-20"
DUE = "2022-05-01"
"""The morning after P1's last day."""
CLINICS_GRACE, TOWNSHIPS_GRACE, BUREAUS_GRACE = "2022-05-07", "2022-05-10", "2022-05-12"
"""The mornings after two, four and six working days from 30 April, over the May holidays with their make-up day."""
DUE_P2, DUE_P3 = "2022-07-01", "2022-09-01"
ACCEPTED = GapAccepted(phase="P2", reason="两院已停业整合", by="bureau-head")


def told_by(units: tuple[str, ...], fact: Said, of: Story) -> Story:
    """The same fact, told by each of some units."""
    for each in units:
        of.at(each).given(fact)
    return of


def begun(of: str = "e1") -> Story:
    """P1 is open everywhere."""
    return unit(of).given(Morning(BEGUN)).on(IN_TIME)


def all_filed(of: str = "bureau") -> Story:
    """Every clinic has filed what P1 waits for."""
    story = begun(of)
    return told_by(CLINICS, Said(FILED), story)


def statement(revision: int = 1, from_unit: str = "e1", phase: str = "P1", **counts: int) -> StatementSubmitted:
    """A statement of a clinic, as its book tells it."""
    return StatementSubmitted(
        phase=phase, unit=from_unit, revision=revision, total=Counts(**counts), head=Head(position=9, chain="ab" * 32)
    )


def closing(story: Story, phase: str = "P1") -> PhaseClosed | None:
    """The closing of a phase among what was recorded now."""
    return next((fact for fact in story.recorded() if isinstance(fact, PhaseClosed) and fact.phase == phase), None)


def total(story: Story, phase: str) -> Counts:
    """What a book states now of itself and of all below."""
    state = story.book.phase(phase)
    return Counts(**{name: state.own.get(name, 0) + state.below.get(name, 0) for name in state.own | state.below})


# ── down the tree ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_campaign_opens_the_book_of_its_root_and_names_the_units_to_pass_it_to() -> None:
    opened = BookOpened(
        name="卫健局",
        unit_class="bureau",
        tags=(),
        responsible="bureau-head",
        plan_version=1,
        tree_version=1,
        levels_below=2,
        units_below=("east", "west"),
    )
    nowhere().given(LISTED).when(ANNOUNCED).then(opened)


def test_every_unit_passes_it_on_until_every_book_is_open() -> None:
    root = nowhere().given(LISTED, ANNOUNCED)
    assert root.at("east").book.profile.units_below == ("e1", "e2")
    clinic = root.at("e1").book.profile
    assert (clinic.path, clinic.levels_below, clinic.units_below, clinic.tags) == (("bureau", "east", "e1"), 0, (), ("grade-2",))
    assert {root.at(each.id).book.profile.plan_version for each in UNITS} == {1}


def test_a_book_opens_once() -> None:
    unit("bureau").when(ANNOUNCED).refuses("book-open")
    unit("e1").when(CampaignPassedDown(plan_version=1, tree_version=1, path=("bureau", "east"))).refuses("book-open")


def test_a_book_that_was_told_something_before_it_opened_opens_all_the_same() -> None:
    story = nowhere("e1").when(UNOWNED).refuses("book-not-open")
    assert (story.book.position, story.book.profile.plan_version) == (1, 0)
    story.at("bureau").given(LISTED, ANNOUNCED)
    assert story.book.profile.path == ("bureau", "east", "e1")


# ── a phase opens ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_phase_opens_on_its_first_day_with_what_the_unit_owes() -> None:
    story = unit("e1").when(Morning("2022-04-05")).then()
    opened = PhaseOpened(phase="P1", start=date(2022, 4, 6), end=date(2022, 4, 30), returns=("own-plan",))
    story.when(Morning(BEGUN)).then(opened, ObligationOpened(obligation="own-plan", phase="P1", due=date(2022, 4, 25)))


def test_a_unit_owes_only_what_the_plan_asks_of_its_class() -> None:
    unit("east").when(Morning(BEGUN)).then(Like(PhaseOpened, phase="P1", returns=()))


def test_a_phase_without_a_first_day_begins_the_day_after_the_one_before() -> None:
    story = all_filed("east").when(Morning(DUE))
    assert Like(PhaseOpened, phase="P2", start=date(2022, 5, 1), returns=("summary",)) in story.recorded()


def test_a_campaign_announced_late_finds_its_phases_open_and_close_in_order() -> None:
    root = nowhere().on("2022-07-10").given(LISTED, ANNOUNCED).when(Morning("2022-07-10"))
    edges = [(type(fact).__name__, fact.phase) for fact in root.recorded() if isinstance(fact, PhaseOpened | PhaseHeld | PhaseClosed)]
    assert edges.index(("PhaseOpened", "P1")) < edges.index(("PhaseHeld", "P1")) < edges.index(("PhaseClosed", "P1"))
    assert root.book.phase("P2").status == "held"
    assert root.book.phase("P3").status == "open"


# ── a phase closes ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_clinic_that_filed_closes_when_the_phase_ends() -> None:
    story = all_filed("e1").when(Morning("2022-04-30")).then().when(Morning(DUE))
    counts = Counts(units=1, filed=1)
    assert closing(story) == Like(PhaseClosed, own=counts, total=counts, gap=None, revision=1)


def test_a_clinic_that_did_not_file_is_held_and_closes_once_its_return_arrives() -> None:
    story = begun().when(Morning(DUE))
    assert Like(PhaseHeld, phase="P1", gap=Gap(returns=("own-plan",))) in story.recorded()
    story.on("2022-05-05").when(FILED).then(
        ObligationMet(obligation="own-plan", phase="P1", late=True, was_missing=True),
        Like(PhaseClosed, own=Counts(units=1, late=1), gap=None),
    )


def test_a_clinic_that_never_files_closes_at_the_plans_grace_with_the_missing_named() -> None:
    story = begun().given(Morning(DUE)).when(Morning("2022-05-06")).then()
    story.when(Morning(CLINICS_GRACE)).then(
        Like(PhaseClosed, gap=Gap(returns=("own-plan",)), own=Counts(units=1, gaps=1, missing=1), total=Counts(units=1, gaps=1, missing=1))
    )


def test_the_levels_above_close_with_the_clinics_whose_grace_ended_first() -> None:
    root = begun("bureau").given(Morning(DUE))
    assert {root.at(each.id).book.phase("P1").status for each in UNITS} == {"held"}
    root.given(Morning(CLINICS_GRACE))
    # All clinics have closed over their gaps, so the levels above are complete before their own grace.
    assert {root.at(each.id).book.phase("P1").status for each in UNITS} == {"closed"}
    assert total(root, "P1").gaps == len(CLINICS)


@pytest.mark.parametrize(("of", "morning"), [("e1", CLINICS_GRACE), ("east", TOWNSHIPS_GRACE), ("bureau", BUREAUS_GRACE)])
def test_the_grace_of_each_level_ends_on_its_own_day(of: str, morning: str) -> None:
    story = begun(of).given(PhaseDue(phase="P1", edge="end"))
    day_before = (date.fromisoformat(morning) - timedelta(1)).isoformat()
    assert "grace-P1" not in due_on(story, day_before)
    assert "grace-P1" in due_on(story, morning)


def due_on(story: Story, morning: str) -> list[str]:
    """What the clock would tell a book on a morning."""
    stored = drive(story.ledger.store.load([story.id]))[story.id]
    return [wake.name for wake in wakes(story.id, stored.state, PLAN) if wake.on <= date.fromisoformat(morning)]


def test_a_township_is_held_for_its_clinics_and_names_those_that_are_missing_at_its_grace() -> None:
    story = begun("east").given(PhaseDue(phase="P1", edge="end"), statement(entered=2)).when(PhaseDue(phase="P1", edge="grace"))
    story.then(Like(PhaseClosed, gap=Gap(units=("e2",)), own=Counts(units=1, gaps=1), total=Counts(units=1, gaps=1, entered=2)))


def test_a_phase_without_grace_is_held_until_its_owner_accepts_the_gap() -> None:
    story = all_filed("east").given(Morning(DUE), Morning(DUE_P2), Morning("2022-08-30"))
    assert story.book.phase("P2").status == "held"
    story.on("2022-08-30").when(ACCEPTED).then(Like(PhaseClosed, phase="P2", gap=Gap(returns=("summary",))))


def test_only_a_phase_that_is_held_has_a_gap_to_accept() -> None:
    unit("east").when(ACCEPTED).refuses("phase-not-held")


def test_what_falls_due_a_second_time_is_recorded_without_consequence() -> None:
    story = all_filed("e1").given(Morning(DUE))
    for edge in ("start", "end", "grace"):
        story.when(Said(PhaseDue(phase="P1", edge=edge), id=f"again-{edge}")).then()
    story.when(SupplementDue(phase="P1", revision=1)).then()
    story.when(SupplementDue(phase="P1", revision=7)).then()


def test_the_end_before_the_beginning_is_recorded_without_consequence() -> None:
    unit().when(PhaseDue(phase="P1", edge="end"), PhaseDue(phase="P1", edge="grace")).then()


def test_issues_fall_overdue_before_their_book_closes_on_the_same_morning() -> None:
    story = all_filed("e1").on("2022-06-17").given(Morning(DUE), REPORTED, PLANNED).when(Morning(DUE_P2))
    closed = closing(story, "P2")
    assert closed
    assert closed.own == Counts(units=1, entered=1, overdue=1)


# ── up the tree ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_statement_goes_up_and_is_added() -> None:
    story = begun("east").when(statement(entered=2, struck_off=1))
    story.then(StatementAdded(phase="P1", unit="e1", revision=1, total=Counts(entered=2, struck_off=1)))
    assert story.book.phase("P1").below["entered"] == 2


def test_a_revision_replaces_and_never_adds() -> None:
    story = begun("east").given(statement(entered=2), statement(from_unit="e2", entered=5))
    story.when(statement(2, entered=3)).then(Like(StatementAdded, revision=2, total=Counts(entered=3), replaces=Counts(entered=2)))
    assert story.book.phase("P1").below["entered"] == 8
    story.when(statement(1, entered=9)).refuses("old-revision")
    story.when(statement(2, entered=9)).refuses("old-revision")
    assert story.book.phase("P1").below["entered"] == 8


def test_a_statement_of_a_unit_elsewhere_is_refused() -> None:
    begun("east").when(statement(from_unit="w1")).refuses("not-under")


def test_a_statement_that_comes_before_the_phase_was_opened_here_is_not_waited_for() -> None:
    story = unit("east").given(statement(entered=1), Morning(BEGUN))
    assert story.book.phase("P1") == PhaseState(
        status="open", awaits_units=("e2",), below=Counts(entered=1).model_dump(), awaits_returns=(), early=()
    )


def test_the_tree_closes_from_the_leaves_to_the_root_on_one_morning_when_all_have_filed() -> None:
    root = all_filed()
    root.at("e1").given(REPORTED)
    root.at("w2").given(REPORTED, PLANNED, DONE, VERIFIED)
    root.when(Morning(DUE))
    whole = Counts(units=7, filed=4, entered=2, struck_off=1, on_time=1)
    assert closing(root) == Like(PhaseClosed, own=Counts(units=1), total=whole, gap=None)


def test_the_root_is_held_for_one_clinic_and_closes_by_itself_when_it_files() -> None:
    root = begun("bureau")
    told_by(("e1", "e2", "w1"), Said(FILED), root)
    root.given(Morning(DUE))
    assert root.book.phase("P1").awaits_units == ("west",)
    root.at("w2").on("2022-05-05").given(FILED)
    assert root.book.phase("P1").status == "closed"
    assert total(root, "P1") == Counts(units=7, filed=3, late=1)


def test_the_head_in_a_statement_covers_every_statement_that_is_added_in_it() -> None:
    root = all_filed().given(Morning(DUE))
    for of in ("bureau", "east", "west"):
        facts = root.at(of).history()
        closed = next(fact for fact in facts if isinstance(fact, PhaseClosed))
        added = max(position for position, fact in enumerate(facts, 1) if isinstance(fact, StatementAdded))
        assert added <= closed.head.position <= facts.index(closed)
        assert drive(root.ledger.store.chain_at(root.at(of).id, closed.head.position)) == closed.head.chain


# ── what comes later ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_comes_after_the_closing_climbs_as_one_supplement_a_day_later() -> None:
    root = all_filed().given(Morning(DUE))
    clinic = root.at("e1").on("2022-04-29").given(REPORTED, Said(UNOWNED, issue="2"))
    clinic.when(Morning("2022-04-29")).then()
    clinic.when(Morning("2022-04-30")).then(
        Like(PhaseSupplemented, phase="P1", revision=2, own=Counts(units=1, filed=1, entered=2), total=Counts(units=1, filed=1, entered=2))
    )
    assert clinic.book.phase("P1").late_since is None


def test_a_supplement_replaces_the_statement_at_each_level_and_the_root_has_it_all() -> None:
    root = all_filed()
    root.at("w1").given(REPORTED)
    root.given(Morning(DUE))
    root.at("e1").on("2022-04-30").given(REPORTED)
    root.given(Morning("2022-05-08"))
    assert total(root, "P1") == Counts(units=7, filed=4, entered=2)
    assert {each: root.at(each).book.phase("P1").revision for each in ("bureau", "east", "west", "e1", "w1")} == {
        "bureau": 2,
        "east": 2,
        "west": 1,
        "e1": 2,
        "w1": 1,
    }


def test_several_that_come_late_on_several_days_go_into_the_supplement_of_the_first_day() -> None:
    clinic = all_filed("e1").given(Morning(DUE))
    clinic.on("2022-04-28").given(REPORTED).on("2022-04-30").given(Said(UNOWNED, issue="2"))
    assert clinic.book.phase("P1").late_since == date(2022, 4, 28)
    clinic.when(Morning("2022-05-02"))
    assert [fact for fact in clinic.recorded() if isinstance(fact, PhaseSupplemented)] == [
        Like(PhaseSupplemented, revision=2, own=Counts(units=1, filed=1, entered=2))
    ]


def test_what_comes_after_a_supplement_makes_the_next_revision() -> None:
    clinic = all_filed("e1").given(Morning(DUE)).on("2022-04-30").given(REPORTED, Morning("2022-05-02"))
    clinic.given(Said(UNOWNED, issue="2")).when(Morning("2022-05-03"))
    assert Like(PhaseSupplemented, revision=3, own=Counts(units=1, filed=1, entered=2)) in clinic.recorded()


def test_a_return_that_arrives_after_the_grace_changes_missing_into_late_by_a_supplement() -> None:
    root = begun("bureau").given(Morning(DUE), Morning(CLINICS_GRACE))
    assert total(root, "P1") == Counts(units=7, gaps=4, missing=4)
    root.at("e1").on("2022-05-20").given(FILED)
    root.given(Morning("2022-05-21"), Morning("2022-05-22"), Morning("2022-05-23"))
    assert total(root, "P1") == Counts(units=7, gaps=4, missing=3, late=1)


def test_a_strike_off_after_the_campaign_counts_in_its_last_phase() -> None:
    clinic = all_filed("e1").given(Morning(DUE), Morning(DUE_P2)).on("2022-08-25").given(REPORTED, PLANNED, DONE, Morning(DUE_P3))
    clinic.on("2022-09-02").given(VERIFIED)
    clinic.when(Morning("2022-09-03"))
    assert Like(PhaseSupplemented, phase="P3", own=Counts(units=1, entered=1, carried_over=1, struck_off=1, on_time=1)) in clinic.recorded()


def test_the_roots_total_is_the_sum_over_the_tree_phase_by_phase() -> None:
    root = all_filed()
    for number, each in enumerate(CLINICS):
        for day, issue in (("2022-04-20", "1"), ("2022-06-01", "2"), ("2022-08-20", "3")):
            root.at(each).on(day).given(Said(REPORTED, issue=issue), *[Said(PLANNED, issue=issue)] * (number > 1))
    told_by(TOWNSHIPS, Said(SUMMED_UP), root.given(Morning(DUE)))
    for morning in (DUE_P2, "2022-08-01", DUE_P3, "2022-09-20", "2022-09-21", "2022-09-22"):
        root.given(Morning(morning))
    for phase in ("P1", "P2", "P3"):
        owns = [root.at(each.id).book.phase(phase).own for each in UNITS]
        sums = {name: sum(own.get(name, 0) for own in owns) for name in Counts.model_fields}
        assert total(root, phase) == Counts(**sums)
        assert {root.at(each.id).book.phase(phase).status for each in UNITS} == {"closed"}
    assert (total(root, "P2").late, total(root, "P2").missing, total(root, "P2").filed) == (0, 0, 2)
    assert total(root, "P3").carried_over == 12


def test_a_fact_of_the_last_day_told_after_the_closing_belongs_to_the_phase_of_its_day() -> None:
    clinic = all_filed("e1").given(Morning(DUE)).on("2022-04-30T23:59:59+08:00")
    clinic.when(UNOWNED).then(Like(IssueEntered, phase="P1"))


def test_what_is_missing_is_named_in_the_order_of_the_plan_and_of_the_tree() -> None:
    root = begun("bureau").when(PhaseDue(phase="P1", edge="end"))
    root.then(Like(PhaseHeld, gap=Gap(units=("east", "west"))))
    clinic = root.at("e1").when(PhaseDue(phase="P1", edge="end")).then(Like(PhaseHeld, gap=Gap(returns=("own-plan",))))
    clinic.when(Morning("2022-05-01")).then(Like(ReturnMissing, obligation="own-plan"), Like(PhaseOpened, phase="P2"))
