"""What `deploy/k8s` starts is valid, watched, bounded, without rights that it does not need, and finds the settings that it asks for."""

import json
import re
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from shared.kafka.broker import Broker
from shared.settings import FILE, SECRETS, read_settings, variable
from tests.certificates import Authority
from tests.deploy.k8s.built import CHECKOUT, SERVICES, Built
from tests.deploy.k8s.built import SECRETS as FOLDER

KUBERNETES = ("1.30", "1.37")
"""The first version that has all that is used (a pause before a container stops), and the newest that is known."""
OF_OPERATORS = {
    "Kafka": ("kafka.strimzi.io/v1", {"kafka", "entityOperator"}),
    "KafkaNodePool": ("kafka.strimzi.io/v1", {"replicas", "roles", "storage"}),
    "KafkaTopic": ("kafka.strimzi.io/v1", {"partitions", "replicas", "config"}),
    "KafkaUser": ("kafka.strimzi.io/v1", {"authentication", "authorization"}),
    "MongoDBCommunity": ("mongodbcommunity.mongodb.com/v1", {"members", "security", "type", "users", "version"}),
    "PrometheusRule": ("monitoring.coreos.com/v1", {"groups"}),
    "ScaledObject": ("keda.sh/v1alpha1", {"maxReplicaCount", "minReplicaCount", "scaleTargetRef", "triggers"}),
    "ServiceMonitor": ("monitoring.coreos.com/v1", {"endpoints", "selector"}),
    "TriggerAuthentication": ("keda.sh/v1alpha1", {"secretTargetRef"}),
}
"""Kinds of operators, whose schemas no package registry has: version, and what must be said."""


@pytest.mark.parametrize("version", KUBERNETES)
def test_kubernetes_knows_every_field(built: Built, version: str) -> None:
    for each in built.manifests:
        if each["kind"] not in OF_OPERATORS:
            kubernetes_validate.validate(each, version, strict=True)


def test_kinds_of_operators_have_the_version_and_the_parts_that_they_need(province: Built) -> None:
    theirs = [each for each in province.manifests if each["kind"] in OF_OPERATORS]
    assert {each["kind"] for each in theirs} == {*OF_OPERATORS}
    for each in theirs:
        version, parts = OF_OPERATORS[each["kind"]]
        assert each["apiVersion"] == version
        assert parts <= each["spec"].keys(), each["metadata"]["name"]


def test_every_container_is_bounded_and_has_no_right_that_it_does_not_need(built: Built) -> None:
    for name, pod in built.pods().items():
        spec = pod["spec"]
        assert spec["automountServiceAccountToken"] is False, name
        assert spec["enableServiceLinks"] is False, name
        assert spec["securityContext"]["runAsNonRoot"] is True, name
        assert spec["securityContext"]["runAsUser"] > 0, name
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}, name
        for container in spec["containers"]:
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, name
            assert {"cpu", "memory", "ephemeral-storage"} <= container["resources"]["limits"].keys(), name
            assert {"cpu", "memory"} <= container["resources"]["requests"].keys(), name
            assert re.search(r"(:v?\d+\.\d+\.\d+|@sha256:[0-9a-f]{64})$", container["image"]), name


def test_every_container_that_stays_is_watched(built: Built) -> None:
    for name, each in built.of("Deployment", "StatefulSet").items():
        [container] = each["spec"]["template"]["spec"]["containers"]
        if name == "operator":
            assert each["spec"]["replicas"] == 0, "it is there while somebody is in it, who sees whether it is"
            continue
        for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
            assert probe in container, (name, probe)


def test_the_services_are_asked_as_their_probes_are(built: Built) -> None:
    for name in SERVICES:
        [container] = built.pods()[name]["spec"]["containers"]
        asked = {probe: container[probe]["httpGet"] for probe in ("startupProbe", "livenessProbe", "readinessProbe")}
        assert asked == {
            "startupProbe": {"path": "/livez", "port": "http"},
            "livenessProbe": {"path": "/livez", "port": "http"},
            "readinessProbe": {"path": "/readyz", "port": "http"},
        }
        [port] = container["ports"]
        assert str(port["containerPort"]) == built.environment(name)["XIAOHAO_HTTP_PORT"]
        assert container["args"] == [f"services.{name}.app"]


