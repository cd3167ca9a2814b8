"""A door for tests of whoever tells: it answers first what it is told to, and from then on takes what is not marked as bad."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import orjson

HTML = b"<html>sign in to this network</html>"


@dataclass
class StubDoor:
    """What it answers, and what came."""

    url: str = ""
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    """Status, headers and body of the next answers, whatever is asked."""
    ready: bool = True
    fails: Callable[[Sequence[Any]], tuple[int, dict[str, str], bytes] | None] = lambda _: None
    """What it answers where it fails at events; a status of 0 hangs up."""
    most: int = 1000
    """Events of a request, past which it is too large."""
    listed: int = 1000
    """Mistakes that one answer lists."""
    taken: list[dict[str, Any]] = field(default_factory=list)
    requests: list[int] = field(default_factory=list)
    """How many events each request had."""

    @property
    def ids(self) -> list[str]:
        """The ids of what was taken, each where it came first."""
        return list(dict.fromkeys(each["id"] for each in self.taken))

    def answer(self, events: Sequence[Any]) -> tuple[int, dict[str, str], bytes]:
        """Answer one request."""
        self.requests.append(len(events))
        if self.answers:
            return self.answers.pop(0)
        if failed := self.fails(events):
            return failed
        if len(events) > self.most:
            return 413, {}, HTML
        bad = [
            {"index": index, "field": "data.text", "value": None, "rule": "invalid", "detail": "it is bad", "detail_zh": "不符合要求"}
            for index, each in enumerate(events)
            if "bad" in each
        ]
        self.taken += [each for each in events if "bad" not in each]
        said: dict[str, Any] = {"accepted": len(events) - len(bad)} | ({"errors": bad[: self.listed]} if bad else {})
        if len(bad) > self.listed:
            said["errors_unlisted"] = len(bad) - self.listed
        return 202 if not bad else 207 if said["accepted"] else 422, {}, orjson.dumps(said)


@contextmanager
def stub_door() -> Iterator[StubDoor]:
    """A door on a port of its own."""
    door = StubDoor()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True  # else each answer waits 40 ms for its second half

        def do_POST(self) -> None:
            status, headers, body = door.answer(orjson.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            for name, value in (headers | {"Content-Length": str(len(body))}).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            status = 200 if door.ready else 503
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    door.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield door
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
