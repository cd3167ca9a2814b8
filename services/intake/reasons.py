"""Why intake does not take an event, in Chinese and English."""

from shared.values import Wording
from shared.wording import worded

INTAKE: dict[str, tuple[str, str]] = {
    "json": ("不是有效的 JSON：{detail}", "no valid JSON: {detail}"),
    "no-object": ("每条事件应为 JSON 对象", "an event is a JSON object"),
    "specversion": ("specversion 应为 1.0", "specversion must be '1.0'"),
    "id": ("id 应为 1 至 200 个可见字符", "id must be 1 to 200 printable characters"),
    "type": ("没有可报送的类型；可报送：{types}", "no type that can be told; there are {types}"),
    "source": ("此密钥的 source 为 {source}；请照填或省略", "the source of this key is {source}; say so or leave it out"),
    "datacontenttype": ("datacontenttype 应为 application/json", "datacontenttype must be application/json"),
    "data": ("data 应为 JSON 对象，内容见 {type}", "data must be a JSON object, the content of {type}"),
    "subject": ("subject 应为 {shape}", "subject must be {shape}"),
    "issue-source": ("subject 应以 {prefix} 开头，后接本单位自编号", "subject must begin with {prefix}, followed by your own reference"),
    "time": (
        "time 应为 RFC 3339 格式并带时区，年份在 2000 至 2999 之间，如 2019-03-05T08:00:00+08:00",
        "time must be RFC 3339 with its offset from UTC, in the years 2000 to 2999, as 2019-03-05T08:00:00+08:00",
    ),
    "too-large": ("事件 {size} 字节，上限 {limit} 字节", "the event takes {size} bytes; at most {limit}"),
    "too-deep": ("data 嵌套过深，不得超过 {limit} 层", "data is nested too deeply; at most {limit} levels"),
    "line-too-long": ("该行超过 {limit} 字节", "the line is longer than {limit} bytes"),
    "invalid": ("内容不符合要求：{detail}", "{detail}"),
    "no-such-field": ("没有此字段{known}", "there is no such field{known}"),
    "field-missing": ("缺少此字段", "this field is needed"),
    "may-not": ("密钥 {key} 没有“{act}”权限", "key {key} may not {act}"),
    "not-root": ("此密钥只能为 {unit} 发布活动和单位名录", "this key announces campaigns and trees of {unit} alone"),
    "not-yours": ("该单位不在此密钥所属的 {unit} 之下", "the unit is not under {unit}, the unit of this key"),
    "person-not-yours": (
        "人员编号 {person} 已由 {unit} 之外的单位登记，只有该单位或其上级可再次登记；请换用其他编号",
        "{person} was named by a unit that is not under {unit}, the unit of this key; only that unit and those above it name it again: take another id",
    ),
    "wall-clock": ("仅模拟运行时可报送时间", "time is told only where XIAOHAO_CLOCK=told"),
    "pseudonym-missing": (
        "本系统未设置 XIAOHAO_PSEUDONYM_KEY，不能受理须隐去姓名的人员；请由管理员设置，或不填此人",
        "this installation keeps nobody unknown, since XIAOHAO_PSEUDONYM_KEY is not set; ask its operator to set it, or leave the person out",
    ),
    "idea-anonymous": ("匿名金点子不得写明提出人，请勿填写此项", "an anonymous idea must not name who offered it; leave this out"),
    "book-not-open": ("台账 {book} 尚未建立", "the book {book} is not open"),
    "category-unknown": ("方案中没有此类别；现有：{known}", "the plan has no such category; it has {known}"),
    "channel-unknown": ("方案中没有此渠道；现有：{known}", "the plan has no such channel; it has {known}"),
    "target-unknown": ("方案中没有此任务目标；现有：{known}", "the plan has no such target; it has {known}"),
}


def intake_reason(rule: str, **values: object) -> Wording:
    """Why intake does not take an event, in both languages. Raises KeyError for a rule that the catalogue does not have."""
    return worded(INTAKE[rule], **values)
