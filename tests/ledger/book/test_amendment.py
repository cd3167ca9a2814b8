"""The plan of a running campaign is amended at its root, and taken by one book after another down the tree, told in sentences."""

from datetime import date

import pytest

from shared.events.campaign import AmendmentPassedDown, BookAmended, CampaignAmended, CampaignPassedDown
from shared.events.figures import Counts
from shared.events.issue import IssueAssigned, IssueCarriedOver, IssueEntered, IssueOverdue
from shared.events.phase import PhaseClosed, PhaseExtended, PhaseSupplemented
from shared.events.refusal import Refused
from shared.events.returns import ObligationLifted, ObligationOpened, ReturnMissing
from shared.events.strike_off import ReopeningOrdered
from shared.events.tree import UnitsListed
from shared.plan.obligation import Obligation
from shared.plan.phase import Phase
from shared.units import seal
from shared.values import Named
from tests.ledger.book.amendments import MOVED, running, tells, told_tree, version
from tests.ledger.given import Morning, Said, Story, announced, unit
from tests.ledger.like import Like
from tests.ledger.sample import DONE, FILED, PLAN, PLANNED, REPORTED, SUMMED_UP, UNITS, VERIFIED, called, changed, plan_with

EXTRA = Obligation(code="interim", name=called("阶段材料"), phase="P2", due=date(2022, 6, 15), classes=("clinic",))
LIFTED = ObligationLifted(obligation="summary", phase="P2")
NOISE = Named(code="noise", name=called("噪声"))

# ── the plan ────────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.covers("A7")
def test_an_amendment_reaches_every_book_down_the_tree() -> None:
    root = running().when(tells(version()))
    root.then(Like(BookAmended, plan_version=2, tree_version=1, path=("bureau",), units_below=("east", "west"), left=()))
    assert {root.at(each.id).book.profile.plan_version for each in UNITS} == {2}
    clinic = root.at("e1").book.profile
    assert (clinic.path, clinic.unit_class, clinic.tags, clinic.levels_below) == (("bureau", "east", "e1"), "clinic", ("grade-2",), 0)


@pytest.mark.covers("A7")
def test_a_later_notice_adds_a_return_to_a_phase_that_runs_and_its_closing_waits_for_it() -> None:
    root = running().given(tells(version(obligations=(*PLAN.obligations, EXTRA))))
    clinic = root.at("e1")
    assert Like(ObligationOpened, obligation="interim", phase="P2", due=date(2022, 6, 15)) in clinic.history()
    assert clinic.book.phase("P2").awaits_returns == ("interim",)
    root.given(Morning("2022-07-01"))
    assert clinic.book.phase("P2").status == "held"
    clinic.on("2022-07-02").given(FILED.model_copy(update={"obligation": "interim"}))
    assert clinic.book.phase("P2").status == "closed"
    assert root.at("east").book.phase("P2").awaits_returns == ("summary",)


@pytest.mark.covers("A7", "A4")
def test_a_later_notice_adds_a_return_to_a_phase_that_has_closed_and_every_unit_owes_it_whose_last_day_is_ahead() -> None:
    ahead = EXTRA.model_copy(update={"phase": "P1"})
    past = ahead.model_copy(update={"code": "past", "due": date(2022, 5, 19)})
    clinic = running().given(tells(version(obligations=(*PLAN.obligations, ahead, past)))).at("e1")
    opened = [fact.obligation for fact in clinic.history() if isinstance(fact, ObligationOpened)]
    assert (opened, clinic.book.phase("P1").status) == (["own-plan", "interim"], "closed")
    clinic.when(FILED.model_copy(update={"obligation": "interim"})).given(Morning("2022-05-21"))
    assert Like(PhaseSupplemented, phase="P1", own=Counts(units=1, filed=2)) in clinic.history()


