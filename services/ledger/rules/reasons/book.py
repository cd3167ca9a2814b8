"""Why something about campaigns, trees of units, books, their phases and statements is refused, in Chinese and English."""

from typing import Literal

Reason = Literal[
    "book-not-open", "book-open", "tree-part", "tree-unit", "tree-seal", "tree-wide", "year-missing", "tree-deep", "wrong-campaign",
    "class-unknown", "line-unknown", "campaign-taken", "not-root", "amendment-unfit", "before-campaign", "after-campaign", "phase-unknown", "phase-not-held",
    "not-under", "old-revision", "phase-not-closed", "phase-not-yours", "phase-closed", "extension-not-above", "extension-short",
]  # fmt: skip
REASONS: dict[str, tuple[str, str]] = {
    "book-not-open": ("台账 {book} 尚未建立", "the book {book} is not open"),
    "book-open": ("台账 {book} 已建立", "the book {book} is open already"),
    "tree-part": ("单位名录应为第 {expected} 部分，收到第 {part} 部分", "part {expected} of the tree of units is next, not part {part}"),
    "tree-unit": ("单位名录有误：{detail}", "the tree of units has a mistake: {detail}"),
    "tree-seal": ("单位名录与封签不符：{detail}", "the tree of units does not fit its seal: {detail}"),
    "tree-wide": ("{unit} 直属单位 {count} 个，超过 {limit} 个", "{unit} has {count} units directly under it; at most {limit}"),
    "year-missing": (
        "{year} 年工作日历尚未载入，阶段 {phase} 的宽限期将到达该年",
        "the working calendar of {year} is not loaded; the grace of phase {phase} reaches it",
    ),
    "tree-deep": ("{unit} 之下层级过多，最多 {limit} 级", "{unit} lies too deep to have units under it; at most {limit} levels"),
    "wrong-campaign": ("方案属于活动 {campaign}，不属于台账 {book}", "the plan is of campaign {campaign}, not of book {book}"),
    "class-unknown": ("方案中没有单位类别 {unit_class}", "the plan has no class of units {unit_class}"),
    "line-unknown": ("方案中没有条线 {line}；现有：{known}", "the plan has no line of command {line}; it has {known}"),
    "campaign-taken": ("活动编号 {campaign} 已被占用，请换用其他编号", "the campaign id {campaign} is taken; take another"),
    "not-root": ("活动由名录首位单位 {root} 调整", "a campaign is amended by the root of its tree, {root}"),
    "amendment-unfit": (
        "第 {version} 版方案应为第 {expected} 版；缺少阶段：{missing}；已开始而变更起始日或起始日已过的阶段：{moved}；缺少在用单位类别：{classes}；已开始报送而取消后逾时恢复、或变更阶段或频次的报送任务：{returns}；已受理申报而取消或变更阶段、频次、轮次、授奖单位的奖项：{awards}；自查已开始而取消或缩小适用范围的任务目标：{targets}；填报已开始而变更频次的指标：{measures}；未载入年历：{years}",
        (
            "version {version} of the plan should be {expected}; phases missing: {missing}; phases begun whose first day would move, or that would begin in the past: {moved}; "
            "classes of units in use missing: {classes}; "
            "returns owed already that were dropped and are asked for again after their last day, or whose phase or cadence would change: {returns}; "
            "awards nominated for already that are missing, or whose phase, cadence, rounds or giving units would change: {awards}; "
            "targets that units may have answered already, missing or for fewer units: {targets}; "
            "measures that units may have told already whose cadence would change: {measures}; years without working calendar: {years}"
        ),
    ),
    "before-campaign": ("活动尚未开始", "the campaign has not begun"),
    "after-campaign": ("活动已于 {end} 结束，不再登记新问题", "the campaign ended on {end}; nothing new is entered"),
    "phase-unknown": ("方案中没有阶段 {phase}", "the plan has no phase {phase}"),
    "phase-not-held": ("阶段 {phase} 未处于待闭合状态", "phase {phase} is not held"),
    "not-under": ("{unit} 不是本单位的直属单位", "{unit} is not directly under this unit"),
    "old-revision": ("已有第 {revision} 版报表", "revision {revision} of the statement is here already"),
    "phase-not-closed": ("阶段 {phase} 未闭合，不能重启", "phase {phase} is not closed, so it cannot be opened again"),
    "phase-not-yours": ("阶段只能由本单位 {unit} 重启", "only {unit} itself opens a phase of its book again"),
    "phase-closed": ("阶段 {phase} 已闭合，不能延长", "phase {phase} closed already; it cannot be extended"),
    "extension-not-above": (
        "{unit} 不是上级单位，只有上级单位可延长阶段",
        "{unit} is not above this unit; only a unit above extends a phase",
    ),
    "extension-short": (
        "延长至 {until}，不晚于现定截止日 {end}；请填写更晚的日期",
        "extended until {until}, which is not after its last day now, {end}; give a later day",
    ),
}
