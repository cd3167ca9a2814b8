"""What the plan says falls due is owed by its date, whether or not the clock looked: a return that comes first opens itself."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ledger.duties.returns import Return
from shared.events.refusal import Refused
from shared.events.returns import ApprovalAwaited, ObligationMet, ObligationOpened, RollingReturnCounted
from shared.plan.obligation import Cadence, Obligation
from shared.plan.periods import FORMS, periods_of
from tests.ledger.duties.returns import APPROVED, CHASED, MONTHLY, PLAIN, figures, filed, owed, under
from tests.ledger.given import Morning, Said, Story
from tests.ledger.in_memory import drive
from tests.ledger.like import Like
from tests.ledger.sample import plan_with

DAILY = owed("news", cadence="daily")
ROLLING = owed("cases", cadence="rolling", until="P3")
EARLY = owed("forms", phase="P2", due=date(2022, 4, 20))


def opened(story: Story) -> list[tuple[str, str | None]]:
    """The returns that were opened so far, in order: obligation and period."""
    return [(fact.obligation, fact.period) for fact in story.history() if isinstance(fact, ObligationOpened)]


@pytest.mark.covers("H1", "D1")
@pytest.mark.parametrize(
    ("obligation", "period"),
    [(PLAIN, None), (MONTHLY, "2022-04"), (DAILY, "2022-04-06"), (EARLY, None)],
    ids=["once", "month", "day", "early"],
)
def test_a_return_filed_in_the_first_minutes_of_its_day_opens_itself(obligation: Obligation, period: str | None) -> None:
    code = obligation.code
    story = under(obligation).on("2022-04-06T00:01:00+08:00").when(filed(code, period))
    story.then(Like(ObligationMet, late=False, period=period))
    assert (code, period) in opened(story)
    story.when(Morning("2022-04-06"))
    assert [each for _, each in opened(story)].count(period) == 1
    assert sum(figures(story, phase).get("filed", 0) for phase in ("P1", "P2")) == 1


@pytest.mark.covers("D1", "L13")
def test_after_an_outage_a_return_is_judged_by_its_due_day_and_opens_those_before_it() -> None:
    story = under(DAILY).on("2022-04-09").when(filed("news", "2022-04-08"))
    assert [period for _, period in opened(story)] == ["2022-04-06", "2022-04-07", "2022-04-08", "2022-04-09"]
    assert Like(ObligationMet, period="2022-04-08", late=True) in story.recorded()
    story.given(filed("news", "2022-04-09")).given(Morning("2022-04-10"))
    assert [period for _, period in opened(story)] == [f"2022-04-{day:02}" for day in range(6, 11)]
    assert {name: count for name, count in figures(story, "P1").items() if count} == {"filed": 1, "late": 1, "missing": 2}


@pytest.mark.covers("L13")
def test_what_needs_approval_or_has_no_date_opens_itself_too_and_is_chased_as_what_is_owed() -> None:
    under(APPROVED).on("2022-04-06").when(filed("own-plan")).then(ApprovalAwaited)
    under(ROLLING).on("2022-04-06").when(filed("cases", "rolling")).then(RollingReturnCounted)
    under(PLAIN).on("2022-04-06").when(CHASED).then()


def test_what_is_not_owed_yet_or_by_others_is_refused_as_before() -> None:
    under(PLAIN).on("2022-04-05").when(filed("own-plan")).refuses("obligation-unknown")
    under(DAILY).on("2022-04-06").when(filed("news", "2022-04-07")).refuses("period-unfit")
    under(DAILY).on("2022-04-06").when(filed("news")).refuses("period-unfit")
    under(PLAIN).on("2022-04-06").when(filed("own-plan", "2022-04")).refuses("obligation-unknown")
    others = PLAIN.model_copy(update={"classes": ("township",)})
    under(others).on("2022-04-06").when(filed("own-plan")).refuses("obligation-unknown")


@pytest.mark.covers("D1", "H16")
@pytest.mark.parametrize(("phase", "until"), [("P1", None), ("P1", "P3"), ("P2", None), ("P2", "P3"), ("P3", None)])
@pytest.mark.parametrize("cadence", list(FORMS))
def test_each_period_of_a_return_may_be_filed_on_its_first_day_before_the_clock_looked(
    cadence: Cadence, phase: str, until: str | None
) -> None:
    news = owed("news", phase=phase, until=until, cadence=cadence)
    for period in periods_of(plan_with(obligations=(news,)), news):
        story = under(news).on(f"{period.first}T00:01:00+08:00").when(filed("news", period.code))
        assert story.recorded()[-1] == Like(ObligationMet, period=period.code, late=False)


def test_a_return_is_told_for_no_period_of_others() -> None:
    bulletin = owed("news", phase="P3", cadence="two-monthly")
    for period in ("2022-04", "2022-06", "2022-08"):
        refused = under(bulletin).on("2022-08-02").when(filed("news", period)).refuses("period-unfit").recorded()[0]
        assert isinstance(refused, Refused)
        assert "2022-07" in refused.reason.en


def returns_of(story: Story) -> dict[str, tuple[object, ...]]:
    """Of each return what it is: its last day, whether it is in, and how often something was filed."""
    loaded = drive(story.ledger.store.load(list(story.ledger.store.subjects)))
    states = {id: each.state for id, each in loaded.items() if id.startswith(f"{story.id}/")}
    return {id: (each.due, each.met, each.filed, each.filer) for id, each in states.items() if isinstance(each, Return)}


@pytest.mark.covers("D1", "H1")
@settings(max_examples=25, deadline=None)
@given(
    filings=st.lists(
        st.tuples(st.integers(0, 12), st.sampled_from(["news", "dispatch", "own-plan", "forms"]), st.integers(0, 12)), max_size=8
    ),
    looks=st.sets(st.integers(0, 12)),
)
def test_whether_the_clock_looked_each_day_or_now_and_then_the_same_is_owed_and_met(
    filings: list[tuple[int, str, int]], looks: set[int]
) -> None:
    first = date(2022, 4, 5)
    stories = []
    for mornings in (set(range(13)), looks):
        story = under(DAILY, MONTHLY, PLAIN, EARLY)
        for number in range(13):
            day = first + timedelta(number)
            if number in mornings:
                story.when(Morning(day.isoformat()))
            for on, code, back in filings:
                if on == number:
                    period = {"news": (day - timedelta(back)).isoformat(), "dispatch": "2022-04"}.get(code)
                    story.on(day.isoformat()).when(Said(filed(code, period)))
        stories.append(story.when(Morning((first + timedelta(13)).isoformat())))
    daily, seldom = stories
    assert returns_of(daily) == returns_of(seldom)
    for phase in ("P1", "P2", "P3"):
        assert {name: count for name, count in figures(daily, phase).items() if count} == {
            name: count for name, count in figures(seldom, phase).items() if count
        }
