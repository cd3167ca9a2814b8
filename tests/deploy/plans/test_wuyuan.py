"""Wuyuan 2018: what the plan says is what its notice says. Values are written out here by hand, from the requirements."""

from datetime import date

import pytest

from shared.workdays import is_working_day
from tests.deploy.plans.campaigns import WUYUAN, codes, names, phases


@pytest.mark.covers("P2", "P2.1", "P2.2", "P2.3", "A1", "D6")
def test_wuyuan_has_three_phases_of_which_the_second_opens_on_a_saturday() -> None:
    assert phases(WUYUAN) == [
        ("P2.1", "宣传教育、动员部署", date(2018, 2, 23), date(2018, 3, 16)),
        ("P2.2", "边查边改、突出实效", date(2018, 3, 17), date(2018, 6, 30)),
        ("P2.3", "检查评估、总结提高", date(2018, 7, 1), date(2018, 8, 31)),
    ]
    assert not is_working_day(date(2018, 3, 17))
    assert not is_working_day(date(2018, 6, 30))


@pytest.mark.covers("A5", "A6", "H9", "H10", "G10", "J4")
def test_wuyuan_asks_a_return_of_every_department_in_every_phase_with_its_contact_and_its_ledger_in_the_second() -> None:
    assert {each.code: (each.phase, each.due, each.recipient) for each in WUYUAN.obligations} == {
        "phase-1": ("P2.1", date(2018, 3, 16), "office"),
        "rectification-plan": ("P2.2", date(2018, 3, 30), "office"),
        "ledger": ("P2.2", date(2018, 6, 30), "office"),
        "phase-2": ("P2.2", date(2018, 6, 30), "office"),
        "phase-3": ("P2.3", date(2018, 8, 31), "office"),
        "evaluation": ("P2.3", date(2018, 8, 31), None),
    }
    assert {each.form for each in WUYUAN.obligations if each.code.startswith("phase-")} == {"phase-report"}
    assert [field.name.zh for field in WUYUAN.forms[0].fields] == ["开展活动情况", "联系人", "报送形式"]


@pytest.mark.covers("C12")
def test_wuyuan_watches_six_topics_and_its_second_phase_waits_for_their_answers() -> None:
    assert names(WUYUAN, "watches") == ["医疗费用过快增长", "用药", "检查", "诊疗", "红包", "回扣"]
    assert {watch.phase for watch in WUYUAN.watches} == {"P2.2"}
    assert [phase.code for phase in WUYUAN.phases if phase.needs.watches] == ["P2.2"]


@pytest.mark.covers("B3", "B4", "B5", "B7", "A11")
def test_wuyuan_searches_by_box_questionnaire_poll_and_by_open_and_covert_inspection() -> None:
    assert {
        *("questionnaire", "opinion-box", "announced-inspection", "covert-inspection", "petition-survey", "opinion-poll"),
    } <= set(codes(WUYUAN, "channels"))
    assert {each.code: each.covert for each in WUYUAN.activities if each.kind == "inspection"} == {
        "announced-inspection": False,
        "covert-inspection": True,
        "supervision": False,
    }
    assert codes(WUYUAN, "surveys") == ["questionnaire", "petition-survey", "opinion-poll"]
    assert {"lecture", "speech-contest", "essay-contest", "role-models", "warning-film", "launch"} <= set(codes(WUYUAN, "activities"))


@pytest.mark.covers("E6", "C5", "F5", "I2", "J6")
def test_wuyuan_keeps_red_lines_apart_sets_time_limits_for_measures_and_commends_departments_and_persons() -> None:
    general, red_line = WUYUAN.grades
    assert (general.code, general.verification, WUYUAN.issues.verification.persons) == ("general", None, 1)
    assert red_line.code == "red-line"
    assert red_line.verification
    assert red_line.verification.persons == 2
    assert WUYUAN.issues.requires == ("milestones",)
    assert names(WUYUAN, "categories") == ["不方便", "不放心", "不满意"]
    assert [award.nominees for award in WUYUAN.awards] == [("team",), ("person",)]
    assert {"leading-group-head", "leading-group-deputy", "office"} <= {role.code for role in WUYUAN.rights.roles}
