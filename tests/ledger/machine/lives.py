"""What comes next in the life of an issue, drawn by chance."""

from datetime import date, timedelta
from random import Random
from typing import Any

from services.ledger.issue.state import Issue
from shared.events.extension import ExtensionDenied, ExtensionGranted, ExtensionRequested
from shared.events.fact import Fact
from shared.events.hand_over import HandOverAcknowledged, HandOverDeclined, HandOverWithdrawn, IssueHandedOver
from shared.events.issue import (
    FollowUpSet,
    IssueAssigned,
    IssueReported,
    MeasuresPlanned,
    Milestone,
    MilestoneReached,
    RectificationDone,
    RectificationReturned,
    RectificationVerified,
)
from shared.events.leaving import IssueMerged, IssueVoided
from shared.events.reporter import ReplyDepartmentNamed, ReporterAnswered, ReporterRewarded
from shared.events.strike_off import IssueSpotChecked, LookBackDone, ObjectionDecided, ObjectionRaised, ReopeningOrdered
from shared.events.supervision import ReviewDone, SupervisionLifted, SupervisionOrdered


def next_of(issue: Issue | None, random: Random, today: date, other: str) -> Fact:
    """What comes next in the life of an issue, mostly by whoever may; `other` is another of its book."""
    home = {"by": random.choice(("qian", "qian", "wu", "sun"))}
    above: dict[str, Any] = {"by": random.choice(("wu", "wu", "qian", "li")), "by_unit": random.choice(("bureau", "bureau", "east"))}
    if issue is None:
        return IssueReported(
            text="座椅破损",
            category="environment",
            channel="complaint",
            owner=random.choice(("li", "li", None)),
            grade=random.choice((None, "grave")),
            standing=random.random() < 0.1,
            reporter="fang",
        )
    anyway: tuple[Fact, ...] = (
        IssueHandedOver(to=random.choice(("e1", "e2", "w1", "ghost")), reason="属他院", **home),
        IssueVoided(reason="误报", **home),
        ExtensionRequested(until=today + timedelta(random.choice((5, 15))), reason="缺件", **home),
        SupervisionOrdered(reason="影响大", **above),
        SupervisionLifted(reason="已改", **above),
        ReviewDone(text="如常", **home),
        ReporterAnswered(text="已改", **home),
        IssueAssigned(owner=random.choice(("li", "qian")), by="wu"),
        IssueSpotChecked(holds=random.random() < 0.5, finding="看过", **above),
        IssueMerged(into=other, reason="同一件", **home),
        MilestoneReached(name="订货", **home),
        FollowUpSet(due=today + timedelta(9), owner="li", **home),
        ReplyDepartmentNamed(department="office", **home),
        ReporterRewarded(what="口罩", **home),
    )
    if issue.status in ("entered", "planned") and random.random() < 0.1:
        return anyway[0]
    decided: tuple[Fact, ...] = (ExtensionGranted(**above), ExtensionDenied(reason="不准", **above))
    more = decided if issue.asked else ()
    verified: Fact = RectificationVerified(effect="好用", **(above if issue.verified else home))
    milestones = random.choice(((), (Milestone(name="订货", due=today + timedelta(2)),)))
    planned: Fact = MeasuresPlanned(measures="更换", by="li", milestones=milestones) if issue.owner else IssueAssigned(owner="li")
    done = RectificationDone(result="已换", by=random.choice(("sun", "sun", "li")))
    usual: dict[str, tuple[Fact, ...]] = {
        "entered": (planned, planned, planned, done),
        "planned": (done,),
        "rectified": (verified, verified, RectificationReturned(reason="仍有", **home)),
        "verified": (ObjectionRaised(reason="未换", by="zhou"), ObjectionDecided(upheld=random.random() < 0.5, reason="核实", **above)),
        "struck-off": (
            LookBackDone(holds=random.random() < 0.5, finding="看过", by="zheng", by_unit="bureau"),
            ReopeningOrdered(reason="再次反映", **above),
        ),
        "void": (ReopeningOrdered(reason="再次反映", **above),),
        "handing-over": (HandOverWithdrawn(reason="自办", **home), ReporterAnswered(text="已转", **home)),
        "offered": (HandOverAcknowledged(owner=random.choice(("li", None)), **home), HandOverDeclined(reason="不属", **home)),
    }
    return random.choice((*usual.get(issue.status, (planned,)) * 4, *more * 2, *random.sample(anyway, 2)))
