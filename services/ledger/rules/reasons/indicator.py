"""Why a survey, a figure, a visit, a light or a draw is refused, in Chinese and English."""

from typing import Literal

Reason = Literal[
    "survey-unknown", "survey-not-applicable", "survey-counts", "measure-unknown", "measure-not-applicable", "day-ahead", "period-unfit", "visit-unknown",
    "visit-covert", "visit-elsewhere", "leader-elsewhere", "light-unknown", "light-act-unknown", "sample-drawn", "sample-empty",
]  # fmt: skip
REASONS: dict[str, tuple[str, str]] = {
    "survey-unknown": ("方案中没有调查 {survey}；现有：{known}", "the plan has no survey {survey}; it has {known}"),
    "survey-not-applicable": (
        "调查 {survey} 由 {classes} 开展，本单位类别为 {unit_class}",
        "survey {survey} is held by units of class {classes}, not of class {unit_class}",
    ),
    "survey-counts": (
        "满意 {satisfied}、答卷 {answered}、发卷 {asked}：满意不得多于答卷，答卷不得多于发卷",
        "{satisfied} satisfied, {answered} answered, {asked} asked: no more can be satisfied than answered, nor answer than were asked",
    ),
    "period-unfit": (
        "{what} 没有“{period}”这一期：请按 {form} 填写，如 {example}（现可填 {known}）",
        "'{period}' is no period of {what} that can be told: use {form}, such as {example} (so far {known})",
    ),
    "measure-unknown": ("方案中没有指标 {measure}；现有：{known}", "the plan has no measure {measure}; it has {known}"),
    "measure-not-applicable": (
        "指标 {measure} 由 {classes} 填报，本单位类别为 {unit_class}",
        "measure {measure} is told by units of class {classes}, not of class {unit_class}",
    ),
    "day-ahead": (
        "日期 {on} 晚于报送之日 {day}，请在发生之后报送",
        "it is of {on}, after the day {day} on which it was told; tell it then",
    ),
    "visit-unknown": (
        "方案中没有走访或督查 {activity}；现有：{known}",
        "the plan has no visit or inspection {activity}; it has {known}",
    ),
    "visit-covert": (
        "{activity} 为暗访，须填 covert: true，以隐去走访人姓名",
        "{activity} is covert: tell covert: true, so that the visitor stays unnamed",
    ),
    "visit-elsewhere": (
        "走访 {visit} 不在台账 {book} 中，问题须登记在被走访单位的台账",
        "visit {visit} is not in book {book}; what it found is told in the book of the unit that was visited",
    ),
    "leader-elsewhere": (
        "{unit} 不是本单位或其上级；联系领导应属：{path}",
        "{unit} is neither this unit nor above it; a contact point's leader is of one of {path}",
    ),
    "light-unknown": ("方案中没有亮灯 {light}；现有：{known}", "the plan has no light {light}; it has {known}"),
    "light-act-unknown": ("亮灯 {light} 没有处置 {act}；现有：{known}", "light {light} has no act {act}; it has {known}"),
    "sample-drawn": (
        "抽样 {sample} 已抽取，不得重抽；请另编代码",
        "{sample} is drawn already and is not drawn again; give another draw another code",
    ),
    "sample-empty": ("本单位之下没有 {unit_class} 类单位", "there is no unit of class {unit_class} below this one"),
}
