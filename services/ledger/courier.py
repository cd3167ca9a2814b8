"""What books tell one another: a pure function of one recorded event, with ids made from it."""

from collections.abc import Iterator
from itertools import product

from services.ledger.awards import upward
from services.ledger.duties import hazard
from services.ledger.issue import letters
from services.ledger.issue.hand_over import given_as
from shared.events import CATALOGUE
from shared.events.campaign import AmendmentPassedDown, BookAmended, BookOpened, CampaignPassedDown
from shared.events.common_problem import CommonProblemNamed, IssueLinked
from shared.events.fact import Fact
from shared.events.hazard import (
    HazardReportClimbed,
    HazardReportDropped,
    HazardReportRaised,
    HazardReportReturned,
    HazardReportSentUp,
)
from shared.events.holding import SOURCE as HELD
from shared.events.holding import HeldReleased, told_again
from shared.events.lateness import EscalationReceived, IssueEscalated
from shared.events.phase import PhaseClosed, PhaseSupplemented
from shared.events.refusal import Refused
from shared.events.sample import SampleChosen, SpotCheckAnnounced
from shared.events.statement import StatementSubmitted, StatementWithdrawn
from shared.events.unit_plan import ReturnMetByPlan, UnitPlanCounted
from shared.kafka.cloudevents import Recorded, Told
from shared.topics import book_id, book_of, subject_id

SOURCE = "xiaohao/book"
"""The source of what books tell one another; no API key can have it."""
TELLING = tuple(
    fact.__name__
    for fact in (
        BookOpened,
        BookAmended,
        PhaseClosed,
        PhaseSupplemented,
        UnitPlanCounted,
        CommonProblemNamed,
        HazardReportSentUp,
        HazardReportDropped,
        SampleChosen,
        Refused,
        IssueEscalated,
        HeldReleased,
        *upward.TELLING,
        *letters.TELLING,
    )
)
"""The types of recorded events that make a book tell another."""
OF_TAKEN = tuple(fact.__name__ for fact in letters.OF_TAKEN)


def looks_at(type: str, subject: str) -> bool:
    """Whether a recorded event may make its book tell another; all others need not be read again."""
    return type in TELLING or (type in OF_TAKEN and given_as(subject) is not None)


def tells(cause: Recorded, fact: Fact, traceparent: str | None = None) -> list[Told]:
    """What a book tells others because `fact` was recorded, or itself again where it had come too early."""
    if isinstance(fact, HeldReleased):
        again = CATALOGUE[fact.type].model_validate_json(fact.fact)
        id = told_again(fact.told_source, fact.told_id, fact.times)
        return [Told(id, HELD, fact.type, fact.issue, cause.book, fact.time, fact.accepted, again, traceparent)]
    return [
        Told(f"{cause.book}#{name}", SOURCE, type(told).__name__, subject, book_of(subject), cause.time, cause.accepted, told, traceparent)
        for subject, name, told in (*_tells(cause, fact), *letters.tells(cause, fact))
    ]


def _tells(cause: Recorded, fact: Fact) -> Iterator[tuple[str, str, Fact]]:
    """To which subject, under which name, and what."""
    where = cause.where
    match fact:
        case BookOpened() as opened:
            down = CampaignPassedDown(plan_version=opened.plan_version, tree_version=opened.tree_version, path=where.path)
            for unit in opened.units_below:
                yield book_id(where.campaign, unit), f"opened-{opened.plan_version}.{opened.tree_version}", down
        case BookAmended() as amended:
            name = f"amended-{amended.plan_version}"
            on = AmendmentPassedDown(plan_version=amended.plan_version, tree_version=amended.tree_version, path=where.path)
            for unit in amended.units_below:
                yield book_id(where.campaign, unit), name, on
            for phase, unit in product(amended.stated, amended.left):
                yield subject_id(cause.book, "statement", phase, unit), f"{name}-{phase}-{unit}", StatementWithdrawn(phase=phase, unit=unit)
        case UnitPlanCounted(meets=meets):
            for code in meets:
                yield subject_id(cause.book, "return", code), f"{cause.position}-{code}", ReturnMetByPlan(obligation=code)
        case PhaseClosed() | PhaseSupplemented() as statement if len(where.path) > 1:
            book = book_id(where.campaign, where.path[-2])
            submitted = StatementSubmitted(
                phase=statement.phase, unit=where.unit, revision=statement.revision, total=statement.total, head=statement.head
            )
            yield subject_id(book, "statement", statement.phase, where.unit), f"{statement.phase}@{statement.revision}", submitted
        case CommonProblemNamed(issues=issues):
            # Each once: the name is that of the cause, and an id is used for one thing in a book.
            for number, issue in enumerate(dict.fromkeys(issues)):
                yield issue, f"{cause.position}.{number}", IssueLinked(common=cause.subject)
        case HazardReportSentUp() as report:
            if report.to:
                raised = HazardReportRaised(**{name: value for name, value in report if name not in ("to", "cycle")})
                yield hazard.in_book(report.origin, report.to), f"{cause.position}-up", raised
            if len(report.trail) > 1:
                level = len(report.trail) - 1
                climbed = HazardReportClimbed(revision=report.revision, unit=where.unit, level=level, top=report.to is None)
                yield report.origin, f"{cause.position}-down", climbed
        case HazardReportDropped() as dropped:
            returned = HazardReportReturned(revision=dropped.revision, unit=where.unit, reason=dropped.reason)
            yield hazard.in_book(dropped.origin, dropped.to), f"{cause.position}-back", returned
        case SampleChosen(sample=sample, units=units, covert=False):
            for unit in units:
                yield book_id(where.campaign, unit), f"sample-{sample}", SpotCheckAnnounced(sample=sample, unit=where.unit)
        case Refused(type=type) as refused:
            # What a unit told and was refused is between it and this book.
            if cause.told_source == SOURCE:
                yield from _refused(cause, type, refused)
        case IssueEscalated(to=unit) as escalated if unit != where.unit:
            received = EscalationReceived(
                issue=cause.subject,
                unit=where.unit,
                number=escalated.number,
                clock=escalated.clock,
                due=escalated.due,
                owner=escalated.owner,
            )
            yield book_id(where.campaign, unit), f"escalated-{cause.position}", received
        case _:
            for subject, said in upward.tells(cause, fact):
                yield subject, f"{cause.position}", said


def _refused(cause: Recorded, type: str, refused: Refused) -> Iterator[tuple[str, str, Fact]]:
    """What one book told another and was not taken goes back, so that nothing is lost between two books."""
    match type:
        case "HazardReportRaised":
            returned = HazardReportReturned(revision=0, unit=cause.where.unit, reason=refused.reason.zh)
            yield hazard.filed_as(cause.subject), f"{cause.position}-back", returned
        case "NominationReceived":
            for subject, held_back in upward.to_whoever_nominated(cause, refused):
                yield subject, f"{cause.position}-back", held_back
