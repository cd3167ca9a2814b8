"""What an operator must see to in time, as gauges: whether a service is ready, and when calendars, keys and certificates end.

A timer looks at it, never a scrape. When something ends is a Unix time, so that Prometheus says how long that is from now.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import parse_qsl

import structlog
from cryptography import x509
from prometheus_client import CollectorRegistry, Gauge

from shared.http.access import Keys
from shared.kafka.dead_letters import failed_at
from shared.settings import Settings
from shared.tls import Stamp, stamp
from shared.workdays import YearMissing, is_working_day, local_date, start_of

log = structlog.get_logger()
LOOK = 5.0
"""Seconds between two looks."""
FAR = 50
"""Years that are looked at: calendars reach a year or two ahead."""


class Upkeep:
    """Of one copy of a service; `keys` where it has any."""

    def __init__(
        self, registry: CollectorRegistry, settings: Settings, unready: Callable[[], Awaitable[list[str]]], keys: Keys | None = None
    ) -> None:
        self._unready, self._keys = unready, keys
        self._ready = Gauge(
            "xiaohao_ready",
            "Whether the service can do its work: 1, or 0 where /readyz says why not. What it cannot do of single subjects has figures of its own.",
            registry=registry,
        )
        self._calendar = Gauge(
            "xiaohao_calendar_end_timestamp_seconds",
            "When the last working calendar that this copy has ends: of this year, and of those that follow without a gap.",
            registry=registry,
        )
        if keys is not None:
            self._first = Gauge(
                "xiaohao_keys_first_expiry_timestamp_seconds",
                "When the first of the keys that are taken now ends by itself; +Inf where none does. `xiaohao keys list` says which.",
                registry=registry,
            )
        self._certificate = Gauge(
            "xiaohao_certificate_expiry_timestamp_seconds",
            "When a certificate ends that this copy uses: its own, or the last of the authorities that it trusts. Those of MongoDB it read as it started.",
            ["of"],
            registry=registry,
        )
        mongodb = dict(parse_qsl(settings.mongodb_uri.get_secret_value().partition("?")[2]))
        self._ends("mongodb-certificate", mongodb.get("tlsCertificateKeyFile"))  # once: its driver reads no file again
        self._ends("mongodb-authorities", mongodb.get("tlsCAFile"))
        self._kafka = {"kafka-certificate": settings.kafka_certificate_file, "kafka-authorities": settings.kafka_ca_file}
        self._stamps: dict[str, Stamp] = {}
        self._look_at_kafkas()

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            try:
                await self.look()
            except Exception as error:  # a figure ends no service
                log.warning("upkeep unmeasured", cause=failed_at(error))
            await asyncio.sleep(LOOK)

    async def look(self) -> None:
        """Look once."""
        self._ready.set(not await self._unready())
        self._calendar.set(calendar_end(local_date(datetime.now(UTC))).timestamp())
        self._look_at_kafkas()
        if self._keys is not None:
            ends = (key.expires.timestamp() for key in self._keys if key.expires)
            self._first.set(min(ends, default=float("inf")))

    def _look_at_kafkas(self) -> None:
        for of, file in self._kafka.items():
            if file and (now := stamp([file])) != self._stamps.get(of):
                self._stamps[of] = now
                self._ends(of, file)

    def _ends(self, of: str, file: str | Path | None) -> None:
        """Say when what this file holds ends."""
        try:
            ends = [each.not_valid_after_utc for each in x509.load_pem_x509_certificates(Path(file).read_bytes())] if file else []
        except (OSError, ValueError) as error:  # OpenSSL, which uses them, is less strict
            log.warning("cannot see when a certificate ends", file=of, cause=failed_at(error))
            return
        if ends:
            self._certificate.labels(of).set((max(ends) if of.endswith("authorities") else ends[0]).timestamp())


def calendar_end(today: date) -> datetime:
    """When the calendars that are loaded end, from the year of this day on; as that year begins where it has none."""
    year = today.year
    try:
        while year < today.year + FAR:
            is_working_day(date(year, 1, 1))
            year += 1
    except YearMissing:
        pass
    return start_of(date(year, 1, 1))
