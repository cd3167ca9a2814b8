"""What Prometheus is answered by every service: by its conventions, in both of its forms, and nothing twice."""

import re
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import httpx
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as plain

from services.intake.app import build as intake
from services.ledger.app import build as ledger
from services.notify.app import build as notify
from services.reporting.app import build as reporting
from shared.http.access import Keys
from shared.http.service import Service
from shared.settings import Settings
from shared.version import VERSION

SERVICES: dict[str, Callable[[Settings], Service]] = {
    "intake": lambda settings: intake(settings, keys=Keys()),
    "ledger": ledger,
    "notify": notify,
    "reporting": lambda settings: reporting(settings, keys=Keys()),
}
ROOT = Path(__file__).parents[3]
OPENMETRICS = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5"


@pytest.fixture(params=list(SERVICES))
async def served(request: pytest.FixtureRequest, settings: Settings) -> AsyncIterator[tuple[str, httpx.AsyncClient]]:
    service = SERVICES[request.param](settings.model_copy(update={"campaign_metrics": True}))
    async with service.serving() as address, httpx.AsyncClient(base_url=address, trust_env=False, timeout=30) as client:
        await client.get("/livez")
        yield request.param, client
    service.mongo.close()


async def test_both_forms_hold_the_same_and_say_which_service_and_version_it_is(served: tuple[str, httpx.AsyncClient]) -> None:
    name, client = served
    with_exemplars = await client.get("/metrics", headers={"accept": OPENMETRICS})
    without = await client.get("/metrics", headers={"accept": "*/*"})
    assert with_exemplars.headers["content-type"].startswith("application/openmetrics-text")
    assert without.headers["content-type"].startswith("text/plain")
    families = {family.name: family for family in openmetrics(with_exemplars.text)}  # type: ignore[no-untyped-call]
    assert families.keys() == {family.name for family in plain(without.text)}
    assert [each.labels for each in families["xiaohao_build_info"].samples] == [{"service": name, "version": VERSION}]
    assert families.keys() >= {"process_resident_memory_bytes", "process_cpu_seconds", "python_info", "xiaohao_mongodb_transactions"}
    assert "_created" not in with_exemplars.text + without.text


async def test_the_page_has_what_a_running_service_shows_and_nothing_else(served: tuple[str, httpx.AsyncClient]) -> None:
    name, client = served
    text = (await client.get("/metrics")).text
    shown = {(each[1], each[2]) for each in re.finditer(r"^# TYPE (xiaohao_\w+) (\w+)$", text, re.MULTILINE)}
    sections = (ROOT / "docs/metrics.md").read_text("utf-8").split("\n## ")[1:]
    theirs = [each for each in sections if each.startswith("Every service") or name in each.partition("\n")[0].lower()]
    paged = re.findall(r"^\| `(xiaohao_\w+)` \| (\w+) \|", "\n".join(theirs), re.MULTILINE)
    assert shown == set(paged)
    assert len(paged) == len(set(paged))


async def test_promtool_finds_nothing_to_mend(served: tuple[str, httpx.AsyncClient], tool: Callable[[str], Path]) -> None:
    _, client = served
    text = (await client.get("/metrics")).text
    assert said_of(tool("promtool"), text) == (0, "")


def said_of(promtool: Path, text: str) -> tuple[int, str]:
    checked = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    return checked.returncode, checked.stdout + checked.stderr
