"""The Wuyuan campaign of 2018, told by hand: three phases with their returns, topics that are watched, inspections in the open and covert, and a norm."""

from datetime import date

from shared.events.activity import PracticeShared
from shared.events.award import AwardDecided, RoundClosed
from shared.events.fact import Fact
from shared.events.idea import IdeaAdopted, IdeaApplied, IdeaOffered, NormDeclined, NormPromoted, NormProposed
from shared.events.issue import Fixed, FollowUpSet, IssueReported, RectificationReturned
from shared.events.leaving import IssueMerged
from shared.events.nomination import NominationFiled, ScoreGiven
from shared.events.returns import ReturnChased
from shared.events.roles import RoleGiven
from tests.campaigns.wuyuan.given import (
    CHECKER,
    DEPARTMENTS,
    PLAN,
    RESPONSIBLE,
    ROOT,
    TOPICS,
    UNITS,
    Wuyuan,
    assigned,
    done,
    measures,
    reached,
    reported,
    verified,
)


def story() -> Wuyuan:
    whole = Wuyuan(PLAN, UNITS)
    for part in (education, first_issues, watches, issues, norms, summary, evaluation, afterwards):
        part(whole)
    return whole


def education(story: Wuyuan) -> None:
    """P2.1, until 16 March."""
    story.on("2018-02-26")
    for person, role in (("h-01", "leading-group-head"), ("h-02", "leading-group-deputy"), ("o-01", "office")):
        story.tell(ROOT, RoleGiven(person=person, role=role, by="h-01"))
    for unit in DEPARTMENTS:
        story.tell(unit, RoleGiven(person=RESPONSIBLE[unit], role="head-of-department", by=RESPONSIBLE[unit]))
        story.tell(unit, RoleGiven(person=f"{unit}-contact", role="contact", by=RESPONSIBLE[unit]))
    story.held(ROOT, "launch", "launch", 150)
    story.on("2018-02-27").held("office", "posters", "posters")
    story.on("2018-03-02").held("obstetrics", "lecture", "obstetrics-lecture")
    story.wrong("results-missing")
    story.held("obstetrics", "lecture", "obstetrics-lecture", 30)
    story.on("2018-03-07").held(ROOT, "speech-contest", "speeches", 80)
    story.on("2018-03-08").surveyed("questionnaire", "before", 200, 160, 120)
    story.on("2018-03-09").held("paediatrics", "role-models", "paediatrics-models", 12)
    story.on("2018-03-12").held("registration", "warning-film", "registration-film", 20)
    story.on("2018-03-14").filed("obstetrics", "phase-1", filed_as="paper")
    story.wrong("form-wrong")
    for unit in ("obstetrics", "paediatrics", "newborn", "laboratory"):
        story.filed(unit, "phase-1")
    story.on("2018-03-20").filed("pharmacy", "phase-1")
    story.on("2018-04-10").filed("registration", "phase-1")


def first_issues(story: Wuyuan) -> None:
    """What the questionnaire found at the windows, before the second phase had begun."""
    story.on("2018-03-06").issue("registration", "1", reported("挂号排队时间长", "inconvenient", "questionnaire"), assigned("registration"))
    story.on("2018-03-07").issue("registration", "1", measures("registration"))
    story.wrong("detail-missing")
    story.on("2018-03-08").issue("registration", "1", measures("registration", ("增开窗口", "2018-03-20")))
    story.on("2018-03-20").issue("registration", "1", reached("registration", "增开窗口"))
    story.on("2018-03-27").issue("registration", "1", done("registration"))
    story.on("2018-03-29").issue("registration", "1", verified())


