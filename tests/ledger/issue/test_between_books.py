"""Whatever is handed over, taken, declined and withdrawn, in whatever order books hear of it and how often: an issue is open in one book alone."""

from collections import deque
from copy import deepcopy
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from services.ledger.book.state import Book
from services.ledger.issue.state import Issue
from services.ledger.store.documents import Stored
from shared.events.fact import Fact
from shared.events.hand_over import IssueHandedOver
from shared.kafka.cloudevents import told_record
from shared.kafka.records import Record
from shared.topics import INTAKE, kind_of
from tests.ledger.given import Said, Story, unit
from tests.ledger.in_memory import Ledger, drive
from tests.ledger.issue.hand_overs import DECLINED, TAKEN, WITHDRAWN
from tests.ledger.sample import DONE, FOUND, PLANNED, REPORTED, VERIFIED

UNITS = ("e1", "e2", "w1")
ACTS: tuple[Fact, ...] = (TAKEN, DECLINED, WITHDRAWN, PLANNED, DONE, VERIFIED)
STEPS = st.lists(st.one_of(st.sampled_from((*UNITS, "nobody")), st.sampled_from(ACTS)), max_size=25)


class Posts:
    """What is told to each book waits in a queue of its own, as in the partitions of Kafka; a book goes on when it is its turn."""

    def __init__(self, ledger: Ledger, random: Random) -> None:
        self.ledger, self._random = ledger, random
        self.waiting: dict[bytes, deque[Record]] = {}

    def post(self, record: Record) -> None:
        """Tell a book, perhaps twice."""
        self.waiting.setdefault(record.key or b"", deque()).extend([record] * self._random.choice((1, 1, 2)))

    def go_on(self, turns: int) -> None:
        """So many books in turn, chosen at random, hear what is told to them next."""
        for _ in range(turns):
            if not (books := [book for book, queue in self.waiting.items() if queue]):
                return
            out = drive(self.ledger.handler.apply([self.waiting[self._random.choice(books)].popleft()]))
            for record in out:
                if record.topic == INTAKE:
                    self.post(record)


def states(ledger: Ledger) -> dict[str, Stored]:
    """All subjects and books."""
    return drive(ledger.store.load(list(ledger.store.subjects)))


def figures(book: Book) -> dict[str, int]:
    """The figures of a book over all phases."""
    names = ("entered", "struck_off", "handed_over", "received", "merged", "voided")
    return {name: sum(phase.own.get(name, 0) for phase in book.phases.values()) for name in names}


@settings(max_examples=60, deadline=None)
@given(STEPS, st.integers(0, 2**32), st.integers(0, 6))
def test_an_issue_is_open_in_exactly_one_book_and_no_figure_counts_it_twice(steps: list[str | Fact], seed: int, haste: int) -> None:
    random = Random(seed)
    story = unit("e1").on(FOUND).given(REPORTED, Said(REPORTED, issue="2"))
    posts = Posts(story.ledger, random)
    for step in steps:
        known = [id for id in posts.ledger.store.subjects if kind_of(id) == "issue"]
        subject = random.choice(known)
        fact = IssueHandedOver(to=step, reason="职责", by="head") if isinstance(step, str) else step
        teller = Story(posts.ledger, subject.split("/")[1], FOUND)
        posts.post(told_record(teller.told(Said(fact, subject=subject))))
        posts.go_on(random.randint(0, haste))
    while any(posts.waiting.values()):
        posts.go_on(1)

    everything = states(posts.ledger)
    issues = {id: each.state for id, each in everything.items() if isinstance(each.state, Issue)}
    for end in ("desk~1", "desk~2"):
        whole = [issue.status for id, issue in issues.items() if id.endswith(end)]
        held = [status for status in whole if status not in ("handed-over", "not-taken", "offered")]
        assert len(held) == 1, whole
        assert whole.count("offered") == whole.count("handing-over"), whole
    books = {id: each.state for id, each in everything.items() if isinstance(each.state, Book)}
    totals = {id: figures(book) for id, book in books.items()}
    for id, total in totals.items():
        here = [issue for subject, issue in issues.items() if subject.startswith(f"{id}/") and issue.number]
        still = sum(not issue.gone for issue in here)
        assert total["entered"] == len(here) == total["struck_off"] + total["handed_over"] + total["merged"] + total["voided"] + still
    assert sum(total["received"] for total in totals.values()) == sum(total["handed_over"] for total in totals.values())


def test_telling_all_of_it_again_changes_nothing() -> None:
    story = unit("e1").on(FOUND).given(REPORTED, IssueHandedOver(to="e2", reason="职责", by="head"))
    story.at("e2").given(Said(TAKEN, subject="yz2022/e2/issue/handover~e1~1~desk~1"))
    before = deepcopy(story.ledger.store.subjects)
    story.ledger.tell(*story.ledger.told)
    assert story.ledger.store.subjects == before
