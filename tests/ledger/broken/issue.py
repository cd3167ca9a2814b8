"""What breaks each rule of the life of an issue beyond the core."""

from collections.abc import Callable

from shared.events.hand_over import MOST_PERSONS
from shared.events.issue import CarriedIn, MilestoneReached
from shared.events.strike_off import ObjectionDecided, ReopeningOrdered
from shared.events.supervision import ReviewDone, SupervisionLifted
from tests.ledger.given import Said, Story
from tests.ledger.issue.ruled import (
    ANALYSED,
    AT_HOME,
    CHECKED,
    FROM_ABOVE,
    GRAVE,
    LOOKED,
    OBJECTED,
    STANDING,
    SUPERVISED,
    TWO,
    WITH_MILESTONES,
    gone,
    into,
    ruled,
)
from tests.ledger.sample import ASSIGNED, DONE, PLANNED, REPORTED, RETURNED, UNOWNED, VERIFIED, VOIDED

BROKEN: dict[str, Callable[[], Story]] = {
    "grade-unknown": lambda: ruled().when(REPORTED.model_copy(update={"grade": "dire"})),
    "campaign-not-named": lambda: ruled().when(REPORTED.model_copy(update={"carried_in": CarriedIn(campaign="yz2019", reference="17")})),
    "detail-missing": lambda: ruled().given(REPORTED).when(PLANNED),
    "milestone-twice": lambda: (
        ruled().given(REPORTED).when(WITH_MILESTONES.model_copy(update={"milestones": WITH_MILESTONES.milestones[:1] * 2}))
    ),
    "milestone-unknown": lambda: ruled().given(REPORTED, WITH_MILESTONES).when(MilestoneReached(name="验收", by="owner-li")),
    "milestone-own": lambda: ruled().given(REPORTED, WITH_MILESTONES).when(ANALYSED),
    "verified-already": lambda: ruled().given(*CHECKED).when(AT_HOME.model_copy(update={"by_unit": "east"})),
    "check-adds-nothing": lambda: ruled().given(*CHECKED).when(AT_HOME.model_copy(update={"by": "checker-zheng"})),
    "owner-is-verifier": lambda: ruled().given(*CHECKED, FROM_ABOVE).when(ASSIGNED.model_copy(update={"owner": "checker-qian"})),
    "persons-many": lambda: (
        ruled()
        .given(REPORTED, ANALYSED)
        .given(*(each for number in range(MOST_PERSONS) for each in (DONE.model_copy(update={"by": f"f{number}"}), RETURNED, ANALYSED)))
        .when(DONE)
    ),
    "standing": lambda: ruled().given(STANDING, SUPERVISED, ANALYSED).when(DONE),
    "not-standing": lambda: ruled().given(REPORTED).when(ReviewDone(text="仍在坚持", by="head-zhao")),
    "not-published": lambda: ruled().given(*CHECKED).when(OBJECTED),
    "no-objection": lambda: ruled().given(*CHECKED, FROM_ABOVE).when(ObjectionDecided(upheld=True, reason="属实", by="chief-lin")),
    "objection-own": lambda: (
        ruled().given(*CHECKED, FROM_ABOVE, OBJECTED).when(ObjectionDecided(upheld=True, reason="属实", by=OBJECTED.by))
    ),
    "not-struck-off": lambda: ruled().given(REPORTED).when(LOOKED),
    "looked-back-by-verifier": lambda: gone().when(LOOKED.model_copy(update={"by": VERIFIED.by})),
    "not-gone": lambda: ruled().given(REPORTED).when(ReopeningOrdered(reason="又坏了", by="chief-lin", by_unit="bureau")),
    "void": lambda: ruled().given(REPORTED, VOIDED).when(ANALYSED),
    "merged": lambda: ruled().given(REPORTED, Said(UNOWNED, issue="2"), into(TWO)).when(ANALYSED),
    "voided-by-owner": lambda: ruled().given(REPORTED).when(VOIDED.model_copy(update={"by": "owner-li"})),
    "merged-into-itself": lambda: ruled().given(REPORTED).when(into("yz2022/e1/issue/desk~1")),
    "merged-into-unknown": lambda: ruled().given(REPORTED).when(into(TWO)),
    "merged-into-gone": lambda: ruled().given(REPORTED, Said(UNOWNED, issue="2"), Said(VOIDED, issue="2")).when(into(TWO)),
    "merged-by-owner": lambda: ruled().given(REPORTED, Said(REPORTED, issue="2")).when(into(TWO).model_copy(update={"by": "owner-li"})),
    "merged-into-laxer": lambda: ruled().given(GRAVE, Said(REPORTED, issue="2")).when(into(TWO)),
    "supervised": lambda: ruled().given(GRAVE, SUPERVISED).when(SUPERVISED),
    "not-supervised": lambda: ruled().given(GRAVE).when(SupervisionLifted(reason="已整改", by="chief-lin", by_unit="bureau")),
}
