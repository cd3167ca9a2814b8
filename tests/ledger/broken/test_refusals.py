"""Every rule of the catalogue, each broken once."""

import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest

from services.ledger.awards.idea import Idea
from services.ledger.awards.nomination import Nomination
from services.ledger.awards.norm import Norm
from services.ledger.duties.hazard import Report
from services.ledger.rules.reasons import REASONS, Reason
from shared.events.refusal import Refused
from shared.plan.issue import Detail
from shared.wording.details import called, stated
from tests.ledger.broken import activity, award, between, campaign, clocks, core, idea, indicator, issue, returns, rights

LEDGER = Path(__file__).parents[3] / "services/ledger"
FILES = (activity, award, between, campaign, clocks, core, idea, indicator, issue, returns, rights)
BROKEN = {rule: broken for file in FILES for rule, broken in file.BROKEN.items()}
"""For each rule, what breaks it."""


@pytest.mark.parametrize("rule", REASONS)
def test_what_breaks_a_rule_is_refused_by_its_name_in_both_languages(rule: str) -> None:
    assert rule in BROKEN, "break it in one of the files beside this"
    story = BROKEN[rule]().refuses(rule)
    refused = story.recorded()[-1]
    assert isinstance(refused, Refused)
    assert "{" not in refused.reason.zh + refused.reason.en
    assert not re.search(r"\bNone\b", refused.reason.zh + refused.reason.en), "a value that is not there"
    assert re.search(r"[\u4e00-\u9fff]", refused.reason.zh)
    assert not re.search(r"\b(is|the|at most|must|should|missing)\b", refused.reason.zh), "English words in the Chinese reason"
    assert not re.search(r"[\u4e00-\u9fff]", REASONS[rule][1])


def test_the_catalogue_holds_the_rules_that_the_ledger_raises_and_no_other() -> None:
    raised = {rule for file in LEDGER.rglob("*.py") for rule in re.findall(r'\bRefused\(\s*"([a-z-]+)"', file.read_text(encoding="utf-8"))}
    assert raised == set(REASONS) == {rule for part in get_args(Reason) for rule in get_args(part)}
    assert set(REASONS) == set(BROKEN)
    assert len(BROKEN) == sum(len(file.BROKEN) for file in FILES), "a rule is broken in two files"


def test_both_languages_of_a_reason_say_the_same_values() -> None:
    for rule, (zh, en) in REASONS.items():
        assert set(re.findall(r"{\w+}", zh)) == set(re.findall(r"{\w+}", en)), rule


def test_every_part_that_a_plan_may_require_has_a_chinese_name() -> None:
    assert called(get_args(Detail)).en == ", ".join(get_args(Detail))


@pytest.mark.parametrize(
    ("state", "field"), [(Idea, "status"), (Idea, "norm"), (Norm, "status"), (Nomination, "status"), (Report, "status")]
)
def test_every_state_that_a_reason_names_has_a_chinese_name(state: type, field: str) -> None:
    names = get_args(get_type_hints(state)[field])
    assert [stated(name).en for name in names if name != "none"] == [name for name in names if name != "none"]