@pytest.mark.covers("A7")
def test_a_return_that_an_amendment_drops_is_waited_for_no_longer_and_lifted_on_its_last_day() -> None:
    root = running().given(tells(version(obligations=PLAN.obligations[:1])))
    root.given(Morning("2022-06-30"))
    assert LIFTED not in root.at("east").history()
    root.given(Morning("2022-07-01"), Morning("2022-07-02"))
    assert {root.at(each).history().count(LIFTED) for each in ("east", "west")} == {1}
    assert {root.at(each.id).book.phase("P2").status for each in UNITS} == {"closed"}


@pytest.mark.covers("A7", "H17", "I5")
def test_a_unit_whose_class_changes_is_neither_waited_for_nor_missing_with_what_its_old_class_owed() -> None:
    units = tuple(each.model_copy(update={"unit_class": "clinic"} if each.id == "east" else {}) for each in UNITS)
    root = told_tree(running(), units).given(tells(version(), seal(units, 2))).given(Morning("2022-07-01"))
    missing = {each.id for each in UNITS if Like(ReturnMissing, obligation="summary") in root.at(each.id).history()}
    assert (missing, root.at("east").book.phase("P2").status) == ({"west"}, "closed")
    assert root.at("east").history().count(LIFTED) == 1
    root.at("east").on("2022-07-02").when(SUMMED_UP).refuses("obligation-unknown")


@pytest.mark.covers("A7", "D1", "H17")
def test_nobody_is_missing_with_periods_that_were_over_before_a_notice_or_a_class_made_them_owed() -> None:
    weekly = Obligation(code="weekly", name=called("周报"), phase="P2", cadence="weekly", classes=("clinic",))
    root = running().given(tells(version(obligations=(*PLAN.obligations, weekly))))  # on a Friday, in the third week of P2 that is whole
    clinic = root.at("e1").given(Morning("2022-05-24")).on("2022-05-24")
    assert [fact.period for fact in clinic.history() if isinstance(fact, ObligationOpened)] == [None, "2022-W20", "2022-W21"]
    assert [fact.period for fact in clinic.history() if isinstance(fact, ReturnMissing)] == ["2022-W20"]
    units = tuple(each.model_copy(update={"unit_class": "clinic"} if each.id == "east" else {}) for each in UNITS)
    told_tree(root.on("2022-06-06"), units)
    root.given(tells(version(3, obligations=(*PLAN.obligations, weekly)), seal(units, 2))).given(Morning("2022-06-14"))
    opened = [fact.period for fact in root.at("east").history() if isinstance(fact, ObligationOpened) and fact.period]
    assert opened == ["2022-W23", "2022-W24"]
    assert sum(isinstance(fact, ReturnMissing) for fact in clinic.history()) == 4


def of_unit(root: Story, id: str) -> list[str]:
    """The returns that were opened for a unit, and those it is missing with."""
    return [fact.obligation for fact in root.at(id).history() if isinstance(fact, ObligationOpened | ReturnMissing)]


@pytest.mark.covers("A7", "A4", "D1")
@pytest.mark.parametrize("phase", ["P1", "P2", "P3"], ids=["closed", "running", "ahead"])
@pytest.mark.parametrize("day", ["2022-05-10", "2022-05-19"])
def test_a_return_that_was_over_before_a_notice_made_it_owed_is_owed_by_nobody_nor_opened_by_a_filing(phase: str, day: str) -> None:
    past = EXTRA.model_copy(update={"code": "past", "phase": phase, "due": date.fromisoformat(day)})
    root = running().given(tells(version(obligations=(*PLAN.obligations, past)))).given(Morning("2022-05-21"))
    clinic = root.at("e1").on("2022-05-21").when(changed(FILED, obligation="past")).refuses("obligation-unknown")
    root.given(Morning("2022-07-01"), Morning("2022-07-04"))
    assert "past" not in of_unit(root, "e1")
    assert "past" not in clinic.book.phase(phase).awaits_returns


