"""The envelope of an event: what is said of a type that cannot be told."""

from typing import Any

import pytest

from services.intake.envelope import read_event
from services.intake.mistakes import NotTaken

FILLED = {"specversion": "1.0", "id": "1", "subject": "tz2019/h1/issue/h1~1", "time": "2019-03-05T08:00:00Z", "data": {}}


@pytest.mark.parametrize(
    ("type", "said", "zh"),
    [
        ("IssueReport", "did you mean IssueReported?", "是否应为 IssueReported？"),
        ("issuereported", "did you mean IssueReported?", "是否应为 IssueReported？"),
        ("RectificationVerifed", "did you mean RectificationVerified?", "是否应为 RectificationVerified？"),
        ("IssueEntered", "IssueEntered is recorded by the ledger, and never told", "由台账记录"),
        ("DeadlinePassed", "never told", "不能报送"),
        ("", "GET /v1/openapi.json lists those", "/v1/openapi.json"),
        ("x" * 100_000, "GET /v1/openapi.json lists those", "/v1/openapi.json"),
        (None, "GET /v1/openapi.json lists those", "/v1/openapi.json"),
        (["IssueReported"], "GET /v1/openapi.json lists those", "/v1/openapi.json"),
    ],
)
def test_an_unknown_type_is_refused_with_the_nearest_that_can_be_told(type: Any, said: str, zh: str) -> None:
    with pytest.raises(NotTaken) as caught:
        read_event(FILLED | {"type": type}, "h1", None)
    (mistake,) = caught.value.mistakes
    assert mistake.field == "type"
    assert said in mistake.detail.en
    assert zh in mistake.detail.zh
    assert len(mistake.detail.en) < 150