def watches(story: Wuyuan) -> None:
    """P2.2: the departments' own plans, and six topics in six departments."""
    story.on("2018-03-28")
    for unit in ("obstetrics", "paediatrics", "newborn", "laboratory"):
        story.planned(unit)
    story.on("2018-03-29").filed("pharmacy", "rectification-plan")
    story.on("2018-04-02").planned("registration")
    story.on("2018-04-09")
    drugs = story.issue("pharmacy", "4", reported("处方点评缺失", "not-reassuring", "own-search").model_copy(update={"nature": "defect"}))
    story.issue("pharmacy", "4", assigned("pharmacy"), measures("pharmacy", ("点评上线", "2018-04-20")))
    story.on("2018-04-16").watched("pharmacy", "drugs", found=True)
    story.wrong("watch-issue")
    story.watched("pharmacy", "drugs", drugs)
    story.on("2018-04-18").watched("newborn", "cost-growth", prevention="每月公示费用")
    story.on("2018-04-20").issue("pharmacy", "4", reached("pharmacy", "点评上线"))
    story.on("2018-04-26").issue("pharmacy", "4", done("pharmacy"))
    story.on("2018-04-27").issue("pharmacy", "4", verified())
    story.on("2018-05-10").planned("obstetrics", 2)
    story.on("2018-05-14")
    red = reported("病人反映收红包", "not-satisfying", "own-search").model_copy(update={"grade": "red-line"})
    envelopes = story.issue("obstetrics", "5", red, assigned("obstetrics"))
    story.on("2018-05-15").issue("obstetrics", "5", measures("obstetrics", ("退还并约谈", "2018-05-18")))
    story.watched("obstetrics", "envelopes", envelopes)
    story.on("2018-05-18").issue("obstetrics", "5", reached("obstetrics", "退还并约谈"), done("obstetrics"))
    story.on("2018-05-21").issue("obstetrics", "5", verified(), verified())
    story.wrong("verified-already")
    story.on("2018-05-22").issue("obstetrics", "5", verified("h-06"))
    story.on("2018-06-05").watched("registration", "kickbacks")
    story.wrong("prevention-missing")
    story.on("2018-06-06")
    answered = {("pharmacy", "drugs"), ("newborn", "cost-growth"), ("obstetrics", "envelopes"), ("paediatrics", "kickbacks")}
    for unit in DEPARTMENTS:
        for topic in TOPICS:
            if (unit, topic) not in answered:
                story.watched(unit, topic, prevention="制度上墙，每月抽查")
    story.on("2018-06-20")
    report = reported("家属信访：探视告知不清", "not-satisfying", "petition-survey")
    growth = story.issue("newborn", "7", report, assigned("newborn"))
    story.watched("newborn", "cost-growth", growth)  # found after all: it takes the place of the answer before
    story.on("2018-07-02").watched("paediatrics", "kickbacks", prevention="采购三人签字")


def issues(story: Wuyuan) -> None:
    """P2.2: in the open, covert, in one breath, twice the same."""
    story.on("2018-04-10").held("newborn", "lecture", "newborn-lecture", 25)
    story.on("2018-04-11").held("newborn", "lecture", "newborn-lecture", 28)
    story.days[story.today][-1]["data"]["on"] = "2018-04-10"  # the correction of what was held the day before
    story.on("2018-04-12")
    came = story.visited("obstetrics", "announced-inspection", "announced-1")
    rude = IssueReported(text="答问生硬", category="not-satisfying", channel="announced-inspection", subjective=True, visit=came)
    story.issue("obstetrics", "2", rude, assigned("obstetrics"))
    story.on("2018-04-16").issue("obstetrics", "2", measures("obstetrics", ("约谈当事人", "2018-04-20"), ("复训", "2018-05-04")))
    story.on("2018-04-20").issue("obstetrics", "2", reached("obstetrics", "约谈当事人"))
    covert = story.visited("registration", "covert-inspection", "covert-1", covert=True)
    story.on("2018-04-23")
    cold = IssueReported(text="窗口闲聊，让病人久等", category="not-satisfying", channel="covert-inspection", subjective=True, visit=covert)
    story.issue("registration", "3", cold, assigned("registration"))
    story.on("2018-04-25").issue("registration", "3", measures("registration", ("窗口纪律", "2018-05-10")))
    story.on("2018-05-03").held("office", "box-opening", "box", slips=4)
    fixed = Fixed(measures="当场更换", result="坐椅已换", by="paediatrics-staff")
    broken = reported("候诊坐椅损坏", "inconvenient", "opinion-box").model_copy(update={"fixed": fixed})
    stays = story.issue("paediatrics", "6", broken)
    # What is rectified takes in no other; found loose again, it is open, and does.
    story.on("2018-05-04").issue("paediatrics", "6", RectificationReturned(reason="坐椅又松动", by=CHECKER, by_unit=ROOT))
    story.issue("paediatrics", "10", reported("坐椅坏了没人管", "inconvenient", "opinion-box"))
    story.on("2018-05-07").issue("paediatrics", "10", IssueMerged(into=stays, reason="同一坐椅", by="pa-01"))
    story.on("2018-05-08").issue("paediatrics", "6", done("paediatrics"), verified())
    story.on("2018-05-10").issue("registration", "3", reached("registration", "窗口纪律"), done("registration"))
    story.on("2018-05-14").issue("registration", "3", RectificationReturned(reason="仍有闲聊", by=CHECKER, by_unit=ROOT))
    story.issue("obstetrics", "2", reached("obstetrics", "复训"), done("obstetrics"))
    story.on("2018-05-15").visited("paediatrics", "supervision", "joint-1")
    story.on("2018-05-16").issue("obstetrics", "2", verified())
    story.on("2018-05-18").issue("registration", "3", done("registration"))
    story.on("2018-05-21").issue("registration", "3", verified())


