"""How an issue leaves the ledger: what left takes no more."""

from services.ledger.decision import Refused
from services.ledger.issue.state import Issue


def left(issue: Issue) -> None:
    """Whether it still takes what is told of it. Raises Refused, by how it left."""
    match issue.status:
        case "struck-off":
            raise Refused("struck-off")
