"""The report of a cleared hazard climbs one level at a time, told in sentences."""

from copy import deepcopy
from datetime import date
from functools import cache

import pytest

from deploy.plans.trees import mistakes
from shared.events.campaign import BookOpened
from shared.events.fact import Fact
from shared.events.hazard import (
    AcknowledgementDue,
    HazardReportClimbed,
    HazardReportDropped,
    HazardReportFiled,
    HazardReportOverdue,
    HazardReportRaised,
    HazardReportReturned,
    HazardReportSentBack,
    HazardReportSentUp,
)
from shared.events.strike_off import ReopeningOrdered
from shared.plan.clock import Clock
from shared.plan.form import Asked, Form, FormField
from shared.units import Unit, chain_digest, seal
from shared.values import Named
from tests.ledger.duties.hazards import ACKNOWLEDGED, HAZARD, RAISED, REPORT, cleared
from tests.ledger.given import Morning, Said, Story, nowhere, unit
from tests.ledger.in_memory import Ledger
from tests.ledger.like import Like
from tests.ledger.memory_store import MemoryStore
from tests.ledger.sample import ANNOUNCED, DONE, FOUND, LIFE, LISTED, PLAN, PLANNED, REPORTED, UNITS, VERIFIED, called, plan_with

LAST_DAY = date(2022, 4, 26)
SENT_BACK = HazardReportSentBack(reason="未写明型号", by="east-head")
AT_TOP = "yz2022/bureau/hazard/below~e1~desk~1"
UNION = Unit(id="union", name="医务工会", parent="bureau", unit_class="township")
WITH_UNION = (
    UNITS[0],
    UNION,
    *UNITS[1:3],
    *(unit.model_copy(update={"superiors": {"union": "union"}}) for unit in UNITS[3:]),
)
"""The same units, and a union that the clinics answer to in a further line of command."""
FORM = Form(
    code="j3",
    name=called("隐患整改报告"),
    fields=(
        FormField(code="point", name=called("隐患点")),
        FormField(code="loss", name=called("避免损失"), kind="number", required=False),
    ),
)
LINED = plan_with(
    lines=(Named(code="union", name=called("工会")),),
    hazard_line="union",
    forms=(FORM,),
    asked=Asked(hazard="j3"),
    clocks=PLAN.clocks.model_copy(update={"acknowledgement": Clock(days=3)}),
)


@cache
def _lined() -> MemoryStore:
    listed = LISTED.model_copy(update={"units": WITH_UNION})
    announced = ANNOUNCED.model_copy(update={"plan": LINED, "tree": seal(WITH_UNION)})
    return nowhere().given(listed, announced).ledger.store


def lined(id: str = "e1") -> Story:
    """A clinic whose hazard was cleared, where hazard reports are on a form and climb the union's line."""
    return Story(Ledger(deepcopy(_lined())), id, FOUND).given(HAZARD, PLANNED, DONE)


def said(fact: Fact, subject: str) -> Said:
    """Told of a report in a book above."""
    return Said(fact, subject=subject)


@pytest.mark.covers("E3", "H7", "J3")
def test_a_cleared_hazard_is_reported_with_what_was_done_and_what_it_saved() -> None:
    report = REPORT.model_copy(update={"loss_avoided_cents": 2_000_000, "social_impact": "避免停电"})
    story = cleared().when(report)
    assert story.recorded()[-1] == Like(HazardReportSentUp, to="east", revision=1, trail=("e1",), loss_avoided_cents=2_000_000)
    assert story.at("east").history()[-1] == Like(HazardReportRaised, point="配电室积水", measures="更换水泵", social_impact="避免停电")


@pytest.mark.covers("E3")
def test_a_report_climbs_one_level_at_a_time_and_the_unit_that_filed_it_hears_how_far() -> None:
    story = cleared().given(REPORT)
    assert not [fact for fact in story.at("bureau").history() if isinstance(fact, HazardReportRaised)]
    east = story.at("east").when(said(ACKNOWLEDGED, RAISED)).then(Like(HazardReportSentUp, to="bureau", trail=("e1", "east")))
    assert story.history()[-1] == HazardReportClimbed(revision=1, unit="east", level=1, top=False)
    east.at("bureau").when(said(ACKNOWLEDGED, AT_TOP)).then(Like(HazardReportSentUp, to=None))
    assert story.history()[-1] == HazardReportClimbed(revision=1, unit="bureau", level=2, top=True)


