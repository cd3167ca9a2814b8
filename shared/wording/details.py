"""What is wrong with one field of a form or one criterion of an award, in Chinese and English: parts of a reason."""

from collections.abc import Iterable

from shared.plan.values import Wording

DETAILS: dict[str, tuple[str, str]] = {
    "form-none": ("{field}：此处无需填写表单", "{field}: the plan asks for no form here"),
    "form-unknown": ("{field}：表单中没有此项；有：{known}", "{field}: is no field of the form; there are {known}"),
    "form-missing": ("{field}：未填写", "{field}: is missing"),
    "form-long": ("{field}：{length} 字，不得超过 {longest} 字", "{field}: has {length} characters; at most {longest}"),
    "form-number": ("{field}：“{text}”不是数字", "{field}: '{text}' is no number"),
    "form-date": ("{field}：“{text}”不是日期，应如 2019-03-31", "{field}: '{text}' is no date; write it as 2019-03-31"),
    "form-choice": ("{field}：“{text}”不在选项之中；有：{known}", "{field}: '{text}' is none of {known}"),
    "criterion-unknown": ("{field}：不是 {award} 的评分项", "{field}: is no criterion of {award}"),
    "criterion-range": ("{field}：{given} 分，应在 0 至 {most} 分之间", "{field}: {given} points; from 0 to {most} can be given"),
    "criterion-missing": ("{field}：未打分，应在 0 至 {most} 分之间", "{field}: is missing; from 0 to {most} can be given"),
}


def detailed(found: Iterable[tuple[str, dict[str, object]]]) -> Wording:
    """Some details, each a rule with its values, one after another. Raises KeyError for a rule that the catalogue does not have."""
    worded = [tuple(text.format(**values) for text in DETAILS[rule]) for rule, values in found]
    return Wording(zh="；".join(zh for zh, _ in worded)[:900], en="; ".join(en for _, en in worded)[:1900])
