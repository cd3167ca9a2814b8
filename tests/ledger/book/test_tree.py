"""The tree of units as it is told to the root's book, told in sentences."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest

from shared.events.campaign import BookAmended, BookOpened, CampaignAmended, CampaignAnnounced
from shared.events.tree import UnitsListed
from shared.units import DEEPEST, Seal, Unit, chain_digest, parts
from shared.units import levels as longest
from tests.ledger.given import Said, nowhere, unit
from tests.ledger.in_memory import drive
from tests.ledger.like import Like
from tests.ledger.sample import ANNOUNCED, LISTED, UNITS, plan_with

ROOT, *UNDER = UNITS
STRANGER = ROOT.model_copy(update={"id": "x9", "parent": "nobody"})


def listed(units: Sequence[Unit], part: int = 1, version: int = 1) -> UnitsListed:
    """A part of a tree."""
    return UnitsListed(version=version, part=part, units=tuple(units))


def digest(units: Sequence[Unit]) -> str:
    """What a tree told in its parts adds up to."""
    so_far = ""
    for part in parts(units):
        so_far = chain_digest(so_far, part)
    return so_far


def announced(units: Sequence[Unit], version: int = 1, **broken: Any) -> CampaignAnnounced:
    """The announcement of a campaign over these units, perhaps with a broken seal."""
    sealed = Seal(version=version, count=len(units), levels=min(longest(units), DEEPEST), digest=digest(units))
    return ANNOUNCED.model_copy(update={"tree": sealed.model_copy(update=broken)})


def test_a_tree_is_told_in_parts_that_stand_in_order() -> None:
    story = nowhere().when(listed(UNITS[:3]), listed(UNITS[3:], part=2)).then()
    assert drive(story.ledger.store.units_below("yz2022/bureau", 1, "east")) == ["e1", "e2"]


def test_parts_out_of_order_are_refused_and_the_right_one_goes_on() -> None:
    story = nowhere().when(listed(UNITS, part=2)).refuses("tree-part")
    story.given(listed(UNITS[:3])).when(listed(UNITS[3:], part=3)).refuses("tree-part")
    story.when(listed(UNITS[:3])).refuses("tree-part")
    story.when(listed(UNITS[3:], part=2)).then()


@pytest.mark.parametrize(
    "units",
    [
        UNDER,
        [ROOT.model_copy(update={"id": "elsewhere"})],
        [ROOT.model_copy(update={"parent": "bureau"})],
        [ROOT, ROOT],
        [ROOT, STRANGER],
        [ROOT, STRANGER.model_copy(update={"parent": None})],
        [ROOT, UNITS[3], UNITS[1]],
    ],
    ids="no-root other-root root-with-parent twice stranger second-root child-first".split(),
)
def test_a_part_with_a_mistake_is_refused_whole(units: Sequence[Unit]) -> None:
    story = nowhere().when(listed(units)).refuses("tree-unit")
    story.given(LISTED).when(ANNOUNCED).then(BookOpened)


def test_a_later_part_is_held_against_all_parts_before_also_of_the_same_batch() -> None:
    story = nowhere().given(listed(UNITS[:3])).when(listed([UNITS[1]], part=2)).refuses("tree-unit")
    story.when(listed([STRANGER], part=2)).refuses("tree-unit")


@pytest.mark.parametrize("broken", [{"count": 8}, {"digest": "0" * 64}, {"version": 2}])
def test_a_campaign_is_announced_only_over_the_tree_that_its_seal_says(broken: dict[str, Any]) -> None:
    nowhere().given(LISTED).when(announced(UNITS, **broken)).refuses("tree-seal")


def test_a_campaign_is_not_announced_over_half_a_tree() -> None:
    story = nowhere().given(listed(UNITS[:3])).when(ANNOUNCED).refuses("tree-seal")
    story.given(listed(UNITS[3:], part=2)).when(announced(UNITS)).refuses("tree-seal")
    story.when(announced_in_parts(UNITS[:3], UNITS[3:])).then(BookOpened)


def announced_in_parts(*told: Sequence[Unit]) -> CampaignAnnounced:
    """The announcement over a tree that was told in these parts."""
    digest = ""
    for part in told:
        digest = chain_digest(digest, part)
    return announced(UNITS, digest=digest)


def test_a_tree_may_be_told_anew_under_the_next_version_before_it_is_announced() -> None:
    story = nowhere().given(listed(UNITS[:2]), listed(UNITS, version=2)).when(announced(UNITS, version=2))
    story.then(Like(BookOpened, tree_version=2))


def test_a_tree_that_was_announced_takes_no_further_part() -> None:
    late = UNITS[3].model_copy(update={"id": "e3"})
    unit("bureau").when(listed([late], part=2)).refuses("tree-seal")


def wide(count: int, under: str = "bureau") -> list[Unit]:
    """The sample's tree with so many units directly under one."""
    has = sum(each.parent == under for each in UNITS)
    return [*UNITS, *(UNITS[3].model_copy(update={"id": f"c{number}", "parent": under}) for number in range(count - has))]


