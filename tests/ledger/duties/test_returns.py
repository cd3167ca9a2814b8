"""Returns accepted, sent back, answered, warned of and chased, told in sentences."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.events.campaign import CampaignAmended
from shared.events.fact import Fact
from shared.events.returns import (
    ApprovalAwaited,
    ObligationLifted,
    ObligationMet,
    ObligationMoved,
    ObligationReopened,
    ReturnAnswered,
    ReturnChased,
    ReturnMissing,
    ReturnNearDue,
    ReturnStepDue,
)
from shared.plan.clock import Clock, Relative
from shared.plan.obligation import Obligation
from shared.units import seal
from tests.ledger.duties.returns import (
    ACCEPTED,
    APPROVED,
    CHASED,
    MONTHLY,
    PLAIN,
    SENT_BACK,
    STEPS,
    begun,
    figures,
    filed,
    of,
    owed,
)
from tests.ledger.given import Morning, Said, Story
from tests.ledger.like import Like
from tests.ledger.sample import CAMPAIGN, EXTENDED, UNITS, plan_with

# ── accepted, sent back, answered ───────────────────────────────────────────────────────────────────────────────────────────


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
        amended = plan_with(version=2, obligations=())
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
    waits = story.on("2022-04-28").when(filed("own-plan")).then(Like(ApprovalAwaited, was_missing=True))
    assert figures(waits, "P1") == {"sent_back": 1}
    story.when(ACCEPTED).then(Like(ObligationMet, late=True, was_missing=False))
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
    story.when(Morning("2022-04-28")).then(ReturnChased(obligation="own-plan", levels=2)).when(Morning("2022-04-29")).then(ReturnMissing)


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
