"""Rules about what goes from book to book, each broken once."""

from collections.abc import Callable

from shared.events.common import CommonProblemClosed, CommonProblemNamed, IssueLinked
from shared.events.hazard import HazardReportAcknowledged, HazardReportFiled
from shared.events.issue import IssueReported
from tests.ledger.given import Said, Story, issue, unit
from tests.ledger.sample import DONE, FOUND, PLANNED, REPORTED

HAZARD = IssueReported(text="配电室积水", category="environment", channel="complaint", nature="hazard", owner="owner-li")
REPORT = HazardReportFiled(point="配电室积水", measures="更换水泵", by="owner-li")
ACKNOWLEDGED = HazardReportAcknowledged(by="east-head")
SEATS = CommonProblemNamed(code="seats", text="座椅普遍不足", category="environment", by="bureau-head")
CLOSED = CommonProblemClosed(code="seats", text="统一采购", by="bureau-head")


def common(fact: CommonProblemNamed | CommonProblemClosed) -> Said:
    """Told of the bureau's common problem."""
    return Said(fact, subject=f"yz2022/bureau/common/{fact.code}")


def cleared() -> Story:
    """A hazard of a clinic that was rectified."""
    return unit().on(FOUND).given(HAZARD, PLANNED, DONE)


BROKEN: dict[str, Callable[[], Story]] = {
    "no-hazard": lambda: issue().given(REPORTED, PLANNED, DONE).when(REPORT),
    "hazard-not-cleared": lambda: unit().on(FOUND).given(HAZARD, PLANNED).when(REPORT),
    "hazard-filed": lambda: cleared().given(REPORT).when(REPORT),
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
}
RAISED = "yz2022/east/hazard/below~e1~desk~1"
"""The report of e1's first hazard, in the book of the township above."""
LONG = "9" * 290
