"""The kinds of subjects that stand in a book: the file that rules over each, and the state that decisions need of it."""

from collections.abc import Callable
from datetime import date
from typing import Any, Protocol, cast

from services.ledger import issue
from services.ledger.awards import award, idea, nomination, norm, proposal
from services.ledger.book import statement, tree
from services.ledger.book.state import Book
from services.ledger.duties import (
    activity,
    common_problem,
    hazard,
    indicator,
    light,
    practice,
    returns,
    sample,
    self_check,
    survey,
    unit_plan,
    visit,
    watch_topic,
)
from services.ledger.issue import holding
from services.ledger.rules.decision import Event
from shared.kafka.cloudevents import Told
from shared.plan import Plan

State = Any
"""The state of one subject: an Issue, a Return, a Check, a Statement or a Tree."""


class Subject(Protocol):
    """What a subject's file offers."""

    def touches(self, told: Told) -> list[str]: ...
    def evolve(self, state: State, event: Event, day: date) -> State: ...
    def wakes(self, state: State, plan: Plan) -> Any: ...


SUBJECTS: dict[str, Subject] = {
    kind: cast(Subject, module)
    for kind, module in {
        "issue": issue,
        "return": returns,
        "check": self_check,
        "statement": statement,
        "tree": tree,
        "plan": unit_plan,
        "watch": watch_topic,
        "activity": activity,
        "practice": practice,
        "common": common_problem,
        "hazard": hazard,
        "survey": survey,
        "measure": indicator,
        "light": light,
        "visit": visit,
        "sample": sample,
        "idea": idea,
        "norm": norm,
        "proposal": proposal,
        "held": holding,
        "award": award,
        "nomination": nomination,
    }.items()
}
STATES: dict[str, type] = {
    "book": Book,
    "issue": issue.Issue,
    "return": returns.Return,
    "check": self_check.Check,
    "statement": statement.Statement,
    "tree": tree.Tree,
    "plan": unit_plan.UnitPlan,
    "watch": watch_topic.Watched,
    "activity": activity.Held,
    "common": common_problem.Common,
    "hazard": hazard.Report,
    "survey": survey.Survey,
    "visit": visit.Visit,
    "sample": sample.Sample,
    "idea": idea.Idea,
    "norm": norm.Norm,
    "proposal": proposal.Proposal,
    "held": holding.Hold,
    "award": award.Award,
    "nomination": nomination.Nomination,
}
ALONE: dict[str, Callable[[Told, State, Book, Plan], list[Event]]] = {
    "issue": issue.decide,
    "return": returns.decide,
    "activity": activity.decide,
    "statement": statement.decide,
    "plan": unit_plan.decide,
    "survey": survey.decide,
    "visit": visit.decide,
    "measure": indicator.decide,
    "light": light.decide,
    "idea": idea.decide,
    "norm": norm.decide,
    "proposal": proposal.decide,
}
"""Kinds whose decisions need the subject itself and no other."""
