"""Watch topics and activities as they are told, of a clinic whose plan has them."""

from datetime import date

from shared.events.activity import ActivityHeld
from shared.events.watch_topic import WatchAnswered
from shared.plan import Plan
from shared.plan.activity import Activity
from shared.plan.form import Form, FormField
from shared.plan.target import Watch
from tests.ledger.given import Morning, Story, announced
from tests.ledger.sample import called, plan_with

REPORT = Form(
    code="activity-report",
    name=called("活动情况表"),
    fields=(
        FormField(code="course", name=called("开展情况"), longest=20),
        FormField(code="contact", name=called("联系人"), required=False),
    ),
)
PLANNED = plan_with(
    watches=(Watch(code="kickbacks", name=called("回扣"), phase="P2"),),
    activities=(
        Activity(code="lecture", name=called("讲座"), classes=("clinic",)),
        Activity(code="new-staff", name=called("新职工培训"), kind="training", tested=True),
        Activity(code="idea-box", name=called("金点子箱"), kind="box"),
        Activity(code="news", name=called("宣传报道"), kind="publicity"),
    ),
)
DAY, LATER = "2022-04-20", "2022-05-04"
LECTURE = ActivityHeld(activity="lecture", on=date(2022, 4, 19), text="医患沟通讲座", attendance=60, media=("讲座.jpg",), by="clerk-zhou")
COURSE = ActivityHeld(
    activity="new-staff", on=date(2022, 4, 19), text="岗前培训并考核", attendance=12, tested=12, passed=11, by="clerk-zhou"
)
BOX = ActivityHeld(activity="idea-box", on=date(2022, 4, 19), text="开箱登记", slips=7, witness="nurse-he", by="clerk-zhou")
NOTHING_FOUND = WatchAnswered(watch="kickbacks", found=False, prevention="每月核对采购与用药数据", by="clerk-zhou")
FOUND_SOMETHING = WatchAnswered(watch="kickbacks", found=True, issue="yz2022/e1/issue/desk~1", by="clerk-zhou")


def clinic(plan: Plan = PLANNED, of: str = "e1") -> Story:
    """A clinic in P1 under a plan with watch topics and activities."""
    return announced(plan, of).given(Morning("2022-04-06")).on(DAY)
