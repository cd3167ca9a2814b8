"""What recorded events make of the rows that people read: issues, returns, units, campaigns, refusals. Pure."""

from collections.abc import Iterator

from services.reporting.fold import indicators, lessons
from services.reporting.fold.issues import issue_after
from services.reporting.fold.phases import phase_after, phase_of, phase_row_id
from services.reporting.fold.returns import return_after
from services.reporting.fold.rows import CampaignRow, Place, RefusedRow, Rows, UnitRow
from services.reporting.wording.glyphs import plain
from shared.events.campaign import BookAmended, BookOpened, CampaignAmended, CampaignAnnounced
from shared.events.holding import first_told
from shared.events.refusal import Refused
from shared.kafka.records import Recorded
from shared.topics import book_id, kind_of


def touches(event: Recorded) -> Iterator[Place]:
    """The rows that an event may change or needs."""
    fact, campaign = event.fact, event.where.campaign
    if phase := phase_of(event):
        yield "phases", phase_row_id(event.book, phase)
    yield from indicators.places(event)
    yield from lessons.places(event)
    match fact:
        case Refused():
            yield "refused", f"{event.book}@{event.position}"
        case CampaignAnnounced() | CampaignAmended():
            yield "campaigns", campaign
        case BookOpened() | BookAmended():
            yield "units", book_id(campaign, event.where.unit)
        case _ if (kind := kind_of(event.subject)) in ("issue", "return"):
            yield f"{kind}s", event.subject


def fold(rows: Rows, event: Recorded) -> None:
    """Bring an event, the next of its book, into the rows it touches."""
    fact, campaign = event.fact, event.where.campaign
    if phase := phase_of(event):
        place = ("phases", phase_row_id(event.book, phase))
        rows[place] = phase_after(rows.get(place), event, phase)
    indicators.fold_indicators(rows, event)
    lessons.fold_lessons(rows, event)
    match fact:
        case Refused():
            rows["refused", f"{event.book}@{event.position}"] = _refused(event, fact)
        case CampaignAnnounced(plan=plan) | CampaignAmended(plan=plan):
            known = rows.get(("campaigns", campaign))
            if known is None or known["root"] == event.where.unit:  # nobody but its root speaks for a campaign
                rows["campaigns", campaign] = CampaignRow(
                    _id=campaign,
                    position=event.position,
                    root=event.where.unit,
                    version=plan.version,
                    plan=plan.model_dump_json(exclude_none=True),
                    announced=known["announced"] if known and isinstance(fact, CampaignAmended) else event.accepted,
                )
        case (BookOpened() | BookAmended()) as opened:
            place = ("units", book_id(campaign, event.where.unit))
            rows[place] = unit_opened(rows.get(place), event, opened)
        case _ if (kind := kind_of(event.subject)) == "issue":
            if (issue := issue_after(rows.get(("issues", event.subject)), event)) is not None:
                rows["issues", event.subject] = issue
        case _ if kind == "return" and (owed := return_after(rows.get(("returns", event.subject)), event)) is not None:
            rows["returns", event.subject] = owed


def first_telling(event: Recorded) -> tuple[str, str]:
    """Under which source and id it was told first: one that was held is known by those, whoever told it again or let it expire."""
    if isinstance(event.fact, Refused) and event.fact.told_source and event.fact.told_id:
        return event.fact.told_source, event.fact.told_id
    return first_told(event.told_source, event.told_id)[:2]


def unit_opened(row: UnitRow | None, event: Recorded, opened: BookOpened | BookAmended) -> UnitRow:
    """A unit whose book opened, or was amended. Its own book alone says where it stands, for a tree is told unchecked; under another root it never moves."""
    path = list(event.where.path)
    if row is not None and row["path"][:1] != path[:1]:
        return row
    return UnitRow(
        _id=book_id(event.where.campaign, event.where.unit),
        position=event.position,
        campaign=event.where.campaign,
        unit=event.where.unit,
        name=opened.name,
        aliases=list(opened.aliases or ()),
        superiors=sorted(set((opened.superiors or {}).values())),
        known_as=[plain(name) for name in (opened.name, *(opened.aliases or ()))],
        parent=path[-2] if len(path) > 1 else None,
        path=path,
        unit_class=opened.unit_class,
        tags=list(opened.tags),
        tree=opened.tree_version,
    )


def _refused(event: Recorded, fact: Refused) -> RefusedRow:
    source, id = first_telling(event)
    return RefusedRow(
        _id=f"{event.book}@{event.position}",
        position=event.position,
        campaign=event.where.campaign,
        unit=event.where.unit,
        path=list(event.where.path),
        subject=event.subject,
        type=fact.type,
        rule=fact.rule,
        reason=fact.reason.model_dump(),
        accepted=event.accepted,
        told_source=source,
        told_id=id,
    )
