"""`docker compose up` has what it needs: a valid file, pinned images, services that wait for their broker and database."""

import os
import re
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.grafana.panels import RUNBOOK, SOURCE
from shared.settings import PREFIX, Settings

CHECKOUT = Path(__file__).parents[3]
COMPOSE = CHECKOUT / "docker-compose.yml"
FILE: dict[str, Any] = yaml.safe_load(COMPOSE.read_text("utf-8"))
CONTAINERS: dict[str, dict[str, Any]] = FILE["services"]
OURS = ("intake", "ledger", "notify", "reporting")
PINNED = re.compile(r"[a-z/]+:v?\d+\.\d+\.\d+(-[a-z-]+)?")


def test_the_file_keeps_to_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_docker_compose_itself_reads_the_file_where_it_is_installed(tmp_path: Path) -> None:
    if not shutil.which("docker") or subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode:
        pytest.skip("docker compose is not installed")
    command = ["docker", "compose", "--file", str(COMPOSE), "config", "--quiet"]
    given = os.environ | {"PSEUDONYM_KEY": "only-you-know-this", "STREAM_KEY": "only you and the services know this"}
    read = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=given)
    assert read.returncode == 0, read.stderr


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_image_is_pinned(name: str) -> None:
    assert PINNED.fullmatch(CONTAINERS[name]["image"])