def test_every_service_has_as_long_to_end_as_with_docker(built: Built) -> None:
    compose = yaml.safe_load((CHECKOUT / "docker-compose.yml").read_text("utf-8"))["services"]
    for name in (*SERVICES, *(each for each in ("kafka",) if built.overlay == "small")):
        assert compose[name]["stop_grace_period"] == f"{built.pods()[name]['spec']['terminationGracePeriodSeconds']}s", name


def test_memory_is_asked_for_as_it_was_measured(built: Built) -> None:
    figures = json.loads((CHECKOUT / "docs/performance.json").read_text("utf-8"))["figures"]
    for name in SERVICES:
        [container] = built.pods()[name]["spec"]["containers"]
        asked, most = (_mib(container["resources"][kind]["memory"]) for kind in ("requests", "limits"))
        assert figures[f"memory_{name}_mib"]["must"] <= asked, name
        assert 2 * asked <= most, "children of a service count too"


def _mib(quantity: str) -> int:
    number, unit = int(quantity[:-2]), quantity[-2:]
    return number * {"Mi": 1, "Gi": 1024}[unit]


def test_every_selector_means_the_pods_of_its_own_name(built: Built) -> None:
    labels = {name: pod["metadata"]["labels"] for name, pod in built.pods().items()}
    for name in SERVICES:
        for kind, path in (
            ("Service", ("selector",)),
            ("PodDisruptionBudget", ("selector", "matchLabels")),
            ("Deployment", ("selector", "matchLabels")),
        ):
            selector: Any = built.of(kind)[name]["spec"]
            for step in path:
                selector = selector[step]
            assert [each for each, theirs in labels.items() if selector.items() <= theirs.items()] == [name], (kind, name)
        assert built.pods()[name]["spec"]["serviceAccountName"] == name
        assert built.of("ServiceAccount")[name]["automountServiceAccountToken"] is False


def test_no_secret_stands_in_a_manifest(built: Built) -> None:
    assert not built.of("Secret")
    for name in built.pods():
        for setting in SECRETS - {"mongodb_uri"}:
            assert variable(setting) not in built.environment(name), "a secret comes as a file"
    for uri in re.findall(r"mongodb://[^\"'\s]+", json.dumps(built.manifests)):
        assert not re.match(r"mongodb://[^@/]*:[^@/]*@", uri)


@pytest.mark.parametrize("name", [*SERVICES, "operator", "topics"])
def test_what_is_set_is_what_the_process_takes(built: Built, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in built.secret_files(name):
        path = tmp_path / Path(file).name
        path.write_bytes(
            Authority(tmp_path, path.stem).path.read_bytes() if path.suffix == ".pem" else b"a secret of thirty-two signs or more\n"
        )
    environment = built.environment(name)
    for set_to in environment.values():
        for file in re.findall(rf"{FOLDER}/[\w.-]+", set_to):
            assert file in built.secret_files(name), file
    for variable_, value in environment.items():
        monkeypatch.setenv(variable_, value.replace(FOLDER, str(tmp_path)))
    settings = read_settings()
    broker = Broker.of(settings)
    assert (broker.partitions, broker.replication) == {"small": (4, 1), "province": (16, 3)}[built.overlay]
    assert broker.security.user == {"small": None, "province": "operator" if name == "topics" else name}[built.overlay]
    required = {"intake": {"stream_key", "pseudonym_key"}, "topics": set()}.get(name, {"stream_key"})
    for secret in ("stream_key", "pseudonym_key"):
        assert (getattr(settings, secret) is not None) == (secret in required), "given where it is needed, and nowhere else"
        assert (variable(secret) + FILE in environment) == (secret in required)
