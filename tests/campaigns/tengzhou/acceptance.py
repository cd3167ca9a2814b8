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


def acceptance_and_commendation(story: Tengzhou) -> None:  # noqa: PLR0915 - days one after another
    """P3.3: what was done is inspected, and the best are named."""
    story.on("2019-06-03")
    story.found("d01", 24, verified("d01-01"))
    story.filed("d03", "rectification-report")  # due on 31 May
    story.tell("t03-02", GapAccepted(phase="P3.2", reason="停业装修，未能报送", by="t03-02-01"))
    story.on("2019-06-04")
    story.answer("d01", 24)
    story.measured("d01", "avoidable-deaths", "2019-05", 0)
    story.measured("d02", "avoidable-deaths", "2019-05", 1)
    story.measured("d01", "price-complaints", "2019-05", 2)
    story.on("2019-06-05")
    story.measured("d02", "avoidable-deaths", "2019-05", 0)  # it was told of the wrong hospital
    story.measured("t01", "complaints", "2019-05", 1)
    story.wrong("measure-not-applicable")
    story.on("2019-06-10")
    story.issue("t03-02", "defect", IssueAssigned(owner="t03-02-07"), planned("t03-02-07"))
    story.on("2019-06-11")
    for unit in ("d01", "d02"):
        story.visited(unit, "acceptance", "a1", "b-04")
    story.on("2019-06-12")
    seen = story.visited("d03", "acceptance", "a1", "b-04")
    story.issue(
        "d03", "accept", IssueReported(text="卫生间有异味", category="environment", channel="inspection", owner="d03-04", visit=seen)
    )
    story.issue("t03-02", "defect", done("t03-02-07"))
    story.on("2019-06-13")
    for unit in ("t01-01", "t01-02"):
        story.visited(unit, "acceptance", "a1", "b-04")
    story.on("2019-06-14")
    for unit in ("t03-01", "t03-02"):
        story.visited(unit, "acceptance", "a1", "b-04")
    story.issue("t03-02", "defect", verified("b-04", ROOT), by=ROOT)
    story.issue("d03", "accept", planned("d03-04"))
    story.on("2019-06-20")
    story.tell("t03", ActivityHeld(activity="good-practice", on=story.today, text="经验交流", by="t03-01"), "t03", "exchange")
    story.on("2019-06-21")
    story.tell(ROOT, PracticeShared(title="一站式服务", text="窗口合一", visibility="public", by="b-03"), ROOT, "one-stop")
    story.on("2019-06-24")
    story.nominated("d01", "model-hospital", "n1", "云杉综合医院")
    story.nominated("d03", "model-hospital", "n2", "麦浪妇幼保健院")
    story.nominated("d02", "model-hospital", "n3", "某医生", person="d02-09")
    story.wrong("nominee-kind")
    story.nominated("t01-01", "model-department", "n4", "护理组")
    story.nominated("t03-01", "advanced-person", "n5", "家庭医生", person="t03-01-05")
    story.nominated("t03-02", "advanced-person", "n6", "牙医", person="t03-02-07")
    story.on("2019-06-26")
    story.tell("t01", NominationPassedOn(by="t01-01"), "model-department", "once", "t01-01", "t01", "n4")
    story.tell("t03", NominationPassedOn(by="t03-01"), "advanced-person", "once", "t03-01", "t03", "n5")
    story.tell("t03", NominationDeclined(reason="整改滞后", by="t03-01"), "advanced-person", "once", "t03-02", "t03", "n6")
    story.on("2019-07-02")
    story.nominated("d02", "model-department", "n7", "中药房")
    story.wrong("nominations-closed")
    # Spot checks by class: of two private institutions one is drawn, of one health centre that one; the third is not told of it.
    story.on("2019-07-05")
    private = SampleDrawn(sample="private", seed=SEED, unit_class="private-institution", size=1, by="b-04")
    story.tell(ROOT, private, "private")
    story.tell(ROOT, SampleDrawn(sample="towns", seed=SEED, unit_class="township-health-centre", size=1, by="b-04"), "towns")
    covert = SampleDrawn(sample="streets", seed=SEED, unit_class="community-health-centre", size=1, covert=True, by="b-04")
    story.tell(ROOT, covert, "streets")
    story.on("2019-07-08")
    story.tell(ROOT, private, "private")
    story.wrong("sample-drawn")
    for winner in WINNERS:
        story.tell(ROOT, ScoreGiven(judge_unit=ROOT, round="review", by="b-05"), *winner)
    story.tell(ROOT, ScoreGiven(judge_unit=ROOT, round="review", by="b-05"), "model-hospital", "once", "d03", ROOT, "n2")
    story.on("2019-07-10")
    story.visited("t01-01", "spot-check", "s1", "b-04")
    story.tell("t01-01", IssueSpotChecked(holds=False, finding="电话已换，未更新", by="b-04", by_unit=ROOT), "self-check", "34", by=ROOT)
    story.on("2019-07-11")
    seen = story.visited("t01-02", "spot-check", "s2", "b-04")
    story.issue("t01-02", "price", IssueSpotChecked(holds=True, finding="价目属实", by="b-04", by_unit=ROOT), by=ROOT)
    story.on("2019-07-12")
    story.visited("t03-01", "spot-check", "s3", "b-04", covert=True)
    spotted = IssueReported(text="广告夸大", category="conduct", channel="spot-check", owner="t01-02-03", visit=seen)
    story.issue("t01-02", "spot", spotted)
    story.on("2019-07-15")
    story.issue("d03", "accept", done("d03-04"))  # twenty working days ended on the 10th
    story.found("t01-01", 34, planned("t01-01-34"))
    story.tell("d01", SurveyHeld(survey="public", on=story.today, asked=100, answered=95, satisfied=90, by="d01-01"), "public", "july")
    for award in ("model-hospital", "model-department", "advanced-person"):
        story.tell(ROOT, RoundClosed(award=award, period="once", round="review", by="b-01"), award, "once")
    story.on("2019-07-16")
    story.issue("d03", "accept", verified("d03-01"))
    story.issue("t01-02", "spot", planned("t01-02-03"))
    story.on("2019-07-18")
    for award, *nomination in WINNERS:
        winners = ("~".join((award, *nomination)),)
        story.tell(
            ROOT, AwardDecided(award=award, period="once", winners=winners, notice="全市通报", prize="奖牌", by="b-01"), award, "once"
        )
    story.on("2019-07-22")
    story.tell(ROOT, RecommendedUpward(reason="择优推荐至枣庄市", by="b-01"), *WINNERS[0])
    story.tell(ROOT, RecommendedUpward(reason="择优推荐至枣庄市", by="b-01"), "model-hospital", "once", "d03", ROOT, "n2")
    story.wrong("not-won")
    story.on("2019-07-30")
    story.filed(ROOT, "acceptance-results", files=("检查验收结果.xlsx",))


