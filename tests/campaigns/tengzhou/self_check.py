"""P3.1: publicity and self-check."""

from shared.events.activity import ActivityHeld
from shared.events.hazard import HazardReportAcknowledged, HazardReportFiled, HazardReportSentBack
from shared.events.indicator import SurveyHeld
from shared.events.issue import CarriedIn, IssueAssigned, IssueReported
from shared.events.roles import RoleGiven
from shared.events.self_check import SelfCheckAnswered
from shared.events.unit_plan import Duty, UnitPlanAdopted
from shared.events.visit import ContactPointNamed
from tests.campaigns.tengzhou.given import ROOT, Tengzhou, done, planned, verified


def publicity_and_self_check(story: Tengzhou) -> None:  # noqa: PLR0915 - days one after another
    """P3.1, the campaign's first month."""
    story.on("2019-03-06")
    story.tell(ROOT, RoleGiven(person="b-01", role="leading-group", by="b-01"))
    story.tell(ROOT, RoleGiven(person="b-02", role="contact-leader", by="b-01"))
    story.tell(
        ROOT, ActivityHeld(activity="mobilisation", on=story.today, text="动员大会", attendance=300, by="b-01"), ROOT, "mobilisation"
    )
    for unit in ("t01", "d01"):
        story.tell(unit, ContactPointNamed(leader="b-02", unit=ROOT, by="b-01", by_unit=ROOT), by=ROOT)
    story.on("2019-03-08")
    own = UnitPlanAdopted(version=1, title="本院实施方案", measures="逐条对照", duties=(Duty(target=8, person="d01-08"),), by="d01-01")
    story.tell("d01", own, "own")
    story.tell("t01-01", UnitPlanAdopted(version=1, title="本院实施方案", measures="逐条对照", by="t01-01-01"), "own")
    story.tell("t03-01", ActivityHeld(activity="display", on=story.today, text="宣传栏上墙", by="t03-01-01"), "t03", "display")
    # A leader at the contact point, on form J5; without the problems the form is not filled in.
    story.on("2019-03-11")
    form = {"problems": "路标不清", "difficulties": "人手不足", "solutions": "统一制作", "good-practice": "早开诊"}
    seen = story.visited("t01", "contact-visit", "c1", "b-02", form)
    story.visited("d01", "contact-visit", "c2", "b-02", {"difficulties": "停车难"})
    story.wrong("form-wrong")
    story.on("2019-03-12")
    at_contact_point = IssueReported(text="路标不清", category="process", channel="contact-point", owner="t01-05", visit=seen)
    story.issue("t01", "contact-1", at_contact_point)
    story.tell("d01", ActivityHeld(activity="training", on=story.today, text="优质服务培训", attendance=40, by="d01-01"), ROOT, "training")
    basics = {"activity": "three-basics", "on": story.today, "text": "三基考核", "attendance": 30, "tested": 30, "by": "d01-01"}
    story.tell("d01", ActivityHeld(**basics, passed=28), ROOT, "basics")  # type: ignore[arg-type]
    # The self-checks: of 45 targets one is for hospitals of grade 2 with Chinese medicine alone, three more for those of grade 2.
    story.on("2019-03-13")
    found = {8: "只有一种预约方式", 24: "窗口没有评价器", 32: "科室一级没有排查"}
    for target in (number for number in range(1, 46) if number != 12):
        story.answer("d01", target, found.get(target))
    story.on("2019-03-14")
    found = {12: "没有代煎中药", 30: "退费没有记录"}
    for target in range(1, 46):
        story.answer("d02", target, found.get(target))
    found = {18: "护士没有考核", 34: "没有公布投诉电话"}
    for target in (number for number in range(1, 46) if number not in (9, 10, 12, 13)):
        story.answer("t01-01", target, found.get(target))
    story.tell("d01", ActivityHeld(**basics, passed=29), ROOT, "basics")  # type: ignore[arg-type]
    for target in (8, 24, 32):
        story.found("d01", target, IssueAssigned(owner=f"d01-{target:02}"))
    story.on("2019-03-15")
    story.answer("t01-01", 9)
    story.wrong("target-not-applicable")
    story.answer("t01", 1)
    story.wrong("no-checklist")
    story.tell("d02", SelfCheckAnswered(target=1, conforms=False, by="d02-01"), "1")
    story.wrong("finding-missing")
    story.tell("d02", ActivityHeld(activity="three-basics", on=story.today, text="三基", attendance=9, by="d02-01"), ROOT, "basics")
    story.wrong("results-missing")
    for unit, target in (("d02", 12), ("d02", 30), ("t01-01", 18), ("t01-01", 34)):
        story.found(unit, target, IssueAssigned(owner=f"{unit}-{target}"))
    story.filed("d02", "own-plan")
    story.issue("t01", "contact-1", planned("t01-05"))
    story.on("2019-03-18")
    story.found("d01", 8, planned("d01-08"))
    story.found("d01", 24, planned("d01-24"))
    story.on("2019-03-19")
    story.found("t01-01", 34, planned("t01-01-34"))
    story.tell("t01-01", ActivityHeld(activity="risk-screening", on=story.today, text="三级排查", by="t01-01-01"), "t01", "screening")
    story.on("2019-03-20")
    story.found("d02", 12, planned("d02-12"))
    story.found("t01-01", 18, planned("t01-01-18"))
    left = CarriedIn(campaign="service-plan", reference="2018-17")
    story.issue("d02", "old-1", IssueReported(text="结算慢", category="process", channel="carried-in", carried_in=left, owner="d02-05"))
    unknown = CarriedIn(campaign="patriotic-2018", reference="3")
    story.issue("d02", "old-2", IssueReported(text="卫生差", category="environment", channel="carried-in", carried_in=unknown))
    story.wrong("campaign-not-named")
    story.on("2019-03-21")
    story.found("d02", 30, planned("d02-30"))
    story.issue("t03-01", "h1", IssueReported(text="电线老化", category="safeguards", channel="staff", nature="hazard", owner="t03-01-05"))
    story.on("2019-03-22")
    story.issue("t01", "contact-1", done("t01-05"))
    story.issue("t03-01", "h1", planned("t03-01-05"))
    story.issue("t03-01", "h1", HazardReportFiled(point="药房电线", measures="更换", by="t03-01-01"))
    story.wrong("hazard-not-cleared")
    story.on("2019-03-25")
    story.issue("t01", "contact-1", verified("t01-01"))
    story.found("d01", 24, done("d01-24"))
    story.found("d01", 32, planned("d01-32"))  # five working days ended on the 20th
    story.issue("t03-01", "h1", done("t03-01-05"))
    story.on("2019-03-26")
    story.found("t01-01", 34, done("t01-01-34"))
    story.issue("d02", "old-1", planned("d02-05"))
    story.visited("d01", "contact-visit", "c3", "b-02", {"problems": "停车难"})
    # The report of the hazard climbs to the town and to the bureau, which sends it back once.
    story.issue("t03-01", "h1", HazardReportFiled(point="药房电线", measures="更换", loss_avoided_cents=500_000, by="t03-01-01"))
    climbing = ("below", "t03-01", "t03", "h1")
    story.on("2019-03-27")
    story.found("d01", 24, verified("d01-01"))
    story.issue("t03-01", "h1", verified("t03-01-01"))
    story.tell("t03", HazardReportAcknowledged(by="t03-01"), *climbing)
    story.filed("t03-01", "own-plan")
    story.filed("t03-01", "problem-list")
    story.on("2019-03-28")
    story.tell(ROOT, HazardReportSentBack(reason="请补充社会影响", by="b-03"), *climbing)
    story.answer("d01", 24)
    story.tell("t01-01", verified("b-03", ROOT), "self-check", "34", by=ROOT)
    story.filed("d03", "own-plan")
    story.on("2019-03-29")
    story.tell("t03", HazardReportAcknowledged(comment="已补充", by="t03-01"), *climbing)
    story.answer("t01-01", 34)
    for unit in ("d01", "d02", "t01-01"):
        story.filed(unit, "problem-list")
    story.filed("d03", "problem-list", nil=True)
    story.filed("t01-02", "own-plan", nil=True)
    story.tell("d01", SurveyHeld(survey="public", on=story.today, asked=100, answered=90, satisfied=81, by="d01-01"), "public", "march")
    story.tell("d01", SurveyHeld(survey="window", on=story.today, asked=10, answered=11, satisfied=9, by="d01-01"), "window", "march")
    story.wrong("survey-counts")