@pytest.mark.covers("A7", "H17", "D1")
@pytest.mark.parametrize("phase", ["P1", "P2", "P3"], ids=["closed", "running", "ahead"])
def test_nor_by_a_unit_of_another_class_by_then(phase: str) -> None:
    past = EXTRA.model_copy(update={"code": "past", "phase": phase, "due": date(2022, 5, 19)})
    plan = plan_with(obligations=(*PLAN.obligations, past))
    root = announced(plan, "bureau").given(Morning("2022-04-06"), Morning("2022-05-20")).on("2022-05-20")
    units = tuple(each.model_copy(update={"unit_class": "clinic"} if each.id == "east" else {}) for each in UNITS)
    told_tree(root, units).given(tells(version(obligations=plan.obligations), seal(units, 2)))
    root.given(Morning("2022-05-21"), Morning("2022-07-01"), Morning("2022-07-04"))
    assert ("past" in of_unit(root, "e1"), "past" in of_unit(root, "east")) == (True, False)
    root.at("east").on("2022-07-04").when(changed(FILED, obligation="past")).refuses("obligation-unknown")


@pytest.mark.covers("A7", "D1")
def test_a_last_day_that_an_amendment_moves_before_itself_makes_nobody_missing() -> None:
    later = EXTRA.model_copy(update={"code": "later", "phase": "P3", "due": date(2022, 7, 20)})
    root = running().given(tells(version(obligations=(*PLAN.obligations, later))))
    moved = later.model_copy(update={"due": date(2022, 5, 19)})
    root.given(tells(version(3, obligations=(*PLAN.obligations, moved))), Morning("2022-05-21"), Morning("2022-07-04"))
    assert "later" not in of_unit(root, "e1")


@pytest.mark.covers("A7", "A5")
@pytest.mark.parametrize(("filed", "corrected"), [(True, "2022-04-21"), (False, "2022-04-21"), (False, "2022-04-27")])
def test_a_unit_that_has_its_class_back_is_waited_for_with_what_it_owes_still_and_nothing_else(filed: bool, corrected: str) -> None:
    root = unit("bureau").given(Morning("2022-04-06")).on("2022-04-20")
    clinic = root.at("e1").given(*[FILED] * filed)
    wrong = tuple(each.model_copy(update={"unit_class": "township"} if each.id == "e1" else {}) for each in UNITS)
    told_tree(root, wrong).given(tells(version(), seal(wrong, 2))).given(Morning(corrected)).on(corrected)
    root.given(UnitsListed(version=3, part=1, units=UNITS), tells(version(3), seal(UNITS, 3))).given(Morning("2022-05-01"))
    owes_still = not filed and ObligationLifted(obligation="own-plan", phase="P1") not in clinic.history()
    assert owes_still == (not filed and corrected == "2022-04-21")
    assert (clinic.book.phase("P1").status, Like(ReturnMissing) in clinic.history()) == ("held" if owes_still else "closed", owes_still)


@pytest.mark.covers("A7")
def test_what_stands_before_an_amendment_in_a_book_was_judged_by_the_old_plan() -> None:
    clinic = running("e1").when(REPORTED.model_copy(update={"category": "noise"})).refuses("category-unknown")
    clinic.at("bureau").given(tells(version(categories=(*PLAN.categories, NOISE))))
    clinic.when(Said(REPORTED.model_copy(update={"category": "noise"}), issue="2")).then(
        Like(IssueEntered, category="noise"), IssueAssigned
    )
    types = [type(fact) for fact in clinic.history()]
    assert types.index(Refused) < types.index(BookAmended) < types.index(IssueEntered)


@pytest.mark.covers("A7")
def test_an_amendment_that_does_not_fit_is_refused_whole_with_every_mistake() -> None:
    phases = (PLAN.phases[0].model_copy(update={"start": date(2022, 4, 10)}), PLAN.phases[2])
    classes = tuple(each for each in PLAN.classes if each.code != "township")
    clocks = PLAN.clocks.model_copy(update={"fix": PLAN.clocks.plan})
    bad = version(3, phases=phases, classes=classes, obligations=PLAN.obligations[:1], clocks=clocks)
    root = running().when(tells(bad)).refuses("amendment-unfit")
    refused = root.recorded()[-1]
    assert isinstance(refused, Refused)
    for mistake in ("version 3 of the plan should be 2", "missing: P2", "begin in the past: P1", "units in use missing: township"):
        assert mistake in refused.reason.en
    assert "缺少阶段：P2" in refused.reason.zh
    assert root.at("e1").book.profile.plan_version == 1


