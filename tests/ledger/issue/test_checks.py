"""Whose check counts: each brings the strike-off nearer or is refused with what is missing, and no book forgets who had a part in it."""

from copy import deepcopy
from functools import cache
from itertools import product
from random import Random

import pytest

from shared.events.fact import Fact
from shared.events.hand_over import MOST_PERSONS
from shared.events.issue import IssueStruckOff, RectificationReturned, RectificationVerified
from shared.events.refusal import Refused
from shared.events.strike_off import LookBackDone, ReopeningOrdered
from shared.plan.issue import IssueRules, Verification
from shared.units import Unit, seal
from shared.values import Named
from tests.ledger.given import Morning, Story, issue, nowhere, unit
from tests.ledger.in_memory import Ledger
from tests.ledger.issue.hand_overs import OVER, TAKEN, there
from tests.ledger.issue.ruled import CHECKED, FROM_ABOVE, LOOKED
from tests.ledger.issue.ruled import ruled as grave
from tests.ledger.memory_store import MemoryStore
from tests.ledger.sample import ANNOUNCED, DONE, FOUND, LIFE, LISTED, PLANNED, REPORTED, UNITS, VERIFIED, VOIDED, called, plan_with

IN_LINE = (*UNITS[:3], Unit(id="union", name="工会", parent="bureau", unit_class="township"), *UNITS[3:])
WITH_UNION = tuple(each.model_copy(update={"superiors": {"union": "union"}}) if each.id == "e1" else each for each in IN_LINE)
"""The same units, where e1 answers to a union too, in a further line of command."""
HIGH = {0: {"e1", "east", "bureau", "union"}, 1: {"east", "bureau", "union"}, 2: {"bureau"}}
"""The units so many levels above e1 or higher; a superior of a further line stands one level above."""
ORDERED = ReopeningOrdered(reason="旧病复发", by="chief-lin", by_unit="bureau")


@cache
def _announced(asked: Verification) -> MemoryStore:
    plan = plan_with(lines=(Named(code="union", name=called("工会")),), issues=IssueRules(verification=asked))
    listed, announced = LISTED.model_copy(update={"units": WITH_UNION}), {"plan": plan, "tree": seal(WITH_UNION)}
    return nowhere().given(listed, ANNOUNCED.model_copy(update=announced)).ledger.store


def rectified(asked: Verification, of: str = "e1") -> Story:
    """An issue that waits to be checked as is asked."""
    return Story(Ledger(deepcopy(_announced(asked))), of, FOUND, "issue").given(REPORTED, PLANNED, DONE)


def check(by: str, by_unit: str | None = None) -> RectificationVerified:
    """It was found good by somebody, for a unit."""
    return RectificationVerified(effect="患者有座可坐", by=by, by_unit=by_unit)


def later_life() -> Story:
    """An issue that fixer-sun rectified and checker-qian verified in e1, opened again there and handed over to e2."""
    return issue().given(*LIFE, ORDERED, OVER).at("e2").given(there(TAKEN))


@pytest.mark.covers("L3", "C10")
@pytest.mark.parametrize(("persons", "levels"), list(product((1, 2, 3), (0, 1, 2))))
def test_each_check_brings_the_strike_off_nearer_or_is_refused(persons: int, levels: int) -> None:
    for units, seed in product(range(1, persons + 1), range(12)):
        told = [check(f"checker-{number}", Random(seed * 100 + number).choice(sorted(HIGH[0]))) for number in range(9)]
        story, counted = rectified(Verification(persons=persons, units=units, levels=levels)), list[RectificationVerified]()
        for each in told:
            story.when(each)
            if not isinstance(story.recorded()[-1], Refused):
                counted.append(each)
            if isinstance(story.recorded()[-1], IssueStruckOff):
                break
        of = {each.by_unit for each in counted}
        left = isinstance(story.recorded()[-1], IssueStruckOff)
        context = (units, levels, seed, [each.by_unit for each in told], [each.by for each in counted])
        assert left == (len(counted) >= persons and len(of) >= units and bool(of & HIGH[levels])), context
        assert len(counted) <= persons, context
        if left:
            verifiers = {each.by for each in counted}
            for each in told:
                looked = story.when(LookBackDone(holds=True, finding="完好", by=each.by, by_unit="bureau")).recorded()[-1]
                assert isinstance(looked, Refused) == (each.by in verifiers), context


