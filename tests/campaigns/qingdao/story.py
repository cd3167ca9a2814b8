"""Qingdao 2023: staff in the patient's place, in fourteen unions from the notice of 1 March to the awards, told day by day, amended in August."""

from tests.campaigns.qingdao.awards import judging, nominations
from tests.campaigns.qingdao.duties import august, last_returns, mobilisation, periodic, visits
from tests.campaigns.qingdao.given import PLAN, UNITS
from tests.campaigns.qingdao.issues import afterwards, between, hazards, ideas, issues
from tests.campaigns.story import Story


def story() -> Story:
    """All that is told."""
    whole = Story(PLAN, UNITS, offices=("organ",))
    for part in (mobilisation, visits, issues, hazards, between, periodic, ideas, august, nominations, judging, last_returns, afterwards):
        part(whole)
    return whole
