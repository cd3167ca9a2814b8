"""A unit that an amendment gives another class or other tags: what it answered and is asked no more counts no more. Told in sentences."""

from collections.abc import Mapping
from datetime import date
from random import Random

import pytest

from services.ledger.book.gate import gap
from shared.events.campaign import BookAmended, CampaignAmended
from shared.events.phase import Gap, PhaseSupplemented
from shared.events.returns import ReturnFiled
from shared.events.self_check import SelfCheckAnswered, TargetChecked, TargetLifted
from shared.events.tree import UnitsListed
from shared.plan import Plan
from shared.plan.phase import Needs
from shared.plan.target import Target
from shared.units import Unit, seal
from tests.ledger.book.phases import P1, P2, P3, with_phases
from tests.ledger.given import Morning, Said, Story, announced
from tests.ledger.sample import ASSIGNED, FILED, FOUND, PLAN, UNITS, called

CHECKING: Plan = with_phases(
    P1.model_copy(update={"needs": Needs(checklist=True)}),
    P2,
    P3,
    targets=(*PLAN.targets, Target(number=3, aspect="attitude", text=called("一站式服务"), classes=("clinic",))),
    checklist_of=("clinic", "township"),
)
"""e1, a clinic of grade 2, is asked 1, 2 and 3; without the tag 1 and 3; as a township 1 alone. P1 waits for all of them."""
COUNTED = date.fromisoformat(FOUND)
FOUND_BY_IT = "yz2022/e1/issue/self-check~2"


def answer(target: int, conforms: bool = True) -> SelfCheckAnswered:
    return SelfCheckAnswered(target=target, conforms=conforms, finding="不足", by="clerk-zhou")


def amend(root: Story, e1: Mapping[str, object], version: int = 2) -> Story:
    """The bureau amends the campaign: e1 is changed by this, from what it was at first."""
    units: tuple[Unit, ...] = tuple(each.model_copy(update=e1) if each.id == "e1" else each for each in UNITS)
    plan = Plan(**(dict(CHECKING) | {"version": version}))
    amended = CampaignAmended(plan=plan, tree=seal(units, version), by="bureau-head")
    return root.given(UnitsListed(version=version, part=1, units=units), amended)


def answered(story: Story) -> tuple[int, int]:
    """The figures of the self-check."""
    own = story.book.phase("P1").own
    return own.get("answered", 0), own.get("findings", 0)


def checking(*told: SelfCheckAnswered | ReturnFiled) -> tuple[Story, Story]:
    """The bureau, and e1 that told this."""
    root = announced(CHECKING, "bureau").given(Morning("2022-04-06")).on(FOUND)
    return root, root.at("e1").given(*told)


@pytest.mark.covers("A7", "G7")
@pytest.mark.parametrize(
    ("changes", "lifted"),
    [
        ({"tags": ()}, (2,)),
        ({"unit_class": "township"}, (3,)),
        ({"unit_class": "township", "tags": ()}, (2, 3)),
        ({"unit_class": "bureau"}, (1, 2, 3)),
    ],
    ids="tag class both no-checklist".split(),
)
def test_an_answer_to_what_the_unit_is_asked_no_more_counts_nowhere_from_then_on(
    changes: dict[str, object], lifted: tuple[int, ...]
) -> None:
    root, clinic = checking(answer(1), answer(2, False), answer(3))
    assert answered(clinic) == (3, 1)
    amend(root, changes)
    history = clinic.history()
    said = [TargetLifted(target=each, phase="P1", conforms=each != 2, counted_on=COUNTED) for each in lifted]
    assert [fact for fact in history if isinstance(fact, TargetLifted)] == said
    assert history.index(said[0]) < history.index(next(fact for fact in history if isinstance(fact, BookAmended)))
    assert answered(clinic) == (3 - len(lifted), int(2 not in lifted))
    clinic.when(answer(lifted[0])).refuses("no-checklist" if len(lifted) == 3 else "target-not-applicable")


@pytest.mark.covers("A7", "G7")
def test_what_a_finding_entered_stays_on_the_book_and_where_the_target_applies_again_it_is_answered_anew() -> None:
    root, clinic = checking(answer(1), answer(2, False))
    amend(root, {"tags": ()})
    clinic.given(Said(ASSIGNED, subject=FOUND_BY_IT))
    amend(root, {}, 3)
    assert answered(clinic) == (1, 0)
    clinic.when(answer(2)).then(TargetChecked(target=2, phase="P1", conforms=True))
    assert answered(clinic) == (2, 0)


@pytest.mark.covers("A7")
@pytest.mark.parametrize("above", ["east", "west"])
def test_a_closed_phase_states_the_answers_that_count_still_to_the_unit_above_also_to_another(above: str) -> None:
    root, clinic = checking(answer(1), answer(2, False), answer(3), FILED)
    root.given(Morning("2022-05-01"))
    assert clinic.book.phase("P1").status == "closed"
    amend(root.on("2022-05-20"), {"tags": (), "parent": above})
    root.given(Morning("2022-05-21"))
    (stated,) = [fact for fact in clinic.history() if isinstance(fact, PhaseSupplemented)]
    assert (stated.own.answered, stated.own.findings) == (2, 0)
    assert {unit: root.at(unit).book.phase("P1").below["answered"] for unit in ("east", "west", "bureau")} == {
        "east": 0,
        "west": 0,
        "bureau": 2,
    } | {above: 2}


@pytest.mark.covers("A5", "A7")
def test_a_phase_waits_for_what_is_asked_now_and_no_other_answer_stands_for_it() -> None:
    root, clinic = checking(answer(2), answer(3), FILED)
    amend(root, {"tags": ()})
    root.given(Morning("2022-05-01"))
    assert clinic.book.phase("P1").status == "held"
    assert gap(clinic.book, CHECKING, CHECKING.phase("P1")) == Gap(targets=1)
    clinic.on("2022-05-02").given(answer(1))
    assert clinic.book.phase("P1").status == "closed"


@pytest.mark.covers("A7", "G7")
@pytest.mark.parametrize("seed", range(12))
def test_whatever_a_unit_becomes_it_has_answered_what_it_is_asked_and_never_more(seed: int) -> None:
    chance, (root, clinic) = Random(seed), checking()
    for version in range(2, 8):
        for _ in range(chance.randint(0, 4)):
            clinic.when(answer(chance.randint(1, 3), chance.random() < 0.6))
        e1 = {"unit_class": chance.choice(("clinic", "clinic", "township", "bureau")), "tags": chance.choice((("grade-2",), ()))}
        amend(root, e1, version)
        profile = clinic.book.profile
        asked = {each.number for each in CHECKING.targets_of(profile.unit_class, profile.tags)}
        standing = dict[int, bool]()
        for fact in clinic.history():
            match fact:
                case TargetChecked(target=target, conforms=conforms):
                    standing[target] = conforms
                case TargetLifted(target=target):
                    del standing[target]
        assert standing.keys() <= asked, seed
        assert answered(clinic) == (len(standing), sum(not conforms for conforms in standing.values())), seed
        open_gap = gap(clinic.book, CHECKING, CHECKING.phase("P1"))
        assert (open_gap.targets if open_gap else 0) == len(asked - standing.keys()), seed
