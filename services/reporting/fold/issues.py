"""What recorded events make of the row of an issue, through all that can become of it. Pure."""

from collections.abc import Iterable

from services.reporting.fold.rows import GONE, IssueRow, Status, day_of, row_of
from shared.events.extension import ExtensionDenied, ExtensionGranted, ExtensionRequested
from shared.events.hand_over import HandOverCompleted, HandOverOffered, HandOverSettled
from shared.events.issue import (
    RESTARTED,
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
from shared.events.lateness import DeadlinePutOff, IssueEscalated, IssueNearDue, LateTellingAccepted, LateTellingDismissed, OverdueWithdrawn
from shared.events.leaving import IssueCameBack, IssueMerged, IssueWithdrawn
from shared.events.strike_off import IssueReopened, IssueReturned, StrikeOffPublished
from shared.events.supervision import NextReviewSet, SupervisionLifted, SupervisionOrdered
from shared.glyphs import plain
from shared.kafka.records import Recorded
from shared.papers import ATTACHMENT


def issue_after(row: IssueRow | None, event: Recorded) -> IssueRow | None:
    """An issue after an event; none before it is entered."""
    if isinstance(event.fact, IssueEntered):
        return _entered(event, event.fact)
    if row is None:
        return None
    after: IssueRow = {**row, "position": event.position, "path": list(event.where.path)}
    _work(after, event)
    _clocks(after, event)
    _stand(after, event)
    after["late_since"] = _late_since(after)
    after["carried_due"] = (after["follow_up_due"] or after["fix_due"]) if _is_carried(after) else None
    return after


def _work(row: IssueRow, event: Recorded) -> None:
    """What people did with it."""
    match event.fact:
        case IssueAssigned(owner=owner):
            row["owner"] = owner
        case MeasuresPlanned(measures=measures):
            row["status"], row["planned"], row["measures"] = "planned", _day(row, event), measures
            row["near_due"] = _without(row["near_due"], "plan")
        case RectificationDone(result=result, evidence=evidence, by=by):
            row["status"], row["rectified"], row["rectified_by"] = "rectified", _day(row, event), by
            row["result"], row["evidence"] = result, list(evidence)
            row["attached"] = day_of(event) if _has_attachments(evidence) else row["attached"]
            row["near_due"] = _without(row["near_due"], "plan", "fix", "follow-up")
        case LateTellingAccepted(happened=happened) if row["verified_by"] is None:  # else it is of the check, told late
            row["rectified"] = happened.isoformat()
        case LateTellingDismissed(earliest=earliest) if row["verified_by"] is None and row["rectified"]:
            row["rectified"] = max(row["rectified"], earliest.isoformat())  # of what came before what it acts on
        case IssueReturned():
            row["status"] = "planned"
            row["returned"] += 1
            _undo_rectification(row)
        case RectificationVerified(effect=effect, by=by):
            row["effect"], row["verified_by"] = effect, by
        case SupervisionOrdered():
            row["supervised"] = day_of(event)
        case SupervisionLifted():
            row["supervised"] = None


def _clocks(row: IssueRow, event: Recorded) -> None:
    """What became of its clocks."""
    match event.fact:
        case IssueNearDue(clock=clock):
            row["near_due"] = [*_without(row["near_due"], clock), clock]
        case IssueOverdue(clock=clock, phase=phase):
            row["overdue"], row["near_due"] = [*_without(row["overdue"], clock), clock], _without(row["near_due"], clock)
            if clock == "fix":
                row["overdue_phases"] = [*row["overdue_phases"], phase]
        case OverdueWithdrawn(clock=clock, phase=phase):
            row["overdue"] = _without(row["overdue"], clock)
            if clock == "fix" and phase in row["overdue_phases"]:
                row["overdue_phases"] = list(row["overdue_phases"])
                row["overdue_phases"].remove(phase)
        case IssueEscalated(to=to):
            row["escalated_to"] = to
        case ExtensionRequested(until=until):
            row["asked_until"], row["overdue"] = until.isoformat(), _without(row["overdue"], "extension")
        case ExtensionDenied():
            row["asked_until"] = None
        case ExtensionGranted(until=until) if granted := until.isoformat() if until else row.get("asked_until"):
            row["first_fix_due"] = row["first_fix_due"] or row["fix_due"]
            row["fix_due"], row["asked_until"], row["near_due"] = granted, None, _without(row["near_due"], "fix")
        case DeadlinePutOff(clock="plan", until=until):
            row["plan_due"], row["near_due"] = until.isoformat(), _without(row["near_due"], "plan")
        case DeadlinePutOff(until=until):
            row["fix_due"], row["near_due"] = max(row["fix_due"], until.isoformat()), _without(row["near_due"], "fix")
        case NextReviewSet():
            row["overdue"] = _without(row["overdue"], "review")
        case FollowUpSet(due=due, owner=owner):
            row["follow_up_due"], row["owner"] = due.isoformat(), owner
            row["overdue"], row["near_due"] = _without(row["overdue"], "follow-up"), _without(row["near_due"], "follow-up")


def _stand(row: IssueRow, event: Recorded) -> None:
    """How it left the book, came back, or was carried over."""
    match event.fact:
        case StrikeOffPublished(until=until):
            row["status"], row["published_until"] = "verified", until.isoformat()
        case IssueStruckOff(on_time=on_time, phase=phase):
            row["status"], row["struck_off"] = "struck-off", _day(row, event)
            row["struck_off_phase"], row["on_time"], row["published_until"] = phase, on_time, None
            row["strikes"] = [*row["strikes"], {"day": row["struck_off"], "phase": phase, "on_time": on_time}]
        case IssueReopened(cycle=cycle, plan_due=plan_due, fix_due=fix_due, was_void=was_void):
            row["status"], row["cycle"], row["plan_due"], row["fix_due"] = "entered", cycle, plan_due.isoformat(), fix_due.isoformat()
            row["planned"] = row["measures"] = row["asked_until"] = row["merged_into"] = None
            row["near_due"] = []
            if not was_void:  # else it goes on where it stood
                row["follow_up_due"] = row["first_fix_due"] = row["escalated_to"] = row["carried_over"] = None
                row["overdue"], row["returned"] = _without(row["overdue"], *RESTARTED), 0
            _undo_rectification(row)
        case IssueWithdrawn():
            row["status"], row["near_due"] = "void", []
        case IssueCameBack():
            row["status"], row["merged_into"] = _worked(row), None
        case IssueMerged(into=into):
            row["status"], row["near_due"], row["merged_into"] = "merged", [], into
        case HandOverCompleted(moved_to=moved_to):
            row["status"], row["near_due"], row["moved_to"] = "handed-over", [], moved_to
        case HandOverOffered(to=to):
            row["status"], row["handed_to"] = "handing-over", to
        case HandOverSettled(accepted=False) if row["status"] == "handing-over":
            row["status"], row["handed_to"] = _worked(row), None
        case IssueCarriedOver(due=due, owner=owner, phase=phase):
            row["carried_over"], row["carried_over_phases"] = day_of(event), [*row["carried_over_phases"], phase]
            row["follow_up_due"], row["owner"], row["near_due"] = due.isoformat(), owner, []


def _undo_rectification(row: IssueRow) -> None:
    """Nothing of a rectification that did not hold is shown until there is another; `strikes` and the history keep it."""
    row["rectified"] = row["rectified_by"] = row["result"] = row["verified_by"] = row["effect"] = None
    row["published_until"] = row["struck_off"] = row["struck_off_phase"] = row["on_time"] = None
    row["evidence"] = []


def _day(row: IssueRow, event: Recorded) -> str:
    """The day of an act: when intake accepted it, or when what it stands on was done, which it may have come before and waited for."""
    return max(day_of(event), row["rectified"] or row["planned"] or row["entered"])


def _worked(row: IssueRow) -> Status:
    """How far the work on it is, while it is on the book."""
    if row["rectified"]:
        return "verified" if row["published_until"] else "rectified"
    return "planned" if row["planned"] else "entered"


def _has_attachments(evidence: Iterable[str]) -> bool:
    return any(ATTACHMENT.fullmatch(each) for each in evidence)


def _without(clocks: list[str], *gone: str) -> list[str]:
    return [clock for clock in clocks if clock not in gone]


def _late_since(row: IssueRow) -> str | None:
    """The last day of the clock that ran out and still waits: carrying over replaces the fix clock, rectifying stops both."""
    if row["status"] in ("rectified", "verified", *GONE):
        return None
    if row["follow_up_due"]:
        return row["follow_up_due"] if "follow-up" in row["overdue"] else None
    return row["fix_due"] if "fix" in row["overdue"] else None


def _is_carried(row: IssueRow) -> bool:
    """Whether it was carried over, and is on the book."""
    return bool(row["carried_over_phases"]) and row["status"] not in GONE


def _entered(event: Recorded, fact: IssueEntered) -> IssueRow:
    return {
        **row_of(event, event.subject),
        "place": f"{event.book}#{fact.number:09}",
        "book": event.book,
        "unit_class": event.where.unit_class,
        "number": fact.number,
        "phase": fact.phase,
        "category": fact.category,
        "channel": fact.channel,
        "nature": fact.nature,
        "target": fact.target,
        "text": fact.text,
        "folded": plain(fact.text),
        "label": fact.label,
        "grade": fact.grade,
        "lane": fact.lane,
        "priority": fact.priority,
        "subjective": fact.subjective,
        "standing": fact.standing,
        "complaint": fact.complaint,
        "carried_in": fact.carried_in.campaign if fact.carried_in else None,
        "cycle": 1,
        "handed_to": None,
        "moved_to": None,
        "origin": fact.origin,
        "merged_into": None,
        "supervised": day_of(event) if fact.supervised else None,
        "escalated_to": None,
        "status": "entered",
        "owner": event.where.owner,
        "plan_due": fact.plan_due.isoformat(),
        "fix_due": fact.fix_due.isoformat(),
        "first_fix_due": None,
        "asked_until": None,
        "follow_up_due": None,
        "entered": day_of(event),
        "planned": None,
        "measures": None,
        "rectified": None,
        "rectified_by": None,
        "result": None,
        "evidence": [],
        "returned": 0,
        "verified_by": None,
        "effect": None,
        "struck_off": None,
        "struck_off_phase": None,
        "strikes": [],
        "on_time": None,
        "published_until": None,
        "near_due": [],
        "overdue": [],
        "overdue_phases": [],
        "late_since": None,
        "carried_over": None,
        "carried_over_phases": [],
        "carried_due": None,
        "attached": day_of(event) if _has_attachments(fact.evidence or ()) else None,
    }
