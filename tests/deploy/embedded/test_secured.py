"""The whole runs on a Kafka and a mongod that ask who comes, with the rights of `deploy/kafka/acls.sh` and no others; and who should not get in does not."""

import asyncio
import os
import socketserver
import ssl
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, closing, contextmanager, suppress
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

import httpx
import orjson
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError
from pymongo import MongoClient
from pymongo.errors import OperationFailure

from deploy.client.announcement import announcement
from deploy.client.key_register import keep
from services.intake.app import build as build_intake
from services.ledger.app import build as build_ledger
from services.notify.app import build as build_notify
from services.reporting.app import build as build_reporting
from shared.faults import Unavailable
from shared.http.access import Keys
from shared.kafka.broker import Broker
from shared.kafka.entry import require_entry
from shared.mongo import Mongo
from shared.settings import SettingMistake, Settings
from shared.topics import INTAKE, LEDGER, PEOPLE
from tests.certificates import Authority
from tests.deploy.embedded.secured import BUREAUS, CHECKOUT, NAMESPACE, Cluster, cluster, grant, grant_in_mongodb
from tests.flow import PLAN, UNITS
from tests.token_endpoint import endpoint

K, M = "XIAOHAO_KAFKA_", "XIAOHAO_MONGODB_URI"


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("KAFKA_BOOTSTRAP", "MONGODB_URI"):
            patch.delenv(name, raising=False)
        with cluster(tmp_path_factory.mktemp("secured")) as made:
            yield made


@pytest.fixture(scope="module")
async def granted(secured: Cluster) -> Cluster:
    """With the rights of everybody, and topics."""
    await grant(secured.broker("admin"))
    grant_in_mongodb(secured)
    await secured.broker("intake").create_inboxes(BUREAUS)
    return secured


async def test_four_services_and_the_commands_do_their_work_each_with_no_more_rights_than_are_written_down(granted: Cluster) -> None:
    keys = Keys()
    key = keys.add("root", "bureau", "bureau", ["tell", "announce", "clock", "read", "operate"])
    keys.add("hospital", "hospital", "h1", ["tell"], "bureau", inbox=True)
    await keep(keys, {PLAN.campaign: "bureau"}, granted.mongodb("operator"), NAMESPACE)
    async with AsyncExitStack() as stack:
        addresses = {}
        for service in (
            build_ledger(granted.settings("ledger")),
            build_intake(granted.settings("intake")),
            build_reporting(granted.settings("reporting")),
            build_notify(granted.settings("notify")),
        ):
            await service.start()
            stack.push_async_callback(service.stop)
            addresses[service.name] = await stack.enter_async_context(service.serving())
        headers = {"Authorization": f"Bearer {key}"}
        intake, reporting = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=addresses[name], headers=headers, timeout=60, trust_env=False))
            for name in ("intake", "reporting")
        ]
        for told in (announcement(PLAN, UNITS), [issue("bureau")]):
            await taken(intake, [each | {"source": "bureau"} for each in told])
            read = await reporting.get(f"/api/told/{told[-1]['id']}?wait=30")
            assert read.status_code == 200, read.text
        assert [each["type"] for each in read.json()["answers"][0]["events"]][:2] == ["IssueReported", "IssueEntered"]
        assert [each["accepted"] for each in await told_by_kafka(granted, issue("hospital"))] == [True]
        assert (await reporting.get("/api/settled")).status_code == 200
        for address in addresses.values():
            ready = await reporting.get(f"{address}/readyz")
            assert (ready.status_code, ready.json()["reasons"]) == (200, [])
        ran = await asyncio.gather(
            xiaohao(granted, "tail", "--no-follow"),
            xiaohao(granted, "verify"),
            xiaohao(granted, "dead", "list"),
            xiaohao(granted, "topics", "ensure"),
            xiaohao(granted, "status", *(word for address in addresses.values() for word in ("--at", address))),
        )
        assert "IssueEntered" in ran[0]
        assert "every book is as it was recorded" in ran[1]
        assert "0 dead letters" in ran[2]
        assert "Every topic is as it is to be" in ran[3]
        assert (ran[4].count("ready 就绪"), "campaign.notices" in ran[4], "away" in ran[4]) == (4, True, False), ran[4]
    await asyncio.gather(xiaohao(granted, "rebuild", "--yes"), xiaohao(granted, "restore", "--from-topic", "--replace", "--yes"))
    plan = str(CHECKOUT / "deploy/campaigns/wuyuan-2018.yaml")
    await xiaohao(granted, "simulate", plan, "--units", "3", "--issues", "1", "--to", "kafka")
    assert granted.denied() == granted.denied_by_mongodb() == [], "each has all the rights that it needs"


