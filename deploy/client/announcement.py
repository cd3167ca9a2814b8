"""The announcement of a campaign: its tree in parts, then its plan; and the names of its people, without whom nobody acts."""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from deploy.client.cloudevent import CloudEvent, cloud_event
from shared.events.campaign import CampaignAnnounced
from shared.events.people import PersonNamed
from shared.events.tree import UnitsListed
from shared.plan import Plan
from shared.topics import book_id, subject_id
from shared.units import Unit, parts, seal
from shared.workdays import BEIJING

LATEST = datetime.max.replace(tzinfo=UTC)
"""Under a told clock no day lies ahead."""


def announcement(plan: Plan, units: Sequence[Unit], now: datetime = LATEST) -> list[CloudEvent]:
    """The tree in its parts, then the campaign with plan and seal, told by the root at eight on the day of issue, or `now`, if that is earlier."""
    root, told = units[0].id, min(datetime.combine(plan.issued, time(8), BEIJING), now)
    book = book_id(plan.campaign, root)
    mark = seal(units)
    listed = [UnitsListed(version=mark.version, part=number, units=tuple(part)) for number, part in enumerate(parts(units), 1)]
    events = [cloud_event(f"tree-part-{fact.part}", root, subject_id(book, "tree", str(mark.version)), told, fact) for fact in listed]
    return [*events, cloud_event("campaign", root, book, told, CampaignAnnounced(plan=plan, tree=mark))]


def naming(plan: Plan, root: str, people: Sequence[PersonNamed], now: datetime = LATEST) -> list[CloudEvent]:
    """The names of its people, told by the root at nine, or `now`: once the books are open, and before anybody does anything."""
    told, book = min(datetime.combine(plan.issued, time(9), BEIJING), now), book_id(plan.campaign, root)
    return [cloud_event(f"person-{each.person}", root, book, told, each) for each in people]
