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
    it = Wuyuan(PLAN, UNITS)
    for part in (education, first_issues, watches, issues, norms, summary, evaluation, afterwards):
        part(it)
    return it


def education(it: Wuyuan) -> None:
    """P2.1, until 16 March."""
    it.on("2018-02-26")
    for person, role in (("h-01", "leading-group-head"), ("h-02", "leading-group-deputy"), ("o-01", "office")):
        it.tell(ROOT, RoleGiven(person=person, role=role, by="h-01"))
    for unit in DEPARTMENTS:
        it.tell(unit, RoleGiven(person=RESPONSIBLE[unit], role="head-of-department", by=RESPONSIBLE[unit]))
        it.tell(unit, RoleGiven(person=f"{unit}-contact", role="contact", by=RESPONSIBLE[unit]))
    it.held(ROOT, "launch", "launch", 150)
    it.on("2018-02-27").held("office", "posters", "posters")
    it.on("2018-03-02").held("obstetrics", "lecture", "obstetrics-lecture")
    it.wrong("results-missing")
    it.held("obstetrics", "lecture", "obstetrics-lecture", 30)
    it.on("2018-03-07").held(ROOT, "speech-contest", "speeches", 80)
    it.on("2018-03-08").surveyed("questionnaire", "before", 200, 160, 120)
    it.on("2018-03-09").held("paediatrics", "role-models", "paediatrics-models", 12)
    it.on("2018-03-12").held("registration", "warning-film", "registration-film", 20)
    it.on("2018-03-14").filed("obstetrics", "phase-1", filed_as="paper")
    it.wrong("form-wrong")
    for unit in ("obstetrics", "paediatrics", "newborn", "laboratory"):
        it.filed(unit, "phase-1")
    it.on("2018-03-20").filed("pharmacy", "phase-1")
    it.on("2018-04-10").filed("registration", "phase-1")


def first_issues(it: Wuyuan) -> None:
    """What the questionnaire found at the windows, before the second phase had begun."""
    it.on("2018-03-06").issue("registration", "1", reported("挂号排队时间长", "inconvenient", "questionnaire"), assigned("registration"))
    it.on("2018-03-07").issue("registration", "1", measures("registration"))
    it.wrong("detail-missing")
    it.on("2018-03-08").issue("registration", "1", measures("registration", ("增开窗口", "2018-03-20")))
    it.on("2018-03-20").issue("registration", "1", reached("registration", "增开窗口"))
    it.on("2018-03-27").issue("registration", "1", done("registration"))
    it.on("2018-03-29").issue("registration", "1", verified())


def watches(it: Wuyuan) -> None:
    """P2.2: the departments' own plans, and six topics in six departments."""
    it.on("2018-03-28")
    for unit in ("obstetrics", "paediatrics", "newborn", "laboratory"):
        it.planned(unit)
    it.on("2018-03-29").filed("pharmacy", "rectification-plan")
    it.on("2018-04-02").planned("registration")
    it.on("2018-04-09")
    drugs = it.issue("pharmacy", "4", reported("处方点评缺失", "not-reassuring", "own-search").model_copy(update={"nature": "defect"}))
    it.issue("pharmacy", "4", assigned("pharmacy"), measures("pharmacy", ("点评上线", "2018-04-20")))
    it.on("2018-04-16").watched("pharmacy", "drugs", found=True)
    it.wrong("watch-issue")
    it.watched("pharmacy", "drugs", drugs)
    it.on("2018-04-18").watched("newborn", "cost-growth", prevention="每月公示费用")
    it.on("2018-04-20").issue("pharmacy", "4", reached("pharmacy", "点评上线"))
    it.on("2018-04-26").issue("pharmacy", "4", done("pharmacy"))
    it.on("2018-04-27").issue("pharmacy", "4", verified())
    it.on("2018-05-10").planned("obstetrics", 2)
    it.on("2018-05-14")
    red = reported("病人反映收红包", "not-satisfying", "own-search").model_copy(update={"grade": "red-line"})
    envelopes = it.issue("obstetrics", "5", red, assigned("obstetrics"))
    it.on("2018-05-15").issue("obstetrics", "5", measures("obstetrics", ("退还并约谈", "2018-05-18")))
    it.watched("obstetrics", "envelopes", envelopes)
    it.on("2018-05-18").issue("obstetrics", "5", reached("obstetrics", "退还并约谈"), done("obstetrics"))
    it.on("2018-05-21").issue("obstetrics", "5", verified(), verified())
    it.wrong("verified-already")
    it.on("2018-05-22").issue("obstetrics", "5", verified("h-06"))
    it.on("2018-06-05").watched("registration", "kickbacks")
    it.wrong("prevention-missing")
    it.on("2018-06-06")
    answered = {("pharmacy", "drugs"), ("newborn", "cost-growth"), ("obstetrics", "envelopes"), ("paediatrics", "kickbacks")}
    for unit in DEPARTMENTS:
        for topic in TOPICS:
            if (unit, topic) not in answered:
                it.watched(unit, topic, prevention="制度上墙，每月抽查")
    it.on("2018-06-20")
    report = reported("家属信访：探视告知不清", "not-satisfying", "petition-survey")
    growth = it.issue("newborn", "7", report, assigned("newborn"))
    it.watched("newborn", "cost-growth", growth)  # found after all: it takes the place of the answer before
    it.on("2018-07-02").watched("paediatrics", "kickbacks", prevention="采购三人签字")


