"""`docs/metrics.md`: every metric of every service, as the code declares it, and what to do when it looks wrong."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase

from shared.http.connection import Limits, Places
from shared.http.front import Front
from shared.http.service import Service

HEAD = """# Metrics

Made from the code by `make docs`; do not edit by hand.

Each service shows its metrics at `/metrics`, open to whoever reaches its port, in Prometheus' text format, or in OpenMetrics 1.0 where `Accept` asks for it (Prometheus does
where `--enable-feature=exemplar-storage` is set or not): that alone has room for exemplars. No label holds an id of a person, a key or an event; exemplars hold the id of a
trace. There are no `_created` series. `job` is the service, `instance` the copy. Beside these each shows `process_*` (CPU, memory, open files, start) and `python_info`.

- **One copy or all?** Most figures are of one copy: sum over `instance`. Those that say "of all copies" are the same on each: take `max`.
- **Figures of campaigns** name campaigns to whoever reaches the port of reporting, so they are there where `XIAOHAO_CAMPAIGN_METRICS=true` alone.
- **Partitions** are one copy's at a time: `xiaohao_lag_records`, `xiaohao_oldest_unhandled_seconds`, and what the ledger says of set aside subjects and its clock are gone at once with them, so that nothing is counted twice.
  `sum by (job, topic) (xiaohao_assigned_partitions) < max by (job, topic) (xiaohao_topic_partitions)` says that some are read by nobody.
- **A service that hangs as a whole** answers no scrape: `up` is 0. One whose consumer or handler stands still answers, and its age grows: a watch with connections of its own asks Kafka every 2 s.
- **Where Kafka does not answer a copy**, nobody knows for 10 s and more what is its own: lag and age are gone, and `xiaohao_kafka_silent_seconds` grows.
- **A rebuild** reads what is old: for as long as it takes, `xiaohao_recorded_to_readable_seconds` counts hours or months, which is true.

