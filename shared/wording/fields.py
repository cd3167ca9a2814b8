"""What one field of a file or an event must be, in Chinese and English: the words for what the models find."""

from collections.abc import Mapping

from pydantic_core import ErrorDetails

from shared.events.people import MAILBOX
from shared.plan.issue import NUMBERING
from shared.plan.mistakes import PlanMistakes
from shared.values import ON_LINES, ON_ONE_LINE, Wording
from shared.wording import worded

DAY = ("应为确实存在的日期，写作 2019-03-31", "should be a day that exists, written as 2019-03-31")
TIME = ("应为时间并带时区，写作 2019-03-05T08:00:00+08:00", "should be a time with its offset from UTC, as 2019-03-05T08:00:00+08:00")
WHOLE = ("应为整数，不加引号", "should be a whole number, without quotes")
NUMBER = ("应为数字，不加引号", "should be a number, without quotes")
FIELDS_OF = ("应为若干下级字段，写作“字段: 值”", "should be fields with their values, each as `field: value`")
LIST = ("应为列表：写作 [a, b]，或每条一行、以“- ”开头", "should be a list: as [a, b], or a line that begins with `- ` for each entry")

FIELDS: dict[str, tuple[str, str]] = {
    "missing": ("缺少此项", "this field is needed"),
    "string_type": ("应为文字；若是数字等，请加引号", "should be a text; put numbers and the like in quotes"),
    "string_too_short": ("不得少于 {min_length} 个字符", "should have at least {min_length} characters"),
    "string_too_long": ("不得超过 {max_length} 个字符", "should have at most {max_length} characters"),
    "int_type": WHOLE,
    "int_from_float": WHOLE,
    "int_parsing_size": WHOLE,
    "int_parsing": ("应为整数，如 5", "should be a whole number, as 5"),
    "float_type": NUMBER,
    "finite_number": NUMBER,
    "float_parsing": ("应为数字，如 1.5", "should be a number, as 1.5"),
    "bool_type": ("应为 true 或 false，不加引号", "should be true or false, without quotes"),
    "bool_parsing": ("应为 true 或 false", "should be true or false"),
    "date_type": DAY,
    "date_parsing": DAY,
    "date_from_datetime_parsing": DAY,
    "date_from_datetime_inexact": DAY,
    "datetime_type": TIME,
    "datetime_parsing": TIME,
    "datetime_from_date_parsing": TIME,
    "timezone_aware": TIME,
    "literal_error": ("应为下列之一：{expected}", "should be one of {expected}"),
    "greater_than": ("应大于 {gt}", "should be more than {gt}"),
    "greater_than_equal": ("不得小于 {ge}", "should be {ge} or more"),
    "less_than": ("应小于 {lt}", "should be less than {lt}"),
    "less_than_equal": ("不得大于 {le}", "should be {le} or less"),
    "too_short": ("不得少于 {min_length} 条", "should have at least {min_length} entries"),
    "too_long": ("不得超过 {max_length} 条", "should have at most {max_length} entries"),
    "model_type": FIELDS_OF,
    "model_attributes_type": FIELDS_OF,
    "dict_type": FIELDS_OF,
    "tuple_type": LIST,
    "list_type": LIST,
    "step_sides": (
        "预警或升级应在时限之前（before）或之后（after），二者填一",
        "a step lies either before or after the last day; give one of the two",
    ),
}
"""By the type that pydantic gives a mistake, or a model of ours."""