def issues(it: Wuyuan) -> None:
    """P2.2: in the open, covert, in one breath, twice the same."""
    it.on("2018-04-10").held("newborn", "lecture", "newborn-lecture", 25)
    it.on("2018-04-11").held("newborn", "lecture", "newborn-lecture", 28)
    it.days[it.today][-1]["data"]["on"] = "2018-04-10"  # the correction of what was held the day before
    it.on("2018-04-12")
    came = it.visited("obstetrics", "announced-inspection", "announced-1")
    rude = IssueReported(text="答问生硬", category="not-satisfying", channel="announced-inspection", subjective=True, visit=came)
    it.issue("obstetrics", "2", rude, assigned("obstetrics"))
    it.on("2018-04-16").issue("obstetrics", "2", measures("obstetrics", ("约谈当事人", "2018-04-20"), ("复训", "2018-05-04")))
    it.on("2018-04-20").issue("obstetrics", "2", reached("obstetrics", "约谈当事人"))
    it.visited("registration", "covert-inspection", "covert-1")
    it.wrong("visit-covert")
    covert = it.visited("registration", "covert-inspection", "covert-1", covert=True)
    it.on("2018-04-23")
    cold = IssueReported(text="窗口闲聊，让病人久等", category="not-satisfying", channel="covert-inspection", subjective=True, visit=covert)
    it.issue("registration", "3", cold, assigned("registration"))
    it.on("2018-04-25").issue("registration", "3", measures("registration", ("窗口纪律", "2018-05-10")))
    it.on("2018-05-03").held("office", "box-opening", "box", slips=4)
    fixed = Fixed(measures="当场更换", result="坐椅已换", by="paediatrics-staff")
    broken = reported("候诊坐椅损坏", "inconvenient", "opinion-box").model_copy(update={"fixed": fixed})
    stays = it.issue("paediatrics", "6", broken)
    it.on("2018-05-04").issue("paediatrics", "10", reported("坐椅坏了没人管", "inconvenient", "opinion-box"))
    it.on("2018-05-07").issue("paediatrics", "10", IssueMerged(into=stays, reason="同一坐椅", by="pa-01"))
    it.on("2018-05-08").issue("paediatrics", "6", verified())
    it.on("2018-05-10").issue("registration", "3", reached("registration", "窗口纪律"), done("registration"))
    it.on("2018-05-14").issue("registration", "3", RectificationReturned(reason="仍有闲聊", by=CHECKER, by_unit=ROOT))
    it.issue("obstetrics", "2", reached("obstetrics", "复训"), done("obstetrics"))
    it.on("2018-05-15").visited("paediatrics", "supervision", "joint-1")
    it.on("2018-05-16").issue("obstetrics", "2", verified())
    it.on("2018-05-18").issue("registration", "3", done("registration"))
    it.on("2018-05-21").issue("registration", "3", verified())


def norms(it: Wuyuan) -> None:
    """What departments made of ideas becomes a norm of the hospital, or stays theirs."""

    def offered(unit: str) -> IdeaOffered:
        return IdeaOffered(text="出院床旁结算", category="inconvenient", channel="own-search", offered_by=f"{unit}-staff")

    def adopted(unit: str) -> IdeaAdopted:
        return IdeaAdopted(measure="本科先行", owner=f"{unit}-owner", by=RESPONSIBLE[unit])

    def proposed(unit: str) -> NormProposed:
        return NormProposed(text="科室规范", by=RESPONSIBLE[unit])

    def at_the_hospital(unit: str, fact: Fact) -> None:
        it.tell(ROOT, fact, unit, it.clients[unit], f"{unit}-idea")

    it.on("2018-03-19")
    for unit in ("obstetrics", "paediatrics", "registration"):
        it.idea(unit, offered(unit))
    it.on("2018-03-21")
    for unit in ("obstetrics", "paediatrics", "registration"):
        it.idea(unit, adopted(unit))
    it.on("2018-04-04")
    for unit in ("obstetrics", "paediatrics"):
        it.idea(unit, IdeaApplied(result="已执行", by=f"{unit}-owner"))
    it.on("2018-04-11").idea("registration", proposed("registration"))
    it.wrong("idea-not-applied")
    it.on("2018-05-07").idea("obstetrics", proposed("obstetrics"))
    it.on("2018-05-21")
    at_the_hospital("obstetrics", NormPromoted(text="全院床旁结算规范", by="h-02"))
    it.on("2018-06-04").idea("paediatrics", proposed("paediatrics"))
    it.on("2018-06-11")
    at_the_hospital("paediatrics", NormDeclined(reason="仅适用本科", by="h-02"))