@pytest.mark.parametrize(
    ("service", "database", "collection"),
    [
        ("intake", "ledger", "recorded"),
        ("intake", "keys", "keys"),
        ("intake", "keys", "log"),
        ("ledger", "intake", "people"),
        ("ledger", "keys", "keys"),
        ("notify", "ledger", "recorded"),
        ("notify", "keys", "uses"),
        ("reporting", "keys", "keys"),
        ("reporting", "keys", "campaigns"),
        ("reporting", "attachments", "fs.files"),
        ("reporting", "ledger", "recorded"),
    ],
)
async def test_a_service_writes_in_mongodb_nothing_but_its_own(granted: Cluster, service: str, database: str, collection: str) -> None:
    with MongoClient[dict[str, Any]](granted.mongodb(service)) as client, pytest.raises(OperationFailure, match="not authorized"):
        client[f"{NAMESPACE}xiaohao-{database}"][collection].insert_one({"_id": "mine"})


async def taken(intake: httpx.AsyncClient, events: list[dict[str, Any]]) -> None:
    """Tell events until they are taken: intake opens a book a moment after the ledger did."""
    async with asyncio.timeout(30):
        while True:
            answer = await intake.post("/v1/events", json=events, headers={"Content-Type": "application/cloudevents-batch+json"})
            if "book-not-open" not in answer.text:
                assert answer.status_code == 202, answer.text
                return


async def told_by_kafka(on: Cluster, event: dict[str, Any]) -> list[dict[str, Any]]:
    """A bureau writes an event to its inbox; what it is answered."""
    broker = on.broker("hospital")
    async with AIOKafkaProducer(**broker.connection) as producer:
        headers = [("content-type", b"application/cloudevents+json")]
        await producer.send_and_wait(broker.name("inbox.hospital"), orjson.dumps(event), headers=headers)
    async with asyncio.timeout(30):
        while not (answers := await reads(broker, "inbox.hospital.answers", "inbox.hospital")):
            continue
    return [orjson.loads(answer) for answer in answers]


def issue(source: str) -> dict[str, Any]:
    data = {"text": "排队太久", "category": "flow", "channel": "complaint", "owner": None}
    return {
        "specversion": "1.0",
        "source": source,
        "id": f"e-{source}",
        "type": "IssueReported",
        "subject": f"flow-2019/h1/issue/{source}~1",
        "time": f"{date(2019, 3, 4)}T09:00:00+08:00",
        "data": {name: value for name, value in data.items() if value},
    }


async def xiaohao(on: Cluster, *arguments: str) -> str:
    """A command of the operator; what it printed."""
    environment = os.environ | on.environment("operator") | {"XDG_CACHE_HOME": str(on.folder), "COLUMNS": "300"}
    command = [sys.executable, "-m", "deploy.cli", *arguments]
    pipes = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.STDOUT}
    process = await asyncio.create_subprocess_exec(*command, env=environment, cwd=CHECKOUT, **pipes)  # type: ignore[arg-type]
    said = (await process.communicate())[0].decode()
    assert process.returncode == 0, said
    return said


