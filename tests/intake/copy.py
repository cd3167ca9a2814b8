"""A copy of intake as a process of its own that a test may kill: `python -m tests.intake.copy`. Its keys are those of `make_keys`."""

from functools import partial

from services.intake.app import build
from services.intake.inbox import reading
from shared.http.service import run
from shared.kafka import subscription
from tests.intake.given import make_keys

SESSION = 1.5
"""Seconds until the group notices that a copy was killed."""
PART = 20
"""Records of a batch: so that there are many in the middle of which it can be killed."""


def main() -> None:
    """Run it."""
    subscription.SESSION, reading.PART = SESSION, PART
    run("intake", partial(build, keys=make_keys()[0]))


if __name__ == "__main__":
    main()
