"""What was found, and what became of it."""

from datetime import date

from shared.events.hand_over import HandOverAcknowledged, HandOverDeclined, IssueHandedOver
from shared.events.idea import FollowThroughDone, IdeaAdopted, IdeaApplied, IdeaOffered
from shared.events.indicator import MeasureTold, SurveyHeld
from shared.events.issue import CarriedIn, Fixed, FollowUpSet, Milestone, MilestoneReached, RectificationReturned
from shared.events.leaving import IssueMerged, IssueVoided
from shared.events.light import LightActTaken, LightSet
from shared.events.reporter import ReporterAnswered, ReporterRewarded
from shared.events.strike_off import LookBackDone, ObjectionDecided, ObjectionRaised
from shared.events.supervision import ReviewDone, SupervisionLifted, SupervisionOrdered
from tests.campaigns.safety.given import LAZY, ROOT, assigned, done, planned, reported, verified, verified_above, who
from tests.campaigns.story import Story


def major_hazard(story: Story) -> None:
    """One major hazard through all that its grade asks for, twice."""
    story.on("2024-11-12")
    story.issue("chem-1", "m1", reported("储罐联锁被旁路", "chemicals", "expert-check", nature="hazard", grade="major"), assigned("chem-1"))
    # Without what a major hazard's measures must say.
    story.issue("chem-1", "m1", planned("chem-1", "恢复联锁"))
    full = planned(
        "chem-1",
        "恢复联锁并更换液位报警",
        analysis="检修后未恢复，交接无记录",
        funds=30_000_000,
        emergency_plan="降液位运行，专人值守",
        guard="人工双岗监测",
        milestones=(Milestone(name="恢复联锁", due=date(2024, 11, 29)), Milestone(name="更换报警", due=date(2024, 12, 20))),
    )
    story.on("2024-11-14").issue("chem-1", "m1", full)
    story.on("2024-11-18").issue("chem-1", "m1", SupervisionOrdered(reason="重大隐患", by=who(ROOT, 1), by_unit=ROOT), by=ROOT)
    story.on("2024-11-28").issue("chem-1", "m1", MilestoneReached(name="恢复联锁", by=who("chem-1", 2)))
    story.on("2024-12-23").issue("chem-1", "m1", MilestoneReached(name="更换报警", by=who("chem-1", 2)))
    story.on("2024-12-24").issue("chem-1", "m1", done("chem-1", "联锁投用，报警更换"))
    story.on("2024-12-25").issue("chem-1", "m1", verified("chem-1", 9), verified("chem-1", 8))
    story.on("2024-12-26").issue("chem-1", "m1", verified_above("south", 5))
    story.on("2024-12-30")
    story.issue("chem-1", "m1", ObjectionRaised(reason="二号罐未测试", by=who("emergency", 5), by_unit="emergency"), by=ROOT)
    story.on("2024-12-31").issue("chem-1", "m1", ObjectionDecided(upheld=True, reason="属实", by=who("south", 1), by_unit="south"))
    story.on("2025-01-03").issue("chem-1", "m1", done("chem-1", "二号罐已测试"))
    story.on("2025-01-06").issue("chem-1", "m1", verified("chem-1", 9))
    story.on("2025-01-07").issue("chem-1", "m1", verified_above(ROOT, 6), by=ROOT)
    story.on("2025-01-09").issue("chem-1", "m1", ObjectionRaised(reason="未见检测报告", by=who("south", 7), by_unit="south"))
    story.on("2025-01-10").issue("chem-1", "m1", ObjectionDecided(upheld=False, reason="报告已附", by=who(ROOT, 1), by_unit=ROOT), by=ROOT)
    story.on("2025-01-20").issue("chem-1", "m1", SupervisionLifted(reason="已销号", by=who(ROOT, 1), by_unit=ROOT), by=ROOT)
    look_back = LookBackDone(holds=False, finding="联锁又被旁路", by=who("south", 8), by_unit="south")
    story.on("2025-03-10").issue("chem-1", "m1", look_back)
    story.on("2025-03-11").issue("chem-1", "m1", full.model_copy(update={"milestones": (Milestone(name="铅封", due=date(2025, 4, 1)),)}))
    story.on("2025-04-01").issue("chem-1", "m1", MilestoneReached(name="铅封", by=who("chem-1", 2)), done("chem-1", "联锁铅封，钥匙上收"))
    story.on("2025-04-02").issue("chem-1", "m1", verified("chem-1", 9))
    story.on("2025-04-03").issue("chem-1", "m1", verified_above(ROOT, 6), by=ROOT)
    # Whoever verified it does not look back at it.
    story.on("2025-06-05").issue("chem-1", "m1", LookBackDone(holds=True, finding="有效", by=who("chem-1", 9)))
    story.on("2025-06-09").issue("chem-1", "m1", LookBackDone(holds=True, finding="有效", by=who(ROOT, 7), by_unit=ROOT), by=ROOT)