@pytest.mark.parametrize("name", CONTAINERS)
def test_every_container_is_watched_and_started_again(name: str) -> None:
    assert CONTAINERS[name]["restart"] == "unless-stopped"
    assert CONTAINERS[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", OURS)
def test_every_service_waits_for_its_broker_and_database(name: str) -> None:
    healthy = {"condition": "service_healthy"}
    assert CONTAINERS[name]["depends_on"] == {"kafka": healthy, "mongo": healthy}


@pytest.mark.parametrize("name", OURS)
def test_every_service_runs_its_own_module_from_the_one_image(name: str) -> None:
    assert CONTAINERS[name]["command"] == [f"services.{name}.app"]
    assert CONTAINERS[name]["image"] == CONTAINERS["intake"]["image"]
    assert CONTAINERS[name]["build"]["dockerfile"] == "deploy/docker/Dockerfile"


@pytest.mark.parametrize("name", OURS)
def test_every_variable_that_is_set_is_a_setting_with_a_value_it_takes(name: str) -> None:
    given = {
        variable: _by_default(value)
        for variable, value in CONTAINERS[name]["environment"].items()
        if not re.fullmatch(r"OTEL_[A-Z_]+", variable)  # which OpenTelemetry reads itself
    }
    fields = {variable.removeprefix(PREFIX).lower(): value for variable, value in given.items()}
    assert all(variable.startswith(PREFIX) for variable in given)
    assert set(fields) <= set(Settings.model_fields)
    assert set(fields) <= Settings.model_validate(fields).model_fields_set


def test_the_pseudonym_key_must_be_given_and_reaches_intake_alone() -> None:
    asked = {name: CONTAINERS[name]["environment"].get("XIAOHAO_PSEUDONYM_KEY") for name in OURS}
    assert re.fullmatch(r"\$\{PSEUDONYM_KEY:\?[^}]+\}", asked.pop("intake") or "")
    assert not any(asked.values())


def test_the_stream_key_must_be_given_and_is_the_same_for_all() -> None:
    [asked] = {CONTAINERS[name]["environment"]["XIAOHAO_STREAM_KEY"] for name in OURS}
    assert re.fullmatch(r"\$\{STREAM_KEY:\?[^}]+\}", asked)


@pytest.mark.parametrize("name", OURS)
def test_every_service_reads_the_calendars_of_one_mounted_folder(name: str) -> None:
    assert CONTAINERS[name]["environment"]["XIAOHAO_CALENDARS"] == "/calendars"
    assert "${CALENDARS:-./calendars}:/calendars:ro" in CONTAINERS[name]["volumes"]


def test_nothing_is_reachable_from_other_machines_and_no_secret_stands_in_the_file() -> None:
    ports = [port for container in CONTAINERS.values() for port in container.get("ports", [])]
    assert ports
    assert all(port.startswith("127.0.0.1:") for port in ports)
    variables = [variable for container in CONTAINERS.values() for variable in container.get("environment", {})]
    assert not [variable for variable in variables if re.search("PASSWORD|TOKEN|SECRET", variable)]


def test_prometheus_asks_every_service() -> None:
    jobs = yaml.safe_load((CHECKOUT / "deploy/prometheus/prometheus.yml").read_text("utf-8"))["scrape_configs"]
    asked = {job["job_name"]: job["dns_sd_configs"] for job in jobs}
    port = int(CONTAINERS["intake"]["environment"]["XIAOHAO_HTTP_PORT"])
    assert asked == {name: [{"names": [name], "type": "A", "port": port}] for name in OURS}


def test_prometheus_and_alertmanager_find_their_files_beside_one_another_and_each_other_by_name() -> None:
    config = yaml.safe_load((CHECKOUT / "deploy/prometheus/prometheus.yml").read_text("utf-8"))
    mounted = {Path(volume.split(":")[1]) for volume in CONTAINERS["prometheus"]["volumes"]}
    assert {Path("/etc/prometheus") / name for name in ("prometheus.yml", *config["rule_files"])} <= mounted
    assert config["alerting"]["alertmanagers"] == [{"static_configs": [{"targets": ["alertmanager:9093"]}]}]
    assert "/etc/alertmanager/alertmanager.yml" in {volume.split(":")[1] for volume in CONTAINERS["alertmanager"]["volumes"]}


def test_alertmanager_is_given_the_mail_server_of_notify_and_all_that_its_file_leaves_open(tmp_path: Path) -> None:
    container = CONTAINERS["alertmanager"]
    for name in ("SMTP_HOST", "SMTP_PORT"):
        assert container["environment"][name] == CONTAINERS["notify"]["environment"][f"{PREFIX}{name}"]
    # As its container does it, in a shell: what stands in place of each name.
    script = (
        container["command"][0]
        .replace("$$", "$")
        .replace("> /tmp/", f"> {tmp_path}/")
        .replace("/etc/alertmanager", str(CHECKOUT / "deploy/prometheus"))
    )
    given = {name: f"{name.lower().replace('_', '-')}.example" for name in container["environment"]}
    subprocess.run(["sh", "-euc", script.replace("exec alertmanager", "exit 0 #")], check=True, env=given | {"PATH": os.environ["PATH"]})
    filled = yaml.safe_load((tmp_path / "alertmanager.yml").read_text("utf-8"))
    assert filled["global"]["smtp_smarthost"] == "smtp-host.example:smtp-port.example"
    assert filled["global"]["smtp_from"] == "alerts-from.example"
    assert [each["to"] for each in filled["receivers"][0]["email_configs"]] == ["alerts-to.example"]


def test_grafana_lets_nobody_in_without_the_password_of_env() -> None:
    told = ConfigParser(interpolation=None)
    told.read(CHECKOUT / "deploy/grafana/grafana.ini", "utf-8")
    [secret] = CONTAINERS["grafana"]["secrets"]
    assert FILE["secrets"] == {secret: {"environment": "GRAFANA_PASSWORD"}}
    assert told["security"]["admin_password"] == f"$__file{{/run/secrets/{secret}}}"
    assert not told.getboolean("auth.anonymous", "enabled")
    assert not told.getboolean("users", "allow_sign_up")


def test_grafana_finds_its_dashboards_the_runbook_and_prometheus() -> None:
    mounted = dict(volume.split(":")[:2] for volume in CONTAINERS["grafana"]["volumes"])
    assert all((CHECKOUT / source).exists() for source in mounted if source.startswith("./"))
    provisioning = CHECKOUT / "deploy/grafana/provisioning"
    [source] = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text("utf-8"))["datasources"]
    [provider] = yaml.safe_load((provisioning / "dashboards/xiaohao.yml").read_text("utf-8"))["providers"]
    assert (source["uid"], source["url"]) == (SOURCE["uid"], "http://prometheus:9090")
    assert mounted["./deploy/grafana/dashboards"] == provider["options"]["path"]
    assert mounted["./docs/operations.md"].removeprefix("/usr/share/grafana/public/") == RUNBOOK


def test_the_image_is_pinned_runs_as_nobody_in_particular_and_installs_by_hash() -> None:
    lines = (CHECKOUT / "deploy/docker/Dockerfile").read_text("utf-8")
    base = re.search(r"^FROM (\S+)$", lines, re.MULTILINE)
    assert base
    assert PINNED.fullmatch(base[1])
    assert re.search(r"^USER [1-9]\d+$", lines, re.MULTILINE)
    assert "--require-hashes --requirement requirements.lock" in lines


def _by_default(value: str) -> str:
    """`${NAME:-default}` as Compose reads it when NAME is not set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", value)
