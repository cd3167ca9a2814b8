"""Yangpu 2013: what the plan says is what its notice says. Values are written out here by hand, from the requirements."""

from collections import Counter
from datetime import date

import pytest

from tests.deploy.plans.campaigns import YANGPU, activities, codes, names, phases, units


@pytest.mark.covers("P1", "P1.1", "P1.2", "P1.3", "A1", "A3")
def test_yangpu_has_phases_that_overlap_in_april_and_runs_on_in_november_without_one() -> None:
    assert phases(YANGPU) == [
        ("P1.1", "前期调研", date(2013, 3, 1), date(2013, 3, 31)),
        ("P1.2", "动员", date(2013, 4, 1), date(2013, 4, 30)),
        ("P1.3", "实施", date(2013, 4, 1), date(2013, 10, 31)),
    ]
    assert YANGPU.ends == date(2013, 11, 30)
    assert all(phase.end < date(2013, 11, 1) for phase in YANGPU.phases)
    assert codes(YANGPU, "carries_in") == ["first-campaign"]


@pytest.mark.covers("G6")
def test_yangpu_compares_ten_measures_in_each_of_five_lines_and_asks_of_each_its_state_and_whether_it_spreads() -> None:
    assert [target.number for target in YANGPU.targets] == list(range(1, 11))
    assert YANGPU.checklist_of == ("line",)
    assert [unit.name for unit in units("yangpu-2013") if unit.unit_class == "line"] == [
        "医务部",
        "护理部",
        "门诊部",
        "后勤保障部",
        "中原分部",
    ]
    fields = next(form for form in YANGPU.forms if form.code == "measures").fields
    assert Counter(field.name.zh[-4:] for field in fields) == {"实施现状": 10, "可推广性": 10, "推广计划": 1}
    assert YANGPU.phase("P1.1").needs.checklist


@pytest.mark.covers("H8", "B11")
def test_yangpu_lets_departments_propose_by_their_lines_and_lines_by_the_publicity_department() -> None:
    assert {each.code: (each.phase, each.cadence, each.due, each.classes, each.recipient) for each in YANGPU.obligations} == {
        "spread-plan": ("P1.1", "once", date(2013, 3, 31), ("line",), "publicity"),
        "department-form": ("P1.3", "rolling", None, ("department",), None),
        "forwarded-proposals": ("P1.3", "rolling", None, ("line",), "publicity"),
    }
    assert {"proposal", "party-and-youth"} <= set(codes(YANGPU, "channels"))


@pytest.mark.covers("J1", "J6", "I6", "F10")
def test_yangpu_has_the_form_of_proposals_field_by_field_and_holds_its_text_to_500_characters() -> None:
    form = next(form for form in YANGPU.forms if form.code == YANGPU.asked.proposal)
    assert [field.name.zh for field in form.fields] == [
        *("所属部门", "负责人姓名", "申报项目名称", "申报类别", "创建举措及申报优势", "考评领导小组意见"),
    ]
    line, _, _, category, measures, opinion = form.fields
    assert [choice.name.zh for choice in line.choices] == ["医务部", "护理部", "门办（门诊部）", "后勤保障部", "中原分院（中原分部）"]
    assert [choice.name.zh for choice in category.choices] == ["服务环境", "服务流程", "服务质量", "服务态度", "服务礼仪"]
    assert line.other
    assert category.other
    # A line goes by the name that the form has for it, too.
    assert {unit.name: unit.aliases for unit in units("yangpu-2013") if unit.aliases} == {"门诊部": ("门办",), "中原分部": ("中原分院",)}
    assert names(YANGPU, "categories") == ["服务环境", "服务流程", "服务质量", "服务态度", "服务礼仪", "其它"]
    filled = {"line": "nursing", "head": "某", "project": "项目", "category": "process", "measures": "举" * 500}
    assert not form.mistakes(filled)
    assert form.mistakes(filled | {"measures": "举" * 501}) == [("form-long", {"field": "measures", "length": 501, "longest": 500})]
    assert not opinion.required
    assert measures.longest == 500


@pytest.mark.covers("F1", "F2", "F3", "F11", "B3")
def test_yangpu_awards_ideas_every_two_months_without_limit_and_improvement_at_the_years_end_by_five_criteria() -> None:
    idea, improvement = YANGPU.awards
    assert (idea.name.zh, idea.cadence, idea.places, idea.for_ideas) == ("金点子奖", "two-monthly", None, True)
    assert (improvement.name.zh, improvement.cadence, improvement.closes) == ("服务改进奖", "once", date(2013, 11, 30))
    for award in YANGPU.awards:
        assert [each.name.zh for each in award.criteria] == ["创新性", "可操作性", "可持续改进", "外部评价", "宣传效应"]
    assert "idea-box" in codes(YANGPU, "channels")
    assert activities(YANGPU, "box") == {"box-opening"}


@pytest.mark.covers("I2", "I3", "F13", "F15")
def test_yangpu_lets_departments_that_execute_nothing_supervise_and_follows_measures_up() -> None:
    assert [unit.name for unit in units("yangpu-2013") if unit.unit_class == "supervising"] == [
        "党办",
        "院办",
        "宣传部（活动办公室）",
        "质管办",
    ]
    assert {role.code for role in YANGPU.rights.roles if role.acts} == {"supervisor"}
    assert {"leading-group-head", "leading-group-deputy", "leading-group-member", "office"} <= {role.code for role in YANGPU.rights.roles}
    assert YANGPU.clocks.follow_through
    assert codes(YANGPU, "measures") == ["research", "patents"]
