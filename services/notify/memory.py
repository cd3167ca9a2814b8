"""What notices have to say about a subject beside what its event says: remembered from the events before."""

from collections.abc import Mapping, Sequence

from shared.command import Place
from shared.events.campaign import BookAmended, BookOpened, CampaignAmended, CampaignAnnounced
from shared.events.extension import ExtensionGranted, ExtensionRequested
from shared.events.fact import Fact
from shared.events.issue import FollowUpSet, IssueCarriedOver, IssueEntered, RectificationReturned
from shared.events.lateness import DeadlinePutOff
from shared.events.returns import ObligationMoved, ObligationOpened, ReturnFiled
from shared.events.strike_off import IssueReopened, IssueSpotChecked, ObjectionDecided
from shared.kafka.records import Recorded

Values = Mapping[str, str]
Known = Mapping[str, Values]
"""What was remembered, by subject."""
LONGEST = 200
"""Characters kept of a free text, more than any wording shows."""
REMEMBERED: tuple[type[Fact], ...] = (
    *(CampaignAnnounced, CampaignAmended, BookOpened, BookAmended),
    *(IssueEntered, IssueReopened, IssueCarriedOver, FollowUpSet, DeadlinePutOff, ExtensionRequested, ExtensionGranted),
    *(RectificationReturned, ObjectionDecided, IssueSpotChecked),
    *(ObligationOpened, ObligationMoved, ReturnFiled),
)
"""The facts of which something may be remembered."""


def _standing(path: Sequence[str], superiors: Mapping[str, str] | None) -> Values:
    """Where a unit stands."""
    return {"path": "/".join(path), "superiors": "/".join((superiors or {}).values())}


def place(said: Values) -> Place | None:
    """Where the unit of a book stands, of which this was remembered; none: before its book opened."""
    path, superiors = said.get("path"), said.get("superiors")
    return Place(tuple(path.split("/")), tuple(superiors.split("/")) if superiors else ()) if path else None


def remembered(event: Recorded, said: Values | None = None) -> Values:
    """What notices say about this event's subject from here on: adds to what was `said` so far. Nothing is forgotten: what left may come back."""
    match event.fact:
        case CampaignAnnounced(plan=plan) | CampaignAmended(plan=plan):
            return {f"return {each.code}": each.name.zh for each in plan.obligations}
        case BookOpened(name=name, responsible=responsible, superiors=superiors):
            known = {"name": name, "responsible": responsible} if responsible else {"name": name}
            return {**known, **_standing(event.where.path, superiors)}
        case BookAmended(name=name, responsible=responsible, path=path, superiors=superiors):
            # Nobody in the place of whoever was responsible.
            return {"name": name, "responsible": responsible or "", **_standing(path, superiors)}
        case IssueEntered(text=text, plan_due=plan_due, fix_due=fix_due):
            return {"text": text[:LONGEST], "plan_due": plan_due.isoformat(), "fix_due": fix_due.isoformat()}
        case IssueReopened(plan_due=plan_due, was_void=True):  # it goes on to the last day that it had, also of a carry-over
            return {"plan_due": plan_due.isoformat()}
        case IssueReopened(plan_due=plan_due, fix_due=fix_due):
            return {"plan_due": plan_due.isoformat(), "fix_due": fix_due.isoformat()}
        case IssueCarriedOver(due=due) | FollowUpSet(due=due):
            return {"fix_due": due.isoformat()}
        case DeadlinePutOff(clock=clock, until=until):
            given = (said or {}).get("fix_due", "") if clock == "fix" else ""  # in the same breath, perhaps a later day was granted
            return {f"{clock}_due": max(given, until.isoformat())}
        case ExtensionRequested(until=until):
            return {"until": until.isoformat()}
        case ExtensionGranted(until=until):
            granted = until.isoformat() if until else (said or {}).get("until")  # none: as asked
            return {"fix_due": granted} if granted else {}
        case RectificationReturned(reason=reason) | ObjectionDecided(upheld=True, reason=reason):
            return {"reason": reason[:LONGEST]}
        case IssueSpotChecked(holds=False, finding=finding):
            return {"reason": finding[:LONGEST]}
        case ObligationOpened(due=due) | ObligationMoved(due=due):
            return {"due": due.isoformat()}
        case ReturnFiled(by=by, contact=contact):
            return {"contact": contact or by}
    return {}
