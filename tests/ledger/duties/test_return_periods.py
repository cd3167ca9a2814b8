"""When returns fall due, told in sentences: by period, before their phase, and as their phase or the plan changes."""

from datetime import date

import pytest

from shared.events.campaign import CampaignAmended
from shared.events.phase import PhaseOpened
from shared.events.returns import ObligationMet, ObligationMoved, ObligationOpened, PeriodBegun, ReturnMissing, RollingReturnCounted
from shared.plan.clock import Relative
from shared.units import seal
from tests.ledger.duties.returns import BEGUN, MONTHLY, begun, figures, filed, of, owed, under
from tests.ledger.given import Morning, unit
from tests.ledger.like import Like
from tests.ledger.sample import EXTENDED, PLAN, UNITS, plan_with

# ── periods ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("D1")
def test_each_period_opens_one_return_on_its_first_day_and_the_next_when_it_is_over() -> None:
    story = under(MONTHLY).when(Morning("2022-04-05")).then()
    story.when(Morning(BEGUN))
    april = ObligationOpened(obligation="dispatch", phase="P1", due=date(2022, 5, 7), period="2022-04")
    assert of(story, ObligationOpened) == [april]  # 7 May is a make-up day
    assert of(story.when(Morning("2022-04-30")), ObligationOpened) == []
    may = ObligationOpened(obligation="dispatch", phase="P2", due=date(2022, 6, 6), period="2022-05")
    assert of(story.when(Morning("2022-05-01")), ObligationOpened) == [may]


@pytest.mark.covers("D1", "H17")
def test_each_period_is_met_or_missing_by_itself_and_closing_a_phase_does_not_wait_for_it() -> None:
    story = begun(MONTHLY).given(filed("dispatch", "2022-04"), Morning("2022-05-01"), Morning("2022-06-07"))
    missing = Like(ReturnMissing, obligation="dispatch", period="2022-05", due=date(2022, 6, 6))
    assert [fact for fact in story.history() if isinstance(fact, ReturnMissing)] == [missing]
    assert (figures(story, "P1"), figures(story, "P2")["missing"]) == ({"units": 1, "filed": 1}, 1)


@pytest.mark.covers("D1")
def test_a_book_that_is_told_late_of_a_campaign_opens_every_period_that_has_begun_and_only_those() -> None:
    story = under(MONTHLY).when(Morning("2022-07-02"))
    assert [fact.period for fact in of(story, ObligationOpened) if isinstance(fact, ObligationOpened)] == [
        "2022-04",
        "2022-05",
        "2022-06",
        "2022-07",
    ]


def test_a_period_told_twice_or_out_of_turn_opens_nothing() -> None:
    story = begun(MONTHLY)
    for period in ("2022-04", "2022-06", None):
        story.when(PeriodBegun(obligation="dispatch", period=period)).then()
    story.when(PeriodBegun(obligation="dream", period="2022-05")).then()


@pytest.mark.covers("D1")
def test_the_last_day_of_a_period_moves_off_a_day_of_rest_where_the_plan_says_so() -> None:
    story = begun(owed("weekly-note", cadence="weekly", rest="before"))
    # The week of 6 April ends on Sunday the 10th.
    assert of(story.given(Morning("2022-04-08")), ReturnMissing) == []
    assert story.history()[-1] == Like(ObligationOpened, period="2022-W14", due=date(2022, 4, 8))


@pytest.mark.covers("H5", "K5")
def test_a_rolling_return_is_opened_once_counted_each_time_and_never_missing() -> None:
    story = begun(owed("news", cadence="rolling", until="P3", cumulative=False))
    story.when(filed("news", "rolling")).then(RollingReturnCounted(obligation="news", phase="P1"))
    story.given(filed("news", "rolling"), Morning("2022-05-01")).on("2022-05-09").given(filed("news", "rolling"))
    story.given(Morning("2022-09-20"))
    assert not [fact for fact in story.history() if isinstance(fact, ReturnMissing | ObligationMet)]
    assert (figures(story, "P1")["rolling"], figures(story, "P2")["rolling"]) == (2, 1)


# ── due before its phase ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("A4", "H3", "H4")
def test_a_return_due_before_its_phase_opens_with_the_phase_in_which_it_is_due() -> None:
    story = under(owed("written-summary", "P3", due=date(2022, 6, 30))).given(Morning(BEGUN)).when(Morning("2022-05-01"))
    assert of(story, ObligationOpened) == [ObligationOpened(obligation="written-summary", phase="P3", due=date(2022, 6, 30))]
    story.on("2022-06-29").given(filed("written-summary")).when(Morning("2022-07-01"))
    # It is not opened again, and the phase does not wait for what is met.
    assert of(story, ObligationOpened, PhaseOpened) == [Like(PhaseOpened, phase="P3")]
    assert story.book.phase("P3").awaits_returns == ()