@pytest.mark.covers("A7", "A3")
@pytest.mark.parametrize(
    "phases",
    [
        (*PLAN.phases[:2], PLAN.phases[2].model_copy(update={"start": date(2022, 5, 10)})),
        (
            *PLAN.phases[:2],
            PLAN.phases[0].model_copy(update={"code": "PX", "start": date(2022, 5, 8), "end": date(2022, 6, 20)}),
            PLAN.phases[2],
        ),
    ],
)
def test_no_amendment_changes_in_which_phase_a_day_that_is_over_counts(phases: tuple[Phase, ...]) -> None:
    root = running().when(tells(version(phases=phases))).refuses("amendment-unfit")
    assert "or that would begin in the past: P" in root.recorded()[-1].model_dump_json()


@pytest.mark.covers("A7", "A3")
def test_an_amendment_lets_a_phase_that_is_ahead_begin_today() -> None:
    today = PLAN.phases[2].model_copy(update={"start": date(2022, 5, 20)})
    running().when(tells(version(phases=(*PLAN.phases[:2], today)))).then(Like(BookAmended, plan_version=2))


@pytest.mark.covers("A7", "A4")
def test_a_return_that_units_owe_already_stays_in_its_phase_and_cadence() -> None:
    def moved(code: str, **changes: object) -> CampaignAmended:
        return tells(version(obligations=tuple(each.model_copy(update=changes if each.code == code else {}) for each in PLAN.obligations)))

    root = running().when(moved("own-plan", phase="P2", due=date(2022, 6, 1))).refuses("amendment-unfit")
    assert "phase or cadence would change: own-plan" in root.recorded()[-1].model_dump_json()
    running().when(moved("summary", cadence="monthly", due=None)).refuses("amendment-unfit")
    early = unit("bureau").on("2022-04-20").when(moved("summary", phase="P3", due=date(2022, 8, 1)))
    assert [type(fact) for fact in early.recorded()] == [CampaignAmended, BookAmended]


@pytest.mark.covers("A7")
def test_only_the_root_amends_a_campaign_and_only_its_own() -> None:
    running("east").when(tells(version())).refuses("not-root")
    running().when(tells(version(campaign="other"))).refuses("wrong-campaign")


@pytest.mark.covers("A7")
def test_an_amendment_repeats_the_seal_in_force_or_seals_a_newer_tree_that_was_told() -> None:
    running().when(tells(version(), seal(UNITS[:6]))).refuses("tree-seal")
    running().when(tells(version(), seal(MOVED, 2))).refuses("tree-seal")


@pytest.mark.covers("A7")
def test_an_older_version_that_comes_after_a_newer_is_recorded_without_consequence() -> None:
    root = running().given(tells(version()), tells(version(3)))
    clinic = root.at("e1").when(AmendmentPassedDown(plan_version=2, tree_version=1, path=("bureau", "west"))).then()
    clinic.when(CampaignPassedDown(plan_version=1, tree_version=1, path=("bureau", "west"))).then()
    assert (clinic.book.profile.plan_version, clinic.book.profile.path) == (3, ("bureau", "east", "e1"))


@pytest.mark.covers("A7")
def test_amended_twice_in_a_row_every_book_takes_both_in_order() -> None:
    root = running().given(tells(version()), tells(version(3)))
    taken = [fact.plan_version for fact in root.at("w2").history() if isinstance(fact, BookAmended)]
    assert taken == [2, 3]


