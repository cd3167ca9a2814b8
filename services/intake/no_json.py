"""What keeps a text from being read as JSON, and where, in Chinese and English."""

from typing import Any

import orjson

from shared.values import Wording
from shared.wording import worded

JSON: dict[str, tuple[str, str]] = {
    "at": ("{what}（第 {line} 行第 {column} 列，即第 {char} 个字符之后）", "{what}: line {line} column {column} (char {char})"),
    "there": ("，此处为 {given}", ", not {given}"),
    "not-utf-8": ("第 {byte} 字节起不是 UTF-8：{given}", "not UTF-8 at byte {byte}: {given}"),
    "empty": ("没有内容", "it is empty"),
    "cut-short": ("未写完即结束", "it ends before it is whole"),
    "comma": ("最后一项之后不得有逗号", "no comma stands behind the last entry"),
    "key": ("字段名应加英文双引号", "the name of a field stands in double quotes"),
    "separator": ("两项之间应有逗号，末项之后应有 ] 或 }}", "a comma stands between two entries, and ] or }} behind the last"),
    "colon": ("字段名之后应有英文冒号", "a colon stands behind the name of a field"),
    "more": ("一份 JSON 之后还有内容", "something stands behind the end"),
    "depth": ("嵌套层数（depth）过多", "its depth is over the limit"),
    "surrogate": ("\\u 转义的代理对（surrogate）不成对", "half a surrogate pair in a \\u escape"),
    "escape": ("字符串中的转义不对，反斜杠应写作 \\\\", "no such escape in a text; a backslash is written as \\\\"),
    "control": ("字符串中有未转义的控制字符，换行应写作 \\n", "a control character in a text; a line break is written as \\n"),
    "zero": ("数字不得以 0 开头", "a number does not begin with 0"),
    "infinite": ("数字过大", "the number is too large"),
    "bom": ("开头有字节顺序标记（BOM），请去掉", "it begins with a byte order mark (BOM); leave that out"),
    "unexpected": (
        "应为文字（加双引号）、数字、true、false、null、列表或对象{there}",
        "a text in double quotes, a number, true, false, null, a list or an object is expected{there}",
    ),
    # what was given in the place of a list
    "object": ("对象", "an object"),
    "text": ("文字", "a text"),
    "bool": ("true 或 false", "true or false"),
    "number": ("数字", "a number"),
    "null": ("null", "null"),
}
"""By what is wrong; `at` says where, `there` what stands there."""
CAUSES = {
    "empty": "empty",
    "end of data": "cut-short",
    "trailing comma": "comma",
    "string key": "key",
    "expected ','": "separator",
    "after key": "colon",
    "content after": "more",
    "depth limit": "depth",
    "surrogate": "surrogate",
    "escaped": "escape",
    "control character": "control",
    "leading zero": "zero",
    "infinity": "infinite",
    "byte order mark": "bom",
}
"""What the parser says, by a part of its message."""
KINDS: dict[type, str] = {dict: "object", str: "text", bool: "bool", int: "number", float: "number", type(None): "null"}
"""What JSON gave where a list was wanted."""


def why_no_json(text: bytes, error: orjson.JSONDecodeError) -> Wording:
    """What keeps a text from being read as JSON, and where, by what its parser says of it."""
    try:
        text.decode()
    except UnicodeDecodeError as bad:
        return worded(JSON["not-utf-8"], byte=bad.start, given=text[bad.start : bad.start + 4].hex(" "))
    cause = next((cause for says, cause in CAUSES.items() if says in error.msg), "unexpected")
    there = worded(JSON["there"], given=repr(error.doc[error.pos])) if cause == "unexpected" and error.pos < len(error.doc) else ""
    return worded(JSON["at"], what=worded(JSON[cause], there=there), line=error.lineno, column=error.colno, char=error.pos)


def kind_of(raw: Any) -> Wording:
    """What JSON gave, in a word."""
    return worded(JSON[KINDS[type(raw)]])
