"""Qingdao 2023: staff in the patient's place, in fourteen unions from the notice of 1 March to the awards, told day by day, amended in August."""

from collections import Counter
from datetime import date
from typing import Any

import pytest

from deploy.embedded.embedded import Embedded
from deploy.plans.read import read_plan
from deploy.simulator.lives.simulation import CloudEvent
from shared.events.activity import ActivityHeld, PracticeShared
from shared.events.award import AwardDecided, RoundClosed
from shared.events.campaign import BookAmended, CampaignAmended
from shared.events.hand_over import (
    HandOverAcknowledged,
    HandOverCompleted,
    HandOverDeclined,
    HandOverOutcome,
    HandOverSettled,
    IssueHandedOver,
)
from shared.events.hazard import (
    HazardReportAcknowledged,
    HazardReportClimbed,
    HazardReportFiled,
    HazardReportOverdue,
    HazardReportReturned,
    HazardReportSentBack,
)
from shared.events.idea import FollowThroughDone, IdeaAdopted, IdeaApplied, IdeaDeclined, IdeaOffered
from shared.events.indicator import SurveyHeld
from shared.events.issue import (
    Fixed,
    IssueAssigned,
    IssueCarriedOver,
    IssueEntered,
    IssueOverdue,
    IssueReported,
    IssueStruckOff,
    MeasuresPlanned,
    RectificationDone,
    RectificationReturned,
    RectificationVerified,
)
from shared.events.lateness import IssueEscalated
from shared.events.leaving import IssueMerged, IssueVoided
from shared.events.nomination import AwardReceived, NominationFiled, RecommendedUpward, ScoreCounted, ScoreGiven
from shared.events.phase import GapAccepted, PhaseClosed, PhaseHeld, PhaseSupplemented
from shared.events.refusal import Refused
from shared.events.returns import (
    ObligationMet,
    ObligationOpened,
    PackFrozen,
    ReturnAnswered,
    ReturnChased,
    ReturnFiled,
    ReturnMissing,
    ReturnSentBack,
)
from shared.events.roles import RoleGiven
from shared.events.strike_off import IssueReopened, IssueSpotChecked
from shared.events.unit_plan import UnitPlanAdopted
from shared.events.visit import VisitLogged
from shared.units import seal
from shared.workdays import local_date
from tests.campaigns.story import CAMPAIGNS, Story, Told, files, rehearse, run

ROOT = "city-union"
PLAN, UNITS = files("qingdao-2023")
RECIPIENTS = ("organ", "east", "west", "first", "second", "stationed", "works", "private-1", "private-2")
"""The four kinds of recipients: district bureaus, institutions of the commission, those stationed or of enterprises or private, the commission's organ."""
PACK = {"course": "各科室轮流换位体验", "practice": "门诊陪检服务", "shown-by": "pictures"}
HOSPITALS = ("east-1", "east-2")


def person(unit: str, number: int) -> str:
    """A made-up person of a unit: 1 leads, 2 owns, 3 rectifies, 9 checks."""
    return f"{unit}-{number:02}"


def reported(text: str, category: str, channel: str, nature: Any = "problem", visit: str | None = None) -> IssueReported:
    return IssueReported(text=text, category=category, channel=channel, nature=nature, visit=visit)


def assigned(unit: str) -> IssueAssigned:
    return IssueAssigned(owner=person(unit, 2), by=person(unit, 1))


def planned(unit: str, measures: str = "明确责任科室与完成时间") -> MeasuresPlanned:
    return MeasuresPlanned(measures=measures, by=person(unit, 2))


def done(unit: str, result: str = "已整改") -> RectificationDone:
    return RectificationDone(result=result, evidence=("整改后.jpg",), by=person(unit, 3))


def checked(unit: str) -> RectificationVerified:
    return RectificationVerified(effect="再次体验，已见效", by=person(unit, 9))


def experience(unit: str, on: date, scene: str, visitor: str, visited: str, **more: Any) -> VisitLogged:
    """Somebody took the patient's place."""
    form = {"scene": scene, "visitor": visitor, "visited": visited, "seen": "标识不清，等候过久"}
    values: dict[str, Any] = {"activity": "experience", "on": on, "form": form, "by": person(unit, 5)}
    return VisitLogged(**values | more)


def filed(unit: str, obligation: str, title: str, **more: Any) -> ReturnFiled:
    return ReturnFiled(obligation=obligation, title=title, by=person(unit, 1), **more)


def hazard_report(point: str) -> HazardReportFiled:
    """The four fields of a report on a hazard cleared."""
    form = {"hazard": point, "measures": "停用并更换", "loss-avoided": "约三万元", "social-impact": "避免患者受伤"}
    return HazardReportFiled(form=form, by="e-hospital-03")


def held(unit: str, activity: str, on: date, **more: Any) -> ActivityHeld:
    return ActivityHeld(activity=activity, on=on, text="按方案开展", attendance=30, by=person(unit, 1), **more)


def story() -> Story:
    """All that is told."""
    it = Story(PLAN, UNITS, offices=("organ",))
    for part in (mobilisation, visits, issues, hazards, between, periodic, ideas, august, nominations, judging, last_returns, afterwards):
        part(it)
    return it


