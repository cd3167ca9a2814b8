"""A campaign whose plan sets every guard that the life of an issue knows: grades, verification, publication, look-back, review, listing."""

from shared.events.issue import IssueReported, MeasuresPlanned, Milestone, RectificationVerified
from shared.events.leaving import IssueMerged
from shared.events.strike_off import LookBackDone, ObjectionRaised
from shared.events.supervision import SupervisionOrdered
from shared.plan.clock import Clock
from shared.plan.issue import Grade, IssueRules, Verification
from shared.values import Named
from tests.ledger.given import Story, announced
from tests.ledger.sample import DONE, FOUND, PLAN, PLANNED, REPORTED, VERIFIED, called, plan_with

STRICT = Verification(persons=2, units=2, levels=1, published=True, looked_back=True)
RULED = plan_with(
    carries_in=(Named(code="yz2021", name=called("上年活动")),),
    complaint_channels=("complaint",),
    grades=(
        Grade(code="ordinary", name=called("一般")),
        Grade(code="grave", name=called("重大"), listed=True, verification=STRICT, requires=("funds", "emergency-plan")),
    ),
    issues=IssueRules(requires=("analysis",), numbering="{unit}〔{year}〕{number}号"),
    clocks=PLAN.clocks.model_copy(
        update={"publication": Clock(days=3), "look_back": Clock(days=20), "review": Clock(days=30), "listing": Clock(days=2)}
    ),
)
GRAVE = REPORTED.model_copy(update={"grade": "grave"})
STANDING = IssueReported(text="坚持巡诊", category="attitude", channel="self-check", owner="owner-li", standing=True)
ANALYSED = PLANNED.model_copy(update={"analysis": "座椅老旧"})
FUNDED = PLANNED.model_copy(update={"funds": 200_000_00, "emergency_plan": "坏椅即撤"})
WITH_MILESTONES: MeasuresPlanned = ANALYSED.model_copy(
    update={
        "milestones": (
            Milestone.model_validate_json('{"name":"订货","due":"2022-04-26"}'),
            Milestone.model_validate_json('{"name":"安装","due":"2022-05-06"}'),
        )
    }
)
AT_HOME = RectificationVerified(effect="座椅齐全", by="checker-qian")
FROM_ABOVE = RectificationVerified(effect="现场核实", by="inspector-wu", by_unit="east")
SUPERVISED = SupervisionOrdered(reason="影响面大", by="chief-lin", by_unit="bureau")
CHECKED = (GRAVE, SUPERVISED, FUNDED, DONE, AT_HOME)
"""A grave issue under supervision, that one of two has verified."""
OBJECTED = ObjectionRaised(reason="又坏了", by="patient-rep")
LOOKED = LookBackDone(holds=True, finding="座椅完好", by="looker-ma")
TWO = "yz2022/e1/issue/desk~2"


def ruled(day: str = FOUND) -> Story:
    """An issue of a clinic, two levels below the bureau."""
    return announced(RULED, day=day, about="issue")


def into(subject: str) -> IssueMerged:
    """Merged into this one."""
    return IssueMerged(into=subject, reason="同一座椅", by="head-zhao")


def gone() -> Story:
    """An ordinary issue that was struck off."""
    return ruled().given(REPORTED, ANALYSED, DONE, VERIFIED)
