"""What was found, and what became of it."""

from shared.events.hand_over import HandOverAcknowledged, HandOverDeclined, IssueHandedOver
from shared.events.hazard import HazardReportAcknowledged, HazardReportSentBack
from shared.events.idea import FollowThroughDone, IdeaAdopted, IdeaApplied, IdeaDeclined, IdeaOffered
from shared.events.issue import Fixed, RectificationReturned, RectificationVerified
from shared.events.leaving import IssueMerged, IssueVoided
from shared.events.phase import GapAccepted
from shared.events.strike_off import IssueSpotChecked
from tests.campaigns.qingdao.given import ROOT, assigned, done, filed, hazard_report, planned, reported, verified
from tests.campaigns.story import Story


def issues(story: Story) -> None:
    """Problems and defects of P0.2, with the life of each."""
    visit = f"qingdao-2023/first/visit/{story.clients['first']}~v1"
    story.on("2023-04-10").issue(
        "first", "2", reported("自助机无人指引", "medical", "outpatient-experience", visit=visit), assigned("first")
    )
    story.on("2023-04-14").issue("first", "2", planned("first"))
    story.on("2023-04-23").issue("first", "1", done("first"))  # a Sunday on which people work, and the last day
    story.on("2023-04-24").issue("first", "1", verified("first"))
    story.on("2023-05-05").issue("first", "2", done("first"))
    story.on("2023-05-08").issue("first", "2", RectificationReturned(reason="午间仍无人", by="first-09"))
    story.on("2023-05-09").issue("first", "2", done("first", "午间排班"))
    story.issue("first", "2", RectificationVerified(effect="好", by="first-03"))  # by whoever did it
    story.on("2023-05-10").issue("first", "2", verified("first"))
    story.on("2023-05-15").issue("second", "3", reported("夜间呼叫无人应", "nursing", "ward-experience", "defect"), assigned("second"))
    story.on("2023-05-16").issue("second", "3", planned("second"))
    story.on("2023-05-24").issue("second", "3", done("second"))
    story.on("2023-05-26").issue("second", "3", verified("second"))
    story.on("2023-06-01").issue("stationed", "8", reported("停车难", "safety", "grumbling"), assigned("stationed"))
    story.on("2023-07-12").issue("west-1", "9", reported("误报：设备正常", "nursing", "fault-finding", "defect"), assigned("west-1"))
    story.on("2023-07-13").issue("west-1", "9", IssueVoided(reason="经查设备正常", by="west-1-09"))
    story.on("2023-08-01").issue("west-2", "10a", reported("产检排队久", "medical", "window-experience"), assigned("west-2"))
    story.issue("west-2", "10b", reported("产检排队时间长", "medical", "grumbling"))
    story.on("2023-08-02").issue("west-2", "10b", IssueMerged(into="qingdao-2023/west-2/issue/west~10a", reason="同一问题", by="west-2-01"))
    story.on("2023-08-04").issue("west-2", "10a", planned("west-2"))
    story.on("2023-08-09").issue("west-2", "10a", done("west-2"))
    story.on("2023-08-11").issue("west-2", "10a", verified("west-2"))
    story.on("2023-09-05").issue("west", "11", reported("专班反馈：转诊流程不明", "medical", "task-force"), assigned("west"))
    story.on("2023-09-08").issue("west", "11", planned("west"))
    story.on("2023-09-20").issue("west", "11", done("west"))
    story.on("2023-09-22").issue("west", "11", verified("west"))
    story.on("2023-10-12")
    story.issue("west", "11", IssueSpotChecked(holds=False, finding="抽查仍无流程图", by="u-03", by_unit=ROOT), by=ROOT)
    story.on("2023-10-18").issue("west", "11", planned("west", "上墙并培训"))
    story.on("2023-10-20").issue("private-2", "12", reported("缴费窗口少", "medical", "window-experience"), assigned("private-2"))
    story.on("2023-10-25").issue("private-2", "12", planned("private-2"))
    story.on("2023-11-08").issue("west", "11", done("west", "流程图上墙"))
    story.on("2023-11-09").issue("west", "11", RectificationVerified(effect="随机询问均知晓", by="west-08"))
    story.on("2023-11-10").issue("private-2", "12", done("private-2"))
    story.on("2023-11-13").issue("private-2", "12", verified("private-2"))


