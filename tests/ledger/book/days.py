"""The days on which phases of the sample's campaign open and close, and what is told and stated by then."""

from shared.events.figures import Counts, Head
from shared.events.phase import PhaseClosed
from shared.events.statement import StatementSubmitted
from tests.ledger.given import Morning, Said, Story, unit
from tests.ledger.sample import FILED

CLINICS, TOWNSHIPS = ("e1", "e2", "w1", "w2"), ("east", "west")
BEGUN, IN_TIME = "2022-04-06", "2022-04-20"
DUE = "2022-05-01"
"""The morning after P1's last day."""
CLINICS_GRACE, TOWNSHIPS_GRACE, BUREAUS_GRACE = "2022-05-07", "2022-05-10", "2022-05-12"
"""The mornings after two, four and six working days from 30 April, over the May holidays with their make-up day."""
DUE_P2, DUE_P3 = "2022-07-01", "2022-09-01"


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
