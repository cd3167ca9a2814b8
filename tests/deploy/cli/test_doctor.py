"""`xiaohao doctor --system`: what is wrong with an installation, or soon will be, each with what mends it, whatever else is wrong."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from deploy.cli.app import app
from deploy.client.examination import calendars
from shared.calendars import load_calendars
from shared.kafka.broker import Broker
from shared.kafka.records import Record
from shared.kafka.seal import StreamKeys
from shared.settings import Settings
from shared.topics import INTAKE
from tests.stream import STREAM_KEY

CHECKS = ("Kafka", "Topics", "Copies of topics", "STREAM_KEY", "MongoDB", "API keys", "Calendars", "Certificates")
Doctor = Callable[..., tuple[int, str]]


@pytest.fixture
def doctor(settings: Settings, broker: Broker, tmp_path: Path) -> Iterator[Doctor]:
    """Examines an installation in which all is well, but for what is given otherwise."""
    (tmp_path / "calendars").mkdir()
    for year in range(datetime.now(UTC).year, datetime.now(UTC).year + 3):
        (tmp_path / f"calendars/{year}.yaml").write_text(f"holidays: [{year}-01-01, {year}-10-01]\n", "utf-8")
    asyncio.run(tell(broker))
    own = {
        "KAFKA_BOOTSTRAP": settings.kafka_bootstrap,
        "MONGODB_URI": settings.mongodb_uri.get_secret_value(),
        "NAMESPACE": settings.namespace,
        "STREAM_KEY": STREAM_KEY.get_secret_value(),
        "CALENDARS": str(tmp_path / "calendars"),
    }

    def run(*command: str, **otherwise: str) -> tuple[int, str]:
        given = {f"XIAOHAO_{name}": value for name, value in (own | otherwise).items()}
        ran = CliRunner().invoke(app, command or ("doctor", "--system"), env={"COLUMNS": "500", "XDG_CACHE_HOME": str(tmp_path)} | given)
        return ran.exit_code, ran.output

    yield run
    load_calendars(None)


async def tell(broker: Broker) -> None:
    await broker.create_topics()
    told = StreamKeys(STREAM_KEY.get_secret_value()).sealed(Record(INTAKE, b"c/u", b"{}", []))
    async with (
        AIOKafkaProducer(bootstrap_servers=broker.bootstrap, transactional_id=broker.name("told")) as producer,
        producer.transaction(),
    ):
        await producer.send_and_wait(broker.name(INTAKE), told.value, told.key, headers=list(told.headers))


def certificate(path: Path, ends: datetime) -> str:
    """A file of one that ends then."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "authority")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    signed = made.not_valid_before(ends - timedelta(days=90)).not_valid_after(ends).sign(key, hashes.SHA256())
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    return str(path)


def test_where_all_is_well_nothing_is_to_mend(doctor: Doctor) -> None:
    code, said = doctor()
    assert (code, [line.split(":")[0] for line in said.splitlines()[:-1]]) == (0, [f"✓ {name}" for name in CHECKS]), said
    assert "fits the last records of 1 partitions" in said


@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        ({"KAFKA_BOOTSTRAP": "127.0.0.1:1"}, "✗ Kafka: Kafka at 127.0.0.1:1 does not answer: Connection refused\n    xiaohao status"),
        ({"MONGODB_URI": "mongodb://127.0.0.1:1/"}, "✗ MongoDB: 127.0.0.1:1"),
        ({"STREAM_KEY": "another-" * 4}, "its seal does not fit: it was changed, or sealed with a key that is not in XIAOHAO_STREAM_KEY"),
        ({"PARTITIONS": "8"}, "partitions: 4, to be 8"),
        ({"REPLICATION": "3"}, "replication: 1, to be 3"),
        ({"CALENDARS": "/nowhere"}, "✗ Calendars: XIAOHAO_CALENDARS: [Errno 2]"),
    ],
)
def test_what_is_wrong_is_said_and_all_else_is_looked_at(doctor: Doctor, otherwise: dict[str, str], said: str) -> None:
    code, printed = doctor(**otherwise)
    assert (code, said in printed, "Traceback" in printed) == (1, True, False), printed
    assert [line[2:].split(":")[0] for line in printed.splitlines() if line[:1] in "✓✗"] == [*CHECKS]
    assert printed.count("✓") >= 4, printed


def test_what_ends_soon_is_said_before_it_does(doctor: Doctor, tmp_path: Path) -> None:
    now = datetime.now(UTC)
    for id, days in (("soon", 3), ("later", 60)):
        assert doctor("keys", "new", id, "--unit", "t01", "--expires", f"{now + timedelta(days=days):%Y-%m-%d}")[0] == 0
    for days, wrong in ((3, True), (60, False)):
        file = certificate(tmp_path / f"{days}.pem", now + timedelta(days=days))
        code, said = doctor(KAFKA_SECURITY_PROTOCOL="SSL", KAFKA_CA_FILE=file)
        assert (code, "✗ API keys: 2 keys; soon ends " in said, "later ends" in said) == (1, True, False), said
        assert (f"{file} ends " in said) == wrong, said


@pytest.mark.parametrize(("today", "missing"), [("2090-02-01", "2090"), ("2025-12-31", None)])
async def test_the_calendar_of_the_year_is_missed_and_from_october_on_that_of_the_next(today: str, missing: str | None) -> None:
    found = await calendars(date.fromisoformat(today))
    assert found.wrong == (f"none of {missing}" if missing else "")
