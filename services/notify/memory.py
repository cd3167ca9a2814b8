"""What notices have to say about a subject beside what its event says: remembered from the events before."""

from collections.abc import Mapping

from shared.events.campaign import BookAmended, BookOpened, CampaignAmended, CampaignAnnounced
from shared.events.extension import ExtensionGranted, ExtensionRequested
from shared.events.issue import FollowUpSet, IssueCarriedOver, IssueEntered
from shared.events.lateness import DeadlinePutOff
from shared.events.leaving import IssueMerged
from shared.events.returns import ObligationMoved, ObligationOpened, ReturnFiled
from shared.events.strike_off import IssueReopened
from shared.kafka.records import Recorded

Values = Mapping[str, str]
Known = Mapping[str, Values | None]
"""What was remembered, by subject."""
LONGEST = 200
"""Characters kept of a free text, more than any wording shows."""


def remembered(event: Recorded, said: Values | None = None) -> Values | None:
    """What notices say about this event's subject from here on: adds to what was `said` so far. None: nothing will be said of it again."""
    match event.fact:
        case CampaignAnnounced(plan=plan) | CampaignAmended(plan=plan):
            return {f"return {each.code}": each.name.zh for each in plan.obligations}
        case BookOpened(name=name, responsible=responsible):
            return {"name": name, "responsible": responsible} if responsible else {"name": name}
        case BookAmended(name=name, responsible=responsible):
            return {"name": name, "responsible": responsible or ""}  # nobody in the place of whoever was
        case IssueEntered(text=text, plan_due=plan_due, fix_due=fix_due):
            return {"text": text[:LONGEST], "plan_due": plan_due.isoformat(), "fix_due": fix_due.isoformat()}
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
        case IssueMerged():
            return None  # a struck-off or void one may be opened again
        case ObligationOpened(due=due) | ObligationMoved(due=due):
            return {"due": due.isoformat()}
        case ReturnFiled(by=by, contact=contact):
            return {"contact": contact or by}
    return {}
