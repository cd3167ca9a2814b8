"""What intake knows of campaigns, from what is recorded: which books are open and where, and what their plans name. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from services.intake.files.vocabulary import named_by
from shared.command import Place
from shared.events.campaign import BookAmended, BookOpened, CampaignAmended, CampaignAnnounced
from shared.events.fact import Fact
from shared.kafka.records import Recorded
from shared.plan import Plan


@dataclass(frozen=True, slots=True)
class Terms:
    """What a plan lets an event name."""

    id: str
    categories: tuple[str, ...]
    channels: tuple[str, ...]
    targets: tuple[int, ...]
    covert: tuple[str, ...] = ()
    """Inspections whose visitor stays unnamed (B7)."""

    @staticmethod
    def of(plan: Plan) -> "Terms":
        """Those of a version of a plan."""
        return Terms(
            id=terms_id(plan.campaign, plan.version),
            categories=tuple(entry.code for entry in plan.categories),
            channels=tuple(entry.code for entry in plan.channels),
            targets=tuple(target.number for target in plan.targets),
            covert=tuple(activity.code for activity in plan.activities if activity.covert),
        )


@dataclass(frozen=True, slots=True)
class OpenBook:
    """A book that is open: the units from the root to its own, and under what the terms of its plan are kept."""

    id: str
    path: tuple[str, ...]
    terms: str
    superiors: tuple[str, ...] = ()
    """The units above it in further lines of command (I1)."""

    @property
    def place(self) -> Place:
        """Where its unit stands."""
        return Place(self.path, self.superiors)


@dataclass
class Known:
    """Books, terms and persons, by id. An announced plan never changes; a book opens once, and goes by another plan where an amendment says so."""

    books: dict[str, OpenBook] = field(default_factory=dict)
    terms: dict[str, Terms] = field(default_factory=dict)
    roots: dict[str, str] = field(default_factory=dict)
    """The root whose announcement of a campaign the ledger recorded first: it is that root's for ever."""
    units: dict[str, str] = field(default_factory=dict)
    """The unit that a person is named for, by `person_id`."""
    names: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What books and terms are called, by the ids of both: for sheets alone (`Store.vocabulary`), so that memory does not hold it."""


def terms_id(campaign: str, version: int) -> str:
    """What the terms of a version of a plan are kept under."""
    return f"{campaign}@{version}"


READS: tuple[type[Fact], ...] = (CampaignAnnounced, CampaignAmended, BookOpened, BookAmended)
"""The facts that `fold` has a use for."""


def fold(events: Sequence[Recorded]) -> Known:
    """What a batch of recorded events adds."""
    known = Known()
    for event in events:
        match event.fact:
            case CampaignAnnounced(plan=plan) | CampaignAmended(plan=plan):
                named = Terms.of(plan)
                known.terms[named.id] = named
                known.names[named.id] = {"named": named_by(plan)}
            case BookOpened(plan_version=version, superiors=superiors) | BookAmended(plan_version=version, superiors=superiors) as book:
                terms, above = terms_id(event.where.campaign, version), tuple((superiors or {}).values())
                known.books[event.book] = OpenBook(event.book, event.where.path, terms, above)
                known.names[event.book] = {"name": book.name, "aliases": book.aliases or ()}
    return known
