"""What templates say to whoever fills them in, in Chinese and English."""

from collections.abc import Mapping

from services.intake.files.columns import Kind

KINDS: Mapping[Kind, tuple[str, str]] = {
    "reference": (
        "本单位自编号，全年不重复；不填时按内容识别，两行内容相同须填写",
        "your own number, used once; left out, the row is known by what it says, so that two rows which say the same need one",
    ),
    "issue": ("所针对问题的自编号，即报送问题时的编号", "your own number of the issue, as it was reported"),
    "unit": ("单位编码、名称或别名；可从下拉列表选择", "the code, name or alias of a unit; the drop-down list has them"),
    "entry": ("从下拉列表选择", "one of the drop-down list"),
    "target": ("任务目标的序号或名称；可从下拉列表选择", "the number or name of a target; the drop-down list has them"),
    "text": ("文字，可多行", "a text, of several lines if need be"),
    "line": ("文字，一行", "a text on one line"),
    "person": ("人员编号，不是姓名", "the id of a person, not a name"),
    "day": ("日期，如 2026-11-30", "a date, as 2026-11-30"),
    "moment": (
        "日期，可加时间，如 2026-11-30 或 2026-11-30 14:30；不填为上传之时",
        "a date, with a time if known, as 2026-11-30 or 2026-11-30 14:30; left out, it is when the file is sent",
    ),
    "count": ("整数", "a whole number"),
    "yuan": ("金额，单位元，最多两位小数", "an amount in yuan, with two decimals at most"),
    "figure": ("数字", "a number"),
    "yes": ("是或否", "yes or no"),
    "papers": (
        "材料的名称、地址，或已上传附件的编号（sha256:…）；多个以分号隔开或分行",
        "names or addresses of papers, or references of uploaded ones (sha256:…); several parted by semicolons or on lines of their own",
    ),
    "milestones": (
        "各节点及其日期；多个以分号隔开或分行",
        "what is to be reached, and when; several parted by semicolons or on lines of their own",
    ),
    "period": ("报送期，如 2026-11、2026Q4", "a period, as 2026-11 or 2026Q4"),
    "code": ("编码：小写字母、数字和连字符", "a code of small letters, digits and hyphens"),
    "codes": ("编码，多个以分号隔开", "codes, several parted by semicolons"),
    "lines": ("文字，多个以分号隔开或分行", "texts, several parted by semicolons or on lines of their own"),
    "superiors": ("条线=上级单位编码，多个以分号隔开", "line=code of the unit above, several parted by semicolons"),
}
"""How each kind of cell is filled in."""
EXPLAINED: tuple[tuple[str, str], ...] = (
    (
        "请在第一张工作表填写，每行一条；标题行深色的列必填，其余可不填，也可删去整列",
        "Fill in the first sheet, a row for each; columns with a dark heading are needed, others may stay empty or be taken out",
    ),
    (
        "填好后上传此文件：xiaohao feed 文件.xlsx --campaign {campaign} --form {form}，或 POST /v1/files/{campaign}/{form}",
        "Then send this file: `xiaohao feed FILE.xlsx --campaign {campaign} --form {form}`, or POST it to /v1/files/{campaign}/{form}",
    ),
    (
        "有误的行不报送，其余照常报送；下载标有原因的工作簿，改正后重新上传，已报送的行不会重复",
        "Rows with mistakes are not told, all others are; mend them in the workbook that gives the reasons and send it again: what was told counts once",
    ),
    ("此页和名为“{lists}”的页不读取，示例仅供参考", "This page and that called '{lists}' are not read; examples are for you alone"),
)
"""What stands above the columns on the page of explanations."""
HEADINGS: Mapping[str, tuple[str, str]] = {
    "column": ("列", "Column"),
    "needed": ("必填", "Needed"),
    "how": ("填写方法", "How"),
    "example": ("示例", "Example"),
    "yes": ("是", "yes"),
    "no": ("", ""),
}
"""Of the table of columns."""
