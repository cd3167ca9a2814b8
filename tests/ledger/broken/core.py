"""What breaks each rule of the core."""

from collections.abc import Callable, Sequence
from datetime import date

from services.ledger.handler import Limits
from shared.events.campaign import CampaignAmended
from shared.events.figures import Counts, Head
from shared.events.issue import FollowUpSet
from shared.events.phase import GapAccepted, PhaseDue
from shared.events.statement import StatementSubmitted
from shared.events.strike_off import ReopeningOrdered
from shared.plan import Plan
from shared.plan.clock import Clock, Clocks
from shared.plan.phase import Phase
from shared.units import Seal, Unit, chain_digest, seal
from tests.ledger.given import Morning, Said, Story, issue, nowhere, unit
from tests.ledger.sample import (
    ANNOUNCED,
    ASSIGNED,
    CONFORMS,
    DONE,
    FALLS_SHORT,
    FILED,
    FOUND,
    LIFE,
    LISTED,
    PLANNED,
    REPORTED,
    UNITS,
    UNOWNED,
    VERIFIED,
    changed,
)

FOLLOWED_UP = FollowUpSet(due=date(2022, 9, 20), owner="owner-feng", by="head-zhao")
STATEMENT = StatementSubmitted(phase="P1", unit="e1", revision=1, total=Counts(), head=Head(position=1, chain="ab" * 32))
ROOT, EAST = UNITS[:2]
CHAIN = (
    ROOT,
    *(EAST.model_copy(update={"id": f"c{level}", "parent": f"c{level - 1}" if level > 1 else ROOT.id}) for level in range(1, 13)),
)
DEEP = seal(CHAIN[:12]).model_copy(update={"count": 13, "digest": chain_digest("", CHAIN)})
WIDE = (ROOT, *(EAST.model_copy(update={"id": f"t{number}"}) for number in range(501)))


def by(whom: str) -> Story:
    """A rectified issue is checked by this person."""
    return issue().given(REPORTED, PLANNED, DONE).when(VERIFIED.model_copy(update={"by": whom}))


