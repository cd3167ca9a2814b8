"""Whoever raised a hazard, and the model site."""

from shared.events.award import AwardDecided, RoundClosed
from shared.events.nomination import NominationFiled, NominationPassedOn, RecommendedUpward, ScoreGiven
from tests.campaigns.safety.given import ROOT, who
from tests.campaigns.story import Story


def awards(story: Story) -> None:
    """Whoever raised a hazard, and the model site."""
    story.on("2024-12-16")
    raised = NominationFiled(award="whistle", period="2024-12", nominee="person", person="mi1-04", title="发现断绳", by=who("mine-1", 1))
    story.tell("mine-1", raised, "whistle", "2024-12", "north", "n1")
    story.on("2024-12-18").tell("north", NominationPassedOn(by=who("north", 1)), "whistle", "2024-12", "mine-1", "north", "n1")
    story.on("2024-12-20")
    score = ScoreGiven(judge_unit=ROOT, round="review", by=who(ROOT, 5))
    story.tell(ROOT, score, "whistle", "2024-12", "mine-1", "north", "n1")
    story.on("2025-01-03").tell(ROOT, RoundClosed(award="whistle", period="2024-12", round="review", by=who(ROOT, 1)), "whistle", "2024-12")
    winner = ("whistle~2024-12~mine-1~north~n1",)
    story.tell(ROOT, AwardDecided(award="whistle", period="2024-12", winners=winner, prize="1000元", by=who(ROOT, 1)), "whistle", "2024-12")
    story.on("2025-06-03")
    model = NominationFiled(award="model-site", period="once", nominee="team", title="本质安全", by=who("chem-1", 1))
    story.tell("chem-1", model, "model-site", "once", "south", "n2")
    there = ("model-site", "once", "chem-1", "south", "n2")
    story.on("2025-06-05").tell("south", NominationPassedOn(by=who("south", 1)), *there)
    for day, round, judges in (("2025-06-17", "paper", (5, 6)), ("2025-06-19", "site", (5, 6, 7))):
        story.on(day)
        for judge in judges:
            points = {"removal": 55.0, "system": 30.0 + judge}
            story.tell(ROOT, ScoreGiven(judge_unit=ROOT, round=round, points=points, by=who(ROOT, judge)), *there)
        passes = ("~".join(there),) if round == "paper" else ()
        closed = RoundClosed(award="model-site", period="once", round=round, passes=passes, by=who(ROOT, 1))
        story.tell(ROOT, closed, "model-site", "once")
    story.on("2025-06-20")
    decided = AwardDecided(award="model-site", period="once", winners=("~".join(there),), notice="全县通报", by=who(ROOT, 1))
    story.tell(ROOT, decided, "model-site", "once")
    story.on("2025-06-23").tell(ROOT, RecommendedUpward(reason="整治实效突出", by=who(ROOT, 1)), *there)