def norms(story: Wuyuan) -> None:
    """What departments made of ideas becomes a norm of the hospital, or stays theirs."""

    def offered(unit: str) -> IdeaOffered:
        return IdeaOffered(text="出院床旁结算", category="inconvenient", channel="own-search", offered_by=f"{unit}-staff")

    def adopted(unit: str) -> IdeaAdopted:
        return IdeaAdopted(measure="本科先行", owner=f"{unit}-owner", by=RESPONSIBLE[unit])

    def proposed(unit: str) -> NormProposed:
        return NormProposed(text="科室规范", by=RESPONSIBLE[unit])

    def at_the_hospital(unit: str, fact: Fact) -> None:
        story.tell(ROOT, fact, unit, story.clients[unit], f"{unit}-idea")

    story.on("2018-03-19")
    for unit in ("obstetrics", "paediatrics", "registration"):
        story.idea(unit, offered(unit))
    story.on("2018-03-21")
    for unit in ("obstetrics", "paediatrics", "registration"):
        story.idea(unit, adopted(unit))
    story.on("2018-04-04")
    for unit in ("obstetrics", "paediatrics"):
        story.idea(unit, IdeaApplied(result="已执行", by=f"{unit}-owner"))
    story.on("2018-04-11").idea("registration", proposed("registration"))
    story.wrong("idea-not-applied")
    story.on("2018-05-07").idea("obstetrics", proposed("obstetrics"))
    story.on("2018-05-21")
    at_the_hospital("obstetrics", NormPromoted(text="全院床旁结算规范", by="h-02"))
    story.on("2018-06-04").idea("paediatrics", proposed("paediatrics"))
    story.on("2018-06-11")
    at_the_hospital("paediatrics", NormDeclined(reason="仅适用本科", by="h-02"))


def summary(story: Wuyuan) -> None:
    """The end of P2.2: ledgers and reports."""
    story.on("2018-06-28")
    for unit in ("obstetrics", "paediatrics", "newborn", "pharmacy"):
        story.filed(unit, "ledger")
    story.filed("laboratory", "ledger", nil=True)
    for unit in ("obstetrics", "paediatrics", "newborn", "laboratory"):
        story.filed(unit, "phase-2")
    story.on("2018-06-29").filed("pharmacy", "phase-2")
    story.on("2018-07-03").filed("registration", "ledger")
    story.filed("registration", "phase-2")


