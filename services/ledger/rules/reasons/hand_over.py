"""Why something about hand-overs is refused, in Chinese and English."""

from typing import Literal

Reason = Literal["handing-over", "handed-over", "not-handing-over", "hand-over-self", "not-acknowledged", "not-offered"]
REASONS: dict[str, tuple[str, str]] = {
    "handing-over": (
        "问题正在转办 {to}，签收或退回前不能办理；可先撤回",
        "the issue is being handed over to {to}; nothing else is done until it is acknowledged or comes back: withdraw it first",
    ),
    "handed-over": ("问题已转办 {to}，由其办理", "the issue was handed over to {to} and is dealt with there"),
    "not-handing-over": ("问题不在转办中，无可撤回", "the issue is not being handed over; there is nothing to withdraw"),
    "hand-over-self": ("不能转办给本单位 {unit}", "{unit} cannot hand over to itself; name another unit"),
    "not-acknowledged": (
        "转办的问题尚未签收",
        "the issue was handed over to this unit and is not acknowledged yet; acknowledge or decline it first",
    ),
    "not-offered": ("没有待签收的转办", "no hand-over waits here; only one that waits is acknowledged or declined"),
}
