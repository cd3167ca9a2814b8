"""Rules about what goes from book to book, each broken once."""

from collections.abc import Callable

from shared.events.common_problem import CommonProblemClosed, CommonProblemNamed, IssueLinked
from shared.events.hand_over import HandOverAcknowledged, HandOverDeclined, HandOverWithdrawn, IssueHandedOver
from shared.events.hazard import HazardReportAcknowledged, HazardReportFiled
from shared.events.issue import IssueReported
from shared.events.reporter import ReplyDepartmentNamed, ReporterAnswered
from tests.ledger.given import Said, Story, issue, unit
from tests.ledger.sample import DONE, FOUND, PLANNED, REPORTED

HAZARD = IssueReported(text="配电室积水", category="environment", channel="complaint", nature="hazard", owner="owner-li")
REPORT = HazardReportFiled(point="配电室积水", measures="更换水泵", by="owner-li")
ACKNOWLEDGED = HazardReportAcknowledged(by="east-head")
OVER = IssueHandedOver(to="e2", reason="属二院职责", by="e1-head")
TAKEN = HandOverAcknowledged(by="e2-head", owner="owner-he")
DECLINED = HandOverDeclined(by="e2-head", reason="不属我院")
WITHDRAWN = HandOverWithdrawn(by="e1-head", reason="我院自办")
SEATS = CommonProblemNamed(code="seats", text="座椅普遍不足", category="environment", by="bureau-head")
CLOSED = CommonProblemClosed(code="seats", text="统一采购", by="bureau-head")


def common(fact: CommonProblemNamed | CommonProblemClosed) -> Said:
    """Told of the bureau's common problem."""
    return Said(fact, subject=f"yz2022/bureau/common/{fact.code}")


def cleared() -> Story:
    """A hazard of a clinic that was rectified."""
    return unit().on(FOUND).given(HAZARD, PLANNED, DONE)


def offered() -> Story:
    """An issue of e1 that is on offer to e2, seen from there."""
    return issue().given(REPORTED, OVER).at("e2")


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
    "handing-over": lambda: issue().given(REPORTED, OVER).when(PLANNED),
    "handed-over": lambda: offered().given(Said(TAKEN, subject=OFFERED)).at("e1").when(PLANNED),
    "not-handing-over": lambda: issue().given(REPORTED).when(WITHDRAWN),
    "hand-over-self": lambda: issue().given(REPORTED).when(OVER.model_copy(update={"to": "e1"})),
    "not-acknowledged": lambda: offered().when(Said(PLANNED, subject=OFFERED)),
    "not-offered": lambda: offered().given(Said(DECLINED, subject=OFFERED)).when(Said(TAKEN, subject=OFFERED)),
    "no-complaint": lambda: issue().given(REPORTED).when(ReplyDepartmentNamed(department="e2", by="e1-head")),
    "no-reporter": lambda: issue().given(REPORTED).when(ReporterAnswered(text="已整改", by="e1-head")),
}
OFFERED = "yz2022/e2/issue/handover~e1~1~desk~1"
"""The issue of e1 in the book of e2, offered for the first time."""
RAISED = "yz2022/east/hazard/below~e1~desk~1"
"""The report of e1's first hazard, in the book of the township above."""
LONG = "9" * 290
