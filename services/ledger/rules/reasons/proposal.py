"""Why something about proposals is refused, in Chinese and English."""

from typing import Literal

Reason = Literal["proposal-entered", "proposal-unknown", "opinion-above", "proposal-above", "opinion-given"]
REASONS: dict[str, tuple[str, str]] = {
    "proposal-entered": ("申报已登记，编号 {number}", "the proposal is entered already, as number {number}"),
    "proposal-unknown": ("台账中没有申报 {subject}", "the book has no proposal {subject}"),
    "opinion-above": (
        "对 {subject} 的意见由上级单位在其台账中给出",
        "the opinion on {subject} is given by the unit above, in its own book",
    ),
    "proposal-above": (
        "申报 {subject} 已上报上级单位，只有下级报来、尚在本单位的申报才能转报",
        "{subject} went up to the unit above already; only what a unit below sent and still lies here can be passed on",
    ),
    "opinion-given": ("申报已有考评意见", "the proposal has its opinion already"),
}
