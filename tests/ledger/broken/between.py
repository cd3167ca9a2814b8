"""Rules about what goes from book to book, each broken once."""

from collections.abc import Callable

from shared.events.common_problem import IssueLinked
from shared.events.hand_over import HandOverReceived
from shared.events.reporter import ReplyDepartmentNamed, ReporterAnswered
from shared.units import seal
from tests.ledger.book.amendments import SHRUNK, running, tells, told_tree, version
from tests.ledger.duties.common_problems import CLOSED, SEATS, common
from tests.ledger.duties.hazards import ACKNOWLEDGED, HAZARD, RAISED, REPORT, cleared
from tests.ledger.given import Said, Story, issue, unit
from tests.ledger.issue.hand_overs import DECLINED, OFFERED, OVER, TAKEN, WITHDRAWN, offered
from tests.ledger.sample import DONE, FOUND, PLANNED, REPORTED


def offered_to_one_that_left() -> Story:
    """What e1 offered reaches e2 after that left the campaign."""
    letter = next(fact for fact in offered().history() if isinstance(fact, HandOverReceived))
    root = running()
    told_tree(root, SHRUNK).given(tells(version(), seal(SHRUNK, 2)))
    return root.at("e2").when(Said(letter, subject=OFFERED))


BROKEN: dict[str, Callable[[], Story]] = {
    "no-hazard": lambda: issue().given(REPORTED, PLANNED, DONE).when(REPORT),
    "hazard-not-cleared": lambda: unit().on(FOUND).given(HAZARD, PLANNED).when(REPORT),
    "hazard-field": lambda: cleared().when(REPORT.model_copy(update={"measures": None})),
    "hazard-unknown": lambda: unit("east").when(ACKNOWLEDGED),
    "hazard-not-waiting": lambda: (
        cleared().given(REPORT).at("east").given(Said(ACKNOWLEDGED, subject=RAISED)).when(Said(ACKNOWLEDGED, subject=RAISED))
    ),
    "subject-long": lambda: (
        unit().on(FOUND).given(*(Said(fact, issue=LONG) for fact in (HAZARD, PLANNED, DONE))).when(Said(REPORT, issue=LONG))
    ),
    "common-elsewhere": lambda: unit("bureau").when(common(SEATS.model_copy(update={"issues": ("other/e1/issue/desk~1",)}))),
    "common-unknown": lambda: unit("bureau").when(common(CLOSED)),
    "common-closed": lambda: unit("bureau").given(common(SEATS), common(CLOSED)).when(common(SEATS)),
    "not-above": lambda: issue().given(REPORTED).when(IssueLinked(common="yz2022/west/common/seats")),
    "handing-over": lambda: issue().given(REPORTED, OVER).when(PLANNED),
    "handed-over": lambda: offered().given(Said(TAKEN, subject=OFFERED)).at("e1").when(PLANNED),
    "not-handing-over": lambda: issue().given(REPORTED).when(WITHDRAWN),
    "hand-over-self": lambda: issue().given(REPORTED).when(OVER.model_copy(update={"to": "e1"})),
    "hand-over-nowhere": lambda: issue().given(REPORTED).when(OVER.model_copy(update={"to": "nobody"})),
    "unit-left": offered_to_one_that_left,
    "not-acknowledged": lambda: offered().when(Said(PLANNED, subject=OFFERED)),
    "not-offered": lambda: offered().given(Said(DECLINED, subject=OFFERED)).when(Said(TAKEN, subject=OFFERED)),
    "no-complaint": lambda: issue().given(REPORTED).when(ReplyDepartmentNamed(department="e2", by="e1-head")),
    "no-reporter": lambda: issue().given(REPORTED).when(ReporterAnswered(text="已整改", by="e1-head")),
}
LONG = "9" * 290
