"""P3.3 and P3.4: acceptance and commendation, summary and what is carried over."""

from datetime import date

from shared.events.activity import ActivityHeld, PracticeShared
from shared.events.award import AwardDecided, RoundClosed
from shared.events.indicator import SurveyHeld
from shared.events.issue import FollowUpSet, IssueAssigned, IssueReported
from shared.events.nomination import NominationDeclined, NominationPassedOn, RecommendedUpward, ScoreGiven
from shared.events.phase import GapAccepted
from shared.events.sample import SampleDrawn
from shared.events.strike_off import IssueSpotChecked
from tests.campaigns.tengzhou.given import ROOT, SEED, Tengzhou, done, planned, verified


def acceptance_and_commendation(it: Tengzhou) -> None:  # noqa: PLR0915 - days one after another
    """P3.3: what was done is inspected, and the best are named."""
    it.on("2019-06-03")
    it.found("d01", 24, verified("d01-01"))
    it.filed("d03", "rectification-report")  # due on 31 May
    it.tell("t03-02", GapAccepted(phase="P3.2", reason="停业装修，未能报送", by="t03-02-01"))
    it.on("2019-06-04")
    it.answer("d01", 24)
    it.measured("d01", "avoidable-deaths", "2019-05", 0)
    it.measured("d02", "avoidable-deaths", "2019-05", 1)
    it.measured("d01", "price-complaints", "2019-05", 2)
    it.on("2019-06-05")
    it.measured("d02", "avoidable-deaths", "2019-05", 0)  # it was told of the wrong hospital
    it.measured("t01", "complaints", "2019-05", 1)
    it.wrong("measure-not-applicable")
    it.on("2019-06-10")
    it.issue("t03-02", "defect", IssueAssigned(owner="t03-02-07"), planned("t03-02-07"))
    it.on("2019-06-11")
    for unit in ("d01", "d02"):
        it.visited(unit, "acceptance", "a1", "b-04")
    it.on("2019-06-12")
    seen = it.visited("d03", "acceptance", "a1", "b-04")
    it.issue("d03", "accept", IssueReported(text="卫生间有异味", category="environment", channel="inspection", owner="d03-04", visit=seen))
    it.issue("t03-02", "defect", done("t03-02-07"))
    it.on("2019-06-13")
    for unit in ("t01-01", "t01-02"):
        it.visited(unit, "acceptance", "a1", "b-04")
    it.on("2019-06-14")
    for unit in ("t03-01", "t03-02"):
        it.visited(unit, "acceptance", "a1", "b-04")
    it.issue("t03-02", "defect", verified("b-04", ROOT), by=ROOT)
    it.issue("d03", "accept", planned("d03-04"))
    it.on("2019-06-20")
    it.tell("t03", ActivityHeld(activity="good-practice", on=it.today, text="经验交流", by="t03-01"), "t03", "exchange")
    it.on("2019-06-21")
    it.tell(ROOT, PracticeShared(title="一站式服务", text="窗口合一", visibility="public", by="b-03"), ROOT, "one-stop")
    it.on("2019-06-24")
    it.nominated("d01", "model-hospital", "n1", "云杉综合医院")
    it.nominated("d03", "model-hospital", "n2", "麦浪妇幼保健院")
    it.nominated("d02", "model-hospital", "n3", "某医生", person="d02-09")
    it.wrong("nominee-kind")
    it.nominated("t01-01", "model-department", "n4", "护理组")
    it.nominated("t03-01", "advanced-person", "n5", "家庭医生", person="t03-01-05")
    it.nominated("t03-02", "advanced-person", "n6", "牙医", person="t03-02-07")
    it.on("2019-06-26")
    it.tell("t01", NominationPassedOn(by="t01-01"), "model-department", "once", "t01-01", "t01", "n4")
    it.tell("t03", NominationPassedOn(by="t03-01"), "advanced-person", "once", "t03-01", "t03", "n5")
    it.tell("t03", NominationDeclined(reason="整改滞后", by="t03-01"), "advanced-person", "once", "t03-02", "t03", "n6")
    it.on("2019-07-02")
    it.nominated("d02", "model-department", "n7", "中药房")
    it.wrong("nominations-closed")
    # Spot checks by class: of two private institutions one is drawn, of one health centre that one; the third is not told of it.
    it.on("2019-07-05")
    private = SampleDrawn(sample="private", seed=SEED, unit_class="private-institution", size=1, by="b-04")
    it.tell(ROOT, private, "private")
    it.tell(ROOT, SampleDrawn(sample="towns", seed=SEED, unit_class="township-health-centre", size=1, by="b-04"), "towns")
    covert = SampleDrawn(sample="streets", seed=SEED, unit_class="community-health-centre", size=1, covert=True, by="b-04")
    it.tell(ROOT, covert, "streets")
    it.on("2019-07-08")
    it.tell(ROOT, private, "private")
    it.wrong("sample-drawn")
    for winner in WINNERS:
        it.tell(ROOT, ScoreGiven(judge_unit=ROOT, round="review", by="b-05"), *winner)
    it.tell(ROOT, ScoreGiven(judge_unit=ROOT, round="review", by="b-05"), "model-hospital", "once", "d03", ROOT, "n2")
    it.on("2019-07-10")
    it.visited("t01-01", "spot-check", "s1", "b-04")
    it.tell("t01-01", IssueSpotChecked(holds=False, finding="电话已换，未更新", by="b-04", by_unit=ROOT), "self-check", "34", by=ROOT)
    it.on("2019-07-11")
    seen = it.visited("t01-02", "spot-check", "s2", "b-04")
    it.issue("t01-02", "price", IssueSpotChecked(holds=True, finding="价目属实", by="b-04", by_unit=ROOT), by=ROOT)
    it.on("2019-07-12")
    it.visited("t03-01", "spot-check", "s3", "b-04", covert=True)
    spotted = IssueReported(text="广告夸大", category="conduct", channel="spot-check", owner="t01-02-03", visit=seen)
    it.issue("t01-02", "spot", spotted)
    it.on("2019-07-15")
    it.issue("d03", "accept", done("d03-04"))  # twenty working days ended on the 10th
    it.found("t01-01", 34, planned("t01-01-34"))
    it.tell("d01", SurveyHeld(survey="public", on=it.today, asked=100, answered=95, satisfied=90, by="d01-01"), "public", "july")
    for award in ("model-hospital", "model-department", "advanced-person"):
        it.tell(ROOT, RoundClosed(award=award, period="once", round="review", by="b-01"), award, "once")
    it.on("2019-07-16")
    it.issue("d03", "accept", verified("d03-01"))
    it.issue("t01-02", "spot", planned("t01-02-03"))
    it.on("2019-07-18")
    for award, *nomination in WINNERS:
        winners = ("~".join((award, *nomination)),)
        it.tell(ROOT, AwardDecided(award=award, period="once", winners=winners, notice="全市通报", prize="奖牌", by="b-01"), award, "once")
    it.on("2019-07-22")
    it.tell(ROOT, RecommendedUpward(reason="择优推荐至枣庄市", by="b-01"), *WINNERS[0])
    it.tell(ROOT, RecommendedUpward(reason="择优推荐至枣庄市", by="b-01"), "model-hospital", "once", "d03", ROOT, "n2")
    it.wrong("not-won")
    it.on("2019-07-30")
    it.filed(ROOT, "acceptance-results", files=("检查验收结果.xlsx",))


