"""What of `deploy/k8s` follows from the code: topics, users of Kafka and their rights, who may reach whom, when more copies are started, and the alerts.

Written by `make docs`; the rest of the folder is written by hand.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from deploy import acls, mongodb_roles
from shared.kafka.broker import Broker
from shared.kafka.bus import Bus

Manifest = dict[str, Any]
HEAD = "# Made by `make docs` from deploy/kubernetes.py; do not edit by hand.\n"
PROVINCE = Broker("", partitions=16, replication=3)
"""As `docs/scale.md` reckons a province."""
SCALED = ("ledger", "notify", "reporting")
"""What has more copies where more records wait. Intake answers requests: how many copies that takes is known beforehand."""
WAITING = 5000
"""Records that wait, to each copy, before there is another: what one handles in a few seconds."""
CLUSTER = {"strimzi.io/cluster": "kafka"}
KAFKA, MONGODB, HTTP, DNS, MAIL, OTLP = (9092,), (27017,), (8080,), (53,), (25, 465, 587), (4318,)
OURS = {"app.kubernetes.io/part-of": "xiaohao"}
ASKS: Mapping[str, tuple[str, ...]] = {"intake": ("reporting",), "notify": ("mail",)}
"""Whom a service asks beside Kafka and MongoDB, by its settings (`reporting_address`, `smtp_host`)."""
DOORS = ("intake", "reporting")
"""What people and bureaus reach, through whatever stands before it in a namespace with the label `xiaohao: doors`."""


def topics() -> str:
    """Strimzi's topics of the province, set as `xiaohao topics ensure` sets them."""
    return _page(
        _kafka(
            "KafkaTopic",
            name,
            {"partitions": PROVINCE.partitions, "replicas": PROVINCE.replication, "config": PROVINCE.config(topic)},
        )
        for name, topic in PROVINCE.topics.items()
    )


def users(buses: Mapping[str, Bus]) -> str:
    """Strimzi's users, with the rights of `deploy/kafka/acls.sh`."""
    return _page(_user(who, theirs) for who, theirs in acls.grants(buses).items())


def bureau() -> str:
    """An example of a bureau's user: its name is the id of its key."""
    return _page([_user("hospital-3", acls.bureau("hospital-3"))])


def _user(who: str, grants: Iterable[acls.Grant]) -> Manifest:
    rights = [
        {
            "resource": {"type": grant.kind, "name": name, "patternType": "prefix" if grant.prefixed else "literal"},
            "operations": [*grant.operations],
        }
        for grant in grants
        for name in grant.names
    ]
    spec = {"authentication": {"type": "scram-sha-512"}, "authorization": {"type": "simple", "acls": rights}}
    return _kafka("KafkaUser", who, spec)


def _kafka(kind: str, name: str, spec: Manifest) -> Manifest:
    return {"apiVersion": "kafka.strimzi.io/v1", "kind": kind, "metadata": {"name": name, "labels": CLUSTER}, "spec": spec}


def mongodb_access() -> str:
    """A patch of the province's MongoDB: the roles of `deploy/mongodb/roles.js`, and a user for each."""
    roles = [
        {"role": f"xiaohao-{who}", "db": "admin", "roles": [], "privileges": [_privilege(right) for right in rights]}
        for who, rights in mongodb_roles.ROLES.items()
    ]
    made = [
        {
            "name": who,
            "db": "admin",
            "passwordSecretRef": {"name": f"mongodb-{who}", "key": "password"},
            "scramCredentialsSecretName": f"mongodb-{who}",
            "roles": [{"name": f"xiaohao-{who}", "db": "admin"}],
        }
        for who in mongodb_roles.ROLES
    ]
    kind = {"apiVersion": "mongodbcommunity.mongodb.com/v1", "kind": "MongoDBCommunity", "metadata": {"name": "mongodb"}}
    return _page([kind | {"spec": {"security": {"roles": roles}, "users": made}}])


def _privilege(right: mongodb_roles.Right) -> Manifest:
    return {"resource": {"db": right.db, "collection": right.collection}, "actions": [*right.actions]}


