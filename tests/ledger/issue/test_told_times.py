"""Whatever time an act is told with, it did not happen before what it acts on: such a time stops no clock, and the answer says so."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.events.extension import ExtensionGranted, ExtensionRequested
from shared.events.fact import Fact
from shared.events.issue import FollowUpSet, IssueOverdue, IssueStruckOff
from shared.events.lateness import LateTellingAccepted, LateTellingDismissed, OverdueWithdrawn
from shared.events.refusal import Refused
from shared.events.strike_off import IssueSpotChecked, ReopeningOrdered
from shared.plan.issue import IssueRules, Verification
from tests.ledger.awards.ideas import HOLDS, applied
from tests.ledger.duties.hazards import ACKNOWLEDGED, RAISED, REPORT, cleared
from tests.ledger.duties.returns import PLAIN, begun, filed
from tests.ledger.given import Morning, Said, Story
from tests.ledger.issue.clocks import AFTER_FIX, FIX_DUE, under
from tests.ledger.issue.hand_overs import DECLINED, OVER, WITHDRAWN, there
from tests.ledger.issue.ruled import TWO, into
from tests.ledger.like import Like
from tests.ledger.sample import DONE, FOUND, LIFE, PLANNED, REPORTED, RETURNED, VERIFIED, VOIDED, changed

AGAIN = ReopeningOrdered(reason="又损坏", by="chief-lin", by_unit="bureau")
FOUND_WANTING = IssueSpotChecked(holds=False, finding="仍有三把未换", by="inspector-wu", by_unit="east")
ASKED = ExtensionRequested(until=date(2022, 5, 12), reason="座椅到货延误", by="owner-li")
MORE_TIME = ExtensionGranted(by="head-zhao", by_unit="east")


def lenient(asks: Verification | None = None, **parts: Any) -> Story:
    """A plan that lets a fix be told three days late; to be fixed by 9 May."""
    return under(issues=IssueRules(told_late=3, verification=asks or Verification()), **parts)


# ── an act and what it acts on ──────────────────────────────────────────────────────────────────────────────────────────────


def came_back() -> Story:
    """Another unit did not take it, on 6 May."""
    story = lenient().given(REPORTED, PLANNED, OVER)
    story.at("e2").on("2022-05-06").given(there(DECLINED))
    return story


def parted() -> Story:
    """Merged into another that turned out to be none, as was told on 12 May."""
    story = lenient().given(REPORTED, PLANNED, Said(REPORTED, issue="2"), into(TWO))
    return story.on("2022-05-12").given(Said(VOIDED, issue="2", happened="2022-05-08"))


BEFORE_WHAT: dict[str, tuple[Callable[[], Story], Fact, str]] = {
    "entry": (lambda: lenient().given(REPORTED, PLANNED), DONE, "2019-01-01"),
    "the day of entry": (lambda: lenient().given(REPORTED, PLANNED), DONE, "2022-04-21"),
    "measures": (lambda: lenient().given(REPORTED).on("2022-05-04").given(PLANNED), DONE, "2022-05-03"),
    "measures told late": (lambda: lenient().given(REPORTED).on(AFTER_FIX).given(Said(PLANNED, happened="2022-05-07")), DONE, "2022-05-06"),
    "measures of an impossible day": (
        lambda: lenient().given(REPORTED).on(AFTER_FIX).given(Said(PLANNED, happened="2019-01-01")),
        DONE,
        FIX_DUE,
    ),
    "measures told further back than the plan lets them be": (
        lambda: lenient().given(REPORTED).on("2022-05-12").given(Said(PLANNED, happened="2022-04-25")),
        DONE,
        FIX_DUE,
    ),
    "sending back told further back": (
        lambda: (
            lenient()
            .given(REPORTED, PLANNED)
            .on("2022-04-25")
            .given(DONE, Morning(AFTER_FIX))
            .on("2022-05-12")
            .given(Said(RETURNED, happened="2022-04-25"))
        ),
        DONE,
        FIX_DUE,
    ),
    "more time granted as of an earlier day": (
        lambda: lenient().given(REPORTED, PLANNED).on(FIX_DUE).given(ASKED, Said(MORE_TIME, happened="2022-05-07")),
        DONE,
        "2022-05-08",
    ),
    "an offer withdrawn as of an earlier day": (
        lambda: lenient().given(REPORTED, PLANNED).on(FIX_DUE).given(OVER).on("2022-05-11").given(Said(WITHDRAWN, happened=FIX_DUE)),
        DONE,
        FIX_DUE,
    ),
    "coming back from a merging as of an earlier day": (parted, DONE, FIX_DUE),
    "another's check": (
        lambda: (
            lenient(clocks={"fix_stops": "verified"}, asks=Verification(persons=2))
            .given(REPORTED, PLANNED)
            .on("2022-05-06")
            .given(DONE)
            .on("2022-05-12")
            .given(changed(VERIFIED, by="checker-lu"))
        ),
        VERIFIED,
        FIX_DUE,
    ),
    "sending back": (lambda: lenient().given(REPORTED, PLANNED, DONE).on(AFTER_FIX).given(RETURNED), DONE, FIX_DUE),
    "a spot check": (lambda: lenient().given(REPORTED, PLANNED, DONE).on(AFTER_FIX).given(FOUND_WANTING), DONE, FIX_DUE),
    "more time": (lambda: lenient().given(REPORTED, PLANNED).on(FIX_DUE).given(ASKED, MORE_TIME), DONE, "2022-05-08"),
    "coming back": (came_back, DONE, "2022-05-05"),
    "a new cycle": (lambda: lenient(day="2022-04-14").given(*LIFE).on(FOUND).given(AGAIN, PLANNED), DONE, "2022-04-20"),
    "the fix that is checked": (
        lambda: lenient(clocks={"fix_stops": "verified"}).given(REPORTED, PLANNED).on("2022-05-07").given(DONE),
        VERIFIED,
        "2022-05-06",
    ),
    "a fix of an impossible day": (
        lambda: lenient(clocks={"fix_stops": "verified"}).given(REPORTED, PLANNED).on(AFTER_FIX).given(Said(DONE, happened="2019-01-01")),
        VERIFIED,
        FIX_DUE,
    ),
}
"""What an act is told to have happened before, each with the act and its time."""


@pytest.mark.covers("L15")
@pytest.mark.parametrize("what", BEFORE_WHAT)
def test_an_act_told_with_a_time_before_what_it_acts_on_stops_no_clock_and_the_answer_says_so(what: str) -> None:
    make, act, happened = BEFORE_WHAT[what]
    story = make()
    told = "2022-05-13" if what.startswith("more time") else "2022-05-12"
    story.given(Morning(told)).on(told).when(Said(act, happened=happened))
    [dismissed] = [fact for fact in story.recorded() if isinstance(fact, LateTellingDismissed)]
    assert dismissed.happened == date.fromisoformat(happened) < dismissed.earliest
    if act is DONE:
        story.when(VERIFIED)
    assert Like(IssueStruckOff, on_time=False) in story.recorded()
    marks = [fact for fact in story.history() if isinstance(fact, IssueOverdue) and fact.clock == "fix"]
    assert [fact.number for fact in marks].count(dismissed.number) == 1


@pytest.mark.covers("L15")
def test_who_was_without_a_line_tells_measures_and_fix_together_and_both_count_when_they_happened() -> None:
    story = lenient().given(REPORTED, Morning(AFTER_FIX)).on("2022-05-11").given(Said(PLANNED, happened="2022-05-08"))
    story.when(Said(DONE, happened=FIX_DUE)).then(Like(LateTellingAccepted, happened=date(2022, 5, 9)), OverdueWithdrawn)
    story.when(VERIFIED).then(Like(IssueStruckOff, on_time=True))


# ── whatever is told ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("L15")
@settings(max_examples=150, deadline=None)
@given(
    acts=st.lists(st.tuples(st.integers(0, 9), st.integers(-25, 25)), min_size=4, max_size=4),
    sent_back=st.booleans(),
    stops=st.sampled_from(["done", "verified"]),
)
@example(acts=[(9, 9), (9, 14), (0, 0), (0, 0)], sent_back=False, stops="done")
def test_an_issue_is_on_time_only_if_some_day_between_the_last_cause_and_its_telling_is(
    acts: list[tuple[int, int]], sent_back: bool, stops: str
) -> None:
    story = lenient(clocks={"fix_stops": stops}, day="2022-04-26").given(REPORTED)  # to be fixed by 12 May
    due, day = date(2022, 5, 12), date(2022, 4, 26)
    earliest, in_time = day, True
    first = (PLANNED, DONE, RETURNED, DONE) if sent_back else (PLANNED, DONE)
    for fact, (later, before) in zip((*first, VERIFIED), (*acts, acts[0]), strict=False):
        day += timedelta(later)
        happened = day - timedelta(before)
        story.on(day.isoformat()).given(Said(fact, happened=happened.isoformat()))
        possible = earliest <= happened <= day
        if fact is (DONE if stops == "done" else VERIFIED):
            in_time = day <= due or (possible and happened <= due and day <= due + timedelta(3))
        believed = possible and happened >= day - timedelta(3)
        earliest = happened if believed else day
    [struck] = [fact for fact in story.history() if isinstance(fact, IssueStruckOff)]
    assert struck.on_time == in_time


LATE: dict[str, tuple[Callable[[], Story], Said]] = {
    "a return": (lambda: begun(PLAIN).on("2022-04-26"), Said(filed("own-plan"))),
    "a return that is missing": (lambda: begun(PLAIN).given(Morning("2022-04-27")).on("2022-04-27"), Said(filed("own-plan"))),
    "measures": (lambda: lenient().given(REPORTED).on("2022-04-29"), Said(PLANNED)),
    "what is carried over": (
        lambda: lenient(day="2022-08-24").given(REPORTED, PLANNED, Morning("2022-09-15")).on("2022-09-20"),
        Said(DONE),
    ),
    "more time": (lambda: lenient().given(REPORTED).on(AFTER_FIX), Said(ASKED)),
    "a follow-up set anew": (
        lambda: lenient(day="2022-08-24").given(REPORTED, Morning("2022-09-01")).on("2022-09-20"),
        Said(FollowUpSet(due=date(2022, 9, 19), owner="owner-feng", by="head-zhao")),
    ),
    "a hazard report": (lambda: cleared().given(REPORT).at("east").on("2022-06-29"), Said(ACKNOWLEDGED, subject=RAISED)),
    "a look at an idea": (lambda: applied().on(AFTER_FIX), Said(HOLDS)),
}
"""What is told after its last day."""


@pytest.mark.covers("L15")
@pytest.mark.parametrize("what", LATE)
def test_everything_else_goes_by_the_day_on_which_it_was_taken_whatever_its_time(what: str) -> None:
    make, said = LATE[what]
    answers = []
    for happened in (None, "2019-01-01", "2022-04-23", "2022-09-14"):
        story = make()
        moment = None if happened and happened > story.day else happened
        answers.append(story.when(Said(said.fact, subject=said.subject, happened=moment)).recorded())
    assert all(answer == answers[0] for answer in answers)
    assert len(answers[0]) > 1 or isinstance(answers[0][0], Refused)