def mobilisation(it: Story) -> None:
    """P0.1, until 31 March: it has no first day but that of issue."""
    it.on("2023-03-02")
    for judge in ("j-01", "j-02", "j-03", "j-04", "j-05"):
        it.tell(ROOT, RoleGiven(person=judge, role="expert", by="u-01"))
    it.tell(ROOT, RoleGiven(person="u-02", role="contact", by="u-01"))
    it.tell(ROOT, held(ROOT, "launch", it.today), it.clients[ROOT], "launch")
    it.on("2023-03-06")
    for unit in ("first", "east"):
        it.tell(unit, held(unit, "launch", it.today), it.clients[unit], "launch")
    it.on("2023-03-15").tell("first", filed("first", "news", "换位体验启动", period="rolling"), "news", "rolling")
    it.on("2023-03-20").tell(
        "first", UnitPlanAdopted(version=1, title="换位体验实施意见", measures="体验、征集、整改、评比", by="f-01"), "own"
    )
    it.on("2023-03-22").tell("east", filed("east", "news", "全区动员", period="rolling"), "news", "rolling")
    it.on("2023-03-24").issue("first", "1", reported("讨论中提出：取药窗口字小", "medical", "discussion"), assigned("first"))
    it.on("2023-03-27")
    for unit in ("organ", "east", "west", "second", "stationed", "works", "private-1", "east-1", "east-2", "west-1"):
        it.tell(unit, filed(unit, "own-plan", "活动实施意见"), "own-plan")
    it.on("2023-03-28")
    for unit in RECIPIENTS:
        if unit != "private-2":
            it.tell(unit, filed(unit, "implementation-plan", "贯彻实施方案"), "implementation-plan")
    it.on("2023-03-31").issue("first", "1", planned("first", "更换大字标牌"))
    it.on("2023-04-06")  # the third working day after the last: the 5th is a holiday
    it.tell("west-2", filed("west-2", "own-plan", "活动实施意见"), "own-plan")
    it.tell("private-2", filed("private-2", "implementation-plan", "贯彻实施方案"), "implementation-plan")


def visits(it: Story) -> None:
    """Staff and leaders as patients: of their own unit and of others, in the three scenes."""
    it.on("2023-04-10").tell("first", experience("first", it.today, "outpatient", "own-staff", "own-unit"), it.clients["first"], "v1")
    form = {"scene": "ward", "visitor": "own-staff", "visited": "own-unit"}
    it.tell(
        "first", experience("first", it.today, "ward", "own-staff", "own-unit", form=form), it.clients["first"], "v0"
    )  # `seen` is missing
    it.on("2023-04-12").tell("second", experience("second", it.today, "window", "invited", "other-unit"), it.clients["second"], "v2")
    it.on("2023-04-13").tell("east-1", experience("east-1", it.today, "ward", "invited", "own-unit"), it.clients["east-1"], "v3")
    it.on("2023-04-17")
    leader = experience("east-2", it.today, "window", "own-staff", "other-unit", activity="leader-visit", by="u-01", by_unit=ROOT)
    it.tell("east-2", leader, ROOT, "v4", by=ROOT)
    it.on("2023-04-19")  # by the health administration, which stands above along its own line alone
    leader = experience("second", it.today, "outpatient", "own-staff", "other-unit", activity="leader-visit", by="o-01", by_unit="organ")
    it.tell("second", leader, "organ", "v5", by="organ")


def issues(it: Story) -> None:
    """Problems and defects of P0.2, with the life of each."""
    visit = f"qingdao-2023/first/visit/{it.clients['first']}~v1"
    it.on("2023-04-10").issue("first", "2", reported("自助机无人指引", "medical", "outpatient-experience", visit=visit), assigned("first"))
    it.on("2023-04-14").issue("first", "2", planned("first"))
    it.on("2023-04-23").issue("first", "1", done("first"))  # a Sunday on which people work, and the last day
    it.on("2023-04-24").issue("first", "1", checked("first"))
    it.on("2023-05-05").issue("first", "2", done("first"))
    it.on("2023-05-08").issue("first", "2", RectificationReturned(reason="午间仍无人", by="first-09"))
    it.on("2023-05-09").issue("first", "2", done("first", "午间排班"))
    it.issue("first", "2", RectificationVerified(effect="好", by="first-03"))  # by whoever did it
    it.on("2023-05-10").issue("first", "2", checked("first"))
    it.on("2023-05-15").issue("second", "3", reported("夜间呼叫无人应", "nursing", "ward-experience", "defect"), assigned("second"))
    it.on("2023-05-16").issue("second", "3", planned("second"))
    it.on("2023-05-24").issue("second", "3", done("second"))
    it.on("2023-05-26").issue("second", "3", checked("second"))
    it.on("2023-06-01").issue("stationed", "8", reported("停车难", "safety", "grumbling"), assigned("stationed"))
    it.on("2023-07-12").issue("west-1", "9", reported("误报：设备正常", "nursing", "fault-finding", "defect"), assigned("west-1"))
    it.on("2023-07-13").issue("west-1", "9", IssueVoided(reason="经查设备正常", by="west-1-09"))
    it.on("2023-08-01").issue("west-2", "10a", reported("产检排队久", "medical", "window-experience"), assigned("west-2"))
    it.issue("west-2", "10b", reported("产检排队时间长", "medical", "grumbling"))
    it.on("2023-08-02").issue("west-2", "10b", IssueMerged(into="qingdao-2023/west-2/issue/west~10a", reason="同一问题", by="west-2-01"))
    it.on("2023-08-04").issue("west-2", "10a", planned("west-2"))
    it.on("2023-08-09").issue("west-2", "10a", done("west-2"))
    it.on("2023-08-11").issue("west-2", "10a", checked("west-2"))
    it.on("2023-09-05").issue("west", "11", reported("专班反馈：转诊流程不明", "medical", "task-force"), assigned("west"))
    it.on("2023-09-08").issue("west", "11", planned("west"))
    it.on("2023-09-20").issue("west", "11", done("west"))
    it.on("2023-09-22").issue("west", "11", checked("west"))
    it.on("2023-10-12")
    it.issue("west", "11", IssueSpotChecked(holds=False, finding="抽查仍无流程图", by="u-03", by_unit=ROOT), by=ROOT)
    it.on("2023-10-18").issue("west", "11", planned("west", "上墙并培训"))
    it.on("2023-10-20").issue("private-2", "12", reported("缴费窗口少", "medical", "window-experience"), assigned("private-2"))
    it.on("2023-10-25").issue("private-2", "12", planned("private-2"))
    it.on("2023-11-08").issue("west", "11", done("west", "流程图上墙"))
    it.on("2023-11-09").issue("west", "11", RectificationVerified(effect="随机询问均知晓", by="west-08"))
    it.on("2023-11-10").issue("private-2", "12", done("private-2"))
    it.on("2023-11-13").issue("private-2", "12", checked("private-2"))