CODE = (
    "代码只用小写字母、数字和连字符，以字母或数字开头，不超过 40 个字符，如 town-01",
    "a code has small letters, digits and hyphens, begins with a letter or digit, and is at most 40 long, as town-01",
)
ISSUE = ("应写作 活动/单位/issue/编号", "should be written as campaign/unit/issue/reference")
PATTERNS: dict[str, tuple[str, str]] = {
    r"^[a-z0-9][a-z0-9-]{0,39}$": CODE,
    r"^[A-Za-z0-9][A-Za-z0-9.-]{0,19}$": (
        "代码只用字母、数字、点和连字符，以字母或数字开头，不超过 20 个字符，如 P3.1",
        "a code of a phase has letters, digits, dots and hyphens, begins with a letter or digit, and is at most 20 long, as P3.1",
    ),
    r"^[A-Za-z0-9][A-Za-z0-9-]{0,19}$": (
        "代码只用字母、数字和连字符，以字母或数字开头，不超过 20 个字符，如 2013-05",
        "a code here has letters, digits and hyphens, begins with a letter or digit, and is at most 20 long, as 2013-05",
    ),
    r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$": (
        "人员编号只用字母、数字、下划线、点和连字符，不超过 64 个字符，如 d02-01",
        "the id of a person has letters, digits, underscores, dots and hyphens, and is at most 64 long, as d02-01",
    ),
    ON_ONE_LINE: ("应写在一行之内，不得有控制字符", "should be a text on one line, without control characters"),
    r"^[^\x00]*$": ("不得有空字符（U+0000）", "should be a text without the null character (U+0000)"),
    ON_LINES: ("不得有控制字符", "should be a text without control characters"),
    NUMBERING: (
        "编号格式应含 {number}，还可含 {unit} 和 {year}，如 {unit}-{year}-{number}",
        "should hold {number}, and may hold {unit} and {year}, as {unit}-{year}-{number}",
    ),
    MAILBOX: ("应为邮箱地址，如 name@example.org", "should be a mail address, as name@example.org"),
    r"^[0-9a-f]{64}$": ("应为 64 位十六进制 SHA-256 摘要", "should be a SHA-256 digest of 64 hexadecimal digits"),
    r"^[0-9]{4}-(0[1-9]|1[0-2])$": ("应为月份，写作 2019-03", "should be a month, written as 2019-03"),
    r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?|-Q[1-4]|-W[0-5][0-9])?$": (
        "应为周期，写作 2019-03-31、2019-W13、2019-03、2019-Q1 或 2019",
        "should be a period, written as 2019-03-31, 2019-W13, 2019-03, 2019-Q1 or 2019",
    ),
    r"^(rolling|[0-9]{4}(-(W[0-9]{2}|Q[1-4]|[0-9]{2}(-[0-9]{2})?))?)$": (
        "应为周期，写作 2019-03-31、2019-W13、2019-03、2019-Q1、2019 或 rolling",
        "should be a period, written as 2019-03-31, 2019-W13, 2019-03, 2019-Q1, 2019 or rolling",
    ),
    r"^(before|after)-[0-9]{1,3}$": ("应写作 before-3 或 after-3", "should be written as before-3 or after-3"),
    r"^[a-z0-9][a-z0-9-]{0,39}/[a-z0-9][a-z0-9-]{0,39}/issue/[A-Za-z0-9._~%-]{1,300}$": ISSUE,
    r"^[a-z0-9][a-z0-9-]{0,39}/[a-z0-9][a-z0-9-]{0,39}/common/[A-Za-z0-9._~%-]{1,300}$": (
        "应写作 活动/单位/common/编号",
        "should be written as campaign/unit/common/reference",
    ),
    r"^[A-Za-z0-9._~%/-]+$": ISSUE,
    r"^[A-Za-z0-9._~%-]{1,300}$": ("应为事项编号，如 t01~1", "should be a reference, as t01~1"),
}
"""What is right where a model asks for a pattern."""


def fitting(found: ErrorDetails) -> Wording:
    """What would be right in a field, by what a model found in it; what has no words here is said in the library's English."""
    values: Mapping[str, object] = found.get("ctx", {})
    if isinstance(between := values.get("error"), PlanMistakes):
        return between.said()
    if found["type"] == "string_pattern_mismatch" and (words := PATTERNS.get(str(values["pattern"]))):
        return Wording(zh=words[0], en=words[1])
    if found["type"] in FIELDS:
        expected = str(values.get("expected", ""))
        said = worded(FIELDS[found["type"]], **values)
        return said.model_copy(update={"zh": said.zh.replace(expected, expected.replace(" or ", ", "))}) if expected else said
    english = found["msg"].removeprefix("Value error, ")
    return worded(("不符合要求：{detail}", "{detail}"), detail=english)
