"""What stands in the end, worked out from the story."""

EXPECTED = {
    "P0.1": {
        "units": 14,
        "gaps": 1,  # private-2 never made a plan of its own
        "entered": 1,  # 1
        "filed": 19,  # ten plans of their own and that which first adopted, eight plans of implementation
        "late": 2,  # west-2's own plan and private-2's plan of implementation, on 6 April
        "missing": 1,  # private-2's own plan
        "rolling": 2,  # news of first and east
        "activities": 4,  # three launches; second's report in the paper of 30 March, told on 10 May
    },
    "P0.2": {
        "units": 14,
        "entered": 13,  # 2 to 12, where 6 was entered twice (by works, and by organ who took it) and 10 as well (10a, 10b)
        "defects": 2,  # 3 and 9
        "hazards": 4,  # 4, 5, and 6 in two books
        "received": 1,  # 6 by organ
        "handed_over": 1,  # 6 by works; 7 came back
        "merged": 1,  # 10b
        "voided": 1,  # 9
        "struck_off": 9,  # 1, 2, 3, 4, 5, 6 by organ, 7, 10a, 11
        "on_time": 7,  # all of these but 3 and 7
        "overdue": 3,  # 3 on 22 May, 7 on 31 July, 8 on 30 June
        "escalated": 2,  # 8 on 5 July, 7 on 3 August; 3 was rectified before the third day
        "returned": 1,  # 2, on 8 May
        "reopened": 1,  # 11, on 12 October
        "filed": 15,  # dispatches of April, May, June, July, October; reviews of two quarters; eight interim packs
        "late": 2,  # the dispatch of August, and works' interim pack
        "missing": 1,  # the dispatch of September
        "rolling": 3,  # news of second and east, the written report of east-1
        "ideas": 3,
        "adopted": 1,
        "nominations": 5,  # n1 to n5
        "activities": 7,
        "visits": 5,  # v1 to v5
        "surveyed": 270,  # 180 and 90
        "satisfied": 254,  # 171, and 83 after the correction
    },
    "P0.3": {
        "units": 14,
        "gaps": 1,  # works, as its head accepted
        "struck_off": 3,  # 11 again, 12, and 8 after it was carried over
        "on_time": 2,  # 11 within the clock that began anew, and 12
        "carried_over": 1,  # 8
        "filed": 19,  # eight summaries, eight times material for awards, year's end, dispatch of November, review of the last quarter
        "late": 1,  # private-2's summary
        "missing": 1,  # works' material for awards
        "rolling": 1,  # first's news of 15 November
        "awards": 3,  # one in each
    },
}
"""The figures of the city union's last statement of each phase that are not 0, worked out from the story above."""

EAST = {
    "units": 3,
    "entered": 2,  # 4 and 5
    "hazards": 2,
    "struck_off": 2,
    "on_time": 2,
    "filed": 1,  # its interim pack
    "rolling": 2,  # its news of July, the written report of east-1
    "ideas": 1,  # that of east-1, still open
    "nominations": 2,  # n2, and n3 for its hospital
    "visits": 2,  # v3 and v4
    "surveyed": 90,
    "satisfied": 83,
}
"""P0.2 of a district: itself and its two hospitals."""

PACKS = {
    "east": (
        # P0.1: launch, two returns, news, closed. P0.2 so far: news.
        {"units": 1, "filed": 2, "activities": 1, "rolling": 2},
        # With the statements of P0.1 of its two hospitals, each with a plan of its own; those of P0.2 have not come yet.
        {"units": 3, "filed": 4, "activities": 1, "rolling": 2},
    ),
    "first": (
        # P0.1: launch, its own plan and that of implementation, news, issue 1, closed. P0.2: both issues struck off, 2 was returned; one idea,
        # one activity, one visit. The survey comes later.
        {
            "units": 1,
            "entered": 2,
            "struck_off": 2,
            "on_time": 2,
            "filed": 2,
            "returned": 1,
            "rolling": 1,
            "ideas": 1,
            "adopted": 1,
            "activities": 2,
            "visits": 1,
        },
    )
    * 2,
}
"""What the interim packs of 28 and 29 August froze: of the unit itself, and with all below it."""

REFUSED = {
    "form-wrong": 1,  # a visit without what was seen
    "verifier-is-fixer": 1,
    "no-hazard": 1,  # a report on issue 2, which is a problem
    "obligation-unknown": 1,  # an interim pack before the notice that asks for it
    "return-not-waiting": 1,
    "nominee-kind": 1,
    "nominator-class": 1,
    "nominations-closed": 1,
    "judge-own-unit": 1,
    "judges-few": 1,
    "not-recommended": 1,
}