@pytest.mark.covers("L3", "I1")
@pytest.mark.parametrize(
    ("asked", "given", "said", "missing"),
    [
        (Verification(persons=2, units=2), [check("a")], check("b"), "1 more to check it; 1 of them of other units than e1"),
        (Verification(persons=2, units=2), [check("a", "union")], check("b", "union"), "of other units than union"),
        (Verification(levels=1), [], check("a"), "one of them acting for one of bureau, east, union"),
        (Verification(levels=2), [], check("a", "union"), "one of them acting for one of bureau"),
        (Verification(persons=2, levels=1), [check("a")], check("b"), "1 more to check it; one of them acting for one of"),
    ],
)
def test_a_check_that_counts_for_nothing_is_refused_with_what_is_missing(
    asked: Verification, given: list[Fact], said: Fact, missing: str
) -> None:
    refusal = rectified(asked).given(*given).when(said).refuses("check-adds-nothing").recorded()[0]
    assert isinstance(refusal, Refused)
    assert missing in refusal.reason.en


@pytest.mark.covers("I1", "L3")
def test_an_office_of_a_further_line_checks_as_one_level_above() -> None:
    rectified(Verification(levels=1)).when(check("a", "union")).then(IssueStruckOff)
    rectified(Verification(persons=2, units=2, levels=2)).given(check("a", "union")).when(check("b", "bureau")).then(IssueStruckOff)


@pytest.mark.covers("L3")
def test_where_nobody_stands_above_the_units_that_there_are_are_enough() -> None:
    rectified(Verification(persons=2, units=2, levels=1), "bureau").given(check("a")).when(check("b")).then(IssueStruckOff)


@pytest.mark.covers("L3", "A7")
def test_a_second_person_of_the_unit_that_checked_it_may_still_look_back_at_it() -> None:
    again = check("checker-zheng")
    story = grave().given(*CHECKED).when(again).refuses("check-adds-nothing")
    story.given(FROM_ABOVE, Morning("2022-04-27")).when(LOOKED.model_copy(update={"by": again.by})).then()


@pytest.mark.covers("C10", "I4", "E2")
def test_whoever_rectified_an_issue_in_any_book_verifies_it_in_none() -> None:
    second = later_life().given(there(PLANNED), there(DONE.model_copy(update={"by": "fixer-he"})))
    third = "yz2022/w1/issue/handover~e2~1~handover~e1~1~desk~1"
    for by in ("fixer-sun", "fixer-he"):
        second.when(there(check(by))).refuses("verifier-is-fixer")
    second.given(there(check("checker-lu")), there(ORDERED), there(OVER.model_copy(update={"to": "w1"})))
    west = second.at("w1").given(there(TAKEN, third), there(PLANNED, third), there(DONE.model_copy(update={"by": "fixer-wu"}), third))
    for by in ("fixer-sun", "fixer-he", "fixer-wu"):
        west.when(there(check(by), third)).refuses("verifier-is-fixer")
    west.given(there(check("checker-hu"), third))
    for by in (VERIFIED.by, "checker-lu", "checker-hu"):
        west.when(there(LookBackDone(holds=True, finding="完好", by=by), third)).refuses("looked-back-by-verifier")


@pytest.mark.covers("C10", "C18")
def test_who_rectified_it_in_an_earlier_book_does_not_declare_it_void() -> None:
    later_life().when(there(VOIDED.model_copy(update={"by": DONE.by}))).refuses("voided-by-owner")


def test_so_many_persons_go_with_an_issue_and_no_more() -> None:
    story = unit().on(FOUND).given(REPORTED, PLANNED)
    for number in range(MOST_PERSONS):
        story.given(DONE.model_copy(update={"by": f"fixer-{number}"}), RectificationReturned(reason="未换", by="checker-qian"), PLANNED)
    story.when(DONE.model_copy(update={"by": "one-more"})).refuses("persons-many")
    story.given(DONE.model_copy(update={"by": "fixer-7"}), RectificationReturned(reason="未换", by="checker-qian"), OVER)
    story.at("e2").given(there(TAKEN), there(PLANNED)).when(there(DONE.model_copy(update={"by": "one-more"}))).refuses("persons-many")