def hazards(it: Story) -> None:
    """Two hazards cleared, whose reports climb from the hospital by the district to the city; the second is sent back and filed again."""
    fixed = Fixed(measures="当即断电并围挡", result="配电箱已更换", evidence=("配电箱.jpg",), by="east-1-03")
    at_once = reported("输液大厅配电箱裸露", "safety", "fault-finding", "hazard").model_copy(update={"owner": "east-1-02", "fixed": fixed})
    it.on("2023-04-18").issue("east-1", "4", at_once)
    it.on("2023-04-20").issue("east-1", "4", checked("east-1"))
    it.on("2023-04-21").tell("east-1", hazard_report("输液大厅配电箱"), it.clients["east-1"], "4")
    form = hazard_report("输液大厅配电箱").form or {}
    it.tell("east-1", filed("east-1", "hazard-report", "隐患消除书面报告", period="rolling", form=form), "hazard-report", "rolling")
    it.on("2023-04-24").tell("east", HazardReportAcknowledged(by="e-01"), "below", "east-1", "east", "4")
    it.on("2023-04-26").tell(ROOT, HazardReportAcknowledged(by="u-03"), "below", "east-1", "east", "4")
    it.tell("first", hazard_report("这不是隐患"), it.clients["first"], "2")  # issue 2 is a problem
    it.on("2023-05-22").issue("east-2", "5", reported("氧气瓶未固定", "medical", "ward-experience", "hazard"), assigned("east-2"))
    it.on("2023-05-23").issue("east-2", "5", planned("east-2"))
    it.on("2023-05-26").issue("east-2", "5", done("east-2"))
    it.on("2023-05-29").issue("east-2", "5", checked("east-2"))
    above = ("below", "east-2", "east", "5")
    it.on("2023-05-30").tell("east-2", hazard_report("氧气瓶"), it.clients["east-2"], "5")
    it.on("2023-05-31").tell("east", HazardReportAcknowledged(by="e-01"), *above)
    it.on("2023-06-05").tell(ROOT, HazardReportSentBack(reason="请写明避免的损失", by="u-03"), *above)  # due on 2 June
    it.on("2023-06-06").tell("east", HazardReportSentBack(reason="市里退回，请补写", by="e-01"), *above)
    it.on("2023-06-08").tell("east-2", hazard_report("氧气瓶，共六只"), it.clients["east-2"], "5")
    it.on("2023-06-09").tell("east", HazardReportAcknowledged(by="e-01"), *above)
    it.on("2023-06-12").tell(ROOT, HazardReportAcknowledged(by="u-03"), *above)


def between(it: Story) -> None:
    """What one unit cannot mend it hands over: taken and mended in one case, declined in the other."""
    it.on("2023-06-12").issue("works", "6", reported("院外救护通道被占", "nursing", "fault-finding", "hazard"), assigned("works"))
    it.on("2023-06-13").issue("works", "6", IssueHandedOver(to="organ", reason="须由主管部门协调", by="works-02"))
    taken = ("handover", "works", "1", it.clients["works"], "6")
    it.on("2023-06-15").tell("organ", HandOverAcknowledged(owner="organ-02", by="o-01"), *taken)
    it.on("2023-06-16").tell("organ", planned("organ", "与街道协调清障"), *taken)
    it.on("2023-06-25").tell("organ", done("organ", "通道已畅通"), *taken)  # a Sunday on which people work, and the last day
    it.on("2023-06-26").tell("organ", checked("organ"), *taken)
    it.on("2023-07-03").issue("private-1", "7", reported("检查结果互认不畅", "medical", "outpatient-experience"), assigned("private-1"))
    it.on("2023-07-04").issue("private-1", "7", IssueHandedOver(to="second", reason="请对方先行互认", by="private-1-02"))
    declined = ("handover", "private-1", "1", it.clients["private-1"], "7")
    it.on("2023-07-06").tell("second", HandOverDeclined(reason="应由贵院先行申请", by="s-01"), *declined)
    it.on("2023-07-10").issue("private-1", "7", planned("private-1", "申请加入互认名单"))
    it.on("2023-08-03").issue("private-1", "7", done("private-1"))
    it.on("2023-08-04").issue("private-1", "7", checked("private-1"))


def periodic(it: Story) -> None:
    """The city's dispatch by month and review by quarter; activities, news and surveys."""
    for day, month in (
        ("2023-05-08", "2023-04"),
        ("2023-06-07", "2023-05"),  # the last day
        ("2023-07-07", "2023-06"),
        ("2023-08-07", "2023-07"),
        ("2023-09-11", "2023-08"),  # due on 7 September
        # that of September never comes
        ("2023-11-03", "2023-10"),
        ("2023-12-05", "2023-11"),
    ):
        it.on(day).tell(ROOT, filed(ROOT, "dispatch", "月调度", period=month), "dispatch", month)
    for day, quarter in (("2023-07-06", "2023-Q2"), ("2023-10-10", "2023-Q3"), ("2023-12-05", "2023-Q4")):
        it.on(day).tell(ROOT, filed(ROOT, "review", "季点评", period=quarter), "review", quarter)
    for day, unit, activity in (
        ("2023-05-08", "first", "ideas"),
        ("2023-05-15", "west", "discussion"),
        ("2023-05-24", "stationed", "grumbling"),
        ("2023-06-05", "second", "role-play"),
        ("2023-06-06", "works", "fault-finding"),
        ("2023-07-10", "organ", "publicity"),
        ("2023-10-11", "first", "role-models"),
    ):
        it.on(day).tell(unit, held(unit, activity, it.today), it.clients[unit], activity)
    it.on("2023-05-10")  # told of a day of the phase before, which has closed
    it.tell("second", held("second", "publicity", date(2023, 3, 30), media=("晚报三版",)), it.clients["second"], "march")
    for day, unit in (("2023-05-18", "second"), ("2023-07-20", "east"), ("2023-11-15", "first")):
        it.on(day).tell(unit, filed(unit, "news", "活动信息", period="rolling"), "news", "rolling")
    shared = PracticeShared(sort="practice", title="门诊陪检", text="志愿者陪同老年患者检查", by="f-01")
    it.on("2023-07-25").tell("first", shared, it.clients["first"], "escort")
    it.on("2023-09-15").tell(
        "first", SurveyHeld(survey="patients", on=it.today, asked=200, answered=180, satisfied=171, by="f-01"), "patients", "2023-09"
    )
    survey = SurveyHeld(survey="patients", on=date(2023, 9, 20), asked=100, answered=90, satisfied=81, by="e1-01")
    it.on("2023-09-20").tell("east-1", survey, "patients", "2023-09")
    it.on("2023-09-25").tell("east-1", survey.model_copy(update={"satisfied": 83}), "patients", "2023-09")


