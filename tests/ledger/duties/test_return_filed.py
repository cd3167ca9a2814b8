"""What is filed, told in sentences: on forms, nil returns, to whom, packs and quotas."""

from datetime import date

import pytest

from shared.events.figures import Counts
from shared.events.returns import ObligationMet, ObligationOpened, PackFrozen, ReturnFiled
from shared.plan.obligation import Obligation
from tests.ledger.duties.returns import BEGUN, ON_FORM, QUOTA, SHEET, begun, filed, of, owed, under
from tests.ledger.given import Morning
from tests.ledger.like import Like
from tests.ledger.sample import REPORTED, called


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
    frozen = Counts(units=1, entered=1, overdue=1)
    assert of(story, PackFrozen) == [Like(PackFrozen, obligation="pack", own=frozen, total=frozen)]
    pack = of(story, PackFrozen)[0]
    assert isinstance(pack, PackFrozen)
    assert pack.head.position == story.book.position - 3


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
