"""Who may tell what of a book, told in sentences."""

import pytest

from services.ledger.book.rights import MOST
from shared.events.issue import Fixed, IssueAssigned
from shared.events.roles import RoleEnded
from shared.plan.people import Rights, Role
from tests.ledger.broken.rights import OPENED, RIGHTS, closed, given_to, ruled
from tests.ledger.given import issue, unit
from tests.ledger.sample import ASSIGNED, CONFORMS, DONE, FOUND, LIFE, PLANNED, REPORTED, UNOWNED, VERIFIED, called

ENDED = RoleEnded(person="head-zhao", role="office", by="bureau-head", by_unit="bureau")
FIXED = Fixed(measures="即查即改", result="已换新", by="fixer-sun")


@pytest.mark.covers("I2")
def test_a_role_is_given_and_ended_and_stands_in_the_units_roster() -> None:
    story = ruled().when(OPENED).then()
    assert story.book.roster == (("head-zhao", "office"),)
    story.when(OPENED).then()
    assert story.book.roster == (("head-zhao", "office"),)
    assert not story.when(ENDED).then().book.roster


@pytest.mark.covers("I2")
def test_one_person_may_have_two_roles_and_lose_one() -> None:
    story = ruled().given(OPENED, OPENED.model_copy(update={"role": "supervisor"}), ENDED)
    assert story.book.roster == (("head-zhao", "supervisor"),)


@pytest.mark.covers("I3", "I4")
def test_what_a_role_is_for_is_refused_to_others_and_names_the_roles_that_may() -> None:
    story = ruled().given(OPENED, REPORTED, PLANNED, DONE).when(VERIFIED).refuses("no-right")
    assert "supervisor" in story.recorded()[-1].model_dump_json()
    story.given(OPENED.model_copy(update={"person": "checker-qian", "role": "supervisor"}))
    story.when(VERIFIED)
    assert [type(fact).__name__ for fact in story.recorded()] == ["RectificationVerified", "IssueStruckOff"]


@pytest.mark.covers("I3")
def test_a_role_that_has_ended_gives_no_right_any_more() -> None:
    ruled().given(OPENED, UNOWNED, ASSIGNED, ENDED).when(ASSIGNED).refuses("no-right")


def test_what_only_a_role_may_tell_needs_a_person_named() -> None:
    ruled().given(OPENED, UNOWNED).when(IssueAssigned(owner="owner-wang")).refuses("no-right")


@pytest.mark.covers("I2")
def test_the_person_responsible_gives_the_first_role() -> None:
    stranger = OPENED.model_copy(update={"by": "stranger"})
    ruled().when(stranger).refuses("no-right")
    ruled().given(OPENED).when(OPENED.model_copy(update={"person": "clerk-zhou", "by": "head-zhao"})).then()


@pytest.mark.covers("I3")
def test_a_unit_above_acts_by_its_own_people() -> None:
    from_above = OPENED.model_copy(update={"by": "somebody-of-the-bureau", "by_unit": "bureau"})
    ruled().when(from_above).then()
    ruled().when(from_above.model_copy(update={"by_unit": "east"})).then()


def test_what_only_a_unit_above_may_tell_the_root_tells_itself() -> None:
    root = OPENED.model_copy(update={"by": "bureau-head"})
    ruled(unit="bureau").given(root).when(ENDED).then()
    ruled(unit="bureau").given(root).when(ENDED.model_copy(update={"by_unit": None})).then()


def test_a_unit_may_name_itself() -> None:
    ruled().when(OPENED.model_copy(update={"by_unit": "e1"})).then()
    ruled().given(OPENED).when(ENDED.model_copy(update={"by_unit": "e1"})).refuses("needs-superior")


def test_a_closed_roster_knows_whoever_has_a_role_and_the_person_responsible() -> None:
    owned = REPORTED.model_copy(update={"owner": "e1-head"})
    closed().given(owned).when(PLANNED).refuses("person-unknown")
    closed().given(owned, OPENED.model_copy(update={"person": "owner-li"})).when(PLANNED).then()


def test_a_closed_roster_asks_nothing_of_what_names_nobody() -> None:
    closed().given(UNOWNED)


def test_a_full_roster_still_takes_another_role_for_somebody_in_it() -> None:
    given_to(ruled(), MOST).when(OPENED.model_copy(update={"person": "p0", "role": "supervisor"})).then()


def test_a_plan_without_rights_asks_for_none() -> None:
    issue().given(*LIFE)
    unit().on(FOUND).given(CONFORMS)
    ruled(Rights(), "e1").given(REPORTED, ASSIGNED)


def test_rules_about_people_do_not_hold_what_the_clock_or_other_books_tell() -> None:
    story = closed().given(UNOWNED)
    story.ledger.morning("2022-09-05")
    assert "IssueCarriedOver" in [type(fact).__name__ for fact in story.history()]


@pytest.mark.covers("I3", "C17")
def test_what_is_told_as_rectified_in_the_same_breath_asks_for_the_same_roles() -> None:
    repairer = Role(code="repairer", name=called("维修组"), acts=("RectificationDone",))
    at_once = REPORTED.model_copy(update={"fixed": FIXED})
    story = ruled(Rights(roles=(*RIGHTS.roles, repairer))).when(at_once).refuses("no-right")
    story.given(OPENED, OPENED.model_copy(update={"person": "fixer-sun", "role": "repairer", "by": "head-zhao"}), at_once)


def test_a_closed_roster_knows_whoever_rectified_in_the_same_breath() -> None:
    closed().when(UNOWNED.model_copy(update={"fixed": FIXED})).refuses("person-unknown")


def test_a_reason_names_an_act_as_bureaus_call_it() -> None:
    story = ruled().given(OPENED).when(ENDED.model_copy(update={"by_unit": None})).refuses("needs-superior")
    assert f"“{RoleEnded.zh}”只能由上级单位作出" in story.recorded()[-1].model_dump_json()
