"""The Tengzhou campaign of 2019, told by hand from its notice to what is struck off after its end, and its figures worked out by hand."""

from tests.campaigns.tengzhou.acceptance import acceptance_and_commendation, summary_and_carry_over
from tests.campaigns.tengzhou.given import PLAN, UNITS, Tengzhou
from tests.campaigns.tengzhou.rectification import rectification
from tests.campaigns.tengzhou.self_check import publicity_and_self_check


def story() -> Tengzhou:
    """The whole story."""
    whole = Tengzhou(PLAN, UNITS)
    publicity_and_self_check(whole)
    rectification(whole)
    acceptance_and_commendation(whole)
    summary_and_carry_over(whole)
    return whole
