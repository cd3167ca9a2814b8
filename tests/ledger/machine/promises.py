"""What the ledger promises of its books, whatever is told to them."""

from collections import Counter
from copy import deepcopy
from datetime import date, timedelta
from random import Random
from typing import Any, Literal

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from deploy.client.chains import Chains, vouches
from services.ledger.book.state import Book
from services.ledger.issue.state import Issue
from shared.events.fact import Fact
from shared.kafka.cloudevents import ENVELOPES, read_recorded
from shared.kafka.records import Record
from shared.topics import LEDGER
from shared.workdays import local_date
from tests.ledger.delivery import Delivery, handled
from tests.ledger.folded import folded
from tests.ledger.given import Said
from tests.ledger.in_memory import drive
from tests.ledger.machine.oracle import Oracle, ToldId, plain
from tests.ledger.machine.plan import RUNS, Stops, announced

FIRST, LAST = date(2022, 4, 6), date(2022, 11, 30)
SEEDS = st.integers(0, 2**16)


class Promises(RuleBasedStateMachine):
    """The seven books of one campaign: what is told to them is delivered, the clock looks, and the promises hold."""

    @initialize(
        stops=st.sampled_from(("done", "verified", "struck-off")),
        restarts=st.booleans(),
        lateness=st.sampled_from(("giver", "taker")),
        skip=st.sampled_from((0, 10, 60, 80, 100)),
    )
    def announce(self, stops: Stops, restarts: bool, lateness: Literal["giver", "taker"], skip: int) -> None:
        self.stops = stops
        self.plan, self.before = announced(stops, restarts, lateness)
        self.ends = [self.plan.ends]
        self.delivery = Delivery(deepcopy(self.before.store))
        self.oracle = Oracle({None: (1, 1), "ordinary": (1, 1), "grave": (2, 2)})
        self.chains = Chains("topic")
        self.read = 0
        self.today = FIRST + timedelta(skip)
        self.last: dict[str, Fact] = {}
        self.ids: dict[str, tuple[str, Said, Fact]] = {}
        self.told: Counter[ToldId] = Counter()
        self.reused: Counter[ToldId] = Counter()
        self.moved = False
        self._published([record for record in self.before.published if record.topic == LEDGER])
        self._morning(0)

    def _send(self, record: Record, at_once: bool) -> None:
        self.delivery.send(record)
        if at_once:
            self._settle(len(self.ids))

    # ── delivery and time ───────────────────────────────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: any(self.delivery.waiting.values()))
    @rule(seed=SEEDS)
    def deliver(self, seed: int) -> None:
        self._published(self.delivery.deliver(Random(seed)))

    @precondition(lambda self: self.today < LAST)
    @rule(seed=SEEDS, days=st.sampled_from((1, 1, 1, 2, 3, 5, 8, 20)))
    def go_on_some_days(self, seed: int, days: int) -> None:
        """The clock looks, also past what was accepted before and waits still."""
        self.today += timedelta(days)
        self._morning(seed)

    def _morning(self, seed: int) -> None:
        day = str(self.today)
        self._published(self.delivery.morning(day, Random(seed)))
        left = [dict(record.headers)["ce_subject"] for record in self.delivery.due(day)]
        assert not left, f"told and still due, and never told again: {left}" + self._history(left[0])
        missed = dict(self.oracle.missed(self.today, RUNS[self.stops], self.ends))
        assert not missed, f"{missed}" + self._history(next(iter(missed)).encode())

    def _history(self, subject: bytes | None) -> str:
        """What happened to a subject, for whoever mends what broke."""
        id = (subject or b"").decode()
        state = self._states().get(id)
        return f"\n{state}\n" + "\n".join(
            f"{group.accepted:%m-%d} {group.id} {type} {value.decode()}"
            for group in self.delivery.groups()
            for type, of, _, value in group.events
            if of == id
        )

    def _settle(self, seed: int) -> None:
        self._published(self.delivery.settle(Random(seed)))

    def _published(self, records: list[Record]) -> None:
        for record in records:
            recorded = read_recorded(record)
            self.chains.add(recorded)
            if vouched := vouches(recorded):
                self.chains.vouched.setdefault(vouched[0], []).append(vouched[1])
        self._look()

    def _look(self) -> None:
        groups = self.delivery.groups()
        for group in groups[self.read :]:
            self.oracle.read(group)
        self.read = len(groups)

    # ── promises ────────────────────────────────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def promises_hold(self) -> None:
        if not hasattr(self, "delivery") or any(self.delivery.waiting.values()):
            return
        self.oracle.check(self.told, self.reused)
        states = self._states()
        for id, life in self.oracle.issues.items():
            state = states[id]
            assert isinstance(state, Issue)
            assert (state.number, state.status if state.gone else None) == (life.number, life.left), "it leaves by an event that says so"
        sums = {(book, phase): total for book, phase, total in self.oracle.sums()}
        for state in states.values():
            if isinstance(state, Book):
                self._adds_up(state, sums)

    def _adds_up(self, book: Book, sums: dict[tuple[str, str], dict[str, int]]) -> None:
        for code, phase in book.phases.items():
            assert plain(phase.own) == plain(self.oracle.figures[book.id, code]), (book.id, code)
            below = sums.get((book.id, code), {})
            assert plain(phase.below) == below, (book.id, code)
            if phase.status == "closed" and phase.late_since is None:
                total = Counter(self.oracle.figures[book.id, code])
                total.update(below)
                assert plain(self.oracle.totals[book.id, code]) == plain(total), (book.id, code)

    def _states(self) -> dict[str, Any]:
        return {id: each.state for id, each in drive(self.delivery.store.load(list(self.delivery.store.subjects))).items()}

    # ── at the end ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def teardown(self) -> None:
        if not hasattr(self, "delivery"):
            return
        self._settle(1)
        self._morning(2)
        self.promises_hold()
        assert not list(self.chains.broken())
        kept, told = self._kept_of(self.delivery.store.recorded), self.delivery.told
        random = Random(len(told))
        again = handled(deepcopy(self.before.store), told, random)
        assert self._kept_of(again) == kept, "told again in the same order, the same is recorded"
        twice = list(told)
        for _ in range(len(told) // 2):
            place = random.randrange(len(twice))
            twice.insert(random.randint(place + 1, len(twice)), twice[place])
        assert self._kept_of(handled(deepcopy(self.before.store), twice, random)) == kept, "repeats change nothing"
        self._folded_again()
        assert self._kept_of(handled(self.delivery.store, told, random)) == kept, "told again, nothing new is recorded"

    @staticmethod
    def _kept_of(recorded: dict[str, Any]) -> dict[str, Any]:
        return {key: (group.book, group.first, group.events) for key, group in recorded.items()}

    def _folded_again(self) -> None:
        again = folded(
            self.plan,
            (
                (group.book, subject, ENVELOPES[type].model_validate_json(value).fact, local_date(group.time), local_date(group.accepted))
                for group in self.delivery.groups()
                for type, subject, _, value in group.events
            ),
        )
        for id, state in self._states().items():
            kept = again[id]
            assert (replace(kept, position=state.position, chain=state.chain) if isinstance(kept, Book) else kept) == state, id
