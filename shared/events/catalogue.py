"""Every event by its type on the wire, which is the class's name."""

from shared.events import campaign
from shared.events.subjects import BEFORE_A_CAMPAIGN, IN_A_CAMPAIGN, facts_of

OUTSIDE_BOOKS = ("person", "time", "notice", "answer")
"""Kinds of facts that stand in no book."""
CATALOGUE = facts_of(*BEFORE_A_CAMPAIGN, campaign, *IN_A_CAMPAIGN)
