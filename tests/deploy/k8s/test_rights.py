"""Who may reach whom, who may write where, and how many there are: as the code has it, and nothing beside."""

import re
from collections.abc import Iterable

import pytest
import yaml

from deploy.mongodb_roles import ROLES, Right
from shared.topics import INTAKE, LEDGER, NOTICES, PEOPLE, TOPICS
from tests.deploy.k8s.built import CHECKOUT, SERVICES, Built, Talk, allowed_in, allowed_out

DNS = "kubernetes.io/metadata.name=kube-system"
EDGES = {
    *(Talk(name, "kafka", 9092) for name in (*SERVICES, "operator", "topics")),
    *(Talk(name, "mongodb", 27017) for name in (*SERVICES, "operator")),
    *(Talk("operator", name, 8080) for name in SERVICES),
    Talk("intake", "reporting", 8080),
}
"""Who asks whom."""
FROM_OUTSIDE = {
    *(Talk("xiaohao=doors", name, 8080) for name in ("intake", "reporting")),
    *(Talk("xiaohao=monitoring", name, 8080) for name in SERVICES),
    Talk("xiaohao=scaling", "kafka", 9092),
}
INSIDE = {"small": {Talk("kafka", "kafka", 0), Talk("mongodb", "mongodb", 0)}, "province": {Talk("mongodb", "mongodb", 27017)}}
"""What a store asks of itself."""


def test_what_is_reached_is_what_is_asked_and_nothing_else(built: Built) -> None:
    reached = {talk for name in (*SERVICES, "kafka", "mongodb") for talk in allowed_in(built, name)}
    assert reached == EDGES | FROM_OUTSIDE | INSIDE[built.overlay]
    assert allowed_in(built, "topics") == allowed_in(built, "operator") == set()


@pytest.mark.parametrize("name", [*SERVICES, "operator", "topics"])
def test_each_may_ask_whom_it_asks_and_nobody_else(built: Built, name: str) -> None:
    mail = {Talk("notify", "anybody", port) for port in (25, 465, 587)}
    traces = {Talk(service, "xiaohao=tracing", 4318) for service in SERVICES}
    asked = {talk for talk in EDGES | mail | traces if talk.by == name}
    assert allowed_out(built, name) == asked | {Talk(name, DNS, 53)}


@pytest.mark.parametrize(("setting", "services"), [("reporting_address", {"intake"}), ("smtp_host", {"notify"}), ("base_url", {"notify"})])
def test_the_settings_that_name_another_are_read_by_those_that_may_ask_it(setting: str, services: set[str]) -> None:
    rooms = (CHECKOUT / "services").iterdir()
    assert {room.name for room in rooms if f"settings.{setting}" in _text(room.rglob("*.py"))} == services


def _text(files: Iterable[object]) -> str:
    return "\n".join(file.read_text("utf-8") for file in files)  # type: ignore[attr-defined]


def test_the_port_of_mail_is_one_that_is_let_out(built: Built) -> None:
    port = built.environment("notify")["XIAOHAO_SMTP_PORT"]
    assert Talk("notify", "anybody", int(port)) in allowed_out(built, "notify")


def test_topics_are_those_of_the_code_with_the_partitions_that_the_services_expect(province: Built) -> None:
    settings = province.environment("ledger")
    copies = int(settings["XIAOHAO_REPLICATION"])
    made = {name: each["spec"] for name, each in province.of("KafkaTopic").items()}
    assert made == {
        topic.name: {
            "partitions": int(settings["XIAOHAO_PARTITIONS"]),
            "replicas": copies,
            "config": topic.config() | {"min.insync.replicas": str(copies - 1)},
        }
        for topic in TOPICS
    }
    pool, kafka = province.of("KafkaNodePool")["brokers"]["spec"], province.of("Kafka")["kafka"]["spec"]["kafka"]
    assert pool["replicas"] >= copies
    assert kafka["config"]["min.insync.replicas"] == copies - 1


def test_only_those_may_write_who_write(province: Built) -> None:
    def writers(topic: str) -> set[str]:
        users = province.of("KafkaUser").items()
        return {
            name
            for name, user in users
            for right in user["spec"]["authorization"]["acls"]
            if right["resource"] == {"type": "topic", "name": topic, "patternType": "literal"} and "Write" in right["operations"]
        }

    assert writers(LEDGER) == {"ledger"}
    assert writers(INTAKE) == {"intake", "ledger", "operator"}
    assert writers(PEOPLE) == {"intake", "operator"}
    assert writers(NOTICES) == {"notify"}


