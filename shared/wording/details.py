"""What is wrong with a field of a form, a criterion of an award or a unit of a tree, and where something stands, in both languages: parts of a reason."""

from collections.abc import Iterable

from shared.values import Wording

DETAILS: dict[str, tuple[str, str]] = {
    "form-none": ("{field}：此处无需填写表单", "{field}: the plan asks for no form here"),
    "form-unknown": ("{field}：表单中没有此项；有：{known}", "{field}: is no field of the form; there are {known}"),
    "form-missing": ("{field}：未填写", "{field}: is missing"),
    "form-long": ("{field}：{length} 字，不得超过 {longest} 字", "{field}: has {length} characters; at most {longest}"),
    "form-number": ("{field}：“{text}”不是数字", "{field}: '{text}' is no number"),
    "form-date": ("{field}：“{text}”不是日期，应如 2019-03-31", "{field}: '{text}' is no date; write it as 2019-03-31"),
    "form-choice": ("{field}：“{text}”不在选项之中；有：{known}", "{field}: '{text}' is none of {known}"),
    "checks-persons": ("还需 {count} 人验收", "{count} more to check it"),
    "checks-units": ("其中 {count} 人来自 {units} 以外的单位", "{count} of them of other units than {units}"),
    "checks-high": ("其中一人代表 {units} 之一", "one of them acting for one of {units}"),
    "merge-rectified": ("对方已整改，待验收", "that one is rectified already"),
    "merge-kind": ("对方不是隐患，或两件中只有一件为长期坚持事项", "that one is no hazard, or just one of the two has no end"),
    "merge-grade": ("等级 {grade} 高于对方的 {other}，或验收要求更严", "its grade {grade} is graver than {other}, or asks for more checks"),
    "merge-supervised": ("已挂牌督办，对方未挂牌", "it is listed for supervision, that one not"),
    "merge-plan": ("制定措施时限为 {due}，对方为 {other}", "measures are due on {due}, those of the other on {other}"),
    "merge-fix": ("整改时限为 {due}，对方为 {other}", "it is to be rectified by {due}, the other by {other}"),
    "merge-milestone": ("节点时限为 {due}，对方相应节点为 {other}", "a milestone is due on {due}, that of the other on {other}"),
    "merge-listing": ("挂牌督办时限为 {due}，对方为 {other}", "it is to be listed for supervision by {due}, the other by {other}"),
    "merge-review": ("检视时限为 {due}，对方为 {other}", "its next review is due on {due}, that of the other on {other}"),
    "merge-many": ("对方已并入 {limit} 件", "{limit} were merged into that one already"),
    "merge-persons": ("参与整改或验收的人超过 {limit} 人", "more than {limit} persons rectified or verified the two"),
    "criterion-unknown": ("{field}：不是 {award} 的评分项", "{field}: is no criterion of {award}"),
    "criterion-range": ("{field}：{given} 分，应在 0 至 {most} 分之间", "{field}: {given} points; from 0 to {most} can be given"),
    "criterion-missing": ("{field}：未打分，应在 0 至 {most} 分之间", "{field}: is missing; from 0 to {most} can be given"),
    "type-unknown": ("没有事件类型“{type}”", "type '{type}' is not in the catalogue"),
    "field-unfit": ("{field}：{what}（现为：{given}）", "{field}: {what} (given: {given})"),
    "unit-twice": ("{place} 单位“{unit}”重复列出", "{place}: '{unit}' is listed twice"),
    "unit-root": (
        "{place} 单位“{unit}”应为最上级单位“{root}”，且没有上级",
        "{place}: '{unit}' must be the root '{root}', without a parent",
    ),
    "unit-parent": ("{place} 单位“{unit}”的上级“{parent}”未列在其前", "{place}: parent '{parent}' does not stand before '{unit}'"),
    "unit-no-parent": ("{place} 单位“{unit}”没有上级；只有首位单位没有上级", "{place}: '{unit}' has no parent; only the root has none"),
    "unit-superior": (
        "{place} 单位“{unit}”在条线“{line}”的上级“{superior}”未列在其前",
        "{place}: superior '{superior}' in line '{line}' does not stand before '{unit}'",
    ),
    "seal-announced": ("第 {version} 版已发布，请报送更新的版本", "version {version} is announced already; tell a newer one"),
    "seal-in-force": (
        "第 {version} 版已在使用；请重复其封签，或报送更新的名录",
        "version {version} is in force; repeat its seal, or tell a newer tree",
    ),
    "seal-untold": ("第 {version} 版尚未报送", "version {version} was not told"),
    "seal-count": ("已报送 {told} 个单位，封签为 {sealed} 个", "{told} units were told, the seal says {sealed}"),
    "seal-digest": ("摘要不一致，有单位缺失或被改动", "the digest differs: a unit is missing or was changed"),
}

STATUS = {
    # of ideas and norms
    "offered": "待审定",
    "adopted": "已采纳",
    "applied": "已实施",
    "followed up": "已跟踪评估",
    "proposed": "已上报",
    "promoted": "已推广",
    # of nominations
    "filed": "已申报",
    "passed on": "已上报",
    "in judging": "评审中",
    "late": "逾期",
    "won": "已获奖",
    "recommended": "已推荐上报",
    # of hazard reports, and of what came from another book
    "received": "已收到",
    "declined": "未通过",
    "waiting": "待签收",
    "sent-up": "已上报",
    "sent-back": "已退回下级",
    "returned": "被上级退回",
}
"""Where something stands, as bureaus say it."""

PARTS = {
    # of measures
    "analysis": "原因分析",
    "funds": "资金",
    "emergency-plan": "预案",
    "milestones": "时间节点",
    "standard": "验收标准",
    "guard": "临时防控措施",
    # of a training
    "attendance": "参加人数",
    "tested": "参考人数",
    "passed": "合格人数",
    # of a hazard report
    "point": "隐患点",
    "measures": "整改措施",
    # of an award
    "team": "集体",
    "person": "个人",
}
"""Parts and kinds that reasons name, as bureaus say them."""


def called(names: Iterable[str]) -> Wording:
    """Some parts or kinds, as a value of a reason. Raises KeyError for one that the catalogue does not have."""
    names = list(names)
    return Wording(zh="、".join(PARTS[name] for name in names), en=", ".join(names))


def stated(status: str) -> Wording:
    """Where something stands, as a value of a reason. Raises KeyError for a status that the catalogue does not have."""
    return Wording(zh=STATUS[status], en=status)


def detailed(found: Iterable[tuple[str, dict[str, object]]]) -> Wording:
    """Some details, each a rule with its values, one after another. Raises KeyError for a rule that the catalogue does not have."""
    worded = [tuple(text.format(**values) for text in DETAILS[rule]) for rule, values in found]
    return Wording(zh="；".join(zh for zh, _ in worded)[:900], en="; ".join(en for _, en in worded)[:1900])
