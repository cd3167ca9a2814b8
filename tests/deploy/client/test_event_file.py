"""A file that is fed: its events, or once what it is instead."""

from pathlib import Path

import pytest

from deploy.client.event_file import BadRow, Row, rows
from shared.files import FileMistake

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
    path.write_bytes(EVENT + b"\nnonsense\n" + EVENT)
    assert [row.number for row in rows(path) if isinstance(row, BadRow)] == [2]
