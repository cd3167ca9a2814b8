"""What events make of the row of a phase and of its figures."""

from datetime import date

from services.reporting.fold.rows import FIGURES
from shared.events.figures import Counts, Head
from shared.events.phase import Gap, PhaseClosed, PhaseExtended, PhaseHeld, PhaseOpened, PhaseProlonged, PhaseSupplemented
from shared.events.self_check import TargetChecked
from shared.topics import subject_id
from tests.reporting.given import BOOK, CARRIED, ENTERED, LATE, REPORTED, STRUCK, after, figures

CHECK = subject_id(BOOK, "check", "7")


def test_each_issue_event_is_counted_in_its_own_phase() -> None:
    life = (REPORTED, ENTERED, LATE, STRUCK, CARRIED)
    assert figures(*life) == {"entered": 1}
    assert figures(*life, phase="P2") == {"overdue": 1, "struck_off": 1, "on_time": 1}
    assert figures(*life, phase="P4") == {"carried_over": 1}


def test_only_the_fix_clock_counts_as_overdue() -> None:
    assert ("phases", f"{BOOK}#P2") not in after(ENTERED, LATE.model_copy(update={"clock": "plan"}))


def test_another_answer_to_a_target_replaces_the_one_before() -> None:
    first, again = TargetChecked(target=7, phase="P1", conforms=False), TargetChecked(target=7, phase="P1", conforms=True, replaces=False)
    assert figures(first, subject=CHECK) == {"answered": 1, "findings": 1}
    assert figures(first, again, subject=CHECK) == {"answered": 1}


def test_a_phase_that_ends_later_by_an_amendment_is_open_again_and_counts_as_closed_no_more() -> None:
    opened = PhaseOpened(phase="P1", start=date(2019, 3, 1), end=date(2019, 3, 31), returns=())
    closed = PhaseClosed(phase="P1", own=Counts(), total=Counts(), gap=Gap(units=("u1",)), head=Head(position=1, chain="00"))
    later = PhaseProlonged(phase="P1", end=date(2019, 4, 9), takes_back="gap")
    row = after(opened, closed, later, subject=BOOK)["phases", f"{BOOK}#P1"]
    assert (row["status"], row["end"], row["closed"], row["gap"]) == ("open", "2019-04-09", None, None)
    assert (row["figures"]["units"], row["figures"]["gaps"]) == (0, 0)
    held = after(opened, PhaseHeld(phase="P1", gap=Gap()), PhaseProlonged(phase="P1", end=date(2019, 4, 9)), subject=BOOK)
    assert (held["phases", f"{BOOK}#P1"]["status"], held["phases", f"{BOOK}#P1"]["figures"]["units"]) == ("open", 0)


def test_a_phase_opens_is_held_and_closes_over_a_gap_and_figures_never_come_from_its_statement() -> None:
    opened = PhaseOpened(phase="P1", start=date(2019, 3, 1), end=date(2019, 3, 31), returns=("own-plan",))
    gap, told = Gap(returns=("own-plan",)), Counts(entered=99, units=1)
    held = PhaseHeld(phase="P1", gap=gap)
    closed = PhaseClosed(phase="P1", own=told, total=told, gap=gap, head=Head(position=1, chain="00"))
    more = PhaseSupplemented(phase="P1", revision=2, own=told, total=Counts(entered=100), head=Head(position=1, chain="00"))
    place = ("phases", f"{BOOK}#P1")
    assert after(opened, subject=BOOK)[place]["status"] == "open"
    assert after(opened, held, subject=BOOK)[place]["gap"] == gap.model_dump(mode="json")
    row = after(opened, held, closed, more, subject=BOOK)[place]
    assert (row["status"], row["closed"], row["statement"]["revision"]) == ("closed", "2019-03-05", 2)
    assert {name: n for name, n in row["figures"].items() if n} == {"units": 1, "gaps": 1}
    assert set(row["figures"]) == set(FIGURES)


def test_a_phase_that_is_opened_again_or_extended_shows_so_and_counts_its_book_once() -> None:
    opened = PhaseOpened(phase="P1", start=date(2019, 3, 1), end=date(2019, 3, 31), returns=())
    counts, head = Counts(units=1), Head(position=1, chain="00")
    closed = PhaseClosed(phase="P1", own=counts, total=counts, head=head)
    again = PhaseHeld(phase="P1", gap=Gap(), takes_back="complete")
    place = ("phases", f"{BOOK}#P1")
    row = after(opened, closed, again, subject=BOOK)[place]
    assert (row["status"], row["closed"], row["figures"]["units"]) == ("held", None, 0)
    row = after(opened, closed, again, closed.model_copy(update={"revision": 2}), subject=BOOK)[place]
    assert (row["status"], row["statement"]["revision"], row["figures"]["units"]) == ("closed", 2, 1)
    more = PhaseExtended(phase="P1", until=date(2019, 4, 15), reason="系统升级", by="head", by_unit="root")
    row = after(opened, PhaseHeld(phase="P1", gap=Gap()), more, subject=BOOK)[place]
    assert (row["status"], row["end"]) == ("open", "2019-04-15")