def network_policies(services: Iterable[str]) -> str:
    """Nobody reaches ours and ours reach nobody, but for these."""
    services = tuple(services)
    asks = {name: (*ASKS.get(name, ()), "kafka", "mongodb") for name in services}
    asks |= {"operator": (*services, "kafka", "mongodb"), "topics": ("kafka",)}
    found = [
        _policy("default-deny", OURS, ingress=[], egress=[]),
        _policy("dns", OURS, egress=[_to([_namespace("kubernetes.io/metadata.name", "kube-system")], DNS, udp=True)]),
    ]
    for name, asked in asks.items():
        egress = [_to([_pod(each)], {"kafka": KAFKA, "mongodb": MONGODB}.get(each, HTTP)) for each in asked if each != "mail"]
        # The mail server stands outside; where is not known here.
        egress += [{"ports": _ports(MAIL)}] if "mail" in asked else []
        egress += [_to([_namespace("xiaohao", "tracing")], OTLP)] if name in services else []
        callers = [_pod(other) for other, theirs in asks.items() if name in theirs]
        callers += [_namespace("xiaohao", "doors")] if name in DOORS else []
        callers += [_namespace("xiaohao", "monitoring")] if name in services else []
        found.append(_policy(name, _named(name), ingress=[_from(callers, HTTP)] if callers else None, egress=egress))
    for store, ports in (("kafka", KAFKA), ("mongodb", MONGODB)):
        callers = [_pod(name) for name, asked in asks.items() if store in asked]
        callers += [_namespace("xiaohao", "scaling")] if store == "kafka" else []
        found.append(_policy(store, _named(store), ingress=[_from(callers, ports)]))
    return _page(found)


def _policy(name: str, pods: Mapping[str, str], ingress: list[Manifest] | None = None, egress: list[Manifest] | None = None) -> Manifest:
    rules = {name: rules for name, rules in (("ingress", ingress), ("egress", egress)) if rules is not None}
    spec = {"podSelector": {"matchLabels": {**pods}}, "policyTypes": [kind.capitalize() for kind in rules], **rules}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": name}, "spec": spec}


def _named(name: str) -> dict[str, str]:
    return {"app.kubernetes.io/name": name}


def _pod(name: str) -> Manifest:
    return {"podSelector": {"matchLabels": _named(name)}}


def _namespace(label: str, value: str) -> Manifest:
    return {"namespaceSelector": {"matchLabels": {label: value}}}


def _to(whom: list[Manifest], ports: Iterable[int], udp: bool = False) -> Manifest:
    return {"to": whom, "ports": _ports(ports, udp)}


def _from(whom: list[Manifest], ports: Iterable[int]) -> Manifest:
    return {"from": whom, "ports": _ports(ports)}


def _ports(ports: Iterable[int], udp: bool = False) -> list[Manifest]:
    return [{"protocol": protocol, "port": port} for protocol in ("TCP", *(("UDP",) if udp else ())) for port in ports]


def scaling(buses: Mapping[str, Bus]) -> str:
    """KEDA's rules: another copy where much waits, one less an hour after the last time it did, since each change hands partitions over."""
    slowly = {
        "scaleUp": {"stabilizationWindowSeconds": 60, "policies": [{"type": "Pods", "value": 1, "periodSeconds": 120}]},
        "scaleDown": {"stabilizationWindowSeconds": 3600, "policies": [{"type": "Pods", "value": 1, "periodSeconds": 600}]},
    }
    return _page(
        {
            "apiVersion": "keda.sh/v1alpha1",
            "kind": "ScaledObject",
            "metadata": {"name": name},
            "spec": {
                "scaleTargetRef": {"name": name},
                "minReplicaCount": 2,
                "maxReplicaCount": PROVINCE.partitions,
                "pollingInterval": 30,
                "advanced": {"horizontalPodAutoscalerConfig": {"behavior": slowly}},
                "triggers": [_trigger(name, topic) for topic in sorted(buses[name].read)],
            },
        }
        for name in SCALED
    )


def _trigger(name: str, topic: str) -> Manifest:
    metadata = {
        "bootstrapServers": "kafka-kafka-bootstrap.xiaohao.svc:9092",
        "consumerGroup": PROVINCE.group(name, topic),
        "topic": PROVINCE.name(topic),
        "lagThreshold": str(WAITING),
        "offsetResetPolicy": "earliest",
        "sasl": "scram_sha512",
        "tls": "enable",
    }
    return {"type": "kafka", "metadata": metadata, "authenticationRef": {"name": "kafka"}}


def alerts() -> str:
    """The rules of `deploy/prometheus`, for Prometheus' operator."""
    files = sorted((Path(__file__).parent / "prometheus").glob("*.yml"))
    groups = [group for file in files for group in (yaml.safe_load(file.read_text("utf-8")) or {}).get("groups", ())]
    rules = {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": "xiaohao"},
        "spec": {"groups": groups},
    }
    return _page([rules])


def _page(manifests: Iterable[Manifest]) -> str:
    dumped = (yaml.dump(each, Dumper=_Plain, sort_keys=False, allow_unicode=True, width=140) for each in manifests)
    return HEAD + "---\n".join(dumped)


class _Plain(yaml.SafeDumper):
    """Without anchors, which nobody reads easily."""

    def ignore_aliases(self, data: Any) -> bool:
        """None ever."""
        return True
