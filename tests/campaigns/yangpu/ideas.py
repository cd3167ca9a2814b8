"""Proposals, ideas and their awards."""

from shared.events.award import AwardDecided, RoundClosed
from shared.events.fact import Fact
from shared.events.idea import FollowThroughDone, IdeaAdopted, IdeaApplied, IdeaDeclined, IdeaOffered
from shared.events.nomination import NominationDeclined, NominationPassedOn
from shared.events.proposal import OpinionGiven, ProposalFiled, ProposalPassedOn
from tests.campaigns.yangpu.given import FORM, RESPONSIBLE, ROOT, SUPERVISOR, Yangpu, done, nomination, planned, score, verified


def proposals(story: Yangpu) -> None:
    """The form J1, on its way from the department over the line to the hospital."""

    def filed(unit: str, **form: str) -> None:
        story.own(unit, ProposalFiled(form=FORM | form, evidence=("附页.docx",), by=RESPONSIBLE[unit]), f"{unit}-proposal")

    def above(unit: str, fact: Fact, *path: str) -> None:
        story.tell(unit, fact, *path, story.clients[path[-1]], f"{path[-1]}-proposal")

    story.on("2013-04-24")
    filed("medical-1", measures="长" * 501)
    story.wrong("form-wrong")
    story.on("2013-04-25")
    filed("medical-1", measures="长" * 500)
    story.rolling("medical-1", "department-form", FORM)
    story.on("2013-04-26")
    above("medical", ProposalPassedOn(remark="本条线集中申报", by="me-01"), "medical-1")
    story.rolling("medical", "forwarded-proposals")
    story.on("2013-05-02")
    above("medical", OpinionGiven(opinion="同意", accepted=True, by="me-01"), "medical-1")
    story.wrong("opinion-above")
    story.on("2013-05-03")
    above(ROOT, OpinionGiven(opinion="同意立项", accepted=True, by="h-03"), "medical", "medical-1")
    story.on("2013-06-13")
    filed("nursing-1", line="nursing", category="courtesy")
    story.rolling("nursing-1", "department-form", FORM | {"line": "nursing"})
    story.on("2013-06-14")
    above("nursing", ProposalPassedOn(by="nu-01"), "nursing-1")
    story.rolling("nursing", "forwarded-proposals")
    story.on("2013-06-17")
    filed("outpatient-1", line="outpatient", category="便民")
    story.rolling("outpatient-1", "department-form", FORM | {"line": "outpatient"})
    story.on("2013-06-18")
    above("outpatient", OpinionGiven(opinion="条线内即可实施", accepted=True, by="ou-01"), "outpatient-1")
    story.on("2013-06-20")
    above(ROOT, OpinionGiven(opinion="先在本科试行", accepted=False, by="h-03"), "nursing", "nursing-1")
    story.on("2013-07-04")
    filed("zhongyuan-1", line="zhongyuan", category="environment")
    story.on("2013-10-30").rolling("logistics", "forwarded-proposals")


def ideas(story: Yangpu) -> None:
    """The box in the hall, ideas of patients and staff, and what became of those that were adopted."""

    def offered(channel: str, text: str, box: str | None = None) -> IdeaOffered:
        return IdeaOffered(text=text, category="process", channel=channel, anonymous=box is not None, box=box)

    def adopted(unit: str) -> IdeaAdopted:
        return IdeaAdopted(measure="即日试行", owner=f"{unit}-owner", by=RESPONSIBLE[unit])

    story.on("2013-04-10").box(ROOT, "box-1", 12, "h-01")
    story.wrong("box-two-persons")
    story.box(ROOT, "box-2", 12, "pu-01")
    story.idea(ROOT, "glasses", offered("idea-box", "挂号处备老花镜", "门诊大厅"))
    story.idea(ROOT, "parking", offered("idea-box", "门诊前停车不限时", "门诊大厅"))
    story.on("2013-04-12").idea(ROOT, "glasses", adopted(ROOT))
    story.idea(ROOT, "parking", IdeaDeclined(reason="消防通道不得占用", by="h-01"))
    story.on("2013-04-15").idea("medical-1", "round", offered("party-and-youth", "查房前告知当日检查"))
    story.on("2013-04-16").idea("nursing-1", "clock", offered("party-and-youth", "床头贴用药时间"))
    story.on("2013-04-17").idea("medical-1", "round", adopted("medical-1"))
    story.on("2013-04-18").idea("nursing-1", "clock", adopted("nursing-1"))
    story.on("2013-04-22").idea(ROOT, "glasses", IdeaApplied(result="四个窗口已备", by="h-05"))
    story.on("2013-05-06").idea("medical-1", "round", IdeaApplied(result="全科执行", by="me1-02"))
    story.on("2013-06-05").box(ROOT, "box-3", 5, "pu-01")
    story.idea("outpatient-1", "queue", offered("patients", "缴费处设老人窗口"))
    story.on("2013-06-07").idea("outpatient-1", "queue", adopted("outpatient-1"))
    story.on("2013-06-17").idea(ROOT, "glasses", FollowThroughDone(holds=True, effect="每日三十人次", by="h-05"))
    story.wrong("follow-through-own")
    story.on("2013-06-18").idea(ROOT, "glasses", FollowThroughDone(holds=True, effect="每日三十人次", by=SUPERVISOR))
    story.on("2013-07-10").idea("medical-1", "round", FollowThroughDone(holds=False, effect="夜班未执行", by=SUPERVISOR))
    story.on("2013-07-15").idea("medical-1", "round", IdeaApplied(result="夜班补上", by="me1-02"))
    story.on("2013-08-01").idea("medical-1", "round", FollowThroughDone(holds=True, effect="抽问十名病人均知晓", by=SUPERVISOR))
    story.on("2013-08-06").box("publicity", "box-4", 3, "pu-02")
    story.idea("zhongyuan-1", "bus", offered("patients", "班车时刻上墙"))
    story.on("2013-08-08").idea("zhongyuan-1", "bus", adopted("zhongyuan-1"))
    story.on("2013-10-09").idea("party-office", "pledge", offered("party-and-youth", "党员窗口轮值"))
    story.on("2013-10-10").idea("party-office", "pledge", adopted("party-office"))