def handed_over(story: Story) -> None:
    """Two reports by one person who stays unknown: one is handed over and taken, one comes back."""
    story.on("2024-11-11")
    unknown = {"nature": "hazard", "reporter": "wk-77", "anonymous": True}
    story.issue("south", "h1", reported("涂料厂仓库堵塞消防通道", "fire", "hotline", **unknown))
    story.on("2024-11-12").issue("south", "h1", IssueHandedOver(to="chem-2", reason="属该厂", by=who("south", 1)))
    story.on("2024-11-14")
    there = ("handover", "south", "1", "south", "h1")
    story.tell("chem-2", HandOverAcknowledged(owner=who("chem-2", 2), by=who("chem-2", 1)), *there)
    story.on("2024-11-18").tell("chem-2", planned("chem-2", "清空通道并划线"), *there)
    story.on("2024-11-21").tell("chem-2", done("chem-2", "通道已清空"), *there)
    story.on("2024-11-22").tell("chem-2", verified("chem-2"), *there)
    story.on("2024-11-25").tell("chem-2", ReporterAnswered(text="通道已清空，谢谢举报", by=who("chem-2", 1)), *there)
    story.on("2024-11-26").issue("south", "h1", ReporterRewarded(what="奖励500元", by=who("south", 1)))
    story.on("2024-12-09").issue("north", "h2", reported("外来车辆夜间装卸", "management", "hotline", **unknown))
    story.on("2024-12-10").issue("north", "h2", IssueHandedOver(to="mine-2", reason="在矿门口", by=who("north", 1)))
    story.on("2024-12-11")
    story.tell("mine-2", HandOverDeclined(reason="是乡道，不归本矿", by=who("mine-2", 1)), "handover", "north", "1", "north", "h2")
    story.on("2024-12-12").issue("north", "h2", assigned("north"), planned("north", "设禁停标志"))
    story.on("2024-12-13").issue("north", "h2", ReporterAnswered(text="已设标志", by=who("north", 1)))
    story.on("2024-12-18").issue("north", "h2", done("north", "已设标志并巡查"))
    story.on("2024-12-20").issue("north", "h2", verified("north"))


def late_facts_and_extensions(story: Story) -> None:
    """On 16 January, the day after the search ended: at mine-1 it is held still, at chem-1 it has closed."""
    story.on("2025-01-16")
    story.issue("mine-1", "n1", reported("绞车钢丝绳断丝", "mining", "worker", nature="hazard"), assigned("mine-1"))
    story.issue("chem-1", "n2", reported("灭火器过期", "fire", "self-check"), assigned("chem-1"))
    story.on("2025-01-20").issue("mine-1", "n1", planned("mine-1", "换绳"))
    story.issue("chem-1", "n2", planned("chem-1", "全部更换"))
    story.on("2025-02-06").issue("chem-1", "n2", done("chem-1", "已更换"))
    story.on("2025-02-07").issue("chem-1", "n2", verified("chem-1"))
    story.on("2025-02-10").issue("mine-1", "n1", done("mine-1", "已换新绳"))
    story.on("2025-02-11").issue("mine-1", "n1", verified("mine-1"))


