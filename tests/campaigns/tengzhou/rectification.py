"""P3.2: rectification."""

from datetime import date

from shared.events.activity import ActivityHeld
from shared.events.common_problem import CommonProblemNamed
from shared.events.extension import ExtensionGranted, ExtensionRequested
from shared.events.hand_over import HandOverAcknowledged, IssueHandedOver
from shared.events.hazard import HazardReportAcknowledged
from shared.events.indicator import SurveyHeld
from shared.events.issue import Fixed, IssueReported, RectificationReturned
from shared.events.leaving import IssueMerged, IssueVoided
from shared.events.reporter import ReplyDepartmentNamed, ReporterAnswered
from shared.topics import subject_id
from tests.campaigns.tengzhou.given import CAMPAIGN, ROOT, Tengzhou, done, planned, verified


def rectification(story: Tengzhou) -> None:  # noqa: PLR0915 - days one after another
    """P3.2, two months in which all is to be rectified."""
    story.on("2019-04-01")
    story.tell(ROOT, HazardReportAcknowledged(by="b-03"), "below", "t03-01", "t03", "h1")
    story.on("2019-04-02")
    story.filed("t01-02", "problem-list")  # due 31 March
    story.on("2019-04-08")
    story.issue("d03", "hot-1", IssueReported(text="导医态度生硬", category="attitude", channel="hotline", owner="d03-02"))
    story.found("t01-01", 18, done("t01-01-18"))
    story.on("2019-04-10")
    story.found("d01", 8, done("d01-08"))
    story.issue("d03", "hot-1", planned("d03-02"), ReplyDepartmentNamed(department="guide-desk", by="d03-01"))
    story.found("t01-01", 18, verified("t01-01-01"))
    story.filed("d01", "rectification-plan")
    story.filed("t03-02", "own-plan")  # its P3.1 closed on 3 April over this and the list
    story.on("2019-04-11")
    story.answer("t01-01", 18)
    story.filed("t01-01", "rectification-plan")
    story.filed("d03", "rectification-plan", nil=True)
    story.on("2019-04-12")
    story.found("d01", 8, verified("d01-01"))
    story.found("d02", 12, done("d02-12"))  # the last of its twenty working days
    story.filed("d02", "rectification-plan")
    story.filed("t03-01", "rectification-plan")
    story.on("2019-04-15")
    story.answer("d01", 8)
    story.found("d01", 32, done("d01-32"))  # twenty working days ended on the 11th
    story.found("d02", 12, verified("d02-01"))
    story.filed("t01-02", "rectification-plan")  # due on the 12th
    story.on("2019-04-16")
    story.tell("d01", RectificationReturned(reason="职责没有上墙", by="d01-01"), "self-check", "32")
    story.answer("d02", 12)
    fixed = Fixed(measures="更新价目", result="已更新", by="t01-02-03")
    story.issue("t01-02", "price", IssueReported(text="价目过期", category="charges", channel="staff", owner="t01-02-03", fixed=fixed))
    story.on("2019-04-17")
    story.issue("t01-02", "price", verified("t01-02-03"))
    story.wrong("verifier-is-fixer")
    story.issue("t01-02", "price", verified("t01-02-01"))
    story.issue("d02", "old-1", done("d02-05"))
    story.on("2019-04-18")
    story.issue("d02", "old-1", verified("d02-01"))
    story.issue("d03", "hot-1", done("d03-02"))
    story.visited("t03", "contact-visit", "c4", "b-02", {"problems": "药品不全"})
    story.on("2019-04-19")
    story.issue("d03", "hot-1", verified("d03-01"), ReporterAnswered(text="已批评并改正", by="d03-02"))
    story.on("2019-04-22")
    story.found("d01", 32, done("d01-32"))
    story.issue("d01", "hot-2", IssueReported(text="排队久", category="process", channel="conduct-hotline", owner="d01-06"))
    story.on("2019-04-24")
    story.found("d01", 32, verified("d01-01"))
    story.issue("d01", "hot-2", planned("d01-06"))
    basics = ActivityHeld(activity="three-basics", on=story.today, text="三基考核", attendance=20, tested=18, passed=17, by="t01-01-01")
    story.tell("t01-01", basics, "t01", "basics")
    story.on("2019-04-25")
    both = (f"{CAMPAIGN}/d01/issue/self-check~24", f"{CAMPAIGN}/d03/issue/bureau~hot-1")
    story.tell(ROOT, CommonProblemNamed(code="manner", text="窗口态度", category="attitude", issues=both, by="b-03"), "manner")
    # A caller complains to the town, which hands it to the health centre; the health centre's answer counts for the town that took it.
    story.on("2019-04-26")
    story.issue("t03", "call", IssueReported(text="接种预约难", category="process", channel="calls-and-visits"))
    story.issue("t03", "call", IssueHandedOver(to="t03-01", reason="由接种门诊办理", by="t03-01"))
    handed = ("handover", "t03", "1", "t03", "call")
    story.on("2019-04-28")
    story.tell("t03-01", planned("t03-01-06"), *handed)
    story.wrong("not-acknowledged")
    story.tell("t03-01", HandOverAcknowledged(owner="t03-01-06", by="t03-01-01"), *handed)
    story.on("2019-05-06")
    story.tell("t03-01", planned("t03-01-06"), *handed)
    story.issue("t03-02", "defect", IssueReported(text="消毒记录缺失", category="quality", channel="routine-check", nature="defect"))
    story.issue("t03-02", "defect", planned("t03-02-01"))
    story.wrong("no-owner")
    story.measured("d01", "avoidable-deaths", "2019-04", 0)
    story.on("2019-05-08")
    story.issue("t03-02", "same", IssueReported(text="消毒无记录", category="quality", channel="patient-follow-up"))
    story.on("2019-05-09")
    into = subject_id(f"{CAMPAIGN}/t03-02", "issue", "t03", "defect")
    story.issue("t03-02", "same", IssueMerged(into=into, reason="同一问题", by="t03-02-01"))
    story.on("2019-05-10")
    for fact in (done("t03-01-06"), verified("t03-01-01"), ReporterAnswered(text="已增开时段", by="t03-01-06")):
        story.tell("t03-01", fact, *handed)
    story.tell("d02", ActivityHeld(activity="risk-screening", on=story.today, text="三级排查", by="d02-01"), ROOT, "screening")
    story.on("2019-05-13")
    story.issue("d03", "rating", IssueReported(text="评价偏低", category="attitude", channel="satisfaction", owner="d03-04"))
    story.on("2019-05-15")
    story.issue("d03", "rating", IssueVoided(reason="统计错误，并无此事", by="d03-01"))
    story.issue("d01", "hot-2", ExtensionRequested(until=date(2019, 5, 28), reason="设备到货晚", by="d01-06"))
    story.on("2019-05-16")
    story.issue("d01", "hot-2", ExtensionGranted(by="d01-01"))
    story.wrong("needs-superior")
    story.on("2019-05-17")
    story.issue("d01", "hot-2", ExtensionGranted(by="b-01", by_unit=ROOT))
    story.on("2019-05-20")
    story.answer("d01", 24, "评价器又停用")  # struck off on 27 March
    window = {"survey": "window", "on": story.today, "asked": 50, "answered": 48, "by": "t01-01-01"}
    story.tell("t01-01", SurveyHeld(**window, satisfied=45), "window", "may")  # type: ignore[arg-type]
    story.on("2019-05-22")
    story.found("d01", 24, planned("d01-24"))
    story.tell("t01-01", SurveyHeld(**window, satisfied=46), "window", "may")  # type: ignore[arg-type]
    story.on("2019-05-27")
    story.issue("d01", "hot-2", done("d01-06"))
    story.on("2019-05-29")
    story.issue("d01", "hot-2", verified("d01-01"))
    story.filed("t01-01", "rectification-report")
    story.on("2019-05-30")
    story.found("d01", 24, done("d01-24"))
    story.filed("d01", "rectification-report")
    story.on("2019-05-31")
    for unit in ("d02", "t01-02", "t03-01"):
        story.filed(unit, "rectification-report")
