"""Persons who stay unknown are replaced before anything is told."""

from dataclasses import replace
from typing import Any

import orjson
import pytest

from services.intake.mistakes import NotTaken
from services.intake.pseudonym import hidden
from services.intake.state import Known, OpenBook, Terms
from tests.intake.given import H1_OPEN, KEY, make_issue, records

SECRET = b"a secret of sixteen"


def told(secret: bytes | None, **data: Any) -> Any:
    """What is told on of a report with these fields."""
    return told_on(secret, "IssueReported", "issue", {"text": "配电室积水", "category": "environment", "channel": "hotline"} | data)


def told_on(secret: bytes | None, type: str, kind: str, data: dict[str, Any], known: Known = H1_OPEN) -> Any:
    """What is told on of an event."""
    event = {
        "specversion": "1.0",
        "id": "1",
        "type": type,
        "subject": f"tengzhou-2019/h1/{kind}/t01~1",
        "time": "2019-04-02T08:00:00+08:00",
        "data": data,
    }
    [record] = records(event, known=known, secret=secret)
    return orjson.loads(record.value or b"")


@pytest.mark.covers("L11", "B6")
def test_an_anonymous_reporter_is_told_on_under_the_same_pseudonym_each_time() -> None:
    first, again, other = (told(SECRET, reporter=who, anonymous=True)["reporter"] for who in ("zhang", "zhang", "li"))
    assert first == again != other
    assert first.startswith("anon-")
    assert "zhang" not in first
    assert told(b"another secret 16", reporter="zhang", anonymous=True)["reporter"] != first


def test_a_namesake_under_another_root_has_another_pseudonym() -> None:
    def reporter(root: str) -> str:
        book = OpenBook("tengzhou-2019/h1", (root, "t01", "h1"), "tengzhou-2019@1")
        event = make_issue(data__reporter="zhang", data__anonymous=True)
        [record] = records(event, KEY.model_copy(update={"root": root}), Known({book.id: book}), secret=SECRET)
        return str(orjson.loads(record.value or b"")["reporter"])

    assert reporter("bureau") == reporter("bureau") != reporter("other")


def test_a_reporter_who_is_not_anonymous_keeps_their_id() -> None:
    assert told(None, reporter="zhang")["reporter"] == "zhang"
    assert told(SECRET, reporter="zhang", anonymous=False)["reporter"] == "zhang"
    assert "reporter" not in told(None, anonymous=True)


def test_without_a_secret_nobody_can_stay_unknown_and_the_answer_says_so_without_the_id() -> None:
    with pytest.raises(NotTaken) as error:
        told(None, reporter="zhang", anonymous=True)
    [mistake] = error.value.mistakes
    assert (mistake.rule, mistake.field, mistake.value) == ("pseudonym-missing", "data.reporter", None)


def test_a_covert_visitor_is_hidden_likewise() -> None:
    assert hidden({"visitor": "zhang", "covert": True}) == ["visitor"]
    assert hidden({"visitor": "zhang", "covert": False}) == []


@pytest.mark.covers("B7")
def test_a_covert_visitor_who_tells_of_the_visit_is_hidden_as_the_teller_too() -> None:
    visit = {"activity": "spot-check", "on": "2019-04-02", "visitor": "zhang", "covert": True}
    own = told_on(SECRET, "VisitLogged", "visit", visit | {"by": "zhang"})
    assert own["by"] == own["visitor"] != "zhang"
    assert told_on(SECRET, "VisitLogged", "visit", visit | {"by": "office-1"})["by"] == "office-1"


INSPECTIONS = replace(H1_OPEN, terms={"tengzhou-2019@1": Terms("tengzhou-2019@1", (), (), (), covert=("secret-look",))})


@pytest.mark.covers("B7")
@pytest.mark.parametrize(
    ("known", "activity", "covert", "rule"),
    [
        (INSPECTIONS, "secret-look", {}, "visit-covert"),
        (INSPECTIONS, "secret-look", {"covert": False}, "visit-covert"),
        (H1_OPEN, "secret-look", {}, "plan-unknown"),
        (INSPECTIONS, "open-look", {}, None),
        (INSPECTIONS, "secret-look", {"covert": True}, None),
    ],
)
def test_no_covert_visitor_is_named_on_the_topic_though_the_visit_is_not_said_to_be_covert(
    known: Known, activity: str, covert: dict[str, bool], rule: str | None
) -> None:
    visit = {"activity": activity, "on": "2019-04-02", "visitor": "zhang", "by": "office-1", **covert}
    if rule is None:
        assert (told_on(SECRET, "VisitLogged", "visit", visit, known)["visitor"] == "zhang") == (not covert)
        return
    with pytest.raises(NotTaken) as error:
        told_on(SECRET, "VisitLogged", "visit", visit, known)
    [mistake] = error.value.mistakes
    assert (mistake.rule, mistake.field, mistake.value) == (rule, "data.visitor", None)
    del visit["visitor"]
    assert told_on(SECRET, "VisitLogged", "visit", visit, known)["activity"] == activity


@pytest.mark.covers("B6")
def test_an_anonymous_idea_that_names_somebody_is_told_to_nobody_and_the_answer_repeats_no_name() -> None:
    idea = {"text": "设充电柜", "category": "environment", "channel": "hotline", "anonymous": True, "offered_by": "zhang"}
    with pytest.raises(NotTaken) as error:
        told_on(SECRET, "IdeaOffered", "idea", idea)
    [mistake] = error.value.mistakes
    assert (mistake.rule, mistake.field, mistake.value) == ("idea-anonymous", "data.offered_by", None)
