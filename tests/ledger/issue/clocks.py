"""An issue of a clinic under a plan with clocks, lanes or steps of its own."""

from datetime import date
from typing import Any

from shared.events.extension import ExtensionGranted, ExtensionRequested
from tests.ledger.given import Story, announced
from tests.ledger.sample import FOUND, PLAN, plan_with

FIX_DUE, AFTER_FIX = "2022-05-09", "2022-05-10"


def under(day: str = FOUND, clocks: dict[str, Any] | None = None, **parts: object) -> Story:
    """An issue of a clinic under a plan with these parts; what else happens in the book is left out."""
    plan = plan_with(clocks=PLAN.clocks.model_copy(update=clocks or {}), **parts)
    return announced(plan, day=day, about="issue")


REQUESTED = ExtensionRequested(until=date(2022, 5, 20), reason="座椅到货延误", by="owner-li")
GRANTED = ExtensionGranted(by="head-zhao", by_unit="east")
