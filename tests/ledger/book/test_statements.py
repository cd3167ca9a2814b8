"""Statements of closed phases go up the tree, and what comes later follows in supplements, told in sentences."""

from datetime import date

from services.ledger.book.state import PhaseState
from shared.events.figures import Counts
from shared.events.issue import IssueEntered
from shared.events.phase import Gap, PhaseClosed, PhaseDue, PhaseHeld, PhaseOpened, PhaseSupplemented
from shared.events.returns import ReturnMissing
from shared.events.statement import StatementAdded
from tests.ledger.book.days import (
    BEGUN,
    CLINICS,
    CLINICS_GRACE,
    DUE,
    DUE_P2,
    DUE_P3,
    TOWNSHIPS,
    all_filed,
    begun,
    closing,
    statement,
    told_by,
    total,
)
from tests.ledger.given import Morning, Said, unit
from tests.ledger.in_memory import drive
from tests.ledger.like import Like
from tests.ledger.sample import DONE, FILED, PLANNED, REPORTED, SUMMED_UP, UNITS, UNOWNED, VERIFIED

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


def test_several_that_come_late_on_one_day_go_into_one_supplement_however_late_the_clock_looks() -> None:
    clinic = all_filed("e1").given(Morning(DUE))
    clinic.on("2022-04-28").given(REPORTED)
    assert clinic.book.phase("P1").late_since == date(2022, 4, 28)
    clinic.given(Said(UNOWNED, issue="2")).when(Morning("2022-05-02"))
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
