"""What waits for subjects is decided in the order in which it came, whatever is told, replayed and told again in between; and nothing waits for ever."""

from hypothesis import given
from hypothesis import strategies as st

from services.ledger.aside import Aside

SUBJECTS = "abc"
TOLD = st.lists(st.tuples(st.sets(st.sampled_from(SUBJECTS), min_size=1), st.booleans()), min_size=1, max_size=12)
"""Told events: the subjects that each looks at, and whether a rule fails on it until it is mended."""


class Books:
    """A ledger of nothing but order: what was decided, and what lies among the dead letters."""

    def __init__(self, told: list[tuple[set[str], bool]]) -> None:
        self.told, self.mended = told, False
        self.waiting: dict[str, list[str]] = {}
        self.decided: list[int] = []
        self.letters: list[int] = []

    def tell(self, number: int) -> None:
        """One told event is met, for the first time or again."""
        subjects, fails = self.told[number]
        if number in self.decided:
            return
        aside = Aside(self.waiting)
        if aside.holds(str(number), subjects) or (fails and not self.mended):
            aside.add(str(number), min(subjects), subjects)
            self.letters.append(number)
        else:
            aside.take(str(number), subjects)
            self.decided.append(number)
        self.waiting = aside.waiting

    def replay(self) -> None:
        """All letters that were not decided are told again, each once, in the order in which they came first."""
        for number in dict.fromkeys(self.letters):
            self.tell(number)


@given(TOLD, st.data())
def test_order_is_kept_for_every_subject_and_all_is_decided_once_mended(told: list[tuple[set[str], bool]], data: st.DataObject) -> None:
    books = Books(told)
    mended_at = data.draw(st.integers(0, len(told)), "mended before")
    for number in range(len(told)):
        if number == mended_at:
            books.mended = True
        books.tell(number)
        for again in data.draw(st.lists(st.integers(0, number), max_size=3), "told again"):
            books.tell(again)
        if data.draw(st.booleans(), "replayed"):
            books.replay()
    books.mended = True
    for _ in told:
        books.replay()
    assert books.waiting == {}
    assert sorted(books.decided) == list(range(len(told)))
    place = {number: where for where, number in enumerate(books.decided)}
    for first, (subjects, _) in enumerate(told):
        for later in range(first + 1, len(told)):
            if min(subjects) in told[later][0]:
                assert place[first] < place[later]