def evaluation(story: Wuyuan) -> None:
    """P2.3, July and August."""
    story.on("2018-07-10")
    story.issue("laboratory", "8", reported("报告出具慢", "inconvenient", "opinion-poll"), assigned("laboratory"))
    story.on("2018-07-12").issue("laboratory", "8", measures("laboratory", ("增加班次", "2018-07-31")))
    story.on("2018-07-16")
    story.issue("obstetrics", "9", reported("标识不清", "inconvenient", "routine-check"), assigned("obstetrics"))
    story.issue("obstetrics", "9", measures("obstetrics", ("换标识", "2018-07-25")))
    story.on("2018-07-20").visited("laboratory", "covert-inspection", "covert-2", covert=True)
    story.issue("newborn", "7", measures("newborn", ("告知书", "2018-08-03")))
    story.on("2018-07-25").issue("obstetrics", "9", reached("obstetrics", "换标识"), done("obstetrics"))
    story.surveyed("petition-survey", "july", 50, 40, 30)
    story.on("2018-07-27").surveyed("petition-survey", "july", 50, 40, 34)
    story.on("2018-07-30").issue("obstetrics", "9", verified())
    story.on("2018-08-03").issue("newborn", "7", reached("newborn", "告知书"), done("newborn"))
    story.on("2018-08-07").issue("newborn", "7", verified())
    story.on("2018-08-10").held("office", "good-deeds", "deeds")
    model = PracticeShared(sort="model", title="床旁结算", text="出院不排队", visibility="public", by="ob-01")
    story.tell("obstetrics", model, story.clients["obstetrics"], "model")
    story.on("2018-08-13").held(ROOT, "essay-contest", "essays", 60)
    story.on("2018-08-20").surveyed("questionnaire", "after", 200, 170, 160)
    story.on("2018-08-22").surveyed("opinion-poll", "august", 100, 101, 96)
    story.wrong("survey-counts")
    story.surveyed("opinion-poll", "august", 100, 100, 96)

    def nominated(unit: str, award: str, person: str | None = None) -> None:
        fact = NominationFiled(
            award=award, period="once", nominee="person" if person else "team", person=person, title="表现突出", by=RESPONSIBLE[unit]
        )
        story.tell(unit, fact, award, "once", story.clients[unit], unit)

    story.on("2018-08-24")
    nominated("obstetrics", "department")
    nominated("newborn", "person")
    story.wrong("nominee-kind")
    nominated("newborn", "person", "newborn-owner")
    story.on("2018-08-27")
    nominated("laboratory", "department")
    story.on("2018-08-30")
    for unit in DEPARTMENTS:
        if unit != "laboratory":
            story.filed(unit, "phase-3")
    story.on("2018-08-31").filed("office", "evaluation")


def afterwards(story: Wuyuan) -> None:
    """Commendation, the return that never came, and what was carried over."""

    def judged(unit: str, award: str) -> None:
        story.tell(ROOT, ScoreGiven(round="review", judge_unit="office", by="o-01"), award, "once", unit, story.clients[unit], unit)

    def decided(award: str, unit: str) -> None:
        winner = f"{award}~once~{unit}~{story.clients[unit]}~{unit}"
        fact = AwardDecided(award=award, period="once", winners=(winner,), notice="全院通报", prize="奖金", by="h-01")
        story.tell(ROOT, fact, award, "once")

    story.on("2018-09-03")
    chase = ReturnChased(obligation="phase-3", text="请即补报", by="o-01", by_unit=ROOT)
    story.tell("laboratory", chase, "phase-3")
    for unit, award in (("obstetrics", "department"), ("laboratory", "department"), ("newborn", "person")):
        judged(unit, award)
    decided("department", "obstetrics")
    story.wrong("rounds-open")
    for award in ("department", "person"):
        story.tell(ROOT, RoundClosed(award=award, period="once", round="review", by="h-01"), award, "once")
    story.on("2018-09-04")
    decided("department", "obstetrics")
    decided("person", "newborn")
    follow_up = FollowUpSet(due=date(2018, 9, 20), owner="la-03", by="la-01")
    story.issue("laboratory", "8", follow_up)
    story.on("2018-09-18").issue("laboratory", "8", reached("laboratory", "增加班次"), done("laboratory"))
    story.on("2018-09-19").issue("laboratory", "8", verified())


STORY = story()
NO_MILESTONES = next(id for id, rule in STORY.forbidden.items() if rule == "detail-missing")
