"""How a running campaign is amended: judged whole at its root, then taken by one book after another down the new tree. A7."""

from collections.abc import Iterable, Iterator
from datetime import date
from functools import reduce
from itertools import chain

from msgspec.structs import replace

from services.ledger.book import tree
from services.ledger.book.opening import Place, missing, opened, place, tree_of
from services.ledger.book.periods import opened_once, over_before, owes
from services.ledger.book.phases import prolonged, supplemented
from services.ledger.book.state import Book, evolve, totals_to_date
from services.ledger.book.tree import Tree
from services.ledger.rules.case import AnyCase
from services.ledger.rules.decision import Event, Refused
from services.ledger.rules.world import Announced
from shared.events.campaign import AmendmentPassedDown, BookAmended, BookRemoved, CampaignAmended, CampaignPassedDown, RemovalPassedDown
from shared.events.figures import done_of
from shared.events.self_check import TargetLifted
from shared.plan import Plan
from shared.plan.award import Award
from shared.plan.indicator import Measure
from shared.plan.obligation import Obligation
from shared.plan.periods import award_periods
from shared.plan.phase import Phase
from shared.plan.target import Target
from shared.topics import subject_id
from shared.wording.details import detailed
from shared.workdays import YearMissing


def announced(case: AnyCase, fact: CampaignAmended) -> list[Event]:
    """A campaign is amended at its root, or refused whole. Raises Refused."""
    book, seal = case.book, fact.tree
    if fact.plan.campaign != book.campaign:
        raise Refused("wrong-campaign", campaign=fact.plan.campaign, book=book.id)
    if case.world.owner != book.unit or fact.by_unit not in (None, book.unit):
        raise Refused("not-root", root=case.world.owner)
    in_force = case.world.in_force
    older = seal.version < book.profile.tree_version
    if older or (seal.version == book.profile.tree_version and in_force and seal != in_force.seal):
        raise Refused("tree-seal", detail=detailed([("seal-in-force", {"version": book.profile.tree_version})]))
    told_tree = tree.require_sealed(case.beside(tree_of(book, seal.version), Tree), seal)
    tree.require_lines(told_tree, fact.plan)
    tree.require_placeable(case.world)
    new = Announced(fact.plan, seal)
    _require_fit(case, new, told_tree.classes)
    return amended(case, place(case.world, book.unit), new)


def passed_down(case: AnyCase, down: CampaignPassedDown | AmendmentPassedDown) -> list[Event]:
    """A book takes what the one above goes by: it opens, or is amended; nothing where it goes by this or a later one already. Raises Refused."""
    book, coming = case.book, case.world.coming
    if coming is None:
        if isinstance(down, CampaignPassedDown) and down.plan_version == book.profile.plan_version:
            raise Refused("book-open", book=book.id)
        return []
    at = place(case.world, book.unit, down.path)
    joins = case.day if isinstance(down, AmendmentPassedDown) else None
    return amended(case, at, coming) if book.is_open else opened(book, at, coming, joins)


def removed(case: AnyCase, down: RemovalPassedDown) -> list[Event]:
    """A book leaves the campaign with all below it that left too; nothing where it goes by this amendment or a later one, or left before."""
    book = case.book
    if case.world.coming is None or book.profile.left_by:
        return []
    own, _ = totals_to_date(book)
    done, due = done_of(own.model_dump().__getitem__)
    gone = BookRemoved(
        plan_version=down.plan_version,
        tree_version=down.tree_version,
        path=(*down.path, book.unit),
        units_below=missing(case.world, book.profile.units_below),
        reported_to=down.reported_to,
        open=max(due - done + own.standing - own.standing_left, 0),
        own=own,
    )
    return [Event(book.id, gone)]


def _require_fit(case: AnyCase, amendment: Announced, classes: Iterable[str]) -> None:
    """An amendment can follow the plan in force, in a tree with these classes. Raises Refused, with every mistake."""
    book, plan, day, new = case.book, case.plan, case.day, amendment.plan
    codes, known = {phase.code for phase in new.phases}, {entry.code for entry in new.classes}
    begun = [phase for phase in plan.phases if plan.begins(phase) <= day or book.phase(phase.code).status != "ahead"]
    # As the last plan had them that did: what was filed or told under a code stays in the books where an amendment dropped that.
    returns = {owed.code: (of, owed) for of in (*case.world.earlier, plan) for owed in of.obligations}
    measures = {each.code: each for of in (*case.world.earlier, plan) for each in of.measures}
    unfit = {
        "missing": [phase.code for phase in plan.phases if phase.code not in codes],
        "moved": sorted(
            {phase.code for phase in begun if phase.code in codes and new.begins(new.phase(phase.code)) != plan.begins(phase)}
            | _past(plan, new, day)
        ),
        "classes": [each for each in classes if each not in known],
        "returns": [
            code
            for code, (of, owed) in returns.items()
            if _owed(of, owed, day) and not _goes_on(owed, new.obligation(code), of is not plan and _is_over(of, owed, day))
        ],
        "awards": [award.code for award in plan.awards if _nominated(plan, award, day) and not _judged_alike(award, new)],
        "targets": [str(target.number) for target in plan.targets if begun and not _still_asked(target, plan, new)],
        "measures": [each.code for each in new.measures if begun and _told_otherwise(each, measures.get(each.code, each))],
        "years": sorted({str(year) for phase in new.phases if (year := _year_missing(new, phase, amendment.seal.levels))}),
    }
    if new.version != plan.version + 1 or any(unfit.values()):
        listed = {name: ", ".join(each) or "-" for name, each in unfit.items()}
        raise Refused("amendment-unfit", version=new.version, expected=plan.version + 1, **listed)


