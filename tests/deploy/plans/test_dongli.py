"""Dongli 2022: what the plan says is what its notice says. Values are written out here by hand, from the requirements."""

from datetime import date

import pytest

from shared.workdays import is_working_day
from tests.deploy.plans.campaigns import DONGLI, activities, codes, obligation, phases


@pytest.mark.covers("P4.1", "P4.2", "P4.3", "P4.4", "A1", "A2")
def test_dongli_gives_four_ends_and_no_start() -> None:
    assert phases(DONGLI) == [
        ("P4.1", "学习教育", date(2022, 4, 22), date(2022, 4, 30)),
        ("P4.2", "监督检查", date(2022, 5, 1), date(2022, 6, 30)),
        ("P4.3", "落实整改", date(2022, 7, 1), date(2022, 7, 31)),
        ("P4.4", "巩固成果", date(2022, 8, 1), date(2022, 10, 31)),
    ]
    assert not any(phase.start for phase in DONGLI.phases)


@pytest.mark.covers("D2")
def test_dongli_has_a_lane_for_what_is_done_at_once_and_one_for_what_gets_a_set_time_each_with_two_clocks() -> None:
    lanes = {lane.code: lane for lane in DONGLI.lanes}
    assert {code: lane.grades for code, lane in lanes.items()} == {"immediate": ("immediate",), "time-limited": ("time-limited",)}
    day = date(2022, 5, 16)
    dues = {code: (DONGLI.due(lane.plan, day), DONGLI.due(lane.fix, day)) for code, lane in lanes.items() if lane.plan and lane.fix}
    assert dues == {"immediate": (date(2022, 5, 17), date(2022, 5, 19)), "time-limited": (date(2022, 5, 23), date(2022, 6, 15))}


@pytest.mark.covers("D1", "D6")
def test_dongli_says_for_each_clock_and_return_what_becomes_of_a_last_day_of_rest() -> None:
    immediate, limited = DONGLI.lanes
    assert immediate.fix
    assert limited.fix
    assert not is_working_day(date(2022, 6, 5))
    assert DONGLI.due(immediate.fix, date(2022, 6, 2)) == date(2022, 6, 5)
    assert DONGLI.due(limited.fix, date(2022, 5, 6)) == date(2022, 6, 6)
    # 30 April was a day of rest, and so was 31 July; the 31st of October was none.
    assert [DONGLI.due_of(each) for each in DONGLI.obligations] == [date(2022, 4, 29), date(2022, 7, 29), date(2022, 10, 31)]


@pytest.mark.covers("A12")
def test_dongli_trains_new_staff_with_a_test_and_all_in_yearly_groups() -> None:
    assert {each.code: each.tested for each in DONGLI.activities if each.kind == "training"} == {
        "values-study": False,
        "group-study": False,
        "teaching-film": False,
        "new-staff": True,
    }
    assert DONGLI.phases[0].needs.activities == ("group-study",)


@pytest.mark.covers("B3", "B4", "B5", "B6", "B9")
def test_dongli_hears_patients_ombudsmen_box_and_telephone() -> None:
    assert {
        *("social-evaluation", "discharge-follow-up", "patient-meeting", "ombudsman-meeting", "ombudsman-questionnaire"),
        *("complaint-box", "report-phone", "letters-and-visits"),
    } <= set(codes(DONGLI, "channels"))
    # 不定期: when is not fixed; that nobody is told before is not said.
    named = [each for each in (*DONGLI.channels, *DONGLI.activities) if "不定期督查" in each.name.zh]
    assert [each.name.en for each in named] == ["Inspection by the commission at no fixed times", "Inspection at no fixed times"]
    assert set(DONGLI.complaint_channels) == {"complaint-box", "report-phone", "letters-and-visits"}
    assert activities(DONGLI, "box") == {"box-opening"}


@pytest.mark.covers("G1", "G2", "G3", "G4")
def test_dongli_aims_at_95_percent_satisfied_all_complaints_handled_fewer_disputes_and_no_serious_incident() -> None:
    assert {kpi.code: (kpi.of, kpi.at_least, kpi.at_most, kpi.falls) for kpi in DONGLI.kpis} == {
        "satisfied": ("satisfied", 95, None, None),
        "complaints-handled": ("complaints-answered", 100, None, None),
        "fewer-complaints": ("measure", None, None, 10),
        "fewer-disputes": ("measure", None, None, 10),
        "no-major-incident": ("measure", None, 0, None),
    }


@pytest.mark.covers("F12", "H15", "C15", "I4", "K4")
def test_dongli_gives_no_award_asks_a_summary_of_no_named_recipient_and_analyses_every_issue() -> None:
    assert DONGLI.awards == ()
    summary = obligation(DONGLI, "summary")
    assert (summary.phase, summary.due, summary.recipient) == ("P4.4", date(2022, 10, 31), None)
    assert DONGLI.issues.requires == ("analysis",)
    assert DONGLI.phase("P4.3").needs.verified == 100
    assert {role.code for role in DONGLI.rights.roles if "RectificationVerified" in role.acts} == {"discipline"}
    assert "service-promise" in activities(DONGLI, "publicity")
