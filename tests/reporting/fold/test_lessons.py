"""What events make of the rows of good practice and of common problems."""

import pytest

from shared.events.activity import PracticeShared
from shared.events.common_problem import CommonProblemClosed, CommonProblemNamed
from shared.topics import subject_id
from tests.reporting.given import BOOK, after


@pytest.mark.covers("K1", "K3", "K4")
def test_a_practice_told_again_takes_the_place_of_the_one_before() -> None:
    subject = subject_id(BOOK, "practice", "1")
    first = PracticeShared(by="p1", title="一站式", text="先")
    rows = after(first, first.model_copy(update={"text": "后", "visibility": "public"}), subject=subject)
    row = rows["practices", subject]
    assert (row["title"], row["text"], row["visibility"]) == ("一站式", "后", "public")
    assert "by" not in row


@pytest.mark.covers("C16")
def test_a_common_problem_gathers_issues_until_it_is_closed() -> None:
    subject = subject_id(BOOK, "common", "queues")
    named = CommonProblemNamed(by="p1", code="queues", text="排队久", category="flow", issues=("c/t1/issue/b~1",))
    more = named.model_copy(update={"issues": ("c/t1/issue/b~1", "c/t2/issue/b~2")})
    row = after(named, more, subject=subject)["commons", subject]
    assert (row["issues"], row["closed"]) == (["c/t1/issue/b~1", "c/t2/issue/b~2"], None)
    closed = after(named, CommonProblemClosed(by="p1", code="queues", text="统一分时预约"), subject=subject)["commons", subject]
    assert (closed["closed"], closed["done"]) == ("2019-03-05", "统一分时预约")
