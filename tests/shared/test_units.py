"""The tree of units: told in parts, sealed, and checked."""

from functools import reduce
from pathlib import Path

import orjson
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from deploy.client.announcement import announcement
from deploy.plans.read import read_plan
from deploy.plans.trees import mistakes
from deploy.simulator.city import DIRECT, TOWNS, city
from deploy.simulator.people import people, staff
from services.intake.limits import LARGEST
from shared.units import DEEPEST, PART, Unit, chain_digest, levels, parts, seal

PLAN = Path(__file__).parents[2] / "deploy" / "campaigns" / "tengzhou-2019.yaml"


def unit(name: str, parent: str | None = None) -> Unit:
    return Unit(id=name, name=name, parent=parent, unit_class="office")


@st.composite
def trees(draw: st.DrawFn) -> list[Unit]:
    """Any tree of up to 40 units and as many levels as a seal takes, parents first."""
    above = [draw(st.integers(0, number)) for number in range(draw(st.integers(0, 39)))]
    units = [unit("u0"), *(unit(f"u{number + 1}", f"u{parent}") for number, parent in enumerate(above))]
    assume(levels(units) <= DEEPEST)
    return units


@given(trees())
def test_a_tree_with_parents_first_has_no_mistake(units: list[Unit]) -> None:
    assert not list(mistakes(units))


@given(trees(), st.data())
def test_the_seal_shows_any_unit_left_out_changed_or_moved(units: list[Unit], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(units) - 1))
    others = units[:at] + units[at + 1 :]
    assert not others or seal(others) != seal(units)
    assert seal([*others, units[at]]).digest != seal(units).digest or at == len(units) - 1
    changed = units[at].model_copy(update={"tags": ("tcm",)})
    assert seal([*units[:at], changed, *units[at + 1 :]]).digest != seal(units).digest


def test_parts_hold_at_most_500_units_in_order_and_their_digests_chain_to_the_seal() -> None:
    units = city(1, institutions=1100)
    told = parts(units)
    assert [len(part) for part in told] == [PART, PART, len(units) - 2 * PART]
    assert [unit for part in told for unit in part] == units
    digest = ""
    for part in told:
        digest = chain_digest(digest, part)
    assert seal(units).digest == digest
    assert (seal(units).count, seal(units).levels) == (len(units), 3)


@settings(deadline=None, max_examples=20)
@given(st.lists(st.integers(1, 200), min_size=1, max_size=40), st.integers(0, 10), st.integers(0, 20))
def test_any_tree_can_be_told_however_much_is_said_of_its_units(names: list[int], aliases: int, tags: int) -> None:
    said = {
        "aliases": tuple(f"{number}{'别' * 199}" for number in range(aliases)),
        "tags": tuple(f"t{number:039}" for number in range(tags)),
    }
    units = [
        unit("u0"),
        *(unit(f"u{number + 1}", "u0").model_copy(update=said | {"name": "名" * names[number % len(names)]}) for number in range(499)),
    ]
    told = parts(units)
    assert [each for part in told for each in part] == units
    events = announcement(read_plan(PLAN), units)
    assert len(events) == len(told) + 1
    assert max(len(orjson.dumps(event)) for event in events) <= LARGEST, "more than the door takes, and the ledger records"
    assert seal(units).digest == reduce(chain_digest, told, "")


def test_the_same_units_cut_otherwise_have_another_digest() -> None:
    units = city(1)
    assert chain_digest(chain_digest("", units[:10]), units[10:]) != chain_digest("", units)


def test_levels_count_the_root_and_the_deepest_unit() -> None:
    assert levels([]) == 0
    assert levels([unit("a")]) == 1
    assert levels([unit("a"), unit("b", "a"), unit("c", "b"), unit("d", "a")]) == 3


@pytest.mark.parametrize(
    ("units", "said"),
    [
        ([unit("a"), unit("a", "a")], "1.id: 'a' is listed twice"),
        ([unit("a", "b")], "0.parent: the first unit is the root and has no parent, but names 'b'"),
        ([unit("a"), unit("b")], "1: has no parent"),
        ([unit("a"), unit("b", "c"), unit("c", "a")], "1.parent: parent 'c' does not stand before it"),
        ([unit("a"), unit("b", "d")], "1.parent: parent 'd' is no unit of the list"),
        ([unit("a"), unit("b", "b")], "1.parent: the tree goes round in a circle: b → b"),
        ([unit("a"), unit("b", "d"), unit("c", "b"), unit("d", "c")], "1.parent: the tree goes round in a circle: b → d → c → b"),
        ([unit("u0"), *(unit(f"u{number + 1}", f"u{number}") for number in range(DEEPEST))], "12: 'u12' lies on level 13"),
        ([unit("a"), *(unit(f"b{number}", "a") for number in range(PART + 1))], "501: 'a' has 501 units directly under it; at most 500"),
    ],
)
def test_a_mistake_in_a_tree_is_named_with_its_place_and_value(units: list[Unit], said: str) -> None:
    assert [said in str(mistake) for mistake in mistakes(units)] == [True]


def test_all_mistakes_of_a_tree_are_named_at_once() -> None:
    assert len(list(mistakes([unit("a", "z"), unit("a", "a"), unit("b"), unit("c", "d")]))) == 4


def test_the_made_up_tree_has_one_bureau_21_townships_and_the_institutions_asked_for() -> None:
    units = city(3)
    townships = [unit for unit in units if unit.unit_class == "township-office"]
    assert (len(units), len(townships), len(TOWNS)) == (1 + 21 + 150, 21, 21)
    assert len({unit.name for unit in units}) == len(units)
    assert sum(unit.parent == "bureau" for unit in units) == len(townships) + len(DIRECT)
    assert units == city(3) != city(4)
    assert not list(mistakes(units))


def test_each_unit_has_persons_enough_for_owner_fixer_and_verifier_beside_the_one_responsible() -> None:
    units = city(3)
    persons = [person for of_unit in staff(units).values() for person in of_unit]
    assert len(set(persons)) == len(persons)
    assert all(len(staff(units)[unit.id]) >= 4 and staff(units)[unit.id][0] == unit.responsible for unit in units)
    facts = people(units, seed=3)
    assert [fact.person for fact in facts] == persons
    assert all(fact.phone is None and fact.mail and fact.mail.endswith("@units.example") for fact in facts)
    assert facts == people(units, seed=3) != people(units, seed=4)
