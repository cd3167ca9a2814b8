"""Why something about hazard reports is refused, in Chinese and English."""

from typing import Literal

Reason = Literal["no-hazard", "hazard-not-cleared", "hazard-field", "hazard-unknown", "hazard-not-waiting", "subject-long"]
REASONS: dict[str, tuple[str, str]] = {
    "no-hazard": (
        "{subject} 不是台账中的隐患，只有隐患才有整改报告",
        "the book has no hazard {subject}; only an issue entered as a hazard is reported up",
    ),
    "hazard-not-cleared": ("隐患尚未整改，整改完成后方可上报", "the hazard is not rectified yet; it is reported once it is"),
    "hazard-field": ("隐患报告缺少 {field}", "a hazard report needs its {field}, since the plan asks for no form"),
    "hazard-unknown": ("本单位没有收到隐患报告 {subject}", "this unit was not sent the hazard report {subject}"),
    "hazard-not-waiting": (
        "隐患报告不在待签收状态（现为“{status}”）",
        "the hazard report does not wait for this unit (it is {status}); only one that waits is acknowledged or sent back",
    ),
    "subject-long": (
        "编号 {subject} 经多级流转后超过 {limit} 个字符，不能再转出",
        "the id {subject} would have more than {limit} characters in the next book; it can go no further",
    ),
}