def ideas(it: Story) -> None:
    """Three golden ideas: applied and looked at again, declined, and still open."""
    offers = IdeaOffered(text="检查预约一次办结", category="medical", channel="idea")
    it.on("2023-05-11").tell("first", offers.model_copy(update={"offered_by": "first-21"}), it.clients["first"], "i1")
    it.tell("second", offers.model_copy(update={"anonymous": True}), it.clients["second"], "i2")
    it.tell("east-1", offers, it.clients["east-1"], "i3")
    it.on("2023-05-19").tell("first", IdeaAdopted(measure="设一站式预约台", owner="first-02", by="f-01"), it.clients["first"], "i1")
    it.tell("second", IdeaDeclined(reason="已在试行", by="s-01"), it.clients["second"], "i2")
    it.on("2023-06-20").tell("first", IdeaApplied(result="预约台已启用", by="first-03"), it.clients["first"], "i1")
    it.on("2023-07-21").tell("first", FollowThroughDone(holds=True, effect="平均少跑两趟", by="first-09"), it.clients["first"], "i1")


def august(it: Story) -> None:
    """The second notice: one more return, cumulative to date, by 30 August."""
    it.on("2023-06-30").tell("first", filed("first", "interim-pack", "太早", form=PACK), "interim-pack")  # no notice asks for it yet
    it.on("2023-08-10").tell(ROOT, CampaignAmended(plan=read_plan(CAMPAIGNS / "qingdao-2023-v2.yaml"), tree=seal(UNITS), by="u-01"))
    it.on("2023-08-28").tell("east", filed("east", "interim-pack", "阶段性总结", form=PACK), "interim-pack")
    it.on("2023-08-29")
    for unit in ("organ", "west", "first", "second", "private-1", "private-2"):
        it.tell(unit, filed(unit, "interim-pack", "阶段性总结", form=PACK, files=("图片集.zip",)), "interim-pack")
    it.on("2023-08-30").tell("stationed", filed("stationed", "interim-pack", "无新增", nil=True), "interim-pack")
    it.on("2023-08-31")
    it.tell("works", ReturnChased(obligation="interim-pack", text="请尽快补报", by="u-02", by_unit=ROOT), "interim-pack")
    it.on("2023-09-01").tell("works", filed("works", "interim-pack", "阶段性总结", form=PACK), "interim-pack")
    it.on("2023-09-04").tell("works", ReturnAnswered(obligation="interim-pack", text="已收到", by="u-02", by_unit=ROOT), "interim-pack")
    it.tell(
        "works", ReturnSentBack(obligation="interim-pack", reason="补图片", by="u-02", by_unit=ROOT), "interim-pack"
    )  # needs no approval


def nominated(unit: str, award: str, title: str, nominee: Any = "team", /, **more: Any) -> NominationFiled:
    return NominationFiled(award=award, period="once", nominee=nominee, title=title, by=person(unit, 1), **more)


def nominations(it: Story) -> None:
    """Unions gather and submit, also for the hospitals under them, until 31 October."""
    it.on("2023-10-24")
    for unit, reference, fact in (
        ("first", "n1", nominated("first", "case", "陪检服务案例")),
        ("east", "n2", nominated("east", "organisation", "东岭区组织工作")),
        ("east", "n3", nominated("east", "case", "东岭区人民医院用电安全案例", unit="east-1")),
        ("second", "n4", nominated("second", "practice", "夜班护士长", "person", person="second-07")),
        ("west", "n5", nominated("west", "practice", "产科主任", "person", person="west-2-05", unit="west-2")),
        ("west", "n6", nominated("west", "organisation", "个人", "person", person="west-05")),  # only teams
        ("east-1", "n7", nominated("east-1", "case", "越级申报")),  # its union's union submits for it
    ):
        it.tell(unit, fact, fact.award, "once", it.clients[unit], reference)
    it.on("2023-11-02").tell("organ", nominated("organ", "case", "迟到的案例"), "case", "once", it.clients["organ"], "n8")


NOMINATIONS = {
    "n1": ("case", "once", "first", ROOT, "n1"),
    "n2": ("organisation", "once", "east", "east", "n2"),
    "n3": ("case", "once", "east", "east", "n3"),
    "n4": ("practice", "once", "second", ROOT, "n4"),
    "n5": ("practice", "once", "west", "west", "n5"),
}
"""Where each stands in the book of the city's union."""


