"""Every requirement is carried, and said to be by a test, or left out for a reason."""

import pytest

from deploy.requirements import citations, requirements, uncovered


def test_every_requirement_has_a_test_or_a_reason_and_every_citation_a_requirement() -> None:
    assert uncovered(requirements(), citations()) == []


@pytest.mark.parametrize(
    ("asked", "cited", "said"),
    [
        ({"C8": ("carry over", "")}, {}, "C8: no test cites it"),
        ({}, {"Z9": ["tests/test_x.py::test_it"]}, "Z9: cited by tests/test_x.py::test_it"),
    ],
)
def test_what_is_missing_is_named(asked: dict[str, tuple[str, str]], cited: dict[str, list[str]], said: str) -> None:
    [line] = uncovered(asked, cited)
    assert line.startswith(said)


def test_a_reason_stands_for_a_test() -> None:
    assert uncovered({"C8": ("carry over", "done on paper")}, {}) == []