@pytest.mark.covers("A4")
def test_one_that_is_due_before_the_campaign_begins_opens_on_the_day_of_issue() -> None:
    story = under(owed("roster", due=date(2022, 4, 4))).when(Morning("2022-04-01"))
    story.then(Like(ObligationOpened, obligation="roster", due=date(2022, 4, 4)))
    story.given(Morning("2022-04-05")).when(Morning(BEGUN)).then(Like(PhaseOpened, returns=("roster",)))
    assert story.book.phase("P1").awaits_returns == ("roster",)


def test_a_phase_does_not_wait_for_a_return_that_does_not_close_it() -> None:
    story = under(owed("good-practice", due=date(2022, 4, 30), closes=False)).when(Morning(BEGUN))
    story.then(Like(PhaseOpened, returns=()), Like(ObligationOpened, obligation="good-practice"))


@pytest.mark.covers("L1")
def test_a_last_day_told_by_another_date_is_reckoned_from_it() -> None:
    story = begun(owed("review", due=Relative(phase="P1", edge="end", days=-3), rest="before"))
    assert Like(ObligationOpened, obligation="review", due=date(2022, 4, 27)) in story.history()


@pytest.mark.covers("L1")
def test_a_last_day_moves_with_the_phase_that_it_is_told_by_and_nobody_is_missing_before() -> None:
    story = begun(owed("review", due=Relative(phase="P1", edge="end", days=-3))).given(EXTENDED)
    moved = ObligationMoved(obligation="review", phase="P1", due=date(2022, 5, 17), was=date(2022, 4, 27))
    story.when(Morning("2022-04-28")).then(moved)
    assert not of(story.when(Morning("2022-05-17")), ReturnMissing)
    story.on("2022-05-17").when(filed("review")).then(Like(ObligationMet, late=False))


@pytest.mark.covers("L1")
def test_a_return_filed_in_the_time_that_an_extension_gave_is_on_time() -> None:
    story = begun(owed("review", due=Relative(phase="P1", edge="end"))).given(EXTENDED).on("2022-05-19")
    story.when(filed("review")).then(ObligationMoved, Like(ObligationMet, late=False))


@pytest.mark.covers("L1", "D1")
def test_more_periods_follow_where_the_phase_was_extended() -> None:
    story = begun(owed("weekly-note", cadence="weekly")).given(EXTENDED, Morning("2022-05-16"))
    opened = [fact.period for fact in story.history() if isinstance(fact, ObligationOpened)]
    assert opened == ["2022-W14", "2022-W15", "2022-W16", "2022-W17", "2022-W18", "2022-W19", "2022-W20"]


@pytest.mark.covers("L1", "L7", "D1")
def test_a_period_that_the_phases_end_cut_short_lasts_to_its_own_end_where_the_phase_was_extended() -> None:
    first = PLAN.phases[0].model_copy(update={"end": date(2022, 4, 20)})
    dispatch = owed("dispatch", cadence="monthly", days=3)
    story = begun(dispatch, phases=(first, *PLAN.phases[1:])).on("2022-04-19").given(EXTENDED)
    moved = ObligationMoved(obligation="dispatch", phase="P1", due=date(2022, 5, 7), was=date(2022, 4, 24), period="2022-04")
    assert of(story.when(Morning("2022-04-25")), ObligationMoved, ReturnMissing) == [moved]
    story.on("2022-05-07").given(Morning("2022-05-07")).when(filed("dispatch", "2022-04")).then(Like(ObligationMet, late=False))
    assert Like(ObligationOpened, period="2022-05", due=date(2022, 5, 25)) in story.history()


@pytest.mark.covers("H2", "H5")
def test_an_amendment_adds_returns_with_periods_to_a_running_campaign() -> None:
    amended = plan_with(version=2, obligations=(*PLAN.obligations, MONTHLY, owed("news", cadence="rolling", until="P3")))
    story = unit("bureau").given(Morning(BEGUN)).on("2022-05-05")
    clinic = story.given(CampaignAmended(plan=amended, tree=seal(UNITS), by="bureau-head")).at("e1").when(Morning("2022-05-06"))
    assert {(fact.obligation, fact.period) for fact in of(clinic, ObligationOpened) if isinstance(fact, ObligationOpened)} == {
        ("dispatch", "2022-04"),
        ("dispatch", "2022-05"),
        ("news", "rolling"),
    }


@pytest.mark.covers("H2")
def test_what_an_amendment_took_away_is_owed_no_more() -> None:
    amended = plan_with(version=2, obligations=PLAN.obligations[1:])
    story = unit("bureau").given(Morning(BEGUN)).on("2022-04-20")
    clinic = story.given(CampaignAmended(plan=amended, tree=seal(UNITS), by="bureau-head")).at("e1")
    assert not of(clinic.when(Morning("2022-04-29")), ReturnMissing)
    clinic.when(filed("own-plan")).refuses("obligation-unknown")
