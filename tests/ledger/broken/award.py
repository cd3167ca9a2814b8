"""What breaks each rule of awards and nominations."""

from collections.abc import Callable

from tests.ledger.awards.ideas import OFFERED
from tests.ledger.awards.nominations import (
    CASE,
    JUDGING,
    NOMINATED,
    PASSED_ON,
    POINTS,
    RECOMMENDED,
    RELATIVE_NOMINATED,
    SCORE,
    above,
    awarding,
    closes,
    decides,
    filed,
    in_the_bureau,
    judged,
    named,
    nominated,
    of,
    rewarded,
    scored,
)
from tests.ledger.given import Said, Story
from tests.ledger.sample import changed


def not_recommended() -> Story:
    """The plan lets nobody be recommended for this award."""
    nomination = Said(RECOMMENDED, subject=f"yz2022/bureau/nomination/{named(RELATIVE_NOMINATED)}")
    return awarding("bureau").given(filed(RELATIVE_NOMINATED, "bureau")).when(nomination)


BROKEN: dict[str, Callable[[], Story]] = {
    "award-unknown": lambda: awarding().when(filed(changed(CASE, award="best-dressed"))),
    "award-not-given": lambda: awarding().when(closes(CASE, "paper", at="e1")),
    "award-period": lambda: awarding().when(filed(changed(NOMINATED, period="2022-06"))),
    "award-decided": lambda: judged().given(decides(NOMINATED)).when(closes(NOMINATED, "paper")),
    "nominations-closed": lambda: awarding().on("2022-06-16").when(filed(CASE)),
    "nominations-open": lambda: nominated().when(closes(NOMINATED, "paper")),
    "nominator-class": lambda: awarding("east").when(filed(CASE, "east")),
    "nominee-kind": lambda: awarding().when(filed(changed(CASE, nominee="person", person="owner-li"))),
    "nominee-person": lambda: awarding().when(filed(changed(CASE, person="owner-li"))),
    "nomination-idea": lambda: awarding().given(OFFERED).when(filed(NOMINATED)),
    "nomination-entered": lambda: awarding().given(filed(CASE)).when(filed(CASE)),
    "nomination-unknown": lambda: awarding("east").when(of(CASE, PASSED_ON)),
    "nomination-elsewhere": lambda: nominated().when(of(NOMINATED, PASSED_ON)),
    "judge-own-unit": lambda: nominated().when(of(NOMINATED, scored("judge-a", judge_unit="e1"))),
    "judge-nominee": lambda: nominated().when(of(NOMINATED, scored("owner-li"))),
    "judge-twice": lambda: nominated().given(of(NOMINATED, SCORE)).when(of(NOMINATED, SCORE)),
    "round-not-open": lambda: judged().when(of(NOMINATED, scored("judge-c"))),
    "not-in-round": lambda: awarding().given(filed(CASE)).at("east").when(of(CASE, scored("judge-a", points={}))),
    "points-wrong": lambda: nominated().when(of(NOMINATED, scored("judge-a", points=POINTS | {"use": 20.5}))),
    "all-pass-on": lambda: nominated().on(JUDGING).when(closes(NOMINATED, "paper", above(NOMINATED))),
    "passes-many": lambda: in_the_bureau("e1", "w1").when(closes(CASE, "paper", above(CASE), above(CASE, "w1"), at="bureau")),
    "named-twice": lambda: judged().when(decides(NOMINATED, above(NOMINATED), above(NOMINATED))),
    "judges-few": lambda: nominated().on(JUDGING).given(closes(NOMINATED, "paper")).when(decides(NOMINATED, above(NOMINATED))),
    "rounds-open": lambda: nominated().when(decides(NOMINATED)),
    "reward-unknown": lambda: judged().when(rewarded(decides(NOMINATED), "medal")),
    "winners-many": lambda: (
        in_the_bureau("e1", "w1")
        .given(closes(CASE, "paper", at="bureau"), closes(CASE, "defence", at="bureau"))
        .when(decides(CASE, above(CASE), above(CASE, "w1"), at="bureau"))
    ),
    "not-recommended": not_recommended,
    "not-won": lambda: judged().when(of(NOMINATED, RECOMMENDED)),
}
