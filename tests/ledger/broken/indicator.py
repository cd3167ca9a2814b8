"""What breaks the rules of surveys, measures, visits, contact points and draws."""

from collections.abc import Callable
from datetime import date

from tests.ledger.duties.indicators import COMPLAINTS, CONTACT, COVERT, DRAWN, LIGHT, SURVEY, TALKED, VISIT, measured
from tests.ledger.given import Story
from tests.ledger.sample import UNOWNED, changed

BROKEN: dict[str, Callable[[], Story]] = {
    "survey-unknown": lambda: measured().when(changed(SURVEY, survey="weather")),
    "survey-not-applicable": lambda: measured("east").when(SURVEY),
    "survey-counts": lambda: measured().when(changed(SURVEY, satisfied=91)),
    "measure-unknown": lambda: measured().when(changed(COMPLAINTS, measure="weather")),
    "measure-not-applicable": lambda: measured("east").when(COMPLAINTS),
    "day-ahead": lambda: measured().when(changed(SURVEY, on=date(2022, 4, 23))),
    "period-unfit": lambda: measured().when(changed(LIGHT, month="2022-05")),
    "visit-unknown": lambda: measured().when(changed(VISIT, activity="opera")),
    "visit-covert": lambda: measured().when(changed(COVERT, covert=False)),
    "visit-elsewhere": lambda: measured().when(changed(UNOWNED, visit="yz2022/e2/visit/desk~1")),
    "leader-elsewhere": lambda: measured().when(changed(CONTACT, unit="west")),
    "light-unknown": lambda: measured().when(changed(LIGHT, light="weather")),
    "light-act-unknown": lambda: measured().when(changed(TALKED, act="applause")),
    "sample-drawn": lambda: measured("bureau").given(DRAWN).when(changed(DRAWN, seed="another")),
    "sample-empty": lambda: measured("e1").when(DRAWN),
}
