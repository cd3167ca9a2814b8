"""The persons that a told event names, each of whom must be known under its root and stand in the line of command of its unit (A1, A3). Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, get_args

from pydantic import BaseModel

from services.intake.envelope import TOLD
from services.intake.mistakes import EventMistake
from services.intake.state import Known
from shared.command import Place, in_line
from shared.events.campaign import CampaignAmended, CampaignAnnounced
from shared.events.fact import Fact
from shared.events.tree import UnitsListed
from shared.kafka.records import Told
from shared.topics import book_id, person_id
from shared.values import Person

OUTSIDE = {
    "IssueReported.reporter": "whoever reports is of the public: no mail goes to them, and no page has their name",
    "IdeaOffered.offered_by": "whoever has an idea is of the public: no mail goes to them, and no page has their name",
    "PersonNamed.person": "is named here: whether this key may is asked of whoever holds the id",
    "PersonReleased.person": "may be anybody of the root: an operator tells it",
    "PersonErased.person": "may be anybody of the root: an operator tells it",
}
"""Fields whose persons may be anybody, and why; a covert visitor is one too, for whom a pseudonym is told on."""
BEFORE_NAMED = {
    "NominationFiled.person": "whoever is nominated need be no member of the staff",
    "UnitsListed.units.responsible": "a tree comes before the books of its units, and these before whom it makes responsible; told again, it is the same",
    "CampaignAnnounced.plan.obligations.contact": "a plan is told before anybody in its tree can be named",
    "CampaignAmended.plan.obligations.contact": "a plan may name who comes with a unit that is new to its tree",
}
"""Fields whose persons need not be known yet, and why; one who is known must stand in line. Who is not is named in the answer, where it is a tree or a plan."""


class Named(NamedTuple):
    """One person that an event names."""

    field: str
    """As a mistake names it: `data.fixed.by`."""
    person: str
    known: bool
    """Must be known already."""


def _fields(annotation: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Where the persons stand in what has this type."""
    if annotation == Person:
        yield path
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, field in annotation.model_fields.items():
            yield from _fields(field.rebuild_annotation(), (*path, name))
    else:
        for part in get_args(annotation):
            yield from _fields(part, path)


PERSONS: Mapping[str, tuple[tuple[str, ...], ...]] = {name: tuple(_fields(model)) for name, model in TOLD.items()}
"""By type of event: the fields that name persons, as the models have them."""


def persons(fact: Fact) -> Iterator[tuple[str, str]]:
    """All persons that a fact names, with the field of each."""
    for path in PERSONS[type(fact).__name__]:
        yield from _at(fact, path, "data")


def _at(value: Any, path: tuple[str, ...], field: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, tuple):
        for index, each in enumerate(value):
            yield from _at(each, path, f"{field}.{index}")
    elif isinstance(value, str):
        yield field, value
    elif value is not None:
        yield from _at(getattr(value, path[0]), path[1:], f"{field}.{path[0]}")


def named(fact: Fact, hidden: Mapping[str, str]) -> Iterator[Named]:
    """Those who must stand in line; `hidden` are who stays unknown, by the pseudonym told on in their place."""
    for field, person in persons(fact):
        place = ".".join([type(fact).__name__, *(part for part in field.split(".")[1:] if not part.isdecimal())])
        if place not in OUTSIDE and (person not in hidden or field == "data.by"):
            yield Named(field, hidden.get(person, person), place not in BEFORE_NAMED)


def out_of_line(told: Told, whom: Sequence[Named], root: str, known: Known) -> Iterator[EventMistake]:
    """A mistake for each person of an event who is unknown under its root, or stands elsewhere than at, above or below its unit.

    It is one and the same: who works elsewhere is not the teller's to know.
    """
    campaign, book = told.book.partition("/")[0], known.books.get(told.book)
    of = book.place if book else Place((root,))
    for field, person, must_be_known in whom:
        unit = known.units.get(person_id(root, person))
        if unit is None:
            fits = not must_be_known
        elif of.path == (root,):  # everybody who is known under a root stands under it
            fits = True
        else:
            there = known.books.get(book_id(campaign, unit))
            fits = any(in_line(unit, there.place if there else None, each) for each in (of, *_acting(told, field, known)))
        if not fits:
            yield EventMistake.by("person-unknown", field, person, person=person, unit=of.path[-1])


def not_named_yet(told: Told, whom: Sequence[Named], root: str, known: Known) -> Iterator[EventMistake]:
    """For each person whom a tree or a plan names and nobody named yet, what is to be told: no mail goes to them, and no page has a name, until then."""
    if isinstance(told.fact, UnitsListed | CampaignAnnounced | CampaignAmended):
        for field, person, _ in whom:
            if person_id(root, person) not in known.units:
                yield EventMistake.by("person-unnamed", field, person, person=person, root=root)


def _acting(told: Told, field: str, known: Known) -> Iterator[Place]:
    """Where the unit stands that somebody acts for, which is the key's to say: it may send anybody of its line into a book below it."""
    speaker = told.fact.said("by_unit")
    if speaker and field == "data.by" and (book := known.books.get(book_id(told.book.partition("/")[0], speaker))):
        yield book.place
