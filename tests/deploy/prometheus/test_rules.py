"""Every alert fires after its time and not before, and clears once its trouble is over: promtool plays figures by the minute."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

FOLDER = Path(__file__).parents[3] / "deploy" / "prometheus"
ALERTS: list[dict[str, Any]] = [
    rule for group in yaml.safe_load((FOLDER / "alerts.yml").read_text("utf-8"))["groups"] for rule in group["rules"]
]
DAY = 24 * 60


class Case(NamedTuple):
    """Figures by the minute, as promtool writes them (`0x5` is six times 0), and the labels of the alert that they make."""

    alert: str
    figures: dict[str, str]
    labels: dict[str, str]
    fires: int
    """The first minute at which it fires."""
    clears: int
    """A minute from which on it does not."""


FOUR = {f'up{{job="{job}",instance="{job}-1"}}': "1x60" for job in ("intake", "ledger", "notify", "reporting")}
OF = '{job="ledger"}'
READS = '{job="ledger",instance="l1",topic="campaign.intake",partition="0"}'
TOPIC = '{job="ledger",instance="l1",topic="campaign.intake"}'
LEDGER, LEDGER_TOPIC = {"job": "ledger"}, {"job": "ledger", "topic": "campaign.intake"}
ONCE = "0x5 1x100"
"""A count that rises at the sixth minute."""

NEW = "_x5 3x200"
"""A count of a copy that is new at the fifth minute, and that rose before anybody asked it."""

CASES = [
    Case("ServiceDown", FOUR | {'up{job="ledger",instance="ledger-1"}': "1x5 0x10 1x20"}, LEDGER, 7, 17),
    Case(
        "ServiceDown",
        {name: values for name, values in FOUR.items() if "notify" not in name} | {'up{job="notify"}': "_x5 1x20"},
        {"job": "notify"},
        1,
        7,
    ),
    Case("CopyDown", FOUR | {'up{job="ledger",instance="l2"}': "1x5 0x20 1x20"}, LEDGER | {"instance": "l2"}, 11, 27),
    Case("NotReady", {f"xiaohao_ready{OF}": "1x5 0x20 1x20"}, LEDGER, 9, 27),
    Case("KafkaSilent", {f"xiaohao_kafka_silent_seconds{OF}": "2x5 31x10 2x20"}, LEDGER, 7, 17),
    Case(
        "DiskFilling",
        {'xiaohao_disk_free_bytes{of="kafka"}': "50x5 15x40 50x20", 'xiaohao_disk_size_bytes{of="kafka"}': "100x70"},
        {"of": "kafka"},
        21,
        47,
    ),
    Case(
        "DiskFull",
        {'xiaohao_disk_free_bytes{of="kafka"}': "50x5 9x10 50x20", 'xiaohao_disk_size_bytes{of="kafka"}': "100x70"},
        {"of": "kafka"},
        7,
        17,
    ),
    # The ledger, which says it, is down by then.
    Case(
        "DiskFull",
        {'xiaohao_disk_free_bytes{of="kafka"}': "50x5 9x1 _x40", 'xiaohao_disk_size_bytes{of="kafka"}': "100x7 _x40"},
        {"of": "kafka"},
        7,
        23,
    ),
    # Mongod says it, and Kafka lets nobody ask; then it does.
    Case(
        "DiskUnknown",
        {'xiaohao_disk_free_bytes{of="mongodb"}': "50x70", 'xiaohao_disk_free_bytes{of="kafka"}': "50x5 stale _x29 50x30"},
        LEDGER | {"of": "kafka"},
        21,
        37,
    ),
    Case(
        "DiskUnknown",
        {'xiaohao_disk_free_bytes{of="kafka"}': "50x70", 'xiaohao_disk_free_bytes{of="mongodb"}': "_x20 50x50"},
        LEDGER | {"of": "mongodb"},
        15,
        21,
    ),
    Case(
        "ConsumerStalled",
        {f"xiaohao_lag_records{READS}": "0x5 9x20 0x20", f"xiaohao_records_total{TOPIC}": "0+10x5 50x40"},
        LEDGER_TOPIC | {"instance": "l1"},
        15,
        27,
    ),
    Case(
        "PartitionsUnread",
        {f"xiaohao_assigned_partitions{TOPIC}": "4x5 3x20 4x20", f"xiaohao_topic_partitions{TOPIC}": "4x60"},
        LEDGER_TOPIC,
        11,
        27,
    ),
    Case("RecordsGrowOld", {f"xiaohao_oldest_unhandled_seconds{READS}": "0x5 301x20 0x20"}, LEDGER_TOPIC, 11, 27),
    # As of a copy that starts and finds something there.
    Case("InboxesWait", {'xiaohao_inbox_lag_records{job="intake"}': "9x20 0x20"}, {"job": "intake"}, 15, 22),
    Case("InboxesWait", {'xiaohao_inbox_lag_records{job="intake"}': "0x5 9x30 0x20"}, {"job": "intake"}, 21, 37),
    Case("DeadLetters", {f"xiaohao_dead_lettered_total{TOPIC}": ONCE}, LEDGER_TOPIC, 6, 67),
    Case("DeadLetters", {f"xiaohao_dead_lettered_total{TOPIC}": NEW}, LEDGER_TOPIC, 5, 66),
    # Beside one that there was before, whose count rose long ago.
    Case(
        "DeadLetters",
        {
            f"xiaohao_dead_lettered_total{TOPIC}": "7x200",
            f"xiaohao_dead_lettered_total{TOPIC.replace('l1', 'l2')}": "_x99 3x200",
        },
        LEDGER_TOPIC,
        99,
        160,
    ),
    Case("SetAside", {f"xiaohao_aside_subjects{OF}": "0x5 1x20 0x20"}, LEDGER, 11, 27),
    Case("UnsealedRecords", {f"xiaohao_unsealed_total{TOPIC}": ONCE}, LEDGER_TOPIC, 6, 67),
    Case("UnsealedRecords", {f"xiaohao_unsealed_total{TOPIC}": NEW}, LEDGER_TOPIC, 5, 66),
    Case("MarksBehind", {f"xiaohao_marks_behind{OF}": "0x5 1x20 0x20"}, LEDGER, 11, 27),
    Case("ChainBroken", {f"xiaohao_chain_broken_total{OF}": ONCE}, LEDGER, 6, 67),
    Case("ChainBroken", {f"xiaohao_chain_broken_total{OF}": NEW}, LEDGER, 5, 66),
    Case("ClockLate", {f"xiaohao_clock_late_seconds{OF}": "0x5 901x20 0x20"}, LEDGER, 11, 27),
    Case("ClockUnreckoned", {f"xiaohao_clock_unreckoned{OF}": "0x5 1x20 0x20"}, LEDGER, 11, 27),
    # Its calendars end an hour and 92 days after the beginning: 1 October comes at the sixtieth minute.
    Case("CalendarMissing", {f"xiaohao_calendar_end_timestamp_seconds{OF}": f"{92 * 86400 + 3600}x199 {457 * 86400}x60"}, LEDGER, 121, 200),
    Case(
        "DeliveriesWait",
        {'xiaohao_deliveries_waiting{job="notify",cause="no-mailbox"}': "0x5 3x100 0x20"},
        {"cause": "no-mailbox"},
        66,
        107,
    ),
    Case("DeliveriesFail", {'xiaohao_deliveries_total{job="notify",state="failed"}': ONCE}, {}, 6, 67),
    Case("DeliveriesFail", {'xiaohao_deliveries_total{job="notify",state="failed"}': NEW}, {}, 5, 66),
    Case("RefusedAgain", {f"xiaohao_worst_refused_ratio{OF}": "0x5 0.6x20 0x20"}, LEDGER, 11, 27),
    Case("AccessRefused", {'xiaohao_http_access_refused_total{job="ledger",status="401"}': "0x5 200x20"}, LEDGER, 6, 11),
    Case("RequestsLimited", {'xiaohao_http_limited_total{job="ledger",limit="rate"}': "0x5 200x20"}, LEDGER | {"limit": "rate"}, 6, 11),
    Case("AccessRefused", {'xiaohao_http_access_refused_total{job="ledger",status="401"}': "_x5 200x20"}, LEDGER, 5, 11),
    Case("RequestsLimited", {'xiaohao_http_limited_total{job="ledger",limit="rate"}': "_x5 200x20"}, LEDGER | {"limit": "rate"}, 5, 11),
    Case("ConnectionsClosed", {'xiaohao_http_connections_closed_total{job="ledger",why="slow"}': "0x5 1+1x20 21x30"}, LEDGER, 11, 31),
    Case("KeyExpires", {"xiaohao_keys_first_expiry_timestamp_seconds": f"{14 * 86400 + 3600}x199 {90 * 86400}x60"}, {}, 121, 200),
    Case(
        "CertificateExpires",
        {'xiaohao_certificate_expiry_timestamp_seconds{job="ledger",of="kafka-certificate"}': f"{21 * 86400 + 3600}x199 {90 * 86400}x60"},
        LEDGER | {"of": "kafka-certificate"},
        121,
        200,
    ),
]


def test_every_alert_has_a_case() -> None:
    assert {case.alert for case in CASES} == {rule["alert"] for rule in ALERTS}


def test_what_fires_at_once_on_a_rise_sees_also_one_before_the_first_scrape() -> None:
    """Of each, `for` none: what has to go on for minutes is seen by its second scrape."""
    on_rises = {rule["alert"]: rule["expr"] for rule in ALERTS if "increase(" in rule["expr"] and "for" not in rule}
    assert len(on_rises) > 3
    for alert, expr in on_rises.items():
        for count, window in re.findall(r"increase\(([^\[]+)\[(\w+)\]", expr):
            assert f"({count} unless {count} offset {window})" in expr, alert


def test_the_configuration_and_its_rules_are_such_as_prometheus_reads(tool: Callable[[str], Path]) -> None:
    ran = subprocess.run([tool("promtool"), "check", "config", FOLDER / "prometheus.yml"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_each_fires_after_its_time_and_not_before_and_clears(tool: Callable[[str], Path], tmp_path: Path) -> None:
    (tmp_path / "tests.yml").write_text(yaml.safe_dump(played(CASES)), "utf-8")
    ran = subprocess.run([tool("promtool"), "test", "rules", tmp_path / "tests.yml"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.parametrize("minutes", [-1, 1])
def test_an_alert_at_another_minute_is_found(tool: Callable[[str], Path], tmp_path: Path, minutes: int) -> None:
    moved = [case._replace(fires=case.fires + minutes) for case in CASES if case.alert == "NotReady"]
    (tmp_path / "tests.yml").write_text(yaml.safe_dump(played(moved)), "utf-8")
    ran = subprocess.run([tool("promtool"), "test", "rules", tmp_path / "tests.yml"], capture_output=True, text=True, check=False)
    assert ran.returncode != 0


def played(cases: list[Case]) -> dict[str, Any]:
    """The cases as promtool reads them: at the minute before it fires, at that minute, and when it is over."""
    tests = []
    for case in cases:
        labels = {"alertname": case.alert, "alertstate": "firing", "severity": severity(case.alert)} | case.labels
        fires = "ALERTS{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}"
        asked = f'ALERTS{{alertname="{case.alert}",alertstate="firing"}}'
        tests.append(
            {
                "interval": "1m",
                "input_series": [{"series": series, "values": values} for series, values in case.figures.items()],
                "promql_expr_test": [
                    {"expr": asked, "eval_time": f"{minute}m", "exp_samples": [{"labels": fires, "value": 1}] * (minute == case.fires)}
                    for minute in (case.fires - 1, case.fires, case.clears)
                ],
            }
        )
    return {"rule_files": [str(FOLDER / "alerts.yml"), str(FOLDER / "recording.yml")], "evaluation_interval": "1m", "tests": tests}


def severity(alert: str) -> str:
    """How urgent it is."""
    return next(str(rule["labels"]["severity"]) for rule in ALERTS if rule["alert"] == alert)