def lights_and_scores(story: Story) -> None:
    """What is overdue month after month, what a person sets, and what costs points."""
    # Checked on its last day, 16 December; told two days later, which counts.
    story.on("2024-11-25").issue("chem-2", "w1", reported("作业票代签", "management", "worker"), assigned("chem-2"))
    story.on("2024-11-27").issue("chem-2", "w1", planned("chem-2", "作业票现场签"))
    story.on("2024-12-12").issue("chem-2", "w1", done("chem-2", "已改为现场签"))
    story.on("2024-12-18").issue("chem-2", "w1", verified("chem-2"), happened="2024-12-16T16:00:00+08:00")
    for reference, days in (
        ("l1", ("2025-02-10", "2025-02-12", "2025-03-10", "2025-03-11")),
        ("l2", ("2025-03-11", "2025-03-13", "2025-04-03", "2025-04-07")),
    ):
        story.on(days[0]).issue("mine-2", reference, reported("巷道支护变形", "mining", "self-check"), assigned("mine-2"))
        story.on(days[1]).issue("mine-2", reference, planned("mine-2", "补打锚杆"))
        story.on(days[2]).issue("mine-2", reference, done("mine-2", "已补打"))
        story.on(days[3]).issue("mine-2", reference, verified("mine-2"))
    story.on("2025-04-21")
    taken = LightActTaken(light="overdue", month="2025-04", act="reminder", text="约见矿长", by=who("north", 1), by_unit="north")
    story.tell("mine-2", taken, "overdue", "2025-04")
    for month in ("2025-02", "2025-03", "2025-04"):
        red = LightSet(light="overdue", month=month, colour="red", reason="拒不配合检查", by=who(ROOT, 1), by_unit=ROOT)
        story.on(f"{month}-28").tell("chem-3", red, "overdue", month, by=ROOT)
    story.on("2025-02-17")
    for reference in ("x1", "x2", "x3"):
        story.issue(LAZY, reference, reported("爆破警戒不足", "mining", "inspection"))
    story.on("2025-05-19")
    for reference in ("x1", "x2", "x3"):
        story.issue(LAZY, reference, assigned(LAZY), planned(LAZY, "设警戒"), done(LAZY, "警戒已设"))
    story.on("2025-05-20")
    for reference in ("x1", "x2", "x3"):
        story.issue(LAZY, reference, verified(LAZY))
    story.on("2025-06-10").issue("chem-3", "c1", reported("气瓶混放", "chemicals", "inspection"), assigned("chem-3"))
    story.on("2025-06-12").issue("chem-3", "c1", planned("chem-3", "分库存放"))
    story.on("2025-07-01")
    story.issue("chem-3", "c1", FollowUpSet(due=date(2025, 7, 4), owner=who("chem-3", 2), by=who("chem-3", 1)))
    story.on("2025-07-07").issue("chem-3", "c1", done("chem-3", "已分库"))
    story.on("2025-07-08").issue("chem-3", "c1", verified("chem-3"))


def held(story: Story, ids: dict[str, str]) -> None:
    """What comes too early is held for three days."""
    story.on("2025-03-03").issue("school-3", "o1", reported("疏散标志缺失", "fire", "self-check", owner=who("school-3", 2)))
    story.on("2025-03-05").issue("school-3", "o1", done("school-3", "标志已补"))
    ids["released"] = story.last
    story.on("2025-03-06").issue("school-3", "o1", planned("school-3", "补齐标志"))
    story.on("2025-03-07").issue("school-3", "o1", verified("school-3"))
    story.on("2025-03-12").issue("school-3", "o2", done("school-3", "已改"))
    ids["expired"] = story.last


