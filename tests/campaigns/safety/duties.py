"""What every unit owes: its own plan, activities, returns, the search."""

from collections.abc import Sequence
from datetime import date, timedelta

from shared.events.extension import ExtensionGranted, ExtensionRequested
from shared.events.hazard import HazardReportAcknowledged, HazardReportFiled
from shared.events.phase import GapAccepted, PhaseExtended
from shared.events.returns import ReturnSentBack
from shared.events.roles import RoleGiven
from shared.events.self_check import SelfCheckAnswered
from shared.events.visit import ContactPointNamed, VisitLogged
from shared.events.watch_topic import WatchAnswered
from tests.campaigns.safety.given import (
    BELOW,
    BUREAUS,
    BUSY,
    CHEMICAL,
    LAZY,
    ROOT,
    SCHOOLS,
    SITES,
    TARGETS,
    TOWNSHIPS,
    accept,
    assigned,
    done,
    file,
    hold_activity,
    own_plan,
    planned,
    reported,
    verified,
    who,
)
from tests.campaigns.story import Story


def launch(story: Story) -> None:
    """S1, October."""
    story.on("2024-10-08")
    for unit in (*SITES, *TOWNSHIPS):
        for number, role in ((2, "safety-officer"), (3, "safety-officer"), (8, "expert"), (9, "expert")):
            story.tell(unit, RoleGiven(person=who(unit, number), role=role, by=who(unit, 1)))
    for number in (5, 6, 7):
        story.tell(ROOT, RoleGiven(person=who(ROOT, number), role="county-leader", by=who(ROOT, 1)))
    story.on("2024-10-15")
    for unit in (ROOT, *BELOW):
        hold_activity(story, unit, "launch", "动员会")
        if unit != LAZY:
            hold_activity(story, unit, "emergency-training", "应急培训与考试", attendance=20, tested=20, passed=18)
    story.on("2024-10-16")
    for unit in BELOW:
        if unit != "school-3":
            own_plan(story, unit)
    story.on("2024-10-28")
    own_plan(story, "school-3")
    story.on("2024-11-04").tell(LAZY, GapAccepted(phase="S1", reason="培训与应急演练合并进行", by=who(LAZY, 1)))


def returns(story: Story) -> None:
    """What is owed again and again, and the returns of each phase."""
    story.on("2024-11-08")
    for unit in (*BUREAUS, *TOWNSHIPS):
        if unit != "resources":
            file(story, unit, "launch-photo")
    story.on("2024-11-12")
    file(story, "resources", "launch-photo")
    friday = date(2024, 11, 1)
    for number in range(12):  # W44 to W03; the last is cut short by the end of the phase
        year, week, _ = friday.isocalendar()
        story.on(str(min(friday, date(2025, 1, 15))))
        for unit in (*CHEMICAL, "mine-1", "mine-2"):
            if (unit, number) != ("mine-2", 6):
                file(story, unit, "duty-report", f"{year}-W{week:02}", nil=True)
        friday += timedelta(7)
    story.on("2024-12-17")
    file(story, "mine-2", "duty-report", "2024-W50", nil=True)
    for last in ("2024-11-30", "2024-12-31", "2025-01-31", "2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31", "2025-06-30"):
        story.on(last)
        for unit in BUSY:
            file(story, unit, "monthly-figures", last[:7])
    cases(story, "2024-12-20", "2024-Q4", ("emergency", "resources"), "accident", "accident", "near-miss")
    cases(story, "2024-12-20", "2024-Q4", ("north",), "accident", "accident", "accident")
    file(story, "education", "warning-cases", "2024-Q4", nil=True)
    cases(story, "2024-12-23", "2024-Q4", ("education",), "accident", "accident", "near-miss")
    cases(story, "2025-01-10", "2024-Q4", ("north",), "near-miss")
    cases(story, "2025-03-20", "2025-Q1", (*BUREAUS, *TOWNSHIPS), "accident", "near-miss", "near-miss")
    cases(story, "2025-06-20", "2025-Q2", (*BUREAUS, *TOWNSHIPS), "accident", "near-miss", "near-miss")
    hazard_lists(story)
    for day, period in (("2025-02-28", "2025-02"), ("2025-04-25", "2025-04")):
        story.on(day)
        for unit in SITES:
            if unit != LAZY:
                file(story, unit, "drill-record", period)
    # The phase was extended for this unit, so another period began in it.
    story.on("2025-05-12")
    file(story, "mine-2", "drill-record", "2025-06")
    story.on("2025-03-18")
    for unit in (ROOT, *BUSY):
        hold_activity(story, unit, "drill", "应急演练")
    removal_reports(story)
    story.on("2025-06-27")
    for unit in (ROOT, *BUSY):
        file(story, unit, "final-report")


