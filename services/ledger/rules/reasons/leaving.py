"""Why something about issues that leave other than by a strike-off, or about supervision, is refused, in Chinese and English."""

from typing import Literal

Reason = Literal[
    "void", "merged", "voided-by-owner", "merged-into-itself", "merged-into-unknown", "merged-into-gone", "supervised", "not-supervised",
]  # fmt: skip
REASONS: dict[str, tuple[str, str]] = {
    "void": ("问题已作废", "the issue left as void"),
    "merged": ("问题已并入 {into}，请在该问题下报送", "the issue was merged into {into}; tell it of that one"),
    "voided-by-owner": ("{by} 为责任人或整改人，须由他人作废", "{by} owns or rectified it; somebody else must declare it void"),
    "merged-into-itself": ("问题不能并入自身", "an issue cannot be merged into itself; name another of this book"),
    "merged-into-unknown": ("本台账没有问题 {into}", "this book has no issue {into}; merge into one that it has"),
    "merged-into-gone": ("问题 {into} 已离账，不能并入", "issue {into} left the ledger; merge into one that is on it"),
    "supervised": ("问题已挂牌督办", "the issue is listed for supervision already"),
    "not-supervised": ("问题未挂牌督办", "the issue is not listed for supervision, so nothing can be lifted"),
}
