"""What every unit owes: its own plan, activities, visits, returns."""

from datetime import date

from deploy.plans.read import read_plan
from shared.events.activity import PracticeShared
from shared.events.campaign import CampaignAmended
from shared.events.indicator import SurveyHeld
from shared.events.returns import ReturnAnswered, ReturnChased, ReturnSentBack
from shared.events.roles import RoleGiven
from shared.events.unit_plan import UnitPlanAdopted
from shared.units import seal
from tests.campaigns.qingdao.given import PACK, RECIPIENTS, ROOT, UNITS, assigned, experience, filed, held, planned, reported
from tests.campaigns.story import CAMPAIGNS, Story


def mobilisation(story: Story) -> None:
    """P0.1, until 31 March: it has no first day but that of issue."""
    story.on("2023-03-02")
    for judge in ("j-01", "j-02", "j-03", "j-04", "j-05"):
        story.tell(ROOT, RoleGiven(person=judge, role="expert", by="u-01"))
    story.tell(ROOT, RoleGiven(person="u-02", role="contact", by="u-01"))
    story.tell(ROOT, held(ROOT, "launch", story.today), story.clients[ROOT], "launch")
    story.on("2023-03-06")
    for unit in ("first", "east"):
        story.tell(unit, held(unit, "launch", story.today), story.clients[unit], "launch")
    story.on("2023-03-15").tell("first", filed("first", "news", "换位体验启动", period="rolling"), "news", "rolling")
    story.on("2023-03-20").tell(
        "first", UnitPlanAdopted(version=1, title="换位体验实施意见", measures="体验、征集、整改、评比", by="f-01"), "own"
    )
    story.on("2023-03-22").tell("east", filed("east", "news", "全区动员", period="rolling"), "news", "rolling")
    story.on("2023-03-24").issue("first", "1", reported("讨论中提出：取药窗口字小", "medical", "discussion"), assigned("first"))
    story.on("2023-03-27")
    for unit in ("organ", "east", "west", "second", "stationed", "works", "private-1", "east-1", "east-2", "west-1"):
        story.tell(unit, filed(unit, "own-plan", "活动实施意见"), "own-plan")
    story.on("2023-03-28")
    for unit in RECIPIENTS:
        if unit != "private-2":
            story.tell(unit, filed(unit, "implementation-plan", "贯彻实施方案"), "implementation-plan")
    story.on("2023-03-31").issue("first", "1", planned("first", "更换大字标牌"))
    story.on("2023-04-06")  # the third working day after the last: the 5th is a holiday
    story.tell("west-2", filed("west-2", "own-plan", "活动实施意见"), "own-plan")
    story.tell("private-2", filed("private-2", "implementation-plan", "贯彻实施方案"), "implementation-plan")


def visits(story: Story) -> None:
    """Staff and leaders as patients: of their own unit and of others, in the three scenes."""
    story.on("2023-04-10").tell(
        "first", experience("first", story.today, "outpatient", "own-staff", "own-unit"), story.clients["first"], "v1"
    )
    form = {"scene": "ward", "visitor": "own-staff", "visited": "own-unit"}
    story.tell(
        "first", experience("first", story.today, "ward", "own-staff", "own-unit", form=form), story.clients["first"], "v0"
    )  # `seen` is missing
    story.on("2023-04-12").tell(
        "second", experience("second", story.today, "window", "invited", "other-unit"), story.clients["second"], "v2"
    )
    story.on("2023-04-13").tell("east-1", experience("east-1", story.today, "ward", "invited", "own-unit"), story.clients["east-1"], "v3")
    story.on("2023-04-17")
    leader = experience("east-2", story.today, "window", "own-staff", "other-unit", activity="leader-visit", by="u-01", by_unit=ROOT)
    story.tell("east-2", leader, ROOT, "v4", by=ROOT)
    story.on("2023-04-19")  # by the health administration, which stands above along its own line alone
    leader = experience("second", story.today, "outpatient", "own-staff", "other-unit", activity="leader-visit", by="o-01", by_unit="organ")
    story.tell("second", leader, "organ", "v5", by="organ")