def cases(story: Story, day: str, period: str, units: Sequence[str], *kinds: str) -> None:
    story.on(day)
    for unit in units:
        for kind in kinds:
            file(story, unit, "warning-cases", period, item_kind=kind)


def hazard_lists(story: Story) -> None:
    """Due on 8 January, a week before the search ends; missing three working days later."""
    story.on("2025-01-03")
    file(story, "chem-1", "hazard-list")
    story.on("2025-01-06")
    sent_back = ReturnSentBack(obligation="hazard-list", reason="未附整改时限", by=who("south", 1), by_unit="south")
    story.tell("chem-1", sent_back, "hazard-list")
    story.tell("school-2", PhaseExtended(phase="S2", until=date(2025, 1, 24), reason="校舍改造", by=who("south", 1), by_unit="south"))
    for unit in ("chem-3", "mine-2", "school-1"):
        file(story, unit, "hazard-list")
    file(story, "school-3", "hazard-list", nil=True)
    story.on("2025-01-07")
    file(story, "chem-1", "hazard-list")
    for unit in ("chem-3", "mine-2", "school-1", "school-3"):
        accept(story, unit, "hazard-list")
    story.on("2025-01-08")
    file(story, "mine-1", "hazard-list")
    story.on("2025-01-09")
    accept(story, "chem-1", "hazard-list")
    file(story, "chem-2", "hazard-list")
    story.on("2025-01-10")
    accept(story, "chem-2", "hazard-list")
    story.on("2025-01-16")
    file(story, "school-2", "hazard-list")
    story.on("2025-01-17")
    accept(story, "school-2", "hazard-list")
    accept(story, "mine-1", "hazard-list")


def removal_reports(story: Story) -> None:
    """Due with the end of the phase on 30 April, for mine-2 on 9 May; missing two working days later."""
    story.on("2025-04-28")
    for unit in BUSY:
        if unit not in ("school-1", "mine-2"):
            file(story, unit, "removal-report")
    story.tell("mine-2", PhaseExtended(phase="S3", until=date(2025, 5, 9), reason="设备到货推迟", by=who("north", 1), by_unit="north"))
    story.on("2025-04-29")
    for unit in BUSY:
        if unit not in ("school-1", "mine-2"):
            accept(story, unit, "removal-report")
    story.on("2025-05-06")
    file(story, "school-1", "removal-report")
    story.on("2025-05-07")
    accept(story, "school-1", "removal-report")
    story.on("2025-05-08")
    file(story, "mine-2", "removal-report")
    story.on("2025-05-09")
    accept(story, "mine-2", "removal-report")


