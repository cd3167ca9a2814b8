"""A phase whose end an amendment moves later after it came: open again, closed by the next revision, counted once. Told in sentences."""

from datetime import date

import pytest

from services.ledger.book.state import totals_to_date
from shared.events.phase import GapAccepted, PhaseClosed, PhaseHeld, PhaseProlonged
from shared.plan.phase import Phase
from tests.ledger.book.amendments import running, tells, version
from tests.ledger.given import Morning, Said, Story
from tests.ledger.like import Like
from tests.ledger.sample import EXTENDED, FILED, LIFE, PLAN, SUMMED_UP, UNITS, changed

ENDED = "2022-07-04"
"""P2 is over since the last of June."""
LATER = date(2022, 7, 20)


def later(end: date = LATER) -> tuple[Phase, ...]:
    """The phases of the sample, the second of which ends later; the third begins when it did."""
    return (PLAN.phases[0], PLAN.phases[1].model_copy(update={"end": end, "grace": 2}), PLAN.phases[2])


def ended(*complete: str) -> Story:
    """P2 closed in all units where nothing was missing; the townships named have filed their summary, the other is held."""
    root = running()
    root.at("e1").given(*(Said(fact, issue="1") for fact in LIFE))
    for unit in complete:
        root.at(unit).given(SUMMED_UP)
    return root.given(Morning("2022-07-01"), Morning("2022-07-02")).on(ENDED)


def statuses(root: Story) -> dict[str, str]:
    return {each.id: root.at(each.id).book.phase("P2").status for each in UNITS}


@pytest.mark.covers("A7", "A5")
def test_a_phase_that_closed_or_was_held_is_open_again_until_its_new_end_and_closes_by_the_next_revision() -> None:
    root = ended("east")
    assert statuses(root) == {"bureau": "held", "west": "held", **dict.fromkeys(("east", "e1", "e2", "w1", "w2"), "closed")}
    root.given(tells(version(phases=later())))
    assert set(statuses(root).values()) == {"open"}
    assert Like(PhaseProlonged, phase="P2", end=LATER, takes_back="complete") in root.at("e1").history()
    assert Like(PhaseProlonged, phase="P2", end=LATER, takes_back=None) in root.at("west").history()
    root.given(Morning("2022-07-20"))
    assert set(statuses(root).values()) == {"open"}
    root.at("west").on("2022-07-20").given(SUMMED_UP)
    root.given(Morning("2022-07-21"), Morning("2022-07-22"), Morning("2022-07-23"))
    assert set(statuses(root).values()) == {"closed"}
    closings = [fact.revision for fact in root.at("e1").history() if isinstance(fact, PhaseClosed) and fact.phase == "P2"]
    assert closings == [1, 2]


@pytest.mark.covers("A7", "A5")
@pytest.mark.parametrize("complete", [(), ("east",), ("east", "west")])
def test_what_was_stated_before_is_replaced_and_nothing_is_counted_twice(complete: tuple[str, ...]) -> None:
    root = ended(*complete)
    root.given(tells(version(phases=later()))).at("e1").on("2022-07-05").given(*(Said(fact, issue="2") for fact in LIFE))
    for morning in ("2022-07-21", "2022-07-25", "2022-07-27", "2022-09-01", "2022-09-04", "2022-09-07", "2022-09-10", "2022-09-11"):
        root.given(Morning(morning))
    for unit, under in (("bureau", [each.id for each in UNITS]), ("east", ["east", "e1", "e2"])):
        stated = totals_to_date(root.at(unit).book)[1]
        own = [totals_to_date(root.at(each).book)[0] for each in under]
        for figure in ("units", "gaps", "entered", "struck_off", "filed", "missing"):
            assert getattr(stated, figure) == sum(getattr(each, figure) for each in own), (unit, figure)
    assert totals_to_date(root.book)[1].entered == 2
    assert {root.at(each.id).book.phase("P2").own["units"] for each in UNITS} == {1}


@pytest.mark.covers("A7", "A5")
def test_one_that_was_closed_over_a_gap_counts_that_gap_no_more() -> None:
    root = ended()
    west = root.at("west").given(GapAccepted(phase="P2", reason="并入", by="west-head"))
    assert west.book.phase("P2").own["gaps"] == 1
    root.given(tells(version(phases=later())))
    assert (west.book.phase("P2").own["gaps"], west.book.phase("P2").own["units"]) == (0, 0)
    assert Like(PhaseProlonged, takes_back="gap", counted_on=date.fromisoformat(ENDED)) in west.history()


@pytest.mark.covers("A7", "A4")
def test_it_waits_and_has_its_grace_as_one_that_never_closed() -> None:
    root = ended("east", "west").given(tells(version(phases=later(), obligations=(*PLAN.obligations, MORE))))
    root.given(Morning("2022-07-21"))
    assert Like(PhaseHeld, phase="P2") in root.at("east").history()
    assert root.at("east").book.phase("P2").status == "held"
    root.at("east").on("2022-07-21").given(changed(FILED, obligation="more"))
    assert root.at("east").book.phase("P2").status == "closed"
    root.given(*(Morning(f"2022-07-{day}") for day in range(22, 31)))
    assert set(statuses(root).values()) == {"closed"}
    assert root.at("west").book.phase("P2").own["gaps"] == 1


MORE = PLAN.obligations[1].model_copy(update={"code": "more", "due": LATER})


@pytest.mark.covers("A7", "L7")
def test_a_unit_above_may_give_one_unit_more_time_still() -> None:
    root = ended("east", "west").given(tells(version(phases=later())))
    root.at("e1").given(changed(EXTENDED, phase="P2", until=date(2022, 7, 29)))
    root.given(Morning("2022-07-21"))
    assert (statuses(root)["e1"], statuses(root)["e2"]) == ("open", "closed")


@pytest.mark.covers("A7", "A5")
@pytest.mark.parametrize("end", [date(2022, 6, 30), date(2022, 7, 3), date(2022, 6, 1)])
def test_an_end_that_is_over_on_that_day_opens_nothing(end: date) -> None:
    root = ended("east", "west").given(tells(version(phases=later(end))))
    assert set(statuses(root).values()) == {"closed"}
    assert not any(isinstance(fact, PhaseProlonged) for each in UNITS for fact in root.at(each.id).history())


@pytest.mark.covers("A7", "A5")
def test_an_end_that_the_clock_tells_late_ends_nothing_that_was_moved_meanwhile() -> None:
    root = running().on("2022-07-01")  # the clock did not look yet
    root.given(tells(version(phases=later()))).given(Morning("2022-07-01"))
    assert set(statuses(root).values()) == {"open"}
    root.given(Morning("2022-07-21"))
    assert "open" not in statuses(root).values()