def deep(levels: int) -> list[Unit]:
    """The sample's tree with one unit under another from w2 on, so many levels in all."""
    chain = ["w2", *(f"c{number}" for number in range(4, levels + 1))]
    return [*UNITS, *(UNITS[3].model_copy(update={"id": unit, "parent": above}) for above, unit in pairwise(chain))]


def told(units: Sequence[Unit], version: int = 1) -> list[Said]:
    """A tree in its parts."""
    return [Said(listed(part, number, version)) for number, part in enumerate(parts(units), 1)]


PLACES = [
    (wide(500), None),
    (wide(501), "tree-wide"),
    (wide(500, "east"), None),
    (wide(501, "east"), "tree-wide"),
    (wide(501, "e1"), "tree-wide"),
    (deep(12), None),
    (deep(13), "tree-deep"),
    (deep(14), "tree-deep"),
]
PLACES_NAMED = "500-at-root 501-at-root 500-below 501-below 501-at-a-leaf 12-levels 13-levels 14-levels".split()


@pytest.mark.parametrize(("units", "rule"), PLACES, ids=PLACES_NAMED)
def test_a_tree_with_a_unit_that_cannot_stand_there_is_refused_whole_at_the_root(units: list[Unit], rule: str | None) -> None:
    story = nowhere().given(*told(units)).when(announced(units))
    if rule is None:
        story.then(BookOpened)
        assert {story.at(each.id).book.is_open for each in units} == {True}
    else:
        story.refuses(rule)
        assert not any(story.at(each.id).history() for each in units[1:])


@pytest.mark.parametrize(("units", "rule"), PLACES, ids=PLACES_NAMED)
def test_an_amendment_with_such_a_tree_is_refused_whole_and_changes_nothing(units: list[Unit], rule: str | None) -> None:
    amendment = CampaignAmended(plan=plan_with(version=2), tree=announced(units, version=2).tree, by="bureau-head")
    story = unit("bureau").given(*told(units, 2)).when(amendment)
    if rule is None:
        story.then(BookAmended)
        assert {story.at(each.id).book.profile.tree_version for each in units} == {2}
    else:
        story.refuses(rule)
        assert {story.at(each.id).book.profile.tree_version for each in UNITS} == {1}


def test_a_plan_names_the_classes_and_the_campaign() -> None:
    strange = [ROOT.model_copy(update={"unit_class": "zoo"})]
    nowhere().given(listed(strange)).when(announced(strange)).refuses("class-unknown")
    plan = ANNOUNCED.plan.model_copy(update={"campaign": "other"})
    nowhere().given(LISTED).when(ANNOUNCED.model_copy(update={"plan": plan})).refuses("wrong-campaign")


def test_a_class_of_any_unit_that_the_plan_lacks_is_found_before_anything_opens() -> None:
    units = [*UNITS[:-1], UNITS[-1].model_copy(update={"unit_class": "zoo"})]
    nowhere().given(listed(units)).when(announced(units)).refuses("class-unknown")


def test_a_seal_that_says_too_few_levels_shortens_the_grace_and_breaks_nothing() -> None:
    root = nowhere().given(LISTED, announced(UNITS, levels=1))
    assert {root.at(each.id).book.profile.levels_below for each in UNITS} == {0}
