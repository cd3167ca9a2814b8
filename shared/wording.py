"""The catalogue of what services say to people, in Chinese and English."""

from shared.plan import Wording

REASONS: dict[str, tuple[str, str]] = {
    "invalid": ("内容不符合要求：{detail}", "the content does not fit: {detail}"),
    "id-used": ("编号 {id} 已用于其他内容，请换用新编号重新报送", "id {id} was used for something else; tell again under a new id"),
    "too-large": ("内容 {size} 字节，超过上限 {limit} 字节", "{size} bytes; at most {limit}"),
    "not-told": ("{type} 由台账自行记录，不能报送", "{type} is recorded by the ledger itself and cannot be told"),
    "wrong-subject": ("{type} 属于“{kind}”，不属于 {subject}", "{type} belongs to a subject of kind {kind}, not to {subject}"),
    "book-not-open": ("台账 {book} 尚未建立", "the book {book} is not open"),
    "book-open": ("台账 {book} 已建立", "the book {book} is open already"),
    "tree-part": ("单位名录应为第 {expected} 部分，收到第 {part} 部分", "part {expected} of the tree of units is next, not part {part}"),
    "tree-unit": ("单位名录有误：{detail}", "the tree of units has a mistake: {detail}"),
    "tree-seal": ("单位名录与封签不符：{detail}", "the tree of units does not fit its seal: {detail}"),
    "tree-wide": ("{unit} 直属单位 {count} 个，超过 {limit} 个", "{unit} has {count} units directly under it; at most {limit}"),
    "year-missing": (
        "{year} 年工作日历尚未载入，阶段 {phase} 的宽限期将到达该年",
        "the working calendar of {year} is not loaded; the grace of phase {phase} reaches it",
    ),
    "tree-deep": ("{unit} 之下层级过多，最多 {limit} 级", "{unit} lies too deep to have units under it; at most {limit} levels"),
    "wrong-campaign": ("方案属于活动 {campaign}，不属于台账 {book}", "the plan is of campaign {campaign}, not of book {book}"),
    "class-unknown": ("方案中没有单位类别 {unit_class}", "the plan has no class of units {unit_class}"),
    "not-root": ("活动由名录首位单位 {root} 发布", "a campaign is announced by the root of its tree, {root}"),
    "before-campaign": ("活动尚未开始", "the campaign has not begun"),
    "after-campaign": ("活动已于 {end} 结束，不再登记新问题", "the campaign ended on {end}; nothing new is entered"),
    "phase-unknown": ("方案中没有阶段 {phase}", "the plan has no phase {phase}"),
    "phase-not-held": ("阶段 {phase} 未处于待闭合状态", "phase {phase} is not held"),
    "already-entered": ("问题已上账，编号 {number}", "the issue is entered already, as number {number}"),
    "issue-unknown": ("台账中没有问题 {subject}", "the book has no issue {subject}"),
    "struck-off": ("问题已销号", "the issue is struck off"),
    "category-unknown": ("方案中没有类别 {category}", "the plan has no category {category}"),
    "channel-unknown": ("方案中没有渠道 {channel}", "the plan has no channel {channel}"),
    "target-unknown": ("方案中没有任务目标 {target}", "the plan has no target {target}"),
    "target-not-applicable": ("任务目标 {target} 不适用于本单位", "target {target} does not apply to this unit"),
    "no-checklist": ("本类单位无需自查", "units of this class do not check themselves"),
    "finding-missing": ("不符合的自查项目须写明问题", "an answer that does not conform needs its finding"),
    "no-owner": ("问题尚未确定责任人", "the issue has no owner yet"),
    "no-measures": ("问题尚未制定整改措施", "only an issue with measures can be rectified"),
    "rectified": ("问题已整改，等待验收", "the issue is rectified and waits to be checked"),
    "not-rectified": ("只有已整改的问题才能验收或退回", "only a rectified issue can be verified or returned"),
    "verifier-is-fixer": ("验收人 {by} 即整改人，须由他人验收", "{by} rectified it; somebody else must check"),
    "verifier-is-owner": ("验收人 {by} 即责任人，须由他人验收", "{by} owns it; somebody else must check"),
    "not-carried-over": ("问题未挂账", "the issue is not carried over"),
    "follow-up-past": ("跟踪日期 {due} 早于报送之日", "the follow-up date {due} lies before the day it was told"),
    "obligation-unknown": ("本单位没有报送任务 {obligation}", "this unit owes no return {obligation}"),
    "obligation-mismatch": ("报送任务 {obligation} 与 {subject} 不符", "obligation {obligation} does not fit {subject}"),
    "not-under": ("{unit} 不是本单位的直属单位", "{unit} is not directly under this unit"),
    "old-revision": ("已有第 {revision} 版报表", "revision {revision} of the statement is here already"),
}


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
        "time 应为 RFC 3339 格式并带时区，如 2019-03-05T08:00:00+08:00",
        "time must be RFC 3339 with its offset from UTC, as 2019-03-05T08:00:00+08:00",
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
    "book-not-open": ("台账 {book} 尚未建立", "the book {book} is not open"),
    "category-unknown": ("方案中没有此类别；现有：{known}", "the plan has no such category; it has {known}"),
    "channel-unknown": ("方案中没有此渠道；现有：{known}", "the plan has no such channel; it has {known}"),
    "target-unknown": ("方案中没有此任务目标；现有：{known}", "the plan has no such target; it has {known}"),
}
"""Why intake does not take an event."""


def reason(rule: str, **values: object) -> Wording:
    """The reason for a refusal, in both languages. Raises KeyError for a rule that the catalogue does not have."""
    zh, en = REASONS[rule]
    return Wording(zh=zh.format(**values)[:1000], en=en.format(**values)[:2000])


def intake_reason(rule: str, **values: object) -> Wording:
    """Why intake does not take an event, in both languages. Raises KeyError for a rule that the catalogue does not have."""
    zh, en = INTAKE[rule]
    return Wording(zh=zh.format(**values)[:1000], en=en.format(**values)[:2000])
