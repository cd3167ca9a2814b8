"""With each book's own sequence of told events unchanged, any interleaving of books gives the same books.

What is held fixed is the order in which each book is told its facts, what other books and the clock tell it included; for two books of one
partition Kafka keeps it, for books of different partitions nothing else is promised. What varies is all the rest: which book goes on next, where
batches end, which copy of the ledger handles a batch, and how often a fact is told again.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from itertools import pairwise
from random import Random
from typing import Any

from hypothesis import given, note, settings
from hypothesis import strategies as st

from services.ledger.book.state import Book
from services.ledger.issue.state import Issue
from shared.events.fact import Fact
from shared.events.figures import Counts
from shared.events.issue import (
    FollowUpSet,
    IssueAssigned,
    IssueCarriedOver,
    IssueEntered,
    IssueOverdue,
    IssueStruckOff,
    RectificationDone,
    RectificationVerified,
)
from shared.events.phase import GapAccepted, PhaseClosed, PhaseSupplemented
from shared.events.returns import ObligationMet, ReturnMissing
from shared.events.self_check import TargetChecked
from shared.events.statement import StatementSubmitted
from shared.events.strike_off import IssueReopened, IssueReturned
from shared.faults import Unavailable
from shared.kafka.cloudevents import ENVELOPES, read_recorded, told_record
from shared.kafka.records import Record
from shared.topics import LEDGER
from shared.workdays import local_date
from tests.ledger.folded import folded
from tests.ledger.given import Said, Story, nowhere
from tests.ledger.in_memory import Ledger, drive
from tests.ledger.memory_store import MemoryStore
from tests.ledger.sample import (
    ANNOUNCED,
    ASSIGNED,
    CONFORMS,
    DONE,
    FALLS_SHORT,
    FILED,
    LIFE,
    LISTED,
    PLAN,
    PLANNED,
    REPORTED,
    RETURNED,
    SUMMED_UP,
    UNITS,
    UNOWNED,
    VERIFIED,
)

DAYS = (
    "2022-04-05 2022-04-06 2022-04-22 2022-04-26 2022-04-29 2022-05-01 2022-05-07 2022-05-10 2022-05-12 2022-05-20 2022-06-17 "
    "2022-07-01 2022-07-02 2022-08-25 2022-09-01 2022-09-02 2022-09-07 2022-09-16 2022-09-21 2022-09-28"
).split()
ACTS: tuple[Fact, ...] = (
    REPORTED,
    REPORTED,
    UNOWNED,
    ASSIGNED,
    PLANNED,
    PLANNED,
    DONE,
    DONE,
    VERIFIED,
    VERIFIED.model_copy(update={"by": "fixer-sun"}),
    RETURNED,
    CONFORMS,
    FALLS_SHORT,
    FALLS_SHORT.model_copy(update={"target": 2}),
    FILED,
    SUMMED_UP,
    GapAccepted(phase="P2", reason="已停业整合", by="head-zhao"),
    FollowUpSet(due=date(2022, 9, 20), owner="owner-feng", by="head-zhao"),
)
TIME = b"time"
"""The key under which the clock tells itself to look again."""
BOOKS = [f"yz2022/{unit.id}" for unit in UNITS]
Books = dict[str, list[tuple[int, str, str, str, bytes]]]


def campaign(seed: int, acts: int) -> Story:
    """A whole campaign with acts drawn at random, some of them refused, some ids told again or used for something else."""
    random = Random(seed)
    root = nowhere().given(LISTED, ANNOUNCED)
    each_day = acts // len(DAYS) + 1
    lives: dict[tuple[str, int], Iterator[Fact]] = {}
    for day in DAYS:
        root.ledger.morning(day)
        for number in range(each_day):
            unit, issue = random.choice(UNITS).id, random.randint(1, 3)
            act = next(lives.setdefault((unit, issue), iter(LIFE)), ASSIGNED) if random.random() < 0.6 else random.choice(ACTS)
            story = root.at(unit).on(day)
            id = f"{day}-{number}" if random.random() < 0.9 else f"{day}-0"
            said = Said(act, issue=str(issue), id=id)
            root.ledger.tell(told_record(story.told(said)))
            if random.random() < 0.05:
                root.ledger.tell(broken(story, id))
    return root


def broken(story: Story, id: str) -> Record:
    """A fact whose data does not fit: it is refused, and hangs on its subject all the same."""
    record = told_record(story.told(Said(REPORTED, id=f"{id}-broken")))
    return Record(record.topic, record.key, b'{"text":1}', record.headers)


def books(store: MemoryStore) -> Books:
    """What stands in each book: position, type, subject, chain and bytes."""
    found: Books = {book: [] for book in BOOKS}
    for group in sorted(store.recorded.values(), key=lambda group: group.first):
        found[group.book] += [(group.first + index, *event) for index, event in enumerate(group.events)]
    return found


def states(store: MemoryStore) -> dict[str, Any]:
    """The state of every subject, and when it wakes."""
    return {id: (stored.state, stored.wake, stored.position) for id, stored in drive(store.load(list(store.subjects))).items()}


@cache
def first_run() -> tuple[Books, dict[str, Any], dict[bytes, list[Record]], Counter[Any]]:
    """One campaign as it went: its books, their states, the sequence of each book, and what was published."""
    run = campaign(seed=20220422, acts=240)
    sequences: dict[bytes, list[Record]] = {}
    for record in run.ledger.told:
        assert record.key
        if record.key != TIME:  # which is told to a partition, and of no book
            sequences.setdefault(record.key, []).append(record)
    return books(run.ledger.store), states(run.ledger.store), sequences, Counter(map(repr, run.ledger.published))


class Shuffled:
    """The same sequences of the same books, dealt anew."""

    def __init__(self, seed: int, batch: int, repeats: float) -> None:
        self.random, self.batch, self.repeats = Random(seed), batch, repeats
        self.waiting = {key: list(records) for key, records in first_run()[2].items()}
        self.past: list[Record] = []
        self.ledger = Ledger()
        self.published: Counter[str] = Counter()

    def run(self) -> None:
        """Until every book was told all of its own."""
        while any(self.waiting.values()):
            batch, taken = self._deal()
            if self.random.random() < 0.3:
                self.ledger = Ledger(self.ledger.store)  # another copy, which has read nothing yet
            before = set(self.ledger.store.recorded)
            try:
                self._apply(batch)
            except Unavailable:
                # A plan that cannot be read yet is waited for: nothing was done, the partition stands, another goes on.
                assert set(self.ledger.store.recorded) == before
                self._apply(self._root())
                continue
            for key, count in taken.items():
                self.past += self.waiting[key][:count]
                del self.waiting[key][:count]

    def _deal(self) -> tuple[list[Record], Counter[bytes]]:
        batch: list[Record] = []
        taken: Counter[bytes] = Counter()
        for _ in range(self.random.randint(1, self.batch)):
            left = [key for key, records in self.waiting.items() if len(records) > taken[key]]
            if self.past and self.random.random() < self.repeats:
                batch.append(self.random.choice(self.past))
            elif left:
                key = self.random.choice(left)
                record = self.waiting[key][taken[key]]
                taken[key] += 1
                batch += [record] * (1 + (self.random.random() < self.repeats))
        return batch, taken

    def _root(self) -> list[Record]:
        for key in (b"yz2022/bureau", b"yz2022/east", b"yz2022/west"):
            if self.waiting[key]:
                record = self.waiting[key].pop(0)
                self.past.append(record)
                return [record]
        raise AssertionError("every township was told all, and a plan cannot be read")

    def _apply(self, batch: Sequence[Record]) -> None:
        self.published.update(map(repr, drive(self.ledger.handler.apply(batch))))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 60), st.sampled_from([0.0, 0.2, 0.5]))
def test_any_interleaving_of_books_and_any_batches_and_repeats_give_the_same_books(seed: int, batch: int, repeats: float) -> None:
    expected, stood, _, published = first_run()
    note(f"seed {seed}")
    run = Shuffled(seed, batch, repeats)
    run.run()
    assert books(run.ledger.store) == expected
    assert states(run.ledger.store) == stood
    # What books tell one another hangs on nothing else either, so that the sequences held fixed here are those that would have come.
    assert set(run.published) == set(published)


def test_the_campaign_that_is_dealt_anew_has_all_that_matters_in_it() -> None:
    kept, _, sequences, _ = first_run()
    types = Counter(event[1] for book in kept.values() for event in book)
    for fact in (IssueEntered, IssueStruckOff, IssueOverdue, IssueCarriedOver, PhaseClosed, PhaseSupplemented, StatementSubmitted):
        assert types[fact.__name__], fact
    assert types["Refused"] > 10
    assert len(sequences) == len(BOOKS)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 300))
def test_whatever_is_told_no_book_breaks_its_promises(seed: int, acts: int) -> None:
    note(f"seed {seed}")
    store = campaign(seed, acts).ledger.store
    for book, events in books(store).items():
        assert [position for position, *_ in events] == list(range(1, len(events) + 1))
        facts = [(subject, ENVELOPES[type].model_validate_json(value).fact) for _, type, subject, _, value in events]
        assert [fact.number for _, fact in facts if isinstance(fact, IssueEntered)] == list(
            range(1, sum(isinstance(fact, IssueEntered) for _, fact in facts) + 1)
        )
        assert_struck_off_only_by_others(facts)
        state = drive(store.load([book]))[book].state
        assert isinstance(state, Book)
        for phase in ("P1", "P2", "P3"):
            recount = dict(count_anew([fact for _, fact in facts], phase))
            own = state.phase(phase).own
            assert {name: own.get(name, 0) for name in Counts.model_fields} == {name: recount.get(name, 0) for name in Counts.model_fields}


def assert_struck_off_only_by_others(facts: Sequence[tuple[str, Fact]]) -> None:
    """Before each strike-off stands a check, by a person who neither rectified nor owns the issue."""
    fixer: dict[str, str] = {}
    owner: dict[str, str | None] = {}
    off: set[str] = set()
    for (_, before), (subject, fact) in pairwise(facts):
        match fact:
            case RectificationDone(by=by):
                fixer[subject] = by
            case IssueCarriedOver(owner=new):
                owner[subject] = new
            case IssueStruckOff():
                assert isinstance(before, RectificationVerified)
                assert before.by not in (fixer[subject], owner.get(subject))
                assert subject not in off
                off.add(subject)
            case IssueAssigned(owner=new) | FollowUpSet(owner=new):
                owner[subject] = new


def count_anew(facts: Sequence[Fact], phase: str) -> Iterator[tuple[str, int]]:
    """The figures of a phase, counted from the events and nothing else."""
    of_phase = [fact for fact in facts if getattr(fact, "phase", None) == phase]
    met = [fact for fact in of_phase if isinstance(fact, ObligationMet)]
    checked: dict[int, bool] = {}
    for fact in of_phase:
        if isinstance(fact, TargetChecked):
            checked[fact.target] = fact.conforms
    closed = [fact for fact in of_phase if isinstance(fact, PhaseClosed)]
    off = [fact for fact in of_phase if isinstance(fact, IssueStruckOff)]
    yield "units", len(closed)
    yield "gaps", sum(fact.gap is not None for fact in closed)
    yield "entered", sum(isinstance(fact, IssueEntered) for fact in of_phase)
    yield "struck_off", len(off)
    yield "on_time", sum(fact.on_time for fact in off)
    yield "overdue", sum(isinstance(fact, IssueOverdue) and fact.clock == "fix" for fact in of_phase)
    yield "returned", sum(isinstance(fact, IssueReturned) for fact in of_phase)
    yield "reopened", sum(isinstance(fact, IssueReopened) for fact in of_phase)
    yield "restored", sum(isinstance(fact, IssueReopened) and fact.was_void for fact in of_phase)
    yield "standing", sum(isinstance(fact, IssueEntered | IssueReopened) and fact.standing for fact in of_phase)
    yield "carried_over", sum(isinstance(fact, IssueCarriedOver) for fact in of_phase)
    yield "filed", sum(not fact.late for fact in met)
    yield "late", sum(fact.late for fact in met)
    yield "missing", sum(isinstance(fact, ReturnMissing) for fact in of_phase) - sum(fact.was_missing for fact in met)
    yield "answered", len(checked)
    yield "findings", sum(not conforms for conforms in checked.values())


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**32))
def test_what_was_recorded_played_again_gives_the_same_state(seed: int) -> None:
    note(f"seed {seed}")
    run = campaign(seed, 120).ledger
    # Repeats are published again: a reader folds each position once.
    recorded = {(each.book, each.position): each for each in (read_recorded(one) for one in run.published if one.topic == LEDGER)}
    in_order = [recorded[place] for place in sorted(recorded)]
    played = folded(
        PLAN, ((each.book, each.subject, each.fact, local_date(each.time), local_date(each.accepted)) for each in in_order if each.fact)
    )
    assert all(each.fact for each in in_order)
    for id, (kept, _, _) in states(run.store).items():
        again = played[id]
        if isinstance(kept, Book):
            assert isinstance(again, Book)
            assert (again.entered, again.phases, again.profile) == (kept.entered, kept.phases, kept.profile)
        else:
            assert again == kept
        if isinstance(kept, Issue):
            assert kept.number >= 1
