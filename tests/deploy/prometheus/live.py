"""Prometheus itself, on the real rules made quick, beside the four services as processes: what the tests of alerts made for real share."""

import asyncio
import os
import re
import signal
import subprocess
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import yaml

from deploy.embedded.mailbox import Mailbox
from deploy.embedded.ports import HOST, choose
from deploy.embedded.services import Services

RULES = Path(__file__).parents[3] / "deploy" / "prometheus"
FACTOR = 450
"""How many times quicker the rules are played: an hour takes 8 s."""
MOST = 2.0
"""Seconds that a trouble must last, at most, before its alert fires."""
LEAST = 5.0
"""Seconds that a window of a rule has at least: a few scrapes."""
SECONDS = {
    "xiaohao_kafka_silent_seconds) > 30": "xiaohao_kafka_silent_seconds) > 6",
    "oldest_unhandled_seconds) > 300": "oldest_unhandled_seconds) > 3",
}
"""Thresholds in seconds that would have to be waited for, and what they are here."""
PATIENCE = 60.0
UNIT = {"s": 1, "m": 60, "h": 3600}


def hurried(text: str, thresholds: Mapping[str, str]) -> str:
    """Rules whose `for` and windows are so many times shorter, and whose thresholds of time are these; all else stays as it is."""
    for before, after in (SECONDS | dict(thresholds)).items():
        assert before in text, f"no rule has {before!r} any more"
        text = text.replace(before, after)
    rules = yaml.safe_load(text)
    for rule in (rule for group in rules["groups"] for rule in group["rules"]):
        rule["expr"] = re.sub(r"(?<=\[|\s)(\d+)([smh])\b", lambda each: f"{max(LEAST, _seconds(each)) * 1000:.0f}ms", rule["expr"])
        if "for" in rule:
            rule["for"] = re.sub(r"(\d+)([smh])", lambda each: f"{min(MOST, _seconds(each)) * 1000:.0f}ms", rule["for"])
    return yaml.safe_dump(rules, allow_unicode=True)


def _seconds(duration: re.Match[str]) -> float:
    return int(duration[1]) * UNIT[duration[2]] / FACTOR


class Alerts:
    """What Prometheus says, of alerts and of what dashboards ask."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def firing(self) -> dict[str, list[dict[str, str]]]:
        """The alerts that fire now, by name, with their labels."""
        found: dict[str, list[dict[str, str]]] = {}
        for alert in (await self._client.get("/api/v1/alerts")).raise_for_status().json()["data"]["alerts"]:
            if alert["state"] == "firing":
                found.setdefault(alert["labels"]["alertname"], []).append(alert["labels"])
        return found

    async def answer(self, *queries: str) -> None:
        """Wait until each of these finds figures; raises at once where Prometheus cannot read one."""
        left = set(queries)
        try:
            async with asyncio.timeout(PATIENCE):
                while left := {each for each in left if not await self._found(each)}:
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"nothing is found by {sorted(left)}") from None

    async def _found(self, query: str) -> list[Any]:
        found: list[Any] = (await self._client.get("/api/v1/query", params={"query": query})).raise_for_status().json()["data"]["result"]
        return found

    async def fire(self, *names: str, meanwhile: Callable[[], Awaitable[None]] | None = None, **labels: str) -> None:
        """Wait until these fire, with these labels."""
        await self._until(
            lambda firing: all(any(labels.items() <= each.items() for each in firing.get(name, ())) for name in names), names, meanwhile
        )

    async def clear(self, *names: str, meanwhile: Callable[[], Awaitable[None]] | None = None, **labels: str) -> None:
        """Wait until none of these fires with these labels."""
        await self._until(
            lambda firing: not any(labels.items() <= each.items() for name in names for each in firing.get(name, ())), names, meanwhile
        )

    async def _until(
        self,
        holds: Callable[[dict[str, list[dict[str, str]]]], bool],
        names: tuple[str, ...],
        meanwhile: Callable[[], Awaitable[None]] | None,
    ) -> None:
        firing: dict[str, list[dict[str, str]]] = {}
        try:
            async with asyncio.timeout(PATIENCE):
                while not holds(firing := await self.firing()):
                    if meanwhile:
                        await meanwhile()
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise AssertionError(f"waited for {', '.join(names)}; what fires is {firing}") from None


@contextmanager
def prometheus(program: Path, folder: Path, addresses: Mapping[str, str], thresholds: Mapping[str, str]) -> Iterator[str]:
    """Prometheus, which asks the services at these addresses each second; gives its own."""
    for name in ("alerts.yml", "recording.yml"):
        text = (RULES / name).read_text("utf-8")
        (folder / name).write_text(hurried(text, thresholds) if name == "alerts.yml" else text, "utf-8")
    config: dict[str, Any] = yaml.safe_load((RULES / "prometheus.yml").read_text("utf-8"))
    config["global"] = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "500ms"}
    del config["alerting"]
    # Notify waits a little for a database that hangs, which the 10 s of a real scrape allow.
    slow = {"notify": {"scrape_interval": "2s", "scrape_timeout": "2s"}}
    config["scrape_configs"] = [
        {"job_name": name, "static_configs": [{"targets": [urlsplit(address).netloc]}], **slow.get(name, {})}
        for name, address in addresses.items()
    ]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(config), "utf-8")
    address = f"{HOST}:{choose([])}"
    command = [
        str(program),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
    ]
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen([*command, "--log.level=warn"], stdout=log, stderr=log)
    try:
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait()


@contextmanager
def stopped(pid: int | None) -> Iterator[None]:
    """A process that stands still, as one that hangs."""
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def restart(services: Services, *names: str) -> None:
    """End these; they are started again at once."""
    for name in names:
        os.kill(services.pids[name], signal.SIGTERM)


def write_calendar(folder: Path, year: int) -> None:
    """A calendar of a year, such as an operator puts there once it is announced."""
    folder.mkdir(exist_ok=True)
    (folder / f"{year}.yaml").write_text(f"holidays: [{year}-01-01, {year}-10-01]\n", "utf-8")


class Particular(Mailbox):
    """A mail server that knows everybody but one."""

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802 - aiosmtpd's name
        """Whether it takes mails to this address."""
        if address.startswith("gone@"):
            return "550 5.1.1 nobody of this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"
