"""Every metric is moved by a test that makes what it tells of: by the trouble or the work that it is there for."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOVED: Mapping[str, Sequence[str]] = {
    "shared/kafka/test_standing.py": (
        *("assigned_partitions", "kafka_silent_seconds", "lag_records", "oldest_unhandled_seconds", "topic_partitions"),
        *("batch_records", "records_total", "retries_total", "set_aside_total", "step_seconds"),
    ),
    "shared/kafka/test_reader.py": ("chain_broken_total", "marks_behind", "passed_over_total", "unknown_types_total"),
    "shared/http/test_metrics.py": ("build_info",),
    "shared/http/test_front.py": ("http_access_refused_total", "http_request_seconds"),
    "shared/http/test_gate.py": ("http_limited_total", "http_under_way"),
    "shared/http/test_connection.py": ("http_connections_closed_total",),
    "shared/http/test_upkeep.py": (
        *(
            "calendar_end_timestamp_seconds as calendar_end",
            "certificate_expiry_timestamp_seconds",
            "keys_first_expiry_timestamp_seconds",
            "ready",
        ),
    ),
    "shared/test_refusals.py": ("worst_refused_ratio",),
    "shared/test_transactions.py": ("mongodb_transactions_total as Transactions(mongo)",),
    "faults/test_poison.py": ("unsealed_total",),
    "intake/test_away.py": ("published_total",),
    "intake/given.py": ("intake_events_total",),
    "intake/test_inbox.py": ("inbox_lag_records", "inbox_oldest_unanswered_seconds", "inboxes"),
    "intake/files/test_uploads.py": (
        "upload_rows_total as xiaohao_{name}_total",
        "uploads_total as xiaohao_{name}_total",
        "uploads_under_way",
    ),
    "intake/attachments/test_attachments.py": ("intake_attachments_total", "intake_attachments_under_way"),
    "ledger/test_handler.py": ("recorded_total", "refused_total", "repeated_total"),
    "ledger/issue/test_holding.py": ("held_now", "held_total"),
    "ledger/store/test_watch.py": ("aside_events", "aside_subjects", "clock_late_seconds", "clock_next_due_timestamp_seconds"),
    "ledger/test_clock_trouble.py": ("clock_unreckoned",),
    "ledger/test_disks.py": ("disk_free_bytes as disk_{each}_bytes", "disk_size_bytes as disk_{each}_bytes"),
    "notify/test_deliveries.py": (
        *("dead_lettered_total", "deliveries_total", "delivery_retries_total"),
        *("deliveries_oldest_pending_seconds", "deliveries_pending", "deliveries_waiting"),
    ),
    "reporting/figures/test_gauges.py": (
        *(
            'campaign_open_issues as "open_issues"',
            'campaign_overdue_issues as "overdue_issues"',
            'campaign_carried_over_issues as "carried_over_issues"',
            'campaign_open_hazards as "open_hazards"',
        ),
        *('campaign_missing_returns as "missing_returns"', "campaign_phase", "campaigns_not_shown", "campaigns_read_timestamp_seconds"),
    ),
    "test_flow.py": ("recorded_to_notified_seconds", "recorded_to_readable_seconds", "told_to_recorded_seconds"),
}
"""By the test file that does so, with how it writes the name where it puts that together."""


def test_the_table_has_every_metric_once() -> None:
    listed = [f"xiaohao_{each.partition(' as ')[0]}" for names in MOVED.values() for each in names]
    paged = re.findall(r"^\| `(xiaohao_\w+)`", (ROOT / "docs/metrics.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == sorted(paged)


@pytest.mark.parametrize("file", MOVED)
def test_each_is_looked_at_there(file: str) -> None:
    text = (ROOT / "tests" / file).read_text("utf-8")
    written = {name: how or name.removesuffix("_total") for name, _, how in (each.partition(" as ") for each in MOVED[file])}
    assert [name for name, how in written.items() if how not in text] == []
