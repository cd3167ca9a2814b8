"""Why intake does not take an event, in Chinese and English."""

INTAKE: dict[str, tuple[str, str]] = {
    "json": ("不是有效的 JSON：{detail}", "no valid JSON: {detail}"),
    "content-type": (
        "content-type 应为 application/cloudevents+json（值为整条事件）或 application/json（值为 data，其余在 ce_ 消息头中）",
        "content-type must be application/cloudevents+json (the value is the whole event) or application/json (the value is its data, the rest stands in ce_ headers)",
    ),
    "header": ("消息头应只出现一次，内容为 UTF-8", "a header stands once, and is UTF-8"),
    "bug": (
        "本系统出错，此事件未受理；已记入日志，修复后请以同一 id 重发",
        "a mistake of ours, which stands in our log; the event is not taken: tell it again under the same id once it is mended",
    ),
    "no-object": ("每条事件应为 JSON 对象", "an event is a JSON object"),
    "specversion": ("specversion 应为 1.0", "specversion must be '1.0'"),
    "id": ("id 应为 1 至 200 个可见字符", "id must be 1 to 200 printable characters"),
    "type": ("没有可报送的类型{hint}", "no type that can be told{hint}"),
    "type-near": ("，是否应为 {near}？", "; did you mean {near}?"),
    "type-recorded": ("：{type} 由台账记录，不能报送", ": {type} is recorded by the ledger, and never told"),
    "type-all": ("；可报送的类型见 GET /v1/openapi.json", "; GET /v1/openapi.json lists those that can be told"),
    "source": ("此密钥的 source 为 {source}；请照填或省略", "the source of this key is {source}; say so or leave it out"),
    "datacontenttype": ("datacontenttype 应为 application/json", "datacontenttype must be application/json"),
    "data": ("data 应为 JSON 对象，内容见 {type}", "data must be a JSON object, the content of {type}"),
    "subject": ("subject 应为 {shape}", "subject must be {shape}"),
    "issue-source": ("subject 应以 {prefix} 开头，后接本单位自编号", "subject must begin with {prefix}, followed by your own reference"),
    "time": (
        "time 应为 RFC 3339 格式并带时区，年份在 2000 至 2999 之间，如 2019-03-05T08:00:00+08:00",
        "time must be RFC 3339 with its offset from UTC, in the years 2000 to 2999, as 2019-03-05T08:00:00+08:00",
    ),
    "time-ahead": (
        "晚于受理之时 {accepted}；请在发生之后报送，并核对本机时钟",
        "that is later than now, {accepted}; tell it once it has happened, and look whether your clock is right",
    ),
    "too-large": ("事件 {size} 字节，上限 {limit} 字节", "the event takes {size} bytes; at most {limit}"),
    "too-deep": ("data 嵌套过深，不得超过 {limit} 层", "data is nested too deeply; at most {limit} levels"),
    "line-too-long": ("该行超过 {limit} 字节", "the line is longer than {limit} bytes"),
    "invalid": ("内容不符合要求：{detail}", "{detail}"),
    "mistakes": ("有 {found} 处不符合 {type} 的要求", "it is wrong in {found} places for a {type}"),
    "no-such-field": ("没有此字段{known}", "there is no such field{known}"),
    "field-missing": ("缺少此字段", "this field is needed"),
    "may-not": ("密钥 {key} 没有“{act}”权限", "key {key} may not {act}"),
    "not-root": (
        "活动和单位名录由名录首位单位为本单位发布；此密钥属于 {root} 之下的 {unit}",
        "campaigns and trees are announced by their root for itself; this key is of the unit {unit} under the root {root}",
    ),
    "campaign-not-allowed": (
        "首位单位 {root} 尚未获准发布活动 {campaign}，或此编号已被占用；请运维人员先执行 xiaohao campaigns allow {campaign} {root}，或换用其他编号",
        "the root {root} is not allowed to announce the campaign {campaign}, or its id is taken: ask an operator for `xiaohao campaigns allow {campaign} {root}`, or take another id",
    ),
    "not-yours": ("该单位不在此密钥所属的 {unit} 之下", "the unit is not under {unit}, the unit of this key"),
    "person-not-yours": (
        "人员编号 {person} 已由 {unit} 之外的单位登记，只有该单位或其上级可再次登记；请换用其他编号",
        "{person} was named by a unit that is not under {unit}, the unit of this key; only that unit and those above it name it again: take another id",
    ),
    "person-unknown": (
        "{unit} 及其上下级单位没有登记人员 {person}；请先报送 PersonNamed 登记（可在同一批中），或填写已登记的人员",
        "nobody is known as {person} at, above or below {unit}: tell a PersonNamed of them first, in the same request if you like, or name somebody who is",
    ),
    "person-unnamed": (
        "{root} 之下尚未登记人员 {person}：已受理，但在台账建立后报送 PersonNamed 之前，不向其发送邮件，页面也无其姓名",
        "nobody is known as {person} under {root} yet: it is taken, but no mail goes to them, and no page has their name, until a PersonNamed is told once the books are open",
    ),
    "person-erased": (
        "人员 {person} 的信息已被删除，此编号不再登记；请换用其他编号，或由运维人员释放",
        "{person} was erased, and nobody is named under this id again unless an operator releases it: take another id",
    ),
    "not-of-root": ("此事件只记入首位单位 {root} 的台账", "this is told to the book of the root, {root}"),
    "number-in-id": (
        "此处含手机号或身份证号，将永久留存且他人须引用，不能隐去；请换用其他编号或名称",
        "this holds the number of a phone or an identity card, which would be kept for ever and cannot be masked where others refer to it: take another",
    ),
    "wall-clock": ("仅模拟运行时可报送时间", "time is told only where XIAOHAO_CLOCK=told"),
    "pseudonym-missing": (
        "本系统未设置 XIAOHAO_PSEUDONYM_KEY，不能受理须隐去姓名的人员；请由管理员设置，或不填此人",
        "this installation keeps nobody unknown, since XIAOHAO_PSEUDONYM_KEY is not set; ask its operator to set it, or leave the person out",
    ),
    "idea-anonymous": ("匿名金点子不得写明提出人，请勿填写此项", "an anonymous idea must not name who offered it; leave this out"),
    "visit-covert": (
        "{activity} 为暗访，走访人姓名须隐去：请填 covert: true，或不填走访人",
        "{activity} is covert, so its visitor stays unnamed: tell covert: true, or leave the visitor out",
    ),
    "plan-unknown": (
        "本台账的方案尚未传到，不知 {activity} 是否为暗访；请稍后再报，或填 covert: true",
        "the plan of this book has not come here yet, so that nobody knows whether {activity} is covert: tell it again in a moment, or tell covert: true",
    ),
    "attachment-form": (
        "附件应写作 sha256: 加 64 位小写十六进制数，见 POST /v1/attachments 的答复",
        "an attachment is named as sha256: and 64 small hexadecimal digits: take the reference that POST /v1/attachments answers",
    ),
    "attachment-unknown": (
        "没有 {unit} 及其下级上传的此附件，或上传后 7 天内无事件引用已被清除；请先 POST /v1/attachments，再按答复中的 reference 填写",
        "no unit at or below {unit} uploaded this attachment, or no event named it within 7 days: upload it by POST /v1/attachments, and name the reference of the answer",
    ),
    "book-not-open": ("此密钥的首位单位 {roots} 之下没有已建立的台账 {book}", "no book {book} is open under {roots}, the root of this key"),
    "category-unknown": ("方案中没有此类别；现有：{known}", "the plan has no such category; it has {known}"),
    "channel-unknown": ("方案中没有此渠道；现有：{known}", "the plan has no such channel; it has {known}"),
    "target-unknown": ("方案中没有此任务目标；现有：{known}", "the plan has no such target; it has {known}"),
}
