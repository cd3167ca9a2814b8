"""Who hears of what: from a recorded event to the notices that it calls for."""

from dataclasses import dataclass
from typing import Literal

from services.notify.memory import LONGEST, Known, Values
from shared.events.extension import ExtensionDenied, ExtensionGranted, ExtensionRequested
from shared.events.fact import Fact
from shared.events.hand_over import HandOverReceived, HandOverSettled
from shared.events.issue import FollowUpSet, IssueAssigned, IssueCarriedOver, IssueOverdue
from shared.events.lateness import EscalationReceived, IssueEscalated, IssueNearDue
from shared.events.leaving import IssueCameBack
from shared.events.returns import ReturnChased, ReturnNearDue, ReturnSentBack
from shared.events.strike_off import IssueReopened, IssueReturned
from shared.events.supervision import SupervisionOrdered
from shared.kafka.records import Recorded
from shared.topics import book_id, book_of, person_id

Template = Literal[
    "assigned",
    "overdue-plan",
    "overdue-fix",
    "overdue-follow-up",
    "returned",
    "reopened",
    "came-back",
    "unmerged",
    "carried-over",
    "follow-up",
    "supervised",
    "near-due",
    "escalated",
    "escalation",
    "handed-over",
    "extension-asked",
    "extension-granted",
    "extension-denied",
    "return-near-due",
    "return-chased",
    "return-escalated",
    "return-sent-back",
]
Channel = Literal["mail"]
OVERDUE: dict[str, Template] = {"plan": "overdue-plan", "fix": "overdue-fix", "follow-up": "overdue-follow-up"}
"""The clocks of whose end the owner hears."""
OWNED = (IssueAssigned, IssueReopened, IssueReturned, IssueCarriedOver, FollowUpSet, HandOverSettled, IssueCameBack)
"""With these somebody comes to own an issue, or has it back."""
FOR_THE_OWNER = (
    *OWNED,
    *(IssueOverdue, IssueNearDue, IssueEscalated, ExtensionGranted, ExtensionDenied),
    SupervisionOrdered,
)
FOR_THE_RESPONSIBLE = (EscalationReceived, HandOverReceived, ExtensionRequested)
ABOUT_RETURNS = (ReturnNearDue, ReturnChased, ReturnSentBack)
CALLS: tuple[type[Fact], ...] = (*FOR_THE_OWNER, *FOR_THE_RESPONSIBLE, *ABOUT_RETURNS)
"""The facts that may call for notices. What is held or refused calls for none: its teller asks what became of it."""
UNSAID = ("responsible", "contact", "path", "superiors", "owner")
"""What is remembered of a subject and no mail says."""


@dataclass(frozen=True, slots=True)
class Notice:
    """One person is to hear of one event by one channel."""

    event: str
    """The event's own id, `<book>@<position>`: no event calls for two notices to one person by one channel."""
    subject: str
    recipient: str
    """As `person_id` has it: of the root of the book that the event stands in."""
    template: Template
    values: Values
    """What the event itself says, and what was remembered when it happened."""
    path: tuple[str, ...]
    """The units from the root to the one in whose book the event stands."""
    recorded: int = 0
    """When the event was put on the topic, in milliseconds since 1970; 0 where nobody knows."""
    traceparent: str | None = None
    """The event's own."""
    channel: Channel = "mail"

    @property
    def key(self) -> str:
        """What a delivery is known by: event, recipient and channel."""
        return f"{self.event} {self.recipient} {self.channel}"


def looks_up(event: Recorded) -> set[str]:
    """The subjects of which it matters what was remembered."""
    campaign, path = event.where.campaign, event.where.path
    subjects = {event.subject, event.book}
    match event.fact:
        case EscalationReceived(issue=issue, unit=unit):
            subjects |= {issue, book_id(campaign, unit)}
        case HandOverReceived(origin=origin):
            subjects.add(book_of(origin))
        case HandOverSettled(unit=unit):
            subjects.add(book_id(campaign, unit))
        case ReturnNearDue() | ReturnChased() | ReturnSentBack() if path:
            subjects.add(book_id(campaign, path[0]))  # the root announced the plan, which names the returns
            subjects |= {book_id(campaign, unit) for unit in _escalated_to(event)}
    return subjects


def _escalated_to(event: Recorded) -> list[str]:
    """The unit above that hears of a return chased by a step of the plan, as many levels up as that says; the root at most. A person tells whom they like."""
    match event.fact:
        case ReturnChased(by=None, levels=levels) if above := event.where.path[:-1]:
            return [above[max(len(above) - levels, 0)]]
    return []


def notices(event: Recorded, known: Known) -> list[Notice]:
    """The notices that an event calls for, given what is remembered, of this event too. Where nobody is known to tell, nobody is told."""
    firsts: dict[str, Notice] = {}  # of those to one person
    for notice in (*_to_owner(event, known), *_to_responsible(event, known), *_about_return(event, known)):
        firsts.setdefault(notice.key, notice)
    return list(firsts.values())


