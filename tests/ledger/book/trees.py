"""Campaigns whose tree is amended by chance: units leave, move and come back, while issues are entered and struck off."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from services.ledger.book.state import totals_to_date
from shared.events.tree import UnitsListed
from shared.units import Unit, seal
from tests.ledger.book.amendments import RUNNING, running, tells, version
from tests.ledger.given import Morning, Said, Story
from tests.ledger.sample import LIFE, REPORTED, UNITS

FIGURES = ("units", "entered", "struck_off", "overdue", "carried_over", "missing")
LAST = ("2022-07-01", "2022-09-01", "2022-09-05", "2022-09-06", "2022-09-07", "2022-09-08")
"""The mornings on which all phases close, and what came late has climbed to the root."""


def drawn(chance: Random) -> tuple[Unit, ...]:
    """A tree of some of the sample's units, some of them elsewhere than there."""
    townships = [each for each in UNITS if each.unit_class == "township" and chance.random() < 0.7]
    places = ["bureau", *(each.id for each in townships)]
    clinics = [each for each in UNITS if each.unit_class == "clinic" and chance.random() < 0.7]
    stays = [each.parent if each.parent in places and chance.random() < 0.7 else chance.choice(places) for each in clinics]
    return (UNITS[0], *townships, *(each.model_copy(update={"parent": above}) for each, above in zip(clinics, stays, strict=True)))


def amended(seed: int) -> tuple[Story, tuple[Unit, ...], set[str]]:
    """A campaign that ran to its end, the tree in force then, and the units that ever left it."""
    chance, root, tree, left = Random(seed), running(), UNITS, set[str]()
    day, plan = date.fromisoformat(RUNNING), 1
    for step in range(12):
        if chance.random() < 0.4:
            plan, tree = plan + 1, drawn(chance)
            left |= {each.id for each in UNITS} - {each.id for each in tree}
            listed = UnitsListed(version=plan, part=1, units=tree)
            root.given(listed, tells(version(plan, obligations=()), seal(tree, plan)))
        elif chance.random() < 0.7:
            life = LIFE if chance.random() < 0.5 else (REPORTED,)
            root.at(chance.choice(UNITS).id).given(*(Said(fact, issue=f"{step}") for fact in life))
        else:
            day += timedelta(chance.randint(1, 4))
            root.when(Morning(day.isoformat())).on(day.isoformat())  # what a unit that left states is refused
    return root.when(*map(Morning, LAST)), tree, left


def below(tree: tuple[Unit, ...], unit: str) -> list[str]:
    """A unit and all below it in a tree."""
    return [unit, *(each for child in tree if child.parent == unit for each in below(tree, child.id))]


def books(root: Story, units: list[str]) -> Mapping[str, int]:
    """What stands on the books of some units, added up."""
    figures = Counter[str]()
    for unit in units:
        figures.update(totals_to_date(root.at(unit).book)[0].model_dump())
    return {name: figures[name] for name in FIGURES}
