"""What is wrong with events that wait to be told, before intake sees them, in Chinese and English."""

FEEDING: dict[str, tuple[str, str]] = {
    "json": ("不是有效的 JSON：{why}", "no valid JSON: {why}"),
    "no-object": ("每条事件应为 JSON 对象", "an event is a JSON object"),
    "too-deep": ("嵌套过深，无法报送", "it is nested too deeply to be told"),
    "not-judged": (
        "报送接口每次处理此条事件都出错，对其他事件正常，故未作判定：{why}",
        "intake fails at this event each time and at no other, so that it was not judged: {why}",
    ),
    "too-large": ("单条事件过大，无法报送", "this event alone is larger than a request may be"),
}
