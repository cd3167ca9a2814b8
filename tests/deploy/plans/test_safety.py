"""A made-up campaign of another field, safety at work: what its plan says that those of the notices do not."""

from datetime import date

import pytest

from shared.events.catalogue import CATALOGUE
from tests.deploy.plans.campaigns import SAFETY, obligation, phases


@pytest.mark.covers("L14", "A8")
def test_the_safety_campaign_crosses_new_year_within_another_with_a_numbering_of_its_own() -> None:
    assert phases(SAFETY) == [
        ("S1", "动员部署", date(2024, 10, 8), date(2024, 10, 31)),
        ("S2", "排查自查", date(2024, 11, 1), date(2025, 1, 15)),
        ("S3", "集中整治", date(2025, 1, 6), date(2025, 4, 30)),
        ("S4", "回头看与巩固", date(2025, 5, 6), date(2025, 6, 30)),
    ]
    assert SAFETY.within == "root-cause-2024"
    assert SAFETY.issues.numbering == "{year}-{unit}-{number}"
    assert SAFETY.clocks.review


@pytest.mark.covers("L1")
def test_the_safety_campaign_counts_backward_from_dates_that_may_move_and_says_how_each_clock_counts() -> None:
    assert {each.code: SAFETY.due_of(each) for each in SAFETY.obligations if each.due} == {
        "own-plan": date(2024, 10, 24),
        "hazard-list": date(2025, 1, 8),
        "launch-photo": date(2024, 11, 11),
        "removal-report": date(2025, 4, 30),
        "final-report": date(2025, 6, 30),
    }
    # Extended for one unit to 15 June, a Sunday, its report is due on the Friday before.
    assert SAFETY.due_of(obligation(SAFETY, "removal-report"), {"S3": date(2025, 6, 15)}) == date(2025, 6, 13)
    kitchen = next(lane for lane in SAFETY.lanes if lane.code == "kitchen")
    assert kitchen.fix
    assert SAFETY.due(kitchen.fix, date(2024, 12, 7)) == date(2024, 12, 8)
    assert SAFETY.clocks.answer
    assert SAFETY.due(SAFETY.clocks.answer, date(2024, 12, 1)) == date(2024, 12, 9)
    assert SAFETY.clocks.fix_stops == "verified"


@pytest.mark.covers("L2", "L3", "L4", "L5", "L10")
def test_the_safety_campaign_has_major_hazards_checked_by_two_of_two_units_listed_published_and_looked_back_at() -> None:
    general, major = SAFETY.grades
    assert (general.verification, SAFETY.issues.verification.persons, general.listed) == (None, 1, False)
    check = major.verification
    assert check
    assert (check.persons, check.units, check.levels, check.published, check.looked_back, major.listed) == (2, 2, 1, True, True, True)
    assert set(major.requires or ()) == {"analysis", "funds", "emergency-plan", "milestones", "standard", "guard"}


@pytest.mark.covers("L6", "L7", "L11", "L15", "E2")
def test_the_safety_campaign_times_receipts_extensions_listing_and_answers_and_says_what_is_on_time() -> None:
    clocks = SAFETY.clocks
    assert all((clocks.receipt, clocks.extension, clocks.listing, clocks.publication, clocks.answer, clocks.hold))
    assert (SAFETY.issues.hand_over.restarts, SAFETY.issues.hand_over.lateness) == (("plan",), "taker")
    assert {phase.code: phase.late_facts for phase in SAFETY.phases} == {"S1": "next", "S2": "this", "S3": "this", "S4": "next"}
    assert SAFETY.issues.told_late == 3
    assert SAFETY.complaint_channels == ("hotline",)
    assert next(award for award in SAFETY.awards if award.code == "whistle").nominees == ("person",)


@pytest.mark.covers("L8", "L9")
def test_the_safety_campaign_scores_with_deductions_floor_share_and_veto_and_lights_lead_to_acts() -> None:
    assert [(act.colour, act.in_a_row) for light in SAFETY.lights for act in light.acts] == [("yellow", 2), ("red", 3)]
    assert SAFETY.scoring
    assert (SAFETY.scoring.base, SAFETY.scoring.floor, SAFETY.scoring.below) == (100, 80, 30)
    assert [rule.points < 0 for rule in SAFETY.scoring.rules] == [True, True, True, True, False, True, True]
    assert [rule.code for rule in SAFETY.scoring.rules if rule.veto] == ["left-again"]
    assert {rule.fact for rule in SAFETY.scoring.rules} <= set(CATALOGUE)


@pytest.mark.covers("L12", "L13", "A5")
def test_the_safety_campaign_has_quotas_approvals_a_line_between_late_and_missing_and_gates() -> None:
    cases = obligation(SAFETY, "warning-cases")
    assert (cases.cadence, cases.quota, cases.kinds, cases.nil) == ("quarterly", 3, 2, False)
    assert {each.code for each in SAFETY.obligations if each.approval} == {"hazard-list", "removal-report"}
    assert {each.code for each in SAFETY.obligations if each.missing_after} == {"hazard-list", "removal-report", "warning-cases"}
    needs = [phase.needs for phase in SAFETY.phases]
    assert [each.verified for each in needs] == [None, None, 95, 100]
    assert [each.checklist for each in needs] == [each.watches for each in needs] == [False, True, False, False]
    assert [each.activities for each in needs] == [("launch", "emergency-training"), (), ("drill",), ()]
