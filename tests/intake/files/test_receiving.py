"""What a file is called, as whoever sends it says it."""

from urllib.parse import quote

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from services.intake.files.receiving import name_of


def named(header: str, media: str = "text/csv") -> str:
    """The name by a Content-Disposition."""
    headers = [(b"content-disposition", header.encode("latin-1")), (b"content-type", media.encode())]
    return name_of(Request({"type": "http", "query_string": b"", "headers": headers}))


@pytest.mark.parametrize(
    "header",
    [
        'attachment; filename="问题.xlsx"'.encode().decode("latin-1"),
        f"attachment; filename*=utf-8''{quote('问题.xlsx')}",
        f"attachment; filename*=gb18030''{quote('问题.xlsx', encoding='gb18030')}",
    ],
)
def test_a_name_is_read_in_each_of_its_forms(header: str) -> None:
    assert named(header) == "问题.xlsx"


@pytest.mark.parametrize("encoding", ["idna", "undefined", "punycode", "IDNA", "utf-7", "base64", "mbcs", "nothing", ""])
@pytest.mark.parametrize("written", ["abc", "%ff%fe", "xn--%80", "%"])
def test_a_name_that_cannot_be_read_stops_nothing(encoding: str, written: str) -> None:
    assert isinstance(named(f"attachment; filename*={encoding}''{written}"), str)


@pytest.mark.parametrize("encoding", ["idna", "undefined"])
def test_a_file_whose_name_cannot_be_read_is_called_by_its_content_type(encoding: str) -> None:
    assert named(f"attachment; filename*={encoding}''abc") == "sheet.csv"


@given(st.text("filename*01239='\"%;aäé-_. =ÿ", max_size=60))
def test_whatever_a_header_says_it_stops_nothing(said: str) -> None:
    assert isinstance(named(f"attachment; filename{said}"), str)
