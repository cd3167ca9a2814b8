"""Why an answer to a watch topic is refused, in Chinese and English."""

from typing import Literal

Reason = Literal["watch-unknown", "watch-not-applicable", "watch-issue", "prevention-missing"]
REASONS: dict[str, tuple[str, str]] = {
    "watch-unknown": ("方案中没有专项排查 {watch}；现有：{known}", "the plan has no watch topic {watch}; it has {known}"),
    "watch-not-applicable": (
        "专项排查 {watch} 由 {classes} 填报，本单位类别为 {unit_class}",
        "watch topic {watch} is answered by units of class {classes}, not of class {unit_class}",
    ),
    "watch-issue": (
        "专项排查 {watch} 发现问题时，issue 应为本台账已上账的问题，不是 {issue}",
        "something was found for {watch}, so issue must name an issue entered in this book, not {issue}",
    ),
    "prevention-missing": (
        "专项排查 {watch} 未发现问题时，须写明防范措施（有则整改、无则防范）",
        "nothing was found for {watch}, so its prevention must be told",
    ),
}