def summary(it: Wuyuan) -> None:
    """The end of P2.2: ledgers and reports."""
    it.on("2018-06-28")
    for unit in ("obstetrics", "paediatrics", "newborn", "pharmacy"):
        it.filed(unit, "ledger")
    it.filed("laboratory", "ledger", nil=True)
    for unit in ("obstetrics", "paediatrics", "newborn", "laboratory"):
        it.filed(unit, "phase-2")
    it.on("2018-06-29").filed("pharmacy", "phase-2")
    it.on("2018-07-03").filed("registration", "ledger")
    it.filed("registration", "phase-2")


def evaluation(it: Wuyuan) -> None:
    """P2.3, July and August."""
    it.on("2018-07-10")
    it.issue("laboratory", "8", reported("报告出具慢", "inconvenient", "opinion-poll"), assigned("laboratory"))
    it.on("2018-07-12").issue("laboratory", "8", measures("laboratory", ("增加班次", "2018-07-31")))
    it.on("2018-07-16")
    it.issue("obstetrics", "9", reported("标识不清", "inconvenient", "routine-check"), assigned("obstetrics"))
    it.issue("obstetrics", "9", measures("obstetrics", ("换标识", "2018-07-25")))
    it.on("2018-07-20").visited("laboratory", "covert-inspection", "covert-2", covert=True)
    it.issue("newborn", "7", measures("newborn", ("告知书", "2018-08-03")))
    it.on("2018-07-25").issue("obstetrics", "9", reached("obstetrics", "换标识"), done("obstetrics"))
    it.surveyed("petition-survey", "july", 50, 40, 30)
    it.on("2018-07-27").surveyed("petition-survey", "july", 50, 40, 34)
    it.on("2018-07-30").issue("obstetrics", "9", verified())
    it.on("2018-08-03").issue("newborn", "7", reached("newborn", "告知书"), done("newborn"))
    it.on("2018-08-07").issue("newborn", "7", verified())
    it.on("2018-08-10").held("office", "good-deeds", "deeds")
    model = PracticeShared(sort="model", title="床旁结算", text="出院不排队", visibility="public", by="ob-01")
    it.tell("obstetrics", model, it.clients["obstetrics"], "model")
    it.on("2018-08-13").held(ROOT, "essay-contest", "essays", 60)
    it.on("2018-08-20").surveyed("questionnaire", "after", 200, 170, 160)
    it.on("2018-08-22").surveyed("opinion-poll", "august", 100, 101, 96)
    it.wrong("survey-counts")
    it.surveyed("opinion-poll", "august", 100, 100, 96)

    def nominated(unit: str, award: str, person: str | None = None) -> None:
        fact = NominationFiled(
            award=award, period="once", nominee="person" if person else "team", person=person, title="表现突出", by=RESPONSIBLE[unit]
        )
        it.tell(unit, fact, award, "once", it.clients[unit], unit)

    it.on("2018-08-24")
    nominated("obstetrics", "department")
    nominated("newborn", "person")
    it.wrong("nominee-kind")
    nominated("newborn", "person", "newborn-owner")
    it.on("2018-08-27")
    nominated("laboratory", "department")
    it.on("2018-08-30")
    for unit in DEPARTMENTS:
        if unit != "laboratory":
            it.filed(unit, "phase-3")
    it.on("2018-08-31").filed("office", "evaluation")


def afterwards(it: Wuyuan) -> None:
    """Commendation, the return that never came, and what was carried over."""

    def judged(unit: str, award: str) -> None:
        it.tell(ROOT, ScoreGiven(round="review", judge_unit="office", by="o-01"), award, "once", unit, it.clients[unit], unit)

    def decided(award: str, unit: str) -> None:
        winner = f"{award}~once~{unit}~{it.clients[unit]}~{unit}"
        fact = AwardDecided(award=award, period="once", winners=(winner,), notice="全院通报", prize="奖金", by="h-01")
        it.tell(ROOT, fact, award, "once")

    it.on("2018-09-03")
    chase = ReturnChased(obligation="phase-3", text="请即补报", by="o-01", by_unit=ROOT)
    it.tell("laboratory", chase, "phase-3")
    for unit, award in (("obstetrics", "department"), ("laboratory", "department"), ("newborn", "person")):
        judged(unit, award)
    decided("department", "obstetrics")
    it.wrong("rounds-open")
    for award in ("department", "person"):
        it.tell(ROOT, RoundClosed(award=award, period="once", round="review", by="h-01"), award, "once")
    it.on("2018-09-04")
    decided("department", "obstetrics")
    decided("person", "newborn")
    follow_up = FollowUpSet(due=date(2018, 9, 20), owner="la-03", by="la-01")
    it.issue("laboratory", "8", follow_up)
    it.on("2018-09-18").issue("laboratory", "8", reached("laboratory", "增加班次"), done("laboratory"))
    it.on("2018-09-19").issue("laboratory", "8", verified())


STORY = story()
NO_MILESTONES = next(id for id, rule in STORY.forbidden.items() if rule == "detail-missing")