def rest(story: Story, ids: dict[str, str]) -> None:
    """Items without an end, what is carried in, what leaves otherwise, ideas, figures."""
    story.on("2024-11-26")
    standing = reported("食堂从业人员流动大，须常抓培训", "management", "self-check", standing=True)
    story.issue("school-1", "s1", standing, assigned("school-1"))
    story.on("2024-11-27").issue("school-1", "s1", planned("school-1", "每月培训"))
    story.on("2024-12-04").issue("school-1", "s1", done("school-1", "已培训"))
    ids["standing"] = story.last
    story.on("2025-02-20").issue("school-1", "s1", ReviewDone(text="培训两期", by=who("school-1", 2)))
    story.on("2025-05-26").issue("school-1", "s1", ReviewDone(text="培训五期", by=who("school-1", 2)))
    story.on("2024-11-04")
    before = CarriedIn(campaign="flood-check-2024", reference="17")
    story.issue("mine-1", "ci1", reported("排水泵备用不足", "mining", "carried-in", nature="defect", carried_in=before), assigned("mine-1"))
    story.on("2024-11-06").issue("mine-1", "ci1", planned("mine-1", "增配备用泵"))
    story.on("2024-11-15").issue("mine-1", "ci1", done("mine-1", "已到位"))
    story.on("2024-11-18").issue("mine-1", "ci1", verified("mine-1"))
    story.on("2024-12-10")
    story.issue("chem-3", "v1", reported("误报气味", "chemicals", "worker"))
    story.issue("chem-3", "g1", reported("气瓶无防倒链", "chemicals", "self-check"))
    story.issue("chem-3", "g2", reported("气瓶库无防倒链", "chemicals", "worker"), assigned("chem-3"))
    story.on("2024-12-11").issue("chem-3", "v1", IssueVoided(reason="检测无泄漏", by=who("chem-3", 1)))
    into = f"mine-safety-2024/chem-3/issue/{story.clients['chem-3']}~g2"
    story.issue("chem-3", "g1", IssueMerged(into=into, reason="同一问题", by=who("chem-3", 1)))
    story.on("2024-12-12").issue("chem-3", "g2", planned("chem-3", "装防倒链"))
    story.on("2024-12-20").issue("chem-3", "g2", done("chem-3", "已装"))
    story.on("2024-12-23").issue("chem-3", "g2", RectificationReturned(reason="缺两处", by=who("chem-3", 9)))
    story.on("2024-12-26").issue("chem-3", "g2", done("chem-3", "已补装"))
    story.on("2024-12-27").issue("chem-3", "g2", verified("chem-3"))
    # In one breath it says no standard by which it is accepted.
    story.on("2024-11-27")
    at_once = Fixed(measures="当场清理", result="已清理", by=who("mine-1", 3))
    story.issue("mine-1", "f1", reported("通道有杂物", "fire", "self-check", fixed=at_once))
    ids["no-standard"] = story.last
    story.on("2024-11-22")
    story.tell("mine-1", IdeaOffered(text="皮带加急停拉绳", category="mining", channel="worker", offered_by="mi1-07"), "north", "i1")
    story.on("2024-11-26").tell("mine-1", IdeaAdopted(measure="加装拉绳", owner=who("mine-1", 2), by=who("mine-1", 1)), "north", "i1")
    story.on("2024-12-06").tell("mine-1", IdeaApplied(result="已加装", by=who("mine-1", 3)), "north", "i1")
    story.on("2025-01-09").tell("mine-1", FollowThroughDone(holds=True, effect="有效", by=who("mine-1", 9)), "north", "i1")
    for day, satisfied in (("2024-12-12", 36), ("2024-12-16", 34)):
        survey = SurveyHeld(survey="workers", on=date(2024, 12, 12), asked=50, answered=40, satisfied=satisfied, by=who("mine-1", 2))
        story.on(day).tell("mine-1", survey, "workers", "2024-Q4")
    story.on("2024-11-29")
    for period, value, baseline in (("2024-09", 10, True), ("2025-04", 7, False)):
        story.tell(
            "mine-1",
            MeasureTold(measure="near-misses", period=period, value=value, baseline=baseline, by=who("mine-1", 2)),
            "near-misses",
            period,
        )
        story.on("2025-05-06")
    story.tell("mine-1", MeasureTold(measure="accidents", period="2025-04", value=0, by=who("mine-1", 2)), "accidents", "2025-04")
