"""A file that is fed: its events, or once what it is instead."""

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import orjson
import pytest
from typer.testing import CliRunner

from deploy.cli.app import app
from deploy.client.event_file import BadRow, Row, rows
from shared.file_mistakes import FileMistake

EVENT = b'{"id":"1"}'


@pytest.mark.parametrize(
    "content",
    [
        EVENT + b"\n" + EVENT,
        b"\n\n" + EVENT + b"\n\n" + EVENT + b"\n",
        b"\xef\xbb\xbf" + EVENT + b"\n" + EVENT,
        b"[" + EVENT + b",\n" + EVENT + b"]",
        b"\xef\xbb\xbf [" + EVENT + b"," + EVENT + b"]",
    ],
    ids=["lines", "empty lines", "a mark at the beginning", "an array", "an array after a mark"],
)
def test_the_events_of_a_file_are_read(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "events"
    path.write_bytes(content)
    assert [row.event for row in rows(path) if isinstance(row, Row)] == [{"id": "1"}] * 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no events"),
        (b" \n\n", "holds no events"),
        (b"[]", "holds no events"),
        (b"campaign: x\n" * 50, "it begins with 'campaign: x'"),
        (b"PK\x03\x04\x14\x00\xff\xfe" * 50, "this is no file of events"),
        ('{"id":"1"}\n'.encode("utf-16"), "this is no file of events"),
        (b"id,type\n1,IssueReported\n" * 50, "it begins with 'id,type'"),
        (b'"IssueReported"\n' * 50, "this is no file of events"),
        (b"[1, 2, 3]", "this is no file of events"),
        (b'{\n "id": "1",\n "type": "IssueReported"\n}\n', "spread over several lines"),
    ],
)
def test_a_file_that_is_none_of_events_is_said_to_be_so_once(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "events"
    path.write_bytes(content)
    with pytest.raises(FileMistake, match=said) as caught:
        list(rows(path))
    assert str(caught.value).count("\n") == 0


def test_a_line_that_is_no_event_among_events_is_named_by_its_number(tmp_path: Path) -> None:
    path = tmp_path / "events"
    deep = b"[" * 300 + b"]" * 300
    path.write_bytes(EVENT + b"\nnonsense\n" + EVENT + b'\n{"id":' + deep + b"}")
    assert [row.number for row in rows(path) if isinstance(row, BadRow)] == [2, 4]
    path.write_bytes(b"[" + EVENT + b',{"id":' + deep + b"},3]")
    assert [row.number for row in rows(path) if isinstance(row, BadRow)] == [2, 3]


class Door(BaseHTTPRequestHandler):
    """Answers as the door does where a tree names persons whom nobody named; and refuses whoever is called nobody."""

    def do_POST(self) -> None:
        events = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
        errors = [self._remark(index, "data.person", "p0") for index, each in enumerate(events) if each["data"].get("person") == "p0"]
        units = [(index, *each) for index, event in enumerate(events) for each in enumerate(event["data"].get("units", []))]
        unnamed = [self._remark(index, f"data.units.{number}.responsible", unit["responsible"]) for index, number, unit in units]
        answer = (
            {"accepted": len(events) - len(errors)} | ({"errors": errors} if errors else {}) | ({"unnamed": unnamed} if unnamed else {})
        )
        body = orjson.dumps(answer)
        self.send_response(207 if errors else 202)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _remark(self, index: int, field: str, person: str) -> dict[str, object]:
        return {"index": index, "field": field, "value": person, "rule": "r", "detail": f"about {person}", "detail_zh": f"关于 {person}"}

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def door() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_whom_a_tree_names_and_no_later_row_does_is_said_once_and_refuses_nothing(tmp_path: Path, door: str) -> None:
    tree = {"type": "UnitsListed", "data": {"units": [{"responsible": person} for person in ("p0", "p1", "p2", "p1")]}}
    people = [{"type": "PersonNamed", "data": {"person": person}} for person in ("p0", "p2")]
    path = tmp_path / "events"
    path.write_bytes(b"\n".join(map(orjson.dumps, (tree, *[{"type": "IssueReported", "data": {}}] * 99, *people))))
    ran = CliRunner().invoke(app, ["feed", str(path), "--url", door, "--key", "xh_k_s"])
    said = re.findall(r"^row (\d+): (\S+): about (\S+)", ran.output, re.MULTILINE)
    assert said == [("101", "data.person", "p0"), ("1", "data.units.0.responsible", "p0"), ("1", "data.units.1.responsible", "p1")], (
        ran.output
    )
    assert "101 events taken 已受理, 1 rows refused 未受理, 2 persons not named yet 待登记姓名" in ran.output


def test_where_all_are_named_in_the_end_nothing_is_said_of_it(tmp_path: Path, door: str) -> None:
    tree, named = {"type": "UnitsListed", "data": {"units": [{"responsible": "p2"}]}}, {"type": "PersonNamed", "data": {"person": "p2"}}
    path = tmp_path / "events"
    path.write_bytes(b"\n".join(map(orjson.dumps, (tree, *[{"type": "IssueReported", "data": {}}] * 99, named))))
    ran = CliRunner().invoke(app, ["feed", str(path), "--url", door, "--key", "xh_k_s"])
    assert (ran.exit_code, "row" in ran.output.replace("0 rows refused", "")) == (0, False), ran.output
    assert "not named" not in ran.output


def test_who_announces_a_tree_hears_whom_it_names_and_nobody_did(door: str) -> None:
    plan, units = "deploy/campaigns/qingdao-2023.yaml", "deploy/campaigns/units/qingdao-2023.yaml"
    ran = CliRunner().invoke(app, ["announce", plan, units, "--url", door, "--key", "xh_k_s"])
    assert ran.exit_code == 0, ran.output
    assert re.search(r"^\d+ persons not named yet 待登记姓名: ", ran.output, re.MULTILINE), ran.output
