"""Why something about common problems is refused, in Chinese and English."""

from typing import Literal

Reason = Literal["common-elsewhere", "common-unknown", "common-closed", "not-above"]
REASONS: dict[str, tuple[str, str]] = {
    "common-elsewhere": (
        "问题 {issue} 不属于活动 {campaign}",
        "issue {issue} is not of campaign {campaign}; a common problem links issues of its own campaign",
    ),
    "common-unknown": ("没有共性问题 {code}", "there is no common problem {code}; name it first"),
    "common-closed": ("共性问题 {code} 已办结", "the common problem {code} is closed; name another"),
    "not-above": ("{unit} 不是本单位或其上级单位", "{unit} is neither this unit nor above it; only such a unit links its issues"),
}
