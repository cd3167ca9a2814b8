"""The Yangpu campaign of 2013, told by hand: three phases of which two overlap, November in none; measures, proposals, and ideas judged every two months."""

from tests.campaigns.yangpu.given import PLAN, UNITS, Yangpu
from tests.campaigns.yangpu.ideas import december, idea_award, ideas, proposals
from tests.campaigns.yangpu.issues import issues, mobilisation, november, study


def story() -> Yangpu:
    whole = Yangpu(PLAN, UNITS)
    for part in (study, mobilisation, proposals, ideas, idea_award, issues, november, december):
        part(whole)
    return whole


STORY = story()
NOT_RIGHT = next(id for id, rule in STORY.forbidden.items() if rule == "opinion-above")
