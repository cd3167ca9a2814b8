"""Two roots that share nothing but the ids that both thought of: nothing that one tells changes what becomes of the other's."""

from collections.abc import Sequence

import pytest

from shared.events.campaign import BookOpened, CampaignAnnounced
from shared.events.fact import Fact
from shared.events.phase import PhaseOpened
from shared.events.refusal import Refused
from shared.events.tree import UnitsListed
from shared.kafka.cloudevents import told_record
from shared.units import Unit, seal
from tests.ledger.given import Morning, Story, nowhere, unit
from tests.ledger.like import Like
from tests.ledger.sample import ANNOUNCED, FOUND, LISTED, PLAN, REPORTED, UNITS

ROOTS = ("bureau", "union")


def tree(root: str, names: str = "") -> tuple[Unit, ...]:
    """The tree of a root: all below it have the same codes."""
    above = {"bureau": root}
    return tuple(
        each.model_copy(
            update={"id": above.get(each.id, each.id), "parent": above.get(each.parent or "", each.parent), "name": names + each.name}
        )
        for each in UNITS
    )


def listed(root: str, version: int = 1) -> UnitsListed:
    """The whole tree of a root, told in one part."""
    return UnitsListed(version=version, part=1, units=tree(root, "他处" if root == "union" else ""))


def announced(root: str, version: int = 1, plan: int = 1) -> CampaignAnnounced:
    """The announcement over the tree of a root."""
    units = listed(root, version).units
    return CampaignAnnounced(plan=PLAN.model_copy(update={"version": plan}), tree=seal(units, version))


def of_all(story: Story) -> dict[str, Sequence[Fact]]:
    """The history of every book of the bureau's tree but that of the other root, which may have told there before."""
    return {each.id: story.at(each.id).history() for each in UNITS}


BESIDE: dict[str, list[Fact]] = {
    "a tree": [listed("union")],
    "a tree of a later version": [listed("union", 2), listed("union", 7)],
    "half a tree": [UnitsListed(version=1, part=1, units=tree("union")[:3])],
    "an announcement without a tree": [announced("union")],
    "an announcement over another tree": [listed("union"), announced("union", 2)],
    "a tree that is none": [UnitsListed(version=1, part=2, units=tree("union"))],
}


@pytest.mark.parametrize("beside", BESIDE)
def test_nothing_that_another_root_told_of_a_campaign_before_changes_what_becomes_of_it(beside: str) -> None:
    alone, after = nowhere(), nowhere()
    after.at("union").when(*BESIDE[beside])
    for story in (alone, after):
        story.given(LISTED, ANNOUNCED).at("e1").on(FOUND).given(REPORTED)
    assert of_all(after) == of_all(alone)
    assert after.book.profile == alone.book.profile


@pytest.mark.parametrize("first", ROOTS)
def test_a_campaign_is_that_of_whoever_announced_it_first_though_both_told_a_tree(first: str) -> None:
    [second] = set(ROOTS) - {first}
    story = nowhere(first)
    for root in ROOTS:
        story.at(root).given(listed(root))
    story.when(announced(first)).then(BookOpened)
    for fact in (announced(second), announced(second, plan=2), listed(second, 2)):
        refused = story.at(second).when(fact).refuses("campaign-taken").recorded()[-1]
        assert isinstance(refused, Refused)
        assert first not in refused.model_dump_json(), "it names the root that has it"
    [opened] = [fact for fact in story.at("e1").history() if isinstance(fact, BookOpened)]
    assert opened.name == next(each.name for each in listed(first).units if each.id == "e1")
    story.when(Morning("2022-04-06")).then(Like(PhaseOpened, phase="P1"))


@pytest.mark.parametrize("first", ROOTS)
def test_of_two_announcements_in_one_batch_the_first_has_the_campaign(first: str) -> None:
    [second] = set(ROOTS) - {first}
    story = nowhere(first)
    for root in ROOTS:
        story.at(root).given(listed(root))
    story.ledger.tell(*(told_record(story.at(root).told(announced(root))) for root in (first, second)))
    assert [type(fact) for fact in story.history()[1:3]] == [CampaignAnnounced, BookOpened]
    assert story.at(second).history()[1:] == [Like(Refused, rule="campaign-taken")]


def test_a_unit_that_has_the_code_of_another_root_is_a_unit_of_its_own_trees_root() -> None:
    story = nowhere("union").given(listed("union"))
    units = (*UNITS, Unit(id="union", name="本局下属", parent="bureau", unit_class="township"))
    told = [UnitsListed(version=1, part=1, units=units), CampaignAnnounced(plan=PLAN, tree=seal(units))]
    story.at("bureau").given(*told)
    [opened] = [fact for fact in story.history() if isinstance(fact, BookOpened)]
    assert (opened.name, story.book.profile.path) == ("本局下属", ("bureau", "union"))
    for fact in (listed("union", 2), announced("union"), listed("union")):
        story.when(fact).refuses("campaign-taken")


def test_the_owner_tells_the_next_tree_as_before() -> None:
    unit("bureau").given(listed("bureau", 2))
