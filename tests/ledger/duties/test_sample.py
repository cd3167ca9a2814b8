"""Draws of units, told in sentences."""

import pytest

from services.ledger.store import units_of_class
from shared.events.sample import SampleChosen, SpotCheckAnnounced
from shared.sample import draw, frame_digest
from tests.ledger.duties.indicators import DRAWN, measured
from tests.ledger.given import Said
from tests.ledger.in_memory import drive
from tests.ledger.memory_store import MemoryStore
from tests.ledger.sample import changed

CLINICS = ("e1", "e2", "w1", "w2")


@pytest.mark.covers("E7")
def test_a_draw_can_be_made_again_by_anybody_from_what_is_recorded() -> None:
    story = measured("bureau").when(DRAWN)
    chosen = story.recorded()[-1]
    assert isinstance(chosen, SampleChosen)
    assert chosen.units == draw(DRAWN.seed, CLINICS, 2)
    assert (chosen.of, chosen.frame, chosen.tree_version) == (4, frame_digest(CLINICS), 1)


@pytest.mark.covers("E7")
def test_each_unit_drawn_is_told_unless_the_draw_is_covert() -> None:
    story = measured("bureau").given(DRAWN)
    told = {of for of in CLINICS if SpotCheckAnnounced(sample="clinics", unit="bureau") in story.at(of).history()}
    assert told == set(draw(DRAWN.seed, CLINICS, 2))
    covert = measured("bureau").given(changed(DRAWN, covert=True))
    assert not any(isinstance(fact, SpotCheckAnnounced) for of in CLINICS for fact in covert.at(of).history())


def test_a_unit_draws_among_those_below_it_alone() -> None:
    chosen = measured("east").when(changed(DRAWN, size=500)).recorded()[-1]
    assert isinstance(chosen, SampleChosen)
    assert (set(chosen.units), chosen.of) == ({"e1", "e2"}, 2)


def test_another_seed_draws_others_and_order_of_the_frame_means_nothing() -> None:
    frame = [f"u{number}" for number in range(100)]
    assert draw("a", frame, 10) == draw("a", frame[::-1], 10) != draw("b", frame, 10)
    assert draw("a", frame, 20)[:10] == draw("a", frame, 10)
    assert len(draw("a", frame, 500)) == 100
    assert frame_digest(frame) == frame_digest(frame[::-1]) != frame_digest(frame[1:])


def test_every_unit_is_drawn_about_as_often_as_any_other() -> None:
    drawn = [unit for seed in range(2000) for unit in draw(str(seed), CLINICS, 1)]
    assert all(400 < drawn.count(unit) < 600 for unit in CLINICS)


def test_a_draw_needs_a_class_of_the_plan_and_its_own_code_in_its_subject() -> None:
    measured("bureau").when(changed(DRAWN, unit_class="zoo")).refuses("class-unknown")
    measured("bureau").when(Said(DRAWN, subject="yz2022/bureau/sample/other")).refuses("wrong-subject")


def test_units_of_a_class_are_found_on_every_level_below() -> None:
    store = measured().ledger.store
    assert isinstance(store, MemoryStore)
    assert drive(units_of_class(store, "yz2022/bureau", 1, "bureau", "township")) == ("east", "west")
    assert drive(units_of_class(store, "yz2022/bureau", 1, "e1", "clinic")) == ()
