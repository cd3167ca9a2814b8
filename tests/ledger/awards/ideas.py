"""Ideas, norms and proposals as they are told, in a campaign that follows them up."""

from shared.events.idea import FollowThroughDone, IdeaAdopted, IdeaApplied, IdeaDeclined, IdeaOffered, NormPromoted, NormProposed
from shared.events.proposal import OpinionGiven, ProposalFiled, ProposalPassedOn
from shared.plan.clock import Clock, Clocks
from shared.plan.form import Asked, Form, FormField
from shared.values import Named
from tests.ledger.given import Said, Story, announced
from tests.ledger.sample import FOUND, PLAN, called, plan_with

CATEGORIES = tuple(
    Named(code=code, name=called(zh)) for code, zh in (("environment", "服务环境"), ("process", "服务流程"), ("quality", "服务质量"))
)
FORM = Form(
    code="proposal",
    name=called("科室申报表"),
    fields=(
        FormField(code="department", name=called("所属部门"), kind="choice", choices=CATEGORIES[:1], other=True),
        FormField(code="leader", name=called("负责人姓名")),
        FormField(code="project", name=called("申报项目名称")),
        FormField(code="category", name=called("申报类别"), kind="choice", choices=CATEGORIES),
        FormField(code="measures", name=called("创建举措及申报优势"), longest=500),
    ),
)
"""J1, with fewer choices."""
LOOKED_AT = plan_with(
    clocks=Clocks(**(dict(PLAN.clocks) | {"follow_through": Clock(days=10)})),
    forms=(FORM,),
    asked=Asked(proposal="proposal"),
)
"""The plan of the sample, with a look at what became of ideas and a form for proposals."""

OFFERED = IdeaOffered(text="候诊区设充电柜", category="environment", channel="complaint", box="门诊大厅一号箱", anonymous=True)
ADOPTED = IdeaAdopted(measure="东侧设充电柜两组", owner="owner-li", by="head-zhao")
DECLINED = IdeaDeclined(reason="与消防要求不符", by="head-zhao")
APPLIED = IdeaApplied(result="已启用", by="fixer-sun")
HOLDS = FollowThroughDone(holds=True, effect="每日约六十人次", by="checker-qian")
NORM = NormProposed(text="候诊区每百座设一组充电柜", by="head-zhao")
PROMOTED = Said(NormPromoted(by="east-head"), subject="yz2022/east/norm/e1~desk~1")
FILLED = {"department": "信息科", "leader": "王主任", "project": "床旁结算", "category": "process", "measures": "出院不排队"}
FILED = ProposalFiled(form=FILLED, evidence=("annex-1",), by="clerk-zhou")
OPINION = OpinionGiven(opinion="同意实施", accepted=True, by="east-head")
OPINION_ABOVE = Said(OPINION, subject="yz2022/east/proposal/e1~desk~1")
PASSED_ON = Said(ProposalPassedOn(remark="同意上报", by="east-head"), subject="yz2022/east/proposal/e1~desk~1")


def looked_at(id: str = "e1", about: str = "") -> Story:
    """A unit in a campaign that follows ideas up and asks for proposals on a form."""
    return announced(LOOKED_AT, id, FOUND, about)


def applied(about: str = "idea") -> Story:
    """An idea in use."""
    return looked_at(about=about).given(OFFERED, ADOPTED, APPLIED)


def proposed() -> Story:
    """A norm that was proposed to the unit above."""
    return applied().given(NORM)
