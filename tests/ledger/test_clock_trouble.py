"""A subject of which the clock cannot say when it is due harms no other, and whoever runs the ledger sees it until it is mended."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from prometheus_client import CollectorRegistry

from services.ledger.issue.state import Issue
from services.ledger.metrics import Watch
from services.ledger.rules import table
from services.ledger.rules.decision import Wake
from services.ledger.rules.kind import Kind
from shared.events.issue import IssueOverdue
from shared.events.phase import PhaseOpened
from shared.plan import Plan
from tests.ledger.book.amendments import tells, version
from tests.ledger.given import Morning, Said, Story, issue
from tests.ledger.issue.clocks import AFTER_FIX
from tests.ledger.sample import REPORTED

ODD = "attitude"
"""The category of issues that cannot be reckoned with."""


@pytest.fixture
def bug(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Categories of issues that no clock can reckon with, by a bug: mended once the set is empty."""
    categories = {ODD}
    row = table.KINDS["issue"]
    assert isinstance(row, Kind)

    def failing(state: Issue, plan: Plan) -> Iterator[Wake]:
        if state.category in categories:
            raise TypeError(state.category)
        assert row.wakes
        return row.wakes(state, plan)

    monkeypatch.setitem(table.KINDS, "issue", replace(row, wakes=failing))
    return categories


def two_issues(bug: set[str]) -> Story:
    """One that can be reckoned with, and one that could until now."""
    bug.clear()
    story = issue().given(REPORTED, Said(REPORTED.model_copy(update={"category": ODD}), issue="2"))
    bug.add(ODD)
    return story


def unreckoned(story: Story) -> float | None:
    """How many there are, as an operator sees it."""
    registry = CollectorRegistry()
    registry.register(Watch(story.ledger.store, story.ledger.clock, lambda: (), 1, told_clock=True))
    return registry.get_sample_value("xiaohao_clock_unreckoned")


def overdue(story: Story) -> set[str]:
    """The issues that are overdue."""
    events = (event for group in story.ledger.groups(story.id) for event in group.events)
    return {subject for type, subject, *_ in events if type == IssueOverdue.__name__}


def test_it_is_named_while_it_cannot_be_reckoned_with_and_no_more_once_it_can(bug: set[str]) -> None:
    story = two_issues(bug)
    clock = story.ledger.clock
    assert clock.ready() == []
    story.when(Morning(AFTER_FIX))
    assert overdue(story) == {f"{story.id}/issue/desk~1"}
    assert unreckoned(story) == 1
    assert clock.unreckoned() == [f"{story.id}/issue/desk~2"]
    [reason] = clock.ready()
    assert "1 subjects" in reason
    assert f"{story.id}/issue/desk~2" in reason
    bug.clear()
    story.when(Morning(AFTER_FIX))
    assert overdue(story) == {f"{story.id}/issue/desk~1", f"{story.id}/issue/desk~2"}
    assert clock.ready() == []


def test_one_that_an_amendment_cannot_reckon_anew_is_named_and_reckoned_once_it_can(bug: set[str]) -> None:
    story = two_issues(bug)
    story.at("bureau").given(tells(version()))
    story.when(Morning("2022-04-25"))
    assert story.ledger.clock.unreckoned() == [f"{story.id}/issue/desk~2"]
    assert [book for book, _ in story.ledger.store.amendments.items()] == [story.id]
    bug.clear()
    story.when(Morning("2022-04-25"))
    assert story.ledger.clock.ready() == []
    assert story.ledger.store.amendments == {}


def test_whoever_takes_the_partition_over_looks_for_itself(bug: set[str]) -> None:
    story = two_issues(bug)
    story.when(Morning(AFTER_FIX))
    story.ledger.clock.reset()
    assert story.ledger.clock.ready() == []
    assert PhaseOpened in map(type, story.history())
