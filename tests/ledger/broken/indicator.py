"""What breaks the rules of surveys, measures, visits, contact points and draws."""

from collections.abc import Callable
from datetime import date

from tests.ledger.duties.test_indicator import COMPLAINTS, CONTACT, COVERT, DRAWN, LIGHT, SURVEY, TALKED, VISIT, but, measured
from tests.ledger.given import Story
from tests.ledger.sample import UNOWNED

BROKEN: dict[str, Callable[[], Story]] = {
    "survey-unknown": lambda: measured().when(but(SURVEY, survey="weather")),
    "survey-not-applicable": lambda: measured("east").when(SURVEY),
    "survey-counts": lambda: measured().when(but(SURVEY, satisfied=91)),
    "measure-unknown": lambda: measured().when(but(COMPLAINTS, measure="weather")),
    "measure-not-applicable": lambda: measured("east").when(COMPLAINTS),
    "day-ahead": lambda: measured().when(but(SURVEY, on=date(2022, 4, 23))),
    "visit-unknown": lambda: measured().when(but(VISIT, activity="opera")),
    "visit-covert": lambda: measured().when(but(COVERT, covert=False)),
    "visit-elsewhere": lambda: measured().when(but(UNOWNED, visit="yz2022/e2/visit/desk~1")),
    "leader-elsewhere": lambda: measured().when(but(CONTACT, unit="west")),
    "light-unknown": lambda: measured().when(but(LIGHT, light="weather")),
    "light-act-unknown": lambda: measured().when(but(TALKED, act="applause")),
    "sample-drawn": lambda: measured("bureau").given(DRAWN).when(but(DRAWN, seed="another")),
    "sample-empty": lambda: measured("e1").when(DRAWN),
}
