"""Why something about a unit's own plan is refused, in Chinese and English."""

from typing import Literal

Reason = Literal["unit-plan-version", "unit-plan-outside"]
REASONS: dict[str, tuple[str, str]] = {
    "unit-plan-version": (
        "本单位方案应为第 {expected} 版，收到第 {version} 版",
        "version {expected} of the unit's own plan is next, not version {version}",
    ),
    "unit-plan-outside": (
        "阶段 {phase} 的本单位截止日 {end} 须在 {start} 至 {last} 之间",
        "the unit's own last day {end} of phase {phase} must lie within the phase, from {start} to {last}",
    ),
}
