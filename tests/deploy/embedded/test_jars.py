"""Kafka's jars are those of the lock, or Kafka is not started."""

import os
import shutil
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.embedded.jars import JarsError, cache, class_path


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A cache of its own with all jars in it."""
    class_path(_quietly)
    shutil.copytree(cache(), tmp_path / "cache")
    return tmp_path / "cache"


@pytest.fixture
def repository() -> Iterator[str]:
    """The jars again, behind HTTP."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=cache())) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_jars_that_are_in_order_are_not_fetched_again(filled: Path) -> None:
    told: list[tuple[int, int]] = []
    assert all(Path(jar).is_file() for jar in class_path(lambda done, of: told.append((done, of)), filled).split(os.pathsep))
    assert told == []


def test_a_jar_that_is_short_or_missing_or_altered_is_fetched_again(filled: Path, repository: str) -> None:
    short, missing, altered, *_ = (Path(jar) for jar in class_path(_quietly, filled).split(os.pathsep))
    whole = [jar.read_bytes() for jar in (short, missing, altered)]
    short.write_bytes(whole[0][:100])
    missing.unlink()
    altered.write_bytes(b"x" + whole[2][1:])

    told: list[tuple[int, int]] = []
    class_path(lambda done, of: told.append((done, of)), filled, repository)

    assert [jar.read_bytes() for jar in (short, missing, altered)] == whole
    assert told == [(0, 3), (1, 3), (2, 3), (3, 3)]


def test_a_jar_that_is_not_the_one_of_the_lock_is_refused_by_name_and_not_kept(filled: Path, repository: str) -> None:
    jar = Path(class_path(_quietly, filled).split(os.pathsep)[0])
    jar.unlink()
    with pytest.raises(JarsError, match=f"{jar.name} could not be fetched"):
        class_path(_quietly, filled, f"{repository}/elsewhere")
    assert not jar.exists()


def _quietly(_done: int, _of: int) -> None:
    """Tell nobody how far it is."""