def _past(plan: Plan, new: Plan, day: date) -> set[str]:
    """The phases that would take over days that are over (A3): a mark of such a day would be withdrawn elsewhere than it was counted."""
    begun = {(phase.code, plan.begins(phase)) for phase in plan.phases}
    return {phase.code for phase in new.phases if (begins := new.begins(phase)) < day and (phase.code, begins) not in begun}


def _owed(plan: Plan, owed: Obligation, day: date) -> bool:
    """Whether some book may owe a return on a day: since its phase began, or before where it falls due before that (A4)."""
    first = plan.begins(plan.phase(owed.phase))
    if owed.cadence == "once" and (due := plan.due_of(owed)) < first:
        first = min(first, plan.begins(plan.phase(within)) if (within := plan.phase_on(due)) else plan.issued)
    return first <= day


def _goes_on(owed: Obligation, new: Obligation | None, lifted: bool) -> bool:
    """Whether a return stays in its phase and cadence, or is dropped for good: what is open would be filed for one phase, and awaited in another."""
    return new is None or ((new.phase, new.cadence) == (owed.phase, owed.cadence) and not lifted)


def _is_over(plan: Plan, owed: Obligation, day: date) -> bool:
    """Whether the last day of a return that is owed once is over: books lifted it on that, where it was dropped, and take it no more."""
    return owed.cadence == "once" and plan.due_of(owed) < day


def _nominated(plan: Plan, award: Award, day: date) -> bool:
    """Whether some book may hold a nomination for an award on a day: the root sees none but its own."""
    return any(period.first <= day for period in award_periods(plan, award)[:1])


def _judged_alike(award: Award, new: Plan) -> bool:
    """Whether what is nominated can still be judged and decided where it lies: in its periods, by its units, in its rounds."""
    other = next((each for each in new.awards if each.code == award.code), None)
    return (
        other is not None
        and (other.phase, other.cadence) == (award.phase, award.cadence)
        and {*award.given_by} <= {*other.given_by}
        and [each.code for each in award.rounds] == [each.code for each in other.rounds]
    )


def _still_asked(target: Target, plan: Plan, new: Plan) -> bool:
    """Whether all units that check themselves against a target do so still: what one found could be answered no more, and would count as answered."""
    other = new.target(target.number)
    before, after = ({*(each.classes or of.checklist_of)} & {*of.checklist_of} for each, of in ((target, plan), (other or target, new)))
    return other is not None and {*other.needs} <= {*target.needs} and before <= after


def _told_otherwise(measure: Measure, before: Measure) -> bool:
    """Whether a measure has other periods than before: figures of both would be added up, and the latest be neither's."""
    return measure.cadence != before.cadence


def _year_missing(plan: Plan, phase: Phase, levels: int) -> int | None:
    try:
        plan.grace_ends(phase, levels - 1)
    except YearMissing as missing:
        return missing.year
    return None


def amended(case: AnyCase, at: Place, amendment: Announced) -> list[Event]:
    """A book takes an amendment, at this position; under another unit than before, or under it again, it states its closed phases. Raises Refused."""
    book, plan, day, new = case.book, case.plan, case.day, amendment.plan
    fact = BookAmended(
        path=at.path,
        **at.said_of_book(amendment),
        left=tuple(each for each in book.profile.units_below if each not in at.below),
        removed=missing(case.world, book.profile.units_below),
        stated=tuple(code for code, state in book.phases.items() if any(state.below.values())),
    )
    again = prolonged(book, plan, new, day)
    opened_again = {each.phase for each in again}
    under_way = [phase for phase in plan.phases if phase.code in opened_again or book.phase(phase.code).status in ("open", "held")]
    # What was opened once may be met or lifted by now, where an amendment in between had dropped it or changed the unit's class.
    before = {each.code for phase in plan.phases for each in owes(book, plan, phase.code)} | book.opened.keys()
    after = replace(book, profile=replace(book.profile, unit_class=at.unit.unit_class))
    over = over_before(after, book.profile.unit_class, plan, new, day)
    after = replace(after, over=(*book.over, *over))
    more = {phase.code: [each for each in owes(after, new, phase.code) if each.code not in before] for phase in under_way}
    returns = {code: awaited for code, owed in more.items() if (awaited := tuple(each.code for each in owed if each.closes))}
    # A last day may lie after its phase (A4): what is due from now on is owed also where the phase has closed, though that waits for it no more.
    closed = [phase.code for phase in plan.phases if book.phase(phase.code).status == "closed" and phase.code not in opened_again]
    due = [each for code in closed for each in owes(after, new, code) if each.code not in before]
    # A version that it did not take passed it by while a tree left it out: the unit above withdrew its statements then.
    moved = at.above != book.profile.path[:-1] or new.version > plan.version + 1
    lifted = list(_lifted(book, new, at))
    counting = reduce(lambda before, event: evolve(before, event, day), lifted, book)
    return [
        # First, so that nobody ever counts more answers than there are targets.
        *lifted,
        Event(book.id, fact.model_copy(update={"returns": returns, "over": over})),
        *(Event(book.id, each) for each in again),
        # Before the returns: one that the unit's own plan meets at once counts in the supplement after this.
        *(supplemented(counting, code) for code in closed if moved),
        *(event for each in chain(*more.values(), due) for event in opened_once(book, new, each)),
    ]


def _lifted(book: Book, new: Plan, at: Place) -> Iterator[Event]:
    """The answers to targets that apply to the unit no more, of the class and with the tags that it has now, count no more."""
    asked = {target.number for target in new.targets_of(at.unit.unit_class, at.unit.tags)}
    for number, answer in sorted(book.answers.items()):
        if number not in asked:
            lifted = TargetLifted(target=number, phase=answer.phase, conforms=answer.conforms, counted_on=answer.since)
            yield Event(subject_id(book.id, lifted.kind, str(number)), lifted)