def idea_award(story: Yangpu) -> None:
    """Every two months from April, without limit."""

    def closed(period: str) -> None:
        story.tell(ROOT, RoundClosed(award="idea", period=period, round="panel", by="h-03"), "idea", period)

    def decided(period: str, *winners: str) -> None:
        notice = "院周会通报"
        fact = AwardDecided(award="idea", period=period, winners=winners, notice=notice, prize="证书与奖金", by="h-01")
        story.tell(ROOT, fact, "idea", period)

    story.on("2013-05-20")
    story.nominated(ROOT, "idea", "2013-04", "glasses", "glasses")
    story.nominated("medical-1", "idea", "2013-04", "round", "round")
    story.nominated("nursing-1", "idea", "2013-04", "nothing")
    story.wrong("nomination-idea")
    story.nominated("nursing-1", "idea", "2013-04", "clock", "clock")
    story.on("2013-05-21")
    story.climbed("medical", NominationPassedOn(by="me-01"), "idea", "2013-04", "medical-1", "round")
    story.climbed("nursing", NominationPassedOn(by="nu-01"), "idea", "2013-04", "nursing-1", "clock")
    story.on("2013-06-03")
    story.tell(ROOT, score("h-03", ROOT), "idea", "2013-04", ROOT, "glasses")
    story.wrong("judge-own-unit")
    story.tell(ROOT, score("po-02", "party-office"), "idea", "2013-04", ROOT, "glasses")
    story.climbed(ROOT, score("h-03", ROOT, novel=21.0), "idea", "2013-04", "medical-1", "round")
    story.wrong("points-wrong")
    story.climbed(ROOT, score("h-03", ROOT), "idea", "2013-04", "medical-1", "round")
    story.climbed(ROOT, score("po-02", "party-office", novel=20.0), "idea", "2013-04", "medical-1", "round")
    story.climbed(ROOT, score("h-03", ROOT), "idea", "2013-04", "nursing-1", "clock")
    story.on("2013-06-04")
    closed("2013-04")
    story.on("2013-06-05")
    decided(
        "2013-04",
        nomination("idea", "2013-04", ROOT, "glasses"),
        nomination("idea", "2013-04", "medical-1", "medical", "round"),
        nomination("idea", "2013-04", "nursing-1", "nursing", "clock"),
    )
    story.on("2013-07-22").nominated("outpatient-1", "idea", "2013-06", "queue", "queue")
    story.on("2013-08-02")
    closed("2013-06")
    story.on("2013-08-05")
    decided("2013-06")
    story.on("2013-08-06")  # the line passes it on when the round is over
    story.climbed("outpatient", NominationPassedOn(by="ou-01"), "idea", "2013-06", "outpatient-1", "queue")
    story.on("2013-08-09").nominated("zhongyuan-1", "idea", "2013-06", "bus-late", "bus")
    story.wrong("nominations-closed")
    story.on("2013-09-10").nominated("zhongyuan-1", "idea", "2013-08", "bus", "bus")
    story.on("2013-09-12")
    story.climbed("zhongyuan", NominationDeclined(reason="尚未见效", by="zy-01"), "idea", "2013-08", "zhongyuan-1", "bus")
    story.on("2013-10-15").nominated("party-office", "idea", "2013-10", "pledge", "pledge")
    story.on("2013-11-04").climbed(ROOT, score("h-03", ROOT), "idea", "2013-10", "party-office", "pledge")
    story.on("2013-11-05")
    closed("2013-10")
    story.on("2013-11-06")
    decided("2013-10", nomination("idea", "2013-10", "party-office", ROOT, "pledge"))


def december(story: Yangpu) -> None:
    """After the campaign: the award of the year, and what was carried over."""
    story.on("2013-12-02").idea("medical-2", "late", IdeaOffered(text="增设雨伞架", category="environment", channel="patients"))
    story.wrong("after-campaign")
    story.on("2013-12-03").climbed(ROOT, score("h-03", ROOT), "improvement", "once", "medical-1", "settling")
    story.climbed(ROOT, score("h-03", ROOT, novel=10.0), "improvement", "once", "nursing-1", "cards")
    story.issue("medical-3", "I", planned("medical-3"))
    story.on("2013-12-04")
    story.tell(ROOT, RoundClosed(award="improvement", period="once", round="panel", by="h-03"), "improvement", "once")
    story.on("2013-12-05")
    winners = (
        nomination("improvement", "once", "medical-1", "medical", "settling"),
        nomination("improvement", "once", "nursing-1", "nursing", "cards"),
    )
    decided = AwardDecided(award="improvement", period="once", winners=winners, notice="年终总结会表彰", prize="奖杯", by="h-01")
    story.tell(ROOT, decided, "improvement", "once")
    story.on("2013-12-10").issue("medical-3", "I", done("medical-3"))
    story.on("2013-12-12").issue("medical-3", "I", verified())
