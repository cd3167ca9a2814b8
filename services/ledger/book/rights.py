"""Who may tell what of a book: the roster of roles (任职), and what only a role or a unit above may say."""

from collections.abc import Iterator

from services.ledger.book.state import Book
from services.ledger.rules.decision import Refused
from shared.events.fact import Fact, fields_of
from shared.events.issue import IssueReported, MeasuresPlanned, RectificationDone
from shared.events.roles import RoleEnded, RoleGiven
from shared.events.visit import ContactPointNamed
from shared.kafka.records import Told
from shared.plan import Plan
from shared.values import Wording

MOST = 200
"""Persons of one unit's roster: it lies in the book, which is loaded for every decision."""
PERSONS = ("by", "owner")
"""The fields of a told fact that name a person of the unit."""
ROSTER = (RoleGiven, RoleEnded)


def require_right(told: Told, book: Book, plan: Plan) -> None:
    """Whoever tells this of a book may. Raises Refused."""
    fact, path = told.fact, book.profile.path
    by_unit = fact.said("by_unit")
    above = (*path, *book.profile.superiors.values())
    if by_unit is not None and by_unit not in above:
        raise Refused("by-unit-not-above", by_unit=by_unit, path=", ".join(above))
    own = by_unit in (None, book.unit)
    if told.type in plan.rights.above:
        require_superior(told, book)
    if own:
        for act, by in _acts(fact):
            _require_role(act, by, book, plan)
    if plan.rights.roster == "closed":
        _require_known(fact, book, own)


def require_superior(told: Told, book: Book) -> None:
    """A unit above tells this; above the root there is none. Raises Refused."""
    path = book.profile.path
    if told.fact.said("by_unit") in (None, book.unit) and len(path) > 1:
        raise Refused("needs-superior", type=_named(told.fact), above=", ".join(path[:-1]))


def _acts(fact: Fact) -> Iterator[tuple[type[Fact], str | None]]:
    """What somebody does by telling this, and who: an issue told as rectified was planned and rectified in the same breath (边查边改)."""
    if "by" in fields_of(type(fact)):
        yield type(fact), fact.said("by")
    if isinstance(fact, IssueReported) and fact.fixed:
        yield from ((act, fact.fixed.by) for act in (MeasuresPlanned, RectificationDone))


def _require_role(act: type[Fact], by: str | None, book: Book, plan: Plan) -> None:
    """A person of the unit has one of the roles that the plan asks for. Raises Refused."""
    asked = {role.code for role in plan.rights.roles if act.__name__ in role.acts}
    # Somebody must be able to give the first role: the person responsible (第一责任人).
    first = act in ROSTER and by is not None and by == book.profile.responsible
    if asked and not first and not asked & {role for person, role in book.roster if person == by}:
        raise Refused("no-right", by=by or "–", type=_named(act), roles=", ".join(sorted(asked)))


def _named(act: Fact | type[Fact]) -> Wording:
    """What somebody does, as a reason names it."""
    model = act if isinstance(act, type) else type(act)
    return Wording(zh=f"“{model.zh}”", en=model.__name__)


def _require_known(fact: Fact, book: Book, own: bool) -> None:
    """The unit knows the persons named. Of a unit above only the owner is one of this unit's persons. Raises Refused."""
    if isinstance(fact, ROSTER):
        return
    known = {book.profile.responsible, *(person for person, _ in book.roster)}
    named = [(field, fact.said(field)) for field in (PERSONS if own else PERSONS[1:])]
    if isinstance(fact, IssueReported) and fact.fixed:
        named.append(("fixed.by", fact.fixed.by))
    for field, person in named:
        if person is not None and person not in known:
            raise Refused("person-unknown", person=person, field=field)


def require_givable(fact: RoleGiven, book: Book, plan: Plan) -> None:
    """The plan has a role, and the roster room for a person. Raises Refused."""
    known = [role.code for role in plan.rights.roles]
    if fact.role not in known:
        raise Refused("role-unknown", role=fact.role, known=", ".join(known) or "–")
    if len({person for person, _ in book.roster} | {fact.person}) > MOST:
        raise Refused("roster-full", limit=MOST)


def require_given(fact: RoleEnded, book: Book) -> None:
    """Somebody has a role that ends. Raises Refused."""
    if (fact.person, fact.role) not in book.roster:
        raise Refused("role-not-held", person=fact.person, role=fact.role)


def require_leader(fact: ContactPointNamed, book: Book) -> None:
    """A contact point belongs to the unit or to one above it. Raises Refused."""
    if fact.unit not in book.profile.path:
        raise Refused("leader-elsewhere", unit=fact.unit, path=", ".join(book.profile.path))
