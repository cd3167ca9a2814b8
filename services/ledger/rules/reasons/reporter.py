"""Why something about reporters and complaints is refused, in Chinese and English."""

from typing import Literal

Reason = Literal["no-complaint", "no-reporter"]
REASONS: dict[str, tuple[str, str]] = {
    "no-complaint": (
        "渠道 {channel} 的问题不是投诉",
        "an issue that came by {channel} is no complaint; only complaints have a department that replies",
    ),
    "no-reporter": (
        "问题没有登记报告人，也不是投诉",
        "the issue names no reporter and is no complaint; there is nobody to answer or reward",
    ),
}