async def test_a_bureau_writes_to_its_own_inbox_and_reads_its_own_answers_and_nothing_else(granted: Cluster) -> None:
    broker = granted.broker("hospital")
    assert await writes(broker, "inbox.hospital")
    assert await writes(granted.broker("intake"), "inbox.hospital.answers")
    assert (await reads(broker, "inbox.hospital.answers", "inbox.hospital") or [])[-1:] == [b"x"]
    for topic in (INTAKE, PEOPLE, LEDGER, f"{INTAKE}.dlt", "inbox.clinic", "inbox.hospital.answers", "inbox.clinic.answers"):
        assert not await writes(broker, topic), topic
    for topic, group in (
        (LEDGER, "inbox.hospital"),
        (PEOPLE, "inbox.hospital"),
        ("inbox.clinic.answers", "inbox.hospital"),
        ("inbox.clinic", "inbox.hospital"),
        ("inbox.hospital.answers", "ledger.intake"),
        ("inbox.hospital.answers", "inbox.clinic"),
    ):
        assert await reads(broker, topic, group) is None, (topic, group)


async def test_a_subscriber_reads_the_ledger_and_no_person(granted: Cluster) -> None:
    await granted.broker("ledger").create_topics()
    broker = granted.broker("subscriber")
    assert await reads(broker, LEDGER, "subscriber.city") is not None
    for topic, group in ((PEOPLE, "subscriber.city"), (INTAKE, "subscriber.city"), (LEDGER, "reporting.ledger")):
        assert await reads(broker, topic, group) is None, (topic, group)
    assert not await writes(broker, LEDGER)


async def test_no_service_writes_what_only_another_may(granted: Cluster) -> None:
    await granted.broker("ledger").create_topics()
    for user, topic in (("intake", LEDGER), ("notify", LEDGER), ("notify", INTAKE), ("reporting", LEDGER), ("reporting", PEOPLE)):
        assert not await writes(granted.broker(user), topic), (user, topic)


async def writes(broker: Broker, topic: str) -> bool:
    """Whether a record can be put there."""
    async with AIOKafkaProducer(**broker.connection, enable_idempotence=False, request_timeout_ms=5000) as producer:
        try:
            await producer.send_and_wait(broker.name(topic), b"x", partition=0)
        except TopicAuthorizationFailedError:
            return False
        return True


async def reads(broker: Broker, topic: str, group: str) -> list[bytes] | None:
    """What stands in the first partition; none where it may not be read by this group."""
    consumer = AIOKafkaConsumer(
        **broker.connection, group_id=broker.name(group), auto_offset_reset="earliest", enable_auto_commit=False, request_timeout_ms=5000
    )
    place, found = TopicPartition(broker.name(topic), 0), list[bytes]()
    try:
        await consumer.start()
        consumer.assign([place])
        await consumer.committed(place)
        async with asyncio.timeout(10):
            end = (await consumer.end_offsets([place]))[place]
            while await consumer.position(place) < end:
                found += [record.value for record in (await consumer.getmany(place, timeout_ms=200)).get(place, [])]
    except (TopicAuthorizationFailedError, GroupAuthorizationFailedError, TimeoutError, KafkaError):
        return None
    finally:
        await consumer.stop()
    return found


MECHANISMS = ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "certificate"]


@pytest.mark.parametrize("mechanism", MECHANISMS)
async def test_each_way_in_leads_in(granted: Cluster, mechanism: str) -> None:
    changes: dict[str, Any] = {"kafka_sasl_mechanism": mechanism}
    if mechanism == "OAUTHBEARER":
        (token := granted.folder / "token").write_text(granted.signer.token("hospital", 300))
        changes |= {"kafka_user": None, "kafka_password": None, "kafka_token_file": token}
    if mechanism == "certificate":
        changes = by_certificate(granted, granted.authority.issue("hospital"))
        await require_entry(granted.broker("hospital", **changes))
        return  # it gets in, as CN=hospital, which no rule maps to a name here
    broker = granted.broker("hospital", **changes)
    await require_entry(broker)
    assert await writes(broker, "inbox.hospital")
    assert not await writes(broker, "inbox.clinic")


