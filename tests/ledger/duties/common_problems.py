"""A problem that many units have in common, as it is told."""

from shared.events.common_problem import CommonProblemClosed, CommonProblemNamed
from tests.ledger.given import Said

SEATS = CommonProblemNamed(code="seats", text="座椅普遍不足", category="environment", by="bureau-head")
CLOSED = CommonProblemClosed(code="seats", text="统一采购", by="bureau-head")


def common(fact: CommonProblemNamed | CommonProblemClosed) -> Said:
    """Told of the bureau's common problem."""
    return Said(fact, subject=f"yz2022/bureau/common/{fact.code}")
