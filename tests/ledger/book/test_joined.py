"""A unit that an amendment adds to a running campaign: what it owes, and what it can only have missed. Told in sentences."""

from datetime import date

import pytest

from shared.events.campaign import BookOpened
from shared.events.returns import ObligationOpened, ReturnMissing
from shared.plan import Plan
from shared.plan.obligation import Obligation
from shared.units import seal
from tests.ledger.book.amendments import GROWN, running, tells, told_tree, version
from tests.ledger.given import Morning, Story, announced
from tests.ledger.like import Like
from tests.ledger.sample import FILED, PLAN, UNITS, called, plan_with


def owed(code: str, **more: object) -> Obligation:
    """A return that clinics owe in P2, from 1 May to 30 June."""
    return Obligation.model_validate({"code": code, "name": called("周报"), "phase": "P2", "classes": ("clinic",)} | more)


RUNNING = plan_with(
    obligations=(
        *PLAN.obligations,
        owed("weekly", cadence="weekly"),
        owed("monthly", cadence="monthly", days=5),
        owed("before", due=date(2022, 5, 19)),
        owed("today", due=date(2022, 5, 20)),
        owed("ahead", due=date(2022, 6, 15)),
    )
)


def joined(day: str, plan: Plan = RUNNING) -> Story:
    """e3 joins under the east on a day; the clock looked on every morning before."""
    root = announced(plan, "bureau")
    for morning in ("2022-04-06", "2022-05-01", day):
        root.given(Morning(morning)).on(morning)
    told_tree(root, GROWN).given(tells(Plan(**(dict(plan) | {"version": 2})), seal(GROWN, 2)))
    return root.given(Morning(day)).at("e3")


def opened(story: Story) -> set[tuple[str, str | None]]:
    return {(fact.obligation, fact.period) for fact in story.history() if isinstance(fact, ObligationOpened)}


@pytest.mark.covers("A7", "D1")
@pytest.mark.parametrize(
    ("day", "owes"),
    [
        ("2022-05-20", {("weekly", "2022-W20"), ("monthly", "2022-05"), ("today", None), ("ahead", None)}),
        ("2022-05-23", {("weekly", "2022-W21"), ("monthly", "2022-05"), ("ahead", None)}),
        ("2022-06-03", {("weekly", "2022-W22"), ("monthly", "2022-05"), ("monthly", "2022-06"), ("ahead", None)}),
        ("2022-06-07", {("weekly", "2022-W23"), ("monthly", "2022-05"), ("monthly", "2022-06"), ("ahead", None)}),
        ("2022-06-10", {("weekly", "2022-W23"), ("monthly", "2022-06"), ("ahead", None)}),
        ("2022-06-16", {("weekly", "2022-W24"), ("monthly", "2022-06")}),
    ],
)
def test_a_unit_that_joins_owes_what_is_due_from_that_day_on_and_is_missing_with_nothing_before(
    day: str, owes: set[tuple[str, str | None]]
) -> None:
    clinic = joined(day)
    assert opened(clinic) == owes
    assert not any(isinstance(fact, ReturnMissing) for fact in clinic.history())
    assert clinic.book.phase("P1").status == "closed"
    assert not clinic.book.phase("P1").own.get("gaps")


@pytest.mark.covers("A7", "D1")
def test_it_is_missing_with_what_falls_due_after_that_like_any_other() -> None:
    clinic = joined("2022-05-20").given(Morning("2022-05-23"), Morning("2022-06-16"))
    missing = {(fact.obligation, fact.period) for fact in clinic.history() if isinstance(fact, ReturnMissing)}
    assert missing >= {("weekly", "2022-W20"), ("weekly", "2022-W21"), ("monthly", "2022-05"), ("today", None), ("ahead", None)}
    assert ("before", None) not in missing


@pytest.mark.covers("A7", "A4")
def test_what_was_due_before_it_joined_is_no_return_of_its_and_its_phase_waits_for_none() -> None:
    clinic = joined("2022-05-20", PLAN)
    assert Like(BookOpened, over={"own-plan": 1}) in clinic.history()
    clinic.on("2022-05-20").when(FILED).refuses("obligation-unknown")


@pytest.mark.covers("A7")
def test_all_that_a_campaign_is_announced_to_owe_all_of_it() -> None:
    root = running().given(tells(version()))
    books = [fact for each in UNITS for fact in root.at(each.id).history() if isinstance(fact, BookOpened)]
    assert {tuple(fact.over) for fact in books} == {()}
