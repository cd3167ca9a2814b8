"""What stands in the end, worked out from the story."""

EXPECTED = {
    "P1.1": {
        "units": 17,
        "gaps": 2,  # outpatient accepted its gap on 2 April; zhongyuan's grace, six working days, was over on 9 April
        "entered": 5,  # medical 3, nursing 7, logistics 5 and outpatient 1 of the ten measures; what the first campaign left in medical-1
        "carried_in": 1,  # the last of these
        "voided": 1,  # that of outpatient
        "struck_off": 1,  # medical-1, on 28 March
        "on_time": 1,
        "answered": 48,  # four lines answer ten measures, zhongyuan eight
        "findings": 3,  # outpatient took its fourth back
        "filed": 2,  # medical and nursing
        "late": 3,  # logistics on 3 April, outpatient on the 8th, zhongyuan on the 15th
        "activities": 1,  # the notice in the hospital's paper
        "surveyed": 80,
        "satisfied": 68,
    },
    "P1.2": {
        "units": 17,
        "activities": 1,  # the discussion of 10 May: what is told in April counts in P1.3, the last that has begun
    },
    "P1.3": {
        "units": 17,
        "entered": 6,  # zhongyuan 9 on 2 April; the wet floor twice; refunds; reports of medical-3; wheelchairs, in November
        "received": 1,  # the wet floor, in logistics-1
        "handed_over": 1,  # by zhongyuan-1
        "hazards": 2,  # the wet floor, in each of both books
        "defects": 1,  # refunds
        "answered": 2,  # zhongyuan 9 and 10
        "findings": 1,  # zhongyuan 9
        "struck_off": 8,  # medical 3, logistics 5, nursing 7, zhongyuan 9, the floor, refunds, wheelchairs; medical-3 in December
        "on_time": 5,  # all but nursing 7, zhongyuan 9 and medical-3
        "overdue": 3,  # nursing 7, sent back past its last day, 8 May; zhongyuan 9 on 30 May; medical-3 on 11 November
        "returned": 1,  # nursing 7
        "carried_over": 1,  # medical-3
        "rolling": 6,  # three forms of departments, two of lines, and a nil return of logistics
        "proposals": 4,  # medical-1 once the text was short enough, nursing-1, outpatient-1, zhongyuan-1
        "ideas": 7,  # two from the box, one each of medical-1, nursing-1, outpatient-1, zhongyuan-1 and the party office
        "adopted": 6,  # all but the parking
        "nominations": 9,  # six ideas, and three for the year's award
        "awards": 6,  # three of April and May, one of October, two of the year
        "activities": 12,  # the assembly, five mobilisations, three openings of the box, theatre, meeting, and the feedback on results
        "visits": 2,
        "surveyed": 90,
        "satisfied": 84,
    },
}
"""The figures of the hospital's last statement of each phase that are not 0, worked out from the story above."""