def hazards(story: Story) -> None:
    """Two hazards cleared, whose reports climb from the hospital by the district to the city; the second is sent back and filed again."""
    fixed = Fixed(measures="当即断电并围挡", result="配电箱已更换", evidence=("配电箱.jpg",), by="east-1-03")
    at_once = reported("输液大厅配电箱裸露", "safety", "fault-finding", "hazard").model_copy(update={"owner": "east-1-02", "fixed": fixed})
    story.on("2023-04-18").issue("east-1", "4", at_once)
    story.on("2023-04-20").issue("east-1", "4", verified("east-1"))
    story.on("2023-04-21").tell("east-1", hazard_report("输液大厅配电箱"), story.clients["east-1"], "4")
    form = hazard_report("输液大厅配电箱").form or {}
    story.tell("east-1", filed("east-1", "hazard-report", "隐患消除书面报告", period="rolling", form=form), "hazard-report", "rolling")
    story.on("2023-04-24").tell("east", HazardReportAcknowledged(by="e-01"), "below", "east-1", "east", "4")
    story.on("2023-04-26").tell(ROOT, HazardReportAcknowledged(by="u-03"), "below", "east-1", "east", "4")
    story.tell("first", hazard_report("这不是隐患"), story.clients["first"], "2")  # issue 2 is a problem
    story.on("2023-05-22").issue("east-2", "5", reported("氧气瓶未固定", "medical", "ward-experience", "hazard"), assigned("east-2"))
    story.on("2023-05-23").issue("east-2", "5", planned("east-2"))
    story.on("2023-05-26").issue("east-2", "5", done("east-2"))
    story.on("2023-05-29").issue("east-2", "5", verified("east-2"))
    above = ("below", "east-2", "east", "5")
    story.on("2023-05-30").tell("east-2", hazard_report("氧气瓶"), story.clients["east-2"], "5")
    story.on("2023-05-31").tell("east", HazardReportAcknowledged(by="e-01"), *above)
    story.on("2023-06-05").tell(ROOT, HazardReportSentBack(reason="请写明避免的损失", by="u-03"), *above)  # due on 2 June
    story.on("2023-06-06").tell("east", HazardReportSentBack(reason="市里退回，请补写", by="e-01"), *above)
    story.on("2023-06-08").tell("east-2", hazard_report("氧气瓶，共六只"), story.clients["east-2"], "5")
    story.on("2023-06-09").tell("east", HazardReportAcknowledged(by="e-01"), *above)
    story.on("2023-06-12").tell(ROOT, HazardReportAcknowledged(by="u-03"), *above)


def between(story: Story) -> None:
    """What one unit cannot mend it hands over: taken and mended in one case, declined in the other."""
    story.on("2023-06-12").issue("works", "6", reported("院外救护通道被占", "nursing", "fault-finding", "hazard"), assigned("works"))
    story.on("2023-06-13").issue("works", "6", IssueHandedOver(to="organ", reason="须由主管部门协调", by="works-02"))
    taken = ("handover", "works", "1", story.clients["works"], "6")
    story.on("2023-06-15").tell("organ", HandOverAcknowledged(owner="organ-02", by="o-01"), *taken)
    story.on("2023-06-16").tell("organ", planned("organ", "与街道协调清障"), *taken)
    story.on("2023-06-25").tell("organ", done("organ", "通道已畅通"), *taken)  # a Sunday on which people work, and the last day
    story.on("2023-06-26").tell("organ", verified("organ"), *taken)
    story.on("2023-07-03").issue("private-1", "7", reported("检查结果互认不畅", "medical", "outpatient-experience"), assigned("private-1"))
    story.on("2023-07-04").issue("private-1", "7", IssueHandedOver(to="second", reason="请对方先行互认", by="private-1-02"))
    declined = ("handover", "private-1", "1", story.clients["private-1"], "7")
    story.on("2023-07-06").tell("second", HandOverDeclined(reason="应由贵院先行申请", by="s-01"), *declined)
    story.on("2023-07-10").issue("private-1", "7", planned("private-1", "申请加入互认名单"))
    story.on("2023-08-03").issue("private-1", "7", done("private-1"))
    story.on("2023-08-04").issue("private-1", "7", verified("private-1"))


def ideas(story: Story) -> None:
    """Three golden ideas: applied and looked at again, declined, and still open."""
    offers = IdeaOffered(text="检查预约一次办结", category="medical", channel="idea")
    story.on("2023-05-11").tell("first", offers.model_copy(update={"offered_by": "first-21"}), story.clients["first"], "i1")
    story.tell("second", offers.model_copy(update={"anonymous": True}), story.clients["second"], "i2")
    story.tell("east-1", offers, story.clients["east-1"], "i3")
    story.on("2023-05-19").tell("first", IdeaAdopted(measure="设一站式预约台", owner="first-02", by="f-01"), story.clients["first"], "i1")
    story.tell("second", IdeaDeclined(reason="已在试行", by="s-01"), story.clients["second"], "i2")
    story.on("2023-06-20").tell("first", IdeaApplied(result="预约台已启用", by="first-03"), story.clients["first"], "i1")
    story.on("2023-07-21").tell("first", FollowThroughDone(holds=True, effect="平均少跑两趟", by="first-09"), story.clients["first"], "i1")


def afterwards(story: Story) -> None:
    """A gap is accepted, and what was carried over is struck off."""
    story.on("2023-12-04").tell("works", GapAccepted(phase="P0.3", reason="本院不参加评优", by="wk-01"))
    story.on("2023-12-04").issue("stationed", "8", planned("stationed", "与邻近商场共用车位"))
    story.on("2023-12-06").issue("stationed", "8", done("stationed"))
    story.on("2023-12-07").issue("stationed", "8", verified("stationed"))
