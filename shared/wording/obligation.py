"""Why something about returns is refused, in Chinese and English."""

REASONS: dict[str, tuple[str, str]] = {
    "obligation-unknown": ("本单位没有报送任务 {obligation}", "this unit owes no return {obligation}"),
    "obligation-mismatch": ("报送任务 {obligation} 与 {subject} 不符", "obligation {obligation} does not fit {subject}"),
}
