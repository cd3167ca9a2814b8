"""The registry: a kind of subjects that nobody had thought of is one file and one row; and how rules are written."""

import ast
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.ledger.rules.table import KINDS, ROWS
from shared.events.catalogue import CATALOGUE, OUTSIDE_BOOKS
from shared.events.fact import Teller

CHECKOUT = Path(__file__).parents[3]
LEDGER = CHECKOUT / "services" / "ledger"
EVENT = '''"""A gift (礼品) that somebody was offered: declined, and handed in."""

from shared.events.fact import Act
from shared.events.fact import Teller


class GiftDeclined(Act):
    """Somebody was offered a gift and declined it."""

    teller, kind, zh = Teller.BUREAU, "gift", "礼品拒收"


class GiftHandedIn(Act):
    """It was left all the same, and handed in."""

    teller, kind, zh = Teller.BUREAU, "gift", "礼品上交"
'''
KIND = '''"""A gift (礼品): declined, and handed in where it was left all the same."""

from datetime import date
from typing import assert_never

from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event, Refused, State
from shared.events.gift import GiftDeclined, GiftHandedIn


class Gift(State, frozen=True):
    """What decisions need of a gift."""

    by: str


def decide(case: Case[Gift, GiftDeclined | GiftHandedIn]) -> list[Event]:
    """Nothing follows, but only the one who declined it hands it in. Raises Refused."""
    match case.fact:
        case GiftDeclined():
            return []
        case GiftHandedIn(by=by):
            if case.state is None or case.state.by != by:
                raise Refused("no-right", by=by, type="GiftHandedIn", roles="–")
            return []
        case _:
            assert_never(case.fact)


def evolve(before: Gift | None, event: Event, day: date) -> Gift | None:
    """The gift after an event."""
    match event.fact:
        case GiftDeclined(by=by):
            return Gift(by)
    return before
'''
TOLD = """
from shared.events.gift import GiftDeclined, GiftHandedIn
from shared.logs.setup import set_up
from tests.ledger.given import unit

set_up("ledger", "warning")  # on stderr

story = unit().on("2022-05-05").when(GiftDeclined(by="li"), GiftHandedIn(by="wang"), GiftHandedIn(by="li"))
print(*(type(fact).__name__ for fact in story.recorded()))
"""


def insert(file: Path, before: str, line: str) -> None:
    """Add a line to a file, in front of another."""
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, before
    file.write_text(text.replace(before, line + before), encoding="utf-8")


def test_a_new_kind_of_subjects_is_one_file_and_one_row(tmp_path: Path) -> None:
    for part in ("shared", "services", "tests"):
        shutil.copytree(CHECKOUT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    events, ledger = tmp_path / "shared" / "events", tmp_path / "services" / "ledger"
    (events / "gift.py").write_text(EVENT, encoding="utf-8")
    insert(events / "subjects.py", "    hand_over,\n    hazard,\n", "    gift,\n")
    insert(events / "subjects.py", "    notice,\n    clock,\n", "    gift,\n")
    (ledger / "duties" / "gift.py").write_text(KIND, encoding="utf-8")
    insert(ledger / "rules" / "table.py", "    hazard,\n    indicator,\n", "    gift,\n")
    insert(ledger / "rules" / "table.py", '    Kind("practice", practice.decide),\n', '    Kind("gift", gift.decide, gift.evolve),\n')
    done = subprocess.run([sys.executable, "-c", TOLD], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["GiftDeclined", "Refused", "GiftHandedIn"], done.stderr


def test_every_fact_that_can_be_told_of_a_book_has_a_rule_in_one_row() -> None:
    told = {fact for fact in CATALOGUE.values() if fact.teller is not Teller.LEDGER and fact.kind not in OUTSIDE_BOOKS}
    assert sum(len(row.told) for row in ROWS) == len(told)
    assert set().union(*(row.told for row in ROWS)) == told
    assert all(fact.kind == row.name for row in ROWS for fact in row.told)
    assert set(KINDS) == {fact.kind for fact in CATALOGUE.values()} - {*OUTSIDE_BOOKS}


def functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    """Every function of the ledger, by where it stands."""
    for file in sorted(LEDGER.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{file.relative_to(LEDGER)}:{node.name}", node


def test_no_function_of_the_ledger_takes_more_than_five_parameters() -> None:
    def count(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
        names = [each.arg for each in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        return len([name for name in names if name != "self"]) + (node.args.vararg is not None)

    assert {where: count(node) for where, node in functions() if count(node) > 5} == {}


ROOMS = pytest.mark.parametrize("room", ["awards", "book", "duties", "issue", "rules"])


@ROOMS
def test_no_rule_assumes_what_its_type_does_not_say(room: str) -> None:
    for file in (LEDGER / room).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            assert not isinstance(node, ast.Assert), f"{file}:{node.lineno}"
            assert not (isinstance(node, ast.Name) and node.id == "cast"), f"{file}:{node.lineno}"


@ROOMS
def test_what_gives_nothing_is_a_guard_and_says_so_by_its_name(room: str) -> None:
    of_room = [(where, node) for where, node in functions() if where.startswith(room) and not node.name.startswith("__")]
    for where, node in of_room:
        gives_nothing = isinstance(node.returns, ast.Constant) and node.returns.value is None
        guard = node.name.lstrip("_").startswith(("require_", "refuse_"))
        assert guard or not gives_nothing or where == "rules/table.py:evolve", where
        question = node.name.lstrip("_").startswith(("is_", "has_", "may_"))
        assert not question or not any(isinstance(each, ast.Raise) for each in ast.walk(node)), f"{where} asks, and refuses"
