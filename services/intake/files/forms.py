"""The forms that sheets are filled in on: which event a row is, and its columns. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from services.intake.files.columns import Column, Kind
from shared.values import Wording

FormName = Literal["issues", "measures", "rectifications", "self-checks", "returns", "ideas", "surveys", "units", "persons"]
Identity = Literal["own", "issue", "natural"]
"""How the subject of a row comes about: `own` under the row's own number, or else under a hash of what it says; `issue`, that of the issue that it names;
`natural` by what it says, such as unit and target."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form: one event for each row, but for units, of which one event tells many."""

    name: FormName
    event: str
    """The type of the event that a row is."""
    title: Wording
    identity: Identity
    columns: tuple[Column, ...]

    def column(self, field: str) -> Column | None:
        """The column that fills a field."""
        return next((each for each in self.columns if each.field == field), None)


def _column(
    field: str,
    zh: str,
    en: str,
    *synonyms: str,
    kind: Kind = "text",
    required: bool = False,
    entries: str = "",
    example: str = "",
) -> Column:
    return Column(field, Wording(zh=zh, en=en), synonyms, kind, required, entries, example)


UNIT = _column(
    "unit", "单位", "Unit", "单位名称", "单位编码", "填报单位", "所属单位", "责任单位", "医院", "机构", "科室", "部门",
    kind="unit", required=True, entries="units",
)  # fmt: skip
TIME = _column(
    "time", "日期", "Date", "时间", "填报日期", "填报时间", "报送日期", "登记日期", "发生日期", "发生时间", "办理日期", "上报日期",
    kind="moment", example="2026-11-30",
)  # fmt: skip
NUMBER = _column("number", "编号", "Number", "自编号", "本单位编号", "单位自编号", "reference", kind="reference", example="2026-017")
BY = _column("data.by", "填报人", "By", "填表人", "经办人", "报送人", "办理人", kind="person", required=True, example="b-01")
ISSUE = _column(
    "issue", "问题编号", "Issue", "问题自编号", "编号", "所属问题", kind="issue", required=True, example="2026-017",
)  # fmt: skip
EVIDENCE = _column("data.evidence", "佐证材料", "Evidence", "证明材料", "附件", "佐证", "图片", kind="papers")

