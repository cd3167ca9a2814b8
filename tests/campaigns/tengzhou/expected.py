"""What stands in the end, worked out from the story."""

from tests.campaigns.tengzhou.given import CAMPAIGN

EXPECTED: dict[str, dict[str, int]] = {
    "P3.1": {
        "units": 10,
        "gaps": 1,  # t03-02: neither plan nor list by the end of its grace, 3 April
        "entered": 10,  # d01: targets 8, 24, 32; d02: 12, 30 and what was carried in; t01-01: 18, 34; t01: contact point; t03-01: hazard
        "struck_off": 4,  # t01 on 25 March, d01's 24 and t03-01's hazard on the 27th, t01-01's 34 on the 28th
        "on_time": 4,  # all of them
        "filed": 11,  # plan and list of d01, d02, d03, t01-01, t03-01; plan of t01-02
        "late": 2,  # list of t01-02 on 2 April, plan of t03-02 on the 10th
        "missing": 1,  # list of t03-02
        "answered": 130,  # d01: 45 but number 12; d02: 45; t01-01: 45 but 9, 10, 12, 13
        "findings": 2,  # d01's 32 and d02's 30; the other five were answered again as conforming
        "hazards": 1,  # t03-01
        "carried_in": 1,  # d02
        "activities": 5,  # bureau: mobilisation; d01: training, three basics; t01-01: screening; t03-01: display
        "trained": 70,  # d01: 40 and 30
        "passed": 29,  # d01: 28, corrected to 29
        "visits": 2,  # contact points t01 and d01
        "surveyed": 90,  # d01
        "satisfied": 81,
    },
    "P3.2": {
        "units": 10,
        "gaps": 1,  # t03-02, closed by its owner over the gap on 3 June
        "entered": 8,  # d03: hotline, rating; t01-02: prices; d01: hotline; t03-02: the defect, twice; t03 and t03-01: the call
        "struck_off": 9,  # d01: 8, 32, hotline; d02: 12, carried in; t01-01: 18; d03: hotline; t01-02: prices; t03-01: the call
        "on_time": 8,  # all but d01's 32, whose last day was 11 April
        "overdue": 3,  # d01's 32 on 11 April, d02's 30 on 12 April, t03-02's defect on 31 May, where the phase caps its clock
        "filed": 10,  # plan and report of d01, d02, t01-01, t03-01; plan of d03; report of t01-02
        "late": 2,  # plan of t01-02 on 15 April, report of d03 on 3 June
        "missing": 2,  # plan and report of t03-02
        "defects": 1,  # t03-02
        "merged": 1,  # what t03-02 was told of the defect once more
        "voided": 1,  # d03: rating
        "returned": 1,  # d01's 32 on 16 April
        "reopened": 1,  # d01's 24, which fell short again on 20 May
        "received": 1,  # t03-01: the call
        "handed_over": 1,  # t03: the call
        "complaints": 3,  # d03: hotline; d01: hotline on professional conduct; t03: the call, once
        "replied": 2,  # d03 on 19 April; t03, by the answer of t03-01 on 10 May
        "activities": 2,  # t01-01: three basics; d02: screening
        "trained": 20,  # t01-01
        "passed": 17,
        "visits": 1,  # contact point t03
        "surveyed": 48,  # t01-01
        "satisfied": 46,  # corrected from 45
    },
    "P3.3": {
        "units": 10,
        "entered": 2,  # d03: acceptance; t01-02: spot check
        "struck_off": 3,  # d01's 24 again on 3 June; t03-02's defect on 14 June; d03's of the acceptance on 16 July
        "on_time": 1,  # d01's 24, rectified on 30 May
        "overdue": 1,  # d03's of the acceptance on 10 July
        "filed": 1,  # results of the acceptance
        "reopened": 1,  # t01-01's 34, by the spot check
        "nominations": 5,  # d01, d03, t01-01, t03-01, t03-02
        "awards": 3,  # d01, t01-01, and a person of t03-01
        "activities": 1,  # t03: exchange
        "visits": 10,  # acceptance of seven institutions, three spot checks
        "surveyed": 95,  # d01
        "satisfied": 90,
    },
    "P3.4": {
        "units": 10,
        "struck_off": 2,  # t01-01's 34 again on 6 August; d02's 30 on 19 September, after it was carried over
        "on_time": 1,  # t01-01's 34, rectified on 5 August with two days to spare
        "overdue": 1,  # t01-02's of the spot check on 9 August
        "carried_over": 2,  # d02's 30, t01-02's of the spot check
        "filed": 7,  # lists of the bureau, d01, d02, d03, t01-01, t03-01, t03-02
        "late": 1,  # list of t01-02 on 3 September
        "activities": 1,  # bureau: exchange
    },
}
"""The last statement of the bureau for each phase."""
BELOW: dict[tuple[str, str], dict[str, int]] = {
    ("t01", "P3.1"): {
        "units": 3,
        "entered": 3,  # contact point of the town; t01-01's 18 and 34
        "struck_off": 2,  # contact point; 34
        "on_time": 2,
        "filed": 3,  # both of t01-01, one of t01-02
        "late": 1,  # list of t01-02
        "answered": 41,  # t01-01; both its findings were put right
        "activities": 1,  # screening
        "visits": 1,
    },
    ("t03", "P3.2"): {
        "units": 3,
        "gaps": 1,  # t03-02
        "entered": 4,  # the defect, twice; the call in two books
        "received": 1,
        "handed_over": 1,
        "struck_off": 1,  # the call, at t03-01
        "on_time": 1,
        "complaints": 1,
        "replied": 1,
        "overdue": 1,
        "filed": 2,  # t03-01
        "missing": 2,  # t03-02
        "defects": 1,
        "merged": 1,
        "visits": 1,  # contact point
    },
    ("d01", "P3.1"): {
        "units": 1,
        "entered": 3,  # 8, 24, 32
        "struck_off": 1,  # 24
        "on_time": 1,
        "filed": 2,
        "answered": 44,
        "findings": 1,  # 32
        "activities": 2,
        "trained": 70,
        "passed": 29,
        "visits": 1,
        "surveyed": 90,
        "satisfied": 81,
    },
    ("d02", "P3.4"): {
        "units": 1,
        "struck_off": 1,  # 30, in the supplement after 19 September
        "carried_over": 1,
        "filed": 1,
    },
}
"""Last statements of units below."""
SUMMARY, KPIS = f"/api/campaigns/{CAMPAIGN}/summary", f"/api/campaigns/{CAMPAIGN}/kpis"
CARRIED = f"/api/issues?campaign={CAMPAIGN}&figure=carried_over"
