"""What becomes of an event with the clock, the plan and the trace, and what its answer shows."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.envelope import moment
from services.intake.mistakes import NotTaken, shown
from services.intake.validation import canonical
from shared.kafka.cloudevents import read_told, told_record
from shared.topics import subject_id
from tests.intake.given import make_issue, records


def test_as_much_of_a_value_is_shown_as_helps() -> None:
    assert [shown(value) for value in (None, True, 3, 1.5, "x" * 99, [1, 2])] == [None, True, 3, 1.5, "x" * 80, "[1, 2]"]


def test_on_the_wall_clock_what_counts_is_when_it_was_taken() -> None:
    [record] = records(make_issue())
    headers = dict(record.headers)
    assert headers["ce_time"] == b"2019-04-02T00:00:00.123Z"
    assert headers["ce_accepted"] == b"2026-11-22T03:04:05.678Z"


def test_under_a_told_clock_a_fact_is_taken_when_it_happened_or_when_it_says_so_where_it_is_told_late() -> None:
    def taken(**changes: Any) -> bytes | None:
        [record] = records(make_issue(**changes), told_clock=True)
        return dict(record.headers)["ce_accepted"]

    assert taken() == b"2019-04-02T00:00:00.123Z"
    assert taken(accepted="2019-04-04T08:00:00+08:00") == b"2019-04-04T00:00:00.000Z"
    with pytest.raises(NotTaken) as error:
        taken(accepted="Thursday")
    assert error.value.mistakes[0].field == "accepted"


@pytest.mark.parametrize(
    ("time", "taken", "told_clock", "ahead"),
    [
        ("2026-11-22T03:04:05.678Z", None, False, False),
        ("2026-11-22T03:09:05.678Z", None, False, False),  # a clock that is five minutes fast
        ("2026-11-22T03:09:05.679Z", None, False, True),
        ("2026-11-22T11:10:00+08:00", None, False, True),
        ("2026-12-22T03:04:05Z", None, False, True),
        ("2999-12-31T00:00:00Z", None, False, True),
        ("2026-12-22T03:04:05Z", "2027-01-01T00:00:00Z", False, True),  # nobody says on the wall clock when it is taken
        ("2019-11-30T08:00:00+08:00", None, True, False),
        ("2019-11-30T23:59:59+08:00", "2019-11-30T08:00:00+08:00", True, False),
        ("2019-12-01T00:00:00+08:00", "2019-11-30T08:00:00+08:00", True, True),
        ("2019-12-30T08:00:00+08:00", "2019-11-30T08:00:00+08:00", True, True),
    ],
)
def test_nothing_is_taken_before_it_happened(time: str, taken: str | None, told_clock: bool, ahead: bool) -> None:
    event = make_issue(time=time, **({"accepted": taken} if taken else {}))
    if not ahead:
        assert len(records(event, told_clock=told_clock)) == 1
        return
    with pytest.raises(NotTaken) as error:
        records(event, told_clock=told_clock)
    [mistake] = error.value.mistakes
    assert (mistake.rule, mistake.field, mistake.value[:10]) == ("time-ahead", "time", moment(time).isoformat()[:10])


@pytest.mark.parametrize(
    ("now", "changes", "field"),
    [
        (None, {"time": "2019-12-30T08:00:00+08:00"}, None),  # nobody told the time yet
        ("2019-11-30T00:10:00+08:00", {"time": "2019-11-30T23:59:59+08:00"}, None),
        ("2019-11-30T00:10:00+08:00", {"time": "2019-11-01T08:00:00+08:00"}, None),
        ("2019-11-30T00:10:00+08:00", {"time": "2019-12-01T00:00:00+08:00"}, "time"),
        ("2019-11-30T00:10:00+08:00", {"time": "2019-12-30T08:00:00+08:00"}, "time"),
        ("2019-11-30T00:10:00+08:00", {"time": "2019-11-29T08:00:00+08:00", "accepted": "2019-12-30T08:00:00+08:00"}, "accepted"),
    ],
)
def test_under_a_told_clock_nothing_lies_beyond_the_day_that_was_told(now: str | None, changes: dict[str, str], field: str | None) -> None:
    told = moment(now) if now else None
    if field is None:
        assert len(records(make_issue(**changes), told_clock=True, now=told)) == 1
        return
    with pytest.raises(NotTaken) as error:
        records(make_issue(**changes), told_clock=True, now=told)
    [mistake] = error.value.mistakes
    assert (mistake.rule, mistake.field) == ("time-ahead", field)


def test_on_the_wall_clock_nobody_tells_the_time() -> None:
    event = make_issue(type="TimeTold", subject="time", data={"now": "2019-04-02T08:00:00+08:00"})
    assert len(records(event, told_clock=True)) == 4
    with pytest.raises(NotTaken) as error:
        records(event)
    assert error.value.mistakes[0].rule == "wall-clock"


def test_while_a_plan_cannot_be_read_the_ledger_alone_judges_by_it() -> None:
    assert len(records(make_issue(data__category="weather"))) == 1


def test_a_record_is_made_as_every_other_told_record() -> None:
    for event in (make_issue(), make_issue(traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")):
        [record] = records(event)
        again = told_record(read_told(record))
        assert (again.topic, again.key, again.headers) == (record.topic, record.key, record.headers)


@given(st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=3))
def test_what_subject_id_writes_is_exact(parts: list[str]) -> None:
    subject = subject_id("tengzhou-2019/h1", "issue", *(part.replace("~", "-") for part in parts))
    assert (canonical(subject) == subject) == all(map(str.isprintable, parts))
    assert canonical(canonical(subject)) == canonical(subject)


@pytest.mark.parametrize("sign", ["%00", "%0A", "%1B", "%7F", "%C2%85", "%E2%80%8B", "%E2%80%AE", "%EF%BB%BF"])
def test_an_id_holds_no_sign_that_nobody_sees(sign: str) -> None:
    with pytest.raises(NotTaken) as error:
        records(make_issue(subject=f"tengzhou-2019/h1/issue/t01~%E4%B8%80{sign}1"))
    [mistake] = error.value.mistakes
    assert (mistake.rule, mistake.field) == ("subject", "subject")
    assert "tengzhou-2019/h1/issue/t01~%E4%B8%801" in mistake.detail.en
