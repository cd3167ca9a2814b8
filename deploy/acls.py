"""Who may do what on Kafka, made from what the services really read and write: `deploy/kafka/acls.sh`."""

import shlex
from collections.abc import Iterable, Iterator, Mapping

from shared.kafka.broker import Broker
from shared.kafka.bus import Bus
from shared.topics import INBOX, INTAKE, LEDGER, PEOPLE, TOPICS, answers, dead_letters, inbox, is_dead_letters

HEAD = """#!/bin/sh
# Who may do what on Kafka: a right less than these and something stops, a right more and somebody could do what is not theirs.
# Made by `make docs` from deploy/acls.py; do not edit by hand. docs/connect.md says how users are made.
#
#   KAFKA_ACLS="kafka-acls.sh --bootstrap-server kafka:9093 --command-config admin.properties" deploy/kafka/acls.sh [BUREAU…]
#
# Kafka's users are called as the services are, and `operator`, `subscriber`, and each bureau by the id of its key. With certificates, whose names are
# whole subjects, map those to these names by ssl.principal.mapping.rules. NAMESPACE is XIAOHAO_NAMESPACE. Run it again for a further bureau.
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
SERVICE = "Every service makes the topics that are not there, and keeps dead letters no longer than they may be kept."
ALSO_READ: Mapping[str, tuple[str, ...]] = {
    "ledger": (LEDGER,),
    "reporting": (INTAKE,),
}
"""What a service looks at beside what it consumes: the ledger whether its topic tells what its store does, reporting how far the others are."""

INBOXES = ("Create", "Describe", "DescribeConfigs", "AlterConfigs", "Read", "Write")
PREFIXED = ("--resource-pattern-type", "prefixed")
OWN = inbox("$bureau")
"""What a bureau writes to, as the script has it."""


def script(buses: Mapping[str, Bus]) -> str:
    """The script, for the services with these buses."""
    dead = [topic.name for topic in TOPICS if is_dead_letters(topic.name)]
    groups = {name: sorted(Broker("").group(name, topic) for topic in bus.read) for name, bus in buses.items()}
    lines = [HEAD, f"# {SERVICE}", f"for service in {' '.join(buses)}; do"]
    lines += [f"  {_allow('$service', ('Create', 'Describe'), _topics(topic.name for topic in TOPICS))}"]
    lines += [f"  {_allow('$service', ('DescribeConfigs', 'AlterConfigs'), _topics(dead))}", "done", ""]
    for name, bus in buses.items():
        lines.append(f"# {name}")
        lines.append(_allow(name, ("Read",), _topics(sorted(bus.read | {*ALSO_READ.get(name, ())}))))
        written = {*bus.written, *map(dead_letters, bus.read)} & {topic.name for topic in TOPICS}
        lines.append(_allow(name, ("Write",), _topics(sorted(written))))
        lines.append(_allow(name, ("Read",), _groups(groups[name])))
    others = [group for name, theirs in groups.items() if name != "reporting" for group in theirs]
    lines += ["# reporting says how far the others are", _allow("reporting", ("Describe",), _groups(others)), ""]
    lines += list(_people(dead, [group for theirs in groups.values() for group in theirs]))
    return "\n".join([*lines, *_bureaus(), ""])


def _people(dead: Iterable[str], groups: Iterable[str]) -> Iterator[str]:
    yield "# operator: `xiaohao tail`, verify, dead, restore, rebuild, erase, simulate --to kafka"
    yield _allow("operator", ("Read", "Describe"), _topics(topic.name for topic in TOPICS))
    yield _allow("operator", ("Write",), _topics([INTAKE, PEOPLE, *dead]))
    yield _allow("operator", ("Read", "Describe"), _groups(groups))
    yield ""
    yield "# subscriber: follows the ledger, in consumer groups whose names begin with subscriber."
    yield _allow("subscriber", ("Read", "Describe"), _topics([LEDGER]))
    yield _allow("subscriber", ("Read",), [*_groups(["subscriber."]), *PREFIXED])
    yield ""


def _bureaus() -> Iterator[str]:
    yield "# intake reads the inboxes of all bureaus and answers them: one whose rights are not given yet must hold up no other"
    yield _allow("intake", INBOXES, [*_topics([f"{INBOX}."]), *PREFIXED])
    yield _allow("intake", ("Read",), _groups([Broker("").group("intake", INBOX)]))
    yield ""
    yield "# A bureau writes to its own inbox and reads its own answers, in the consumer group of its inbox's name."
    yield 'for bureau in "$@"; do'
    yield f"  {_allow('$bureau', ('Write', 'Describe'), _topics([OWN]))}"
    yield f"  {_allow('$bureau', ('Read', 'Describe'), _topics([answers(OWN)]))}"
    yield f"  {_allow('$bureau', ('Read',), _groups([OWN]))}"
    yield "done"


def _allow(who: str, operations: Iterable[str], resource: Iterable[str]) -> str:
    name = f'"{who}"' if who.startswith("$") else shlex.quote(who)
    return " ".join(["allow", name, *(part for each in operations for part in ("--operation", each)), *resource])


def _topics(names: Iterable[str]) -> list[str]:
    return [part for name in names for part in ("--topic", f'"${{NAMESPACE}}{name}"')]


def _groups(names: Iterable[str]) -> list[str]:
    return [part for name in names for part in ("--group", f'"${{NAMESPACE}}{name}"')]
