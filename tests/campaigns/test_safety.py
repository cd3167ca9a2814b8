"""A sixth plan, of another field: safety at work in a county, from October 2024 to June 2025, told day by day.

It runs by its plan alone, and shows what the five health campaigns do not need (L1 to L15).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from deploy.embedded.embedded import Embedded
from shared.events.activity import ActivityHeld
from shared.events.award import AwardDecided, RoundClosed
from shared.events.extension import ExtensionGranted, ExtensionRequested
from shared.events.fact import Fact
from shared.events.hand_over import HandOverAcknowledged, HandOverCompleted, HandOverDeclined, IssueHandedOver
from shared.events.hazard import HazardReportAcknowledged, HazardReportClimbed, HazardReportFiled, HazardReportOverdue
from shared.events.idea import FollowThroughDone, IdeaAdopted, IdeaApplied, IdeaOffered
from shared.events.indicator import MeasureTold, SurveyHeld
from shared.events.issue import (
    CarriedIn,
    Fixed,
    FollowUpSet,
    IssueAssigned,
    IssueCarriedOver,
    IssueEntered,
    IssueOverdue,
    IssueReported,
    IssueStruckOff,
    MeasuresPlanned,
    Milestone,
    MilestoneReached,
    RectificationDone,
    RectificationReturned,
    RectificationVerified,
)
from shared.events.lateness import LateTellingAccepted, OverdueWithdrawn
from shared.events.leaving import IssueMerged, IssueVoided
from shared.events.light import LightActTaken, LightSet
from shared.events.nomination import (
    AwardReceived,
    NominationFiled,
    NominationPassedOn,
    NominationRecommended,
    RecommendedUpward,
    ScoreGiven,
)
from shared.events.phase import GapAccepted, PhaseClosed, PhaseExtended
from shared.events.reporter import ComplaintReplied, ReporterAnswered, ReporterRewarded
from shared.events.returns import (
    ObligationMet,
    ObligationMoved,
    ObligationOpened,
    ReturnAccepted,
    ReturnFiled,
    ReturnMissing,
    ReturnSentBack,
)
from shared.events.roles import RoleGiven
from shared.events.self_check import SelfCheckAnswered
from shared.events.strike_off import IssueReopened, LookBackDone, ObjectionDecided, ObjectionRaised, StrikeOffPublished
from shared.events.supervision import NextReviewSet, ReviewDone, SupervisionLifted, SupervisionOrdered
from shared.events.unit_plan import UnitPlanAdopted
from shared.events.visit import ContactPointNamed, VisitLogged
from shared.events.watch_topic import WatchAnswered
from tests.campaigns.story import Story, Told, files, rehearse, run

ROOT = "county"
BUREAUS, TOWNSHIPS = ("emergency", "resources", "education"), ("north", "south")
CHEMICAL, MINES, SCHOOLS = ("chem-1", "chem-2", "chem-3"), ("mine-1", "mine-2", "mine-3"), ("school-1", "school-2", "school-3")
SITES = (*CHEMICAL, *MINES, *SCHOOLS)
BELOW = (*BUREAUS, *TOWNSHIPS, *SITES)
LAZY = "mine-3"
"""It makes a plan of its own in October, and then does nothing that it is asked for."""
BUSY = tuple(unit for unit in BELOW if unit != LAZY)
TARGETS = {
    **dict.fromkeys(("chem-1", "chem-3"), (1, 2, 3, 9, 10)),
    "chem-2": (1, 2, 9, 10),
    **dict.fromkeys(("mine-1", "mine-2"), (4, 5, 6, 9, 10)),
    **dict.fromkeys(SCHOOLS, (7, 8, 9, 10)),
}
ABOVE = {unit.id: unit.parent or "" for unit in files("mine-safety-2024")[1]}
PERSONS = {unit.id: (unit.responsible or "").removesuffix("01") for unit in files("mine-safety-2024")[1]}
API = "/api/campaigns/mine-safety-2024"


def who(unit: str, number: int) -> str:
    """A person of a unit: 1 is responsible, 2 owns, 3 rectifies, 8 and 9 are experts who check; what others are, stands where they act."""
    return f"{PERSONS[unit]}{number:02}"


def reported(text: str, category: str, channel: str, **more: Any) -> IssueReported:
    return IssueReported(text=text, category=category, channel=channel, **more)


def assigned(unit: str) -> IssueAssigned:
    return IssueAssigned(owner=who(unit, 2), by=who(unit, 1))


def planned(unit: str, measures: str, **more: Any) -> MeasuresPlanned:
    return MeasuresPlanned(measures=measures, standard="现场复核合格", by=who(unit, 2), **more)


def done(unit: str, result: str) -> RectificationDone:
    return RectificationDone(result=result, evidence=("整改后.jpg",), by=who(unit, 3))


def checked(unit: str, expert: int = 9) -> RectificationVerified:
    return RectificationVerified(effect="经核查已消除", by=who(unit, expert))


def checked_above(unit: str, person: int) -> RectificationVerified:
    return RectificationVerified(effect="经上级核查已消除", by=who(unit, person), by_unit=unit)


def story() -> tuple[Story, dict[str, str]]:
    """All that is told, and the ids of some tellings by what they are."""
    plan, units = files("mine-safety-2024")
    it, ids = Story(plan, units), dict[str, str]()
    launch(it)
    returns(it)
    search(it)
    major_hazard(it)
    handed_over(it)
    late_facts_and_extensions(it)
    lights_and_scores(it)
    held(it, ids)
    awards(it)
    rest(it, ids)
    return it, ids


def launch(it: Story) -> None:
    """S1, October."""
    it.on("2024-10-08")
    for unit in (*SITES, *TOWNSHIPS):
        for number, role in ((2, "safety-officer"), (3, "safety-officer"), (8, "expert"), (9, "expert")):
            it.tell(unit, RoleGiven(person=who(unit, number), role=role, by=who(unit, 1)))
    for number in (5, 6, 7):
        it.tell(ROOT, RoleGiven(person=who(ROOT, number), role="county-leader", by=who(ROOT, 1)))
    it.on("2024-10-15")
    for unit in (ROOT, *BELOW):
        hold_activity(it, unit, "launch", "动员会")
        if unit != LAZY:
            hold_activity(it, unit, "emergency-training", "应急培训与考试", attendance=20, tested=20, passed=18)
    it.on("2024-10-16")
    for unit in BELOW:
        if unit != "school-3":
            own_plan(it, unit)
    it.on("2024-10-28")
    own_plan(it, "school-3")
    it.on("2024-11-04").tell(LAZY, GapAccepted(phase="S1", reason="培训与应急演练合并进行", by=who(LAZY, 1)))


def hold_activity(it: Story, unit: str, activity: str, text: str, **more: Any) -> None:
    held = ActivityHeld(activity=activity, on=it.today, text=text, by=who(unit, 1), **more)
    it.tell(unit, held, it.clients[unit], f"{unit}-{activity}")


def own_plan(it: Story, unit: str) -> None:
    it.tell(unit, UnitPlanAdopted(version=1, title="隐患排查整治方案", measures="排查、整治、回头看", by=who(unit, 1)), "own")


def file(it: Story, unit: str, obligation: str, period: str | None = None, **more: Any) -> None:
    filed = ReturnFiled(obligation=obligation, title="报送材料", period=period, by=who(unit, 2 if unit in SITES else 1), **more)
    it.tell(unit, filed, obligation, *([period] if period else []))


def accept(it: Story, unit: str, obligation: str) -> None:
    above = ABOVE[unit]
    it.tell(unit, ReturnAccepted(obligation=obligation, by=who(above, 1), by_unit=above), obligation, by=None if above != ROOT else ROOT)


def returns(it: Story) -> None:
    """What is owed again and again, and the returns of each phase."""
    it.on("2024-11-08")
    for unit in (*BUREAUS, *TOWNSHIPS):
        if unit != "resources":
            file(it, unit, "launch-photo")
    it.on("2024-11-12")
    file(it, "resources", "launch-photo")
    friday = date(2024, 11, 1)
    for number in range(12):  # W44 to W03; the last is cut short by the end of the phase
        year, week, _ = friday.isocalendar()
        it.on(str(min(friday, date(2025, 1, 15))))
        for unit in (*CHEMICAL, "mine-1", "mine-2"):
            if (unit, number) != ("mine-2", 6):
                file(it, unit, "duty-report", f"{year}-W{week:02}", nil=True)
        friday += timedelta(7)
    it.on("2024-12-17")
    file(it, "mine-2", "duty-report", "2024-W50", nil=True)
    for last in ("2024-11-30", "2024-12-31", "2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31", "2025-06-30"):
        it.on(last)
        for unit in BUSY:
            file(it, unit, "monthly-figures", last[:7])
    cases(it, "2024-12-20", "2024-Q4", ("emergency", "resources"), "accident", "accident", "near-miss")
    cases(it, "2024-12-20", "2024-Q4", ("north",), "accident", "accident", "accident")
    file(it, "education", "warning-cases", "2024-Q4", nil=True)
    cases(it, "2024-12-23", "2024-Q4", ("education",), "accident", "accident", "near-miss")
    cases(it, "2025-01-10", "2024-Q4", ("north",), "near-miss")
    cases(it, "2025-03-20", "2025-Q1", (*BUREAUS, *TOWNSHIPS), "accident", "near-miss", "near-miss")
    cases(it, "2025-06-20", "2025-Q2", (*BUREAUS, *TOWNSHIPS), "accident", "near-miss", "near-miss")
    hazard_lists(it)
    for day, period in (("2025-02-28", "2025-02"), ("2025-04-25", "2025-04")):
        it.on(day)
        for unit in SITES:
            if unit != LAZY:
                file(it, unit, "drill-record", period)
    # The phase was extended for this unit, so another period began in it.
    it.on("2025-05-12")
    file(it, "mine-2", "drill-record", "2025-06")
    it.on("2025-03-18")
    for unit in (ROOT, *BUSY):
        hold_activity(it, unit, "drill", "应急演练")
    removal_reports(it)
    it.on("2025-06-27")
    for unit in (ROOT, *BUSY):
        file(it, unit, "final-report")


def cases(it: Story, day: str, period: str, units: Sequence[str], *kinds: str) -> None:
    it.on(day)
    for unit in units:
        for kind in kinds:
            file(it, unit, "warning-cases", period, item_kind=kind)


def hazard_lists(it: Story) -> None:
    """Due on 8 January, a week before the search ends; missing three working days later."""
    it.on("2025-01-03")
    file(it, "chem-1", "hazard-list")
    it.on("2025-01-06")
    sent_back = ReturnSentBack(obligation="hazard-list", reason="未附整改时限", by=who("south", 1), by_unit="south")
    it.tell("chem-1", sent_back, "hazard-list")
    it.tell("school-2", PhaseExtended(phase="S2", until=date(2025, 1, 24), reason="校舍改造", by=who("south", 1), by_unit="south"))
    for unit in ("chem-3", "mine-2", "school-1"):
        file(it, unit, "hazard-list")
    file(it, "school-3", "hazard-list", nil=True)
    it.on("2025-01-07")
    file(it, "chem-1", "hazard-list")
    for unit in ("chem-3", "mine-2", "school-1", "school-3"):
        accept(it, unit, "hazard-list")
    it.on("2025-01-08")
    file(it, "mine-1", "hazard-list")
    it.on("2025-01-09")
    accept(it, "chem-1", "hazard-list")
    file(it, "chem-2", "hazard-list")
    it.on("2025-01-10")
    accept(it, "chem-2", "hazard-list")
    it.on("2025-01-16")
    file(it, "school-2", "hazard-list")
    it.on("2025-01-17")
    accept(it, "school-2", "hazard-list")
    accept(it, "mine-1", "hazard-list")


def removal_reports(it: Story) -> None:
    """Due with the end of the phase on 30 April, for mine-2 on 9 May; missing two working days later."""
    it.on("2025-04-28")
    for unit in BUSY:
        if unit not in ("school-1", "mine-2"):
            file(it, unit, "removal-report")
    it.tell("mine-2", PhaseExtended(phase="S3", until=date(2025, 5, 9), reason="设备到货推迟", by=who("north", 1), by_unit="north"))
    it.on("2025-04-29")
    for unit in BUSY:
        if unit not in ("school-1", "mine-2"):
            accept(it, unit, "removal-report")
    it.on("2025-05-06")
    file(it, "school-1", "removal-report")
    it.on("2025-05-07")
    accept(it, "school-1", "removal-report")
    it.on("2025-05-08")
    file(it, "mine-2", "removal-report")
    it.on("2025-05-09")
    accept(it, "mine-2", "removal-report")


def search(it: Story) -> None:
    """S2: self-check, watch topics, visits, and what they find."""
    it.on("2024-12-02")
    for unit, numbers in TARGETS.items():
        for number in numbers:
            falls_short = (unit, number) == ("mine-2", 5)
            finding = "风量每两月才测一次" if falls_short else None
            it.tell(unit, SelfCheckAnswered(target=number, conforms=not falls_short, finding=finding, by=who(unit, 2)), str(number))
    for unit in TARGETS:
        for watch in ("overload", "contractors", *(["kitchen-gas"] if unit in SCHOOLS else [])):
            found = (unit, watch) == ("mine-2", "overload")
            issue = "mine-safety-2024/mine-2/issue/self-check~5" if found else None
            it.tell(unit, WatchAnswered(watch=watch, found=found, issue=issue, prevention="每班清点", by=who(unit, 2)), watch)
    # More time for what the self-check found, granted after the two working days for deciding.
    it.on("2024-12-03").tell("mine-2", assigned("mine-2"), "self-check", "5")
    it.on("2024-12-05").tell("mine-2", planned("mine-2", "按月测风并记录"), "self-check", "5")
    it.on("2024-12-16")
    asked = ExtensionRequested(until=date(2025, 1, 10), reason="测风仪送检", by=who("mine-2", 2))
    it.tell("mine-2", asked, "self-check", "5")
    it.on("2024-12-19").tell("mine-2", ExtensionGranted(by=who("north", 1), by_unit="north"), "self-check", "5")
    it.on("2025-01-06").tell("mine-2", done("mine-2", "已按月测风"), "self-check", "5")
    it.on("2025-01-08").tell("mine-2", checked("mine-2"), "self-check", "5")
    # Kitchens: at once, within two days of which the first is that of the report.
    it.on("2024-11-20")
    it.issue("school-1", "k1", reported("燃气软管老化", "food", "inspection", nature="hazard"), assigned("school-1"))
    it.issue("school-1", "k1", planned("school-1", "当日更换"), done("school-1", "已更换金属软管"))
    it.on("2024-11-21").issue("school-1", "k1", checked("school-1"))
    form = {"place": "食堂灶间", "measures": "更换软管", "cost": "800", "removed-on": "2024-11-20"}
    it.tell("school-1", HazardReportFiled(form=form, by=who("school-1", 2)), it.clients["school-1"], "k1")
    file(it, "school-1", "hazard-report", "rolling", form=form)
    it.on("2024-11-25")
    raised = HazardReportAcknowledged(by=who("education", 1))
    it.tell("education", raised, "below", "school-1", "north", "k1")
    it.on("2024-11-26").tell(ROOT, HazardReportAcknowledged(by=who(ROOT, 1)), "below", "school-1", "north", "k1")
    it.on("2024-12-03")
    visit = VisitLogged(activity="covert-inspection", on=it.today, visitor="co-05", covert=True, by=who(ROOT, 6), by_unit=ROOT)
    inspection = it.tell("school-2", visit, ROOT, "covert-1", by=ROOT)
    it.on("2024-12-03")
    it.issue("school-2", "k2", reported("留样不足", "food", "covert-inspection", nature="hazard", visit=inspection), assigned("school-2"))
    it.on("2024-12-04").issue("school-2", "k2", planned("school-2", "配备留样盒"), done("school-2", "留样已达标"))
    it.on("2024-12-05").issue("school-2", "k2", checked("school-2"))
    it.on("2024-11-18")
    leader = VisitLogged(
        activity="leader-visit", on=it.today, form={"problems": "夜班值守不足"}, visitor="co-05", by=who(ROOT, 5), by_unit=ROOT
    )
    it.tell("chem-3", ContactPointNamed(leader="co-05", unit=ROOT, by=who(ROOT, 1), by_unit=ROOT), by=ROOT)
    it.tell("chem-3", leader, ROOT, "leader-1", by=ROOT)
    experts = VisitLogged(activity="expert-check", on=it.today, by=who("resources", 1), by_unit="resources")
    it.tell("mine-1", experts, ROOT, "experts-1", by=ROOT)
    it.on("2024-11-19")
    hold_activity(it, "mine-1", "box-opening", "开箱", slips=3, witness=who("mine-1", 3))
    hold_activity(it, "school-1", "warning-film", "观看警示片", attendance=30)
    hold_activity(it, "education", "publicity", "校园安全宣传")


def major_hazard(it: Story) -> None:
    """One major hazard through all that its grade asks for, twice."""
    it.on("2024-11-12")
    it.issue("chem-1", "m1", reported("储罐联锁被旁路", "chemicals", "expert-check", nature="hazard", grade="major"), assigned("chem-1"))
    # Without what a major hazard's measures must say.
    it.issue("chem-1", "m1", planned("chem-1", "恢复联锁"))
    full = planned(
        "chem-1",
        "恢复联锁并更换液位报警",
        analysis="检修后未恢复，交接无记录",
        funds=30_000_000,
        emergency_plan="降液位运行，专人值守",
        guard="人工双岗监测",
        milestones=(Milestone(name="恢复联锁", due=date(2024, 11, 29)), Milestone(name="更换报警", due=date(2024, 12, 20))),
    )
    it.on("2024-11-14").issue("chem-1", "m1", full)
    it.on("2024-11-18").issue("chem-1", "m1", SupervisionOrdered(reason="重大隐患", by=who(ROOT, 1), by_unit=ROOT), by=ROOT)
    it.on("2024-11-28").issue("chem-1", "m1", MilestoneReached(name="恢复联锁", by=who("chem-1", 2)))
    it.on("2024-12-23").issue("chem-1", "m1", MilestoneReached(name="更换报警", by=who("chem-1", 2)))
    it.on("2024-12-24").issue("chem-1", "m1", done("chem-1", "联锁投用，报警更换"))
    it.on("2024-12-25").issue("chem-1", "m1", checked("chem-1", 9), checked("chem-1", 8))
    it.on("2024-12-26").issue("chem-1", "m1", checked_above("south", 5))
    it.on("2024-12-30")
    it.issue("chem-1", "m1", ObjectionRaised(reason="二号罐未测试", by=who("emergency", 5), by_unit="emergency"), by=ROOT)
    it.on("2024-12-31").issue("chem-1", "m1", ObjectionDecided(upheld=True, reason="属实", by=who("south", 1), by_unit="south"))
    it.on("2025-01-03").issue("chem-1", "m1", done("chem-1", "二号罐已测试"))
    it.on("2025-01-06").issue("chem-1", "m1", checked("chem-1", 9))
    it.on("2025-01-07").issue("chem-1", "m1", checked_above(ROOT, 6), by=ROOT)
    it.on("2025-01-09").issue("chem-1", "m1", ObjectionRaised(reason="未见检测报告", by=who("south", 7), by_unit="south"))
    it.on("2025-01-10").issue("chem-1", "m1", ObjectionDecided(upheld=False, reason="报告已附", by=who(ROOT, 1), by_unit=ROOT), by=ROOT)
    it.on("2025-01-20").issue("chem-1", "m1", SupervisionLifted(reason="已销号", by=who(ROOT, 1), by_unit=ROOT), by=ROOT)
    look_back = LookBackDone(holds=False, finding="联锁又被旁路", by=who("south", 8), by_unit="south")
    it.on("2025-03-10").issue("chem-1", "m1", look_back)
    it.on("2025-03-11").issue("chem-1", "m1", full.model_copy(update={"milestones": (Milestone(name="铅封", due=date(2025, 4, 1)),)}))
    it.on("2025-04-01").issue("chem-1", "m1", MilestoneReached(name="铅封", by=who("chem-1", 2)), done("chem-1", "联锁铅封，钥匙上收"))
    it.on("2025-04-02").issue("chem-1", "m1", checked("chem-1", 9))
    it.on("2025-04-03").issue("chem-1", "m1", checked_above(ROOT, 6), by=ROOT)
    # Whoever verified it does not look back at it.
    it.on("2025-06-05").issue("chem-1", "m1", LookBackDone(holds=True, finding="有效", by=who("chem-1", 9)))
    it.on("2025-06-09").issue("chem-1", "m1", LookBackDone(holds=True, finding="有效", by=who(ROOT, 7), by_unit=ROOT), by=ROOT)


def handed_over(it: Story) -> None:
    """Two reports by one person who stays unknown: one is handed over and taken, one comes back."""
    it.on("2024-11-11")
    unknown = {"nature": "hazard", "reporter": "wk-77", "anonymous": True}
    it.issue("south", "h1", reported("涂料厂仓库堵塞消防通道", "fire", "hotline", **unknown))
    it.on("2024-11-12").issue("south", "h1", IssueHandedOver(to="chem-2", reason="属该厂", by=who("south", 1)))
    it.on("2024-11-14")
    there = ("handover", "south", "1", "south", "h1")
    it.tell("chem-2", HandOverAcknowledged(owner=who("chem-2", 2), by=who("chem-2", 1)), *there)
    it.on("2024-11-18").tell("chem-2", planned("chem-2", "清空通道并划线"), *there)
    it.on("2024-11-21").tell("chem-2", done("chem-2", "通道已清空"), *there)
    it.on("2024-11-22").tell("chem-2", checked("chem-2"), *there)
    it.on("2024-11-25").tell("chem-2", ReporterAnswered(text="通道已清空，谢谢举报", by=who("chem-2", 1)), *there)
    it.on("2024-11-26").issue("south", "h1", ReporterRewarded(what="奖励500元", by=who("south", 1)))
    it.on("2024-12-09").issue("north", "h2", reported("外来车辆夜间装卸", "management", "hotline", **unknown))
    it.on("2024-12-10").issue("north", "h2", IssueHandedOver(to="mine-2", reason="在矿门口", by=who("north", 1)))
    it.on("2024-12-11")
    it.tell("mine-2", HandOverDeclined(reason="是乡道，不归本矿", by=who("mine-2", 1)), "handover", "north", "1", "north", "h2")
    it.on("2024-12-12").issue("north", "h2", assigned("north"), planned("north", "设禁停标志"))
    it.on("2024-12-13").issue("north", "h2", ReporterAnswered(text="已设标志", by=who("north", 1)))
    it.on("2024-12-18").issue("north", "h2", done("north", "已设标志并巡查"))
    it.on("2024-12-20").issue("north", "h2", checked("north"))


def late_facts_and_extensions(it: Story) -> None:
    """On 16 January, the day after the search ended: at mine-1 it is held still, at chem-1 it has closed."""
    it.on("2025-01-16")
    it.issue("mine-1", "n1", reported("绞车钢丝绳断丝", "mining", "worker", nature="hazard"), assigned("mine-1"))
    it.issue("chem-1", "n2", reported("灭火器过期", "fire", "self-check"), assigned("chem-1"))
    it.on("2025-01-20").issue("mine-1", "n1", planned("mine-1", "换绳"))
    it.issue("chem-1", "n2", planned("chem-1", "全部更换"))
    it.on("2025-02-06").issue("chem-1", "n2", done("chem-1", "已更换"))
    it.on("2025-02-07").issue("chem-1", "n2", checked("chem-1"))
    it.on("2025-02-10").issue("mine-1", "n1", done("mine-1", "已换新绳"))
    it.on("2025-02-11").issue("mine-1", "n1", checked("mine-1"))


def lights_and_scores(it: Story) -> None:
    """What is overdue month after month, what a person sets, and what costs points."""
    # Checked on its last day, 16 December; told two days later, which counts.
    it.on("2024-11-25").issue("chem-2", "w1", reported("作业票代签", "management", "worker"), assigned("chem-2"))
    it.on("2024-11-27").issue("chem-2", "w1", planned("chem-2", "作业票现场签"))
    it.on("2024-12-12").issue("chem-2", "w1", done("chem-2", "已改为现场签"))
    it.on("2024-12-18").issue("chem-2", "w1", checked("chem-2"), happened="2024-12-16T16:00:00+08:00")
    for reference, days in (
        ("l1", ("2025-02-10", "2025-02-12", "2025-03-10", "2025-03-11")),
        ("l2", ("2025-03-11", "2025-03-13", "2025-04-03", "2025-04-07")),
    ):
        it.on(days[0]).issue("mine-2", reference, reported("巷道支护变形", "mining", "self-check"), assigned("mine-2"))
        it.on(days[1]).issue("mine-2", reference, planned("mine-2", "补打锚杆"))
        it.on(days[2]).issue("mine-2", reference, done("mine-2", "已补打"))
        it.on(days[3]).issue("mine-2", reference, checked("mine-2"))
    it.on("2025-04-21")
    taken = LightActTaken(light="overdue", month="2025-04", act="reminder", text="约见矿长", by=who("north", 1), by_unit="north")
    it.tell("mine-2", taken, "overdue", "2025-04")
    for month in ("2025-02", "2025-03", "2025-04"):
        red = LightSet(light="overdue", month=month, colour="red", reason="拒不配合检查", by=who(ROOT, 1), by_unit=ROOT)
        it.on(f"{month}-28").tell("chem-3", red, "overdue", month, by=ROOT)
    it.on("2025-02-17")
    for reference in ("x1", "x2", "x3"):
        it.issue(LAZY, reference, reported("爆破警戒不足", "mining", "inspection"))
    it.on("2025-05-19")
    for reference in ("x1", "x2", "x3"):
        it.issue(LAZY, reference, assigned(LAZY), planned(LAZY, "设警戒"), done(LAZY, "警戒已设"))
    it.on("2025-05-20")
    for reference in ("x1", "x2", "x3"):
        it.issue(LAZY, reference, checked(LAZY))
    it.on("2025-06-10").issue("chem-3", "c1", reported("气瓶混放", "chemicals", "inspection"), assigned("chem-3"))
    it.on("2025-06-12").issue("chem-3", "c1", planned("chem-3", "分库存放"))
    it.on("2025-07-01")
    it.issue("chem-3", "c1", FollowUpSet(due=date(2025, 7, 4), owner=who("chem-3", 2), by=who("chem-3", 1)))
    it.on("2025-07-07").issue("chem-3", "c1", done("chem-3", "已分库"))
    it.on("2025-07-08").issue("chem-3", "c1", checked("chem-3"))


def held(it: Story, ids: dict[str, str]) -> None:
    """What comes too early is held for three days."""
    it.on("2025-03-03").issue("school-3", "o1", reported("疏散标志缺失", "fire", "self-check", owner=who("school-3", 2)))
    it.on("2025-03-05").issue("school-3", "o1", done("school-3", "标志已补"))
    ids["released"] = it.last
    it.on("2025-03-06").issue("school-3", "o1", planned("school-3", "补齐标志"))
    it.on("2025-03-07").issue("school-3", "o1", checked("school-3"))
    it.on("2025-03-12").issue("school-3", "o2", done("school-3", "已改"))
    ids["expired"] = it.last


def awards(it: Story) -> None:
    """Whoever raised a hazard, and the model site."""
    it.on("2024-12-16")
    raised = NominationFiled(award="whistle", period="2024-12", nominee="person", person="mi1-04", title="发现断绳", by=who("mine-1", 1))
    it.tell("mine-1", raised, "whistle", "2024-12", "north", "n1")
    it.on("2024-12-18").tell("north", NominationPassedOn(by=who("north", 1)), "whistle", "2024-12", "mine-1", "north", "n1")
    it.on("2024-12-20")
    score = ScoreGiven(judge_unit=ROOT, round="review", by=who(ROOT, 5))
    it.tell(ROOT, score, "whistle", "2024-12", "mine-1", "north", "n1")
    it.on("2025-01-03").tell(ROOT, RoundClosed(award="whistle", period="2024-12", round="review", by=who(ROOT, 1)), "whistle", "2024-12")
    winner = ("whistle~2024-12~mine-1~north~n1",)
    it.tell(ROOT, AwardDecided(award="whistle", period="2024-12", winners=winner, prize="1000元", by=who(ROOT, 1)), "whistle", "2024-12")
    it.on("2025-06-03")
    model = NominationFiled(award="model-site", period="once", nominee="team", title="本质安全", by=who("chem-1", 1))
    it.tell("chem-1", model, "model-site", "once", "south", "n2")
    there = ("model-site", "once", "chem-1", "south", "n2")
    it.on("2025-06-05").tell("south", NominationPassedOn(by=who("south", 1)), *there)
    for day, round, judges in (("2025-06-17", "paper", (5, 6)), ("2025-06-19", "site", (5, 6, 7))):
        it.on(day)
        for judge in judges:
            points = {"removal": 55.0, "system": 30.0 + judge}
            it.tell(ROOT, ScoreGiven(judge_unit=ROOT, round=round, points=points, by=who(ROOT, judge)), *there)
        passes = ("~".join(there),) if round == "paper" else ()
        closed = RoundClosed(award="model-site", period="once", round=round, passes=passes, by=who(ROOT, 1))
        it.tell(ROOT, closed, "model-site", "once")
    it.on("2025-06-20")
    decided = AwardDecided(award="model-site", period="once", winners=("~".join(there),), notice="全县通报", by=who(ROOT, 1))
    it.tell(ROOT, decided, "model-site", "once")
    it.on("2025-06-23").tell(ROOT, RecommendedUpward(reason="整治实效突出", by=who(ROOT, 1)), *there)


def rest(it: Story, ids: dict[str, str]) -> None:
    """Items without an end, what is carried in, what leaves otherwise, ideas, figures."""
    it.on("2024-11-26")
    standing = reported("食堂从业人员流动大，须常抓培训", "management", "self-check", standing=True)
    it.issue("school-1", "s1", standing, assigned("school-1"))
    it.on("2024-11-27").issue("school-1", "s1", planned("school-1", "每月培训"))
    it.on("2024-12-04").issue("school-1", "s1", done("school-1", "已培训"))
    ids["standing"] = it.last
    it.on("2025-02-20").issue("school-1", "s1", ReviewDone(text="培训两期", by=who("school-1", 2)))
    it.on("2025-05-26").issue("school-1", "s1", ReviewDone(text="培训五期", by=who("school-1", 2)))
    it.on("2024-11-04")
    before = CarriedIn(campaign="flood-check-2024", reference="17")
    it.issue("mine-1", "ci1", reported("排水泵备用不足", "mining", "carried-in", nature="defect", carried_in=before), assigned("mine-1"))
    it.on("2024-11-06").issue("mine-1", "ci1", planned("mine-1", "增配备用泵"))
    it.on("2024-11-15").issue("mine-1", "ci1", done("mine-1", "已到位"))
    it.on("2024-11-18").issue("mine-1", "ci1", checked("mine-1"))
    it.on("2024-12-10")
    it.issue("chem-3", "v1", reported("误报气味", "chemicals", "worker"))
    it.issue("chem-3", "g1", reported("气瓶无防倒链", "chemicals", "self-check"))
    it.issue("chem-3", "g2", reported("气瓶库无防倒链", "chemicals", "worker"), assigned("chem-3"))
    it.on("2024-12-11").issue("chem-3", "v1", IssueVoided(reason="检测无泄漏", by=who("chem-3", 1)))
    into = f"mine-safety-2024/chem-3/issue/{it.clients['chem-3']}~g2"
    it.issue("chem-3", "g1", IssueMerged(into=into, reason="同一问题", by=who("chem-3", 1)))
    it.on("2024-12-12").issue("chem-3", "g2", planned("chem-3", "装防倒链"))
    it.on("2024-12-20").issue("chem-3", "g2", done("chem-3", "已装"))
    it.on("2024-12-23").issue("chem-3", "g2", RectificationReturned(reason="缺两处", by=who("chem-3", 9)))
    it.on("2024-12-26").issue("chem-3", "g2", done("chem-3", "已补装"))
    it.on("2024-12-27").issue("chem-3", "g2", checked("chem-3"))
    # In one breath it says no standard by which it is accepted.
    it.on("2024-11-27")
    at_once = Fixed(measures="当场清理", result="已清理", by=who("mine-1", 3))
    it.issue("mine-1", "f1", reported("通道有杂物", "fire", "self-check", fixed=at_once))
    ids["no-standard"] = it.last
    it.on("2024-11-22")
    it.tell("mine-1", IdeaOffered(text="皮带加急停拉绳", category="mining", channel="worker", offered_by="mi1-07"), "north", "i1")
    it.on("2024-11-26").tell("mine-1", IdeaAdopted(measure="加装拉绳", owner=who("mine-1", 2), by=who("mine-1", 1)), "north", "i1")
    it.on("2024-12-06").tell("mine-1", IdeaApplied(result="已加装", by=who("mine-1", 3)), "north", "i1")
    it.on("2025-01-09").tell("mine-1", FollowThroughDone(holds=True, effect="有效", by=who("mine-1", 9)), "north", "i1")
    for day, satisfied in (("2024-12-12", 36), ("2024-12-16", 34)):
        survey = SurveyHeld(survey="workers", on=date(2024, 12, 12), asked=50, answered=40, satisfied=satisfied, by=who("mine-1", 2))
        it.on(day).tell("mine-1", survey, "workers", "2024-Q4")
    it.on("2024-11-29")
    for period, value, baseline in (("2024-09", 10, True), ("2025-04", 7, False)):
        it.tell(
            "mine-1",
            MeasureTold(measure="near-misses", period=period, value=value, baseline=baseline, by=who("mine-1", 2)),
            "near-misses",
            period,
        )
        it.on("2025-05-06")
    it.tell("mine-1", MeasureTold(measure="accidents", period="2025-04", value=0, by=who("mine-1", 2)), "accidents", "2025-04")


EXPECTED = {
    "S1": {
        "units": 15,
        "gaps": 1,  # mine-3 held no training, and closed over it on 4 November
        "filed": 13,  # own plans of 16 October
        "late": 1,  # school-3 on 28 October, due on the 24th: missing from then on, and met late
        "activities": 29,  # 15 launches, and 14 trainings
        "trained": 280,  # 14 times 20
        "passed": 252,  # 14 times 18
    },
    "S2": {
        "units": 15,
        "gaps": 2,  # mine-3; south, whose school-2 was given until 24 January
        "entered": 14,  # m1 n… k1 s1 k2 w1 h1 at south and at chem-2, h2, mine-2's self-check, ci1, n1, v1 g1 g2
        "hazards": 7,  # m1, k1, k2, n1, h1 twice, h2
        "defects": 1,  # ci1
        "carried_in": 1,  # ci1
        "received": 1,  # h1 at chem-2
        "handed_over": 1,  # h1 from south
        "merged": 1,  # g1
        "voided": 1,  # v1
        "standing": 1,  # s1
        "returned": 2,  # m1 by the objection of 30 December; g2 on the 23rd
        "struck_off": 7,  # k1, k2, w1, h1, h2, ci1, g2
        "on_time": 6,  # all but k2
        "overdue": 1,  # k2; the mark of w1 was withdrawn
        "escalated": 3,  # k2 for its measures and its removal, w1 before its check was told
        "complaints": 2,  # h1 at south, h2
        "replied": 2,
        "answered": 36,  # 5 + 4 + 5 at chemical plants, 5 + 5 at mines, 3 times 4 at schools
        "findings": 1,  # target 5 of mine-2
        "watched": 19,  # 5 times 2, 3 times 3
        "filed": 99,  # 4 launches, 59 weeks, 26 months, 3 quarters, 7 lists
        "late": 4,  # resources' launch, W50 of mine-2, the cases of north, the list of chem-2
        "missing": 16,  # of mine-3 12 weeks, 2 months and the list; the cases of south
        "sent_back": 1,  # the list of chem-1
        "rolling": 1,  # school-1 on the kitchen
        "ideas": 1,
        "adopted": 1,
        "nominations": 1,
        "awards": 1,
        "activities": 3,  # box, film, publicity
        "trained": 30,
        "visits": 3,
        "surveyed": 40,
        "satisfied": 34,  # as corrected
    },
    "S3": {
        "units": 15,
        "gaps": 1,  # mine-3
        "entered": 7,  # n2, l1, l2, x1 to x3, o1
        "struck_off": 8,  # m1 twice, mine-2's self-check, n1, n2, l1, l2, o1
        "on_time": 6,  # all but l1 and l2
        "overdue": 5,  # l1, l2, x1 to x3
        "reopened": 1,  # m1
        "escalated": 12,  # l1 after one and after five days, l2 after one; x1 to x3 for measures once and for removal twice
        "activities": 14,  # drills
        "filed": 86,  # 4 times 13 months, 5 quarters, 2 times 8 drills and one more of mine-2, 12 reports
        "late": 1,  # the report of school-1
        "missing": 7,  # of mine-3 4 months, 2 drills, the report
    },
    "S4": {
        "units": 15,
        "gaps": 2,  # mine-3 without its report, chem-3 with c1 open
        "entered": 1,  # c1
        "struck_off": 4,  # x1 to x3, and c1 after it was carried over
        "carried_over": 1,  # c1
        "filed": 45,  # 2 times 13 months, 5 quarters, 14 reports
        "missing": 3,  # of mine-3 2 months and the report
        "nominations": 1,
        "awards": 1,
    },
}
"""The figures of the county's last statement of each phase that are not 0, worked out from the story above."""