@pytest.mark.covers("A7", "C8")
def test_what_is_unfinished_is_carried_over_at_the_end_that_an_amendment_set() -> None:
    root = running()
    clinic = root.at("e1").given(REPORTED)
    later = PLAN.phases[2].model_copy(update={"end": date(2022, 9, 30)})
    root.given(tells(version(phases=(*PLAN.phases[:2], later))))
    root.given(Morning("2022-09-01"))
    assert not [fact for fact in clinic.history() if isinstance(fact, IssueCarriedOver)]
    root.given(Morning("2022-10-01"))
    assert Like(IssueCarriedOver, phase="P3") in clinic.history()


@pytest.mark.covers("A7", "C8")
def test_an_end_that_comes_earlier_reaches_what_nobody_touched_since() -> None:
    root = running()
    clinic = root.at("e1").given(REPORTED)
    root.given(Morning("2022-07-10")).on("2022-07-10")
    earlier = PLAN.phases[2].model_copy(update={"end": date(2022, 7, 31)})
    root.given(tells(version(phases=(*PLAN.phases[:2], earlier))))
    root.given(Morning("2022-07-11"), Morning("2022-07-31"))
    assert not [fact for fact in clinic.history() if isinstance(fact, IssueCarriedOver)]
    root.given(Morning("2022-08-01"))
    assert Like(IssueCarriedOver, phase="P3") in clinic.history()
    assert clinic.book.phase("P3").own["carried_over"] == 1


@pytest.mark.covers("A7", "C8")
@pytest.mark.parametrize(("day", "end"), [("2022-07-10", date(2022, 7, 8)), ("2022-09-02", date(2022, 8, 31))])
def test_what_an_amendment_finds_ended_already_is_carried_over_before_its_phase_closes(day: str, end: date) -> None:
    root = running()
    clinic = root.at("e1").given(REPORTED)
    root.given(Morning("2022-07-07")).on(day)  # the clock was not looked at since
    root.given(tells(version(phases=(*PLAN.phases[:2], PLAN.phases[2].model_copy(update={"end": end}))))).given(Morning(day))
    closed = next(fact for fact in clinic.history() if isinstance(fact, PhaseClosed) and fact.phase == "P3")
    assert closed.own.carried_over == 1


@pytest.mark.covers("A7", "L7")
def test_a_unit_that_had_more_time_has_no_less_than_all_where_an_amendment_gives_them_more_still() -> None:
    root = running()
    clinic = root.at("e1").given(PhaseExtended(phase="P2", until=date(2022, 7, 10), reason="封控", by="bureau-head", by_unit="bureau"))
    second = PLAN.phases[1].model_copy(update={"end": date(2022, 7, 20)})
    third = PLAN.phases[2].model_copy(update={"start": date(2022, 7, 21)})
    root.given(tells(version(phases=(PLAN.phases[0], second, third)))).given(Morning("2022-07-04"))
    clinic.on("2022-07-04").when(REPORTED).then(Like(IssueEntered, phase="P2", fix_due=date(2022, 7, 18)), IssueAssigned)
    root.given(Morning("2022-07-11"))
    assert {root.at(each).book.phase("P2").status for each in ("e1", "e2")} == {"open"}
    root.given(Morning("2022-07-21"))
    assert {root.at(each).book.phase("P2").status for each in ("e1", "e2")} == {"closed"}


@pytest.mark.covers("A7", "C8")
def test_a_later_end_reaches_what_the_clock_had_nothing_more_to_tell() -> None:
    root = running()
    clinic = root.at("e1").given(REPORTED, PLANNED, DONE, VERIFIED).on("2022-09-06")
    clinic.given(ReopeningOrdered(reason="又坏", by="chief-lin", by_unit="bureau"))
    for day in ("2022-09-14", "2022-09-30"):
        root.given(Morning(day))
    assert Like(IssueOverdue, clock="fix") in clinic.history()
    later = PLAN.phases[2].model_copy(update={"end": date(2022, 10, 31)})
    root.on("2022-10-08").given(tells(version(phases=(*PLAN.phases[:2], later))))
    root.given(Morning("2022-11-01"))
    assert Like(IssueCarriedOver, phase="P3") in clinic.history()
