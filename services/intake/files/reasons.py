"""Why a file, or a cell of it, is not taken, and what to do about it, in Chinese and English."""

REFUSED: dict[str, tuple[str, str]] = {
    "file-empty": ("文件是空的；请填好后再上传", "the file is empty; fill it in first"),
    "file-large": (
        "文件 {size} 字节，上限 {limit} 字节；请拆成几个文件",
        "the file has {size:,} bytes; at most {limit:,}: split it into several",
    ),
    "file-kind": (
        "文件名为 {name}；请上传 .xlsx 或 .csv 文件（在表格软件中“另存为”）",
        "the file is called {name}; send one that ends in .xlsx or .csv (by `Save as` of your spreadsheet program)",
    ),
    "file-old": (
        "这是旧版 Excel 文件（.xls）；请打开后另存为 .xlsx",
        "this is a workbook of the old kind (.xls); open it and save it as .xlsx",
    ),
    "file-encrypted": (
        "文件有密码保护，无法读取；请去掉打开密码后另存为 .xlsx",
        "the file is protected by a password; take the password off and save it as .xlsx",
    ),
    "file-macros": (
        "文件含有宏；请另存为不含宏的 .xlsx",
        "the file holds macros; save it as .xlsx, without them",
    ),
    "file-binary": (
        "这是二进制工作簿（.xlsb）；请打开后另存为 .xlsx",
        "this is a binary workbook (.xlsb); open it and save it as .xlsx",
    ),
    "file-other": (
        "文件内容是 {found}，不是 {name} 所示的类型；请打开后另存为 .xlsx 或 .csv，不要只改文件名",
        "what is in the file is {found}, not what the name {name} says; open it and save it as .xlsx or .csv: another name alone does not help",
    ),
    "file-broken": (
        "文件已损坏或不完整（{why}）；请在表格软件中打开检查，另存为 .xlsx 后重新上传",
        "the file is damaged or not whole ({why}); open it in a spreadsheet program, save it as .xlsx and send it again",
    ),
    "file-parts": (
        "文件由 {count} 个部件组成，上限 {limit}；请把表格内容复制到新工作簿后另存",
        "the file consists of {count:,} parts; at most {limit:,}: copy the cells into a new workbook and save that",
    ),
    "file-bomb": (
        "文件解压后超过 {limit} 字节，未予读取；请删去数据区以外带格式的空行空列，或拆成几个文件",
        "unpacked, the file takes more than {limit:,} bytes: delete blank rows and columns that hold formats alone, or split it into several",
    ),
    "file-dtd": (
        "文件含有文档类型定义（DTD），表格软件不会写入，未予读取；请把内容复制到新工作簿后另存",
        "the file holds a document type definition (DTD), which no spreadsheet program writes: copy the cells into a new workbook and save that",
    ),
    "file-slow": (
        "读取文件超过 {seconds} 秒，已停止；请删去多余的格式和空行，或拆成几个文件",
        "it took longer than {seconds} s to read the file: delete formats and blank rows that are not needed, or split it into several",
    ),
    "file-memory": (
        "读取文件所需内存过多，已停止；请把内容复制到新工作簿后另存，或拆成几个文件",
        "it takes too much memory to read the file: copy the cells into a new workbook and save that, or split it into several",
    ),
    "rows-many": (
        "表中超过 {limit} 行（含带格式的空行）；请删去数据下方的空行，或拆成几个文件",
        "the sheet has more than {limit:,} rows, blank ones that hold formats included: delete the blank rows below, or split it into several files",
    ),
    "columns-many": (
        "第 {row} 行用到了 {column} 列；最多 {limit} 列，请删去右侧多余的内容",
        "row {row} reaches column {column}; at most {limit} columns: delete what stands to the right",
    ),
    "cells-many": (
        "表中单元格过多；请删去带格式的空行空列，或拆成几个文件",
        "the sheet has too many cells: delete blank rows and columns that hold formats alone, or split it into several files",
    ),
    "cell-long": (
        "单元格 {cell} 超过 {limit} 个字符；请缩短",
        "cell {cell} has more than {limit:,} characters; shorten it",
    ),
    "row-long": (
        "第 {row} 行超过 {limit} 字节；请缩短其中的文字，或作为附件报送",
        "row {row} has more than {limit:,} bytes; shorten its texts, or send them as papers",
    ),
    "merged-many": (
        "表中合并单元格过多或相互重叠；请取消合并",
        "the sheet has too many merged cells, or some over others; take them apart",
    ),
    "sheets-none": (
        "工作簿中没有填写内容的可见工作表；请填写，或取消隐藏",
        "no visible sheet of the workbook is filled in; fill one in, or show it",
    ),
    "sheets-several": (
        "工作簿中有多个填写了内容的工作表：{names}；不能确定用哪一个，请只保留一个（其余删除或另存）",
        "several sheets of the workbook are filled in: {names}; which one is meant cannot be told: keep one alone",
    ),
    "rows-hidden": (
        "工作表“{sheet}”有隐藏的行（如第 {rows} 行）；不能确定是否要报送，请取消隐藏或筛选，或删除这些行",
        "sheet {sheet!r} has hidden rows (such as {rows}); whether they are meant cannot be told: show them, or delete them",
    ),
    "columns-hidden": (
        "工作表“{sheet}”有隐藏的列（{columns}）；不能确定是否要报送，请取消隐藏或删除",
        "sheet {sheet!r} has hidden columns ({columns}); whether they are meant cannot be told: show them, or delete them",
    ),
    "csv-utf16": (
        "文件编码是 UTF-16（“Unicode 文本”）；请另存为“CSV UTF-8”或 .xlsx",
        "the file is written in UTF-16 (`Unicode text`); save it as `CSV UTF-8`, or as .xlsx",
    ),
    "csv-encoding": (
        "文件第 {line} 行既不是 UTF-8 也不是 GB18030 编码；请另存为“CSV UTF-8”或 .xlsx",
        "line {line} is written in neither UTF-8 nor GB18030; save the file as `CSV UTF-8`, or as .xlsx",
    ),
    "csv-unsure": (
        "不能确定文件编码是 UTF-8 还是 GB18030（第 {line} 行可读作“{one}”或“{other}”）；请另存为“CSV UTF-8”或 .xlsx",
        "whether the file is written in UTF-8 or GB18030 cannot be told (line {line} reads {one!r} or {other!r}); save it as `CSV UTF-8`, or as .xlsx",
    ),
    "csv-nul": (
        "第 {line} 行含有空字符（NUL），文件可能已损坏或不是文本；请重新导出为“CSV UTF-8”",
        "line {line} holds a NUL character: the file is damaged, or no text; export it again as `CSV UTF-8`",
    ),
    "csv-delimiter": (
        "不能确定各列以什么分隔；请用逗号、分号或制表符（Tab）之一分隔，或另存为 .xlsx",
        "what parts the columns cannot be told; part them by commas, by semicolons or by tabs, or save the file as .xlsx",
    ),
    "csv-quote": (
        "第 {line} 行的引号没有合上，或引号后还有文字；含引号的内容请整体加引号、其中的引号写两遍，或另存为 .xlsx",
        "in line {line} a quote is not closed, or text follows it; put the whole cell in quotes and double those within, or save the file as .xlsx",
    ),
    "csv-return": (
        "第 {line} 行中间有单独的回车符，不能确定是否换行；请删去，或另存为 .xlsx",
        "line {line} holds a carriage return by itself, and whether a row ends there cannot be told: take it out, or save the file as .xlsx",
    ),
    "csv-long": (
        "第 {line} 行超过 {limit} 个字符；请检查引号和换行，或另存为 .xlsx",
        "line {line} has more than {limit:,} characters; look at its quotes and line ends, or save the file as .xlsx",
    ),
    "head-none": (
        "没有找到表头；“{form}”的表头应有：{needed}。请从模板填写",
        "no heading was found; one of {form!r} has {needed}: fill in the template",
    ),
    "head-missing": (
        "第 {row} 行的表头缺少：{missing}；请补上，或从模板填写",
        "the heading in row {row} lacks {missing}; add it, or fill in the template",
    ),
    "head-unknown": (
        "第 {row} 行的表头有不认识的列：{unknown}；请改用模板中的名称，或删除这些列（“序号”“备注”可以保留，不读取）",
        "the heading in row {row} has columns that this form does not know: {unknown}; give them the names of the template, or delete them (序号 and 备注 may stay, and are not read)",
    ),
    "head-near": ("{column} 列“{text}”（是否应为“{near}”？）", "{column} {text!r} (did you mean {near!r}?)"),
    "head-strange": ("{column} 列“{text}”", "{column} {text!r}"),
    "head-twice": (
        "第 {row} 行的表头中，{columns} 列都是“{name}”；请只保留一列",
        "in the heading in row {row}, columns {columns} are all {name!r}; keep one",
    ),
    "head-several": (
        "第 {row} 行和第 {other} 行都是表头，表中有几个列不同的表格，不能确定用哪一个；请合为一个，或各存为一个文件",
        "rows {row} and {other} are both headings, of tables with other columns, and which one is meant cannot be told; make one table of them, or a file of each",
    ),
    "head-scale": (
        "第 {row} 行写有“{text}”，而本表金额以元计、数量以个计；请改以元（个）填写，并删去该说明",
        "row {row} says {text!r}, and amounts of this form are in yuan, counts in ones; write them so, and delete that note",
    ),
    "sheet-scale": (
        "工作表名为“{text}”，而本表金额以元计、数量以个计；请改以元（个）填写，并给工作表另起名称",
        "the sheet is called {text!r}, and amounts of this form are in yuan, counts in ones; write them so, and give the sheet another name",
    ),
    "tree-width": (
        "单位名录的每一部分不得超过 {limit} 字节；请缩短第 {row} 行",
        "a part of the tree of units takes at most {limit:,} bytes; shorten row {row}",
    ),
}
"""Of a file as a whole: nothing of it is told."""

