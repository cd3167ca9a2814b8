"""Why a record of an activity is refused, in Chinese and English."""

from typing import Literal

Reason = Literal[
    "activity-unknown", "activity-not-applicable", "activity-ahead", "results-missing", "results-wrong", "box-two-persons", "form-wrong",
]  # fmt: skip
REASONS: dict[str, tuple[str, str]] = {
    "activity-unknown": ("方案中没有活动 {activity}；现有：{known}", "the plan has no activity {activity}; it has {known}"),
    "activity-not-applicable": (
        "活动 {activity} 由 {classes} 开展，本单位类别为 {unit_class}",
        "activity {activity} is held by units of class {classes}, not of class {unit_class}",
    ),
    "activity-ahead": (
        "活动日期 {on} 晚于报送之日 {day}，请在举办之后报送",
        "it is held on {on}, after the day {day} on which it was told; tell it then",
    ),
    "results-missing": (
        "培训 {activity} 须填报：{missing}",
        "a record of training {activity} needs {missing}",
    ),
    "results-wrong": (
        "合格 {passed} 人、参考 {tested} 人、参加 {attendance} 人：合格不得多于参考，参考不得多于参加",
        "{passed} passed, {tested} tested, {attendance} there: no more can pass than were tested, nor be tested than were there",
    ),
    "box-two-persons": (
        "开箱 {activity} 须由两人在场并填报 slips（件数）和 witness（另一人，不是 {by}）",
        "a box ({activity}) is opened by two persons: tell slips and a witness other than {by}",
    ),
    "form-wrong": ("表单有误：{detail}", "the form has mistakes: {detail}"),
}