@pytest.mark.covers("E3", "E5")
def test_a_report_that_is_sent_back_may_be_filed_again_in_better_words() -> None:
    story = cleared().given(REPORT)
    story.at("east").when(said(SENT_BACK, RAISED)).then(Like(HazardReportDropped, to="e1", reason="未写明型号"))
    assert story.history()[-1] == HazardReportReturned(revision=1, unit="east", reason="未写明型号")
    story.when(REPORT).then(Like(HazardReportSentUp, revision=2))
    story.at("east").when(said(ACKNOWLEDGED, RAISED)).then(Like(HazardReportSentUp, revision=2, to="bureau"))


def test_what_the_top_sends_back_goes_down_level_by_level_or_up_again() -> None:
    story = cleared().given(REPORT)
    east = story.at("east").given(said(ACKNOWLEDGED, RAISED))
    bureau = east.at("bureau").given(said(SENT_BACK, AT_TOP))
    east.when(said(ACKNOWLEDGED, RAISED)).then(Like(HazardReportSentUp, revision=2))
    bureau.given(said(SENT_BACK, AT_TOP))
    east.when(said(SENT_BACK, RAISED)).then(Like(HazardReportDropped, to="e1", revision=2))
    story.when(REPORT).then(Like(HazardReportSentUp, revision=3))
    east.given(said(ACKNOWLEDGED, RAISED))
    bureau.when(said(ACKNOWLEDGED, AT_TOP)).then(Like(HazardReportSentUp, revision=3, to=None))


@pytest.mark.covers("E3", "L5")
def test_a_hazard_that_is_opened_again_and_cleared_anew_is_reported_anew_up_to_the_top() -> None:
    again = ReopeningOrdered(reason="又积水", by="chief-lin", by_unit="bureau")
    story = cleared().given(VERIFIED, REPORT)
    east = story.at("east").given(said(ACKNOWLEDGED, RAISED))
    bureau = east.at("bureau").given(said(SENT_BACK, AT_TOP))
    east.given(said(ACKNOWLEDGED, RAISED))  # the second revision is that of the level between
    story.on("2022-05-10").given(again).when(REPORT).refuses("hazard-not-cleared")
    story.given(PLANNED, DONE).when(REPORT).then(Like(HazardReportSentUp, revision=3))
    east.when(said(ACKNOWLEDGED, RAISED)).then(Like(HazardReportSentUp, revision=3, to="bureau"))
    bureau.when(said(ACKNOWLEDGED, AT_TOP)).then(Like(HazardReportSentUp, revision=3, to=None))


@pytest.mark.covers("E3")
@pytest.mark.parametrize("acknowledged", [(), ("east",), ("east", "bureau")], ids=["waiting", "climbing", "at the top"])
def test_a_report_may_be_filed_again_wherever_it_stands_and_its_last_words_climb_to_the_top(acknowledged: tuple[str, ...]) -> None:
    corrected = REPORT.model_copy(update={"measures": "更换两台水泵"})
    levels = {"east": RAISED, "bureau": AT_TOP}
    story = cleared().given(REPORT)
    for level in acknowledged:
        story.at(level).given(said(ACKNOWLEDGED, levels[level]))
    story.when(corrected).then(Like(HazardReportSentUp, revision=2, measures="更换两台水泵"))
    for level, to in (("east", "bureau"), ("bureau", None)):
        up = Like(HazardReportSentUp, revision=2, measures="更换两台水泵", to=to)
        story.at(level).when(said(ACKNOWLEDGED, levels[level])).then(up)
    assert story.history()[-1] == HazardReportClimbed(revision=2, unit="bureau", level=2, top=True)


def test_a_report_filed_again_is_taken_above_though_that_level_sent_one_of_the_same_number_up_anew() -> None:
    story = cleared().given(REPORT)
    east = story.at("east").given(said(ACKNOWLEDGED, RAISED))
    east.at("bureau").given(said(SENT_BACK, AT_TOP))
    east.given(said(ACKNOWLEDGED, RAISED))  # revision 2, of its own
    corrected = {name: getattr(REPORT, name) for name in ("point", "social_impact", "loss_avoided_cents", "form")}
    late = HazardReportRaised(**corrected, origin="yz2022/e1/hazard/desk~1", revision=2, trail=("e1",), measures="更换两台水泵")
    east.given(said(late, RAISED))
    east.when(said(ACKNOWLEDGED, RAISED)).then(Like(HazardReportSentUp, revision=3, measures="更换两台水泵", to="bureau"))


