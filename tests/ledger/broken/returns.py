"""What breaks the rules of returns."""

from collections.abc import Callable
from datetime import date

from shared.events.returns import ReturnAnswered
from tests.ledger.duties.returns import ACCEPTED, APPROVED, CHASED, MONTHLY, PLAIN, QUOTA, begun, filed, owed
from tests.ledger.given import Story

BROKEN: dict[str, Callable[[], Story]] = {
    "nil-not-taken": lambda: begun(owed("own-plan", due=date(2022, 4, 25), nil=False)).when(filed("own-plan", nil=True)),
    "item-kind-missing": lambda: begun(QUOTA).when(filed("cases", "2022-Q2")),
    "return-not-waiting": lambda: begun(APPROVED).when(ACCEPTED),
    "accepted-by-filer": lambda: begun(APPROVED).given(filed("own-plan")).when(ACCEPTED.model_copy(update={"by": "clerk-zhou"})),
    "return-not-filed": lambda: begun(MONTHLY).when(
        ReturnAnswered(obligation="dispatch", period="2022-04", text="同意", by="east-chen", by_unit="east")
    ),
    "return-not-open": lambda: begun(PLAIN).given(filed("own-plan")).when(CHASED),
    "chaser-missing": lambda: begun(PLAIN).when(CHASED.model_copy(update={"by": None})),
}
