"""What became of the events of one request, and how the door answers."""

from collections import Counter as Tally
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from fastapi import Response
from fastapi.responses import JSONResponse

from services.intake.mistakes import FORBIDDEN, MOST, EventMistake, NotTaken
from shared.http.problem import Problem
from shared.values import Wording
from shared.wording import Language, worded
from shared.wording.problems import DETAILS

LISTED = 1000
"""Mistakes that one answer lists; what lies past them is counted."""
ENOUGH = 1000
"""Refused events after which no further part of a request is looked at: whoever sent them has to mend the whole file."""


@dataclass
class Outcome:
    """What became of the events of one request so far."""

    accepted: int = 0
    refused: int = 0
    reasons: dict[int, Sequence[EventMistake]] = field(default_factory=dict)
    """What is wrong with each event that was refused, by its index: the first mistakes."""
    errors: list[dict[str, Any]] = field(default_factory=list)
    unlisted: int = 0
    forbidden: bool = True
    """Every event that was refused was refused for what the key may not do."""
    rules: Tally[str] = field(default_factory=Tally)
    unnamed: list[dict[str, Any]] = field(default_factory=list)
    """Persons whom nobody named yet, of events that were taken: the first of them."""
    unread: int | None = None
    """The line from which on nothing was looked at, since too many before it were refused; none: all were."""

    def refuse(self, index: int, error: NotTaken) -> None:
        """Count one event out."""
        self.refused += 1
        self.reasons[index] = error.mistakes[:MOST]
        self.forbidden &= error.mistakes[0].rule in FORBIDDEN
        self.rules[error.mistakes[0].rule] += 1
        room = LISTED - len(self.errors)
        self.errors += [mistake.at(index) for mistake in error.mistakes[:room]]
        self.unlisted += max(0, len(error.mistakes) - room)

    def note(self, index: int, unnamed: Iterable[EventMistake]) -> None:
        """An event was taken though it names persons whom nobody named yet."""
        self.unnamed += [each.at(index) for each in islice(unnamed, LISTED - len(self.unnamed))]

    def response(self, language: Language) -> Response:
        """202 where all went in, 207 where some did, else 403 or 422."""
        if not self.refused:
            return JSONResponse({"accepted": self.accepted, **self._more()}, 202)
        name = "some-taken" if self.accepted else "none-allowed" if self.forbidden else "none-taken"
        return self.problem(name, accepted=self.accepted, refused=self.refused).response(language)

    def problem(self, name: str, headers: dict[str, str] | None = None, **values: object) -> Problem:
        """A problem (RFC 9457) that lists the mistakes and says how many events were taken."""
        more: dict[str, Any] = {"accepted": self.accepted, "refused": self.refused, "errors": self.errors}
        more |= self._more()
        if self.unlisted:
            more["errors_unlisted"] = self.unlisted
        if self.unread is None:
            return Problem(name, headers, more, **values)
        problem = Problem(name, headers, more | {"lines_read": self.unread}, **values)
        unread = worded(DETAILS["unread"], enough=ENOUGH, line=self.unread)
        problem.detail = Wording(zh=problem.detail.zh + unread.zh, en=problem.detail.en + unread.en)
        return problem

    def _more(self) -> dict[str, Any]:
        return {"unnamed": self.unnamed} if self.unnamed else {}
