"""Tengzhou 2019: what the plan says is what its notice says. Values are written out here by hand, from the requirements."""

from collections import Counter
from datetime import date

import pytest

from tests.deploy.plans.campaigns import TENGZHOU, activities, codes, names, obligation, phases


@pytest.mark.covers("P3", "P3.1", "P3.2", "P3.3", "P3.4", "A1")
def test_tengzhou_lasts_six_months_in_four_phases() -> None:
    assert phases(TENGZHOU) == [
        ("P3.1", "宣传自查", date(2019, 3, 1), date(2019, 3, 31)),
        ("P3.2", "整改落实", date(2019, 4, 1), date(2019, 5, 31)),
        ("P3.3", "考核表彰", date(2019, 6, 1), date(2019, 7, 31)),
        ("P3.4", "总结提升", date(2019, 8, 1), date(2019, 8, 31)),
    ]
    assert TENGZHOU.issued == date(2019, 3, 5)


@pytest.mark.covers("A8")
def test_tengzhou_carries_in_what_four_earlier_campaigns_left() -> None:
    assert codes(TENGZHOU, "carries_in") == ["double-satisfaction", "service-plan", "internet-health", "conduct-campaign"]
    assert "carried-in" in codes(TENGZHOU, "channels")


@pytest.mark.covers("A9")
def test_tengzhou_draws_its_targets_from_four_sources() -> None:
    assert [name[:4] for name in names(TENGZHOU, "target_sources")] == ["突出重点", "聚焦热点", "解决难点", "打造亮点"]


@pytest.mark.covers("G6", "G7", "G8")
def test_tengzhou_has_45_targets_in_nine_aspects_three_of_them_with_a_threshold() -> None:
    assert list(Counter(target.aspect for target in TENGZHOU.targets).items()) == [
        (aspect, 5)
        for aspect in ("environment", "process", "functions", "quality", "attitude", "charges", "safeguards", "conduct", "integrity")
    ]
    levels = {target.number: target.levels for target in TENGZHOU.targets if target.levels}
    assert {number: [level.needs for level in held_to] for number, held_to in levels.items()} == {8: [("grade-2",)]}
    limits = {
        target.number: limit
        for target in TENGZHOU.targets
        for limit in (target.threshold, *(each.threshold for each in target.levels))
        if limit
    }
    assert {number: (limit.at_least, limit.at_most, limit.measured_in.zh) for number, limit in limits.items()} == {
        8: (2, None, "种预约方式"),
        9: (None, 15, "分钟"),
        18: (1, None, "次/年"),
    }
    assert {target.number: target.needs for target in TENGZHOU.targets if target.needs} == {
        9: ("grade-2",),
        10: ("grade-2",),
        12: ("grade-2", "tcm"),
        13: ("grade-2",),
    }


@pytest.mark.covers("D3", "H11", "H12", "H13", "H14")
def test_tengzhou_asks_its_returns_by_the_ends_of_its_phases_and_all_fixes_within_the_second() -> None:
    assert {each.code: (each.phase, each.due) for each in TENGZHOU.obligations} == {
        "own-plan": ("P3.1", date(2019, 3, 31)),
        "problem-list": ("P3.1", date(2019, 3, 31)),
        "rectification-plan": ("P3.2", date(2019, 4, 12)),
        "rectification-report": ("P3.2", date(2019, 5, 31)),
        "acceptance-results": ("P3.3", date(2019, 7, 31)),
        "carry-over-list": ("P3.4", date(2019, 8, 31)),
    }
    assert obligation(TENGZHOU, "acceptance-results").classes == ("bureau",)
    assert TENGZHOU.clocks.fix.cap == "P3.2"


@pytest.mark.covers("B5", "B8", "B10", "B12", "B13")
def test_tengzhou_takes_complaints_at_one_desk_by_four_channels() -> None:
    assert set(TENGZHOU.complaint_channels) == {"complaint", "calls-and-visits", "hotline", "conduct-hotline"}
    assert {"self-check", "conduct-review", "inspection", "routine-check"} <= set(codes(TENGZHOU, "channels"))
    assert "price-complaints" in codes(TENGZHOU, "measures")


@pytest.mark.covers("F8", "F5")
def test_tengzhou_commends_hospitals_departments_and_persons_and_recommends_the_best() -> None:
    assert [(award.name.zh, award.phase, award.nominees, award.recommends) for award in TENGZHOU.awards] == [
        ("示范医院", "P3.3", ("team",), True),
        ("示范科室", "P3.3", ("team",), True),
        ("先进个人", "P3.3", ("person",), True),
    ]


@pytest.mark.covers("E5", "E7", "E8", "J5", "K2", "A12")
def test_tengzhou_has_contact_points_spot_checks_by_class_a_yearly_test_and_notices_for_the_public() -> None:
    kinds = {each.code: each for each in TENGZHOU.activities}
    assert set(kinds["spot-check"].classes) == set(TENGZHOU.checklist_of)
    assert kinds["contact-visit"].kind == "visit"
    assert TENGZHOU.asked.visit == "contact-visit"
    assert [field.code for field in next(form for form in TENGZHOU.forms if form.code == "contact-visit").fields] == [
        "problems",
        "difficulties",
        "solutions",
        "good-practice",
    ]
    assert kinds["three-basics"].tested
    assert activities(TENGZHOU, "publicity") == {"display", "good-practice"}
    assert [(lane.natures, lane.plan, lane.fix) for lane in TENGZHOU.lanes] == [(("hazard",), None, None)]


@pytest.mark.covers("G4", "G5", "I5")
def test_tengzhou_asks_the_public_counts_avoidable_deaths_and_names_every_class_of_institution() -> None:
    assert names(TENGZHOU, "surveys") == ["群众满意度", "窗口人员满意度"]
    assert {kpi.code: (kpi.at_least, kpi.at_most) for kpi in TENGZHOU.kpis}["no-avoidable-death"] == (None, 0)
    assert set(TENGZHOU.checklist_of) == {
        "general-hospital",
        "tcm-hospital",
        "specialist-hospital",
        "township-health-centre",
        "community-health-centre",
        "private-institution",
    }
