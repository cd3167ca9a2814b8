"""A unit that left the campaign (A7): what waits for its word goes back to whoever asked, for nobody gives it any more."""

from services.ledger.book.state import Book
from services.ledger.rules.reasons import reason


def why_back(book: Book) -> str | None:
    """Why what comes for this unit's word goes back; none while the unit takes part."""
    return reason("unit-left", unit=book.unit).zh if book.profile.left_by else None
