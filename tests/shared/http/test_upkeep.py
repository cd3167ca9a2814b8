"""What an operator must see to in time is a figure on every service, before it is too late."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from prometheus_client import CollectorRegistry
from pydantic import SecretStr

from shared.http import upkeep
from shared.http.access import Keys
from shared.http.upkeep import Upkeep, calendar_end
from shared.settings import Settings
from shared.workdays import Year, load, start_of
from tests.certificates import Authority

NOW = datetime.now(UTC)


async def seen(keys: Keys | None = None, reasons: tuple[str, ...] = (), **settings: Any) -> CollectorRegistry:
    """What is measured by one look."""

    async def unready() -> list[str]:
        return [*reasons]

    registry = CollectorRegistry()
    await Upkeep(registry, Settings(**settings), unready, keys).look()
    return registry


@pytest.mark.parametrize(("reasons", "ready"), [((), 1), (("MongoDB does not answer",), 0)])
async def test_a_service_that_cannot_do_its_work_says_so(reasons: tuple[str, ...], ready: int) -> None:
    assert (await seen(reasons=reasons)).get_sample_value("xiaohao_ready") == ready


async def test_a_look_that_fails_ends_no_service(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = asyncio.Queue[None]()

    async def unready() -> list[str]:
        asked.put_nowait(None)
        raise KeyError("a bug")

    monkeypatch.setattr(upkeep, "LOOK", 0.0)
    running = asyncio.create_task(Upkeep(CollectorRegistry(), Settings(), unready).run())
    try:
        async with asyncio.timeout(30):
            await asked.get()
            await asked.get()
    finally:
        running.cancel()
        await asyncio.wait([running])


@pytest.mark.parametrize(
    ("today", "loaded", "ends"),
    [
        (date(2050, 10, 1), {2050, 2051}, date(2052, 1, 1)),
        (date(2050, 10, 1), {2050}, date(2051, 1, 1)),
        (date(2050, 10, 1), {2050, 2052}, date(2051, 1, 1)),
        (date(2050, 10, 1), {2049, 2051}, date(2050, 1, 1)),
        (date(2019, 12, 31), set[int](), None),
    ],
    ids=["of-next-year-too", "of-this-year-alone", "with-a-gap", "not-even-of-this-year", "built-in"],
)
def test_calendars_end_where_the_first_year_is_missing(today: date, loaded: set[int], ends: date | None) -> None:
    load({year: Year(frozenset(), frozenset()) for year in loaded})
    try:
        found = calendar_end(today)
    finally:
        load({})
    assert found == start_of(ends) if ends else found > start_of(date(2024, 1, 1))


async def test_the_first_key_that_ends_is_told_and_those_that_ended_are_not() -> None:
    keys = Keys()
    keys.add("old", "old", "h1", ["tell"], expires=NOW - timedelta(days=1))
    keys.add("soon", "soon", "h1", ["tell"], expires=NOW + timedelta(days=3))
    keys.add("later", "later", "h1", ["tell"], expires=NOW + timedelta(days=30))
    keys.add("never", "never", "h1", ["tell"])
    first = (await seen(keys)).get_sample_value("xiaohao_keys_first_expiry_timestamp_seconds")
    assert first == (NOW + timedelta(days=3)).timestamp()


async def test_where_no_key_ends_that_is_never() -> None:
    keys = Keys()
    keys.add("never", "never", "h1", ["tell"])
    assert (await seen(keys)).get_sample_value("xiaohao_keys_first_expiry_timestamp_seconds") == float("inf")


async def test_certificates_that_are_used_say_when_they_end(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    own = authority.issue("intake", days=5)
    uri = f"mongodb://127.0.0.1/?tls=true&tlsCAFile={authority.path}&tlsCertificateKeyFile={own}"
    registry = await seen(kafka_ca_file=authority.path, kafka_certificate_file=own, kafka_key_file=own, mongodb_uri=SecretStr(uri))
    ends = {
        of: registry.get_sample_value("xiaohao_certificate_expiry_timestamp_seconds", {"of": of})
        for of in ("kafka-certificate", "kafka-authorities", "mongodb-certificate", "mongodb-authorities")
    }
    of_ours, of_theirs = [
        x509.load_pem_x509_certificates(file.read_bytes())[0].not_valid_after_utc.timestamp() for file in (own, authority.path)
    ]
    assert ends == {
        "kafka-certificate": of_ours,
        "kafka-authorities": of_theirs,
        "mongodb-certificate": of_ours,
        "mongodb-authorities": of_theirs,
    }


async def test_a_certificate_of_kafkas_that_is_renewed_says_when_the_new_one_ends(tmp_path: Path) -> None:
    def ends() -> float | None:
        return registry.get_sample_value("xiaohao_certificate_expiry_timestamp_seconds", {"of": "kafka-certificate"})

    async def ready() -> list[str]:
        return []

    authority, registry = Authority(tmp_path), CollectorRegistry()
    own = authority.issue("intake", days=5)
    upkeep = Upkeep(registry, Settings(kafka_certificate_file=own, kafka_key_file=own), ready)
    before = ends()
    authority.issue("intake", days=25)
    await upkeep.look()
    assert before
    assert ends() == pytest.approx(before + 20 * 86400, abs=60)


async def test_a_file_that_cannot_be_read_as_strictly_hinders_no_start(tmp_path: Path) -> None:
    (tmp_path / "odd.pem").write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    registry = await seen(kafka_ca_file=tmp_path / "odd.pem")
    assert registry.get_sample_value("xiaohao_certificate_expiry_timestamp_seconds", {"of": "kafka-authorities"}) is None