def _to_owner(event: Recorded, known: Known) -> list[Notice]:
    owner = event.where.owner
    match event.fact:
        case IssueAssigned(owner=owner):
            return _to(event, known, owner, "assigned", {})
        case IssueOverdue(owner=owner, clock=clock, due=due) if template := OVERDUE.get(clock):
            return _to(event, known, owner, template, {"due": due.isoformat(), "clock": clock})
        case IssueReturned():  # by a check, a spot check or an objection, whose reason is remembered
            return _to(event, known, owner, "returned", {})
        case IssueReopened(reason=reason):
            return _to(event, known, owner, "reopened", {"reason": reason})
        case HandOverSettled(accepted=False, unit=unit, reason=reason):
            other = _of(known, book_id(event.where.campaign, unit)).get("name", unit)
            return _to(event, known, owner, "came-back", {"from": other, "reason": reason or ""})
        case IssueCameBack():
            return _to(event, known, owner, "unmerged", {})
        case IssueCarriedOver(owner=owner, due=due):
            return _to(event, known, owner, "carried-over", {"due": due.isoformat()})
        case FollowUpSet(owner=owner, due=due):
            return _to(event, known, owner, "follow-up", {"due": due.isoformat()})
        case SupervisionOrdered(reason=reason):
            return _to(event, known, owner, "supervised", {"reason": reason})
        case IssueNearDue(owner=owner, due=due, days=days, clock=clock):
            return _to(event, known, owner, "near-due", {"due": due.isoformat(), "days": str(days), "clock": clock})
        case IssueEscalated(owner=owner, due=due, clock=clock):
            return _to(event, known, owner, "escalated", {"due": due.isoformat(), "clock": clock})
        case ExtensionGranted():
            return _to(event, known, owner, "extension-granted", {})
        case ExtensionDenied(reason=reason):
            return _to(event, known, owner, "extension-denied", {"reason": reason})
    return []


def _to_responsible(event: Recorded, known: Known) -> list[Notice]:
    """To the first person responsible of the unit in whose book it stands."""
    match event.fact:
        case IssueEscalated(due=due, to=to, clock=clock) if to == event.where.unit:  # nobody is above it
            return _to_head(event, known, event.book, "escalation", {"due": due.isoformat(), "clock": clock})
        case EscalationReceived(issue=issue, unit=unit, number=number, due=due, clock=clock):
            below = _of(known, book_id(event.where.campaign, unit))
            said = {"unit": unit, "name": below.get("name", unit), "number": str(number), "due": due.isoformat(), "clock": clock}
            return _to_head(event, known, event.book, "escalation", {**_texts(known, issue), **said, "about": issue})
        case HandOverReceived(origin=origin, reason=reason, text=text):
            giver = origin.split("/")[1]
            whose = {"from": _of(known, book_of(origin)).get("name", giver), "reason": reason, "text": text}
            return _to_head(event, known, event.book, "handed-over", whose)
        case ExtensionRequested(until=until, reason=reason):
            return _to_head(event, known, event.book, "extension-asked", {"until": until.isoformat(), "reason": reason})
    return []


def _about_return(event: Recorded, known: Known) -> list[Notice]:
    """To whoever can be asked about the return, else to the first person responsible of the unit that owes it."""
    path, said = event.where.path, _of(known, event.subject)
    plan = _of(known, book_id(event.where.campaign, path[0])) if path else {}
    match event.fact:
        case ReturnNearDue(obligation=code, due=due):
            told = {"title": plan.get(f"return {code}", code), "due": due.isoformat()}
            return _to_head(event, known, event.book, "return-near-due", told)
        case ReturnChased(obligation=code, text=text):
            told = {"title": plan.get(f"return {code}", code), "reason": text or ""}
            chased = _to_head(event, known, event.book, "return-chased", told)
            for unit in _escalated_to(event):
                chased += _to_head(event, known, book_id(event.where.campaign, unit), "return-escalated", told)
            return chased
        case ReturnSentBack(obligation=code, reason=reason):
            told = {"title": plan.get(f"return {code}", code), "reason": reason}
            if contact := said.get("contact"):
                return _to(event, known, contact, "return-sent-back", told)
            return _to_head(event, known, event.book, "return-sent-back", told)
    return []


def _of(known: Known, subject: str) -> Values:
    return known.get(subject) or {}


def _texts(known: Known, subject: str) -> Values:
    """What was remembered of a subject, to be said; the plan's names and the persons are not."""
    return {name: value for name, value in _of(known, subject).items() if name not in UNSAID and not name.startswith("return ")}


def _to_head(event: Recorded, known: Known, book: str, template: Template, values: Values) -> list[Notice]:
    """To the first person responsible of the unit of a book, as long as they are."""
    return _to(event, known, _of(known, book).get("responsible"), template, {**values, "as": book})


def _to(event: Recorded, known: Known, recipient: str | None, template: Template, values: Values) -> list[Notice]:
    if not recipient or not event.where.path:
        return []
    said = {"unit": event.where.unit, "number": str(event.where.number or "?")} | {name: each[:LONGEST] for name, each in values.items()}
    all_said = {**_texts(known, event.book), **_texts(known, event.subject), **said}
    id, whom = f"{event.book}@{event.position}", person_id(event.where.path[0], recipient)
    return [Notice(id, event.subject, whom, template, all_said, event.where.path, event.timestamp, event.traceparent)]