async def test_a_certificate_that_is_renewed_is_taken_without_a_restart(granted: Cluster) -> None:
    ours = granted.authority.issue("renewed")
    broker = granted.broker("hospital", **by_certificate(granted, ours))
    await require_entry(broker)
    ours.write_bytes(Authority(granted.folder, "stranger").issue("from-a-stranger").read_bytes())
    with pytest.raises(Unavailable, match="does not take our certificate"):
        await require_entry(broker)
    granted.authority.issue("renewed")
    await require_entry(broker)


def by_certificate(on: Cluster, certificate: Path | None) -> dict[str, Any]:
    none = dict.fromkeys(("kafka_sasl_mechanism", "kafka_user", "kafka_password"))
    place = {"kafka_security_protocol": "SSL", "kafka_bootstrap": f"127.0.0.1:{on.run.ports['certificate']}"}
    return none | place | {"kafka_certificate_file": certificate, "kafka_key_file": certificate}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kafka_password": "wrong"}, f"does not let hospital in with this password by SCRAM-SHA-512: look at {K}USER and {K}PASSWORD"),
        ({"kafka_password": "wrong", "kafka_sasl_mechanism": "PLAIN"}, f"in with this password by PLAIN: look at {K}USER and {K}PASSWORD"),
        ({"kafka_user": "nobody"}, "does not let nobody in with this password"),
        ({"kafka_ca_file": "{other}"}, f"has a certificate that no authority signed whom we trust: look at {K}CA_FILE"),
        ({"kafka_ca_file": None}, f"has a certificate that no authority signed whom we trust: look at {K}CA_FILE"),
        ({"plain": True}, f"hung up at once: it wants another {K}SECURITY_PROTOCOL than PLAINTEXT"),
        ({"plain": True, "kafka_security_protocol": "SSL", "kafka_ca_file": "{own}"}, f"it wants another {K}SECURITY_PROTOCOL than SSL"),
        (
            {"kafka_security_protocol": "SASL_PLAINTEXT", "kafka_ca_file": None},
            f"it wants another {K}SECURITY_PROTOCOL than SASL_PLAINTEXT",
        ),
        ({"certificate": None}, f"does not take our certificate, or wants one: look at {K}CERTIFICATE_FILE"),
        ({"certificate": "{stranger}"}, f"does not take our certificate, or wants one: look at {K}CERTIFICATE_FILE"),
        ({"token": "stranger"}, "refuses the token"),
        ({"kafka_bootstrap": "127.0.0.1:1"}, "Kafka at 127.0.0.1:1 does not answer: Connection refused"),
        ({"kafka_bootstrap": "no.such.host.invalid:9092"}, "Kafka at no.such.host.invalid:9092 does not answer: "),
    ],
)
async def test_who_should_not_get_into_kafka_is_told_why_and_where_to_look(
    secured: Cluster, tmp_path: Path, changes: dict[str, Any], said: str
) -> None:
    other = Authority(tmp_path, "other")
    files = {"{own}": secured.authority.path, "{other}": other.path, "{stranger}": other.issue("stranger")}
    given = {name: files.get(str(value), value) for name, value in changes.items()}
    if given.pop("plain", False):
        none = dict.fromkeys(("kafka_sasl_mechanism", "kafka_user", "kafka_password", "kafka_ca_file"))
        given = none | {"kafka_security_protocol": "PLAINTEXT"} | given
    if "certificate" in given:
        given |= by_certificate(secured, given.pop("certificate"))
    if given.pop("token", None):
        (tmp_path / "token").write_text("not.a.token")
        given |= {"kafka_sasl_mechanism": "OAUTHBEARER", "kafka_user": None, "kafka_password": None, "kafka_token_file": tmp_path / "token"}
    with pytest.raises(Unavailable) as refusal:
        await require_entry(secured.broker("hospital", **given))
    assert said in str(refusal.value)
    assert secured.secured.users["hospital"] not in str(refusal.value)
    assert "wrong" not in str(refusal.value)


