"""What breaks the rules of watch topics and activities."""

from collections.abc import Callable
from datetime import date

from tests.ledger.duties.activities import BOX, COURSE, FOUND_SOMETHING, LECTURE, NOTHING_FOUND, clinic
from tests.ledger.given import Story
from tests.ledger.sample import changed

BROKEN: dict[str, Callable[[], Story]] = {
    "watch-unknown": lambda: clinic().when(NOTHING_FOUND.model_copy(update={"watch": "weather"})),
    "watch-not-applicable": lambda: clinic(of="east").when(NOTHING_FOUND),
    "watch-issue": lambda: clinic().when(FOUND_SOMETHING),
    "prevention-missing": lambda: clinic().when(NOTHING_FOUND.model_copy(update={"prevention": None})),
    "activity-unknown": lambda: clinic().when(changed(LECTURE, activity="opera")),
    "activity-not-applicable": lambda: clinic(of="east").when(LECTURE),
    "activity-ahead": lambda: clinic().when(changed(LECTURE, on=date(2022, 4, 21))),
    "results-missing": lambda: clinic().when(changed(COURSE, passed=None)),
    "results-wrong": lambda: clinic().when(changed(COURSE, passed=13)),
    "box-two-persons": lambda: clinic().when(changed(BOX, witness=None)),
    "form-wrong": lambda: clinic().when(changed(LECTURE, form={"weather": "晴"})),
}
