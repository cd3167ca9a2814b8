"""Why something about phases and statements is refused, in Chinese and English."""

from typing import Literal

Reason = Literal[
    "before-campaign", "after-campaign", "phase-unknown", "phase-not-held", "not-under", "old-revision", "phase-not-closed",
    "phase-not-yours", "phase-closed", "extension-not-above", "extension-short",
]  # fmt: skip
REASONS: dict[str, tuple[str, str]] = {
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