@pytest.mark.parametrize(
    ("days", "address", "said"), [(-1, "127.0.0.1", "a certificate that ran out"), (30, "127.0.0.2", "a certificate for another name")]
)
async def test_a_certificate_that_ran_out_or_is_for_another_is_said_to(tmp_path: Path, days: int, address: str, said: str) -> None:
    authority = Authority(tmp_path)
    with impostor(authority.issue("server", address, days)) as port:
        tls = {"kafka_security_protocol": "SSL", "kafka_ca_file": authority.path, "kafka_bootstrap": f"127.0.0.1:{port}"}
        with pytest.raises(Unavailable, match=f"Kafka at 127.0.0.1:{port} has {said}"):
            await require_entry(Broker.of(Settings.model_validate(tls)))
        mongo = Mongo(f"mongodb://127.0.0.1:{port}/?tls=true&tlsCAFile={authority.path}", "any", timeout=2)
        with closing(mongo), pytest.raises(Unavailable, match=f"MongoDB has {said}"):
            await mongo.ping()


@contextmanager
def impostor(certificate: Path) -> Iterator[int]:
    """A server that has this certificate and nothing to say; its port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)

    class Nothing(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with suppress(OSError), context.wrap_socket(self.request, server_side=True) as secured:
                secured.recv(1)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Nothing) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"password": "wrong"}, f"MongoDB does not let us in: look at the user and the password of {M}"),
        ({"user": ""}, f"MongoDB does not let us in: look at the user and the password of {M}"),
        ({"authority": "other"}, f"MongoDB has a certificate that no authority signed whom we trust: look at tlsCAFile of {M}"),
        ({"tls": "false"}, f"MongoDB hung up at once: look at tls of {M}"),
    ],
)
async def test_who_should_not_get_into_mongodb_is_told_why_and_where_to_look(
    secured: Cluster, tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    password, address = secured.secured.users["admin"], f"127.0.0.1:{secured.run.ports['mongod']}"
    authority = Authority(tmp_path, "other").path if "authority" in changes else secured.authority.path
    user = changes.get("user", f"admin:{changes.get('password', password)}@")
    tls = "" if "tls" in changes else f"&tls=true&tlsCAFile={authority}"
    mongo = Mongo(f"mongodb://{user}{address}/?replicaSet=rs0{tls}", "any", timeout=2 if {"authority", "tls"} & changes.keys() else 20)
    with closing(mongo), pytest.raises(Unavailable) as refusal:
        await begin(mongo)
    assert said in str(refusal.value)
    assert password not in str(refusal.value)


async def begin(mongo: Mongo) -> None:
    """What every service begins with."""
    await mongo.ping()
    await mongo.create(["any"])


async def test_mongodb_lets_a_certificate_in(secured: Cluster) -> None:
    certificate = secured.authority.issue("xiaohao")
    with MongoClient[dict[str, Any]](secured.run.mongodb_uri) as client:
        client["$external"].command("createUser", "CN=xiaohao", roles=[{"role": "readWriteAnyDatabase", "db": "admin"}])
    uri = f"mongodb://127.0.0.1:{secured.run.ports['mongod']}/?replicaSet=rs0&authMechanism=MONGODB-X509&authSource=%24external"
    mongo = Mongo(f"{uri}&tls=true&tlsCAFile={secured.authority.path}&tlsCertificateKeyFile={certificate}", f"{NAMESPACE}any")
    with closing(mongo):
        await begin(mongo)


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("mongodb://user:pa/ss@host/", "it cannot be read; in user and password, write each of"),
        ("mongodb://user:hunter2:hunter2@host/", "it cannot be read"),
        ("mongodb://user:hunter2@host:hunter2/", "it cannot be read"),
        ("mongodb://user:hunter2@host/?tls=true&tlsCAFile=/none.pem", "/none.pem"),
    ],
)
async def test_an_address_of_mongodb_that_cannot_be_used_is_refused_without_its_password(uri: str, said: str) -> None:
    with pytest.raises(SettingMistake, match=f"{M}: ") as mistake:
        Mongo(uri, "any")
    assert said in str(mistake.value)
    assert not any(secret in str(mistake.value) for secret in ("hunter2", "pa/ss", "ss@"))


async def test_a_service_that_is_not_let_in_ends_at_once_and_says_why_without_the_password(secured: Cluster) -> None:
    environment = os.environ | secured.environment("intake", password="hunter2")
    command = [sys.executable, "-m", "services.intake.app"]
    pipes = {"stdout": asyncio.subprocess.PIPE, "stderr": asyncio.subprocess.STDOUT}
    process = await asyncio.create_subprocess_exec(*command, env=environment, cwd=CHECKOUT, **pipes)  # type: ignore[arg-type]
    said = (await process.communicate())[0].decode()
    assert process.returncode == 1
    assert f"does not let intake in with this password by SCRAM-SHA-512: look at {K}USER and {K}PASSWORD" in said
    assert "hunter2" not in said
    assert secured.secured.users["admin"] not in said


async def test_what_is_told_outlives_the_tokens_that_it_is_told_by(granted: Cluster) -> None:
    """Kafka ends a connection with the token that it was made by; nothing is lost or doubled by that."""
    given: dict[str, Any] = {"kafka_sasl_mechanism": "OAUTHBEARER", "kafka_user": None, "kafka_password": None}
    life, sent, connections = 3, 0, list[object]()
    async with AsyncExitStack() as stack:
        issue = lambda *_: (200, {"access_token": granted.signer.token("hospital", life), "expires_in": life})  # noqa: E731
        given |= {"kafka_token_url": await stack.enter_async_context(endpoint(issue)), "kafka_client_id": "x", "kafka_client_secret": "y"}
        broker = granted.broker("hospital", **given)
        consumer = await stack.enter_async_context(AIOKafkaConsumer(**granted.broker("admin").connection))
        producer = await stack.enter_async_context(AIOKafkaProducer(**broker.connection, enable_idempotence=True))
        place = TopicPartition(broker.name("inbox.hospital"), 0)
        consumer.assign([place])
        begin = (await consumer.end_offsets([place]))[place]
        async with asyncio.timeout(60):
            while len(connections) < 3:
                await producer.send_and_wait(place.topic, str(sent).encode(), partition=0)
                sent += 1
                if (by := connection_of(producer)) not in connections:
                    connections.append(by)
        consumer.seek(place, begin)
        found: list[bytes] = []
        while len(found) < sent:
            found += [record.value for record in (await consumer.getmany(place, timeout_ms=500)).get(place, [])]
    assert found == [str(number).encode() for number in range(sent)]


def connection_of(producer: AIOKafkaProducer) -> object:
    return next(iter(producer.client._conns.values()), None)


async def test_a_service_that_may_not_read_its_topic_is_not_ready_and_says_so(granted: Cluster) -> None:
    """It got in, and FastStream tries to fetch again and again without a word."""
    notify = build_notify(granted.settings("deaf"))
    await notify.start()
    unread = {f"{topic} cannot be read: TopicAuthorizationFailedError" for topic in (LEDGER, PEOPLE)}
    try:
        async with asyncio.timeout(20):
            while not unread <= {why.partition("(")[0] for why in notify.bus.ready()}:
                await asyncio.sleep(0.02)
    finally:
        await notify.stop()
