"""What recorded events make of the rows that people read: issues, returns, units, campaigns, refusals. Pure."""

from collections.abc import Iterator, MutableMapping
from typing import Any, cast

from services.reporting.counts import PhaseRow, phase_after, phase_of, phase_row_id
from services.reporting.measured import fold_measured, places
from services.reporting.rows import GONE, CampaignRow, IssueRow, RefusedRow, ReturnRow, Status, UnitRow
from shared.cloudevents import Recorded
from shared.events.campaign import BookAmended, BookOpened, CampaignAmended, CampaignAnnounced
from shared.events.checking import IssueReopened, IssueReturned, StrikeOffPublished
from shared.events.extension import ExtensionDenied, ExtensionGranted, ExtensionRequested
from shared.events.fact import Fact
from shared.events.hand_over import HandOverCompleted, HandOverOffered, HandOverSettled
from shared.events.holding import first_told
from shared.events.issue import (
    FollowUpSet,
    IssueAssigned,
    IssueCarriedOver,
    IssueEntered,
    IssueOverdue,
    IssueStruckOff,
    MeasuresPlanned,
    RectificationDone,
    RectificationVerified,
)
from shared.events.lateness import OverdueWithdrawn
from shared.events.leaving import IssueMerged, IssueWithdrawn
from shared.events.obligation import ObligationMet, ObligationMoved, ObligationOpened, ObligationReopened, ReturnFiled, ReturnMissing
from shared.events.refusal import Refused
from shared.events.supervision import NextReviewSet
from shared.topics import kind_of
from shared.workdays import local_date

STANDS: dict[type[Fact], Status] = {
    StrikeOffPublished: "verified",
    IssueWithdrawn: "void",
    IssueMerged: "merged",
    HandOverCompleted: "handed-over",
}
"""Where an issue stands after a fact that changes nothing else of its row."""
Place = tuple[str, str]
"""A collection and the id of a row in it."""
Rows = MutableMapping[Place, Any]
"""Rows by their place. Every row has `_id`, and as `position` that of the event that last changed it."""


def unit_row_id(campaign: str, unit: str) -> str:
    """The id of a unit's row."""
    return f"{campaign}/{unit}"


def touches(event: Recorded) -> Iterator[Place]:
    """The rows that an event may change or needs."""
    fact, campaign = event.fact, event.where.campaign
    if phase := phase_of(event):
        yield "phases", phase_row_id(event.book, phase)
    yield from places(event)
    match fact:
        case Refused():
            yield "refused", f"{event.book}@{event.position}"
        case CampaignAnnounced() | CampaignAmended():
            yield "campaigns", campaign
        case BookOpened() | BookAmended():
            yield "units", unit_row_id(campaign, event.where.unit)
        case _ if (kind := kind_of(event.subject)) in ("issue", "return"):
            yield f"{kind}s", event.subject


def fold(rows: Rows, event: Recorded) -> None:
    """Bring an event, the next of its book, into the rows it touches."""
    fact, campaign = event.fact, event.where.campaign
    if phase := phase_of(event):
        place = ("phases", phase_row_id(event.book, phase))
        rows[place] = phase_after(cast("PhaseRow | None", rows.get(place)), event, phase)
    fold_measured(rows, event)
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
            place = ("units", unit_row_id(campaign, event.where.unit))
            rows[place] = unit_opened(rows.get(place), event, opened)
        case _ if (kind := kind_of(event.subject)) == "issue":
            if (issue := issue_after(rows.get(("issues", event.subject)), event)) is not None:
                rows["issues", event.subject] = issue
        case _ if kind == "return" and (owed := return_after(rows.get(("returns", event.subject)), event)) is not None:
            rows["returns", event.subject] = owed


def issue_after(row: IssueRow | None, event: Recorded) -> IssueRow | None:
    """An issue after an event; none before it is entered."""
    day = local_date(event.accepted).isoformat()
    if isinstance(event.fact, IssueEntered):
        return _entered(event, event.fact, day)
    if row is None:
        return None
    after: IssueRow = {**row, "position": event.position, "path": list(event.where.path)}
    match event.fact:
        case IssueAssigned(owner=owner):
            after["owner"] = owner
        case MeasuresPlanned(measures=measures):
            after["status"], after["planned"], after["measures"] = "planned", day, measures
        case RectificationDone(result=result, evidence=evidence, by=by):
            after["status"], after["rectified"], after["rectified_by"] = "rectified", day, by
            after["result"], after["evidence"] = result, list(evidence)
        case IssueReturned():
            after["status"], after["rectified"], after["rectified_by"] = "planned", None, None
            after["returned"] = row["returned"] + 1
        case RectificationVerified(effect=effect, by=by):
            after["effect"], after["verified_by"] = effect, by
        case StrikeOffPublished() | IssueWithdrawn() | IssueMerged() | HandOverCompleted():
            after["status"] = STANDS[type(event.fact)]
        case IssueReopened() as again:
            after = _reopened(after, again)
        case NextReviewSet():
            after["overdue"] = [clock for clock in row["overdue"] if clock != "review"]
        case IssueStruckOff(on_time=on_time, phase=phase):
            after["status"], after["struck_off"] = "struck-off", day
            after["on_time"], after["struck_off_phase"] = on_time, phase
        case IssueOverdue(clock=clock, phase=phase):
            after["overdue"] = [*(each for each in row["overdue"] if each != clock), clock]
            if clock == "fix":
                after["overdue_phase"] = phase
        case OverdueWithdrawn(clock=clock):
            after["overdue"] = [each for each in row["overdue"] if each != clock]
            if clock == "fix":
                after["overdue_phase"] = None
        case ExtensionRequested() | ExtensionGranted() | ExtensionDenied() as fact:
            after = _more_time(after, fact)
        case IssueCarriedOver(due=due, owner=owner, phase=phase):
            after["carried_over"], after["carried_over_phase"] = day, phase
            after["follow_up_due"], after["owner"] = due.isoformat(), owner
        case FollowUpSet(due=due, owner=owner):
            after["follow_up_due"], after["owner"] = due.isoformat(), owner
            after["overdue"] = [clock for clock in row["overdue"] if clock != "follow-up"]
        case HandOverOffered(to=to):
            after["status"], after["handed_to"] = "handing-over", to
        case HandOverSettled(accepted=False) if row["status"] == "handing-over":
            after["status"], after["handed_to"] = "planned" if row["planned"] else "entered", None
    after["late_since"] = _late_since(after)
    return after