def test_users_have_exactly_the_rights_of_the_script(province: Built) -> None:
    script = (CHECKOUT / "deploy/kafka/acls.sh").read_text("utf-8")
    given = set()
    for who, rest in re.findall(r"(?m)^allow ([a-z]+) (.*)$", script):
        pattern = "prefix" if "prefixed" in rest else "literal"
        named = re.findall(r'--(topic|group) "\$\{NAMESPACE\}([^"]+)"', rest)
        given |= {(who, operation, kind, name, pattern) for operation in re.findall(r"--operation (\w+)", rest) for kind, name in named}
    made = {
        (name, operation, right["resource"]["type"], right["resource"]["name"], right["resource"]["patternType"])
        for name, user in province.of("KafkaUser").items()
        for right in user["spec"]["authorization"]["acls"]
        for operation in right["operations"]
    }
    assert made == given


def test_no_more_copies_are_started_than_there_are_partitions_and_slowly(province: Built) -> None:
    scaled = province.of("ScaledObject")
    assert set(scaled) == {"ledger", "notify", "reporting"}
    topics = {topic.name for topic in TOPICS}
    groups = {name for user in province.of("KafkaUser").values() for name in _groups(user)}
    for name, each in scaled.items():
        spec = each["spec"]
        assert spec["maxReplicaCount"] == int(province.environment(name)["XIAOHAO_PARTITIONS"])
        assert "replicas" not in province.of("Deployment")[name]["spec"], "else each apply would undo what KEDA did"
        assert spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]["scaleDown"]["stabilizationWindowSeconds"] >= 3600
        for trigger in spec["triggers"]:
            assert trigger["metadata"]["topic"] in topics
            assert trigger["metadata"]["consumerGroup"] in groups


def _groups(user: dict[str, object]) -> set[str]:
    rights = user["spec"]["authorization"]["acls"]  # type: ignore[index]
    return {right["resource"]["name"] for right in rights if right["resource"]["type"] == "group"}


def test_each_has_in_mongodb_the_rights_of_its_role_and_no_others(province: Built) -> None:
    spec = province.of("MongoDBCommunity")["mongodb"]["spec"]
    assert {"authentication", "tls"} <= spec["security"].keys(), "roles are added to what there is"
    roles = {
        role["role"]: [Right(each["resource"]["db"], tuple(each["actions"]), each["resource"]["collection"]) for each in role["privileges"]]
        for role in spec["security"]["roles"]
    }
    assert roles == {f"xiaohao-{who}": [*rights] for who, rights in ROLES.items()}
    users = {user["name"]: user for user in spec["users"]}
    assert users.keys() == {*SERVICES, "operator"}
    for name, user in users.items():
        assert user["roles"] == [{"name": f"xiaohao-{name}", "db": "admin"}]
        assert province.environment(name)["XIAOHAO_MONGODB_URI"].startswith(f"mongodb://{name}@mongodb-0.")
        sources = province.pods()[name]["spec"]["volumes"][0]["projected"]["sources"]
        assert user["passwordSecretRef"]["name"] in [each["secret"]["name"] for each in sources if "secret" in each]


def test_alerts_are_those_that_compose_loads(province: Built) -> None:
    groups = province.of("PrometheusRule")["xiaohao"]["spec"]["groups"]
    files = sorted((CHECKOUT / "deploy/prometheus").glob("*.yml"))
    assert groups == [group for file in files for group in yaml.safe_load(file.read_text("utf-8")).get("groups", [])]
    assert groups


def test_prometheus_asks_every_service_and_calls_it_by_its_name(province: Built) -> None:
    monitor = province.of("ServiceMonitor")["xiaohao"]["spec"]
    [asked] = monitor["selector"]["matchExpressions"]
    assert (asked["key"], sorted(asked["values"])) == (monitor["jobLabel"], sorted(SERVICES))
    assert {province.of("Service")[name]["metadata"]["labels"][monitor["jobLabel"]] for name in SERVICES} == {*SERVICES}
