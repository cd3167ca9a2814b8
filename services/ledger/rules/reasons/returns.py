"""Why something about returns is refused, in Chinese and English."""

from typing import Literal

Reason = Literal[
    "obligation-unknown", "obligation-mismatch", "nil-not-taken", "item-kind-missing", "return-not-waiting", "accepted-by-filer",
    "return-not-filed", "return-not-open", "chaser-missing",
]  # fmt: skip
REASONS: dict[str, tuple[str, str]] = {
    "obligation-unknown": ("本单位没有报送任务 {obligation}", "this unit owes no return {obligation}"),
    "obligation-mismatch": (
        "报送任务 {obligation} 与 {subject} 不符，应为 {right}",
        "obligation {obligation} does not fit {subject}; its subject is {right}",
    ),
    "nil-not-taken": ("报送任务 {obligation} 不接受零报告，须报送材料", "the return {obligation} cannot be nil; file what it asks for"),
    "item-kind-missing": (
        "报送任务 {obligation} 要求 {kinds} 种不同类型，须填写 item_kind（类型）",
        "the return {obligation} asks for {kinds} different kinds; say its item_kind",
    ),
    "return-not-waiting": (
        "报送任务 {obligation} 没有待审核的材料；须审核的材料报送后方可通过或退回",
        "no return for {obligation} waits to be accepted; one that needs approval is accepted or sent back after it was filed",
    ),
    "accepted-by-filer": ("审核人 {by} 即报送人，须由他人审核", "{by} filed it; somebody else must accept it"),
    "return-not-filed": ("报送任务 {obligation} 尚未报送，无可批复", "nothing was filed for {obligation} that could be answered"),
    "return-not-open": (
        "报送任务 {obligation} 已报送或没有期限，无须催报",
        "the return {obligation} is in, or has no last day; there is nothing to chase",
    ),
    "chaser-missing": ("催报须写明 by（催报人）", "say who chases it, in by"),
}