def judging(it: Story) -> None:
    """On paper by one judge, in person before three; of these none is of the nominee's unit."""

    def score(name: str, judge: str, unit: str, round: str, *points: float) -> None:
        given = dict(zip(("novel", "constructive"), points, strict=False))
        it.tell(ROOT, ScoreGiven(judge_unit=unit, round=round, points=given, by=judge), *NOMINATIONS[name])

    it.on("2023-11-06")
    score("n1", "j-04", "first", "paper", 50, 50)  # of the nominee's own unit
    for name in ("n1", "n3"):
        score(name, "j-01", "organ", "paper", 40, 45)
    for name in ("n2", "n4", "n5"):
        score(name, "j-01", "organ", "paper")
    it.on("2023-11-09")
    for award in ("organisation", "case", "practice"):
        it.tell(ROOT, RoundClosed(award=award, period="once", round="paper", by="u-01"), award, "once")
    it.on("2023-11-13")
    for judge, unit, points in (("j-01", "organ", (42, 44)), ("j-02", "second", (45, 45)), ("j-03", "stationed", (48, 46))):
        score("n1", judge, unit, "defence", *points)
        score("n2", judge, unit, "defence")
    score("n3", "j-01", "organ", "defence", 30, 30)
    score("n3", "j-02", "second", "defence", 30, 30)  # a third one is wanting
    for judge, unit in (("j-01", "organ"), ("j-03", "stationed"), ("j-05", "works")):
        score("n4", judge, unit, "defence")
    it.on("2023-11-16")
    for award in ("organisation", "case", "practice"):
        it.tell(ROOT, RoundClosed(award=award, period="once", round="defence", by="u-01"), award, "once")
    it.on("2023-11-20")
    both = AwardDecided(award="case", period="once", winners=("~".join(NOMINATIONS["n1"]), "~".join(NOMINATIONS["n3"])), by="u-01")
    it.tell(ROOT, both, "case", "once")  # refused whole: one of them had two judges
    it.on("2023-11-21")
    for name in ("n1", "n2", "n4"):
        award, winner = NOMINATIONS[name][0], "~".join(NOMINATIONS[name])
        it.tell(
            ROOT, AwardDecided(award=award, period="once", winners=(winner,), notice="通报表彰", prize="奖牌", by="u-01"), award, "once"
        )
    it.on("2023-11-22").tell(ROOT, RecommendedUpward(reason="最优", by="u-01"), *NOMINATIONS["n1"])  # the plan recommends nobody


def last_returns(it: Story) -> None:
    """Due on 31 October, in P0.2, and counted in P0.3; then the judging of the year."""
    it.on("2023-10-30")
    for unit in RECIPIENTS:
        if unit != "private-2":
            it.tell(unit, filed(unit, "summary", "书面活动总结", form=PACK), "summary")
    it.on("2023-10-31")
    for unit in RECIPIENTS:
        if unit not in ("private-2", "works"):
            it.tell(unit, filed(unit, "award-material", "评优申报材料"), "award-material")
    it.tell("private-2", filed("private-2", "award-material", "无申报", nil=True), "award-material")
    it.on("2023-11-08").tell("private-2", filed("private-2", "summary", "书面活动总结", form=PACK), "summary")
    it.on("2023-11-29").tell(ROOT, filed(ROOT, "year-end", "年终总结评比"), "year-end")


def afterwards(it: Story) -> None:
    """A gap is accepted, and what was carried over is struck off."""
    it.on("2023-12-04").tell("works", GapAccepted(phase="P0.3", reason="本院不参加评优", by="wk-01"))
    it.on("2023-12-04").issue("stationed", "8", planned("stationed", "与邻近商场共用车位"))
    it.on("2023-12-06").issue("stationed", "8", done("stationed"))
    it.on("2023-12-07").issue("stationed", "8", checked("stationed"))


EXPECTED = {
    "P0.1": {
        "units": 14,
        "gaps": 1,  # private-2 never made a plan of its own
        "entered": 1,  # 1
        "filed": 19,  # ten plans of their own and that which first adopted, eight plans of implementation
        "late": 2,  # west-2's own plan and private-2's plan of implementation, on 6 April
        "missing": 1,  # private-2's own plan
        "rolling": 2,  # news of first and east
        "activities": 4,  # three launches; second's report in the paper of 30 March, told on 10 May
    },
    "P0.2": {
        "units": 14,
        "entered": 13,  # 2 to 12, where 6 was entered twice (by works, and by organ who took it) and 10 as well (10a, 10b)
        "defects": 2,  # 3 and 9
        "hazards": 4,  # 4, 5, and 6 in two books
        "received": 1,  # 6 by organ
        "handed_over": 1,  # 6 by works; 7 came back
        "merged": 1,  # 10b
        "voided": 1,  # 9
        "struck_off": 9,  # 1, 2, 3, 4, 5, 6 by organ, 7, 10a, 11
        "on_time": 7,  # all of these but 3 and 7
        "overdue": 3,  # 3 on 22 May, 7 on 31 July, 8 on 30 June
        "escalated": 2,  # 8 on 5 July, 7 on 3 August; 3 was rectified before the third day
        "returned": 1,  # 2, on 8 May
        "reopened": 1,  # 11, on 12 October
        "filed": 15,  # dispatches of April, May, June, July, October; reviews of two quarters; eight interim packs
        "late": 2,  # the dispatch of August, and works' interim pack
        "missing": 1,  # the dispatch of September
        "rolling": 3,  # news of second and east, the written report of east-1
        "ideas": 3,
        "adopted": 1,
        "nominations": 5,  # n1 to n5
        "activities": 7,
        "visits": 5,  # v1 to v5
        "surveyed": 270,  # 180 and 90
        "satisfied": 254,  # 171, and 83 after the correction
    },
    "P0.3": {
        "units": 14,
        "gaps": 1,  # works, as its head accepted
        "struck_off": 3,  # 11 again, 12, and 8 after it was carried over
        "on_time": 2,  # 11 within the clock that began anew, and 12
        "carried_over": 1,  # 8
        "filed": 19,  # eight summaries, eight times material for awards, year's end, dispatch of November, review of the last quarter
        "late": 1,  # private-2's summary
        "missing": 1,  # works' material for awards
        "rolling": 1,  # first's news of 15 November
        "awards": 3,  # one in each
    },
}
"""The figures of the city union's last statement of each phase that are not 0, worked out from the story above."""

EAST = {
    "units": 3,
    "entered": 2,  # 4 and 5
    "hazards": 2,
    "struck_off": 2,
    "on_time": 2,
    "filed": 1,  # its interim pack
    "rolling": 2,  # its news of July, the written report of east-1
    "ideas": 1,  # that of east-1, still open
    "nominations": 2,  # n2, and n3 for its hospital
    "visits": 2,  # v3 and v4
    "surveyed": 90,
    "satisfied": 83,
}
"""P0.2 of a district: itself and its two hospitals."""

