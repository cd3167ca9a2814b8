"""What became of the units' duties and awards."""

from collections import Counter
from datetime import date

import pytest

from shared.events.activity import ActivityHeld
from shared.events.award import AwardDecided
from shared.events.campaign import BookAmended
from shared.events.issue import IssueReported
from shared.events.nomination import AwardReceived, NominationFiled, ScoreCounted
from shared.events.phase import PhaseClosed, PhaseHeld, PhaseSupplemented
from shared.events.returns import ObligationMet, ObligationOpened, ReturnChased, ReturnMissing
from shared.events.visit import VisitLogged
from tests.campaigns.qingdao.given import PLAN, RECIPIENTS, ROOT, UNITS
from tests.campaigns.qingdao.reading import day_of, events, units_of
from tests.campaigns.story import Told


@pytest.mark.covers("A6", "A5", "H1", "H17", "H16")
def test_every_unit_makes_its_own_plan_and_who_does_not_is_chased_and_closes_over_the_gap(told: Told) -> None:
    assert [
        (each.where.unit, each.fact.late) for each in events(told, ObligationMet) if each.fact.obligation == "own-plan" and each.fact.late
    ] == [("west-2", True)]
    assert units_of(told, ObligationMet, obligation="own-plan") == {unit.id for unit in UNITS} - {ROOT, "private-2"}
    [closed] = [fact for fact in told.facts(PhaseClosed, "private-2") if fact.phase == "P0.1"]
    assert closed.gap
    assert closed.gap.returns == ("own-plan",)
    # Ten working days after 31 March, since there is a level below that of private-2; the 5th is a holiday.
    assert day_of(told, PhaseClosed, "private-2", phase="P0.1") == date(2023, 4, 17)
    chased = {(each.where.unit, each.fact.obligation, each.fact.period, each.fact.by) for each in events(told, ReturnChased)}
    assert chased == {
        ("west-2", "own-plan", None, None),
        ("private-2", "own-plan", None, None),
        ("private-2", "implementation-plan", None, None),
        ("works", "interim-pack", None, None),
        ("works", "interim-pack", None, "u-02"),
        (ROOT, "dispatch", "2023-08", None),
        (ROOT, "dispatch", "2023-09", None),
        ("private-2", "summary", None, None),
        ("works", "award-material", None, None),
    }
    assert {fact.contact for fact in told.facts(ObligationOpened) if fact.recipient == ROOT} == {"u-02"}


@pytest.mark.covers("A4", "H3", "H4")
def test_what_is_due_on_31_october_belongs_to_the_phase_after(told: Told) -> None:
    opened = [each for each in events(told, ObligationOpened) if each.fact.obligation in ("summary", "award-material")]
    assert len(opened) == 2 * len(RECIPIENTS)
    assert {(each.fact.phase, each.fact.due, each.accepted.date()) for each in opened} == {
        ("P0.3", date(2023, 10, 31), date(2023, 3, 31))  # the first moment of 1 April in China, in UTC
    }
    met = [each for each in events(told, ObligationMet) if each.fact.obligation in ("summary", "award-material") and not each.fact.late]
    assert {(each.where.phase, each.fact.phase) for each in met} == {("P0.2", "P0.3")}
    assert told.statement("first", "P0.3") == {"units": 1, "filed": 2, "rolling": 1}


@pytest.mark.covers("A7", "H2")
def test_the_second_notice_reaches_every_book_and_adds_one_return(told: Told) -> None:
    assert {each.where.unit for each in events(told, BookAmended)} == {unit.id for unit in UNITS}
    assert {(fact.plan_version, fact.tree_version) for fact in told.facts(BookAmended)} == {(2, 1)}
    packs = [each for each in events(told, ObligationOpened) if each.fact.obligation == "interim-pack"]
    assert sorted(each.where.unit for each in packs) == sorted(RECIPIENTS)
    assert {(each.fact.phase, each.fact.due) for each in packs} == {("P0.2", date(2023, 8, 30))}
    assert {each.where.unit for each in events(told, ObligationMet) if each.fact.obligation == "interim-pack" and each.fact.late} == {
        "works"
    }
    assert units_of(told, ReturnMissing, obligation="interim-pack") == {"works"}
    assert [fact.nil for fact in told.facts(ObligationMet, "stationed") if fact.obligation == "interim-pack"] == [True]


