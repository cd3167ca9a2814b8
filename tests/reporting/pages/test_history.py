"""The history on the page of an issue says who did what, when, for which unit and why, in words."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from services.reporting.figures.report import History, HistoryEvent, Unheard
from services.reporting.handler import OUTDATED
from services.reporting.pages.history import Line, lines
from services.reporting.papers.names import Names
from services.reporting.wording.history import FIELDS, QUIET, UNHEARD
from services.reporting.wording.texts import LANGUAGES, Language
from shared.events.catalogue import CATALOGUE
from shared.events.fact import Fact
from shared.events.issue import MeasuresPlanned, RectificationReturned
from shared.events.lateness import OverdueWithdrawn
from shared.events.leaving import IssueVoided
from shared.events.notice import NoticeFailed
from shared.events.strike_off import IssueReturned, ObjectionDecided
from tests.reporting.given import DONE, ENTERED, REPORTED, issue
from tests.reporting.telling import PLAN

ROW = issue() | {"path": ["root", "t1"]}


def told(*facts: tuple[str, Fact], language: Language = "zh", unheard: Sequence[Unheard] = ()) -> list[Line]:
    """The lines of facts, each with the id of what was told."""
    events = [
        HistoryEvent(
            position=position,
            type=type(fact).__name__,
            accepted=datetime(2019, 3, 5, 4, tzinfo=UTC),
            told_source="s",
            told_id=id,
            fact=fact.model_dump(mode="json", exclude_none=True),
        )
        for position, (id, fact) in enumerate(facts, 1)
    ]
    names = Names(PLAN, language, {"c/t1": "某院", "c/up": "上级"}, {"root/p1": "甲"})
    return list(lines(History(events, more=False, unheard=unheard), ROW, names, language))


def of_issues() -> dict[str, type[Fact]]:
    """The events that stand in the history of an issue."""
    return {name: fact for name, fact in CATALOGUE.items() if fact.kind == "issue"}


@pytest.mark.parametrize("name", of_issues())
def test_every_field_of_an_event_of_an_issue_is_shown_by_a_name_or_left_out_on_purpose(name: str) -> None:
    assert set(of_issues()[name].model_fields) - FIELDS.keys() - QUIET == set()


def test_a_line_says_when_what_who_for_which_unit_and_why() -> None:
    voided = IssueVoided(reason="重复登记", by="p1", by_unit="up")
    (line,) = told(("a", voided))
    assert line == Line("2019-03-05 12:00", "作废", "甲（上级）", [("理由", "重复登记")])
    (english,) = told(("a", voided), language="en")
    assert english == Line("2019-03-05 12:00", "Issue voided", "甲 (上级)", [("reason", "重复登记")])


def test_who_acts_in_the_units_own_book_acts_for_that_unit_and_a_person_who_may_not_be_seen_is_an_id() -> None:
    own, unknown = told(
        ("a", MeasuresPlanned(measures="购置", by="p1")), ("b", RectificationReturned(reason="未整改", by="p9", by_unit="x9"))
    )
    assert (own.who, own.details) == ("甲（某院）", [("整改措施", "购置")])
    assert (unknown.who, unknown.details) == ("p9（无姓名）（x9）", [("理由", "未整改")])


@pytest.mark.parametrize("language", LANGUAGES)
def test_whom_a_notice_did_not_reach_stands_at_the_event_that_it_told_of_with_the_reason(language: Language) -> None:
    failed = [Unheard(2, "root/p1", "no-mailbox", None), Unheard(2, "root/p9", "refused", 550), Unheard(7, "root/p1", "bug", None)]
    first, second = told(("a", REPORTED), ("a", ENTERED), language=language, unheard=failed)
    assert first.unheard == ()
    nobody, refused = second.unheard
    assert "甲" in nobody
    assert UNHEARD["no-mailbox"][language == "en"] in nobody
    assert "p9" in refused, "who may not be seen is an id"
    assert "550" in refused


def test_every_reason_for_which_a_notice_is_given_up_has_words() -> None:
    reasons = re.findall("`([a-z-]+)`", NoticeFailed.model_fields["reason"].description or "")
    assert set(reasons) == {*UNHEARD, OUTDATED}


def test_nobody_stands_beside_what_the_ledger_or_the_clock_did() -> None:
    assert [line.who for line in told(("a", ENTERED), ("a", IssueReturned(number=1, phase="P1")))] == ["", ""]


def test_what_several_events_of_one_telling_say_is_said_once_and_the_same_reason_given_twice_twice() -> None:
    reported, entered = told(("a", REPORTED), ("a", ENTERED))
    assert ("问题类别", "服务环境") in reported.details
    assert not set(reported.details) & set(entered.details)
    returned = RectificationReturned(reason="未整改", by="p1")
    assert [line.details for line in told(("b", returned), ("c", returned))] == [[("理由", "未整改")]] * 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("field", "entries"), [("category", "categories"), ("channel", "channels"), ("lane", "lanes"), ("grade", "grades")]
)
def test_every_code_of_the_plan_has_its_name(field: str, entries: str, language: Language) -> None:
    for entry in getattr(PLAN, entries):
        (line,) = told(("a", ENTERED.model_copy(update={field: entry.code})), language=language)
        assert dict(line.details)[FIELDS[field][language == "en"]] == getattr(entry.name, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_values_are_words_not_codes(language: Language) -> None:
    withdrawn = OverdueWithdrawn(number=1, phase="P2", clock="fix", due=ENTERED.fix_due, reason="told-late")
    decided = ObjectionDecided(upheld=False, reason="证据充分", by="p1")
    found: Any = [dict(line.details) for line in told(("a", withdrawn), ("b", decided), ("c", DONE), language=language)]
    at = language == "en"
    assert found[0][FIELDS["clock"][at]] == ("整改", "fix")[at]
    assert found[0][FIELDS["reason"][at]] != "told-late"
    assert found[1][FIELDS["upheld"][at]] == ("否", "no")[at]
    assert found[2][FIELDS["evidence"][at]] == "a.jpg"
