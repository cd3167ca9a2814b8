"""The made-up people of any tree of units."""

from collections.abc import Sequence
from random import Random

from shared.events.people import PersonNamed
from shared.units import Unit

STAFF = 6
"""Persons of each unit: the one responsible, and enough others that owner, fixer and verifier can be three."""
DEPARTMENTS = ("医务科", "护理部", "门诊部", "质控科", "后勤科", "信息科")


def _person(index: int, number: int) -> str:
    return f"p{index * STAFF + number + 1:04}"


def responsible(index: int) -> str:
    """The person responsible for the unit at a place of the tree."""
    return _person(index, 0)


def staff(units: Sequence[Unit]) -> dict[str, tuple[str, ...]]:
    """The persons of each unit, by its id: first the one responsible, then those who own, fix and check issues."""
    return {unit.id: tuple(_person(index, number) for number in range(STAFF)) for index, unit in enumerate(units)}


def people(units: Sequence[Unit], seed: int) -> list[PersonNamed]:
    """Everybody in the tree under a made-up name with a mailbox that leads nowhere; the seed deals out the departments."""
    rng = Random(f"people/{seed}")
    return [
        PersonNamed(
            person=person, unit=unit, name=f"{rng.choice(DEPARTMENTS)}职工-{person.removeprefix('p')}", mail=f"{person}@units.example"
        )
        for unit, persons in staff(units).items()
        for person in persons
    ]