CELLS: dict[str, tuple[str, str]] = {
    "cell-missing": ("必须填写“{name}”", "{name!r} has to be filled in"),
    "head-moved": (
        "第 {row} 行又是一个表头，各列与第 {first} 行的表头不同，不能确定其下各行的内容；请按第 {first} 行的列填写，或另存为一个文件",
        "row {row} is a heading once more, with other columns than that in row {first}, and what the rows below it say cannot be told; give them the columns of row {first}, or send them as a file of their own",
    ),
    "cell-error": (
        "单元格是错误值 {text}；请改正公式或直接填写",
        "the cell holds the error {text}; mend its formula, or fill in the value",
    ),
    "cell-formula": (
        "公式没有算出的值；请用表格软件打开并保存，或改为填写数值",
        "the formula has no value in the file; open it in a spreadsheet program and save it, or fill in the value",
    ),
    "cell-outside": (
        "{column} 列没有表头；请加上表头或删去内容",
        "column {column} has no heading; give it one, or delete what stands in it",
    ),
    "cell-merged": (
        "单元格 {cells} 是合并的，不能确定各行的内容；请取消合并，逐行填写",
        "the cells {cells} are merged, and what each row says cannot be told; take them apart and fill in each row",
    ),
    "cell-ditto": ("“{text}”不能确定指什么；请逐行填写完整", "{text!r} may mean several things; fill in each row"),
    "cell-date": (
        "单元格是日期；如果不是日期，请把单元格设为“文本”后重新填写",
        "the cell is a date; if none is meant, make it a text and fill it in again",
    ),
    "cell-truth": ("单元格是逻辑值；请填写文字", "the cell is a truth value; write a text"),
    "number-long": (
        "数字超过 15 位，表格软件已改变末尾几位；请把单元格设为“文本”后重新填写",
        "the number has more than 15 digits, and spreadsheet programs change the last ones; make the cell a text and fill it in again",
    ),
    "number": ("应为数字，如 {example}", "this is to be a number, such as {example}"),
    "number-whole": ("应为整数", "this is to be a whole number"),
    "number-share": ("单元格是百分数，不能确定指什么；请填写不带百分号的数字", "the cell is a percentage; write a plain number"),
    "number-scaled": (
        "单元格的值是 {number}，却显示为带“{sign}”的数，不能确定指多少；请把单元格格式改为“常规”，填写完整的数",
        "the cell holds {number}, and shows it with {sign!r}, so that how much is meant cannot be told; give it the format `General`, and write the whole number",
    ),
    "number-cents": ("金额最多两位小数（元）", "an amount has at most two decimals (in yuan)"),
    "yes": ("应填“是”或“否”", "write yes or no"),
    "entry-unknown": ("没有“{text}”；可填：{known}", "there is no {text!r}; there are {known}"),
    "entry-several": (
        "“{text}”对应多项：{found}；请填写编码",
        "several go by {text!r}: {found}; write the code of one",
    ),
    "unit-unknown": (
        "本密钥可报送的单位中没有“{text}”；请填写单位编码或全称{hint}",
        "no unit that this key may tell for goes by {text!r}; write its id or full name{hint}",
    ),
    "unit-near": ("（是否为：{near}）", " (did you mean {near}?)"),
    "unit-several": (
        "“{text}”对应多个单位：{found}；请填写单位编码",
        "several units go by {text!r}: {found}; write the id of one",
    ),
    "target-several": ("“{text}”对应多项目标：{found}；请填写序号", "several targets go by {text!r}: {found}; write the number of one"),
    "person-id": (
        "应填人员编号（字母、数字、_ . -），而不是姓名",
        "write the id of the person (letters, digits, _ . -), not the name",
    ),
    "reference": (
        "编号不得含“~”，且不得过长",
        "a number holds no ~ and is not that long",
    ),
    "number-decimal": (
        "单元格是小数，末尾的零已丢失（1.10 与 1.1 相同），不能确定编号；请把单元格设为“文本”后重新填写",
        "the cell is a decimal number, which keeps no last zeros (1.10 is 1.1); make it a text and fill it in again",
    ),
    "issue-elsewhere": (
        "问题编号属于 {book}，与本行单位不符",
        "the issue is of {book}, not of the unit of this row",
    ),
    "date": (
        "不是能确定的日期；请写作 2026-11-30",
        "which day this is cannot be told; write it as 2026-11-30",
    ),
    "date-order": (
        "不能确定哪个是月、哪个是日；请写作 2026-11-30",
        "which is the month and which the day cannot be told; write it as 2026-11-30",
    ),
    "date-year": ("没有四位年份；请写作 2026-11-30", "the year has not all four digits; write it as 2026-11-30"),
    "date-day": ("只有月份，没有日；请写作 2026-11-30", "it has a month, but no day; write it as 2026-11-30"),
    "date-none": ("没有这一天；请核对", "there is no such day"),
    "date-serial": (
        "是文本形式的日期序列号，不能确定指哪一天；请写作 2026-11-30",
        "this is the number of a day, written as a text, and which day is meant cannot be told; write it as 2026-11-30",
    ),
    "date-week": ("日期与星期不符（该日是{right}）；请核对", "the day and its weekday do not agree (that day is a {right})"),
    "date-years": ("年份应在 2000 至 2999 之间", "the year lies between 2000 and 2999"),
    "time": ("时间不能确定；请写作 2026-11-30 08:30", "which time this is cannot be told; write it as 2026-11-30 08:30"),
    "period": (
        "应为期间，如 2026-11、2026-Q4、2026-W48、2026 或 2026-11-30",
        "this is to be a period, such as 2026-11, 2026-Q4, 2026-W48, 2026 or 2026-11-30",
    ),
    "milestones": (
        "各节点写作“名称 2026-12-31”，以分号或换行隔开",
        "write each milestone as `name 2026-12-31`, parted by semicolons or on lines of their own",
    ),
    "superiors": ("写作“条线=单位编码”，以分号隔开", "write `line=unit id`, parted by semicolons"),
    "field-not-asked": (
        "“{obligation}”的表单没有此项；请留空",
        "the form of {obligation!r} has no such field; leave it empty",
    ),
    "row-same": (
        "与第 {row} 行内容完全相同，不能确定是否重复；请删去一行，或各填不同的编号、写明区别",
        "it says the same as row {row}, and whether it is meant twice cannot be told: delete one, give each a number of its own, or say how they differ",
    ),
    "row-same-subject": (
        "与第 {row} 行说的是同一项（{what}），不能确定以哪行为准；请只保留一行，或填不同的编号",
        "it is about the same as row {row} ({what}), and which one counts cannot be told; keep one, or give them different numbers",
    ),
    "tree-twice": ("单位编码 {id} 在第 {row} 行已有；请核对", "unit {id} stands in row {row} already"),
    "tree-parent": (
        "上级单位“{parent}”不在本行之前；请先列上级单位，再列下级单位",
        "the unit above, {parent!r}, does not stand before this row: list units before those under them",
    ),
    "tree-several": (
        "“{parent}”对应多个单位：{found}；请填写上级单位编码",
        "several units go by {parent!r}: {found}; write the id of the one above",
    ),
    "tree-root": (
        "第 {row} 行已是没有上级的首位单位；请填写本行的上级单位",
        "row {row} is the unit without one above it already; fill in the one above this",
    ),
    "tree-version": ("名录版本须各行相同（第 {row} 行为 {version}）", "all rows have the same version (row {row} has {version})"),
    "report-more": ("另有 {count} 处", "and {count} more"),
    "report-full": (
        "本行有 {count} 处需改正；报告已满，请先改正前面的行，再上传以查看原因",
        "{count} to mend in this row; the report is full: mend the rows above and send it again to see the reasons",
    ),
    "tree-not-whole": (
        "单位名录须整体受理：请先改正第 {row} 行",
        "a tree of units is taken whole or not at all: mend row {row} first",
    ),
}
"""Of one row: the others are told."""

KINDS: dict[str, tuple[str, str]] = {
    "xls": ("旧版 Office 文件", "an Office file of the old kind"),
    "zip": ("压缩包", "an archive"),
    "docx": ("Word 文档", "a Word document"),
    "pptx": ("PowerPoint 演示文稿", "a PowerPoint presentation"),
    "ods": ("OpenDocument 文件", "an OpenDocument file"),
    "xlsx": ("Excel 工作簿", "an Excel workbook"),
    "pdf": ("PDF 文件", "a PDF"),
    "html": ("网页", "a web page"),
    "xml": ("XML 文件", "an XML file"),
    "picture": ("图片", "a picture"),
    "rar": ("压缩包", "an archive"),
    "text": ("文本", "text"),
    "unknown": ("其他内容", "something else"),
}
"""What a file is found to be."""
WEEKDAYS = (
    ("星期一", "Monday"),
    ("星期二", "Tuesday"),
    ("星期三", "Wednesday"),
    ("星期四", "Thursday"),
    ("星期五", "Friday"),
    ("星期六", "Saturday"),
    ("星期日", "Sunday"),
)
