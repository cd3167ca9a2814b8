"""What was studied, held and found, and what became of it."""

from shared.events.activity import PracticeShared
from shared.events.award import RoundClosed
from shared.events.hand_over import HandOverAcknowledged, IssueHandedOver
from shared.events.idea import OutcomeRecorded
from shared.events.indicator import MeasureTold, SurveyHeld
from shared.events.issue import CarriedIn, Fixed, IssueReported, RectificationReturned, RectificationVerified
from shared.events.leaving import IssueVoided
from shared.events.nomination import NominationDeclined, NominationPassedOn
from shared.events.phase import GapAccepted, PhaseReopened
from shared.events.returns import ReturnAnswered, ReturnChased
from shared.events.roles import RoleGiven
from shared.events.visit import VisitLogged
from tests.campaigns.yangpu.given import LINES, RESPONSIBLE, ROOT, SUPERVISOR, UNITS, Yangpu, assigned, done, planned, verified


def study(story: Yangpu) -> None:
    """P1.1, March: the lines compare the ten measures and plan how to spread them."""
    story.on("2013-03-01")
    for each in UNITS[5:]:
        story.tell(each.id, RoleGiven(person=SUPERVISOR, role="supervisor", by=RESPONSIBLE[each.id]))
    for person, role in (
        ("h-01", "leading-group-head"),
        ("h-02", "leading-group-deputy"),
        ("po-01", "leading-group-member"),
        ("pu-01", "office"),
        ("h-03", "panel"),
    ):
        story.tell(ROOT, RoleGiven(person=person, role=role, by="h-01"))
    story.on("2013-03-04")
    earlier = CarriedIn(campaign="first-campaign", reference="2012-17")
    report = IssueReported(text="上届未完成：检查预约两次排队", category="process", channel="carried-in", carried_in=earlier)
    story.issue("medical-1", "E", report, assigned("medical-1"))
    story.on("2013-03-05").held("publicity", "publicity", "notice", "院报刊登第二届活动启动")
    story.on("2013-03-06").issue("medical-1", "E", planned("medical-1"))
    story.on("2013-03-11")
    for unit, wanting in (("medical", 3), ("nursing", 7), ("logistics", 5), ("outpatient", 0), ("zhongyuan", 0)):
        for target in range(1, 9 if unit == "zhongyuan" else 11):
            story.answer(unit, target, "尚未实施" if target == wanting else None)
    story.on("2013-03-12")
    for unit, target in (("medical", 3), ("nursing", 7), ("logistics", 5)):
        story.found(unit, target, assigned(unit))
    story.on("2013-03-14")
    for unit, target in (("medical", 3), ("nursing", 7), ("logistics", 5)):
        story.found(unit, target, planned(unit))
    story.on("2013-03-15").answer("outpatient", 1, "只在一个窗口实施")
    story.on("2013-03-18").answer("outpatient", 1)
    story.found("outpatient", 1, IssueVoided(reason="复核：各窗口均已实施", by=SUPERVISOR))
    story.on("2013-03-20")
    story.tell(ROOT, SurveyHeld(survey="patients", on=story.today, asked=100, answered=80, satisfied=68, by="h-01"), "patients", "before")
    story.on("2013-03-25").studied("medical")
    story.studied("nursing", plan="")
    story.wrong("form-wrong")
    story.on("2013-03-26").studied("nursing")
    story.on("2013-03-27").issue("medical-1", "E", done("medical-1"))
    story.on("2013-03-28").issue("medical-1", "E", verified())


def mobilisation(story: Yangpu) -> None:
    """P1.2, April, which overlaps with P1.3; and what of March was late."""
    story.on("2013-04-02").answer("zhongyuan", 9, "夜间未实施")
    story.answer("zhongyuan", 10)
    story.tell("outpatient", GapAccepted(phase="P1.1", reason="推广计划待院部答复", by="ou-01"))
    story.on("2013-04-03").studied("logistics")
    story.held(ROOT, "assembly", "assembly", "精神文明大会", 200)
    story.on("2013-04-08").studied("outpatient")
    for line in LINES:
        story.held(line, "mobilisation", f"{line}-mobilisation", "条线发动，人人知晓", 40)
    story.held("medical-1", "mobilisation", "medical-1-mobilisation", "科室自行发动")
    story.wrong("activity-not-applicable")
    story.on("2013-04-09")
    story.tell("medical", ReturnAnswered(obligation="spread-plan", text="同意推广", by="h-02", by_unit=ROOT), "spread-plan", by=ROOT)
    story.on("2013-04-11")
    story.tell("zhongyuan", ReturnChased(obligation="spread-plan", text="请即补报", by="pu-01", by_unit=ROOT), "spread-plan", by=ROOT)
    story.on("2013-04-15").studied("zhongyuan")
    story.on("2013-05-10")
    story.tell("party-office", PhaseReopened(phase="P1.2", reason="补开青年团员讨论会", by="po-01"))
    story.held("party-office", "discussion", "discussion", "细节服务主题讨论", 30)


