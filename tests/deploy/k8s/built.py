"""The manifests of an overlay as Kustomize builds them, and what tests ask of them."""

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

CHECKOUT = Path(__file__).parents[3]
Manifest = dict[str, Any]
SERVICES = ("intake", "ledger", "notify", "reporting")
SECRETS = "/run/secrets/xiaohao"


class Built(NamedTuple):
    """All that an overlay applies."""

    overlay: str
    manifests: list[Manifest]

    def of(self, *kinds: str) -> dict[str, Manifest]:
        """Those of some kinds, by name."""
        return {each["metadata"]["name"]: each for each in self.manifests if each["kind"] in kinds}

    def pods(self) -> dict[str, Manifest]:
        """The pods that are started, as their templates have them, by the name of what starts them."""
        return {name: each["spec"]["template"] for name, each in self.of("Deployment", "StatefulSet", "Job").items()}

    def environment(self, name: str) -> dict[str, str]:
        """What a process of ours finds set."""
        [container] = self.pods()[name]["spec"]["containers"]
        found: dict[str, str] = {}
        for source in container.get("envFrom", ()):
            found |= self.of("ConfigMap")[source["configMapRef"]["name"]]["data"]
        for each in container.get("env", ()):
            if reference := each.get("valueFrom", {}).get("configMapKeyRef"):
                found[each["name"]] = self.of("ConfigMap")[reference["name"]]["data"][reference["key"]]
            else:  # it may name those before it, as `$(NAME)`
                found[each["name"]] = re.sub(r"\$\((\w+)\)", lambda named: found[named[1]], each["value"])
        return found

    def secret_files(self, name: str) -> set[str]:
        """The paths of all that is mounted where secrets lie."""
        volumes = [volume["projected"] for volume in self.pods()[name]["spec"]["volumes"] if "projected" in volume]
        sources = [source for volume in volumes for source in volume["sources"]]
        return {f"{SECRETS}/{item['path']}" for source in sources for kind in source.values() for item in kind["items"]}


def build(overlay: str, command: list[str]) -> Built:
    """As Kustomize builds it."""
    folder = CHECKOUT / "deploy/k8s/overlays" / overlay
    built = subprocess.run([*command, str(folder)], capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return Built(overlay, list(yaml.safe_load_all(built.stdout)))


class Talk(NamedTuple):
    """Who asks whom at which port. A namespace stands as `xiaohao=doors`."""

    by: str
    of: str
    port: int


def allowed_in(built: Built, name: str) -> set[Talk]:
    """Who may reach the pods of a name, by the policies that hold for them."""
    rules = [rule for policy in _policies(built, name, "Ingress") for rule in policy.get("ingress", ())]
    return {Talk(_whom(peer), name, port["port"]) for rule in rules for peer in rule["from"] for port in rule.get("ports", ANY)}


def allowed_out(built: Built, name: str) -> set[Talk]:
    """Whom they may reach; anybody is `anybody`."""
    rules = [rule for policy in _policies(built, name, "Egress") for rule in policy.get("egress", ())]
    return {Talk(name, _whom(peer), port["port"]) for rule in rules for peer in rule.get("to", ANYBODY) for port in rule.get("ports", ANY)}


ANY: list[dict[str, int]] = [{"port": 0}]
"""Every port."""
ANYBODY: list[Manifest] = [{}]


def _policies(built: Built, name: str, direction: str) -> Iterator[Manifest]:
    labels = {"app.kubernetes.io/name": name}
    labels |= {} if name in {"kafka", "mongodb"} else {"app.kubernetes.io/part-of": "xiaohao"}
    found = [each["spec"] for each in built.of("NetworkPolicy").values() if _selects(each["spec"]["podSelector"], labels)]
    held = [each for each in found if direction in each["policyTypes"]]
    assert held, f"{name} is held by no policy of {direction}: all would be allowed"
    yield from held


def _selects(selector: Manifest, labels: Mapping[str, str]) -> bool:
    wanted: Mapping[str, str] = selector.get("matchLabels", {})
    return wanted.items() <= labels.items()


def _whom(peer: Manifest) -> str:
    if "podSelector" in peer:
        [name] = peer["podSelector"]["matchLabels"].values()
        return str(name)
    if "namespaceSelector" in peer:
        [(label, value)] = peer["namespaceSelector"]["matchLabels"].items()
        return f"{label}={value}"
    return "anybody"
