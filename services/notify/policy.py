"""Who hears of what: from a recorded event to the notices that it calls for, and to what later notices have to say about its subject."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from shared.cloudevents import Recorded
from shared.events.campaign import BookOpened
from shared.events.checking import IssueReopened
from shared.events.issue import (
    FollowUpSet,
    IssueAssigned,
    IssueCarriedOver,
    IssueEntered,
    IssueOverdue,
    RectificationReturned,
)
from shared.events.leaving import IssueMerged

Template = Literal["assigned", "overdue-plan", "overdue-fix", "overdue-follow-up", "returned"]
Channel = Literal["mail"]
Values = Mapping[str, str]
LONGEST = 200
"""Characters kept of a free text, more than any wording shows."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One person is to hear of one event by one channel."""

    id: str
    """The event's own id, `<book>@<position>`: no event calls for two notices to one person by one channel."""
    subject: str
    recipient: str
    template: Template
    values: Values
    """What the event itself says; the rest comes from what was `remembered`."""
    channel: Channel = "mail"

    @property
    def key(self) -> str:
        """What a delivery is known by: event, recipient and channel."""
        return f"{self.id} {self.recipient} {self.channel}"


def notices(event: Recorded) -> list[Notice]:
    """The notices that an event calls for. An issue without an owner has nobody to tell."""
    match event.fact:
        case IssueAssigned(owner=owner):
            return _to(event, owner, "assigned", {})
        case IssueOverdue(owner=owner, clock="plan", due=due):
            return _to(event, owner, "overdue-plan", {"due": due.isoformat()})
        case IssueOverdue(owner=owner, clock="fix", due=due):
            return _to(event, owner, "overdue-fix", {"due": due.isoformat()})
        case IssueOverdue(owner=owner, clock="follow-up", due=due):
            return _to(event, owner, "overdue-follow-up", {"due": due.isoformat()})
        case RectificationReturned(reason=reason):
            return _to(event, event.where.owner, "returned", {"reason": reason[:LONGEST]})
    return []


def _to(event: Recorded, recipient: str | None, template: Template, values: dict[str, str]) -> list[Notice]:
    if recipient is None:
        return []
    values = {"unit": event.where.unit, "number": str(event.where.number or "?")} | values
    return [Notice(f"{event.book}@{event.position}", event.subject, recipient, template, values)]


def remembered(event: Recorded) -> Values | None:
    """What later notices say about this event's subject: adds to what is known of it. None: nothing will be said of it again."""
    match event.fact:
        case BookOpened(name=name):
            return {"name": name}
        case IssueEntered(text=text, plan_due=plan_due, fix_due=fix_due):
            return {"text": text[:LONGEST], "plan_due": plan_due.isoformat(), "fix_due": fix_due.isoformat()}
        case IssueCarriedOver(due=due) | FollowUpSet(due=due):
            return {"fix_due": due.isoformat()}
        case IssueReopened(plan_due=plan_due, fix_due=fix_due):
            return {"plan_due": plan_due.isoformat(), "fix_due": fix_due.isoformat()}
        case IssueMerged():  # what was struck off or void can be opened again
            return None
    return {}
