"""What is wrong with an installation that its settings name, or soon will be, and what mends it: looked at from outside, without changing anything."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from aiokafka.errors import KafkaError
from cryptography import x509
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from deploy.client.finding import Finding
from deploy.client.key_register import KeyRegister
from deploy.client.mistake import UserMistake
from deploy.client.place import find_broker, find_keys, find_keys_database, find_uri, whoever_runs_this
from deploy.client.topic_changes import ensure_topics
from deploy.client.topics import partitions
from shared.calendars import load_calendars
from shared.faults import Unavailable
from shared.http.upkeep import calendar_end
from shared.kafka.broker import Broker
from shared.kafka.entry import require_entry
from shared.kafka.seal import SEALED
from shared.settings import SettingMistake, read_settings
from shared.workdays import local_date

PATIENCE = 10.0
"""Seconds that one look may take."""
SKEW = timedelta(seconds=2)
"""By how much clocks may differ."""
OCTOBER = 10
"""From this month on next year's calendar is missed: it is announced in autumn."""
KEY_ENDS, CERTIFICATE_ENDS = timedelta(days=14), timedelta(days=21)
"""How long before its end something is said, as the alerts do."""


async def examine() -> AsyncIterator[tuple[str, Finding]]:
    """Look at everything. Raises SettingMistake or UserMistake where nothing says which installation is meant."""
    broker, now = find_broker(None), datetime.now(UTC)
    checks: tuple[tuple[str, Callable[[], Awaitable[Finding]]], ...] = (
        ("Kafka", lambda: _kafka(broker)),
        ("Topics", lambda: _topics(broker)),
        ("Copies of topics", lambda: _replicas(broker)),
        ("STREAM_KEY", lambda: _stream_key(broker)),
        ("MongoDB", lambda: asyncio.to_thread(_mongodb)),
        ("API keys", lambda: _keys(now)),
        ("Calendars", lambda: calendars(local_date(now))),
        ("Certificates", lambda: _certificates(now)),
    )
    for name, check in checks:
        try:
            async with asyncio.timeout(PATIENCE):
                yield name, await check()
        except TimeoutError:
            yield name, Finding("", f"does not answer within {PATIENCE:.0f} s", "xiaohao status")
        except (Unavailable, UserMistake, SettingMistake, KafkaError, PyMongoError, OSError) as error:
            yield name, Finding("", str(error) or type(error).__name__, "xiaohao status")


async def _kafka(broker: Broker) -> Finding:
    await require_entry(broker)
    async with broker.admin() as admin:
        count = len((await admin.describe_cluster())["brokers"])
    return Finding(f"{broker.bootstrap}, {count} broker{'' if count == 1 else 's'}")


async def _topics(broker: Broker) -> Finding:
    found = await ensure_topics(broker, dry_run=True)
    wrong = [f"{each.topic} {each.name}: {each.now or 'missing'}, to be {each.wanted}" for each in found if each.verdict != "right"]
    return Finding(f"{len(broker.topics)} topics", "; ".join(wrong), "xiaohao topics ensure --dry-run" if wrong else "")


async def _replicas(broker: Broker) -> Finding:
    async with broker.admin() as admin:
        brokers = len((await admin.describe_cluster())["brokers"])
        there = [each for each in await admin.describe_topics([*broker.topics]) if not each["error_code"]]
    alone = [each["topic"] for each in there if brokers > 1 and any(len(part["replicas"]) == 1 for part in each["partitions"])]
    behind = [each["topic"] for each in there if any(len(part["isr"]) < len(part["replicas"]) for part in each["partitions"])]
    if alone:
        wrong = f"one copy alone, though there are {brokers} brokers: {', '.join(alone)}"
        return Finding("", wrong, "kafka-reassign-partitions.sh …, then XIAOHAO_REPLICATION=3")
    if behind:
        return Finding("", f"copies are missing or behind: {', '.join(behind)}", "kafka-topics.sh --describe --under-replicated-partitions")
    return Finding("all in step")


async def _stream_key(broker: Broker) -> Finding:
    """Whether what was written last fits it."""
    keys, wrong, read = find_keys(), list[str](), 0
    for topic in sorted(SEALED):
        async with partitions(broker, broker.name(topic)) as (consumer, wanted):
            for place, end in (await consumer.end_offsets(wanted)).items():
                consumer.seek(place, max(0, end - 2))  # behind it the marker of its transaction may stand
                last = (await consumer.getmany(place, timeout_ms=500)).get(place, ())[-1:] if end else ()
                for record in last:
                    read += 1
                    if mistake := keys.mistake(topic, record):
                        wrong.append(f"{topic}/{record.partition}/{record.offset}: {mistake}")
    return Finding(f"fits the last records of {read} partitions", "; ".join(wrong), "xiaohao dead list" if wrong else "")


def _mongodb() -> Finding:
    uri = find_uri()
    shown = uri.rpartition("@")[2].removeprefix("mongodb://")
    with MongoClient[dict[str, Any]](uri, serverSelectionTimeoutMS=5000) as client:
        before = datetime.now(UTC)
        hello = client.admin.command("hello")
        after = datetime.now(UTC)
    if not hello.get("setName"):
        return Finding(shown, "no replica set, which transactions need", "mongod --replSet rs0, then rs.initiate()")
    theirs = hello["localTime"].replace(tzinfo=UTC)
    apart = max(before - theirs, theirs - after)
    if apart > SKEW:
        return Finding(shown, f"its clock and that of this machine are {apart.total_seconds():.0f} s apart", "timedatectl")
    return Finding(f"{shown}, replica set {hello['setName']}, its clock is right by this machine's")


async def _keys(now: datetime) -> Finding:
    register = KeyRegister(find_keys_database(), whoever_runs_this())
    try:
        keys = [key for key, _ in await register.keys() if not key.revoked and not (key.expires and key.expires <= now)]
    finally:
        register.close()
    ends = [f"{key.id} ends {key.expires:%Y-%m-%d}" for key in keys if key.expires and key.expires < now + KEY_ENDS]
    return Finding(f"{len(keys)} keys", "; ".join(ends), "xiaohao keys new …, then xiaohao keys revoke …" if ends else "")


async def calendars(today: date) -> Finding:
    """Whether there is a working calendar of the year, and from October on of the next. Raises SettingMistake."""
    load_calendars(read_settings().calendars)
    ends = local_date(calendar_end(today)).year
    if ends <= today.year + (today.month >= OCTOBER):
        return Finding("", f"none of {ends}", f"write calendars/{ends}.yaml as docs/operations.md says (CalendarMissing)")
    return Finding(f"up to {ends - 1}")


async def _certificates(now: datetime) -> Finding:
    settings, of_mongodb = read_settings(), dict(parse_qsl(find_uri().partition("?")[2]))
    files = [str(each) for each in (settings.kafka_certificate_file, settings.kafka_ca_file) if each]
    files += [of_mongodb[name] for name in ("tlsCertificateKeyFile", "tlsCAFile") if name in of_mongodb]
    wrong = list[str]()
    for file in files:
        ends = x509.load_pem_x509_certificates(Path(file).read_bytes())[0].not_valid_after_utc  # noqa: ASYNC240 - a small file, and nobody waits
        if ends < now + CERTIFICATE_ENDS:
            wrong.append(f"{file} ends {ends:%Y-%m-%d}")
    return Finding(f"{len(files)} files", "; ".join(wrong), "put the new files in their place" if wrong else "")
