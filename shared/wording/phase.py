"""Why something about phases and statements is refused, in Chinese and English."""

REASONS: dict[str, tuple[str, str]] = {
    "before-campaign": ("活动尚未开始", "the campaign has not begun"),
    "after-campaign": ("活动已于 {end} 结束，不再登记新问题", "the campaign ended on {end}; nothing new is entered"),
    "phase-unknown": ("方案中没有阶段 {phase}", "the plan has no phase {phase}"),
    "phase-not-held": ("阶段 {phase} 未处于待闭合状态", "phase {phase} is not held"),
    "not-under": ("{unit} 不是本单位的直属单位", "{unit} is not directly under this unit"),
    "old-revision": ("已有第 {revision} 版报表", "revision {revision} of the statement is here already"),
}
