"""A made-up campaign of one bureau and two hospitals, small enough for one issue to be followed through all services."""

from datetime import date

from shared.plan import Plan
from shared.plan.clock import Clock, Clocks
from shared.plan.obligation import Obligation
from shared.plan.phase import Phase
from shared.plan.target import Target
from shared.units import Unit
from shared.values import Named, Wording


def both(text: str) -> Wording:
    return Wording(zh=text, en=text)


PLAN = Plan(
    campaign="flow-2019",
    name=both("流程"),
    issued=date(2019, 3, 1),
    classes=(Named(code="bureau", name=both("局")), Named(code="hospital", name=both("医院"))),
    aspects=(Named(code="flow", name=both("服务流程")),),
    categories=(Named(code="flow", name=both("服务流程")),),
    channels=(Named(code="complaint", name=both("投诉")), Named(code="self-check", name=both("自查"))),
    targets=(Target(number=1, aspect="flow", text=both("排队不超过十五分钟")),),
    checklist_of=("hospital",),
    clocks=Clocks(plan=Clock(days=5), fix=Clock(days=10), follow_up=Clock(days=20)),
    phases=(
        Phase(code="P1", name=both("自查"), start=date(2019, 3, 1), end=date(2019, 3, 31), grace=3),
        Phase(code="P2", name=both("整改"), start=date(2019, 4, 1), end=date(2019, 4, 30), grace=3),
    ),
    obligations=(Obligation(code="report", name=both("报告"), phase="P2", due=date(2019, 4, 30), classes=("hospital",)),),
)
UNITS = (
    Unit(id="bureau", name="卫健局", unit_class="bureau"),
    Unit(id="h1", name="第一医院", parent="bureau", unit_class="hospital", responsible="head1"),
    Unit(id="h2", name="第二医院", parent="bureau", unit_class="hospital", responsible="head2"),
)
