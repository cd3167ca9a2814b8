"""Nominations, and how they are judged."""

from shared.events.award import AwardDecided, RoundClosed
from shared.events.nomination import RecommendedUpward, ScoreGiven
from tests.campaigns.qingdao.given import ROOT, nominated
from tests.campaigns.story import Story


def nominations(story: Story) -> None:
    """Unions gather and submit, also for the hospitals under them, until 31 October."""
    story.on("2023-10-24")
    for unit, reference, fact in (
        ("first", "n1", nominated("first", "case", "陪检服务案例")),
        ("east", "n2", nominated("east", "organisation", "东岭区组织工作")),
        ("east", "n3", nominated("east", "case", "东岭区人民医院用电安全案例", unit="east-1")),
        ("second", "n4", nominated("second", "practice", "夜班护士长", "person", person="second-07")),
        ("west", "n5", nominated("west", "practice", "产科主任", "person", person="west-2-05", unit="west-2")),
        ("west", "n6", nominated("west", "organisation", "个人", "person", person="west-05")),  # only teams
        ("east-1", "n7", nominated("east-1", "case", "越级申报")),  # its union's union submits for it
    ):
        story.tell(unit, fact, fact.award, "once", story.clients[unit], reference)
    story.on("2023-11-02").tell("organ", nominated("organ", "case", "迟到的案例"), "case", "once", story.clients["organ"], "n8")


NOMINATIONS = {
    "n1": ("case", "once", "first", ROOT, "n1"),
    "n2": ("organisation", "once", "east", "east", "n2"),
    "n3": ("case", "once", "east", "east", "n3"),
    "n4": ("practice", "once", "second", ROOT, "n4"),
    "n5": ("practice", "once", "west", "west", "n5"),
}
"""Where each stands in the book of the city's union."""


def judging(story: Story) -> None:
    """On paper by one judge, in person before three; of these none is of the nominee's unit."""

    def score(name: str, judge: str, unit: str, round: str, *points: float) -> None:
        given = dict(zip(("novel", "constructive"), points, strict=False))
        story.tell(ROOT, ScoreGiven(judge_unit=unit, round=round, points=given, by=judge), *NOMINATIONS[name])

    story.on("2023-11-06")
    score("n1", "j-04", "first", "paper", 50, 50)  # of the nominee's own unit
    for name in ("n1", "n3"):
        score(name, "j-01", "organ", "paper", 40, 45)
    for name in ("n2", "n4", "n5"):
        score(name, "j-01", "organ", "paper")
    story.on("2023-11-09")
    for award in ("organisation", "case", "practice"):
        story.tell(ROOT, RoundClosed(award=award, period="once", round="paper", by="u-01"), award, "once")
    story.on("2023-11-13")
    for judge, unit, points in (("j-01", "organ", (42, 44)), ("j-02", "second", (45, 45)), ("j-03", "stationed", (48, 46))):
        score("n1", judge, unit, "defence", *points)
        score("n2", judge, unit, "defence")
    score("n3", "j-01", "organ", "defence", 30, 30)
    score("n3", "j-02", "second", "defence", 30, 30)  # a third one is wanting
    for judge, unit in (("j-01", "organ"), ("j-03", "stationed"), ("j-05", "works")):
        score("n4", judge, unit, "defence")
    story.on("2023-11-16")
    for award in ("organisation", "case", "practice"):
        story.tell(ROOT, RoundClosed(award=award, period="once", round="defence", by="u-01"), award, "once")
    story.on("2023-11-20")
    both = AwardDecided(award="case", period="once", winners=("~".join(NOMINATIONS["n1"]), "~".join(NOMINATIONS["n3"])), by="u-01")
    story.tell(ROOT, both, "case", "once")  # refused whole: one of them had two judges
    story.on("2023-11-21")
    for name in ("n1", "n2", "n4"):
        award, winner = NOMINATIONS[name][0], "~".join(NOMINATIONS[name])
        rewards = ("commendation", "honour", "material")
        decided = AwardDecided(award=award, period="once", winners=(winner,), notice="通报表彰", rewards=rewards, prize="奖牌", by="u-01")
        story.tell(ROOT, decided, award, "once")
    story.on("2023-11-22").tell(ROOT, RecommendedUpward(reason="最优", by="u-01"), *NOMINATIONS["n1"])  # the plan recommends nobody
