"""What HTTP answers where it cannot give what was asked for: status and texts, in Chinese and English."""

TITLES: dict[int, tuple[str, str]] = {
    207: ("部分受理", "Multi-Status"),
    303: ("见其他地址", "See Other"),
    400: ("请求有误", "Bad Request"),
    401: ("未经授权", "Unauthorized"),
    403: ("无此权限", "Forbidden"),
    404: ("未找到", "Not Found"),
    405: ("不支持的请求方法", "Method Not Allowed"),
    408: ("请求超时", "Request Timeout"),
    410: ("已不再提供", "Gone"),
    413: ("内容过大", "Content Too Large"),
    415: ("不支持的内容类型", "Unsupported Media Type"),
    416: ("请求范围无效", "Range Not Satisfiable"),
    422: ("内容无法处理", "Unprocessable Content"),
    429: ("请求过于频繁", "Too Many Requests"),
    500: ("内部错误", "Internal Server Error"),
    503: ("服务暂不可用", "Service Unavailable"),
}
PROBLEMS: dict[str, tuple[int, str, str]] = {
    "no-key": (
        401,
        "没有有效的 API 密钥（已吊销或过期的无效）；请以 `Authorization: Bearer xh_…` 发送，或在浏览器中以密钥为密码登录",
        "no valid API key, and one that was revoked or has expired is none; send `Authorization: Bearer xh_…`, or in a browser give the key as the password",
    ),
    "key-gone": (
        401,
        "密钥 {key} 已失效；已计入的有效，请用有效的密钥重新报送，重复无影响",
        "key {key} is valid no more; what is counted was told. Send the same again with one that is: nothing counts twice",
    ),
    "wrong-keys": (
        429,
        "错误的密钥过多，请稍后再试；正确的密钥仍可使用",
        "too many wrong keys; wait, or send a right one, which is taken at once",
    ),
    "keys-lost": (
        503,
        "已有一段时间不能从数据库核对密钥，暂不受理；请稍后以相同编号重发",
        "keys could not be checked against the database for a while, so that none is taken; send the same again later",
    ),
    "too-fast": (
        429,
        "密钥 {key} 的请求超过每秒 {rate} 次；请在所示秒数之后重发，或将事件合并为一批",
        "key {key} sends more than {rate} requests a second; wait for as long as Retry-After says, or tell several events in one request",
    ),
    "too-many-at-once": (
        429,
        "密钥 {key} 有 {most} 个请求尚在处理；请待其应答后再发",
        "key {key} has {most} requests under way; wait for their answers",
    ),
    "full": (503, "当前请求过多，请稍后再试", "too many requests are being answered; send the same again soon"),
    "may-not": (403, "密钥 {key} 无“{act}”权限；有：{may}", "key {key} may not {act}; it may {may}"),
    "no-such-address": (404, "没有此地址：{path}", "there is no such address: {path}"),
    "other-method": (405, "{path} 不支持 {method}；支持：{allow}", "{path} does not take {method}; it takes {allow}"),
    "http": (400, "{method} {path} 无法处理", "{method} {path} cannot be answered"),
    "parameter": (422, "参数不符合要求", "a parameter does not fit"),
    "bug": (500, "系统内部错误，已记录；此次请求未获确认", "a mistake of ours, which is logged; nothing is acknowledged"),
    # of reporting
    "left-empty": (303, "未填写的条件已略去", "what was left empty is left out"),
    "no-such-campaign": (
        404,
        "本密钥可见范围内没有活动“{campaign}”",
        "no such campaign: {campaign!r} is none of those that this key may see",
    ),
    "no-such-unit": (
        404,
        "活动“{campaign}”中，本密钥可见范围内没有单位“{unit}”",
        "no such unit: {unit!r} is none of those of campaign {campaign!r} that this key may see",
    ),
    "several-units": (
        404,
        "名称“{unit}”对应多个单位：{codes}；请改用单位编码",
        "several units go by the name {unit!r}: {codes}; give the code of one",
    ),
    "no-such-phase": (404, "活动“{campaign}”没有阶段“{phase}”", "no such phase: campaign {campaign!r} has no {phase!r}"),
    "no-such-issue": (404, "本密钥可见范围内没有问题“{issue}”", "no such issue: {issue!r} is none of those that this key may see"),
    "no-such-attachment": (
        404,
        "本密钥可见范围内，“{subject}”没有附件 {attachment}",
        "no such attachment: nothing recorded of {subject!r}, as far as this key may see it, names {attachment!r}",
    ),
    "attachment-removed": (
        410,
        "此附件已由运维人员删除：不再提供，也不再接收",
        "an operator removed this attachment: it is given out no more, and not taken again",
    ),
    "range": (416, "附件只有 {size} 字节，没有所请求的部分", "the attachment has {size} bytes, and none of those that Range asks for"),
    "not-public": (404, "没有向公众开放的活动“{campaign}”", "no such campaign: none {campaign!r} is open to the public"),
    "id-too-long": (422, "编号不得超过 500 个字符", "an id has at most 500 characters"),
    "busy": (503, "正在生成的文件或页面过多，请稍后再试", "too many files or pages are being made; try again soon"),
    "not-made": (503, "文件未能生成，请稍后再试", "the file could not be made; try again soon"),
    "cannot-answer": (
        503,
        "数据库或消息系统暂时无法应答，请稍后再试（{why}）",
        "the database or the broker cannot answer now; try again soon ({why})",
    ),
    # of intake
    "media": (
        415,
        "内容类型为 {given}；请以 UTF-8、不压缩的 {media} 发送",
        "content type {given}; send {media}, in UTF-8, not compressed",
    ),
    "no-json": (400, "正文不是有效的 JSON：{why}", "no valid JSON: {why}"),
    "no-array": (400, "批量正文应为事件的 JSON 数组，而非{given}", "a batch is a JSON array of events, not {given}"),
    "two-lengths": (
        400,
        "同时给出了 Content-Length 和 Transfer-Encoding，请只用其一",
        "Content-Length and Transfer-Encoding are both given; send one of them",
    ),
    "cut-off": (400, "正文未传完即中断", "the body ended before its end"),
    "too-large": (413, "{media} 的正文最多 {bytes} 字节、{most} 条事件", "a body of {media} has at most {bytes} bytes and {most} events"),
    "too-many-lines": (
        413,
        "{media} 的正文最多 {bytes} 字节、{most} 行；超限之前已受理的有效，可重复报送而无影响",
        "a body of {media} has at most {bytes} bytes and {most} lines; what was taken before the limit stands, and may be sent again without effect",
    ),
    "stalled": (
        408,
        "正文 {seconds:.0f} 秒未有内容，或每秒不足 {slowest} 字节；请完整重报",
        "nothing came of the body for {seconds:.0f} s, or less than {slowest} bytes a second; send it again, whole",
    ),
    "away": (
        503,
        "{what}暂时不可用（{why}）；此次报送未获确认，但可能已送达：请以相同编号重报，重复无影响",
        (
            "{what} is away ({why}); nothing is acknowledged. What was sent may have arrived all the same: "
            "send it again under the same ids, which has no further effect"
        ),
    ),
    # of Open311
    "key-in-url": (
        401,
        "密钥不得写在地址中（地址会留在日志里，此密钥应予更换）；请以 `Authorization: Bearer xh_…` 或表单的 api_key 字段发送",
        "a key must not stand in an address, which logs keep, so have this one replaced; send it as `Authorization: Bearer xh_…`, or as api_key in the form",
    ),
    "no-such-jurisdiction": (
        404,
        "没有 jurisdiction_id “{campaign}”：本密钥的单位没有此活动的台账",
        "jurisdiction_id not found: the unit of this key has no book in a campaign {campaign!r}",
    ),
    "no-such-service": (
        404,
        "没有 service_code “{service}”；见 services.json",
        "service_code not found: {service!r} is none of services.json",
    ),
    "no-such-request": (
        404,
        "没有 service_request_id “{request}”，或尚未上账，请稍后再查",
        "service_request_id not found: {request!r} is on no book that this key may see, or not yet; ask again in a few seconds",
    ),
    "no-form": (400, "正文不是 UTF-8 的表单，或字段超过 {most} 个", "no form in UTF-8 of at most {most} fields"),
    "form-too-large": (413, "表单最多 {bytes} 字节", "a form has at most {bytes} bytes"),
    "needs-field": (400, "缺少 {field}", "{field} was not provided"),
    "wrong-field": (400, "{field} 不符合要求", "{field} does not fit"),
    "span": (400, "起止时间不得颠倒，且不得超过 {days} 天", "start_date to end_date spans at most {days} days, and does not run backwards"),
    "reporting-away": (
        503,
        "报表服务暂不可用（{why}），无法查询办理情况；报送不受影响",
        "reporting is away ({why}), so that nothing can be said of what became of requests; they are taken all the same",
    ),
    "reporting-limits": (
        429,
        "本密钥向报表服务的查询过多；请在所示秒数之后再查，或缩小查询范围",
        "reporting is asked too much with this key; wait for as long as Retry-After says, or ask for less at once",
    ),
    # of sheets
    "file-media": (
        415,
        "内容类型为 {given}；请将文件本身作为正文发送（如 curl --data-binary @文件），不压缩，不用表单",
        "content type {given}; send the file itself as the body (as `curl --data-binary @FILE` does), not compressed, and in no form",
    ),
    "file-too-large": (
        413,
        "文件最多 {bytes} 字节，未报送任何内容；请分成几个文件",
        "a file has at most {bytes} bytes, nothing of it was told; send it in several",
    ),
    "no-room": (503, "服务器暂时没有空间存放文件（{why}），请稍后再试", "there is no room for the file now ({why}); try again later"),
    "no-such-form": (404, "没有此种表格：{form}；现有：{known}", "there is no such form: {form!r}; there are {known}"),
    "no-such-upload": (404, "没有此次上传，或已超过保留期限", "there is no such upload, or it is kept no longer"),
    "no-report": (404, "此次上传没有未受理的行，或尚未完成", "no row of this upload was refused, or it is not over yet"),
    "uploads-yours": (
        429,
        "此密钥已有 {most} 个文件正在处理，请等其完成后再上传",
        "{most} files of this key are under way; send the next once one is done",
    ),
    "uploads-full": (503, "正在处理的文件过多，请稍后再上传", "too many files are under way; send it again soon"),
    "file-refused": (422, "文件未受理，未报送任何内容：{why}", "the file was not taken, nothing of it was told: {why}"),
    "upload-stopped": (503, "上传中断：{why}", "the upload was stopped: {why}"),
    "some-rows-told": (207, "已报送 {told} 行，{refused} 行未受理", "{told} rows were told, {refused} were not taken"),
    "no-row-told": (422, "{refused} 行均未受理", "none of {refused} rows was taken"),
    # of attachments
    "attachment-kind": (415, "附件是{what}，不予接收；接收：{taken}", "the attachment is {what}, which is not taken; taken are {taken}"),
    "attachment-broken": (422, "附件是{what}，不予接收", "the attachment is {what}, which is not taken"),
    "attachment-large": (
        413,
        "此类附件最多 {mib} MiB；接收：{taken}",
        "an attachment of this kind has at most {mib} MiB; taken are {taken}",
    ),
    "attachments-busy": (503, "正在接收的附件过多，请稍后再传", "too many attachments are under way; send it again soon"),
    # of events
    "some-taken": (207, "已受理 {accepted} 条事件，{refused} 条未受理", "{accepted} events were taken, {refused} were not"),
    "none-allowed": (403, "本密钥不得报送其中任何一条事件", "this key may tell none of these events"),
    "none-taken": (422, "没有一条事件被受理", "none of the events was taken"),
}
DETAILS: dict[str, tuple[str, str]] = {
    "no-parameter": ("没有此参数；没有任何参数", "there is no such parameter; there are none"),
    "other-parameter": ("没有此参数；现有：{known}", "there is no such parameter; there are {known}"),
    "not-by-month": ("仅可用于 {known}，不可用于 {figure}", "is kept for {known}, not for {figure}"),
    "not-in-plan": ("方案中没有此项；现有：{known}", "is none of the plan's; there are {known}"),
    "none-in-plan": ("方案中没有此项；没有任何此类项", "is none of the plan's; there are none"),
    "cursor": ("不是本接口给出的游标", "not a cursor that this API gave out"),
    "unread": (
        "；未受理的已达 {enough} 条，第 {line} 行（从 0 起）及以后未予处理：请改正文件后重报",
        "; {enough} or more were refused, so nothing from line {line} on (from 0) was looked at: mend the file and send it again",
    ),
    "database": ("数据库", "the database"),
    "rows-none": (
        "标题之下没有填写任何一行；请填好后再上传",
        "no row below the headings is filled in; fill it in first",
    ),
    "upload-died": (
        "处理此文件的服务中途停止；已计入的行有效，请重新上传同一文件，重复无影响",
        "the service that handled it ended meanwhile; what is counted was told. Send the same file again: nothing counts twice",
    ),
}
