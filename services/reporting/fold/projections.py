"""What recorded events make of the rows that people read: issues, returns, units, campaigns, refusals. Pure."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from services.reporting.fold.indicators import light_after, measure_after, month_after, month_row_id, months_of, survey_after
from services.reporting.fold.issues import issue_after
from services.reporting.fold.lessons import common_after, practice_after
from services.reporting.fold.phases import phase_after, phase_of, phase_row_id
from services.reporting.fold.returns import check_after, return_after
from services.reporting.fold.rows import CampaignRow, Place, RefusedRow, Rows, UnitRow, day_of, path_left, root_of, row_of
from shared.events.campaign import BookAmended, BookOpened, BookRemoved, CampaignAmended, CampaignAnnounced
from shared.events.holding import first_told
from shared.events.refusal import Refused
from shared.glyphs import plain
from shared.kafka.records import Recorded
from shared.topics import book_id, kind_of

After = Callable[[Any, Recorded], Any]
"""A row after an event, made of the row before, or of None; None again where the event makes no row."""
Change = tuple[Place, After]
"""A row that an event may change, and how."""
BY_KIND: dict[str, After] = {
    "check": check_after,
    "common": common_after,
    "issue": issue_after,
    "light": light_after,
    "measure": measure_after,
    "practice": practice_after,
    "return": return_after,
    "survey": survey_after,
}
"""How a subject's row changes, by its kind; its collection is named after the kind."""


def changes_by(event: Recorded) -> list[Change]:
    """The rows that an event may change, and how."""
    fact, campaign = event.fact, event.where.campaign
    counts = fact.counts() if fact else None
    changes: list[Change] = []
    if phase := phase_of(event, counts):
        changes.append((("phases", phase_row_id(event.book, phase)), partial(phase_after, phase=phase, counts=counts)))
    for month, added in months_of(event, counts).items():
        changes.append((("months", month_row_id(event.book, month)), partial(month_after, month=month, changes=added)))
    match fact:
        case Refused():
            changes.append((("refused", f"{event.book}@{event.position}"), _refused_after))
        case CampaignAnnounced() | CampaignAmended():
            changes.append((("campaigns", campaign), _campaign_after))
        case BookOpened() | BookAmended() | BookRemoved():
            changes.append((("units", book_id(campaign, event.where.unit)), _unit_after))
        case _ if after := BY_KIND.get(kind := kind_of(event.subject)):
            changes.append(((f"{kind}s", event.subject), after))
    return changes


def fold(rows: Rows, event: Recorded, changes: Iterable[Change] | None = None) -> None:
    """Bring an event, the next of its book, into the rows it touches: `changes_by` has told of them, if they are given."""
    for place, after in changes_by(event) if changes is None else changes:
        if (row := after(rows.get(place), event)) is not None:
            rows[place] = row


def first_telling(event: Recorded) -> tuple[str, str]:
    """Under which source and id it was told first: one that was held is known by those, whoever told it again or let it expire."""
    if isinstance(event.fact, Refused) and event.fact.told_source and event.fact.told_id:
        return event.fact.told_source, event.fact.told_id
    return first_told(event.told_source, event.told_id)[:2]


def _campaign_after(row: CampaignRow | None, event: Recorded) -> CampaignRow | None:
    """A campaign whose plan was announced, or amended. Nobody but its root speaks for it."""
    match event.fact:
        case CampaignAnnounced(plan=plan) | CampaignAmended(plan=plan) if row is None or row["root"] == event.where.unit:
            return CampaignRow(
                _id=event.where.campaign,
                position=event.position,
                root=event.where.unit,
                version=plan.version,
                plan=plan.model_dump_json(exclude_none=True),
                announced=row["announced"] if row and isinstance(event.fact, CampaignAmended) else event.accepted,
            )
    return row


def _unit_after(row: UnitRow | None, event: Recorded) -> UnitRow | None:
    """A unit whose book opened, or was amended. Its own book alone says where it stands, for a tree is told unchecked; under another root it never moves."""
    opened, path = event.fact, list(event.where.path)
    if isinstance(opened, BookRemoved) and row is not None and root_of(row["path"]) == path[0]:
        place = path_left(path[0], opened.path)
        parent = place[-2] if len(place) > 2 else None
        return {**row, "position": event.position, "path": place, "parent": parent, "left": day_of(event), "open_left": opened.open}
    if not isinstance(opened, BookOpened | BookAmended) or (row is not None and root_of(row["path"]) != path[0]):
        return row
    return UnitRow(
        **row_of(event, book_id(event.where.campaign, event.where.unit)),
        name=opened.name,
        aliases=list(opened.aliases or ()),
        superiors=sorted(set((opened.superiors or {}).values())),
        known_as=[plain(name) for name in (opened.name, *(opened.aliases or ()))],
        parent=path[-2] if len(path) > 1 else None,
        unit_class=opened.unit_class,
        tags=list(opened.tags),
        tree=opened.tree_version,
        left=None,
        open_left=0,
    )


def _refused_after(row: RefusedRow | None, event: Recorded) -> RefusedRow | None:
    source, id = first_telling(event)
    match event.fact:
        case Refused(type=type, rule=rule, reason=reason):
            return RefusedRow(
                **row_of(event, f"{event.book}@{event.position}"),
                subject=event.subject,
                type=type,
                rule=rule,
                reason=reason.model_dump(),
                accepted=event.accepted,
                told_source=source,
                told_id=id,
            )
    return row
