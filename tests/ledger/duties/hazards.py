"""The report of a cleared hazard, as it is told."""

from shared.events.hazard import HazardReportAcknowledged, HazardReportFiled
from shared.events.issue import IssueReported
from tests.ledger.given import Story, unit
from tests.ledger.sample import DONE, FOUND, PLANNED

HAZARD = IssueReported(text="配电室积水", category="environment", channel="complaint", nature="hazard", owner="owner-li")
REPORT = HazardReportFiled(point="配电室积水", measures="更换水泵", by="owner-li")
ACKNOWLEDGED = HazardReportAcknowledged(by="east-head")

RAISED = "yz2022/east/hazard/below~e1~desk~1"
"""The report of e1's first hazard, in the book of the township above."""


def cleared() -> Story:
    """A hazard of a clinic that was rectified."""
    return unit().on(FOUND).given(HAZARD, PLANNED, DONE)
