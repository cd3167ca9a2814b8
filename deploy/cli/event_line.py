"""A recorded event on one line, as `xiaohao tail` prints it."""

from rich.text import Text

from shared.events.campaign import BookAmended, BookOpened, CampaignAmended, CampaignAnnounced
from shared.events.fact import Fact
from shared.events.figures import Counts
from shared.events.issue import (
    FollowUpSet,
    IssueAssigned,
    IssueCarriedOver,
    IssueEntered,
    IssueOverdue,
    IssueReported,
    IssueStruckOff,
    MeasuresPlanned,
    RectificationDone,
    RectificationReturned,
    RectificationVerified,
)
from shared.events.phase import PhaseClosed, PhaseHeld, PhaseOpened, PhaseSupplemented
from shared.events.refusal import Refused
from shared.events.returns import ObligationMet, ObligationOpened, ReturnFiled, ReturnMissing
from shared.events.self_check import SelfCheckAnswered
from shared.events.statement import StatementAdded, StatementSubmitted
from shared.events.tree import UnitsListed
from shared.kafka.records import Recorded
from shared.workdays import BEIJING

COLOURS = {
    "IssueEntered": "yellow",
    "IssueStruckOff": "green",
    "IssueOverdue": "red",
    "IssueCarriedOver": "magenta",
    "ReturnMissing": "red",
    "RectificationReturned": "magenta",
    "Refused": "bold red",
    "PhaseOpened": "cyan",
    "PhaseHeld": "cyan",
    "PhaseClosed": "bold cyan",
    "PhaseSupplemented": "cyan",
    "CampaignAnnounced": "bold cyan",
    "BookOpened": "cyan",
}
LONGEST = 70
"""Characters of a free text that a line shows."""


def event_line(event: Recorded) -> Text:
    """When it was accepted, where it stands, its name, what it is about, and what it says."""
    about = event.subject.removeprefix(event.book).lstrip("/") or "book"
    text = Text(f"{event.accepted.astimezone(BEIJING):%m-%d %H:%M:%S} ", style="dim")
    text.append(f"{event.book}@{event.position} ", style="blue")
    text.append(f"{event.type} {event.fact.zh if event.fact else ''} ", style=COLOURS.get(event.type, "white"))
    text.append(f"{about} ", style="dim")
    return text.append(_content(event.fact))


def _content(fact: Fact | None) -> str:
    """What a fact says, in a few words."""
    match fact:
        case UnitsListed(part=part, units=units):
            return f"part {part}, {len(units)} units"
        case CampaignAnnounced(plan=plan) | CampaignAmended(plan=plan):
            return f"{plan.name.zh}, version {plan.version}"
        case BookOpened(name=name) | BookAmended(name=name):
            return name
        case PhaseOpened(phase=phase, end=end):
            return f"{phase} until {end}"
        case PhaseHeld(phase=phase, gap=gap):
            return f"{phase}: {len(gap.returns)} returns and {len(gap.units)} units are missing"
        case PhaseClosed(phase=phase, total=total, gap=gap):
            return f"{phase}{' over a gap' if gap else ''}: {_figures(total)}"
        case PhaseSupplemented(phase=phase, total=total, revision=revision):
            return f"{phase} revision {revision}: {_figures(total)}"
        case StatementSubmitted(phase=phase, unit=unit, revision=revision) | StatementAdded(phase=phase, unit=unit, revision=revision):
            return f"{phase} of {unit}, revision {revision}"
        case IssueReported(text=text):
            return _short(text)
        case IssueEntered(number=number, fix_due=due, text=text):
            return f"no. {number}, to be rectified by {due}: {_short(text)}"
        case IssueAssigned(owner=owner):
            return f"to {owner}"
        case MeasuresPlanned(measures=text, by=by) | RectificationDone(result=text, by=by):
            return f"{by}: {_short(text)}"
        case RectificationVerified(effect=text, by=by) | RectificationReturned(reason=text, by=by):
            return f"{by}: {_short(text)}"
        case IssueStruckOff(number=number, on_time=on_time):
            return f"no. {number}, {'on time' if on_time else 'late'}"
        case IssueOverdue(number=number, clock=clock, due=due):
            return f"no. {number}, {clock} clock ran out on {due}"
        case IssueCarriedOver(number=number, due=due, owner=owner):
            return f"no. {number}, to {owner or 'nobody yet'} until {due}"
        case FollowUpSet(due=due, owner=owner):
            return f"to {owner} until {due}"
        case SelfCheckAnswered(target=target, conforms=conforms, finding=finding):
            return f"target {target}: {'conforms' if conforms else _short(finding or 'falls short')}"
        case ObligationOpened(obligation=code, due=due) | ReturnMissing(obligation=code, due=due):
            return f"{code}, due {due}"
        case ReturnFiled(title=title, nil=nil):
            return f"{title}{' (nil return)' if nil else ''}"
        case ObligationMet(obligation=code, late=late):
            return f"{code}, {'late' if late else 'on time'}"
        case Refused(type=type, rule=rule, reason=reason):
            return f"{type}: {rule}: {reason.en}"
    return ""


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _figures(total: Counts) -> str:
    return f"{total.entered} entries, {total.struck_off} strike-offs, {total.overdue} overdue"
