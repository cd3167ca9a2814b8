"""Why something about what cannot be recorded at all is refused, in Chinese and English."""

REASONS: dict[str, tuple[str, str]] = {
    "invalid": ("内容不符合要求：{detail}", "the content does not fit: {detail}"),
    "id-used": ("编号 {id} 已用于其他内容，请换用新编号重新报送", "id {id} was used for something else; tell again under a new id"),
    "too-large": ("内容 {size} 字节，超过上限 {limit} 字节", "{size} bytes; at most {limit}"),
    "not-told": ("{type} 由台账自行记录，不能报送", "{type} is recorded by the ledger itself and cannot be told"),
    "wrong-subject": ("{type} 属于“{kind}”，不属于 {subject}", "{type} belongs to a subject of kind {kind}, not to {subject}"),
}