Sections named below are of `docs/operations.md`.
"""


class Advice(NamedTuple):
    """What to do when a metric looks wrong."""

    text: str
    section: str = ""
    """Of `docs/operations.md`, called as the alert."""


ADVICE: Mapping[str, Advice] = {
    "xiaohao_build_info": Advice("Copies of two versions for longer than an upgrade takes: finish it."),
    "xiaohao_ready": Advice("Ask `/readyz`, which says why.", "NotReady"),
    "xiaohao_calendar_end_timestamp_seconds": Advice("Add the calendar of the next year.", "CalendarMissing"),
    "xiaohao_keys_first_expiry_timestamp_seconds": Advice("`xiaohao keys list` says which; rotate it.", "KeyExpires"),
    "xiaohao_certificate_expiry_timestamp_seconds": Advice(
        "Replace the file; where it is one of MongoDB, start the services again, one by one.", "CertificateExpires"
    ),
    "xiaohao_http_request_seconds": Advice(
        "Slow or 5xx: look at the log of that copy, then at MongoDB and Kafka. `unrouted` 4xx: somebody asks for what there is not."
    ),
    "xiaohao_http_access_refused_total": Advice("Find the key in the log: mistyped, revoked, or tried out.", "AccessRefused"),
    "xiaohao_http_limited_total": Advice("One key sends too much, or a copy has too much to do: add one.", "RequestsLimited"),
    "xiaohao_http_under_way": Advice("Near 256: the copy is full; look what is slow, or add a copy."),
    "xiaohao_http_connections_closed_total": Advice("Clients too slow or too many: look at the proxy before it.", "ConnectionsClosed"),
    "xiaohao_mongodb_transactions_total": Advice(
        "`unavailable`: MongoDB. `held`, `conflict` now and then are two copies during a rebalance; all the time: two run under one namespace."
    ),
    "xiaohao_lag_records": Advice("Rising for long: add a copy, as far as there are partitions; standing: see the age.", "ConsumerStalled"),
    "xiaohao_oldest_unhandled_seconds": Advice(
        "Something waits that long: `/readyz` of the copy that has the partition says what for.", "RecordsGrowOld"
    ),
    "xiaohao_assigned_partitions": Advice("Fewer in all than the topic has: start copies, look at their logs.", "PartitionsUnread"),
    "xiaohao_topic_partitions": Advice("It never changes; other numbers on two copies are two settings of `XIAOHAO_PARTITIONS`."),
    "xiaohao_kafka_silent_seconds": Advice("More than 15: look at Kafka and the network to it.", "KafkaSilent"),
    "xiaohao_records_total": Advice("No rise while lag is above 0: it stands still.", "ConsumerStalled"),
    "xiaohao_published_total": Advice("No rise while it handles records: see the retries by `publish`."),
    "xiaohao_dead_lettered_total": Advice("`xiaohao dead list` shows them; mend, then `xiaohao dead replay`.", "DeadLetters"),
    "xiaohao_set_aside_total": Advice("A bug of ours: the log and the dead letter name it; after an update replay it.", "SetAside"),
    "xiaohao_unsealed_total": Advice(
        "Somebody writes past the door, or the stream key was changed without keeping the one before.", "UnsealedRecords"
    ),
    "xiaohao_retries_total": Advice(
        "The cause says what is away: `unavailable` MongoDB, `publish` and `commit` Kafka. The log has the error."
    ),
    "xiaohao_batch_records": Advice("Full batches for long: it is behind; add a copy."),
    "xiaohao_step_seconds": Advice("`apply` slow: MongoDB; `publish`, `commit`: Kafka."),
    "xiaohao_passed_over_total": Advice(
        "Some are passed over after a crash of the ledger, and come again; if the marks stay behind, see there.", "MarksBehind"
    ),
    "xiaohao_chain_broken_total": Advice(
        "The history on the topic is not the one that was folded: keep all, `xiaohao verify`.", "ChainBroken"
    ),
    "xiaohao_unknown_types_total": Advice("This copy is older than the ledger: update it, then rebuild."),
    "xiaohao_marks_behind": Advice("Rebuild that service.", "MarksBehind"),
    "xiaohao_told_to_recorded_seconds": Advice("Slow: the ledger is behind or retries; the exemplar leads to an event."),
    "xiaohao_recorded_to_readable_seconds": Advice("Slow: reporting is behind, or is being rebuilt."),
    "xiaohao_recorded_to_notified_seconds": Advice(
        "Slow: notify is behind, the mail server away, or the mailbox became known late.", "DeliveriesWait"
    ),
    "xiaohao_recorded_total": Advice("No rise while the door takes events: see the lag of the ledger."),
    "xiaohao_refused_total": Advice("A rise of one rule: a bureau tells wrongly; tell it the reason (docs/events.md).", "RefusedAgain"),
    "xiaohao_worst_refused_ratio": Advice("The log names the source.", "RefusedAgain"),
    "xiaohao_held_total": Advice("Facts come before what they stand on: a feed out of order; harmless if they are released."),
    "xiaohao_held_now": Advice("Rising for days: what these stand on never comes; each is refused once its time is over."),
    "xiaohao_repeated_total": Advice("A feed is sent again; harmless."),
    "xiaohao_aside_subjects": Advice("Above 0: mend what the dead letter says, then `xiaohao dead replay`.", "SetAside"),
    "xiaohao_aside_events": Advice("How much waits for that: mend what the dead letter says, then `xiaohao dead replay`.", "SetAside"),
    "xiaohao_clock_unreckoned": Advice("The log names the subject and the bug; nothing falls due for it until then.", "ClockUnreckoned"),
    "xiaohao_clock_next_due_timestamp_seconds": Advice("In the past: see the delay."),
    "xiaohao_clock_late_seconds": Advice("Above some minutes: the ledger stands still, or its machine's clock is wrong.", "ClockLate"),
    "xiaohao_disk_free_bytes": Advice("Make room before it is full; where it is not there, see in the log why.", "DiskFilling"),
    "xiaohao_disk_size_bytes": Advice("What there is in all.", "DiskFilling"),
    "xiaohao_intake_events_total": Advice("Refused by a reason: what bureaus send is wrong so; tell them."),
    "xiaohao_intake_attachments_total": Advice("`failed`: MongoDB is away or the disk full; `refused`: the sender's file."),
    "xiaohao_intake_attachments_under_way": Advice("8 for long: slow senders hold all places."),
    "xiaohao_uploads_total": Advice("`stopped`: Kafka, MongoDB or this copy was away; the same file can be sent again."),
    "xiaohao_uploads_under_way": Advice("8 for long: others are answered 503; look what the first waits for."),
    "xiaohao_upload_rows_total": Advice("Many refused: a template of another plan, perhaps."),
    "xiaohao_inboxes": Advice("Fewer in all than keys with an inbox: one cannot be made; the log says why."),
    "xiaohao_inbox_lag_records": Advice(
        "For long above 0: a key writes faster than its rate, something that intake needs is away, or it needs another copy.", "InboxesWait"
    ),
    "xiaohao_inbox_oldest_unanswered_seconds": Advice(
        "Above some minutes: something that intake needs is away, or it needs another copy.", "InboxesWait"
    ),
    "xiaohao_deliveries_total": Advice("`failed`: `campaign.notices` says which and why (`NoticeFailed`).", "DeliveriesFail"),
    "xiaohao_delivery_retries_total": Advice(
        "`away`, `not-now`: the mail server; `no-mailbox`, `unit-unknown`: name the person's mailbox.", "DeliveriesWait"
    ),
    "xiaohao_deliveries_pending": Advice("Rising: see the retries. NaN: MongoDB does not answer.", "DeliveriesWait"),
    "xiaohao_deliveries_oldest_pending_seconds": Advice("Above an hour: see the retries. NaN: MongoDB does not answer.", "DeliveriesWait"),
    "xiaohao_deliveries_waiting": Advice(
        "By cause: `away`, `not-now` the mail server; `no-mailbox`, `unit-unknown` name the person's mailbox.", "DeliveriesWait"
    ),
    "xiaohao_campaign_open_issues": Advice("For the duty screen: no fault of the software."),
    "xiaohao_campaign_overdue_issues": Advice("For the duty screen: press the units."),
    "xiaohao_campaign_carried_over_issues": Advice("For the duty screen: what is left of earlier phases."),
    "xiaohao_campaign_open_hazards": Advice("For the duty screen: these first."),
    "xiaohao_campaign_missing_returns": Advice("For the duty screen: chase the units."),
    "xiaohao_campaign_phase": Advice("`held` for long: something is missing that the owner must accept or see to."),
    "xiaohao_campaigns_not_shown": Advice("Above 0: older campaigns have pages, and no gauges."),
    "xiaohao_campaigns_read_timestamp_seconds": Advice(
        "Older than a minute or two: MongoDB does not answer. Nowhere: no copy of reporting reads partition 0."
    ),
}


class Shown(NamedTuple):
    """One metric as it is declared."""

    name: str
    kind: str
    labels: tuple[str, ...]
    meaning: str


def declared(service: Service) -> dict[str, Shown]:
    """The metrics of a service that is put together, also of what is there once it serves; by name."""
    registry = service.registry
    service.http.build_middleware_stack()  # the gate
    Front(service.http, registry)
    Places(Limits(), registry)
    return {each.name: each for each in _declared(registry)}


def _declared(registry: CollectorRegistry) -> Iterator[Shown]:
    for collector in list(registry._collector_to_names):  # noqa: SLF001  nothing else tells what has no sample yet
        if isinstance(collector, MetricWrapperBase):
            name, kind = collector._name, str(collector._type)  # noqa: SLF001
            yield Shown(_exposed(name, kind), kind, tuple(collector._labelnames), collector._documentation)  # noqa: SLF001
        else:
            for family in getattr(collector, "describe", list)():
                yield Shown(_exposed(family.name, family.type), family.type, tuple(family._labelnames), family.documentation)  # noqa: SLF001


def _exposed(name: str, kind: str) -> str:
    return f"{name}_total" if kind == "counter" else name


def document(services: Mapping[str, Service]) -> str:
    """The page. Raises KeyError where a metric has no advice, ValueError where there is advice on one that is gone."""
    of = {name: declared(service) for name, service in services.items()}
    metrics = {name: shown for each in of.values() for name, shown in each.items()}
    if gone := ADVICE.keys() - metrics.keys():
        raise ValueError(f"no service has {', '.join(sorted(gone))}")
    groups: dict[tuple[str, ...], list[Shown]] = {}
    for name in sorted(metrics):
        groups.setdefault(tuple(service for service in of if name in of[service]), []).append(metrics[name])
    lines = [HEAD]
    for having in sorted(groups, key=lambda each: (-len(each), each)):
        lines.append("## Every service\n" if len(having) == len(of) else f"## {', '.join(having).capitalize()}\n")
        lines.append("| metric | type | labels | unit | meaning | when it looks wrong |\n|---|---|---|---|---|---|")
        lines += [_row(each) for each in groups[having]]
        lines.append("")
    return "\n".join(lines)


def _row(shown: Shown) -> str:
    advice, labels = ADVICE[shown.name], ", ".join(f"`{label}`" for label in shown.labels)
    where = f" (`{advice.section}`)" if advice.section else ""
    meaning = shown.meaning.replace("|", "\\|")
    return f"| `{shown.name}` | {shown.kind} | {labels} | {_unit(shown.name)} | {meaning} | {advice.text}{where} |"


def _unit(name: str) -> str:
    units = {"timestamp_seconds": "Unix time", "seconds": "seconds", "bytes": "bytes", "ratio": "0 to 1"}
    return next((unit for end, unit in units.items() if name.endswith(f"_{end}")), "")
