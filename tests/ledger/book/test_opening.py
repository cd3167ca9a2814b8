"""The campaign goes down the tree, and its phases open, told in sentences."""

from datetime import date

from shared.events.campaign import BookOpened, CampaignPassedDown
from shared.events.phase import PhaseClosed, PhaseHeld, PhaseOpened
from shared.events.returns import ObligationOpened
from tests.ledger.book.days import BEGUN, DUE, all_filed
from tests.ledger.given import Morning, nowhere, unit
from tests.ledger.like import Like
from tests.ledger.sample import ANNOUNCED, LISTED, UNITS, UNOWNED

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
