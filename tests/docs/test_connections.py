"""Every client of Kafka is made with `Broker.connection`, which says how Kafka lets us in: one made with an address alone could reach no real cluster."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("shared", "services", "deploy", "benchmarks")
ELSEWHERE = {
    "benchmarks/peers": "frameworks that are measured beside ours, each made as its own users make it",
    "deploy/docs.py": "what bureaus put on Kafka is described there; nothing connects",
}
CLIENTS = {"AIOKafkaConsumer", "AIOKafkaProducer", "AIOKafkaAdminClient", "AIOKafkaClient", "KafkaBroker"}


def clients(source: str) -> Iterator[ast.Call]:
    """Where clients are made, under whatever name they are imported."""
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in CLIENTS
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if names.get(called, called) in CLIENTS:
                yield node


def lacking(source: str) -> list[str]:
    """Clients that are not made with what the broker's connection says."""
    return [
        ast.unparse(call)
        for call in clients(source)
        if not {"connection", "faststream"} & unpacked(call) or "bootstrap_servers" in named(call)
    ]


def unpacked(call: ast.Call) -> set[str]:
    """The names of what is unpacked into a call, as `connection` of `**broker.connection`."""
    values = [keyword.value for keyword in call.keywords if keyword.arg is None]
    parts = [value.func if isinstance(value, ast.Call) else value for value in values]
    return {part.attr if isinstance(part, ast.Attribute) else getattr(part, "id", "") for part in parts}


def named(call: ast.Call) -> set[str | None]:
    return {keyword.arg for keyword in call.keywords}


def test_every_client_is_made_with_the_brokers_connection() -> None:
    files = {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
        for room in ROOMS
        for path in sorted((ROOT / room).rglob("*.py"))
        if not path.relative_to(ROOT).as_posix().startswith(tuple(ELSEWHERE))
    }
    assert sum(len(list(clients(source))) for source in files.values()) >= 15
    assert {path: found for path, source in files.items() if (found := lacking(source))} == {}


@pytest.mark.parametrize(
    "source",
    [
        "from aiokafka import AIOKafkaConsumer\nAIOKafkaConsumer('topic', bootstrap_servers=broker.bootstrap)",
        "from aiokafka import AIOKafkaProducer as Producer\nProducer(bootstrap_servers='kafka:9092')",
        "import aiokafka\naiokafka.AIOKafkaProducer(acks='all')",
        "from aiokafka.admin import AIOKafkaAdminClient\nAIOKafkaAdminClient(**broker.connection, bootstrap_servers='other')",
        "from faststream.kafka import KafkaBroker\nKafkaBroker(broker.bootstrap)",
    ],
)
def test_one_made_otherwise_is_found(source: str) -> None:
    assert lacking(source)
