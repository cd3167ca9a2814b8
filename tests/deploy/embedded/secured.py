"""A secured run as the tests of it share it: its users, its rights, and how each gets in."""

import json
import os
import secrets
import shlex
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.protocol.admin import CreateAclsRequest
from pymongo import MongoClient

from deploy.embedded.secured import Secured
from deploy.embedded.servers import Embedded
from deploy.mongodb_roles import ROLES
from shared.kafka.broker import Broker
from shared.settings import Settings
from tests.certificates import Authority, TokenSigner
from tests.stream import STREAM_KEY

CHECKOUT = Path(__file__).parents[3]
NAMESPACE = "city-"
SERVICES = ("intake", "ledger", "notify", "reporting")
BUREAUS = ("hospital", "clinic")
USERS = ("admin", *SERVICES, "operator", "subscriber", "deaf", *BUREAUS)
READ = 3
OPERATIONS = {"Read": READ, "Write": 4, "Create": 5, "Describe": 8, "DescribeConfigs": 10, "AlterConfigs": 11}
TOPIC, GROUP, CLUSTER, LITERAL, PREFIXED, ALLOW = 2, 3, 4, 3, 4, 3


@dataclass(frozen=True)
class Cluster:
    """A secured Kafka and mongod, and those who vouch for whoever comes."""

    run: Embedded
    secured: Secured
    authority: Authority
    signer: TokenSigner
    folder: Path

    def settings(self, user: str, **changes: Any) -> Settings:
        """The settings of a user, but for these."""
        return Settings.model_validate(
            {
                **self.secured.settings(user),
                "kafka_bootstrap": self.run.kafka_bootstrap,
                "mongodb_uri": self.mongodb(user),
                "namespace": NAMESPACE,
                "clock": "told",
                "stream_key": STREAM_KEY,
                "http_port": 0,
                **changes,
            }
        )

    def mongodb(self, user: str) -> str:
        """How a user gets into MongoDB; whoever has none there comes as `admin`, who may do everything."""
        who = user if user in ROLES else "admin"
        return self.run.mongodb_uri.replace(f"admin:{self.secured.users['admin']}@", f"{who}:{self.secured.users[who]}@")

    def broker(self, user: str, **changes: Any) -> Broker:
        """Kafka as a user reaches it."""
        return Broker.of(self.settings(user, **changes))

    def environment(self, user: str, password: str | None = None) -> dict[str, str]:
        """The same for a process, with the secrets in files, and its own password unless another is given."""
        found = {"XIAOHAO_NAMESPACE": NAMESPACE, "XIAOHAO_KAFKA_BOOTSTRAP": self.run.kafka_bootstrap}
        found |= {f"XIAOHAO_{name.upper()}": str(value) for name, value in self.secured.settings(user).items() if name != "kafka_password"}
        files = {"KAFKA_PASSWORD": password or self.secured.users[user], "STREAM_KEY": STREAM_KEY.get_secret_value()}
        files["MONGODB_PASSWORD"] = self.secured.users[user if user in ROLES else "admin"]
        found["XIAOHAO_MONGODB_URI"] = self.mongodb(user).replace(f":{files['MONGODB_PASSWORD']}@", "@")
        for name, secret in files.items():
            path = self.folder / f"{user}.{name.lower()}"
            path.write_text(f"{secret}\n")
            found[f"XIAOHAO_{name}_FILE"] = str(path)
        return found

    def denied(self) -> list[str]:
        """What Kafka denied to anybody so far, by its own log."""
        log = (self.run.directory / "kafka.log").read_text("utf-8", "replace")
        return [line for line in log.splitlines() if "is Denied" in line]

    def denied_by_mongodb(self) -> list[str]:
        """The same of mongod, of our databases."""
        log = (self.run.directory / "mongod.log").read_text("utf-8", "replace")
        return [line for line in log.splitlines() if f"not authorized on {NAMESPACE}" in line]


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Start it."""
    authority, signer = Authority(folder), TokenSigner(folder)
    secured = Secured(authority.path, authority.issue("server"), signer.keys, {user: secrets.token_hex(12) for user in USERS})
    with Embedded(folder / "run", secured=secured) as run:
        yield Cluster(run, secured, authority, signer, folder)


def acls() -> list[list[str]]:
    """What `deploy/kafka/acls.sh` has kafka-acls.sh do: the arguments of each call."""
    environment = os.environ | {"NAMESPACE": NAMESPACE, "KAFKA_ACLS": "printf %s\\n --"}
    script = [str(CHECKOUT / "deploy/kafka/acls.sh"), *BUREAUS]
    said = subprocess.run(script, env=environment, capture_output=True, text=True, check=True).stdout
    return [call.split() for call in said.split("--\n--add\n")[1:]]


async def grant(broker: Broker) -> None:
    """Give exactly those rights. kafka-acls.sh would start a Java for each call, so they are sent from here.

    `deaf` gets those of notify, but for that to read its topics.
    """
    given = [right for call in acls() for right in rights(call)]
    deaf = [(*right[:3], "User:deaf", *right[4:]) for right in given if right[3] == "User:notify" and (right[0], right[5]) != (TOPIC, READ)]
    admin = AIOKafkaAdminClient(**broker.connection)
    await admin.start()
    try:
        answer = await admin._send_request(AllAcls(*given, *deaf))
        assert {code for code, _ in answer.creation_responses} == {0}
    finally:
        await admin.close()


def grant_in_mongodb(on: Cluster) -> None:
    """Make the roles of `deploy/mongodb/roles.js`, as mongosh would, and users as `docs/connect.md` has them."""
    script = (CHECKOUT / "deploy/mongodb/roles.js").read_text("utf-8")
    roles = json.loads(script.partition("const ROLES = ")[2].partition(";\n")[0])
    page = (CHECKOUT / "docs/connect.md").read_text("utf-8")
    assert 'createUser({user: "intake", pwd: passwordPrompt(), roles: ["xiaohao-intake"]})' in page
    with MongoClient[dict[str, Any]](on.run.mongodb_uri) as client:
        for who, rights in roles.items():
            role = f"{NAMESPACE}xiaohao-{who}"
            privileges = [
                {"resource": {"db": NAMESPACE + right["db"], "collection": right["collection"]}, "actions": right["actions"]}
                for right in rights
            ]
            client.admin.command("createRole", role, privileges=privileges, roles=[])
            client.admin.command("createUser", who, pwd=on.secured.users[who], roles=[role])


class AllAcls(CreateAclsRequest):  # type: ignore[misc]
    """A request for many rights at once; aiokafka's own is for one."""

    def __init__(self, *rights: tuple[object, ...]) -> None:
        self._rights = rights

    def build(self, request_struct_class: Any) -> Any:
        """What goes over the wire."""
        return request_struct_class(list(self._rights))


def rights(call: list[str]) -> Iterator[tuple[object, ...]]:
    """Each right of a call, as Kafka's protocol has it."""
    if call[-1] == "--cluster":  # the one resource without a name
        call = [*call, "kafka-cluster"]
    pairs = list(zip(call[::2], call[1::2], strict=True))
    given: Mapping[str, str] = dict(pairs)
    pattern = PREFIXED if given.get("--resource-pattern-type") == "prefixed" else LITERAL
    kinds = {"--topic": TOPIC, "--group": GROUP, "--cluster": CLUSTER}
    known = {*kinds, "--operation", "--allow-principal", "--resource-pattern-type"}
    assert given.keys() <= known, shlex.join(call)
    for option, name in pairs:
        for other, operation in pairs:
            if option in kinds and other == "--operation":
                yield kinds[option], name, pattern, given["--allow-principal"], "*", OPERATIONS[operation], ALLOW