def search(story: Story) -> None:
    """S2: self-check, watch topics, visits, and what they find."""
    story.on("2024-12-02")
    for unit, numbers in TARGETS.items():
        for number in numbers:
            falls_short = (unit, number) == ("mine-2", 5)
            finding = "风量每两月才测一次" if falls_short else None
            story.tell(unit, SelfCheckAnswered(target=number, conforms=not falls_short, finding=finding, by=who(unit, 2)), str(number))
    for unit in TARGETS:
        for watch in ("overload", "contractors", *(["kitchen-gas"] if unit in SCHOOLS else [])):
            found = (unit, watch) == ("mine-2", "overload")
            issue = "mine-safety-2024/mine-2/issue/self-check~5" if found else None
            story.tell(unit, WatchAnswered(watch=watch, found=found, issue=issue, prevention="每班清点", by=who(unit, 2)), watch)
    # More time for what the self-check found, granted after the two working days for deciding.
    story.on("2024-12-03").tell("mine-2", assigned("mine-2"), "self-check", "5")
    story.on("2024-12-05").tell("mine-2", planned("mine-2", "按月测风并记录"), "self-check", "5")
    story.on("2024-12-16")
    asked = ExtensionRequested(until=date(2025, 1, 10), reason="测风仪送检", by=who("mine-2", 2))
    story.tell("mine-2", asked, "self-check", "5")
    story.on("2024-12-19").tell("mine-2", ExtensionGranted(by=who("north", 1), by_unit="north"), "self-check", "5")
    story.on("2025-01-06").tell("mine-2", done("mine-2", "已按月测风"), "self-check", "5")
    story.on("2025-01-08").tell("mine-2", verified("mine-2"), "self-check", "5")
    # Kitchens: at once, within two days of which the first is that of the report.
    story.on("2024-11-20")
    story.issue("school-1", "k1", reported("燃气软管老化", "food", "inspection", nature="hazard"), assigned("school-1"))
    story.issue("school-1", "k1", planned("school-1", "当日更换"), done("school-1", "已更换金属软管"))
    story.on("2024-11-21").issue("school-1", "k1", verified("school-1"))
    form = {"place": "食堂灶间", "measures": "更换软管", "cost": "800", "removed-on": "2024-11-20"}
    story.tell("school-1", HazardReportFiled(form=form, by=who("school-1", 2)), story.clients["school-1"], "k1")
    file(story, "school-1", "hazard-report", "rolling", form=form)
    story.on("2024-11-25")
    raised = HazardReportAcknowledged(by=who("education", 1))
    story.tell("education", raised, "below", "school-1", "north", "k1")
    story.on("2024-11-26").tell(ROOT, HazardReportAcknowledged(by=who(ROOT, 1)), "below", "school-1", "north", "k1")
    story.on("2024-12-03")
    visit = VisitLogged(activity="covert-inspection", on=story.today, visitor="co-05", covert=True, by=who(ROOT, 6), by_unit=ROOT)
    inspection = story.tell("school-2", visit, ROOT, "covert-1", by=ROOT)
    story.on("2024-12-03")
    story.issue(
        "school-2", "k2", reported("留样不足", "food", "covert-inspection", nature="hazard", visit=inspection), assigned("school-2")
    )
    story.on("2024-12-04").issue("school-2", "k2", planned("school-2", "配备留样盒"), done("school-2", "留样已达标"))
    story.on("2024-12-05").issue("school-2", "k2", verified("school-2"))
    story.on("2024-11-18")
    leader = VisitLogged(
        activity="leader-visit", on=story.today, form={"problems": "夜班值守不足"}, visitor="co-05", by=who(ROOT, 5), by_unit=ROOT
    )
    story.tell("chem-3", ContactPointNamed(leader="co-05", unit=ROOT, by=who(ROOT, 1), by_unit=ROOT), by=ROOT)
    story.tell("chem-3", leader, ROOT, "leader-1", by=ROOT)
    experts = VisitLogged(activity="expert-check", on=story.today, by=who("resources", 1), by_unit="resources")
    story.tell("mine-1", experts, ROOT, "experts-1", by=ROOT)
    story.on("2024-11-19")
    hold_activity(story, "mine-1", "box-opening", "开箱", slips=3, witness=who("mine-1", 3))
    hold_activity(story, "school-1", "warning-film", "观看警示片", attendance=30)
    hold_activity(story, "education", "publicity", "校园安全宣传")