PACKS = {
    "east": (
        # P0.1: launch, two returns, news, closed. P0.2 so far: news.
        {"units": 1, "filed": 2, "activities": 1, "rolling": 2},
        # With the statements of P0.1 of its two hospitals, each with a plan of its own; those of P0.2 have not come yet.
        {"units": 3, "filed": 4, "activities": 1, "rolling": 2},
    ),
    "first": (
        # P0.1: launch, its own plan and that of implementation, news, issue 1, closed. P0.2: both issues struck off, 2 was returned; one idea,
        # one activity, one visit. The survey comes later.
        {
            "units": 1,
            "entered": 2,
            "struck_off": 2,
            "on_time": 2,
            "filed": 2,
            "returned": 1,
            "rolling": 1,
            "ideas": 1,
            "adopted": 1,
            "activities": 2,
            "visits": 1,
        },
    )
    * 2,
}
"""What the interim packs of 28 and 29 August froze: of the unit itself, and with all below it."""

REFUSED = {
    "form-wrong": 1,  # a visit without what was seen
    "verifier-is-fixer": 1,
    "no-hazard": 1,  # a report on issue 2, which is a problem
    "obligation-unknown": 1,  # an interim pack before the notice that asks for it
    "return-not-waiting": 1,
    "nominee-kind": 1,
    "nominator-class": 1,
    "nominations-closed": 1,
    "judge-own-unit": 1,
    "judges-few": 1,
    "not-recommended": 1,
}


def events(it: Story) -> list[CloudEvent]:
    """All told events, in order."""
    return [each for day in sorted(it.days) for each in it.days[day]]


@pytest.fixture(scope="module")
def rehearsed() -> Told:
    """The same in memory."""
    return rehearse(story())


@pytest.fixture(scope="module")
def asked(rehearsed: Told) -> dict[str, str]:
    """By rule, where reporting says what became of an event that is refused."""
    refused = {each.fact.rule: each for each in rehearsed.recorded if isinstance(each.fact, Refused)}
    return {rule: f"/api/told/{each.told_id}?source={each.told_source}" for rule, each in refused.items()}


@pytest.fixture(scope="module")
def told(embedded: Embedded, tmp_path_factory: pytest.TempPathFactory, asked: dict[str, str]) -> Told:
    """The story through the running services."""
    more = ["/api/campaigns/qingdao-2023/summary", "/api/campaigns/qingdao-2023/kpis"]
    return run(story(), embedded, tmp_path_factory.mktemp("qingdao"), [*more, *asked.values()])


@pytest.mark.covers("P0", "P0.1", "P0.2", "P0.3", "A2", "C2", "C14", "D6")
@pytest.mark.parametrize("phase", EXPECTED)
def test_the_last_statement_of_the_city_union_says_what_the_story_told(told: Told, phase: str) -> None:
    assert told.statement(ROOT, phase) == EXPECTED[phase]


def test_a_districts_statement_adds_those_of_its_hospitals(told: Told) -> None:
    assert told.statement("east", "P0.2") == EAST


def test_the_story_is_the_same_in_memory(rehearsed: Told) -> None:
    assert {phase: rehearsed.statement(ROOT, phase) for phase in EXPECTED} == EXPECTED


def test_reporting_counts_what_the_ledger_states(told: Told) -> None:
    summary = told.answers["/api/campaigns/qingdao-2023/summary"]
    assert {each["code"]: _some(each["figures"]) for each in summary["phases"]} == EXPECTED
    [east] = [each for each in summary["units"] if each["unit"] == "east"]
    assert _some(east["phases"]["P0.2"]) == EAST
    assert told.answers["/api/campaigns/qingdao-2023/kpis"]["kpis"] == []  # this plan sets no figure to reach


@pytest.mark.covers("C10", "F7")
def test_what_breaks_a_rule_is_refused_and_whoever_told_it_can_ask_why(told: Told, asked: dict[str, str]) -> None:
    assert dict(told.refused()) == REFUSED
    for rule, path in asked.items():
        answer = told.answers[path]
        [only] = answer["answers"]
        assert (answer["state"], only["state"], only["rule"]) == ("refused", "refused", rule)
        assert only["reason"]["zh"]


@pytest.mark.covers("A6", "A5", "H1", "H17", "H16")
def test_every_unit_makes_its_own_plan_and_who_does_not_is_chased_and_closes_over_the_gap(told: Told) -> None:
    assert [
        (each.where.unit, each.fact.late) for each in _all(told, ObligationMet) if each.fact.obligation == "own-plan" and each.fact.late
    ] == [("west-2", True)]
    assert _units(told, ObligationMet, obligation="own-plan") == {unit.id for unit in UNITS} - {ROOT, "private-2"}
    [closed] = [fact for fact in told.facts(PhaseClosed, "private-2") if fact.phase == "P0.1"]
    assert closed.gap
    assert closed.gap.returns == ("own-plan",)
    # Ten working days after 31 March, since there is a level below that of private-2; the 5th is a holiday.
    assert _day(told, PhaseClosed, "private-2", phase="P0.1") == date(2023, 4, 17)
    chased = {(each.where.unit, each.fact.obligation, each.fact.period, each.fact.by) for each in _all(told, ReturnChased)}
    assert chased == {
        ("west-2", "own-plan", None, None),
        ("private-2", "own-plan", None, None),
        ("private-2", "implementation-plan", None, None),
        ("works", "interim-pack", None, None),
        ("works", "interim-pack", None, "u-02"),
        (ROOT, "dispatch", "2023-08", None),
        (ROOT, "dispatch", "2023-09", None),
        ("private-2", "summary", None, None),
        ("works", "award-material", None, None),
    }
    assert {fact.contact for fact in told.facts(ObligationOpened) if fact.recipient == ROOT} == {"u-02"}


@pytest.mark.covers("A4", "H3", "H4")
def test_what_is_due_on_31_october_belongs_to_the_phase_after(told: Told) -> None:
    opened = [each for each in _all(told, ObligationOpened) if each.fact.obligation in ("summary", "award-material")]
    assert len(opened) == 2 * len(RECIPIENTS)
    assert {(each.fact.phase, each.fact.due, each.accepted.date()) for each in opened} == {
        ("P0.3", date(2023, 10, 31), date(2023, 3, 31))  # the first moment of 1 April in China, in UTC
    }
    met = [each for each in _all(told, ObligationMet) if each.fact.obligation in ("summary", "award-material") and not each.fact.late]
    assert {(each.where.phase, each.fact.phase) for each in met} == {("P0.2", "P0.3")}
    assert told.statement("first", "P0.3") == {"units": 1, "filed": 2, "rolling": 1}


