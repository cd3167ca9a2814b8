"""Returns with a cadence, before their phase, in numbers, on forms, accepted, sent back and chased, told in sentences."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.events.campaign import CampaignAmended
from shared.events.fact import Fact
from shared.events.figures import Counts
from shared.events.phase import PhaseExtended, PhaseOpened
from shared.events.returns import (
    ApprovalAwaited,
    ObligationLifted,
    ObligationMet,
    ObligationMoved,
    ObligationOpened,
    ObligationReopened,
    PackFrozen,
    PeriodBegun,
    ReturnAccepted,
    ReturnAnswered,
    ReturnChased,
    ReturnFiled,
    ReturnMissing,
    ReturnNearDue,
    ReturnSentBack,
    ReturnStepDue,
    RollingReturnCounted,
)
from shared.plan import Plan
from shared.plan.clock import Clock, Relative, Step
from shared.plan.form import Form, FormField
from shared.plan.obligation import Obligation
from shared.units import seal
from tests.ledger.given import Morning, Said, Story, nowhere, unit
from tests.ledger.like import Like
from tests.ledger.sample import ANNOUNCED, CAMPAIGN, LISTED, PLAN, REPORTED, UNITS, called

BEGUN = "2022-04-06"


def owed(code: str, phase: str = "P1", **fields: object) -> Obligation:
    """An obligation of clinics."""
    return Obligation(code=code, name=called(code), phase=phase, classes=("clinic",), **fields)  # type: ignore[arg-type]


def under(*obligations: Obligation, **fields: object) -> Story:
    """A clinic, on the day on which a campaign with these obligations was announced."""
    plan = Plan(**(dict(PLAN) | {"obligations": obligations} | fields))
    return nowhere().given(LISTED, ANNOUNCED.model_copy(update={"plan": plan})).at("e1")


def begun(*obligations: Obligation, **fields: object) -> Story:
    """The same on the first morning of P1."""
    return under(*obligations, **fields).given(Morning(BEGUN)).on("2022-04-20")


def filed(obligation: str, period: str | None = None, **fields: object) -> ReturnFiled:
    """A return."""
    return ReturnFiled(obligation=obligation, period=period, title="材料", by="clerk-zhou", **fields)  # type: ignore[arg-type]


def of(story: Story, *types: type[Fact]) -> list[Fact]:
    """What was recorded now, of some types."""
    return [fact for fact in story.recorded() if isinstance(fact, types)]


def figures(story: Story, phase: str) -> dict[str, int]:
    """The figures of a phase that are not 0."""
    return {name: count for name, count in story.book.phase(phase).own.items() if count}


# ── periods ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────

MONTHLY = owed("dispatch", cadence="monthly", until="P3", days=3)


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


EXTENDED = PhaseExtended(phase="P1", until=date(2022, 5, 20), reason="封控", by="bureau-head", by_unit="bureau")


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
    amended = Plan(
        **(dict(PLAN) | {"version": 2, "obligations": (*PLAN.obligations, MONTHLY, owed("news", cadence="rolling", until="P3"))})
    )
    story = unit("bureau").given(Morning(BEGUN)).on("2022-05-05")
    clinic = story.given(CampaignAmended(plan=amended, tree=seal(UNITS), by="bureau-head")).at("e1").when(Morning("2022-05-06"))
    assert {(fact.obligation, fact.period) for fact in of(clinic, ObligationOpened) if isinstance(fact, ObligationOpened)} == {
        ("dispatch", "2022-04"),
        ("dispatch", "2022-05"),
        ("news", "rolling"),
    }


@pytest.mark.covers("H2")
def test_what_an_amendment_took_away_is_owed_no_more() -> None:
    amended = Plan(**(dict(PLAN) | {"version": 2, "obligations": PLAN.obligations[1:]}))
    story = unit("bureau").given(Morning(BEGUN)).on("2022-04-20")
    clinic = story.given(CampaignAmended(plan=amended, tree=seal(UNITS), by="bureau-head")).at("e1")
    assert not of(clinic.when(Morning("2022-04-29")), ReturnMissing)
    clinic.when(filed("own-plan")).refuses("obligation-unknown")


# ── filing ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────

SHEET = Form(code="sheet", name=called("情况表"), fields=(FormField(code="people", name=called("人数"), kind="number"),))
ON_FORM = owed("own-plan", due=date(2022, 4, 25), form="sheet")


@pytest.mark.covers("J4", "H8")
def test_a_return_is_filed_on_its_form_or_refused_with_every_mistake() -> None:
    story = begun(ON_FORM, forms=(SHEET,)).when(filed("own-plan", form={"people": "several", "mood": "good"})).refuses("form-wrong")
    reason = story.recorded()[-1]
    assert all(word in str(reason) for word in ("people", "several", "mood"))
    story.when(filed("own-plan", form={"people": "12"})).then(ObligationMet)


def test_a_nil_return_needs_no_form() -> None:
    begun(ON_FORM, forms=(SHEET,)).when(filed("own-plan", nil=True)).then(Like(ObligationMet, nil=True))


def test_a_nil_return_is_refused_where_something_must_be_filed() -> None:
    begun(owed("own-plan", due=date(2022, 4, 25), nil=False)).when(filed("own-plan", nil=True)).refuses("nil-not-taken")


@pytest.mark.covers("H1", "H9", "H10", "H11", "H12", "H15", "H16")
def test_an_obligation_names_its_recipient_and_contact_and_a_return_its_own() -> None:
    story = begun(owed("own-plan", due=date(2022, 4, 25), recipient="union", contact="union-lin"))
    assert Like(ObligationOpened, recipient="union", contact="union-lin") in story.history()
    assert story.when(filed("own-plan", contact="clerk-zhou")).then(ObligationMet).history()[-2] == Like(ReturnFiled, contact="clerk-zhou")


@pytest.mark.covers("H13", "H14")
def test_a_bureau_owes_returns_of_its_own_to_a_recipient_that_is_no_unit_above() -> None:
    results = Obligation(
        code="acceptance", name=called("检查验收结果"), phase="P1", due=date(2022, 4, 28), classes=("bureau",), recipient="prefecture"
    )
    story = under(results).at("bureau").given(Morning(BEGUN)).on("2022-04-28")
    assert Like(ObligationOpened, obligation="acceptance", recipient="prefecture") in story.history()
    story.when(filed("acceptance")).then(Like(ObligationMet, late=False))


@pytest.mark.covers("H2")
def test_a_cumulative_return_freezes_the_figures_to_date_over_all_phases() -> None:
    story = begun(owed("pack", "P2", due=date(2022, 5, 20), cumulative=True)).given(REPORTED, Morning("2022-05-01"))
    story.on("2022-05-10").when(filed("pack"))
    frozen = Counts(units=1, entered=1)
    assert of(story, PackFrozen) == [Like(PackFrozen, obligation="pack", own=frozen, total=frozen)]
    pack = of(story, PackFrozen)[0]
    assert isinstance(pack, PackFrozen)
    assert pack.head.position == story.book.position - 3


QUOTA = owed("cases", cadence="quarterly", until="P3", quota=3, kinds=2)


@pytest.mark.covers("L12")
def test_a_quota_is_met_by_so_many_returns_of_so_many_kinds() -> None:
    story = begun(QUOTA)
    story.when(*[filed("cases", "2022-Q2", item_kind="nursing")] * 3).then()
    story.when(filed("cases", "2022-Q2", item_kind="pharmacy")).then(Like(ObligationMet, period="2022-Q2", late=False))


@pytest.mark.covers("L12")
def test_none_found_is_answered_by_a_nil_return_which_shows_as_one() -> None:
    begun(QUOTA).given(filed("cases", "2022-Q2", item_kind="nursing")).when(filed("cases", "2022-Q2", nil=True)).then(
        Like(ObligationMet, nil=True)
    )


@pytest.mark.covers("L12")
def test_where_kinds_are_asked_a_return_says_its_own() -> None:
    begun(QUOTA).when(filed("cases", "2022-Q2")).refuses("item-kind-missing")


# ── accepted, sent back, answered ───────────────────────────────────────────────────────────────────────────────────────────

APPROVED = owed("own-plan", due=date(2022, 4, 25), approval=True)
ACCEPTED = ReturnAccepted(obligation="own-plan", by="east-chen", by_unit="east")
SENT_BACK = ReturnSentBack(obligation="own-plan", reason="没有责任人", by="east-chen", by_unit="east")


@pytest.mark.covers("L13")
def test_a_return_that_needs_approval_waits_and_is_judged_by_the_day_on_which_it_was_filed() -> None:
    story = begun(APPROVED).when(filed("own-plan")).then(ApprovalAwaited(obligation="own-plan", phase="P1"))
    story.given(Morning("2022-04-26"), Morning("2022-05-01"))
    assert story.book.phase("P1").status == "held"
    story.on("2022-05-04").when(ACCEPTED)
    assert story.recorded()[1] == ObligationMet(obligation="own-plan", phase="P1", late=False, was_missing=False)
    assert story.book.phase("P1").status == "closed"


@pytest.mark.covers("L13", "A7")
def test_what_waits_to_be_accepted_is_accepted_or_sent_back_also_after_an_amendment_took_the_obligation_away() -> None:
    def waits() -> Story:
        story = begun(APPROVED).given(filed("own-plan"))
        amended = Plan(**(dict(PLAN) | {"version": 2, "obligations": ()}))
        story.at("bureau").given(CampaignAmended(plan=amended, tree=seal(UNITS), by="bureau-head"))
        return story

    waits().when(ACCEPTED).then(ObligationMet(obligation="own-plan", phase="P1", late=False, was_missing=False))
    back = waits().when(SENT_BACK).then(ObligationReopened(obligation="own-plan", phase="P1", due=date(2022, 4, 25)))
    back.when(filed("own-plan")).refuses("obligation-unknown")
    assert of(back.when(Morning("2022-04-26")), ObligationLifted, ReturnMissing) == [ObligationLifted(obligation="own-plan", phase="P1")]


@pytest.mark.covers("L13")
def test_a_return_sent_back_is_owed_again_counts_as_sent_back_and_is_missing_and_late_after_its_last_day() -> None:
    story = begun(APPROVED).given(filed("own-plan"), Morning("2022-04-26")).on("2022-04-27")
    story.when(SENT_BACK).then(ObligationReopened(obligation="own-plan", phase="P1", due=date(2022, 4, 25)))
    story.when(Morning("2022-04-27")).then().when(Morning("2022-04-28")).then(ReturnMissing)
    story.on("2022-04-28").given(filed("own-plan")).when(ACCEPTED).then(Like(ObligationMet, late=True, was_missing=True))
    assert figures(story, "P1") == {"late": 1, "sent_back": 1}


@pytest.mark.covers("L13")
def test_a_return_sent_back_twice_can_still_go_missing() -> None:
    story = begun(APPROVED)
    for _ in range(2):
        story.given(filed("own-plan"), SENT_BACK)
    story.when(Morning("2022-04-26")).then(ReturnMissing)


@pytest.mark.covers("L13")
def test_who_filed_a_return_does_not_accept_it() -> None:
    own = ACCEPTED.model_copy(update={"by": "clerk-zhou"})
    begun(APPROVED).given(filed("own-plan")).when(own).refuses("accepted-by-filer")


@pytest.mark.covers("L13", "I1")
@pytest.mark.parametrize("by_unit", [None, "e1"])
def test_no_unit_accepts_or_sends_back_its_own_return(by_unit: str | None) -> None:
    story = begun(APPROVED).given(filed("own-plan"))
    for judged in (ACCEPTED, SENT_BACK):
        story.when(judged.model_copy(update={"by": "head-zhao", "by_unit": by_unit})).refuses("needs-superior")


@pytest.mark.covers("L13")
def test_only_what_waits_is_accepted_or_sent_back() -> None:
    story = begun(APPROVED).when(ACCEPTED).refuses("return-not-waiting").when(SENT_BACK).refuses("return-not-waiting")
    begun(owed("own-plan", due=date(2022, 4, 25))).given(filed("own-plan")).when(SENT_BACK).refuses("return-not-waiting")
    story.given(filed("own-plan"), ACCEPTED).when(ACCEPTED).refuses("return-not-waiting")


@pytest.mark.covers("L13")
def test_each_return_is_answered_by_itself_once_something_was_filed() -> None:
    answer = ReturnAnswered(obligation="dispatch", period="2022-04", text="同意，请抓紧", by="east-chen", by_unit="east")
    begun(MONTHLY).when(answer).refuses("return-not-filed").given(filed("dispatch", "2022-04")).when(answer).then()


@pytest.mark.covers("L13", "H17")
def test_between_the_last_day_and_the_line_a_return_is_late_and_after_it_missing() -> None:
    with_line = owed("own-plan", due=date(2022, 4, 25), missing_after=Clock(days=3))
    story = begun(with_line).when(Morning("2022-04-28")).then()
    story.on("2022-04-28").when(filed("own-plan")).then(Like(ObligationMet, late=True, was_missing=False))
    begun(with_line).when(Morning("2022-04-29")).then(Like(ReturnMissing, due=date(2022, 4, 25)))


# ── warned and chased ───────────────────────────────────────────────────────────────────────────────────────────────────────

STEPS = (Step(clock="return", before=2), Step(clock="return", after=3, levels=2), Step(clock="fix", after=5))
PLAIN = owed("own-plan", due=date(2022, 4, 25))
CHASED = ReturnChased(obligation="own-plan", text="请尽快报送", by="east-chen", by_unit="east")


@pytest.mark.covers("H17")
def test_a_return_that_is_not_in_is_warned_of_before_its_last_day_and_chased_up_the_line_after_it() -> None:
    story = begun(PLAIN, steps=STEPS).when(Morning("2022-04-21")).then()
    # Sunday the 24th is a make-up day on which people work.
    story.when(Morning("2022-04-22")).then(ReturnNearDue(obligation="own-plan", phase="P1", due=date(2022, 4, 25)))
    story.when(Morning("2022-04-26")).then(ReturnMissing).when(Morning("2022-04-27")).then()
    story.when(Morning("2022-04-28")).then(ReturnChased(obligation="own-plan", levels=2)).when(Morning("2022-04-29")).then()


@pytest.mark.covers("H17", "L1")
def test_a_return_whose_last_day_moved_is_warned_of_again_before_the_new_one() -> None:
    story = begun(owed("review", due=Relative(phase="P1", edge="end", days=-3)), steps=STEPS).given(EXTENDED)
    story.when(Morning("2022-04-25")).then(ObligationMoved)  # the warning before the old last day is overtaken
    near = ReturnNearDue(obligation="review", phase="P1", due=date(2022, 5, 17))
    assert near in story.when(Morning("2022-05-13")).recorded()


@pytest.mark.covers("H17", "L13")
def test_a_chase_that_was_told_while_a_return_waited_to_be_accepted_is_made_once_it_is_sent_back() -> None:
    story = begun(APPROVED, steps=STEPS).given(Morning("2022-04-26")).on("2022-04-27").given(filed("own-plan"))
    overtaken = ReturnStepDue(obligation="own-plan", step="after-3", due=date(2022, 4, 25))
    name = "yz2022/e1/return/own-plan#after-3-2022-04-25"
    story.on("2022-04-28").when(Said(overtaken, id=name)).then().given(SENT_BACK)
    story.when(Morning("2022-04-28")).then(ReturnChased(obligation="own-plan", levels=2)).when(Morning("2022-04-29")).then()


@pytest.mark.covers("H17")
def test_what_is_in_is_neither_warned_of_nor_chased() -> None:
    begun(PLAIN, steps=STEPS).given(filed("own-plan")).when(Morning("2022-04-29")).then()


@pytest.mark.covers("H17")
def test_a_unit_above_chases_by_a_person_and_only_what_is_not_in() -> None:
    story = begun(PLAIN).when(CHASED).then()
    story.given(filed("own-plan")).when(CHASED).refuses("return-not-open")


def test_subject_and_content_name_the_same_period() -> None:
    story = begun(MONTHLY)
    wrong = story.told(filed("dispatch", "2022-04"))
    assert wrong.subject == f"{CAMPAIGN}/e1/return/dispatch~2022-04"


# ── whatever is told ────────────────────────────────────────────────────────────────────────────────────────────────────────

DAYS = ("2022-04-20", "2022-04-25", "2022-04-26", "2022-04-29", "2022-05-03")
ACTS = (filed("own-plan"), filed("own-plan", nil=True), ACCEPTED, SENT_BACK, CHASED, EXTENDED)
RULES = (APPROVED, PLAIN, owed("own-plan", due=Relative(phase="P1", days=-2), approval=True, missing_after=Clock(days=2), quota=2))


@pytest.mark.covers("H17", "L13")
@settings(max_examples=60, deadline=None)
@given(st.sampled_from(RULES), st.lists(st.lists(st.sampled_from(ACTS), max_size=4), min_size=len(DAYS), max_size=len(DAYS)))
def test_whatever_is_told_a_return_is_met_once_at_most_and_missing_only_while_it_is_not_met(
    rule: Obligation, told: list[list[Fact]]
) -> None:
    story = begun(rule, steps=STEPS)
    for day, acts in zip(DAYS, told, strict=True):
        story.when(Morning(day)).on(day).when(*acts)
        counted = story.book.phase("P1").own
        met = counted.get("filed", 0) + counted.get("late", 0)
        assert met in {0, 1}
        assert counted.get("missing", 0) in ({0} if met else {0, 1})
        assert min(counted.values(), default=0) >= 0
    reopened = [fact for fact in story.history() if isinstance(fact, ObligationReopened)]
    assert story.book.phase("P1").own.get("sent_back", 0) == len(reopened)
