"""What is wrong with a file that people write, before it is looked at as a plan or a tree, in Chinese and English."""

FILES: dict[str, tuple[str, str]] = {
    "file-missing": ("没有此文件；请检查文件名和路径", "there is no such file; check its name and folder"),
    "file-folder": ("这是文件夹；请指明其中的文件", "this is a folder; name a file in it"),
    "file-unread": ("无法读取此文件：{why}", "this file cannot be read: {why}"),
    "file-large": ("文件 {size} 字节，不得超过 {limit} 字节", "the file has {size:,} bytes; at most {limit:,}"),
    "file-many": (
        "超过 {limit} 个值（引用按展开后计），或嵌套超过 {deepest} 层，或引用了自身",
        "more than {limit:,} values, counting what anchors stand for, or nested more than {deepest} deep, or an anchor that holds itself",
    ),
    "file-encoding": (
        "文件编码是 {found}，不是 UTF-8；请另存为 UTF-8 编码",
        "the file is written in {found}, not in UTF-8; save it as UTF-8",
    ),
    "file-control": (
        "有不可见的控制字符（U+{code}）；请删去，并以纯文本、UTF-8 编码保存",
        "holds a control character (U+{code}); take it out, and save the file as plain text in UTF-8",
    ),
    "calendar-empty": (
        "文件是空的；请写明 holidays（节假日），并按需写明 make_up_days（调休上班日）",
        "the file is empty; say the `holidays` of the year, and its `make_up_days`",
    ),
    "calendar-no-fields": (
        "日历应为若干字段，如 holidays: [2027-01-01, 2027-10-01]",
        "a calendar has fields, such as holidays: [2027-01-01, 2027-10-01]",
    ),
    "plan-empty": (
        "文件是空的；方案至少写明 campaign、name、issued、classes、categories、channels、clocks 和 phases",
        "the file is empty; a plan says at least campaign, name, issued, classes, categories, channels, clocks and phases",
    ),
    "events-none": (
        "文件中没有事件；应为 NDJSON（每行一个 CloudEvent）或一个 JSON 数组",
        "the file holds no events; it is NDJSON, a CloudEvent on each line, or one JSON array of them",
    ),
    "events-not": (
        "这不是事件文件，开头为 {start}；应为 NDJSON（每行一个 CloudEvent）或一个 JSON 数组",
        "this is no file of events, it begins with {start}; it is NDJSON, a CloudEvent on each line, or one JSON array of them",
    ),
    "events-spread": (
        "一个事件占了多行；请将每个事件写在一行，或把所有事件放入一个 JSON 数组",
        "one event is spread over several lines; put each on a line of its own, or all of them in one JSON array",
    ),
    "plan-template": (
        "这是模板，不是方案：{name} 须先填写；`xiaohao up` 首次启动时按当日填好，存为其文件夹中的 try-it.yaml",
        "this is a template and no plan yet: {name} is to be filled in; `xiaohao up` does it at its first start, as try-it.yaml in its folder",
    ),
    "plan-no-fields": (
        "方案应为若干字段，每行写作“字段: 值”（英文冒号后加空格），如 campaign: example-2025",
        "a plan has fields, each on a line as `field: value` (with an ordinary colon and a space), such as campaign: example-2025",
    ),
    "tree-empty": (
        "文件是空的；请列出单位，每行一个，如 - {{id: bureau, name: 卫生局, unit_class: bureau}}",
        "the file is empty; list the units, each on a line, as - {{id: bureau, name: 卫生局, unit_class: bureau}}",
    ),
    "tree-no-fields": (
        "单位名录应为列表，每行一个单位，如 - {{id: bureau, name: 卫生局, unit_class: bureau}}",
        "a tree of units is a list, each unit on a line, as - {{id: bureau, name: 卫生局, unit_class: bureau}}",
    ),
    "undrawable": (
        "图表的字体没有 {signs}，图中将略去或以〓代替；请改用常用字",
        "the font of pictures lacks {signs}, which they leave out or show as 〓; use common characters",
    ),
    "twice": ("“{key}”重复；请只保留一处", "'{key}' stands twice; keep one"),
    "no-such-field": ("没有此字段；{hint}", "there is no such field; {hint}"),
    "near": ("是否应为“{near}”？", "did you mean '{near}'?"),
    "fields": ("可用字段：{known}", "there are {known}"),
    "text-key": (
        "应写作“字段: 值”；英文冒号后须有空格，不能用中文冒号",
        "write `field: value`, with a space after the colon, and an ordinary colon (:), not a full-width one (：)",
    ),
    "of-fields": ("{said}；{hint}", "{said}; {hint}"),
    "given": ("{said}（现为：{value}）", "{said} (given: {value})"),
    "full-width": (
        "此处或上一行有中文冒号（：）；字段后请用英文冒号加空格（: ）",
        "here or a line above stands a full-width colon (：); after a field write an ordinary one and a space (: )",
    ),
    "tab": ("此行用了制表符（Tab）；缩进请用空格", "this line has a tab; indent with spaces"),
    "colon-here": (
        "此处不应有冒号；请检查缩进是否对齐，含冒号的文字请加引号",
        "a colon is not expected here; look whether the lines are aligned, and put a text that holds a colon in quotes",
    ),
    "colon-missing": ("缺少冒号；应写作“字段: 值”", "a colon is missing; write `field: value`"),
    "aligned": (
        "缩进与上文不齐，或括号、引号未配对",
        "this line is not aligned with what stands above, or a bracket or quote is not closed",
    ),
    "bracket": (
        "括号未合上，或缺少逗号；用 {{ }} 或 [ ] 时，各项以英文逗号隔开",
        "a bracket is not closed, or a comma is missing; within {{ }} or [ ] entries are parted by ordinary commas",
    ),
    "quote": ("引号没有合上", "a quote is not closed"),
    "start": ("文字不能以此符号开头；请将整段文字加引号", "a text cannot begin with this sign; put the whole text in quotes"),
    "anchor": ("引用了没有定义的名称 {why}", "refers to an anchor that is not there: {why}"),
    "half": (
        "含有不成字的半个字符（如 \\ud800）；请直接写出该字符",
        "holds half a character (such as \\ud800); write the character itself",
    ),
    "untagged": (
        "无法按标记（以 ! 开头）读取此处的值；请删去标记，方案中不需要",
        "this cannot be read as its tag (what begins with `!`) says; leave the tag out, for none is needed",
    ),
    "nothing": ("空", "nothing"),
    "several": ("一个文件只能有一份内容；请删去“---”分隔的其余部分", "a file holds one document; take out what follows `---`"),
    "yaml": ("不是有效的 YAML：{why}", "no valid YAML: {why}"),
}

HALF = "half a character"
UNTAGGED = "could not determine a constructor"
"""What is said as the YAML library says it, of what it has no word for."""
YAML: tuple[tuple[str, str], ...] = (
    (r"character '\\t'", "tab"),
    (r"mapping values are not allowed", "colon-here"),
    (r"could not find expected ':'", "colon-missing"),
    (r"expected <block end>|unindent", "aligned"),
    (r"expected ',' or|expected the node content|<stream end>", "bracket"),
    (r"unexpected end of stream", "quote"),
    (r"cannot start any token", "start"),
    (r"undefined alias", "anchor"),
    (r"unhashable key", "text-key"),
    (r"another document|single document", "several"),
    (HALF, "half"),
    (UNTAGGED, "untagged"),
)
"""Which words fit what the YAML library says."""