@pytest.mark.covers("A7", "H2")
def test_the_second_notice_reaches_every_book_and_adds_one_return(told: Told) -> None:
    assert {each.where.unit for each in _all(told, BookAmended)} == {unit.id for unit in UNITS}
    assert {(fact.plan_version, fact.tree_version) for fact in told.facts(BookAmended)} == {(2, 1)}
    packs = [each for each in _all(told, ObligationOpened) if each.fact.obligation == "interim-pack"]
    assert sorted(each.where.unit for each in packs) == sorted(RECIPIENTS)
    assert {(each.fact.phase, each.fact.due) for each in packs} == {("P0.2", date(2023, 8, 30))}
    assert {each.where.unit for each in _all(told, ObligationMet) if each.fact.obligation == "interim-pack" and each.fact.late} == {"works"}
    assert _units(told, ReturnMissing, obligation="interim-pack") == {"works"}
    assert [fact.nil for fact in told.facts(ObligationMet, "stationed") if fact.obligation == "interim-pack"] == [True]


@pytest.mark.covers("H2")
@pytest.mark.parametrize("unit", PACKS)
def test_the_interim_pack_freezes_the_figures_to_date_over_both_phases(told: Told, unit: str) -> None:
    [pack] = told.facts(PackFrozen, unit)
    assert (_some(pack.own.model_dump()), _some(pack.total.model_dump())) == PACKS[unit]


@pytest.mark.covers("H5", "H6", "A5")
def test_news_roll_and_the_city_reviews_by_month_and_quarter_without_holding_a_phase(told: Told) -> None:
    met = {(fact.obligation, fact.period, fact.phase, fact.late) for fact in told.facts(ObligationMet, ROOT) if fact.period}
    assert met == {
        ("dispatch", "2023-04", "P0.2", False),
        ("dispatch", "2023-05", "P0.2", False),
        ("dispatch", "2023-06", "P0.2", False),
        ("dispatch", "2023-07", "P0.2", False),
        ("dispatch", "2023-08", "P0.2", True),
        ("dispatch", "2023-10", "P0.2", False),
        ("dispatch", "2023-11", "P0.3", False),
        ("review", "2023-Q2", "P0.2", False),
        ("review", "2023-Q3", "P0.2", False),
        ("review", "2023-Q4", "P0.3", False),
    }
    assert {(fact.period, fact.due) for fact in told.facts(ReturnMissing, ROOT)} == {
        ("2023-08", date(2023, 9, 7)),
        ("2023-09", date(2023, 10, 11)),  # after the national holidays
    }
    # Nothing of it holds a phase: P0.2 closed at its end, and what came later is a supplement.
    assert _day(told, PhaseClosed, ROOT, phase="P0.2") == date(2023, 10, 31)
    assert [fact.revision for fact in told.facts(PhaseSupplemented, ROOT) if fact.phase == "P0.2"] == [2]


@pytest.mark.covers("A5")
def test_a_phase_is_held_for_a_return_until_its_owner_accepts_the_gap(told: Told) -> None:
    [held_for] = [fact.gap.returns for fact in told.facts(PhaseHeld, "works") if fact.phase == "P0.3"]
    assert held_for == ("award-material",)
    assert _day(told, PhaseClosed, "works", phase="P0.3") == _day(told, PhaseClosed, ROOT, phase="P0.3") == date(2023, 12, 4)
    # What second told in May of a day in March follows as a supplement, at each level.
    for unit in ("second", ROOT):
        [late] = [fact for fact in told.facts(PhaseSupplemented, unit) if fact.phase == "P0.1"]
        assert late.revision == 2


@pytest.mark.covers("B1", "E8", "I1")
def test_staff_and_leaders_take_the_patients_place(told: Told) -> None:
    visits = _all(told, VisitLogged)
    assert Counter(each.fact.form["scene"] for each in visits) == {"outpatient": 2, "window": 2, "ward": 1}
    assert Counter(each.fact.form["visitor"] for each in visits) == {"own-staff": 3, "invited": 2}
    leaders = {(each.where.unit, each.fact.by_unit, each.told_source) for each in visits if each.fact.activity == "leader-visit"}
    # The commission's organ has no hospital under it in the unions' line, but stands above second in that of the health administration.
    assert leaders == {("east-2", ROOT, ROOT), ("second", "organ", "organ")}
    [found] = [fact for fact in told.facts(IssueReported, "first") if fact.visit]
    assert found.channel == "outpatient-experience"


@pytest.mark.covers("E1", "E4", "C9", "C17", "C2", "D4", "C8", "C18", "B2", "B15")
def test_problems_defects_and_hazards_run_on_clocks_of_their_own(told: Told) -> None:
    entered = told.facts(IssueEntered)
    assert {(fact.nature, fact.lane, fact.priority) for fact in entered} == {
        ("problem", None, None),
        ("defect", "defect", 7),
        ("hazard", "hazard", 9),
    }
    assert {fact.channel for fact in entered} >= {"grumbling", "fault-finding", "task-force", "discussion"}
    overdue = {(each.where.unit, each.fact.due) for each in _all(told, IssueOverdue) if each.fact.clock == "fix"}
    assert overdue == {("second", date(2023, 5, 22)), ("private-1", date(2023, 7, 31)), ("stationed", date(2023, 6, 30))}
    assert {(each.where.unit, each.fact.to) for each in _all(told, IssueEscalated)} == {("private-1", ROOT), ("stationed", ROOT)}
    assert all(fact.evidence for fact in told.facts(RectificationDone))
    [carried] = told.facts(IssueCarriedOver)
    assert (carried.owner, carried.due) == ("st-01", date(2023, 12, 28))
    assert [fact.carried_over for fact in told.facts(IssueStruckOff, "stationed")] == [True]
    [again] = told.facts(IssueReopened)
    assert (again.cycle, again.plan_due, again.fix_due) == (2, date(2023, 10, 19), date(2023, 11, 9))


