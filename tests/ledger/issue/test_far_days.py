"""Days that lie too far: refused while somebody can tell it otherwise, so that no issue is ever set aside for a slip of the pen. D8."""

from collections.abc import Callable
from datetime import date

import pytest

from shared.events.campaign import CampaignAmended
from shared.events.extension import ExtensionGranted, ExtensionRequested
from shared.events.fact import Fact
from shared.events.issue import FollowUpSet, IssueStruckOff, Milestone
from shared.events.phase import PhaseExtended
from shared.events.strike_off import ObjectionDecided, ReopeningOrdered
from shared.plan.clock import Clock, Relative, Step
from shared.plan.obligation import Obligation
from shared.units import seal
from tests.ledger.duties.hazards import HAZARD, REPORT
from tests.ledger.given import Morning, Story, announced
from tests.ledger.issue.hand_overs import OVER
from tests.ledger.issue.ruled import AT_HOME, FROM_ABOVE, FUNDED, GRAVE, OBJECTED, RULED, SUPERVISED
from tests.ledger.like import Like
from tests.ledger.sample import DONE, FOUND, LIFE, PLAN, PLANNED, REPORTED, UNITS, VERIFIED, called, plan_with

STEPS = tuple(Step(clock=clock, after=3) for clock in ("fix", "follow-up"))
LATE = Obligation(code="late", name=called("补报"), phase="P3", due=Relative(phase="P2", days=30), classes=("clinic",))
WATCHED = plan_with(
    steps=STEPS,
    clocks=PLAN.clocks.model_copy(update={"extension": Clock(days=3)}),
    obligations=(*PLAN.obligations, LATE),
)
REQUESTED = ExtensionRequested(until=date(2050, 1, 1), reason="等待招标", by="owner-li")
FOLLOWED_UP = FollowUpSet(due=date(2050, 1, 1), owner="owner-li", by="head-zhao")
REOPENED = ReopeningOrdered(reason="旧病复发", by="chief-lin", by_unit="bureau")


def issue(day: str = FOUND) -> Story:
    return announced(WATCHED, day=day)


@pytest.mark.covers("D8")
def test_a_day_whose_steps_reach_a_year_without_calendar_is_refused_and_the_issue_goes_on() -> None:
    carried = issue().given(REPORTED, Morning("2022-09-01")).on("2022-09-02")
    carried.when(FOLLOWED_UP).refuses("calendar-missing")
    carried.given(FOLLOWED_UP.model_copy(update={"due": date(2022, 9, 30)}), PLANNED, DONE)
    carried.when(VERIFIED).then(Like(IssueStruckOff))
    asked = issue().given(REPORTED, REQUESTED)
    asked.when(ExtensionGranted(by="chief-lin", by_unit="bureau")).refuses("calendar-missing")
    asked.when(ExtensionGranted(until=date(2022, 5, 20), by="chief-lin", by_unit="bureau")).then()


@pytest.mark.covers("D8")
def test_what_is_opened_again_in_a_year_without_calendar_waits_for_the_calendar() -> None:
    issue().given(*LIFE).on("2031-01-06").when(REOPENED).refuses("calendar-missing")


def test_a_phase_is_not_extended_into_a_year_that_returns_reckoned_from_it_cannot_reach() -> None:
    extended = PhaseExtended(phase="P2", until=date(2026, 12, 20), reason="疫情", by="chief-lin", by_unit="bureau")
    issue().when(extended).refuses("calendar-missing")


def checked(day: str) -> Story:
    """A grave issue that one of two has verified, on a day long after the campaign."""
    return announced(RULED, day=FOUND).given(GRAVE, SUPERVISED, FUNDED, DONE).on(day).given(AT_HOME)


def objected() -> Story:
    """The strike-off was published in time for its look-back; an objection to it is decided months later."""
    return checked("2026-10-09").given(FROM_ABOVE, OBJECTED).on("2026-12-01")


def hazard() -> Story:
    """A hazard that was cleared, where a report is acknowledged within three days."""
    told = plan_with(clocks=PLAN.clocks.model_copy(update={"acknowledgement": Clock(days=3)}))
    return announced(told, day=FOUND).given(HAZARD, PLANNED, DONE).on("2026-12-30")


def long_campaign() -> Story:
    """A campaign that lasts longer for one unit, where a hand-over is acknowledged within twenty days."""
    told = plan_with(clocks=PLAN.clocks.model_copy(update={"receipt": Clock(days=20), "follow_up": Clock(days=1)}))
    longer = PhaseExtended(phase="P3", until=date(2026, 12, 15), reason="疫情", by="chief-lin", by_unit="bureau")
    return announced(told, day=FOUND).given(REPORTED, longer).on("2026-12-10")


@pytest.mark.covers("D8")
@pytest.mark.parametrize(
    ("story", "said"),
    [
        (lambda: checked("2026-12-01"), FROM_ABOVE),
        (objected, ObjectionDecided(upheld=False, reason="系他处座椅", by="chief-lin", by_unit="bureau")),
        (hazard, REPORT),
        (long_campaign, OVER),
        (
            issue,
            PhaseExtended(phase="P3", until=date(2026, 12, 15), reason="疫情", by="chief-lin", by_unit="bureau"),
        ),
    ],
    ids=["look-back after a publication", "after an objection", "acknowledgement above", "receipt elsewhere", "carry-over"],
)
def test_a_clock_that_begins_later_or_in_another_book_is_refused_where_its_cause_is_told(story: Callable[[], Story], said: Fact) -> None:
    told = story().when(said).refuses("calendar-missing")
    for morning in ("2026-12-20", "2026-12-31", "2027-01-15"):
        told.when(Morning(morning))


def test_the_look_back_of_a_published_strike_off_goes_by_the_plan_as_it_was_published() -> None:
    story = checked("2026-10-09").given(FROM_ABOVE)
    clocks = RULED.clocks.model_copy(update={"look_back": Clock(days=200)})
    longer = plan_with(version=2, clocks=clocks, grades=RULED.grades, carries_in=RULED.carries_in, issues=RULED.issues)
    story.at("bureau").given(CampaignAmended(plan=longer, tree=seal(UNITS), by="bureau-head"))
    story.when(Morning("2026-10-20"))
    assert Like(IssueStruckOff, look_back_due=date(2026, 11, 10)) in story.recorded()


@pytest.mark.parametrize(
    "said",
    [
        lambda last: REQUESTED.model_validate(dict(REQUESTED) | {"until": last}),
        lambda last: FOLLOWED_UP.model_validate(dict(FOLLOWED_UP) | {"due": last}),
        lambda last: Milestone(name="订货", due=last),
    ],
)
def test_the_last_day_that_there_is_cannot_be_named_for_none_comes_after_it(said: Callable[[date], Fact]) -> None:
    said(date(2999, 12, 31))
    with pytest.raises(ValueError, match="2999"):
        said(date.max)
