"""A made-up campaign for tests of the ledger: three phases, two clocks, seven units on three levels."""

from datetime import date
from typing import TypeVar

from shared.events.campaign import CampaignAnnounced
from shared.events.fact import Fact
from shared.events.issue import (
    IssueAssigned,
    IssueReported,
    MeasuresPlanned,
    RectificationDone,
    RectificationReturned,
    RectificationVerified,
)
from shared.events.leaving import IssueVoided
from shared.events.phase import PhaseExtended
from shared.events.returns import ReturnFiled
from shared.events.self_check import SelfCheckAnswered
from shared.events.tree import UnitsListed
from shared.plan import Plan
from shared.plan.clock import Clock, Clocks
from shared.plan.obligation import Obligation
from shared.plan.phase import Phase
from shared.plan.target import Target
from shared.units import Unit, seal
from shared.values import Named, Wording

F = TypeVar("F", bound=Fact)


def called(zh: str) -> Wording:
    """A name whose English nobody reads."""
    return Wording(zh=zh, en=zh)


def changed(fact: F, **fields: object) -> F:
    """A fact with some fields changed."""
    return fact.model_copy(update=fields)


def plan_with(**parts: object) -> Plan:
    """The plan of the sample with some parts changed."""
    return Plan(**(dict(PLAN) | parts))


CAMPAIGN = "yz2022"
ENVIRONMENT, ATTITUDE = Named(code="environment", name=called("服务环境")), Named(code="attitude", name=called("服务态度"))
PLAN = Plan(
    campaign=CAMPAIGN,
    name=called("改善就医体验活动"),
    issued=date(2022, 4, 1),
    classes=tuple(
        Named(code=code, name=called(zh)) for code, zh in (("bureau", "卫健局"), ("township", "镇街卫计办"), ("clinic", "卫生院"))
    ),
    aspects=(ENVIRONMENT, ATTITUDE),
    categories=(ENVIRONMENT, ATTITUDE),
    channels=(Named(code="self-check", name=called("自查")), Named(code="complaint", name=called("群众投诉"))),
    targets=(
        Target(number=1, aspect="environment", text=called("标识清楚")),
        Target(number=2, aspect="attitude", text=called("移动支付"), needs=("grade-2",)),
    ),
    checklist_of=("clinic",),
    clocks=Clocks(plan=Clock(days=5), fix=Clock(days=10, cap="P2"), follow_up=Clock(days=10)),
    phases=(
        Phase(code="P1", name=called("自查"), start=date(2022, 4, 6), end=date(2022, 4, 30), grace=2),
        Phase(code="P2", name=called("整改"), end=date(2022, 6, 30)),
        Phase(code="P3", name=called("总结"), start=date(2022, 7, 1), end=date(2022, 8, 31), grace=3),
    ),
    obligations=(
        Obligation(code="own-plan", name=called("实施方案"), phase="P1", due=date(2022, 4, 25), classes=("clinic",)),
        Obligation(code="summary", name=called("小结"), phase="P2", due=date(2022, 6, 30), classes=("township",)),
    ),
)
"""P2 has no grace: it is held until complete, or until the gap is accepted."""
UNITS = tuple(
    Unit(id=id, name=name, parent=parent, unit_class=unit_class, tags=tags, responsible=f"{id}-head")
    for id, name, parent, unit_class, tags in (
        ("bureau", "卫健局", None, "bureau", ()),
        ("east", "东城", "bureau", "township", ()),
        ("west", "西城", "bureau", "township", ()),
        ("e1", "东一院", "east", "clinic", ("grade-2",)),
        ("e2", "东二院", "east", "clinic", ()),
        ("w1", "西一院", "west", "clinic", ()),
        ("w2", "西二院", "west", "clinic", ()),
    )
)
LISTED = UnitsListed(version=1, part=1, units=UNITS)
ANNOUNCED = CampaignAnnounced(plan=PLAN, tree=seal(UNITS))
ISSUED = "2022-04-01"
"""The day on which stories begin, with the campaign announced and every book open."""

REPORTED = IssueReported(text="候诊区座椅破损", category="environment", channel="complaint", owner="owner-li")
UNOWNED = IssueReported(text="导医不耐烦", category="attitude", channel="complaint")
ASSIGNED = IssueAssigned(owner="owner-wang", by="head-zhao")
PLANNED = MeasuresPlanned(measures="更换座椅", by="owner-li")
DONE = RectificationDone(result="已更换二十把", by="fixer-sun")
VERIFIED = RectificationVerified(effect="患者有座可坐", by="checker-qian")
RETURNED = RectificationReturned(reason="仍有三把未换", by="checker-qian")
VOIDED = IssueVoided(reason="重复检查，未见损坏", by="head-zhao")
CONFORMS = SelfCheckAnswered(target=1, conforms=True, by="clerk-zhou")
FALLS_SHORT = SelfCheckAnswered(target=1, conforms=False, finding="标识不清", by="clerk-zhou")
FILED = ReturnFiled(obligation="own-plan", title="实施方案", by="clerk-zhou")
EXTENDED = PhaseExtended(phase="P1", until=date(2022, 5, 20), reason="封控", by="bureau-head", by_unit="bureau")
SUMMED_UP = ReturnFiled(obligation="summary", title="整改小结", by="clerk-wu")

FOUND = "2022-04-22"
"""The day of D7's vectors: five working days later is 28 April, ten are 9 May."""
LIFE: tuple[Fact, ...] = (REPORTED, PLANNED, DONE, VERIFIED)