@pytest.mark.covers("H5", "H6", "A5")
def test_news_roll_and_the_city_reviews_by_month_and_quarter_without_holding_a_phase(told: Told) -> None:
    met = {(fact.obligation, fact.period, fact.phase, fact.late) for fact in told.facts(ObligationMet, ROOT) if fact.period}
    assert met == {
        ("dispatch", "2023-04", "P0.2", False),
        ("dispatch", "2023-05", "P0.2", False),
        ("dispatch", "2023-06", "P0.2", False),
        ("dispatch", "2023-07", "P0.2", False),
        ("dispatch", "2023-08", "P0.2", True),
        ("dispatch", "2023-10", "P0.2", False),
        ("dispatch", "2023-11", "P0.3", False),
        ("review", "2023-Q2", "P0.2", False),
        ("review", "2023-Q3", "P0.2", False),
        ("review", "2023-Q4", "P0.3", False),
    }
    assert {(fact.period, fact.due) for fact in told.facts(ReturnMissing, ROOT)} == {
        ("2023-08", date(2023, 9, 7)),
        ("2023-09", date(2023, 10, 11)),  # after the national holidays
    }
    # Nothing of it holds a phase: P0.2 closed at its end, and what came later is a supplement.
    assert day_of(told, PhaseClosed, ROOT, phase="P0.2") == date(2023, 10, 31)
    assert [fact.revision for fact in told.facts(PhaseSupplemented, ROOT) if fact.phase == "P0.2"] == [2]


@pytest.mark.covers("A5")
def test_a_phase_is_held_for_a_return_until_its_owner_accepts_the_gap(told: Told) -> None:
    [held_for] = [fact.gap.returns for fact in told.facts(PhaseHeld, "works") if fact.phase == "P0.3"]
    assert held_for == ("award-material",)
    assert day_of(told, PhaseClosed, "works", phase="P0.3") == day_of(told, PhaseClosed, ROOT, phase="P0.3") == date(2023, 12, 4)
    # What second told in May of a day in March follows as a supplement, at each level.
    for unit in ("second", ROOT):
        [late] = [fact for fact in told.facts(PhaseSupplemented, unit) if fact.phase == "P0.1"]
        assert late.revision == 2


@pytest.mark.covers("B1", "E8", "I1")
def test_staff_and_leaders_take_the_patients_place(told: Told) -> None:
    visits = events(told, VisitLogged)
    assert Counter(each.fact.form["scene"] for each in visits) == {"outpatient": 2, "window": 2, "ward": 1}
    assert Counter(each.fact.form["visitor"] for each in visits) == {"own-staff": 3, "invited": 2}
    leaders = {(each.where.unit, each.fact.by_unit, each.told_source) for each in visits if each.fact.activity == "leader-visit"}
    # The commission's organ has no hospital under it in the unions' line, but stands above second in that of the health administration.
    assert leaders == {("east-2", ROOT, ROOT), ("second", "organ", "organ")}
    [found] = [fact for fact in told.facts(IssueReported, "first") if fact.visit]
    assert found.channel == "outpatient-experience"


@pytest.mark.covers("A11", "K5")
def test_units_hold_what_the_plan_names_and_keep_what_the_papers_wrote(told: Told) -> None:
    held_by = {(fact.activity, fact.on.month, fact.media) for fact in told.facts(ActivityHeld, "second")}
    assert held_by == {("role-play", 6, ()), ("publicity", 3, ("晚报三版",))}
    never = {"experience", "leader-visit"}  # these two are visits
    assert {fact.activity for fact in told.facts(ActivityHeld)} == {each.code for each in PLAN.activities} - never


@pytest.mark.covers("F3", "F4", "F5", "F6", "F7", "F9", "H4")
def test_awards_are_judged_on_paper_then_in_person_and_made_known_to_whoever_submitted(told: Told) -> None:
    # The nomination of the hospital that was submitted by its district goes by the hospital's name.
    [gathered] = [fact for fact in told.facts(NominationFiled, "east") if fact.award == "case"]
    assert gathered.unit == "east-1"
    defence = [each.fact for each in events(told, ScoreCounted) if each.subject.endswith("~n1") and each.fact.round == "defence"]
    # 42 + 44, 45 + 45 and 48 + 46 points.
    assert (defence[-1].judges, defence[-1].mean, defence[-1].means) == (3, 90.0, {"novel": 45.0, "constructive": 45.0})
    received = {(each.where.unit, each.fact.award, each.fact.unit, each.fact.prize) for each in events(told, AwardReceived)}
    assert received == {
        ("first", "case", ROOT, "奖牌"),
        ("east", "organisation", ROOT, "奖牌"),
        ("second", "practice", ROOT, "奖牌"),
    }
    assert [fact.notice for fact in told.facts(AwardDecided)] == ["通报表彰"] * 3
