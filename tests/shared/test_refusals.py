"""A source that is refused again and again shows in a figure that names nobody, and in the log."""

import pytest
from prometheus_client import CollectorRegistry

from shared.refusals import WINDOW, Refusals


class Given:
    """Refusals on a clock that stands where it is put."""

    def __init__(self) -> None:
        self.now = 0.0
        self.registry = CollectorRegistry()
        self.refusals = Refusals(self.registry, lambda: self.now)

    @property
    def worst(self) -> float | None:
        return self.registry.get_sample_value("xiaohao_worst_refused_ratio")


def test_one_bureau_that_is_refused_shows_however_much_others_tell() -> None:
    given = Given()
    given.refusals.count("h1", 10_000, 3)
    given.refusals.count("h2", 40, 30)
    assert given.worst == 0.75


def test_a_few_events_say_nothing() -> None:
    given = Given()
    given.refusals.count("h1", 19, 19)
    assert given.worst == 0


def test_what_is_right_again_brings_the_share_down() -> None:
    given = Given()
    given.refusals.count("h1", 30, 30)
    given.refusals.count("h1", 70, 0)
    assert given.worst == 0.3


@pytest.mark.parametrize(("passed", "worst"), [(WINDOW - 1, 1), (WINDOW, 1), (2 * WINDOW - 1, 1), (2 * WINDOW, 0), (9 * WINDOW, 0)])
def test_it_is_forgotten_after_two_windows(passed: float, worst: float) -> None:
    given = Given()
    given.refusals.count("h1", 20, 20)
    given.now = passed
    assert given.worst == worst


def test_the_log_names_it_once_in_a_window(capsys: pytest.CaptureFixture[str]) -> None:
    given = Given()
    for _ in range(3):
        given.refusals.count("h1", 20, 20)
    assert capsys.readouterr().out.count("h1") == 1
    given.now = WINDOW
    given.refusals.count("h1", 20, 20)
    assert capsys.readouterr().out.count("h1") == 1
