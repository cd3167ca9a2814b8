"""Who may do what on Kafka, made from what the services really read and write: `deploy/kafka/acls.sh`, and Strimzi's users (`deploy/kubernetes.py`)."""

import shlex
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from shared.kafka.broker import Broker
from shared.kafka.bus import Bus
from shared.topics import INBOX, INTAKE, LEDGER, PEOPLE, TOPICS, answers, dead_letters, inbox, is_dead_letters

HEAD = """#!/bin/sh
# Who may do what on Kafka: a right less than these and something stops, a right more and somebody could do what is not theirs.
# Made by `make docs` from deploy/acls.py; do not edit by hand. docs/connect.md says how users are made.
#
#   KAFKA_ACLS="kafka-acls.sh --bootstrap-server kafka:9093 --command-config admin.properties" deploy/kafka/acls.sh [BUREAU…]
#
# Kafka's users are called as the services are, and `operator`, `subscriber`, `scaler`, and each bureau by the id of its key. With certificates, whose names
# are whole subjects, map those to these names by ssl.principal.mapping.rules. NAMESPACE is XIAOHAO_NAMESPACE. Run it again for a further bureau.
# No right to a transactional id is among them: nothing of ours has one.
set -eu
NAMESPACE="${NAMESPACE:-}"
: "${KAFKA_ACLS:=kafka-acls.sh --bootstrap-server localhost:9092}"

allow() {
  who=$1
  shift
  $KAFKA_ACLS --add --allow-principal "User:$who" "$@"
}
"""
ALSO_READ: Mapping[str, tuple[str, ...]] = {
    "ledger": (LEDGER,),
    "reporting": (INTAKE,),
}
"""What a service looks at beside what it consumes: the ledger whether its topic tells what its store does, reporting how far the others are."""
ALL = tuple(topic.name for topic in TOPICS)
DEAD = tuple(name for name in ALL if is_dead_letters(name))


class Grant(NamedTuple):
    """What somebody may do with some topics or consumer groups, or with the cluster, which has no name; `prefixed`: with all whose names begin so."""

    operations: tuple[str, ...]
    kind: Literal["topic", "group", "cluster"]
    names: tuple[str, ...] = ()
    prefixed: bool = False


def grants(buses: Mapping[str, Bus]) -> dict[str, list[Grant]]:
    """The rights of each user, for the services with these buses."""
    groups = {name: tuple(sorted(Broker("").group(name, topic) for topic in bus.read)) for name, bus in buses.items()}
    found = {name: list(_service(name, bus, groups[name])) for name, bus in buses.items()}
    # It reads the inboxes of all bureaus and answers them: one whose rights are not given yet must hold up no other.
    found["intake"] += [
        Grant(("Create", "Describe", "DescribeConfigs", "AlterConfigs", "Read", "Write"), "topic", (f"{INBOX}.",), prefixed=True),
        Grant(("Read",), "group", (Broker("").group("intake", INBOX),)),
    ]
    # It says how full the brokers' disks are.
    found["ledger"] += [Grant(("Describe",), "cluster")]
    # It says how far the others are.
    found["reporting"] += [
        Grant(("Describe",), "group", tuple(group for name, own in groups.items() if name != "reporting" for group in own))
    ]
    every = tuple(group for own in groups.values() for group in own)
    return found | {
        "operator": [
            Grant(("Read", "Create", "Describe", "DescribeConfigs", "AlterConfigs"), "topic", ALL),
            Grant(("Write",), "topic", (INTAKE, PEOPLE, *DEAD)),
            Grant(("Read", "Describe"), "group", every),
            # `xiaohao status` says how far intake is with the inboxes, and how full the brokers' disks are.
            Grant(("Read", "Describe"), "topic", (f"{INBOX}.",), prefixed=True),
            Grant(("Describe",), "group", (Broker("").group("intake", INBOX),)),
            Grant(("Describe",), "cluster"),
        ],
        "subscriber": [Grant(("Read", "Describe"), "topic", (LEDGER,)), Grant(("Read",), "group", ("subscriber.",), prefixed=True)],
        "scaler": [Grant(("Describe",), "topic", ALL), Grant(("Describe",), "group", every)],
    }


MEANING = {
    "operator": "`xiaohao status`, tail, verify, dead, restore, rebuild, erase, topics, simulate --to kafka",
    "subscriber": "follows the ledger, in consumer groups whose names begin with subscriber.",
    "scaler": "sees how far the services are, so that KEDA may start more copies; it reads nothing",
}
"""Of the users that are no service."""


def bureau(name: str) -> list[Grant]:
    """The rights of a bureau: it writes to its own inbox and reads its own answers, in the consumer group of its inbox's name."""
    own = inbox(name)
    return [
        Grant(("Write", "Describe"), "topic", (own,)),
        Grant(("Read", "Describe"), "topic", (answers(own),)),
        Grant(("Read",), "group", (own,)),
    ]


def _service(name: str, bus: Bus, groups: tuple[str, ...]) -> Iterator[Grant]:
    """Every service makes the topics that are not there, and keeps dead letters no longer than they may be kept."""
    yield Grant(("Create", "Describe"), "topic", ALL)
    yield Grant(("DescribeConfigs", "AlterConfigs"), "topic", DEAD)
    yield Grant(("Read",), "topic", tuple(sorted(bus.read | {*ALSO_READ.get(name, ())})))
    yield Grant(("Write",), "topic", tuple(sorted({*bus.written, *map(dead_letters, bus.read)} & {*ALL})))
    yield Grant(("Read",), "group", groups)


def script(buses: Mapping[str, Bus]) -> str:
    """`deploy/kafka/acls.sh`, for the services with these buses."""
    lines = [HEAD]
    for who, theirs in grants(buses).items():
        lines += [f"# {who}{': ' + MEANING[who] if who in MEANING else ''}", *(_allow(who, each) for each in theirs), ""]
    lines.append(f"# {' '.join((bureau.__doc__ or '').split())}")
    lines += ['for bureau in "$@"; do', *(f"  {_allow('$bureau', each)}" for each in bureau("$bureau")), "done", ""]
    return "\n".join(lines)


def _allow(who: str, grant: Grant) -> str:
    name = f'"{who}"' if who.startswith("$") else shlex.quote(who)
    operations = (part for each in grant.operations for part in ("--operation", each))
    named = [part for each in grant.names for part in (f"--{grant.kind}", f'"${{NAMESPACE}}{each}"')]
    resources = named or [f"--{grant.kind}"]
    pattern = ("--resource-pattern-type", "prefixed") if grant.prefixed else ()
    return " ".join(["allow", name, *operations, *resources, *pattern])
