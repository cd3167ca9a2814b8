"""Issues are counted once each, at every unit, whatever becomes of them; acts once for each time."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from services.ledger.courier import records as records_of
from services.ledger.issue.state import Issue as IssueState
from services.reporting.figures.filters import Filter
from services.reporting.figures.report import Report
from services.reporting.figures.summary import Figures
from services.reporting.figures.units import Scope
from services.reporting.fold.once import ONCE
from services.reporting.fold.projections import fold
from services.reporting.fold.rows import Rows
from services.reporting.fold.sums import ALL
from services.reporting.http.reading import Reading
from shared.events.campaign import BookOpened
from shared.events.fact import Fact
from shared.events.figures import Counts
from shared.events.hand_over import HandOverCompleted, HandOverOffered
from shared.events.issue import IssueCarriedOver, IssueEntered, IssueOverdue, IssueStruckOff
from shared.events.lateness import OverdueWithdrawn
from shared.events.leaving import IssueCameBack, IssueMerged, IssueWithdrawn
from shared.events.strike_off import IssueReopened
from shared.http.access import Keys
from shared.kafka.cloudevents import read_recorded
from shared.kafka.records import Recorded
from shared.topics import LEDGER
from tests.ledger.in_memory import drive
from tests.ledger.machine.drawn import drawn
from tests.reporting.given import DONE, ENTERED, OPENED, PLANNED, STRUCK, Empty, reader_on, recounted, stands, top
from tests.reporting.telling import PLAN
from tests.simulated import PLANS, booked, days

ISSUES = frozenset({"entered", "struck_off", "on_time", "overdue", "carried_over", "defects", "hazards", "open"})
ACTS = frozenset(
    {
        *("units", "gaps", "filed", "late", "missing", "answered", "findings", "carried_in", "received", "handed_over", "merged", "voided"),
        *("returned", "reopened", "escalated", "complaints", "replied", "watched", "sent_back", "rolling", "ideas", "adopted", "proposals"),
        *("nominations", "awards", "activities", "trained", "passed", "visits", "surveyed", "satisfied", "restored", "standing"),
        *("standing_left",),
    }
)


def test_every_figure_is_said_to_be_of_issues_or_of_acts() -> None:
    assert set(Figures.model_fields) == ISSUES | ACTS
    assert not ISSUES & ACTS
    assert set(ONCE) == ISSUES
    said = {name for name, field in Figures.model_fields.items() if (field.description or "").startswith("once by issue")}
    assert said == ISSUES
    assert not any(
        "once by issue" in (field.description or "") or "issues" in (field.description or "") for field in Counts.model_fields.values()
    )


AGAIN = IssueReopened(number=1, phase="P3.3", cycle=2, reason="又坏", plan_due=date(2019, 5, 8), fix_due=date(2019, 5, 15))
STRUCK_OFF = STRUCK.model_copy(update={"phase": "P3.2"})
FIRST = "c/t1/issue/b~1"
TAKEN = "c/t2/issue/handover~t1~1~b~1"
BACK = "c/t1/issue/handover~t2~1~handover~t1~1~b~1"
"""One issue in the books through which it went."""


def entered(origin: str | None = None, phase: str = "P3.1") -> IssueEntered:
    """It goes on a book."""
    return ENTERED.model_copy(update={"origin": origin, "phase": phase})


def handed(issue: str, to: str) -> list[Fact]:
    """It goes to another book."""
    content: dict[str, Any] = {"reason": "职责", "text": "无轮椅", "category": "environment", "channel": "staff", "nature": "problem"}
    unit = to.split("/")[1]
    dates: dict[str, Any] = {"plan_due": ENTERED.plan_due, "fix_due": ENTERED.fix_due}
    return [
        HandOverOffered(to=unit, offer=1, origin=issue, **content, **dates),
        HandOverCompleted(number=1, phase="P3.1", to=unit, moved_to=to),
    ]


async def told(empty: Empty, books: Mapping[str, Iterable[tuple[str, Fact]]]) -> Reading:
    """The root with two units under it, and what is on their books."""
    mongo, store = empty
    await mongo["campaigns"].insert_one(
        {"_id": "c", "position": 1, "root": "root", "version": 1, "plan": PLAN.model_copy(update={"campaign": "c"}).model_dump_json()}
    )
    await stands(empty, "root", ["root"], ("c/root", OPENED))
    for unit, facts in books.items():
        await stands(empty, unit, ["root", unit], (f"c/{unit}", OPENED), *facts)
    return Reading(mongo, store, Keys())


async def report(reading: Reading, unit: str) -> Report:
    """What is reported of a unit."""
    async with reading.store.snapshot() as session:
        return await reading.summaries.report(Scope(top(), "c", unit), session)


def of_issues(figures: Figures) -> dict[str, int]:
    """The figures that count issues and are not 0."""
    return {name: n for name in sorted(ISSUES) if (n := getattr(figures, name))}


@pytest.mark.covers("L5", "G10")
async def test_an_issue_that_was_struck_off_twice_is_one_and_never_more_than_the_whole(empty: Empty) -> None:
    life = [
        (FIRST, fact)
        for fact in (entered(), PLANNED, DONE, STRUCK_OFF, AGAIN, PLANNED, DONE, STRUCK_OFF.model_copy(update={"phase": "P3.4"}))
    ]
    found = await report(await told(empty, {"t1": life}), "root")
    summary = found.summary
    assert of_issues(summary.total) == {"entered": 1, "struck_off": 1, "on_time": 1}
    assert (summary.total.struck_off, summary.total.due) == (1, 1)
    assert (summary.acts.struck_off, summary.acts.reopened) == (2, 1), "acts are named acts"
    assert {each.code: of_issues(each.figures) for each in summary.phases if of_issues(each.figures)} == {
        "P3.1": {"entered": 1},
        "P3.4": {"struck_off": 1, "on_time": 1},
    }
    assert (found.progress, found.kinds["category"]) == (
        {"entered": [("2019-03-05", 1)], "struck_off": [("2019-03-05", 1)]},
        [("environment", 1, 1, 0)],
    )


@pytest.mark.covers("C18", "G10")
@pytest.mark.parametrize(("status", "work"), [("entered", ()), ("planned", (PLANNED,)), ("rectified", (PLANNED, DONE))])
async def test_an_issue_that_came_back_from_one_that_it_was_merged_into_is_open_again_and_one(
    empty: Empty, status: str, work: tuple[Fact, ...]
) -> None:
    other = "c/t1/issue/b~2"
    merged = [*work, IssueMerged(into=other, reason="同一", by="p2")]
    entry = (other, entered().model_copy(update={"number": 2}))
    gone = (other, IssueWithdrawn(number=2, phase="P3.1"))
    before = [entry, *((FIRST, fact) for fact in (entered(), *merged))]
    reading = await told(empty, {"t1": [*before, gone], "t2": []})
    assert of_issues((await report(reading, "root")).summary.total) == {"entered": 2}
    await stands(empty, "t1", ["root", "t1"], ("c/t1", OPENED), *before, gone, (FIRST, IssueCameBack(out_of=other)))
    assert of_issues((await report(reading, "root")).summary.total) == {"entered": 2, "open": 1}
    rows, _ = await reading.issues.page(top(), Filter(campaign="c", unit="root", figure="open"), 9)
    assert [(row["_id"], row["status"], row["merged_into"]) for row in rows] == [(FIRST, status, None)]


@pytest.mark.covers("E2", "G10")
async def test_an_issue_handed_over_is_one_at_each_unit_that_had_it_and_one_above_them(empty: Empty) -> None:
    given = [
        (FIRST, fact) for fact in (entered(), IssueOverdue(number=1, phase="P3.1", clock="fix", due=ENTERED.fix_due), *handed(FIRST, TAKEN))
    ]
    late = IssueOverdue(number=1, phase="P3.2", clock="fix", due=ENTERED.fix_due)
    taken = [(TAKEN, fact) for fact in (entered(FIRST, "P3.2"), late, *handed(TAKEN, BACK))]
    again = [(BACK, fact) for fact in (entered(TAKEN, "P3.2"), PLANNED, DONE, STRUCK_OFF)]
    reading = await told(empty, {"t1": [*given, *again], "t2": taken})
    one = {"entered": 1, "struck_off": 1, "on_time": 1, "overdue": 1}
    for unit, wanted in {"root": one, "t1": one, "t2": {"entered": 1, "overdue": 1}}.items():
        found = await report(reading, unit)
        assert of_issues(found.summary.total) == wanted, unit
        assert found.summary.acts.entered == {"root": 3, "t1": 2, "t2": 1}[unit]
        assert [tuple(each) for each in found.kinds["channel"]] == [("staff", 1, wanted.get("struck_off", 0), 0)], unit
        assert sum(n for _, n in found.progress["entered"]) == 1
        for figure in ISSUES:
            rows, _ = await reading.issues.page(top(), Filter(campaign="c", unit=unit, figure=figure), 9)
            assert len(rows) == wanted.get(figure, 0), (unit, figure)
    rows, _ = await reading.issues.page(top(), Filter(campaign="c", unit="root", figure="entered"), 9)
    assert [row["_id"] for row in rows] == [BACK], "under its last number"
    assert len((await reading.issues.page(top(), Filter(campaign="c"), 9))[0]) == 3, "all that is on the books"


async def test_while_an_issue_is_on_its_way_between_two_books_it_is_open_once(empty: Empty) -> None:
    offered, _ = handed(FIRST, TAKEN)
    reading = await told(empty, {"t1": [(FIRST, entered()), (FIRST, offered)], "t2": [(TAKEN, entered(FIRST))]})
    assert of_issues((await report(reading, "root")).summary.total) == {"entered": 1, "open": 1}


@dataclass
class Issue:
    """An issue as a count by hand has it: all its books, in the order in which it came on them."""

    books: list[tuple[str, str]] = field(default_factory=list)
    """Book, and the phase in which it was entered there."""
    nature: str = ""
    standing: bool = False
    status: dict[str, str] = field(default_factory=dict)
    struck: dict[str, tuple[str, bool]] = field(default_factory=dict)
    marks: list[tuple[str, str, str]] = field(default_factory=list)
    """Figure, book and phase of each mark that stands."""


def by_hand(events: Iterable[Recorded]) -> list[Issue]:
    """Every issue of a campaign, whichever books it went through."""
    issues: dict[str, Issue] = {}
    for event in events:
        fact, book = event.fact, event.book
        if isinstance(fact, IssueEntered):
            issue = issues[event.subject] = issues[fact.origin] if fact.origin else Issue(nature=fact.nature)
            issue.books.append((book, fact.phase))
            issue.status[event.subject], issue.standing = "open", fact.standing
        issue = issues.get(event.subject, Issue())
        match fact:
            case IssueStruckOff(phase=phase, on_time=on_time):
                issue.status[event.subject], issue.struck[event.subject] = "struck", (phase, on_time)
            case IssueReopened() | IssueCameBack():
                issue.status[event.subject] = "open"
            case IssueWithdrawn() | IssueMerged() | HandOverCompleted():
                issue.status[event.subject] = "gone"
            case IssueOverdue(clock="fix", phase=phase):
                issue.marks.append(("overdue", book, phase))
            case OverdueWithdrawn(clock="fix", phase=phase):
                issue.marks.remove(("overdue", book, phase))
            case IssueCarriedOver(phase=phase):
                issue.marks.append(("carried_over", book, phase))
    return list({id(issue): issue for issue in issues.values()}.values())


def counted_by_hand(issues: Iterable[Issue], books: set[str], phase: str | None = None) -> dict[str, int]:
    """The figures over some books, each issue once."""
    counts = Counter[str]()
    for issue in issues:
        entries = [entry for book, entry in issue.books if book in books]
        if not entries:
            continue
        here = {subject: status for subject, status in issue.status.items() if subject.partition("/issue/")[0] in books}
        struck = [issue.struck[subject] for subject, status in here.items() if status == "struck"]
        of_entry = phase in (None, entries[0])
        counts["entered"] += of_entry
        counts["defects"] += of_entry and issue.nature == "defect"
        counts["hazards"] += of_entry and issue.nature == "hazard"
        counts["open"] += of_entry and not struck and not issue.standing and "open" in here.values()
        counts["struck_off"] += any(phase in (None, of) for of, _ in struck)
        counts["on_time"] += any(phase in (None, of) and on_time for of, on_time in struck)
        for figure in ("overdue", "carried_over"):
            counts[figure] += any(name == figure and book in books and phase in (None, of) for name, book, of in issue.marks)
    return {name: n for name, n in sorted(counts.items()) if n}


@pytest.mark.parametrize("name", PLANS)
async def test_every_figure_of_a_campaign_at_every_unit_is_a_count_over_its_issues(empty: Empty, name: str) -> None:
    published = [each for each in booked(days(name)).ledger.published if each.topic == LEDGER]
    events = [read_recorded(each) for each in published]
    await reader_on(*empty).apply(published)
    reading, issues, under = Reading(*empty, Keys()), by_hand(events), defaultdict[str, set[str]](set)
    for event in events:
        if isinstance(event.fact, BookOpened):
            for unit in event.where.path:
                under[unit].add(event.book)
    campaign = events[0].where.campaign
    root = next(unit for unit, books in under.items() if len(books) == max(map(len, under.values())))
    assert sum(len(issue.books) for issue in issues) > 0
    for unit, books in under.items():
        async with reading.store.snapshot() as session:
            found = await reading.summaries.report(Scope(top(root, root), campaign, unit), session)
            kpis = await reading.standings.kpis(Scope(top(root, root), campaign, unit), session)
        summary, total = found.summary, counted_by_hand(issues, books)
        assert of_issues(summary.total) == total, unit
        assert of_issues(summary.own) == counted_by_hand(issues, {f"{campaign}/{unit}"}), unit
        for phase in summary.phases:
            assert of_issues(phase.figures) == counted_by_hand(issues, books, phase.code), (unit, phase.code)
        for below in summary.units:
            assert of_issues(below.total) == counted_by_hand(issues, under[below.unit]), below.unit
        assert sum(n for _, n in found.progress["entered"]) == total.get("entered", 0)
        assert sum(n for _, n in found.progress["struck_off"]) == total.get("struck_off", 0)
        for kinds in found.kinds.values():
            for figure in ("entered", "struck_off", "open"):
                assert sum(getattr(kind, figure) for kind in kinds) == total.get(figure, 0), (unit, figure)
        for kpi in kpis.kpis:
            if kpi.of == "struck-off":
                assert (kpi.part, kpi.whole) == (summary.total.struck_off, summary.total.due), unit
            if kpi.of == "on-time":
                assert (kpi.part, kpi.whole) == (summary.total.on_time, summary.total.struck_off), unit
        for figure in ISSUES:
            rows, more = await reading.issues.page(top(root, root), Filter(campaign=campaign, unit=unit, figure=figure), 200)
            assert (len(rows), more) == (total.get(figure, 0), None), (unit, figure)


@pytest.mark.covers("G10", "C18", "E2", "L14")
@pytest.mark.parametrize("number", range(12))
def test_whatever_happens_to_issues_each_is_counted_once_and_stands_in_its_row_as_in_its_book(number: int) -> None:
    """Merged and come back, handed over and called back, void and restored, without an end: what simulated campaigns never do."""
    drawn_books = drawn(number, 40)
    published = (record for group in drawn_books.delivery.groups() for record in records_of(group, None))
    events = [read_recorded(record) for record in published if record.topic == LEDGER]
    rows: Rows = {}
    for event in events:
        fold(rows, event)
    states = drive(drawn_books.delivery.store.load(list(drawn_books.delivery.store.subjects)))
    rows_of: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for (collection, id), row in rows.items():
        if collection == "issues":
            state = states[id].state
            assert isinstance(state, IssueState)
            assert (row["status"], row["cycle"], row["owner"]) == (state.status, state.cycle, state.owner), id
            assert (row["fix_due"], row["plan_due"]) == (state.fix_due.isoformat(), state.plan_due.isoformat()), id
            assert bool(row["struck_off"]) == (state.status == "struck-off"), id
            assert ("fix" in row["overdue"]) == ("fix" in state.overdue), id
            rows_of[row["book"]].append(row)
        elif collection in ("phases", "months"):
            assert min(row["figures"].values()) >= 0, row
    issues = by_hand(events)
    for books in ({*rows_of}, *({book} for book in rows_of)):
        sums = recounted(("issues", row | {"path": ["root"]}) for book in books for row in rows_of[book])
        once = {name: n for (part, name), n in sums["root",].items() if part == "once" and n}
        for phase in (None, "P1", "P2", "P3"):
            found = {name.partition("/")[2]: n for name, n in sorted(once.items()) if name.partition("/")[0] == (phase or ALL)}
            assert found == counted_by_hand(issues, books, phase), (books, phase)