WINNERS = (
    ("model-hospital", "once", "d01", ROOT, "n1"),
    ("model-department", "once", "t01-01", "t01", "n4"),
    ("advanced-person", "once", "t03-01", "t03", "n5"),
)
"""The nominations that win, as they stand in the bureau's book."""


def summary_and_carry_over(story: Tengzhou) -> None:
    """P3.4 and after: what is unfinished gets another date and owner, and is struck off."""
    story.on("2019-08-05")
    story.found("t01-01", 34, done("t01-01-34"))
    story.on("2019-08-06")
    story.found("t01-01", 34, verified("t01-01-01"))
    story.on("2019-08-20")
    story.tell(ROOT, ActivityHeld(activity="good-practice", on=story.today, text="总结交流", by="b-03"), ROOT, "exchange")
    story.on("2019-08-30")
    story.filed(ROOT, "carry-over-list")
    story.filed("d02", "carry-over-list")
    for unit in ("d01", "d03", "t01-01", "t03-01", "t03-02"):
        story.filed(unit, "carry-over-list", nil=True)
    story.on("2019-09-02")
    story.issue("d01", "after", IssueReported(text="又有人排队", category="process", channel="staff"))
    story.wrong("after-campaign")
    story.on("2019-09-03")
    story.filed("t01-02", "carry-over-list")  # due on 31 August
    story.found("d02", 30, FollowUpSet(due=date(2019, 9, 20), owner="d02-31", by="d02-01"))
    story.on("2019-09-18")
    story.found("d02", 30, done("d02-31"))
    story.on("2019-09-19")
    story.found("d02", 30, verified("d02-01"))