FORMS: Mapping[str, Form] = {
    form.name: form
    for form in (
        Form(
            "issues",
            "IssueReported",
            Wording(zh="问题清单", en="Issues"),
            "own",
            (
                Column("number", NUMBER.name, (*NUMBER.synonyms, "问题编号", "问题自编号"), "reference", example=NUMBER.example),
                UNIT,
                _column("data.text", "问题", "Issue", "问题描述", "问题内容", "存在问题", "存在的问题", "具体问题", "主要问题", "问题表现",
                        required=True, example="候诊区没有饮水机"),
                _column("data.category", "类别", "Category", "问题类别", "问题分类", "分类", kind="entry", required=True, entries="categories"),
                _column("data.channel", "来源渠道", "Channel", "渠道", "来源", "问题来源", "发现渠道", "发现方式", kind="entry", required=True,
                        entries="channels"),
                Column("time", Wording(zh="发现日期", en="Date"), ("发现时间", TIME.name.zh, *TIME.synonyms), "moment", example=TIME.example),
                _column("data.nature", "性质", "Nature", "问题性质", kind="entry", entries="natures"),
                _column("data.target", "任务目标", "Target", "目标", "检查项", "条款", "对应目标", kind="target", entries="targets"),
                _column("data.owner", "责任人", "Owner", "整改责任人", kind="person", example="d01-01"),
                _column("data.lane", "整改通道", "Lane", "通道", "办理方式", "整改方式", kind="entry", entries="lanes"),
                _column("data.grade", "等级", "Grade", "问题等级", "级别", kind="entry", entries="grades"),
                _column("data.subjective", "主观原因", "Subjective", "是否主观原因", "因主观原因造成", kind="yes", entries="yes"),
                _column("data.standing", "长期坚持", "Standing", "是否长期坚持", kind="yes", entries="yes"),
                _column("data.carried_in.campaign", "上年转入活动", "Carried in from", "转入活动", kind="entry", entries="carries_in"),
                _column("data.carried_in.reference", "原编号", "Number there", "上年编号", kind="line"),
                _column("data.fixed.measures", "边查边改措施", "Fixed: measures", "已采取措施"),
                _column("data.fixed.result", "边查边改结果", "Fixed: result", "边查边改情况"),
                _column("data.fixed.by", "边查边改经办人", "Fixed by", "边查边改整改人", kind="person"),
                _column("data.fixed.evidence", "边查边改佐证", "Fixed: evidence", "边查边改佐证材料", kind="papers"),
                _column("data.reporter", "反映人", "Reporter", "投诉人", "反映人编号", kind="person"),
                _column("data.anonymous", "匿名", "Anonymous", "是否匿名", kind="yes", entries="yes"),
                EVIDENCE,
                _column("data.visit", "走访检查编号", "Visit", "走访编号", "检查编号", kind="line"),
            ),
        ),
        Form(
            "measures",
            "MeasuresPlanned",
            Wording(zh="整改措施", en="Measures"),
            "issue",
            (
                ISSUE,
                UNIT,
                _column("data.measures", "整改措施", "Measures", "措施", "拟采取措施", "具体措施", required=True),
                Column("data.by", Wording(zh="制定人", en="By"), (BY.name.zh, *BY.synonyms), "person", required=True, example=BY.example),
                TIME,
                _column("data.analysis", "原因分析", "Analysis", "分析", "逐条分析"),
                _column("data.standard", "验收标准", "Standard", "整改标准"),
                _column("data.funds", "资金", "Funds", "资金(元)", "所需资金", "整改资金", kind="yuan", example="12000.50"),
                _column("data.emergency_plan", "应急预案", "Emergency plan", "预案"),
                _column("data.guard", "临时防控措施", "Guard", "防控措施"),
                _column("data.milestones", "节点", "Milestones", "整改节点", "时间节点", "阶段节点", kind="milestones",
                        example="完成招标 2026-12-31；安装完毕 2027-01-31"),
            ),
        ),
        Form(
            "rectifications",
            "RectificationDone",
            Wording(zh="整改完成", en="Rectifications"),
            "issue",
            (
                ISSUE,
                UNIT,
                _column("data.result", "整改结果", "Result", "整改情况", "整改完成情况", "完成情况", "结果", required=True),
                Column("data.by", Wording(zh="整改人", en="By"), (BY.name.zh, *BY.synonyms), "person", required=True, example=BY.example),
                Column("time", Wording(zh="完成日期", en="Date"), ("整改完成日期", "完成时间", "整改日期", TIME.name.zh, *TIME.synonyms), "moment",
                       example=TIME.example),
                EVIDENCE,
                _column("data.refund_cents", "退费", "Refund", "退费金额", "退款", "退费(元)", kind="yuan", example="35.00"),
            ),
        ),
        Form(
            "self-checks",
            "SelfCheckAnswered",
            Wording(zh="自查表", en="Self-checks"),
            "natural",
            (
                UNIT,
                _column("data.target", "任务目标", "Target", "目标", "检查项", "条款", "自查项目", "自查内容", kind="target", required=True, entries="targets"),
                _column("data.conforms", "是否符合", "Conforms", "符合", "是否达标", "达标", "自查结果", kind="yes", required=True, entries="yes"),
                _column("data.finding", "存在问题", "Finding", "问题", "问题描述", "不符合情况", "存在的问题"),
                Column("data.by", Wording(zh="自查人", en="By"), (BY.name.zh, *BY.synonyms), "person", required=True, example=BY.example),
                Column("time", Wording(zh="自查日期", en="Date"), ("自查时间", TIME.name.zh, *TIME.synonyms), "moment", example=TIME.example),
            ),
        ),
        Form(
            "returns",
            "ReturnFiled",
            Wording(zh="报送材料", en="Returns"),
            "natural",
            (
                UNIT,
                _column("data.obligation", "报送任务", "Return", "报送事项", "任务", "材料名称", kind="entry", required=True, entries="obligations"),
                _column("data.period", "报送期", "Period", "期间", "期次", "所属期", kind="period", example="2026-11"),
                _column("data.title", "标题", "Title", "材料标题", "题目", kind="line", required=True),
                _column("data.nil", "零报告", "Nil", "是否零报告", kind="yes", entries="yes"),
                _column("data.files", "附件", "Files", "文件", "附件材料", kind="papers"),
                BY,
                TIME,
                _column("data.contact", "联系人", "Contact", kind="person"),
                _column("data.item_kind", "材料种类", "Kind", "种类", kind="code"),
            ),
        ),
        Form(
            "ideas",
            "IdeaOffered",
            Wording(zh="金点子", en="Ideas"),
            "own",
            (
                NUMBER,
                UNIT,
                _column("data.text", "金点子", "Idea", "建议", "金点子内容", "建议内容", "内容", "点子", "意见建议", required=True),
                _column("data.category", "类别", "Category", "分类", "建议类别", kind="entry", required=True, entries="categories"),
                _column("data.channel", "来源渠道", "Channel", "渠道", "来源", "征集渠道", kind="entry", required=True, entries="channels"),
                Column("time", Wording(zh="提出日期", en="Date"), ("提出时间", TIME.name.zh, *TIME.synonyms), "moment", example=TIME.example),
                _column("data.offered_by", "提出人", "Offered by", "建议人", kind="person"),
                _column("data.anonymous", "匿名", "Anonymous", "是否匿名", kind="yes", entries="yes"),
                _column("data.box", "意见箱", "Box", "箱号", kind="line"),
            ),
        ),
        Form(
            "surveys",
            "SurveyHeld",
            Wording(zh="满意度调查", en="Surveys"),
            "natural",
            (
                Column("number", NUMBER.name, (*NUMBER.synonyms, "调查编号"), "reference", example=NUMBER.example),
                UNIT,
                _column("data.survey", "调查", "Survey", "调查名称", "调查种类", "调查类别", kind="entry", required=True, entries="surveys"),
                _column("data.on", "调查日期", "On", "日期", "截止日期", "调查时间", "date", kind="day", required=True, example="2026-11-30"),
                _column("data.asked", "调查人数", "Asked", "发放份数", "发放问卷", "发放数", "应答人数", kind="count", required=True, example="100"),
                _column("data.answered", "答复人数", "Answered", "回收份数", "回收问卷", "回收数", "有效问卷", kind="count", required=True, example="98"),
                _column("data.satisfied", "满意人数", "Satisfied", "满意份数", "满意数", "满意", kind="count", required=True, example="95"),
                BY,
                _column("time", "填报日期", "Date told", "填报时间", "报送日期", "登记日期", kind="moment", example="2026-11-30"),
            ),
        ),
        Form(
            "units",
            "UnitsListed",
            Wording(zh="单位名录", en="Units"),
            "natural",
            (
                _column("data.units.id", "单位编码", "Id", "编码", "单位代码", "机构编码", kind="code", required=True, example="d01"),
                _column("data.units.name", "单位名称", "Name", "名称", "单位", "机构名称", kind="line", required=True, example="云杉综合医院"),
                _column("data.units.parent", "上级单位", "Parent", "上级编码", "上级单位编码", "主管单位", kind="line", example="bureau"),
                _column("data.units.unit_class", "单位类别", "Class", "类别", "机构类别", kind="entry", required=True, entries="classes"),
                _column("data.units.tags", "标签", "Tags", kind="codes"),
                _column("data.units.responsible", "第一责任人", "Responsible", "责任人", kind="person"),
                _column("data.units.superiors", "其他条线上级", "Superiors", "条线上级", kind="superiors", example="union=u01"),
                _column("data.units.aliases", "别名", "Aliases", "其他名称", "曾用名", "简称", kind="lines"),
                _column("data.version", "名录版本", "Version", "版本", kind="count", example="1"),
                TIME,
            ),
        ),
        Form(
            "persons",
            "PersonNamed",
            Wording(zh="人员名单", en="Persons"),
            "natural",
            (
                _column("data.person", "人员编号", "Person", "编号", "工号", "人员编码", kind="person", required=True, example="d01-01"),
                UNIT,
                _column("data.name", "姓名", "Name", "人员姓名", kind="line", required=True),
                _column("data.phone", "电话", "Phone", "手机", "联系电话", "手机号", "手机号码", "电话号码", kind="line"),
                _column("data.mail", "邮箱", "Mail", "电子邮箱", "邮件", "电子邮件", "email", "e-mail", kind="line"),
                Column("time", Wording(zh="登记日期", en="Date"), (TIME.name.zh, *TIME.synonyms), "moment", example=TIME.example),
            ),
        ),
    )
}  # fmt: skip
"""All of them, by name."""
