"""Why something about the self-check is refused, in Chinese and English."""

from typing import Literal

Reason = Literal["target-unknown", "target-not-applicable", "no-checklist", "finding-missing"]
REASONS: dict[str, tuple[str, str]] = {
    "target-unknown": ("方案中没有任务目标 {target}", "the plan has no target {target}"),
    "target-not-applicable": ("任务目标 {target} 不适用于本单位", "target {target} does not apply to this unit"),
    "no-checklist": ("本类单位无需自查", "units of this class do not check themselves"),
    "finding-missing": ("不符合的自查项目须写明问题", "an answer that does not conform needs its finding"),
}