def test_a_hazard_may_be_reported_after_it_was_struck_off_and_by_the_root_itself() -> None:
    cleared().given(VERIFIED).when(REPORT).then(HazardReportSentUp)
    unit("bureau").on(FOUND).given(HAZARD, PLANNED, DONE).when(REPORT).then(Like(HazardReportSentUp, to=None))


@pytest.mark.covers("I1", "H7")
def test_a_report_climbs_the_line_of_command_that_the_plan_names_and_says_what_its_form_asks() -> None:
    filed = HazardReportFiled(form={"point": "配电室积水", "loss": "20000"}, by="owner-li")
    story = lined().when(filed).then(Like(HazardReportSentUp, to="union", form={"point": "配电室积水", "loss": "20000"}))
    story.at("union").when(said(ACKNOWLEDGED, "yz2022/union/hazard/below~e1~desk~1")).then(Like(HazardReportSentUp, to="bureau"))


def test_a_report_that_is_not_on_the_plan_s_form_is_refused_with_the_field() -> None:
    story = lined().when(REPORT).refuses("form-wrong")
    story.when(HazardReportFiled(form={"point": "积水", "loss": "很多"}, by="owner-li")).refuses("form-wrong")
    cleared().when(REPORT.model_copy(update={"form": {"point": "积水"}})).refuses("form-wrong")


@pytest.mark.covers("I1")
def test_a_book_opens_with_its_superiors_in_further_lines_and_others_as_before() -> None:
    assert lined().history()[1] == Like(BookOpened, superiors={"union": "union"})
    assert unit().history()[1] == Like(BookOpened, superiors=None)


@pytest.mark.covers("I1")
def test_a_superior_stands_before_the_units_under_it_so_that_no_line_has_a_cycle() -> None:
    wrong = (*UNITS[:3], UNITS[3].model_copy(update={"superiors": {"union": "e2"}}), *UNITS[4:])
    assert len(list(mistakes(wrong))) == 1
    assert not list(mistakes(WITH_UNION))
    nowhere().when(LISTED.model_copy(update={"units": wrong})).refuses("tree-unit")


def test_a_tree_without_further_lines_keeps_the_digest_it_had_before_there_were_any() -> None:
    assert chain_digest("", UNITS[:1]) == "9bd84ae47dd2d11aaa79814dd39632cfaba614bc80188438ba3217d3c2c80952"


@pytest.mark.covers("E3", "L6")
def test_a_report_that_nobody_acknowledges_in_time_is_overdue_once() -> None:
    story = lined().given(HazardReportFiled(form={"point": "积水"}, by="owner-li"))
    union = Story(story.ledger, "union", FOUND, "hazard")
    union.when(Morning("2022-04-26")).then()
    union.when(Morning("2022-04-27")).then(HazardReportOverdue(revision=1, due=LAST_DAY))
    union.on("2022-04-29").when(said(ACKNOWLEDGED, "yz2022/union/hazard/below~e1~desk~1")).then(HazardReportSentUp)


def test_a_late_acknowledgement_is_marked_though_the_clock_has_not_looked() -> None:
    story = lined().given(HazardReportFiled(form={"point": "积水"}, by="owner-li"))
    union = story.at("union").on("2022-04-29").when(said(ACKNOWLEDGED, "yz2022/union/hazard/below~e1~desk~1"))
    union.then(HazardReportOverdue, HazardReportSentUp)
    union.when(said(AcknowledgementDue(due=LAST_DAY), "yz2022/union/hazard/below~e1~desk~1")).then()


def test_without_a_clock_nobody_watches_the_acknowledgement() -> None:
    east = cleared().given(REPORT).at("east").given(Morning("2022-04-29"), Morning("2022-06-29"))
    assert not [fact for fact in east.history() if isinstance(fact, HazardReportOverdue)]


def test_an_issue_that_is_no_hazard_goes_its_way_without_a_report() -> None:
    story = unit().on(FOUND).given(*LIFE)
    assert not [fact for fact in story.history() if fact.kind == "hazard"]
    story.when(REPORT).refuses("no-hazard")
    assert REPORTED.nature == "problem"
