"""What stands in the end, worked out from the story."""

EXPECTED = {
    "P2.1": {
        "units": 8,
        "gaps": 1,  # registration, whose grace of three working days was over on 21 March
        "entered": 1,  # 1, on 6 March
        "filed": 4,
        "late": 2,  # pharmacy on 20 March; registration on 10 April
        "activities": 6,  # launch, posters, lecture, speeches, models, film
        "trained": 50,  # 30 at the lecture, 20 at the film
        "surveyed": 160,
        "satisfied": 120,
    },
    "P2.2": {
        "units": 8,
        "entered": 7,  # 2 and 5 of obstetrics, 3, 4, 6, 7, and 10 that is the same as 6
        "defects": 1,  # 4
        "merged": 1,  # 10
        "struck_off": 6,  # 1 to 6
        "on_time": 5,  # all of these but 2
        "overdue": 2,  # 2, due 11 May and rectified on the 14th; 7, capped by the end of the phase
        "returned": 2,  # 3 and 6
        "watched": 36,  # six topics in six departments, the last on 2 July; an answer that took another's place counts once
        "filed": 15,  # five plans, four of them adopted; five ledgers, one of them nil; five reports
        "late": 3,  # plan, ledger and report of registration
        "activities": 2,  # the lecture, and the box
        "trained": 28,  # 25, corrected
        "visits": 3,  # obstetrics, registration and paediatrics
        "ideas": 3,
        "adopted": 3,
    },
    "P2.3": {
        "units": 8,
        "gaps": 1,  # laboratory, without its last report
        "entered": 2,  # 8 and 9
        "struck_off": 3,  # 7 and 9; 8 after it was carried over
        "on_time": 1,  # 9
        "overdue": 1,  # 8, on 7 August
        "carried_over": 1,  # 8
        "filed": 6,  # five reports and the evaluation
        "missing": 1,  # the report of laboratory
        "activities": 2,  # deeds and essays
        "visits": 1,  # laboratory
        "nominations": 3,
        "awards": 2,
        "surveyed": 310,  # 40, 170 and 100
        "satisfied": 290,  # 34 as corrected, 160 and 96
    },
}
"""The figures of the hospital's last statement of each phase that are not 0, worked out from the story above."""