def issues(story: Yangpu) -> None:
    """P1.3: what the ten measures lacked, what patients and supervision found, and what else the campaign did."""
    story.on("2013-04-08").found("zhongyuan", 9, assigned("zhongyuan"))
    story.on("2013-04-10").found("medical", 3, done("medical"))
    story.on("2013-04-11").found("medical", 3, RectificationVerified(effect="好", by="me-01"))
    story.wrong("no-right")
    story.found("medical", 3, verified())
    story.on("2013-04-22").found("logistics", 5, done("logistics"))
    story.on("2013-04-24")
    story.tell("logistics", verified(ROOT), "self-check", "5", by=ROOT)
    story.on("2013-05-08").found("nursing", 7, done("nursing"))
    story.on("2013-05-09").found("nursing", 7, RectificationReturned(reason="夜班未落实", by=SUPERVISOR))
    story.on("2013-05-13").found("nursing", 7, done("nursing"))
    story.on("2013-05-14").found("nursing", 7, verified())
    story.on("2013-06-03")
    hazard = IssueReported(text="分部候诊区地面湿滑", category="environment", channel="patients", nature="hazard")
    story.issue("zhongyuan-1", "G", hazard, assigned("zhongyuan-1"))
    story.on("2013-06-04").issue("zhongyuan-1", "G", IssueHandedOver(to="logistics-1", reason="由后勤处置", by="zy1-01"))
    taken = ("handover", "zhongyuan-1", "1", "zhongyuan", "G")
    story.on("2013-06-06").tell("logistics-1", HandOverAcknowledged(owner="logistics-1-owner", by="lo1-01"), *taken)
    story.on("2013-06-07").tell("logistics-1", planned("logistics-1"), *taken)
    story.on("2013-06-14").tell("logistics-1", done("logistics-1"), *taken)
    story.on("2013-06-17").tell("logistics-1", verified(), *taken)
    story.on("2013-06-20").found("zhongyuan", 9, planned("zhongyuan"))
    story.on("2013-06-28").held("nursing-1", "forum-theatre", "theatre", "论坛戏剧：换个角度看服务", 60)
    story.on("2013-07-01").found("zhongyuan", 9, done("zhongyuan"))
    story.held("party-office", "organisation-meeting", "meeting", "专题组织生活会", 25)
    story.on("2013-07-03").found("zhongyuan", 9, verified())
    story.tell(ROOT, MeasureTold(measure="research", period="2013-Q2", value=2, by="h-02"), "research", "2013-Q2")
    story.on("2013-07-10")
    visit = VisitLogged(activity="supervision", on=story.today, visitor=SUPERVISOR, by=SUPERVISOR, by_unit=ROOT)
    came = story.tell("outpatient-1", visit, ROOT, "first", by=ROOT)
    story.on("2013-07-11")
    defect = IssueReported(text="退费须跑三处", category="process", channel="supervision", nature="defect", visit=came)
    story.issue("outpatient-1", "H", defect, assigned("outpatient-1"))
    story.on("2013-07-12").issue("outpatient-1", "H", planned("outpatient-1"))
    story.on("2013-07-29").issue("outpatient-1", "H", done("outpatient-1"))
    story.on("2013-08-01").issue("outpatient-1", "H", verified())
    story.own("nursing", PracticeShared(title="床头用药时间卡", text="一人一卡", visibility="public", by="nu-01"), "card")
    story.on("2013-09-03")
    story.tell("medical", visit.model_copy(update={"on": story.today}), ROOT, "second", by=ROOT)
    story.on("2013-09-05").tell("nursing", OutcomeRecorded(nature="patent", title="一种输液提示卡", by="nu-01"))
    story.on("2013-09-10")
    story.issue("medical-3", "I", IssueReported(text="检验报告取单难", category="process", channel="proposal"), assigned("medical-3"))
    story.on("2013-10-08").tell(ROOT, MeasureTold(measure="patents", period="2013-Q3", value=1, by="h-02"), "patents", "2013-Q3")
    story.on("2013-10-25")
    story.tell(ROOT, SurveyHeld(survey="patients", on=story.today, asked=100, answered=90, satisfied=84, by="h-01"), "patients", "after")
    story.on("2013-10-30").held("publicity", "publicity", "results", "成效反馈专版")


def november(story: Yangpu) -> None:
    """In no phase, though the campaign still runs."""
    story.on("2013-11-08").nominated("medical-1", "improvement", "once", "settling")
    story.nominated("nursing-1", "improvement", "once", "cards", person="nursing-1-owner")
    story.nominated("logistics", "improvement", "once", "meals")
    story.on("2013-11-12")
    fixed = Fixed(measures="增设轮椅两辆", result="已到位", by="medical-2-staff")
    story.issue("medical-2", "J", IssueReported(text="病区轮椅不足", category="environment", channel="patients", fixed=fixed))
    story.climbed("medical", NominationPassedOn(by="me-01"), "improvement", "once", "medical-1", "settling")
    story.climbed("nursing", NominationPassedOn(by="nu-01"), "improvement", "once", "nursing-1", "cards")
    story.on("2013-11-20").issue("medical-2", "J", verified())
    story.climbed(ROOT, NominationDeclined(reason="材料不全", by="h-03"), "improvement", "once", "logistics", "meals")
    story.on("2013-11-25")
    story.tell(ROOT, RoundClosed(award="improvement", period="once", round="panel", by="h-03"), "improvement", "once")
    story.wrong("nominations-open")