SUMMARY, KPIS = f"{API}/summary", f"{API}/kpis"
LIT, SCORED = ("mine-2", "mine-3", "chem-3"), ("chem-2", "mine-3", "chem-3", "school-2", "school-3", "south")


def asked(ids: dict[str, str]) -> list[str]:
    lights = [f"{API}/lights?unit={unit}" for unit in LIT]
    scores = [f"{API}/scores?unit={unit}" for unit in SCORED]
    return [SUMMARY, KPIS, *lights, *scores, *(f"/api/told/{id}" for id in ids.values())]


IDS = story()[1]


@pytest.fixture(scope="module")
def told(embedded: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Told:
    return run(story()[0], embedded, tmp_path_factory.mktemp("safety"), asked(IDS))


def of(told: Told, unit: str, reference: str) -> list[Fact]:
    """What was recorded of one subject, by the end of its id."""
    return [each.fact for each in told.recorded if each.fact and each.where.unit == unit and each.subject.endswith(f"~{reference}")]


def only(facts: Sequence[Fact], *kinds: type[Any]) -> list[Any]:
    return [fact for fact in facts if isinstance(fact, kinds)]


def dues(told: Told, unit: str, reference: str) -> list[tuple[str, str]]:
    """The clocks of an issue that ran out, with their last days."""
    return [(fact.clock, str(fact.due)) for fact in only(of(told, unit, reference), IssueOverdue)]


@pytest.mark.parametrize("phase", EXPECTED)
def test_the_last_statement_of_the_county_says_what_the_story_told(told: Told, phase: str) -> None:
    assert told.statement(ROOT, phase) == EXPECTED[phase]


def test_reporting_counts_what_the_ledger_states(told: Told) -> None:
    phases = told.answers[SUMMARY]["phases"]
    assert {each["code"]: {name: value for name, value in each["figures"].items() if value} for each in phases} == EXPECTED


def test_the_statement_of_a_township_holds_those_of_its_sites_once(told: Told) -> None:
    assert told.statement("south", "S4") == {
        "units": 6,  # south, two plants, a mine and two schools
        "gaps": 1,  # mine-3
        "struck_off": 3,  # x1 to x3
        "filed": 16,  # 2 times 5 months, 1 quarter, 5 reports
        "missing": 3,
        "nominations": 1,
    }


def test_what_breaks_a_rule_is_refused_and_nothing_else(told: Told) -> None:
    assert dict(told.refused()) == {
        "detail-missing": 2,
        "standing": 1,
        "nil-not-taken": 1,
        "issue-unknown": 1,
        "looked-back-by-verifier": 1,
    }


@pytest.mark.covers("L1")
def test_each_date_counts_as_the_plan_says_and_moves_with_what_it_is_told_by(told: Told) -> None:
    opened = {(fact.obligation, fact.period): str(fact.due) for fact in told.facts(ObligationOpened, "chem-2")}
    assert opened["hazard-list", None] == "2025-01-08"  # seven calendar days before the end of the search
    assert opened["own-plan", None] == "2024-10-24"  # five working days before the end of October
    assert opened["duty-report", "2024-W45"] == "2024-11-11"  # a week ends on a Sunday: the working day after
    assert opened["monthly-figures", "2025-01"] == "2025-02-07"  # three working days after the New Year's holidays
    [moved] = [fact for fact in told.facts(ObligationMoved, "school-2") if fact.obligation == "hazard-list"]
    assert (str(moved.was), str(moved.due)) == ("2025-01-08", "2025-01-17")
    [kitchen] = only(of(told, "school-1", "k1"), IssueEntered)
    assert (str(kitchen.plan_due), str(kitchen.fix_due)) == ("2024-11-20", "2024-11-21")  # the day of the report is the first
    [major] = only(of(told, "chem-1", "m1"), IssueEntered)
    assert str(major.fix_due) == "2025-01-10"  # 60 calendar days later is a Saturday: the working day before
    # The check stops the fix clock, so what was rectified in time and checked later is not on time.
    [late] = only(of(told, "school-2", "k2"), IssueStruckOff)
    assert not late.on_time


@pytest.mark.covers("L2")
def test_the_grade_sets_clocks_checks_and_a_listing_that_is_lifted_apart_from_the_strike_off(told: Told) -> None:
    history = of(told, "chem-1", "m1")
    assert dues(told, "chem-1", "m1") == [("listing", "2024-11-15"), ("milestone", "2024-12-20")]
    kinds = [type(fact) for fact in history]
    assert kinds.index(SupervisionOrdered) < kinds.index(IssueStruckOff) < kinds.index(SupervisionLifted)
    [entered] = only(of(told, "chem-1", "m1"), IssueEntered)
    assert (entered.grade, entered.lane, str(entered.plan_due)) == ("major", "major", "2024-11-14")


@pytest.mark.covers("L3")
def test_a_major_hazard_is_checked_by_two_of_two_units_one_of_them_above(told: Told) -> None:
    history = of(told, "chem-1", "m1")
    first = history[: next(index for index, fact in enumerate(history) if isinstance(fact, StrikeOffPublished))]
    # Two experts of the plant are not enough.
    assert [(fact.by, fact.by_unit) for fact in only(first, RectificationVerified)] == [
        ("ch1-09", None),
        ("ch1-08", None),
        ("so-05", "south"),
    ]
    assert [(fact.by, fact.by_unit, fact.holds) for fact in only(history, LookBackDone)] == [
        ("so-08", "south", False),
        ("co-07", ROOT, True),
    ]


@pytest.mark.covers("L4")
def test_a_strike_off_is_published_and_stands_only_once_no_objection_is_open(told: Told) -> None:
    found = only(of(told, "chem-1", "m1"), StrikeOffPublished, ObjectionDecided, IssueStruckOff, IssueReopened)
    assert [(type(fact).__name__, str(getattr(fact, "until", getattr(fact, "upheld", "")))) for fact in found] == [
        ("StrikeOffPublished", "2025-01-03"),
        ("ObjectionDecided", "True"),
        ("StrikeOffPublished", "2025-01-14"),
        ("ObjectionDecided", "False"),
        ("StrikeOffPublished", "2025-01-17"),
        ("IssueStruckOff", ""),
        ("IssueReopened", ""),
        ("StrikeOffPublished", "2025-04-11"),
        ("IssueStruckOff", ""),
    ]


@pytest.mark.covers("L5")
def test_what_does_not_hold_is_opened_again_under_its_number_and_the_first_strike_off_stays(told: Told) -> None:
    history = of(told, "chem-1", "m1")
    [again] = only(history, IssueReopened)
    [entered] = only(history, IssueEntered)
    assert (again.number, again.cycle, str(again.plan_due), str(again.fix_due)) == (entered.number, 2, "2025-03-12", "2025-05-09")
    struck = only(history, IssueStruckOff)
    assert [(fact.number, fact.phase, str(fact.look_back_due)) for fact in struck] == [
        (entered.number, "S3", "2025-03-18"),
        (entered.number, "S3", "2025-06-10"),
    ]
    assert told.statement("chem-1", "S3")["struck_off"] == 3  # m1 twice, and n2


@pytest.mark.covers("L6")
def test_a_hand_over_has_a_receipt_its_clocks_and_its_lateness_and_refused_it_goes_back(told: Told) -> None:
    there = "south~h1"
    [entered] = only(of(told, "chem-2", there), IssueEntered)
    # Measures anew from the receipt; removal as it ran from the report of 11 November.
    assert (str(entered.plan_due), str(entered.fix_due), entered.complaint) == ("2024-11-19", "2024-11-25", False)
    assert dues(told, "chem-2", there) == [("receipt", "2024-11-13"), ("look-back", "2025-01-21")]  # nobody looked back
    # On the way the clocks of the giver do not run; the answer is the giver's, within seven days, and was a week late.
    assert dues(told, "south", "h1") == [("answer", "2024-11-18")]
    assert len(only(of(told, "south", "h1"), HandOverCompleted)) == 1
    assert len(only(of(told, "south", "h1"), ComplaintReplied)) == 1
    assert told.facts(HandOverDeclined, "mine-2")
    assert only(of(told, "north", "h2"), IssueStruckOff)[0].on_time
    extended = of(told, "mine-2", "5")
    assert [(fact.clock, str(fact.due)) for fact in only(extended, IssueOverdue)] == [
        ("extension", "2024-12-18"),
        ("look-back", "2025-03-10"),  # 60 calendar days after 8 January is a Sunday
    ]
    [struck] = only(extended, IssueStruckOff)
    assert (struck.on_time, str(struck.first_due)) == (True, "2024-12-23")


@pytest.mark.covers("L7")
def test_a_phase_lasts_longer_for_one_unit_and_late_facts_count_where_the_plan_says(told: Told) -> None:
    closed = {
        each.where.unit: str(each.accepted.date())
        for each in told.recorded
        if isinstance(each.fact, PhaseClosed) and each.fact.phase == "S2"
    }
    assert (closed["school-3"], closed["school-2"]) == ("2025-01-15", "2025-01-24")
    # Both entered on 16 January: the search had closed at chem-1, and waited for mine-1.
    assert [only(of(told, unit, reference), IssueEntered)[0].phase for unit, reference in (("mine-1", "n1"), ("chem-1", "n2"))] == [
        "S2",
        "S3",
    ]
    assert "2025-06" in [fact.period for fact in told.facts(ObligationMet, "mine-2") if fact.obligation == "drill-record"]


@pytest.mark.covers("L8")
def test_lights_follow_the_rule_or_a_person_and_acts_follow_from_lights_in_a_row(told: Told) -> None:
    def light(unit: str, code: str) -> tuple[dict[str, Any], list[tuple[str, str, list[str]]]]:
        answer = told.answers[f"{API}/lights?unit={unit}"]["units"][0]
        found = next(each for each in answer["lights"] if each["code"] == code)
        acts = [(act["act"], act["month"], [taken["text"] for taken in act["taken"]]) for act in found["acts"]]
        return {each["month"]: each["colour"] for each in found["months"]}, acts

    months, acts = light("mine-2", "overdue")
    assert [month for month, colour in months.items() if colour == "yellow"] == ["2025-03", "2025-04"]
    assert acts == [("reminder", "2025-04", ["约见矿长"])]
    months, acts = light("chem-3", "overdue")
    assert {month for month, colour in months.items() if colour == "red"} == {"2025-02", "2025-03", "2025-04"}
    assert acts == [("summons", "2025-04", [])]  # due, and not taken
    months, _ = light("mine-3", "overdue")
    assert {month: colour for month, colour in months.items() if colour != "green"} == {"2025-03": "red"}
    assert light("mine-3", "returns")[0]["2024-11"] == "red"


@pytest.mark.covers("L9")
def test_every_point_names_its_fact_and_what_is_withdrawn_is_given_back(told: Told) -> None:
    answers = {unit: told.answers[f"{API}/scores?unit={unit}"] for unit in SCORED}
    assert {unit: answer["score"] for unit, answer in answers.items() if unit != "south"} == {
        "chem-2": 100.5,  # one hazard; two points off for w1, and back
        "mine-3": 80,  # the floor: 15 at most for what is missing, 6 for removal and 3 for measures, so 76
        "chem-3": 0,  # what was carried over was left lying again
        "school-2": 97.5,  # k2: a hazard, its measures and its removal late
        "school-3": 96,  # its own plan was missing for a while, and its list of hazards was empty
    }
    rows = [(each["type"], each["rule"], each["points"]) for each in answers["chem-2"]["points"]]
    assert rows == [
        ("IssueEntered", "found", 0.5),
        ("IssueOverdue", "late-removal", -2),
        ("OverdueWithdrawn", "late-removal", 2),
    ]
    assert answers["chem-2"]["points"][2]["reverses"] == answers["chem-2"]["points"][1]["at"]
    assert answers["chem-3"]["veto"]
    # South itself 97.5: a hazard, and the cases of a quarter missing; below it 100.5, 100.5, 80, 97.5 and 96.
    assert answers["south"]["own"] == 97.5
    assert answers["south"]["score"] == pytest.approx(97.5 * 0.7 + (100.5 + 100.5 + 80 + 97.5 + 96) / 5 * 0.3)


@pytest.mark.covers("L10")
def test_measures_say_what_the_grade_requires_and_milestones_have_days(told: Told) -> None:
    [full, again] = only(of(told, "chem-1", "m1"), MeasuresPlanned)
    assert all((full.analysis, full.funds, full.emergency_plan, full.guard, full.standard, len(full.milestones) == 2))
    assert [(str(fact.due), fact.name) for fact in only(of(told, "chem-1", "m1"), IssueOverdue) if fact.clock == "milestone"] == [
        ("2024-12-20", "更换报警")
    ]
    assert [fact.name for fact in only(of(told, "chem-1", "m1"), MilestoneReached)] == ["恢复联锁", "更换报警", again.milestones[0].name]
    assert told.answers[f"/api/told/{IDS['no-standard']}"]["answers"][0]["rule"] == "detail-missing"


@pytest.mark.covers("L11", "B7")
def test_who_reports_stays_unknown_and_is_answered_and_rewarded_under_one_pseudonym(told: Told) -> None:
    [first] = only(of(told, "south", "h1"), IssueEntered)
    [second] = only(of(told, "north", "h2"), IssueEntered)
    assert first.reporter
    assert first.reporter == second.reporter
    assert first.reporter.startswith("anon-")
    [visit] = told.facts(VisitLogged, "school-2")
    assert (visit.visitor or "").startswith("anon-")
    # Neither the person nor, at the plant, the pseudonym stands anywhere.
    assert not [each for each in told.recorded if each.fact and "wk-77" in each.fact.model_dump_json()]
    assert only(of(told, "chem-2", "south~h1"), IssueEntered)[0].reporter is None
    assert told.facts(ReporterRewarded, "south")
    kpi = next(each for each in told.answers[KPIS]["kpis"] if each["code"] == "answered")
    assert (kpi["value"], kpi["met"]) == (100, True)


@pytest.mark.covers("L12")
def test_a_quota_needs_so_many_of_so_many_kinds_and_an_empty_list_costs_a_point(told: Told) -> None:
    met = {
        each.where.unit: each.fact.late for each in told.recorded if isinstance(each.fact, ObligationMet) and each.fact.period == "2024-Q4"
    }
    assert met == {"emergency": False, "resources": False, "education": False, "north": True}  # three of one kind are not enough
    assert [(fact.obligation, str(fact.due)) for fact in told.facts(ReturnMissing, "south")] == [("warning-cases", "2025-01-08")]
    points = told.answers[f"{API}/scores?unit=school-3"]["points"]
    assert [(each["rule"], each["points"]) for each in points] == [("missing", -3), ("none-found", -1)]


@pytest.mark.covers("L13")
def test_what_needs_approval_may_be_sent_back_and_between_late_and_missing_there_is_a_line(told: Told) -> None:
    lists = {
        each.where.unit: (each.fact.late, each.fact.was_missing)
        for each in told.recorded
        if isinstance(each.fact, ObligationMet) and each.fact.obligation == "hazard-list"
    }
    assert lists["chem-1"] == (False, False)  # sent back, and in again by its last day
    assert lists["mine-1"] == (False, False)  # in on its last day, accepted nine days later
    assert lists["chem-2"] == (True, False)  # a day late, and never missing
    assert [fact.obligation for fact in told.facts(ReturnMissing, LAZY) if fact.obligation == "hazard-list"] == ["hazard-list"]
    assert "chem-2" not in {each.where.unit for each in told.recorded if isinstance(each.fact, ReturnMissing)}


@pytest.mark.covers("L14")
def test_over_new_year_numbers_follow_the_plans_rule_and_what_has_no_end_is_reviewed(told: Told) -> None:
    assert told.plan.within == "root-cause-2024"
    labels = [only(of(told, "chem-1", reference), IssueEntered)[0].label for reference in ("m1", "n2")]
    assert labels == ["2024-chem-1-1", "2025-chem-1-2"]
    standing = of(told, "school-1", "s1")
    assert [str(fact.due) for fact in only(standing, NextReviewSet)] == ["2025-05-21", "2025-08-22"]
    assert dues(told, "school-1", "s1") == [("review", "2025-05-21")]
    assert not only(standing, IssueStruckOff, IssueCarriedOver)
    # No phase waits for it to be struck off.
    assert [fact.gap for fact in told.facts(PhaseClosed, "school-1")] == [None, None, None, None]
    assert told.answers[f"/api/told/{IDS['standing']}"]["answers"][0]["rule"] == "standing"


@pytest.mark.covers("L15")
def test_what_counts_as_on_time_is_said_and_what_is_told_late_counts(told: Told) -> None:
    said = told.answers[KPIS]["on_time"]["zh"]
    assert said.startswith("按期：验收通过")
    assert "最后一日后 3 日内" in said
    assert told.answers[SUMMARY]["on_time_rule"] == told.answers[KPIS]["on_time"] == told.answers[f"{API}/scores?unit=south"]["on_time"]
    history = of(told, "chem-2", "w1")
    [late] = only(history, LateTellingAccepted)
    [withdrawn] = only(history, OverdueWithdrawn)
    assert (str(late.happened), str(late.due), withdrawn.reason) == ("2024-12-16", "2024-12-16", "told-late")
    assert only(history, IssueStruckOff)[0].on_time
    # Checked by 7 January, due on the 10th; that it was published until the 17th costs no time.
    assert only(of(told, "chem-1", "m1"), IssueStruckOff)[0].on_time


def test_what_comes_too_early_is_held_and_released_or_refused_at_the_end_of_its_time(told: Told) -> None:
    released, expired = (told.answers[f"/api/told/{IDS[name]}"] for name in ("released", "expired"))
    assert (released["state"], expired["state"]) == ("recorded", "refused")
    assert "FactHeld" in [each["type"] for each in released["answers"][0]["events"]]
    assert only(of(told, "school-3", "o1"), IssueStruckOff)[0].on_time
    assert expired["answers"][0]["rule"] == "issue-unknown"


@pytest.mark.covers("E3")
def test_a_hazard_report_climbs_the_line_of_the_trade(told: Told) -> None:
    climbed = [(fact.unit, fact.level, fact.top) for fact in told.facts(HazardReportClimbed, "school-1")]
    assert climbed == [("education", 1, False), (ROOT, 2, True)]
    assert [str(fact.due) for fact in told.facts(HazardReportOverdue, "education")] == ["2024-11-22"]


@pytest.mark.covers("F2", "F8")
def test_awards_go_from_nomination_to_decision_and_the_best_is_recommended(told: Told) -> None:
    assert [(fact.award, fact.prize) for fact in told.facts(AwardReceived, "mine-1")] == [("whistle", "1000元")]
    assert [fact.award for fact in told.facts(AwardReceived, "chem-1")] == ["model-site"]
    assert [fact.nominated_by for fact in told.facts(NominationRecommended, ROOT)] == ["chem-1"]


@pytest.mark.covers("G1", "G4")
def test_the_indicators_are_those_of_the_facts(told: Told) -> None:
    found = {each["code"]: (round(each["value"], 1), each["met"]) for each in told.answers[KPIS]["kpis"]}
    assert found == {
        "removed": (100.0, True),  # all 18 that did not leave otherwise and have an end: m1 once, s1 not at all
        "on-time": (63.2, False),  # 12 of 19
        "answered": (100, True),
        "checklist": (90, False),  # 36 of 40: mine-3 has not looked
        "no-accident": (0, True),
        "fewer-near-misses": (7, True),  # 30 percent fewer than 10
        "workers-satisfied": (85, True),  # 34 of 40, as corrected
    }


def test_the_story_is_the_same_in_memory() -> None:
    """So that whoever changes it sees within seconds what is refused."""
    again = rehearse(story()[0])
    assert {phase: again.statement(ROOT, phase) for phase in EXPECTED} == EXPECTED
