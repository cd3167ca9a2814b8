"""Why something about what cannot be recorded at all is refused, in Chinese and English."""

from typing import Literal

Reason = Literal["invalid", "id-used", "too-large", "calendar-missing", "not-told", "wrong-subject"]
REASONS: dict[str, tuple[str, str]] = {
    "invalid": ("内容不符合要求：{detail}", "the content does not fit: {detail}"),
    "id-used": ("编号 {id} 已用于其他内容，请换用新编号重新报送", "id {id} was used for something else; tell again under a new id"),
    "too-large": ("内容 {size} 字节，超过上限 {limit} 字节", "{size} bytes; at most {limit}"),
    "calendar-missing": (
        "时限将到 {year} 年，该年工作日历尚未载入，无法推算；请改用较近的日期，或待日历载入后重新报送",
        "a time limit of it reaches {year}, whose working calendar is not loaded; name an earlier day, or tell it again once the calendar is there",
    ),
    "not-told": ("{type} 由台账自行记录，不能报送", "{type} is recorded by the ledger itself and cannot be told"),
    "wrong-subject": ("{type} 属于“{kind}”，不属于 {subject}", "{type} belongs to a subject of kind {kind}, not to {subject}"),
}