BROKEN: dict[str, Callable[[], Story]] = {
    "invalid": lambda: issue().when(REPORTED.model_copy(update={"text": ""})),
    "id-used": lambda: issue().given(Said(REPORTED, id="17")).when(Said(PLANNED, id="17")),
    "too-large": lambda: unit(limits=Limits(told=100)).on(FOUND).when(changed(UNOWNED, text="长" * 100)),
    "not-told": lambda: issue().when(Said(PhaseDue(phase="P1", edge="end"), source="desk")),
    "wrong-subject": lambda: issue().when(Said(FILED, subject="yz2022/e1/issue/desk~1")),
    "book-not-open": lambda: nowhere("e1").when(REPORTED),
    "book-open": lambda: unit("bureau").when(ANNOUNCED),
    "tree-part": lambda: nowhere().when(LISTED.model_copy(update={"part": 2})),
    "tree-unit": lambda: nowhere().when(LISTED.model_copy(update={"units": UNITS[1:]})),
    "tree-seal": lambda: nowhere().when(ANNOUNCED),
    "tree-wide": lambda: (
        nowhere()
        .given(LISTED.model_copy(update={"units": WIDE[:400]}), LISTED.model_copy(update={"units": WIDE[400:], "part": 2}))
        .when(ANNOUNCED.model_copy(update={"tree": seal_in(WIDE[:400], WIDE[400:])}))
    ),
    "wrong-campaign": lambda: (
        nowhere().given(LISTED).when(ANNOUNCED.model_copy(update={"plan": ANNOUNCED.plan.model_copy(update={"campaign": "other"})}))
    ),
    "class-unknown": lambda: (
        nowhere().given(LISTED.model_copy(update={"units": zoo()})).when(ANNOUNCED.model_copy(update={"tree": seal(zoo())}))
    ),
    "campaign-taken": lambda: unit("bureau").at("other").when(LISTED.model_copy(update={"units": other()})),
    "not-root": lambda: unit("east").when(CampaignAmended(plan=ANNOUNCED.plan, tree=ANNOUNCED.tree, by="chief-lin")),
    "year-missing": lambda: nowhere().given(LISTED).when(ANNOUNCED.model_copy(update={"plan": into_2027()})),
    "calendar-missing": lambda: (
        issue().given(*LIFE).on("2031-01-06").when(ReopeningOrdered(reason="旧病复发", by="chief-lin", by_unit="bureau"))
    ),
    "tree-deep": lambda: nowhere().given(LISTED.model_copy(update={"units": CHAIN})).when(ANNOUNCED.model_copy(update={"tree": DEEP})),
    "before-campaign": lambda: issue("2022-04-05").when(REPORTED),
    "after-campaign": lambda: issue("2022-09-01").when(REPORTED),
    "phase-unknown": lambda: unit().when(GapAccepted(phase="P9", reason="并入他院", by="e1-head")),
    "phase-not-held": lambda: unit().when(GapAccepted(phase="P1", reason="并入他院", by="e1-head")),
    "already-entered": lambda: issue().given(REPORTED).when(UNOWNED),
    "issue-unknown": lambda: issue().when(ASSIGNED),
    "struck-off": lambda: issue().given(*LIFE).when(DONE),
    "category-unknown": lambda: issue().when(changed(REPORTED, category="weather")),
    "channel-unknown": lambda: issue().when(changed(REPORTED, channel="dream")),
    "target-unknown": lambda: issue().when(CONFORMS.model_copy(update={"target": 99})),
    "target-not-applicable": lambda: unit("e2").on(FOUND).when(CONFORMS.model_copy(update={"target": 2})),
    "no-checklist": lambda: unit("east").on(FOUND).when(CONFORMS),
    "finding-missing": lambda: issue().when(FALLS_SHORT.model_copy(update={"finding": None})),
    "no-owner": lambda: issue().given(UNOWNED).when(PLANNED),
    "no-measures": lambda: issue().given(REPORTED).when(DONE),
    "rectified": lambda: issue().given(REPORTED, PLANNED, DONE).when(DONE),
    "not-rectified": lambda: issue().given(REPORTED, PLANNED).when(VERIFIED),
    "verifier-is-fixer": lambda: by("fixer-sun"),
    "verifier-is-owner": lambda: by("owner-li"),
    "not-carried-over": lambda: issue().given(REPORTED).when(FOLLOWED_UP),
    "follow-up-own": lambda: (
        issue("2022-08-25").given(REPORTED, Morning("2022-09-01")).on("2022-09-02").when(changed(FOLLOWED_UP, by="owner-feng"))
    ),
    "follow-up-past": lambda: issue("2022-08-25").given(REPORTED, Morning("2022-09-01")).on("2022-09-21").when(FOLLOWED_UP),
    "obligation-unknown": lambda: unit("east").given(Morning("2022-04-06")).when(FILED),
    "obligation-mismatch": lambda: unit().when(Said(FILED, subject="yz2022/e1/return/summary")),
    "not-under": lambda: unit("west").when(STATEMENT),
    "old-revision": lambda: unit("east").given(STATEMENT).when(STATEMENT),
}


def zoo() -> tuple[Unit, ...]:
    """A tree of a class that the plan does not have."""
    return (ROOT.model_copy(update={"unit_class": "zoo"}),)


def other() -> tuple[Unit, ...]:
    """A tree of another root."""
    return (ROOT.model_copy(update={"id": "other"}),)


def into_2027() -> Plan:
    """A plan that can be used, but whose grace is long enough to reach a year without calendar up a tree of three levels."""
    phase = Phase(code="P1", name=ANNOUNCED.plan.name, start=date(2026, 10, 1), end=date(2026, 11, 30), grace=15)
    clocks = Clocks(plan=Clock(days=2), fix=Clock(days=3), follow_up=Clock(days=5))
    return Plan(**(dict(ANNOUNCED.plan) | {"phases": (phase,), "obligations": (), "clocks": clocks}))


def seal_in(*told: Sequence[Unit]) -> Seal:
    """The seal of a tree told in these parts."""
    units = [unit for part in told for unit in part]
    digest = ""
    for part in told:
        digest = chain_digest(digest, part)
    return seal(units).model_copy(update={"digest": digest})
