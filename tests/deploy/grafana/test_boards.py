"""Every panel asks Prometheus for figures that a service shows, gets an answer, and draws the limits at which an alert fires."""

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.docs import ALL_METRICS, SERVICES
from deploy.embedded.ports import HOST
from deploy.grafana.boards import BOARDS
from deploy.grafana.panels import ALERTS, RUNBOOK, Board, Panel, left_side, steps, written
from deploy.metrics import Shown, declared
from tests.deploy.prometheus.live import prometheus

ROOT = Path(__file__).parents[3]
OF = {name: declared(build(ALL_METRICS)) for name, build in SERVICES.items()}
SHOWN = {name: shown for each in OF.values() for name, shown in each.items()}
PANELS = {f"{board.name}: {panel.title.en}": panel for board in BOARDS for panel in board.panels}
BOUNDED = set("topic partition cause outcome reason rule type state status method route limit why of step campaign phase".split())
"""Labels of which there are few values, however much is told: of these, campaigns alone come and go, and 20 of them are shown."""


def names(query: str) -> set[str]:
    """The metrics of a query, as their services declare them."""
    return {re.sub(r"_(bucket|sum|count)$", "", name) for name in re.findall(r"xiaohao_\w+", query)}


def labels(query: str) -> set[str]:
    """The labels by which a query keeps its figures apart, and those that it asks for."""
    listed = ",".join(re.findall(r"(?:by|on) \(([^)]*)\)", query)).replace(" ", "").split(",")
    return {*listed, *re.findall(r"[{,](\w+)!?=", query)} - {""}


def queries(panel: Panel) -> str:
    return " ".join(query for query, _ in panel.queries())


@pytest.mark.parametrize("name", PANELS)
def test_it_asks_for_metrics_of_few_lines_that_a_service_shows(name: str) -> None:
    asked = names(queries(PANELS[name]))
    assert asked <= SHOWN.keys()
    assert {label for each in asked for label in SHOWN[each].labels} <= BOUNDED


@pytest.mark.parametrize("name", PANELS)
def test_each_of_its_queries_keeps_apart_by_labels_that_its_metrics_have(name: str) -> None:
    for query, _ in PANELS[name].queries():
        having = {label for each in names(query) for label in SHOWN[each].labels} | {"job", "instance", "le"}
        assert labels(query) <= having or "ALERTS{" in query


@pytest.mark.parametrize("name", PANELS)
def test_it_has_a_unit_and_says_in_both_languages_what_it_means(name: str) -> None:
    panel = PANELS[name]
    assert all((*panel.title, *panel.meaning, panel.unit))


@pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)
def test_each_panel_links_sections_of_the_runbook_that_there_are(board: Board) -> None:
    headings = re.findall(r"^#+ (.+)$", (ROOT / "docs/operations.md").read_text("utf-8"), re.MULTILINE)
    sections = {f"/public/{RUNBOOK}#{each.lower().replace(' ', '-')}" for each in headings}
    for panel in json.loads(written(board))["panels"]:
        assert {link["url"] for link in panel["links"]} <= sections
        assert panel["links"]


def test_every_alert_but_those_that_the_duty_screen_lists_alone_has_a_panel_with_its_limit() -> None:
    assert {alert for panel in PANELS.values() for alert in panel.alerts} == ALERTS.keys() - {"CopyDown", "DiskUnknown"}


@pytest.mark.parametrize(
    ("alerts", "colours"),
    [
        ((), [(None, "green")]),
        (("RecordsGrowOld",), [(None, "green"), (300, "orange")]),
        (("DiskFilling", "DiskFull"), [(None, "red"), (0.1, "orange"), (0.2, "green")]),
        (("NotReady",), [(None, "red"), (1, "green")]),
        (("RefusedAgain",), [(None, "green"), (0.5, "orange")]),
        (("KeyExpires",), [(None, "orange"), (14 * 86400, "green")]),
        (("PartitionsUnread",), [(None, "green"), (0, "red")]),
    ],
)
def test_a_panel_is_green_where_its_alerts_would_not_fire(alerts: tuple[str, ...], colours: list[tuple[float | None, str]]) -> None:
    assert steps(alerts) == [{"color": colour, "value": pytest.approx(begin, abs=1e-5)} for begin, colour in colours]


def test_what_is_measured_against_a_limit_is_what_the_rule_measures() -> None:
    assert left_side("KeyExpires") == "min(xiaohao_keys_first_expiry_timestamp_seconds) - time()"
    assert left_side("DeliveriesFail") == 'sum(increase(xiaohao_deliveries_total{state="failed"}[1h]))'


def test_prometheus_itself_answers_every_query(tool: Callable[[str], Path], tmp_path: Path) -> None:
    with ExitStack() as stack:
        addresses = {name: stack.enter_context(serving(metrics)) for name, metrics in OF.items()}
        address = stack.enter_context(prometheus(tool("prometheus"), tmp_path, addresses, {}))
        client = stack.enter_context(httpx.Client(base_url=address, trust_env=False, transport=httpx.HTTPTransport(retries=10)))
        waiting = {name: {query for query, _ in panel.queries()} for name, panel in PANELS.items()}
        for _ in range(2000):  # a rate needs two scrapes, and an alert one evaluation more
            waiting = {name: left for name, asked in waiting.items() if (left := {each for each in asked if not answered(client, each)})}
            if not waiting:
                break
        assert waiting == {}


def answered(client: httpx.Client, query: str) -> list[Any]:
    """What Prometheus says now; raises AssertionError where it cannot read the query."""
    said = client.get("/api/v1/query", params={"query": query})
    if said.status_code == 503:  # it is starting
        return []
    assert said.status_code == 200, said.text
    found: list[Any] = said.json()["data"]["result"]
    return found


@contextmanager
def serving(metrics: Mapping[str, Shown]) -> Iterator[str]:
    """A service of which every metric that it declares has moved, and goes on rising."""
    scrapes = count(1)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = "".join(exposed(shown, next(scrapes)) for shown in metrics.values()).encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer((HOST, 0), Handler)
    thread = threading.Thread(target=partial(server.serve_forever, poll_interval=0.05))
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def exposed(shown: Shown, value: int) -> str:
    """A metric in Prometheus' text format. A phase has its state by 1; deliveries ended by `failed`."""
    given = {label: "failed" if label == "state" else "some" for label in shown.labels}
    if shown.name == "xiaohao_campaign_phase":
        value = 1

    def line(suffix: str = "", **more: str) -> str:
        written = ",".join(f'{label}="{text}"' for label, text in {**given, **more}.items())
        return f"{shown.name}{suffix}{{{written}}} {value}\n"

    kind = f"# TYPE {shown.name} {shown.kind}\n"
    if shown.kind == "histogram":
        return kind + line("_bucket", le="1") + line("_bucket", le="+Inf") + line("_sum") + line("_count")
    return kind + line()
