"""The Yangpu campaign of 2013, told by hand: three phases of which two overlap, November in none; measures, proposals, and ideas judged every two months."""

from dataclasses import dataclass, field
from datetime import date

import pytest

from deploy.embedded.embedded import Embedded
from shared.events.activity import ActivityHeld, PracticeShared
from shared.events.award import AwardDecided, RoundClosed
from shared.events.fact import Fact
from shared.events.hand_over import HandOverAcknowledged, IssueHandedOver
from shared.events.idea import (
    FollowThroughDone,
    FollowThroughOpened,
    FollowThroughOverdue,
    IdeaAdopted,
    IdeaApplied,
    IdeaDeclined,
    IdeaOffered,
    OutcomeRecorded,
)
from shared.events.indicator import MeasureTold, SurveyHeld
from shared.events.issue import (
    CarriedIn,
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
from shared.events.lateness import IssueNearDue
from shared.events.leaving import IssueVoided
from shared.events.nomination import (
    AwardGiven,
    AwardReceived,
    NominationDeclined,
    NominationFiled,
    NominationHeldBack,
    NominationPassedOn,
    ScoreCounted,
    ScoreGiven,
)
from shared.events.phase import GapAccepted, PhaseClosed, PhaseHeld, PhaseReopened, PhaseSupplemented
from shared.events.proposal import OpinionGiven, ProposalFiled, ProposalJudged, ProposalPassedOn
from shared.events.refusal import Refused
from shared.events.returns import ObligationMet, ReturnAnswered, ReturnChased, ReturnFiled, ReturnMissing, ReturnNearDue
from shared.events.roles import RoleGiven
from shared.events.self_check import SelfCheckAnswered
from shared.events.visit import VisitLogged
from shared.topics import subject_id
from tests.campaigns.story import Story, Told, files, rehearse, run

CAMPAIGN = "yangpu-2013"
PLAN, UNITS = files(CAMPAIGN)
ROOT = "hospital"
LINES = ("medical", "nursing", "outpatient", "logistics", "zhongyuan")
SUPERVISOR = "qo-02"
"""Of the quality office: the lines do not check themselves."""
RESPONSIBLE = {unit.id: unit.responsible or "?" for unit in UNITS}
STUDY = {f"{what}-{number}": "已实施" if what == "status" else "可推广" for number in range(1, 11) for what in ("status", "spread")}
FORM = {"line": "medical", "head": "负责人", "project": "床旁结算", "category": "process", "measures": "出院患者在床旁结算"}
POINTS = {"novel": 18.0, "practicable": 17.0, "lasting": 16.0, "outside-view": 15.0, "publicity": 14.0}
"""80 points in all."""


@dataclass
class Yangpu(Story):
    """The story, with what it tells although a rule forbids it: the rule by the id told."""

    forbidden: dict[str, str] = field(default_factory=dict)

    def wrong(self, rule: str) -> None:
        """What was told last breaks a rule."""
        self.forbidden[self.days[self.today][-1]["id"]] = rule

    def own(self, unit: str, fact: Fact, reference: str) -> str:
        """What is known by its teller's reference: an idea, a proposal, an activity."""
        return self.tell(unit, fact, self.clients[unit], reference)

    def check(self, unit: str, target: int, finding: str | None = None) -> None:
        """A measure is compared: it is in use unless something was found."""
        fact = SelfCheckAnswered(target=target, conforms=finding is None, finding=finding, by=RESPONSIBLE[unit])
        self.tell(unit, fact, str(target))

    def found(self, unit: str, target: int, *facts: Fact) -> None:
        """What is told of the issue that the self-check entered."""
        for fact in facts:
            self.tell(unit, fact, "self-check", str(target))

    def studied(self, unit: str, **form: str) -> None:
        """A line files its study of the ten measures, with the plan for spreading them."""
        filled = STUDY | {"plan": "十条全部推广，每月一条"} | form
        fact = ReturnFiled(obligation="spread-plan", title="推广计划", form=filled, by=RESPONSIBLE[unit])
        self.tell(unit, fact, "spread-plan")

    def rolling(self, unit: str, obligation: str, form: dict[str, str] | None = None, nil: bool = False) -> None:
        """A return that has no date is filed."""
        fact = ReturnFiled(obligation=obligation, title="申报", period="rolling", form=form or {}, nil=nil, by=RESPONSIBLE[unit])
        self.tell(unit, fact, obligation, "rolling")

    def held(self, unit: str, activity: str, reference: str, text: str, attendance: int | None = None) -> None:
        """A unit held an activity today."""
        fact = ActivityHeld(activity=activity, on=self.today, text=text, attendance=attendance, by=RESPONSIBLE[unit])
        self.own(unit, fact, reference)

    def box(self, unit: str, reference: str, slips: int, witness: str) -> None:
        """The box for ideas is opened."""
        by = RESPONSIBLE[unit]
        fact = ActivityHeld(activity="box-opening", on=self.today, text="开启金点子箱", slips=slips, witness=witness, by=by)
        self.own(unit, fact, reference)

    def idea(self, unit: str, reference: str, *facts: Fact) -> None:
        """Facts of one idea."""
        for fact in facts:
            self.own(unit, fact, reference)

    def nominated(self, unit: str, award: str, period: str, reference: str, idea: str | None = None, person: str | None = None) -> None:
        """A unit nominates a team or a person, for an adopted idea or on the form."""
        fact = NominationFiled(
            award=award,
            period=period,
            nominee="person" if person else "team",
            person=person,
            title="细节服务改进",
            idea=idea and subject_id(f"{CAMPAIGN}/{unit}", "idea", self.clients[unit], idea),
            form={} if award == "idea" else FORM,
            by=RESPONSIBLE[unit],
        )
        self.tell(unit, fact, award, period, self.clients[unit], reference)

    def climbed(self, unit: str, fact: Fact, award: str, period: str, nominated_by: str, reference: str) -> None:
        """What is told of a nomination in a book that it climbed to."""
        self.tell(unit, fact, award, period, nominated_by, self.clients[nominated_by], reference)


def assigned(unit: str) -> IssueAssigned:
    return IssueAssigned(owner=f"{unit}-owner", by=RESPONSIBLE[unit])


def planned(unit: str) -> MeasuresPlanned:
    return MeasuresPlanned(measures="定人、定措施", by=f"{unit}-owner")


def done(unit: str) -> RectificationDone:
    return RectificationDone(result="已落实", evidence=("落实后照片.jpg",), by=f"{unit}-staff")


def checked(by_unit: str | None = None) -> RectificationVerified:
    return RectificationVerified(effect="病人反映良好", by=SUPERVISOR, by_unit=by_unit)


def score(judge: str, judge_unit: str, **points: float) -> ScoreGiven:
    return ScoreGiven(round="panel", judge_unit=judge_unit, points=POINTS | points, by=judge)


def nomination(award: str, period: str, *rest: str) -> str:
    """A nomination as the hospital's book knows it."""
    return "~".join((award, period, *rest))


def story() -> Yangpu:
    it = Yangpu(PLAN, UNITS)
    for part in (study, mobilisation, proposals, ideas, idea_award, issues, november, december):
        part(it)
    return it


def study(it: Yangpu) -> None:
    """P1.1, March: the lines compare the ten measures and plan how to spread them."""
    it.on("2013-03-01")
    for each in UNITS[5:]:
        it.tell(each.id, RoleGiven(person=SUPERVISOR, role="supervisor", by=RESPONSIBLE[each.id]))
    for person, role in (
        ("h-01", "leading-group-head"),
        ("h-02", "leading-group-deputy"),
        ("po-01", "leading-group-member"),
        ("pu-01", "office"),
        ("h-03", "panel"),
    ):
        it.tell(ROOT, RoleGiven(person=person, role=role, by="h-01"))
    it.on("2013-03-04")
    earlier = CarriedIn(campaign="first-campaign", reference="2012-17")
    report = IssueReported(text="上届未完成：检查预约两次排队", category="process", channel="carried-in", carried_in=earlier)
    it.issue("medical-1", "E", report, assigned("medical-1"))
    it.on("2013-03-05").held("publicity", "publicity", "notice", "院报刊登第二届活动启动")
    it.on("2013-03-06").issue("medical-1", "E", planned("medical-1"))
    it.on("2013-03-11")
    for unit, wanting in (("medical", 3), ("nursing", 7), ("logistics", 5), ("outpatient", 0), ("zhongyuan", 0)):
        for target in range(1, 9 if unit == "zhongyuan" else 11):
            it.check(unit, target, "尚未实施" if target == wanting else None)
    it.on("2013-03-12")
    for unit, target in (("medical", 3), ("nursing", 7), ("logistics", 5)):
        it.found(unit, target, assigned(unit))
    it.on("2013-03-14")
    for unit, target in (("medical", 3), ("nursing", 7), ("logistics", 5)):
        it.found(unit, target, planned(unit))
    it.on("2013-03-15").check("outpatient", 1, "只在一个窗口实施")
    it.on("2013-03-18").check("outpatient", 1)
    it.found("outpatient", 1, IssueVoided(reason="复核：各窗口均已实施", by=SUPERVISOR))
    it.on("2013-03-20")
    it.tell(ROOT, SurveyHeld(survey="patients", on=it.today, asked=100, answered=80, satisfied=68, by="h-01"), "patients", "before")
    it.on("2013-03-25").studied("medical")
    it.studied("nursing", plan="")
    it.wrong("form-wrong")
    it.on("2013-03-26").studied("nursing")
    it.on("2013-03-27").issue("medical-1", "E", done("medical-1"))
    it.on("2013-03-28").issue("medical-1", "E", checked())


def mobilisation(it: Yangpu) -> None:
    """P1.2, April, which overlaps with P1.3; and what of March was late."""
    it.on("2013-04-02").check("zhongyuan", 9, "夜间未实施")
    it.check("zhongyuan", 10)
    it.tell("outpatient", GapAccepted(phase="P1.1", reason="推广计划待院部答复", by="ou-01"))
    it.on("2013-04-03").studied("logistics")
    it.held(ROOT, "assembly", "assembly", "精神文明大会", 200)
    it.on("2013-04-08").studied("outpatient")
    for line in LINES:
        it.held(line, "mobilisation", f"{line}-mobilisation", "条线发动，人人知晓", 40)
    it.held("medical-1", "mobilisation", "medical-1-mobilisation", "科室自行发动")
    it.wrong("activity-not-applicable")
    it.on("2013-04-09")
    it.tell("medical", ReturnAnswered(obligation="spread-plan", text="同意推广", by="h-02", by_unit=ROOT), "spread-plan", by=ROOT)
    it.on("2013-04-11")
    it.tell("zhongyuan", ReturnChased(obligation="spread-plan", text="请即补报", by="pu-01", by_unit=ROOT), "spread-plan", by=ROOT)
    it.on("2013-04-15").studied("zhongyuan")
    it.on("2013-05-10")
    it.tell("party-office", PhaseReopened(phase="P1.2", reason="补开青年团员讨论会", by="po-01"))
    it.held("party-office", "discussion", "discussion", "细节服务主题讨论", 30)


def proposals(it: Yangpu) -> None:
    """The form J1, on its way from the department over the line to the hospital."""

    def filed(unit: str, **form: str) -> None:
        it.own(unit, ProposalFiled(form=FORM | form, evidence=("附页.docx",), by=RESPONSIBLE[unit]), f"{unit}-proposal")

    def above(unit: str, fact: Fact, *path: str) -> None:
        it.tell(unit, fact, *path, it.clients[path[-1]], f"{path[-1]}-proposal")

    it.on("2013-04-24")
    filed("medical-1", measures="长" * 501)
    it.wrong("form-wrong")
    it.on("2013-04-25")
    filed("medical-1", measures="长" * 500)
    it.rolling("medical-1", "department-form", FORM)
    it.on("2013-04-26")
    above("medical", ProposalPassedOn(remark="本条线集中申报", by="me-01"), "medical-1")
    it.rolling("medical", "forwarded-proposals")
    it.on("2013-05-02")
    above("medical", OpinionGiven(opinion="同意", accepted=True, by="me-01"), "medical-1")
    it.wrong("opinion-above")
    it.on("2013-05-03")
    above(ROOT, OpinionGiven(opinion="同意立项", accepted=True, by="h-03"), "medical", "medical-1")
    it.on("2013-06-13")
    filed("nursing-1", line="nursing", category="courtesy")
    it.rolling("nursing-1", "department-form", FORM | {"line": "nursing"})
    it.on("2013-06-14")
    above("nursing", ProposalPassedOn(by="nu-01"), "nursing-1")
    it.rolling("nursing", "forwarded-proposals")
    it.on("2013-06-17")
    filed("outpatient-1", line="outpatient", category="便民")
    it.rolling("outpatient-1", "department-form", FORM | {"line": "outpatient"})
    it.on("2013-06-18")
    above("outpatient", OpinionGiven(opinion="条线内即可实施", accepted=True, by="ou-01"), "outpatient-1")
    it.on("2013-06-20")
    above(ROOT, OpinionGiven(opinion="先在本科试行", accepted=False, by="h-03"), "nursing", "nursing-1")
    it.on("2013-07-04")
    filed("zhongyuan-1", line="zhongyuan", category="environment")
    it.on("2013-10-30").rolling("logistics", "forwarded-proposals")


def ideas(it: Yangpu) -> None:
    """The box in the hall, ideas of patients and staff, and what became of those that were adopted."""

    def offered(channel: str, text: str, box: str | None = None) -> IdeaOffered:
        return IdeaOffered(text=text, category="process", channel=channel, anonymous=box is not None, box=box)

    def adopted(unit: str) -> IdeaAdopted:
        return IdeaAdopted(measure="即日试行", owner=f"{unit}-owner", by=RESPONSIBLE[unit])

    it.on("2013-04-10").box(ROOT, "box-1", 12, "h-01")
    it.wrong("box-two-persons")
    it.box(ROOT, "box-2", 12, "pu-01")
    it.idea(ROOT, "glasses", offered("idea-box", "挂号处备老花镜", "门诊大厅"))
    it.idea(ROOT, "parking", offered("idea-box", "门诊前停车不限时", "门诊大厅"))
    it.on("2013-04-12").idea(ROOT, "glasses", adopted(ROOT))
    it.idea(ROOT, "parking", IdeaDeclined(reason="消防通道不得占用", by="h-01"))
    it.on("2013-04-15").idea("medical-1", "round", offered("party-and-youth", "查房前告知当日检查"))
    it.on("2013-04-16").idea("nursing-1", "clock", offered("party-and-youth", "床头贴用药时间"))
    it.on("2013-04-17").idea("medical-1", "round", adopted("medical-1"))
    it.on("2013-04-18").idea("nursing-1", "clock", adopted("nursing-1"))
    it.on("2013-04-22").idea(ROOT, "glasses", IdeaApplied(result="四个窗口已备", by="h-05"))
    it.on("2013-05-06").idea("medical-1", "round", IdeaApplied(result="全科执行", by="me1-02"))
    it.on("2013-06-05").box(ROOT, "box-3", 5, "pu-01")
    it.idea("outpatient-1", "queue", offered("patients", "缴费处设老人窗口"))
    it.on("2013-06-07").idea("outpatient-1", "queue", adopted("outpatient-1"))
    it.on("2013-06-17").idea(ROOT, "glasses", FollowThroughDone(holds=True, effect="每日三十人次", by="h-05"))
    it.wrong("follow-through-own")
    it.on("2013-06-18").idea(ROOT, "glasses", FollowThroughDone(holds=True, effect="每日三十人次", by=SUPERVISOR))
    it.on("2013-07-10").idea("medical-1", "round", FollowThroughDone(holds=False, effect="夜班未执行", by=SUPERVISOR))
    it.on("2013-07-15").idea("medical-1", "round", IdeaApplied(result="夜班补上", by="me1-02"))
    it.on("2013-08-01").idea("medical-1", "round", FollowThroughDone(holds=True, effect="抽问十名病人均知晓", by=SUPERVISOR))
    it.on("2013-08-06").box("publicity", "box-4", 3, "pu-02")
    it.idea("zhongyuan-1", "bus", offered("patients", "班车时刻上墙"))
    it.on("2013-08-08").idea("zhongyuan-1", "bus", adopted("zhongyuan-1"))
    it.on("2013-10-09").idea("party-office", "pledge", offered("party-and-youth", "党员窗口轮值"))
    it.on("2013-10-10").idea("party-office", "pledge", adopted("party-office"))


def idea_award(it: Yangpu) -> None:
    """Every two months from April, without limit."""

    def closed(period: str) -> None:
        it.tell(ROOT, RoundClosed(award="idea", period=period, round="panel", by="h-03"), "idea", period)

    def decided(period: str, *winners: str) -> None:
        notice = "院周会通报"
        fact = AwardDecided(award="idea", period=period, winners=winners, notice=notice, prize="证书与奖金", by="h-01")
        it.tell(ROOT, fact, "idea", period)

    it.on("2013-05-20")
    it.nominated(ROOT, "idea", "2013-04", "glasses", "glasses")
    it.nominated("medical-1", "idea", "2013-04", "round", "round")
    it.nominated("nursing-1", "idea", "2013-04", "nothing")
    it.wrong("nomination-idea")
    it.nominated("nursing-1", "idea", "2013-04", "clock", "clock")
    it.on("2013-05-21")
    it.climbed("medical", NominationPassedOn(by="me-01"), "idea", "2013-04", "medical-1", "round")
    it.climbed("nursing", NominationPassedOn(by="nu-01"), "idea", "2013-04", "nursing-1", "clock")
    it.on("2013-06-03")
    it.tell(ROOT, score("h-03", ROOT), "idea", "2013-04", ROOT, "glasses")
    it.wrong("judge-own-unit")
    it.tell(ROOT, score("po-02", "party-office"), "idea", "2013-04", ROOT, "glasses")
    it.climbed(ROOT, score("h-03", ROOT, novel=21.0), "idea", "2013-04", "medical-1", "round")
    it.wrong("points-wrong")
    it.climbed(ROOT, score("h-03", ROOT), "idea", "2013-04", "medical-1", "round")
    it.climbed(ROOT, score("po-02", "party-office", novel=20.0), "idea", "2013-04", "medical-1", "round")
    it.climbed(ROOT, score("h-03", ROOT), "idea", "2013-04", "nursing-1", "clock")
    it.on("2013-06-04")
    closed("2013-04")
    it.on("2013-06-05")
    decided(
        "2013-04",
        nomination("idea", "2013-04", ROOT, "glasses"),
        nomination("idea", "2013-04", "medical-1", "medical", "round"),
        nomination("idea", "2013-04", "nursing-1", "nursing", "clock"),
    )
    it.on("2013-07-22").nominated("outpatient-1", "idea", "2013-06", "queue", "queue")
    it.on("2013-08-02")
    closed("2013-06")
    it.on("2013-08-05")
    decided("2013-06")
    it.on("2013-08-06")  # the line passes it on when the round is over
    it.climbed("outpatient", NominationPassedOn(by="ou-01"), "idea", "2013-06", "outpatient-1", "queue")
    it.on("2013-08-09").nominated("zhongyuan-1", "idea", "2013-06", "bus-late", "bus")
    it.wrong("nominations-closed")
    it.on("2013-09-10").nominated("zhongyuan-1", "idea", "2013-08", "bus", "bus")
    it.on("2013-09-12")
    it.climbed("zhongyuan", NominationDeclined(reason="尚未见效", by="zy-01"), "idea", "2013-08", "zhongyuan-1", "bus")
    it.on("2013-10-15").nominated("party-office", "idea", "2013-10", "pledge", "pledge")
    it.on("2013-11-04").climbed(ROOT, score("h-03", ROOT), "idea", "2013-10", "party-office", "pledge")
    it.on("2013-11-05")
    closed("2013-10")
    it.on("2013-11-06")
    decided("2013-10", nomination("idea", "2013-10", "party-office", ROOT, "pledge"))


def issues(it: Yangpu) -> None:
    """P1.3: what the ten measures lacked, what patients and supervision found, and what else the campaign did."""
    it.on("2013-04-08").found("zhongyuan", 9, assigned("zhongyuan"))
    it.on("2013-04-10").found("medical", 3, done("medical"))
    it.on("2013-04-11").found("medical", 3, RectificationVerified(effect="好", by="me-01"))
    it.wrong("no-right")
    it.found("medical", 3, checked())
    it.on("2013-04-22").found("logistics", 5, done("logistics"))
    it.on("2013-04-24")
    it.tell("logistics", checked(ROOT), "self-check", "5", by=ROOT)
    it.on("2013-05-08").found("nursing", 7, done("nursing"))
    it.on("2013-05-09").found("nursing", 7, RectificationReturned(reason="夜班未落实", by=SUPERVISOR))
    it.on("2013-05-13").found("nursing", 7, done("nursing"))
    it.on("2013-05-14").found("nursing", 7, checked())
    it.on("2013-06-03")
    hazard = IssueReported(text="分部候诊区地面湿滑", category="environment", channel="patients", nature="hazard")
    it.issue("zhongyuan-1", "G", hazard, assigned("zhongyuan-1"))
    it.on("2013-06-04").issue("zhongyuan-1", "G", IssueHandedOver(to="logistics-1", reason="由后勤处置", by="zy1-01"))
    taken = ("handover", "zhongyuan-1", "1", "zhongyuan", "G")
    it.on("2013-06-06").tell("logistics-1", HandOverAcknowledged(owner="logistics-1-owner", by="lo1-01"), *taken)
    it.on("2013-06-07").tell("logistics-1", planned("logistics-1"), *taken)
    it.on("2013-06-14").tell("logistics-1", done("logistics-1"), *taken)
    it.on("2013-06-17").tell("logistics-1", checked(), *taken)
    it.on("2013-06-20").found("zhongyuan", 9, planned("zhongyuan"))
    it.on("2013-06-28").held("nursing-1", "forum-theatre", "theatre", "论坛戏剧：换个角度看服务", 60)
    it.on("2013-07-01").found("zhongyuan", 9, done("zhongyuan"))
    it.held("party-office", "organisation-meeting", "meeting", "专题组织生活会", 25)
    it.on("2013-07-03").found("zhongyuan", 9, checked())
    it.tell(ROOT, MeasureTold(measure="research", period="2013-Q2", value=2, by="h-02"), "research", "2013-Q2")
    it.on("2013-07-10")
    visit = VisitLogged(activity="supervision", on=it.today, visitor=SUPERVISOR, by=SUPERVISOR, by_unit=ROOT)
    came = it.tell("outpatient-1", visit, ROOT, "first", by=ROOT)
    it.on("2013-07-11")
    defect = IssueReported(text="退费须跑三处", category="process", channel="supervision", nature="defect", visit=came)
    it.issue("outpatient-1", "H", defect, assigned("outpatient-1"))
    it.on("2013-07-12").issue("outpatient-1", "H", planned("outpatient-1"))
    it.on("2013-07-29").issue("outpatient-1", "H", done("outpatient-1"))
    it.on("2013-08-01").issue("outpatient-1", "H", checked())
    it.own("nursing", PracticeShared(title="床头用药时间卡", text="一人一卡", visibility="public", by="nu-01"), "card")
    it.on("2013-09-03")
    it.tell("medical", visit.model_copy(update={"on": it.today}), ROOT, "second", by=ROOT)
    it.on("2013-09-05").tell("nursing", OutcomeRecorded(nature="patent", title="一种输液提示卡", by="nu-01"))
    it.on("2013-09-10")
    it.issue("medical-3", "I", IssueReported(text="检验报告取单难", category="process", channel="proposal"), assigned("medical-3"))
    it.on("2013-10-08").tell(ROOT, MeasureTold(measure="patents", period="2013-Q3", value=1, by="h-02"), "patents", "2013-Q3")
    it.on("2013-10-25")
    it.tell(ROOT, SurveyHeld(survey="patients", on=it.today, asked=100, answered=90, satisfied=84, by="h-01"), "patients", "after")
    it.on("2013-10-30").held("publicity", "publicity", "results", "成效反馈专版")


def november(it: Yangpu) -> None:
    """In no phase, though the campaign still runs."""
    it.on("2013-11-08").nominated("medical-1", "improvement", "once", "settling")
    it.nominated("nursing-1", "improvement", "once", "cards", person="nursing-1-owner")
    it.nominated("logistics", "improvement", "once", "meals")
    it.on("2013-11-12")
    fixed = Fixed(measures="增设轮椅两辆", result="已到位", by="medical-2-staff")
    it.issue("medical-2", "J", IssueReported(text="病区轮椅不足", category="environment", channel="patients", fixed=fixed))
    it.climbed("medical", NominationPassedOn(by="me-01"), "improvement", "once", "medical-1", "settling")
    it.climbed("nursing", NominationPassedOn(by="nu-01"), "improvement", "once", "nursing-1", "cards")
    it.on("2013-11-20").issue("medical-2", "J", checked())
    it.climbed(ROOT, NominationDeclined(reason="材料不全", by="h-03"), "improvement", "once", "logistics", "meals")
    it.on("2013-11-25")
    it.tell(ROOT, RoundClosed(award="improvement", period="once", round="panel", by="h-03"), "improvement", "once")
    it.wrong("nominations-open")


def december(it: Yangpu) -> None:
    """After the campaign: the award of the year, and what was carried over."""
    it.on("2013-12-02").idea("medical-2", "late", IdeaOffered(text="增设雨伞架", category="environment", channel="patients"))
    it.wrong("after-campaign")
    it.on("2013-12-03").climbed(ROOT, score("h-03", ROOT), "improvement", "once", "medical-1", "settling")
    it.climbed(ROOT, score("h-03", ROOT, novel=10.0), "improvement", "once", "nursing-1", "cards")
    it.issue("medical-3", "I", planned("medical-3"))
    it.on("2013-12-04")
    it.tell(ROOT, RoundClosed(award="improvement", period="once", round="panel", by="h-03"), "improvement", "once")
    it.on("2013-12-05")
    winners = (
        nomination("improvement", "once", "medical-1", "medical", "settling"),
        nomination("improvement", "once", "nursing-1", "nursing", "cards"),
    )
    decided = AwardDecided(award="improvement", period="once", winners=winners, notice="年终总结会表彰", prize="奖杯", by="h-01")
    it.tell(ROOT, decided, "improvement", "once")
    it.on("2013-12-10").issue("medical-3", "I", done("medical-3"))
    it.on("2013-12-12").issue("medical-3", "I", checked())


EXPECTED = {
    "P1.1": {
        "units": 17,
        "gaps": 2,  # outpatient accepted its gap on 2 April; zhongyuan's grace, six working days, was over on 9 April
        "entered": 5,  # medical 3, nursing 7, logistics 5 and outpatient 1 of the ten measures; what the first campaign left in medical-1
        "carried_in": 1,  # the last of these
        "voided": 1,  # that of outpatient
        "struck_off": 1,  # medical-1, on 28 March
        "on_time": 1,
        "answered": 48,  # four lines answer ten measures, zhongyuan eight
        "findings": 3,  # outpatient took its fourth back
        "filed": 2,  # medical and nursing
        "late": 3,  # logistics on 3 April, outpatient on the 8th, zhongyuan on the 15th
        "activities": 1,  # the notice in the hospital's paper
        "surveyed": 80,
        "satisfied": 68,
    },
    "P1.2": {
        "units": 17,
        "activities": 1,  # the discussion of 10 May: what is told in April counts in P1.3, the last that has begun
    },
    "P1.3": {
        "units": 17,
        "entered": 6,  # zhongyuan 9 on 2 April; the wet floor twice; refunds; reports of medical-3; wheelchairs, in November
        "received": 1,  # the wet floor, in logistics-1
        "handed_over": 1,  # by zhongyuan-1
        "hazards": 2,  # the wet floor, in each of both books
        "defects": 1,  # refunds
        "answered": 2,  # zhongyuan 9 and 10
        "findings": 1,  # zhongyuan 9
        "struck_off": 8,  # medical 3, logistics 5, nursing 7, zhongyuan 9, the floor, refunds, wheelchairs; medical-3 in December
        "on_time": 5,  # all but nursing 7, zhongyuan 9 and medical-3
        "overdue": 3,  # nursing 7, sent back past its last day, 8 May; zhongyuan 9 on 30 May; medical-3 on 11 November
        "returned": 1,  # nursing 7
        "carried_over": 1,  # medical-3
        "rolling": 6,  # three forms of departments, two of lines, and a nil return of logistics
        "proposals": 4,  # medical-1 once the text was short enough, nursing-1, outpatient-1, zhongyuan-1
        "ideas": 7,  # two from the box, one each of medical-1, nursing-1, outpatient-1, zhongyuan-1 and the party office
        "adopted": 6,  # all but the parking
        "nominations": 9,  # six ideas, and three for the year's award
        "awards": 6,  # three of April and May, one of October, two of the year
        "activities": 12,  # the assembly, five mobilisations, three openings of the box, theatre, meeting, and the feedback on results
        "visits": 2,
        "surveyed": 90,
        "satisfied": 84,
    },
}
"""The figures of the hospital's last statement of each phase that are not 0, worked out from the story above."""
STORY = story()
NOT_RIGHT = next(id for id, rule in STORY.forbidden.items() if rule == "opinion-above")


@pytest.fixture(scope="module")
def told(embedded: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Told:
    asked = [f"/api/campaigns/{CAMPAIGN}/summary", f"/api/campaigns/{CAMPAIGN}/kpis", f"/api/told/{NOT_RIGHT}?source=medical"]
    return run(story(), embedded, tmp_path_factory.mktemp("yangpu"), asked)


@pytest.fixture(scope="module")
def rehearsed() -> Told:
    """So that whoever changes the story sees within seconds what becomes of it."""
    return rehearse(story())


@pytest.fixture(params=["rehearsed", "told"])
def either(request: pytest.FixtureRequest) -> Told:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Told)
    return found


@pytest.mark.covers("P1", "P1.1", "P1.2", "P1.3", "A3", "A8", "B3", "C8", "D4", "F1", "G6", "G10")
@pytest.mark.parametrize("phase", EXPECTED)
def test_the_last_statement_of_the_hospital_says_what_the_story_told(either: Told, phase: str) -> None:
    assert either.statement(ROOT, phase) == EXPECTED[phase]


@pytest.mark.covers("C14")
def test_lines_state_what_their_departments_told(either: Told) -> None:
    medical = {"units": 4, "entered": 2, "carried_in": 1, "struck_off": 1, "on_time": 1, "answered": 10, "findings": 1, "filed": 1}
    assert either.statement("medical", "P1.1") == medical
    assert either.statement("outpatient", "P1.1") == {"units": 2, "gaps": 1, "entered": 1, "voided": 1, "answered": 10, "late": 1}
    zhongyuan = either.statement("zhongyuan", "P1.3")
    assert (zhongyuan["entered"], zhongyuan["handed_over"], zhongyuan["overdue"], zhongyuan["ideas"]) == (2, 1, 1, 1)


def test_reporting_counts_what_the_ledger_states(told: Told) -> None:
    summary = told.answers[f"/api/campaigns/{CAMPAIGN}/summary"]
    counted = {each["code"]: {name: value for name, value in each["figures"].items() if value} for each in summary["phases"]}
    assert counted == EXPECTED


@pytest.mark.covers("C10", "I3", "F10")
def test_what_breaks_a_rule_is_refused_and_nothing_else(either: Told) -> None:
    assert {each.told_id: each.fact.rule for each in either.recorded if isinstance(each.fact, Refused)} == STORY.forbidden


def test_whoever_told_it_hears_why_it_was_refused(told: Told) -> None:
    answer = told.answers[f"/api/told/{NOT_RIGHT}?source=medical"]
    assert answer["state"] == "refused"
    assert "opinion-above" in str(answer)


@pytest.mark.covers("A3")
def test_phases_overlap_and_november_is_in_none(either: Told) -> None:
    closed = [fact.phase for fact in either.facts(PhaseClosed, ROOT)]
    assert closed == ["P1.1", "P1.2", "P1.3"]
    [wheelchairs] = either.facts(IssueEntered, "medical-2")
    assert wheelchairs.phase == "P1.3"
    assert {fact.phase for fact in either.facts(PhaseSupplemented, "medical")} == {"P1.3"}


@pytest.mark.covers("A5", "H17", "G6")
def test_the_study_waits_for_ten_answers_and_the_plan_for_spreading_them(either: Told) -> None:
    held = [fact.gap for fact in either.facts(PhaseHeld, "zhongyuan") if fact.phase == "P1.1"]
    assert [(gap.returns, gap.targets) for gap in held] == [(("spread-plan",), 2)]
    [closed] = [fact for fact in either.facts(PhaseClosed, "zhongyuan") if fact.phase == "P1.1"]
    assert closed.gap
    assert (closed.gap.returns, closed.gap.targets) == (("spread-plan",), 0)
    chased = [(each.where.unit, type(each.fact)) for each in either.recorded if isinstance(each.fact, ReturnNearDue | ReturnMissing)]
    assert sorted(unit for unit, kind in chased if kind is ReturnNearDue) == ["logistics", "outpatient", "zhongyuan"]
    assert sorted(unit for unit, kind in chased if kind is ReturnMissing) == ["logistics", "outpatient", "zhongyuan"]
    assert sorted(fact.late for fact in either.facts(ObligationMet)) == [False, False, True, True, True]


def test_a_phase_that_a_unit_opened_again_is_stated_anew_up_to_the_root(either: Told) -> None:
    assert [(fact.phase, fact.revision) for fact in either.facts(PhaseClosed, "party-office")][-1] == ("P1.3", 1)
    assert ("P1.2", 2) in {(fact.phase, fact.revision) for fact in either.facts(PhaseClosed, "party-office")}
    assert ("P1.2", 2) in {(fact.phase, fact.revision) for fact in either.facts(PhaseSupplemented, ROOT)}


@pytest.mark.covers("H8", "J1", "B11", "F10")
def test_a_proposal_climbs_from_the_department_over_its_line_to_the_hospital_and_the_opinion_comes_back(either: Told) -> None:
    for unit, opinion in (("medical", "同意立项"), ("nursing", "先在本科试行")):
        for book in (unit, f"{unit}-1"):
            assert [(fact.unit, fact.opinion) for fact in either.facts(ProposalJudged, book)] == [(ROOT, opinion)]
    assert [fact.unit for fact in either.facts(ProposalJudged, "outpatient-1")] == ["outpatient"]
    assert either.facts(ProposalJudged, "zhongyuan-1") == []
    filed = either.facts(ProposalFiled, "medical-1")[-1]
    assert len(filed.form["measures"]) == 500


@pytest.mark.covers("F2", "F3", "F5", "F9", "F11")
def test_ideas_are_awarded_every_two_months_and_the_year_ends_with_an_award_on_the_five_criteria(either: Told) -> None:
    given = [(fact.award, fact.period, fact.nominated_by, fact.nominee) for fact in either.facts(AwardGiven, ROOT)]
    assert given == [
        ("idea", "2013-04", ROOT, "team"),
        ("idea", "2013-04", "medical-1", "team"),
        ("idea", "2013-04", "nursing-1", "team"),
        ("idea", "2013-10", "party-office", "team"),
        ("improvement", "once", "medical-1", "team"),
        ("improvement", "once", "nursing-1", "person"),
    ]
    means = [(fact.judges, fact.mean) for fact in either.facts(ScoreCounted, ROOT)]
    assert means == [(1, 80.0), (1, 80.0), (2, 81.0), (1, 80.0), (1, 80.0), (1, 80.0), (1, 72.0)]  # 82 of the second judge of medical-1
    assert {fact.prize for fact in either.facts(AwardReceived, "medical-1")} == {"证书与奖金", "奖杯"}


@pytest.mark.covers("F6")
def test_a_nomination_that_a_unit_above_does_not_take_comes_back(either: Told) -> None:
    held_back = {
        (each.where.unit, each.fact.unit, each.fact.late, each.fact.reason)
        for each in either.recorded
        if isinstance(each.fact, NominationHeldBack)
    }
    assert held_back == {
        ("outpatient-1", ROOT, True, None),
        ("zhongyuan-1", "zhongyuan", False, "尚未见效"),
        ("logistics", ROOT, False, "材料不全"),
    }


@pytest.mark.covers("F13")
def test_measures_in_use_are_looked_at_again_by_somebody_else(either: Told) -> None:
    opened = {(each.where.unit, each.fact.due) for each in either.recorded if isinstance(each.fact, FollowThroughOpened)}
    assert opened == {
        (ROOT, date(2013, 6, 19)),  # forty working days after 22 April
        ("medical-1", date(2013, 7, 2)),  # after 6 May
        ("medical-1", date(2013, 9, 9)),  # after 15 July, when it was applied anew
    }
    assert [fact.due for fact in either.facts(FollowThroughOverdue)] == [date(2013, 7, 2)]


@pytest.mark.covers("D1", "D4", "C8", "D6")
def test_the_clocks_run_through_november_and_what_is_left_is_carried_over_and_struck_off(either: Told) -> None:
    overdue = {(each.where.unit, each.fact.clock, each.fact.due) for each in either.recorded if isinstance(each.fact, IssueOverdue)}
    assert overdue == {
        ("nursing", "fix", date(2013, 5, 8)),
        ("zhongyuan", "plan", date(2013, 4, 17)),  # ten working days after 2 April: 7 April is a Sunday on which people work
        ("zhongyuan", "fix", date(2013, 5, 30)),
        ("medical-3", "plan", date(2013, 9, 25)),  # 22 September is a Sunday on which people work
        ("medical-3", "fix", date(2013, 11, 11)),
    }
    assert {each.where.unit for each in either.recorded if isinstance(each.fact, IssueNearDue)} >= {"zhongyuan", "medical-3"}
    assert [(fact.due, fact.owner) for fact in either.facts(IssueCarriedOver)] == [(date(2013, 12, 27), "me3-01")]
    assert [fact.carried_over for fact in either.facts(IssueStruckOff, "medical-3")] == [True]


@pytest.mark.covers("I1", "I2", "B14", "E2", "F15")
def test_the_floor_goes_to_logistics_and_every_issue_keeps_how_it_came_in(either: Told) -> None:
    entered = [fact for fact in either.facts(IssueEntered) if fact.nature == "hazard"]
    assert [(bool(fact.origin), fact.channel) for fact in entered] == [(False, "patients"), (True, "patients")]
    assert [fact.nature for fact in either.facts(OutcomeRecorded, "nursing")] == ["patent"]
    assert {fact.role for fact in either.facts(RoleGiven, ROOT)} >= {"leading-group-head", "office", "panel"}
