"""The dashboards: what each panel shows, and what it means to who is on duty."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from deploy.grafana.panels import Board, Panel, Text, written


def quantiles(metric: str) -> tuple[tuple[str, str], ...]:
    """Half, 95 and 99 of a hundred take no longer than this."""
    return tuple((f"histogram_quantile({q}, sum by (le) (rate({metric}_bucket[5m])))", f"{q:.0%}") for q in (0.5, 0.95, 0.99))


def rate(metric: str, *labels: str) -> tuple[tuple[str, str], ...]:
    """How many a second, by these labels."""
    return ((f"sum by ({', '.join(labels)}) (rate({metric}[5m]))", " ".join(f"{{{{{label}}}}}" for label in labels)),)


def of_campaigns(name: str) -> tuple[tuple[str, str], ...]:
    """A gauge of the duty screen, a line a campaign."""
    return ((f"max by (campaign) (xiaohao_campaign_{name})", "{{campaign}}"),)


FIRING: tuple[tuple[str, str], ...] = (('count by (alertname, severity, job, topic) (ALERTS{alertstate="firing"})', ""),)
PHASES: tuple[tuple[str, str], ...] = (("max by (campaign, phase, state) (xiaohao_campaign_phase) == 1", ""),)

DUTY: Sequence[Panel] = (
    Panel(Text("正在告警", "Alerts firing"), Text("空表示没有告警。", "Empty when all is well."), kind="table", ask=FIRING, width=12),
    Panel(
        Text("阶段状态", "Phases"),
        Text(
            "held 持续较久：缺少须由责任人接受或处理的事项。", "Held for long: something is missing that the owner must accept or see to."
        ),
        kind="table",
        ask=PHASES,
        width=12,
    ),
    Panel(Text("未销号问题", "Open issues"), Text("每个问题只计一次。", "Each issue counts once."), ask=of_campaigns("open_issues")),
    Panel(
        Text("超期问题", "Overdue issues"),
        Text("时限已到、尚未整改。督促责任单位。", "Time ran out and not rectified: press the units."),
        ask=of_campaigns("overdue_issues"),
    ),
    Panel(
        Text("结转问题", "Carried over"),
        Text("前期阶段结转、尚未销号。", "Left of earlier phases, not struck off."),
        ask=of_campaigns("carried_over_issues"),
    ),
    Panel(Text("未销号隐患", "Open hazards"), Text("优先处理。", "These first."), ask=of_campaigns("open_hazards")),
    Panel(Text("缺报", "Returns missing"), Text("向单位催报。", "Chase the units."), ask=of_campaigns("missing_returns")),
    Panel(
        Text("数据读取至今", "Figures read"),
        Text(
            "距上次读取的时间；超过一两分钟说明 MongoDB 没有应答。未显示的活动见 docs/metrics.md。",
            "Since they were read last: more than a minute or two says that MongoDB does not answer.",
        ),
        "s",
        ask=(("time() - max(xiaohao_campaigns_read_timestamp_seconds)", ""),),
        kind="stat",
        width=4,
    ),
    Panel(
        Text("未显示的活动", "Campaigns not shown"),
        Text("最近公布的 20 个之外。", "Beyond the 20 announced last."),
        ask=(("max(xiaohao_campaigns_not_shown)", ""),),
        kind="stat",
        width=4,
    ),
)

PIPELINE: Sequence[Panel] = (
    Panel(
        Text("副本就绪", "Ready"),
        Text("0：服务在运行但无法工作，/readyz 说明原因。", "0: it runs and cannot do its work; /readyz says why."),
        alerts=("NotReady",),
        ask=(("min by (job) (xiaohao_ready)", "{{job}}"),),
        kind="stat",
    ),
    Panel(
        Text("应答的副本", "Copies that answer"),
        Text("每个服务应答 Prometheus 的副本数。", "Copies of each service that answer Prometheus."),
        alerts=("ServiceDown",),
        ask=(("sum by (job) (up)", "{{job}}"),),
        kind="stat",
    ),
    Panel(
        Text("时钟延迟", "Clock late"),
        Text("最早到期事项的延迟。", "By how much the oldest that is due is late."),
        "s",
        ("ClockLate",),
        kind="stat",
    ),
    Panel(
        Text("受理", "Told"),
        Text("每秒经入口受理或拒绝。", "Through the doors, a second."),
        "ops",
        ask=rate("xiaohao_intake_events_total", "outcome"),
    ),
    Panel(
        Text("入账", "Recorded"),
        Text("每秒入账，按类型。", "Recorded a second, by type."),
        "ops",
        ask=rate("xiaohao_recorded_total", "type"),
    ),
    Panel(
        Text("处理", "Handled"),
        Text("每秒处理的记录。等待增加而处理为 0 即停住。", "Records handled a second. None while lag is above 0: it stands still."),
        "ops",
        ask=rate("xiaohao_records_total", "job", "topic"),
    ),
    Panel(
        Text("等待的记录", "Lag"),
        Text("持续上升：在分区数以内增加副本。", "Rising for long: add a copy, as far as there are partitions."),
        alerts=("ConsumerStalled",),
        ask=(("sum by (job, topic) (xiaohao_lag_records)", "{{job}} {{topic}}"),),
    ),
    Panel(
        Text("最久等待", "Age"),
        Text("最早一条未处理记录的年龄。", "Of the oldest record not handled yet."),
        "s",
        ("RecordsGrowOld",),
    ),
    Panel(
        Text("无人读取的分区", "Partitions unread"),
        Text("其中的内容都在等待。", "What stands in them waits."),
        alerts=("PartitionsUnread",),
        ask=(("max by (job, topic) (xiaohao_topic_partitions) - sum by (job, topic) (xiaohao_assigned_partitions)", "{{job}} {{topic}}"),),
    ),
    Panel(
        Text("报送到入账", "Told to recorded"), Text("百分位数。", "Percentiles."), "s", ask=quantiles("xiaohao_told_to_recorded_seconds")
    ),
    Panel(
        Text("入账到可读", "Recorded to readable"),
        Text("百分位数；重建期间会很大。", "Percentiles; hours or months during a rebuild."),
        "s",
        ask=quantiles("xiaohao_recorded_to_readable_seconds"),
    ),
    Panel(
        Text("入账到送达", "Recorded to notified"),
        Text("百分位数，至邮件服务器接收为止。", "Percentiles, until the mail server has taken it."),
        "s",
        ask=quantiles("xiaohao_recorded_to_notified_seconds"),
    ),
    Panel(
        Text("重试", "Retries"),
        Text("unavailable 是 MongoDB；publish、commit 是 Kafka。", "`unavailable` is MongoDB; `publish`, `commit` are Kafka."),
        "ops",
        ask=rate("xiaohao_retries_total", "job", "cause"),
    ),
    Panel(
        Text("中止的事务", "Transactions aborted"),
        Text("没有提交的 MongoDB 事务，按结果。", "On MongoDB, not committed, by outcome."),
        "ops",
        ask=(('sum by (job, outcome) (rate(xiaohao_mongodb_transactions_total{outcome!="committed"}[5m]))', "{{job}} {{outcome}}"),),
    ),
    Panel(
        Text("暂存", "Held"),
        Text("等待其所依据的报送。连日上升：所等的始终不来。", "Until what they stand on is there. Rising for days: it never comes."),
        ask=(("sum(xiaohao_held_now)", ""),),
    ),
    Panel(
        Text("搁置", "Set aside"),
        Text("程序错误；按死信所述修复后重放。", "A bug: mend what the dead letter says, then replay."),
        alerts=("SetAside",),
    ),
    Panel(
        Text("搁置后面的等待", "Wait behind what is set aside"),
        Text("依次等待的报送数。", "Told events that wait, in order."),
        ask=(("sum(xiaohao_aside_events)", ""),),
    ),
    Panel(Text("死信", "Dead letters"), Text("一小时内；保留 30 天。", "In an hour; kept for 30 days."), alerts=("DeadLetters",)),
    Panel(
        Text("断链", "Chain broken"),
        Text("一小时内。保留一切，运行 xiaohao verify。", "In an hour. Keep all, and run xiaohao verify."),
        alerts=("ChainBroken",),
    ),
    Panel(
        Text("标记落后", "Marks behind"),
        Text("无法继续的台账数；重建该服务。", "Books that cannot go on: rebuild that service."),
        alerts=("MarksBehind",),
    ),
    Panel(
        Text("无法推算", "Clock unreckoned"),
        Text("算不出何时到期；多半缺少日历。", "When they are due is unknown: mostly a calendar is missing."),
        alerts=("ClockUnreckoned",),
    ),
)

BUREAUS: Sequence[Panel] = (
    Panel(
        Text("受理结果", "Outcomes"),
        Text("每秒经入口的报送，按结果。", "Events through the doors a second, by outcome."),
        "ops",
        ask=rate("xiaohao_intake_events_total", "outcome"),
    ),
    Panel(
        Text("入口拒绝原因", "Refused at the door"),
        Text("单位的报送有此类错误；告知单位。", "What bureaus send is wrong so: tell them."),
        "ops",
        ask=(('sum by (reason) (rate(xiaohao_intake_events_total{reason!=""}[5m]))', "{{reason}}"),),
    ),
    Panel(
        Text("台账拒绝规则", "Refused by the ledger"),
        Text("按规则；含义见 docs/events.md。", "By rule; docs/events.md says what each means."),
        "ops",
        ask=rate("xiaohao_refused_total", "rule"),
    ),
    Panel(
        Text("拒绝比例最高的来源", "Worst source"),
        Text("一个来源被拒绝的比例；日志点名。", "The share refused of what one source tells; the log names it."),
        "percentunit",
        ("RefusedAgain",),
    ),
    Panel(Text("超出限额", "At a limit"), Text("5 分钟内，按限额。", "In 5 minutes, by limit."), alerts=("RequestsLimited",)),
    Panel(
        Text("密钥被拒", "Keys refused"),
        Text("5 分钟内：写错、吊销或被试探。", "In 5 minutes: mistyped, revoked, or tried out."),
        alerts=("AccessRefused",),
    ),
    Panel(
        Text("未应答即关闭", "Connections closed"),
        Text("5 分钟内：太慢或太多。", "In 5 minutes: too slow or too many."),
        alerts=("ConnectionsClosed",),
    ),
    Panel(
        Text("请求", "Requests"),
        Text("每秒，按服务和状态。", "A second, by service and class of status."),
        "ops",
        ask=rate("xiaohao_http_request_seconds_count", "job", "status"),
    ),
    Panel(
        Text("请求耗时", "Duration of requests"),
        Text("各服务 95% 的请求不超过此值。", "95 of a hundred requests take no longer."),
        "s",
        ask=(("histogram_quantile(0.95, sum by (job, le) (rate(xiaohao_http_request_seconds_bucket[5m])))", "{{job}}"),),
    ),
    Panel(
        Text("表格文件", "Sheets"),
        Text("已结束的上传，按结果；stopped 可重新发送。", "Uploads that are over; `stopped`: the same file can be sent again."),
        "ops",
        ask=rate("xiaohao_uploads_total", "outcome"),
    ),
    Panel(
        Text("表格的行", "Rows of sheets"),
        Text("按结果。", "By what became of them."),
        "ops",
        ask=rate("xiaohao_upload_rows_total", "outcome"),
    ),
    Panel(
        Text("附件", "Attachments"),
        Text("failed：MongoDB 不可用或磁盘已满。", "`failed`: MongoDB is away or the disk full."),
        "ops",
        ask=rate("xiaohao_intake_attachments_total", "outcome"),
    ),
    Panel(
        Text("正在接收", "Under way"),
        Text("文件和附件；长时间为 8：位置占满。", "Files and attachments; 8 for long: all places are held."),
        ask=(
            ("sum by (instance) (xiaohao_uploads_under_way)", "{{instance}} files"),
            ("sum by (instance) (xiaohao_intake_attachments_under_way)", "{{instance}} attachments"),
        ),
    ),
    Panel(
        Text("收件箱等待", "Inboxes wait"),
        Text("一刻钟内最少的未应答记录数。", "The fewest records unanswered in a quarter of an hour."),
        alerts=("InboxesWait",),
    ),
    Panel(
        Text("收件箱最久等待", "Age of inboxes"),
        Text("最早一条未应答记录的年龄。", "Of the oldest record not answered."),
        "s",
        ask=(("max(xiaohao_inbox_oldest_unanswered_seconds)", ""),),
    ),
    Panel(
        Text("密钥到期", "Keys end"),
        Text("最早到期的密钥；xiaohao keys list 列出。", "The first that ends; xiaohao keys list says which."),
        "s",
        ("KeyExpires",),
        kind="stat",
    ),
)

DELIVERIES: Sequence[Panel] = (
    Panel(
        Text("待发", "Pending"),
        Text("全部副本；NaN：MongoDB 没有应答。", "Of all copies; NaN: MongoDB does not answer."),
        ask=(("max(xiaohao_deliveries_pending)", ""),),
    ),
    Panel(
        Text("等待重发", "Waiting"),
        Text(
            "away、not-now 是邮件服务器；no-mailbox、unit-unknown 须登记邮箱。",
            "`away`, `not-now`: the mail server; `no-mailbox`, `unit-unknown`: name the mailbox.",
        ),
        alerts=("DeliveriesWait",),
    ),
    Panel(
        Text("最久待发", "Oldest pending"),
        Text("超过一小时：看重试原因。", "Above an hour: see the retries."),
        "s",
        ask=(("max(xiaohao_deliveries_oldest_pending_seconds)", ""),),
    ),
    Panel(Text("已结束", "Ended"), Text("每秒，按结果。", "A second, by state."), "ops", ask=rate("xiaohao_deliveries_total", "state")),
    Panel(
        Text("放弃", "Given up"),
        Text("一小时内；campaign.notices 说明原因。", "In an hour; campaign.notices says which and why."),
        alerts=("DeliveriesFail",),
    ),
    Panel(
        Text("推迟", "Put off"), Text("每秒，按原因。", "A second, by cause."), "ops", ask=rate("xiaohao_delivery_retries_total", "cause")
    ),
)

SERVERS: Sequence[Panel] = (
    Panel(
        Text("Kafka 无应答", "Kafka silent"),
        Text("各服务距上次应答的时间。", "Since it last answered each service."),
        "s",
        ("KafkaSilent",),
    ),
    Panel(
        Text("磁盘剩余", "Disk left"),
        Text("Kafka 和 MongoDB 所在磁盘。", "Where Kafka and MongoDB keep their files."),
        "percentunit",
        ("DiskFilling", "DiskFull"),
    ),
    Panel(
        Text("磁盘剩余字节", "Bytes left"),
        Text("台账主题永久保存，不会自行腾空。", "The ledger's topic is kept for ever and never empties by itself."),
        "bytes",
        ask=(("min by (of) (xiaohao_disk_free_bytes)", "{{of}}"),),
    ),
    Panel(
        Text("步骤耗时", "Steps"),
        Text("95%：apply 慢是 MongoDB；publish、commit 慢是 Kafka。", "95 %. `apply` slow: MongoDB; `publish`, `commit`: Kafka."),
        "s",
        ask=(("histogram_quantile(0.95, sum by (job, step, le) (rate(xiaohao_step_seconds_bucket[5m])))", "{{job}} {{step}}"),),
    ),
    Panel(
        Text("事务", "Transactions"),
        Text("每秒，按结果。", "On MongoDB, a second, by outcome."),
        "ops",
        ask=rate("xiaohao_mongodb_transactions_total", "job", "outcome"),
    ),
    Panel(
        Text("发布", "Published"),
        Text("每秒写入并确认的记录。", "Records published and acknowledged, a second."),
        "ops",
        ask=rate("xiaohao_published_total", "job", "topic"),
    ),
    Panel(
        Text("未封印的记录", "Unsealed"),
        Text("一小时内；不是本系统写入，不被采信。", "In an hour; made by no service of ours, not believed."),
        alerts=("UnsealedRecords",),
    ),
    Panel(
        Text("证书到期", "Certificates end"), Text("剩余时间，按用途。", "Time left, by use."), "s", ("CertificateExpires",), kind="stat"
    ),
    Panel(
        Text("日历", "Calendars"),
        Text("最后一份工作日历还剩的时间。", "Time left of the last working calendar."),
        "s",
        ("CalendarMissing",),
        kind="stat",
    ),
)

BOARDS: Sequence[Board] = (
    Board(
        "duty",
        Text("责任屏", "Duty screen"),
        Text("活动数据须设置 XIAOHAO_CAMPAIGN_METRICS=true。", "Figures of campaigns are there where XIAOHAO_CAMPAIGN_METRICS=true."),
        DUTY,
    ),
    Board("pipeline", Text("流水线", "Pipeline"), Text("报送 → 入账 → 可读 → 送达。", "Told → recorded → readable → notified."), PIPELINE),
    Board("bureaus", Text("各单位", "Bureaus"), Text("各入口。", "The doors."), BUREAUS),
    Board("deliveries", Text("邮件", "Deliveries"), Text("发给人的邮件。", "Mails to people."), DELIVERIES),
    Board(
        "servers",
        Text("消息与数据库", "Broker and database"),
        Text(
            "由本系统各服务所见。代理内部（控制器、副本同步、请求队列）须另装 Kafka JMX exporter；复制延迟、缓存和连接数须另装 MongoDB exporter。",
            "As our services see them. What only they know needs exporters: of Kafka's JMX for replicas out of sync and request queues, "
            "of MongoDB for replication lag, cache and connections.",
        ),
        SERVERS,
    ),
)

DOCUMENTS: Mapping[str, Callable[[], str]] = {f"deploy/grafana/dashboards/{board.name}.json": partial(written, board) for board in BOARDS}
"""Each file of a dashboard, by its path in the repository."""