WINNERS = (
    ("model-hospital", "once", "d01", ROOT, "n1"),
    ("model-department", "once", "t01-01", "t01", "n4"),
    ("advanced-person", "once", "t03-01", "t03", "n5"),
)
"""The nominations that win, as they stand in the bureau's book."""


def summary_and_carry_over(it: Tengzhou) -> None:
    """P3.4 and after: what is unfinished gets another date and owner, and is struck off."""
    it.on("2019-08-05")
    it.found("t01-01", 34, done("t01-01-34"))
    it.on("2019-08-06")
    it.found("t01-01", 34, verified("t01-01-01"))
    it.on("2019-08-20")
    it.tell(ROOT, ActivityHeld(activity="good-practice", on=it.today, text="总结交流", by="b-03"), ROOT, "exchange")
    it.on("2019-08-30")
    it.filed(ROOT, "carry-over-list")
    it.filed("d02", "carry-over-list")
    for unit in ("d01", "d03", "t01-01", "t03-01", "t03-02"):
        it.filed(unit, "carry-over-list", nil=True)
    it.on("2019-09-02")
    it.issue("d01", "after", IssueReported(text="又有人排队", category="process", channel="staff"))
    it.wrong("after-campaign")
    it.on("2019-09-03")
    it.filed("t01-02", "carry-over-list")  # due on 31 August
    it.found("d02", 30, FollowUpSet(due=date(2019, 9, 20), owner="d02-31", by="d02-01"))
    it.on("2019-09-18")
    it.found("d02", 30, done("d02-31"))
    it.on("2019-09-19")
    it.found("d02", 30, verified("d02-01"))