@pytest.mark.covers("E3", "H7", "J3")
def test_the_report_of_a_hazard_cleared_climbs_one_level_at_a_time_and_comes_back_the_same_way(told: Told) -> None:
    climbed = {
        unit: [(fact.revision, fact.unit, fact.level, fact.top) for fact in told.facts(HazardReportClimbed, unit)] for unit in HOSPITALS
    }
    assert climbed == {
        "east-1": [(1, "east", 1, False), (1, ROOT, 2, True)],
        "east-2": [(1, "east", 1, False), (2, "east", 1, False), (2, ROOT, 2, True)],
    }
    back = [(each.where.unit, each.fact.unit, each.fact.reason) for each in _all(told, HazardReportReturned)]
    assert back == [("east", ROOT, "请写明避免的损失"), ("east-2", "east", "市里退回，请补写")]
    assert [(each.where.unit, each.fact.due) for each in _all(told, HazardReportOverdue)] == [(ROOT, date(2023, 6, 2))]
    reports = told.facts(HazardReportFiled)
    assert all(set(fact.form or {}) == {"hazard", "measures", "loss-avoided", "social-impact"} for fact in reports)


@pytest.mark.covers("E2")
def test_what_a_unit_cannot_mend_goes_to_one_that_can_and_the_outcome_comes_back(told: Told) -> None:
    [completed] = told.facts(HandOverCompleted)
    assert completed.to == "organ"
    assert [(fact.unit, fact.accepted) for fact in told.facts(HandOverSettled, "works")] == [("organ", True)]
    assert [(fact.unit, fact.outcome) for fact in told.facts(HandOverOutcome, "works")] == [("organ", "struck-off")]
    assert [(fact.unit, fact.accepted, fact.reason) for fact in told.facts(HandOverSettled, "private-1")] == [
        ("second", False, "应由贵院先行申请")
    ]
    # The giver answers for it until it is taken: no measures within the one day of a hazard.
    assert [(fact.clock, fact.due) for fact in told.facts(IssueOverdue, "works")] == [("plan", date(2023, 6, 13))]
    [taken] = told.facts(IssueEntered, "organ")
    assert (taken.plan_due, taken.fix_due) == (date(2023, 6, 16), date(2023, 6, 25))
    assert told.statement("works", "P0.2") == {
        "units": 1,
        "entered": 1,
        "hazards": 1,
        "handed_over": 1,
        "late": 1,  # its interim pack
        "activities": 1,
    }


@pytest.mark.covers("F1", "B2", "K1", "G5")
def test_ideas_are_adopted_applied_and_looked_at_again(told: Told) -> None:
    assert [fact.holds for fact in told.facts(FollowThroughDone, "first")] == [True]
    assert [fact.reason for fact in told.facts(IdeaDeclined, "second")] == ["已在试行"]
    assert Counter(fact.offered_by for fact in told.facts(IdeaOffered)) == {"first-21": 1, None: 2}  # of three books, in no order
    assert [fact.title for fact in told.facts(PracticeShared)] == ["门诊陪检"]


@pytest.mark.covers("A11", "K5")
def test_units_hold_what_the_plan_names_and_keep_what_the_papers_wrote(told: Told) -> None:
    held_by = {(fact.activity, fact.on.month, fact.media) for fact in told.facts(ActivityHeld, "second")}
    assert held_by == {("role-play", 6, ()), ("publicity", 3, ("晚报三版",))}
    never = {"experience", "leader-visit"}  # these two are visits
    assert {fact.activity for fact in told.facts(ActivityHeld)} == {each.code for each in PLAN.activities} - never


@pytest.mark.covers("F3", "F4", "F5", "F6", "F7", "F9", "H4")
def test_awards_are_judged_on_paper_then_in_person_and_made_known_to_whoever_submitted(told: Told) -> None:
    # The nomination of the hospital that was submitted by its district goes by the hospital's name.
    [gathered] = [fact for fact in told.facts(NominationFiled, "east") if fact.award == "case"]
    assert gathered.unit == "east-1"
    defence = [each.fact for each in _all(told, ScoreCounted) if each.subject.endswith("~n1") and each.fact.round == "defence"]
    # 42 + 44, 45 + 45 and 48 + 46 points.
    assert (defence[-1].judges, defence[-1].mean, defence[-1].means) == (3, 90.0, {"novel": 45.0, "constructive": 45.0})
    received = {(each.where.unit, each.fact.award, each.fact.unit, each.fact.prize) for each in _all(told, AwardReceived)}
    assert received == {
        ("first", "case", ROOT, "奖牌"),
        ("east", "organisation", ROOT, "奖牌"),
        ("second", "practice", ROOT, "奖牌"),
    }
    assert [fact.notice for fact in told.facts(AwardDecided)] == ["通报表彰"] * 3


def _some(figures: dict[str, int]) -> dict[str, int]:
    """The figures that are not 0."""
    return {name: value for name, value in figures.items() if value}


def _all(told: Told, kind: type[Any]) -> list[Any]:
    """The recorded events of a type, with where they belong; in the order in which they were taken."""
    return sorted((each for each in told.recorded if isinstance(each.fact, kind)), key=lambda each: each.accepted)


def _with(told: Told, kind: type[Any], **values: Any) -> list[Any]:
    return [each for each in _all(told, kind) if all(getattr(each.fact, name) == value for name, value in values.items())]


def _units(told: Told, kind: type[Any], **values: Any) -> set[str]:
    """The units of whose books a fact with these values was recorded."""
    return {each.where.unit for each in _with(told, kind, **values)}


def _day(told: Told, kind: type[Any], unit: str, **values: Any) -> date:
    """The day in China that the only fact with these values goes by."""
    [only] = [each for each in _with(told, kind, **values) if each.where.unit == unit]
    return local_date(only.accepted)
