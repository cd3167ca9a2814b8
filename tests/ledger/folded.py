"""The states that recorded events alone give: folded in the order of their books, by the ledger's own rules."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from services.ledger.book.state import Book
from services.ledger.rules import table
from services.ledger.rules.decision import Event
from shared.events.fact import Fact


def folded(events: Iterable[tuple[str, str, Fact, date]]) -> dict[str, Any]:
    """Of each book and subject, from (book, subject, fact, day on which it was accepted)."""
    books: dict[str, Book] = {}
    subjects: dict[str, Any] = {}
    for book, subject, fact, day in events:
        books[book] = table.evolve(books.get(book) or Book(book), subjects, Event(subject, fact), day)
    return {id: state for id, state in subjects.items() if state is not None} | books