def first_telling(event: Recorded) -> tuple[str, str]:
    """Under which source and id it was told first: one that was held is known by those, whoever told it again or let it expire."""
    if isinstance(event.fact, Refused) and event.fact.told_source and event.fact.told_id:
        return event.fact.told_source, event.fact.told_id
    return first_told(event.told_source, event.told_id)[:2]


def _more_time(row: IssueRow, fact: ExtensionRequested | ExtensionGranted | ExtensionDenied) -> IssueRow:
    """An issue for which more time was asked, given or denied."""
    match fact:
        case ExtensionRequested(until=until):
            return {**row, "asked_until": until.isoformat()}
        case ExtensionGranted(until=until) if until or row.get("asked_until"):
            return {**row, "fix_due": until.isoformat() if until else str(row.get("asked_until")), "asked_until": None}
        case ExtensionDenied():
            return {**row, "asked_until": None}
    return row


def _reopened(row: IssueRow, again: IssueReopened) -> IssueRow:
    """An issue in its next cycle. Its last strike-off stays, as it does in the figures of its phase."""
    after: IssueRow = {**row, "status": "entered", "planned": None, "rectified": None, "rectified_by": None, "follow_up_due": None}
    after["plan_due"], after["fix_due"] = again.plan_due.isoformat(), again.fix_due.isoformat()
    after["overdue"] = [clock for clock in row["overdue"] if clock not in ("plan", "fix", "follow-up", "look-back", "extension")]
    return after


def _late_since(row: IssueRow) -> str | None:
    """The day from which an issue is late now: carrying over replaces the fix clock, rectifying stops both."""
    if row["status"] in ("rectified", "verified", *GONE):
        return None
    if row["follow_up_due"]:
        return row["follow_up_due"] if "follow-up" in row["overdue"] else None
    return row["fix_due"] if "fix" in row["overdue"] else None


def _entered(event: Recorded, fact: IssueEntered, day: str) -> IssueRow:
    where = event.where
    return IssueRow(
        _id=event.subject,
        position=event.position,
        place=f"{event.book}#{fact.number:09}",
        campaign=where.campaign,
        book=event.book,
        unit=where.unit,
        path=list(where.path),
        unit_class=where.unit_class,
        number=fact.number,
        phase=fact.phase,
        category=fact.category,
        channel=fact.channel,
        nature=fact.nature,
        target=fact.target,
        text=fact.text,
        handed_to=None,
        origin=fact.origin,
        status="entered",
        owner=where.owner,
        plan_due=fact.plan_due.isoformat(),
        fix_due=fact.fix_due.isoformat(),
        follow_up_due=None,
        entered=day,
        planned=None,
        measures=None,
        rectified=None,
        rectified_by=None,
        result=None,
        evidence=[],
        returned=0,
        verified_by=None,
        effect=None,
        struck_off=None,
        struck_off_phase=None,
        on_time=None,
        overdue=[],
        overdue_phase=None,
        late_since=None,
        carried_over=None,
        carried_over_phase=None,
    )


def return_after(row: ReturnRow | None, event: Recorded) -> ReturnRow | None:
    """A return after an event; none before it is owed."""
    where = event.where
    if isinstance(event.fact, ObligationOpened):
        return ReturnRow(
            _id=event.subject,
            position=event.position,
            campaign=where.campaign,
            book=event.book,
            unit=where.unit,
            path=list(where.path),
            obligation=event.fact.obligation,
            phase=event.fact.phase,
            due=event.fact.due.isoformat(),
            state="open",
            title=None,
            nil=False,
            filed=None,
        )
    if row is None:
        return None
    after: ReturnRow = {**row, "position": event.position, "path": list(where.path)}
    match event.fact:
        case ReturnFiled(title=title, nil=nil):
            after["title"], after["nil"] = title, nil
            after["filed"] = row["filed"] or local_date(event.accepted).isoformat()
        case ObligationMet(late=late):
            after["state"] = "late" if late else "filed"
        case ReturnMissing():
            after["state"] = "missing"
        case ObligationMoved(due=due):
            after["due"] = due.isoformat()
        case ObligationReopened():
            after["filed"] = None  # what is filed next counts
    return after


def unit_opened(row: UnitRow | None, event: Recorded, opened: BookOpened | BookAmended) -> UnitRow:
    """A unit whose book opened, or was amended. Its own book alone says where it stands, for a tree is told unchecked; under another root it never moves."""
    path = list(event.where.path)
    if row is not None and row["path"][:1] != path[:1]:
        return row
    return UnitRow(
        _id=unit_row_id(event.where.campaign, event.where.unit),
        position=event.position,
        campaign=event.where.campaign,
        unit=event.where.unit,
        name=opened.name,
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