def periodic(story: Story) -> None:
    """The city's dispatch by month and review by quarter; activities, news and surveys."""
    for day, month in (
        ("2023-05-08", "2023-04"),
        ("2023-06-07", "2023-05"),  # the last day
        ("2023-07-07", "2023-06"),
        ("2023-08-07", "2023-07"),
        ("2023-09-11", "2023-08"),  # due on 7 September
        # that of September never comes
        ("2023-11-03", "2023-10"),
        ("2023-12-05", "2023-11"),
    ):
        story.on(day).tell(ROOT, filed(ROOT, "dispatch", "月调度", period=month), "dispatch", month)
    for day, quarter in (("2023-07-06", "2023-Q2"), ("2023-10-10", "2023-Q3"), ("2023-12-05", "2023-Q4")):
        story.on(day).tell(ROOT, filed(ROOT, "review", "季点评", period=quarter), "review", quarter)
    for day, unit, activity in (
        ("2023-05-08", "first", "ideas"),
        ("2023-05-15", "west", "discussion"),
        ("2023-05-24", "stationed", "grumbling"),
        ("2023-06-05", "second", "role-play"),
        ("2023-06-06", "works", "fault-finding"),
        ("2023-07-10", "organ", "publicity"),
        ("2023-10-11", "first", "role-models"),
    ):
        story.on(day).tell(unit, held(unit, activity, story.today), story.clients[unit], activity)
    story.on("2023-05-10")  # told of a day of the phase before, which has closed
    story.tell("second", held("second", "publicity", date(2023, 3, 30), media=("晚报三版",)), story.clients["second"], "march")
    for day, unit in (("2023-05-18", "second"), ("2023-07-20", "east"), ("2023-11-15", "first")):
        story.on(day).tell(unit, filed(unit, "news", "活动信息", period="rolling"), "news", "rolling")
    shared = PracticeShared(sort="practice", title="门诊陪检", text="志愿者陪同老年患者检查", by="f-01")
    story.on("2023-07-25").tell("first", shared, story.clients["first"], "escort")
    story.on("2023-09-15").tell(
        "first", SurveyHeld(survey="patients", on=story.today, asked=200, answered=180, satisfied=171, by="f-01"), "patients", "2023-09"
    )
    survey = SurveyHeld(survey="patients", on=date(2023, 9, 20), asked=100, answered=90, satisfied=81, by="e1-01")
    story.on("2023-09-20").tell("east-1", survey, "patients", "2023-09")
    story.on("2023-09-25").tell("east-1", survey.model_copy(update={"satisfied": 83}), "patients", "2023-09")


def august(story: Story) -> None:
    """The second notice: one more return, cumulative to date, by 30 August."""
    story.on("2023-06-30").tell("first", filed("first", "interim-pack", "太早", form=PACK), "interim-pack")  # no notice asks for it yet
    story.on("2023-08-10").tell(ROOT, CampaignAmended(plan=read_plan(CAMPAIGNS / "qingdao-2023-v2.yaml"), tree=seal(UNITS), by="u-01"))
    story.on("2023-08-28").tell("east", filed("east", "interim-pack", "阶段性总结", form=PACK), "interim-pack")
    story.on("2023-08-29")
    for unit in ("organ", "west", "first", "second", "private-1", "private-2"):
        story.tell(unit, filed(unit, "interim-pack", "阶段性总结", form=PACK, files=("图片集.zip",)), "interim-pack")
    story.on("2023-08-30").tell("stationed", filed("stationed", "interim-pack", "无新增", nil=True), "interim-pack")
    story.on("2023-08-31")
    story.tell("works", ReturnChased(obligation="interim-pack", text="请尽快补报", by="u-02", by_unit=ROOT), "interim-pack")
    story.on("2023-09-01").tell("works", filed("works", "interim-pack", "阶段性总结", form=PACK), "interim-pack")
    story.on("2023-09-04").tell("works", ReturnAnswered(obligation="interim-pack", text="已收到", by="u-02", by_unit=ROOT), "interim-pack")
    story.tell(
        "works", ReturnSentBack(obligation="interim-pack", reason="补图片", by="u-02", by_unit=ROOT), "interim-pack"
    )  # needs no approval


def last_returns(story: Story) -> None:
    """Due on 31 October, in P0.2, and counted in P0.3; then the judging of the year."""
    story.on("2023-10-30")
    for unit in RECIPIENTS:
        if unit != "private-2":
            story.tell(unit, filed(unit, "summary", "书面活动总结", form=PACK), "summary")
    story.on("2023-10-31")
    for unit in RECIPIENTS:
        if unit not in ("private-2", "works"):
            story.tell(unit, filed(unit, "award-material", "评优申报材料"), "award-material")
    story.tell("private-2", filed("private-2", "award-material", "无申报", nil=True), "award-material")
    story.on("2023-11-08").tell("private-2", filed("private-2", "summary", "书面活动总结", form=PACK), "summary")
    story.on("2023-11-29").tell(ROOT, filed(ROOT, "year-end", "年终总结评比"), "year-end")
