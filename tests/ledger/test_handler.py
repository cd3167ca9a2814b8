"""What becomes of told events whatever they say: repeated, reused, unreadable, out of place, too large."""

import dataclasses

import pytest
from msgspec.structs import replace

from services.ledger.handler import Limits
from services.ledger.issue.rules import Facts
from services.ledger.issue.state import Issue
from services.ledger.rules import table
from services.ledger.rules.case import Case
from services.ledger.rules.decision import Event
from services.ledger.rules.kind import Kind
from shared.events.fact import Fact
from shared.events.figures import Counts, Head
from shared.events.issue import CarryOverDue, IssueEntered, IssueStruckOff
from shared.events.people import PersonNamed
from shared.events.phase import PhaseDue, SupplementDue
from shared.events.refusal import Refused
from shared.events.statement import StatementSubmitted
from shared.kafka.cloudevents import read_recorded, read_told, told_record
from shared.kafka.dead_letters import unpacked_letter
from shared.kafka.records import Record, Told
from shared.topics import INTAKE, LEDGER, dead_letters
from shared.values import Wording
from tests.ledger.given import Morning, Said, Story, issue, nowhere, unit
from tests.ledger.in_memory import Ledger, drive
from tests.ledger.like import Like
from tests.ledger.sample import ANNOUNCED, ASSIGNED, CONFORMS, DONE, FILED, FOUND, LISTED, PLANNED, REPORTED, UNOWNED

OTHER = UNOWNED.model_copy(update={"text": "另一件事"})
STATEMENT = StatementSubmitted(phase="P1", unit="e1", revision=1, total=Counts(), head=Head(position=1, chain="ab" * 32))
REASON = Wording(zh="不合规", en="against the rules")
BUG = "a bug in a rule"


def book(story: Story) -> list[tuple[str, str, str, bytes]]:
    """All that stands in a book: type, subject, chain and value."""
    return [event for group in story.ledger.groups(story.id) for event in group.events]


def with_value(told: Told, value: bytes, **headers: bytes | None) -> Record:
    """A told record with another value, and perhaps other headers."""
    record = told_record(told)
    return replace(record, value=value, headers=[(name, headers.get(name, raw)) for name, raw in record.headers])


def tell(story: Story, *records: Record) -> list[Record]:
    """Tell a batch of raw records; what was published for it."""
    published = story.ledger.published
    before = len(published)
    story.ledger.tell(*records)
    return published[before:]


# ── the same again ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_again_in_one_batch_has_no_effect_and_the_same_answer() -> None:
    story = issue()
    record = told_record(story.told(REPORTED))
    published = tell(story, record, record)
    of_desk = [record for record in published if read_recorded(record).told_source == "desk"]
    assert len(of_desk) == 6
    assert of_desk[:3] == of_desk[3:]
    assert story.book.entered == 1


def test_the_same_again_in_a_later_batch_and_from_another_copy_of_the_ledger_has_the_same_answer() -> None:
    story = issue()
    record = told_record(story.told(REPORTED))
    first = tell(story, record)
    assert tell(story, record) == first
    assert tell(Story(Ledger(story.ledger.store), "e1"), record) == first


def test_what_becomes_of_told_events_is_counted_once_each() -> None:
    story = issue()
    reported, planned = told_record(story.told(REPORTED)), told_record(story.told(Said(PLANNED, id="no-owner-yet", issue="2")))

    def counted() -> dict[str, float]:
        found = dict[str, float]()
        for family in story.ledger.registry.collect():
            found |= {f"{each.name} {'/'.join(each.labels.values())}".strip(): each.value for each in family.samples}
        names = "recorded_total IssueReported", "recorded_total Refused", "refused_total issue-unknown", "repeated_total", "held_total"
        return {name: found.get(f"xiaohao_{name}", 0) for name in names}

    before = counted()
    tell(story, reported)
    tell(story, planned)
    tell(story, reported, planned)
    assert {name: count - before[name] for name, count in counted().items()} == {
        "recorded_total IssueReported": 1,
        "recorded_total Refused": 1,
        "refused_total issue-unknown": 1,
        "repeated_total": 2,
        "held_total": 0,
    }


def test_the_same_content_in_another_form_is_the_same() -> None:
    story = issue()
    told = story.told(ASSIGNED)
    story.given(REPORTED)
    assert tell(story, told_record(told)) == tell(
        story, with_value(told, b'{ "by":"head-zhao" , "owner":"owner-wang", "unknown": [1, 2] }')
    )


def test_a_book_that_told_others_tells_them_the_same_again() -> None:
    story = nowhere().given(LISTED)
    record = told_record(story.told(ANNOUNCED))
    first = drive(story.ledger.handler.apply([record]))
    assert [each.key for each in first if each.topic == INTAKE] == [b"yz2022/east", b"yz2022/west"]
    assert drive(story.ledger.handler.apply([record])) == first


def test_a_refusal_is_final_for_its_id() -> None:
    story = issue().given(Said(UNOWNED)).when(Said(PLANNED, id="mine")).refuses("no-owner")
    told = story.told(Said(PLANNED, id="mine"))
    story.given(ASSIGNED)
    before = book(story)
    tell(story, told_record(told))
    assert book(story) == before
    story.when(PLANNED).then()


def test_the_same_id_in_two_books_is_two_events() -> None:
    story = issue().when(Said(UNOWNED, id="17")).then(IssueEntered)
    story.at("w1").when(Said(UNOWNED, id="17")).then(IssueEntered)


def test_the_same_id_of_two_sources_is_two_events() -> None:
    story = issue().when(Said(UNOWNED, id="17")).then(IssueEntered)
    story.when(Said(UNOWNED, id="17", source="hotline", issue="2")).then(IssueEntered)


def test_the_same_id_with_another_content_is_refused_and_refused_again_alike() -> None:
    story = issue().given(Said(UNOWNED, id="17")).when(Said(OTHER, id="17")).refuses("id-used")
    before = book(story)
    story.when(Said(OTHER, id="17"), Said(UNOWNED, id="17"))
    assert book(story) == before
    story.when(Said(UNOWNED, id="17", issue="2")).refuses("id-used")


def test_the_same_id_with_another_content_in_one_batch_is_refused_too() -> None:
    story = issue()
    first, second = (told_record(story.told(Said(fact, id="17"))) for fact in (UNOWNED, OTHER))
    published = tell(story, first, second, first, second)
    of_desk = [recorded.type for record in published if (recorded := read_recorded(record)).told_source == "desk"]
    assert of_desk == ["IssueReported", "IssueEntered", "Refused"] * 2


# ── what cannot be taken ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_unknown_type_is_refused_and_the_good_ones_beside_it_go_in() -> None:
    story = issue()
    unknown = with_value(story.told(UNOWNED), b'{"anything":1}', ce_type=b"IssueDeleted", ce_id=b"unknown")
    tell(story, told_record(story.told(REPORTED)), unknown, told_record(story.told(PLANNED)))
    refused = next(fact for fact in story.history() if isinstance(fact, Refused))
    assert (refused.type, refused.rule, "IssueDeleted" in refused.reason.zh) == ("IssueDeleted", "invalid", True)
    assert [type for type, *_ in book(story)][-2:] == ["Refused", "MeasuresPlanned"]


@pytest.mark.parametrize("value", [b"{}", b"[]", b"null", b'{"text":"","category":"environment","channel":"complaint"}', b'{"text":5}'])
def test_data_that_does_not_fit_its_type_is_refused_with_its_field(value: bytes) -> None:
    story = issue()
    tell(story, with_value(story.told(UNOWNED), value))
    refused = story.history()[-1]
    assert refused == Like(Refused, rule="invalid", type="IssueReported")
    assert story.book.entered == 0


@pytest.mark.parametrize(
    ("fact", "source"),
    [
        (IssueStruckOff(number=1, phase="P1", on_time=True, carried_over=False), "xiaohao/book"),
        (Refused(type="IssueReported", rule="invalid", reason=REASON), "desk"),
        (PhaseDue(phase="P1", edge="start"), "desk"),
        (SupplementDue(phase="P1", revision=1), "desk"),
        (CarryOverDue(phase="P3"), "desk"),
        (STATEMENT, "desk"),
        (PersonNamed(person="li", unit="e1", name="李"), "desk"),
    ],
    ids=lambda each: type(each).__name__ if isinstance(each, Fact) else each,
)
def test_what_the_ledger_the_clock_or_another_book_says_cannot_be_told_by_a_bureau(fact: Fact, source: str) -> None:
    issue().given(REPORTED).when(Said(fact, source=source)).refuses("not-told")


def test_a_fact_is_told_to_a_subject_of_its_own_kind() -> None:
    story = issue().given(REPORTED)
    for fact, subject in ((FILED, "issue/desk~1"), (REPORTED, "return/own-plan"), (CONFORMS, "issue/desk~1"), (DONE, "check/1")):
        story.when(Said(fact, subject=f"{story.id}/{subject}")).refuses("wrong-subject")
    story.when(Said(REPORTED, subject=story.id)).refuses("wrong-subject")
    story.when(PLANNED).then()


def test_nothing_but_a_campaign_is_told_to_a_book_that_is_not_open() -> None:
    story = nowhere("e1")
    for fact in (REPORTED, FILED, CONFORMS, PhaseDue(phase="P1", edge="start"), STATEMENT):
        story.when(fact).refuses("book-not-open")
    assert (story.book.position, story.book.entered) == (5, 0)


def test_what_is_told_in_too_many_bytes_is_refused_by_its_size() -> None:
    story = unit(limits=Limits(told=300)).on(FOUND).given(UNOWNED)
    long = OTHER.model_copy(update={"text": "长" * 200})
    story.when(Said(long, issue="2")).refuses("too-large")
    story.when(Said(OTHER, issue="2")).then(IssueEntered)


def test_what_would_be_recorded_in_too_many_bytes_is_refused_and_leaves_nothing_behind() -> None:
    story = unit(limits=Limits(recorded=700)).on(FOUND)
    story.when(Said(UNOWNED.model_copy(update={"text": "长" * 200}))).refuses("too-large")
    assert story.book.entered == 0
    story.when(UNOWNED).then(Like(IssueEntered, number=1))


@pytest.mark.parametrize("value", [b"", b"{", b'{"text":"\xff"}', b"{" * 5000, b'"\\ud800"', None])
def test_what_cannot_be_read_goes_to_the_dead_letters_byte_for_byte_and_the_rest_goes_in(value: bytes | None) -> None:
    story = issue()
    broken = replace(told_record(story.told(Said(OTHER, issue="2"))), value=value)
    out = tell(story, told_record(story.told(REPORTED)), broken, told_record(story.told(PLANNED)))
    dead = next(record for record in out if record.topic == dead_letters(INTAKE))
    kept, _ = unpacked_letter(dead)
    assert (kept.key, kept.value, kept.headers) == (broken.key, broken.value, broken.headers)
    assert dict(dead.headers)["dlt-reason"]
    assert [read_recorded(each).type for each in out if each.topic == LEDGER][-1] == "MeasuresPlanned"


def test_what_stands_in_a_book_does_not_hang_on_what_else_was_in_the_batch_or_which_copy_handled_it() -> None:
    apart, together, anew = issue(), issue(), issue()
    said = [
        apart.told(fact)
        for fact in (
            REPORTED,
            Said(FILED, subject=f"{apart.id}/issue/desk~1"),
            Said(UNOWNED, id="again"),
            Said(OTHER, id="again"),
            ASSIGNED,
        )
    ]
    records = [told_record(each) for each in said]
    records[2:2] = [with_value(apart.told(ASSIGNED), b"{}"), with_value(apart.told(ASSIGNED), b"{}", ce_type=b"Nonsense", ce_id=b"x")]
    for record in records:
        apart.ledger.tell(record)
        Ledger(anew.ledger.store).tell(record)
    together.ledger.tell(*records)
    assert book(apart) == book(together) == book(anew)


def test_a_refusal_in_the_first_batch_of_a_new_copy_lets_the_book_wake_as_before() -> None:
    story = unit()
    Ledger(story.ledger.store).tell(with_value(story.told(UNOWNED), b"{}"))
    story.when(Morning("2022-04-06"))
    assert story.book.phase("P1").status == "open"


@pytest.fixture
def buggy(monkeypatch: pytest.MonkeyPatch) -> set[type[Fact]]:
    """Facts of issues that no rule can take, by a bug: mended once the set is empty."""
    facts: set[type[Fact]] = set()
    row = table.KINDS["issue"]
    assert isinstance(row, Kind)

    def failing(case: Case[Issue, Facts]) -> list[Event]:
        if type(case.fact) in facts:
            raise ValueError(BUG)
        return row.decide(case)

    monkeypatch.setitem(table.KINDS, "issue", dataclasses.replace(row, decide=failing))
    return facts


def test_a_subject_that_was_set_aside_takes_no_more_until_it_is_replayed_and_the_rest_goes_on() -> None:
    story = issue().given(REPORTED)
    culprit = told_record(story.told(PLANNED))
    parked = drive(story.ledger.handler.set_aside(culprit, ValueError(BUG), BUG))
    [(kept, trace)] = [unpacked_letter(each) for each in parked if each.topic == dead_letters(INTAKE)]
    assert (kept.value, trace) == (culprit.value, BUG)
    assert dict(parked[0].headers)["dlt-reason"] == b"ValueError"
    out = tell(story, told_record(story.told(DONE)), told_record(story.told(Said(UNOWNED, issue="2"))))
    assert [each.topic for each in out] == [dead_letters(INTAKE), LEDGER, LEDGER]
    assert b"set aside" in (dict(out[0].headers)["dlt-reason"] or b"")


def told_with_bug(story: Story, *records: Record) -> list[Record]:
    """Tell records one by one, as the bus does once a batch fails; the dead letters."""
    letters = []
    for record in records:
        try:
            out = tell(story, record)
        except ValueError as bug:
            out = [*drive(story.ledger.handler.set_aside(record, bug, BUG))]
        letters += [unpacked_letter(each)[0] for each in out if each.topic == dead_letters(INTAKE)]
    return letters


def test_what_is_replayed_is_recorded_in_the_order_in_which_it_was_told_whatever_is_told_meanwhile(buggy: set[type[Fact]]) -> None:
    told = [told_record(issue().told(fact)) for fact in (PLANNED, DONE, ASSIGNED)]
    undisturbed = issue().given(REPORTED)
    told_with_bug(undisturbed, *told)

    story = issue().given(REPORTED)
    buggy.add(type(PLANNED))
    parked = told_with_bug(story, *told[:2])
    assert [each.value for each in parked] == [each.value for each in told[:2]]
    assert told_with_bug(story, parked[1]) != [], "its turn has not come"
    assert told_with_bug(story, parked[0]) != [], "it fails still"
    buggy.clear()
    assert told_with_bug(story, parked[0]) == []
    late = told_with_bug(story, told[2])
    assert [each.value for each in late] == [told[2].value], "what was told before it still waits"
    assert told_with_bug(story, parked[1], *late, *parked, *late) == []
    assert book(story) == book(undisturbed)
    assert story.ledger.store.asides == {}


def test_what_is_told_again_after_a_crash_waits_once(buggy: set[type[Fact]]) -> None:
    story = issue().given(REPORTED)
    buggy.add(type(PLANNED))
    told = [told_record(story.told(fact)) for fact in (PLANNED, DONE)]
    told_with_bug(story, *told, *told, told[1])
    [waiting] = story.ledger.store.asides.values()
    assert [each.partition("#")[0] for each in waiting] == [each.key for each in map(read_told, told)]


def test_two_contents_of_one_id_wait_as_two_and_the_second_is_refused_for_its_id(buggy: set[type[Fact]]) -> None:
    story = issue().given(REPORTED)
    buggy.add(type(PLANNED))
    first, second = (told_record(story.told(Said(PLANNED.model_copy(update={"measures": text}), id="17"))) for text in ("先", "后"))
    told_with_bug(story, first, second)
    buggy.clear()
    assert told_with_bug(story, first, second) == []
    assert story.history()[-1] == Like(Refused, rule="id-used")
    assert story.ledger.store.asides == {}


def test_what_was_recorded_before_its_subject_was_set_aside_has_its_answer_still() -> None:
    story = issue()
    record = told_record(story.told(REPORTED))
    first = tell(story, record)
    drive(story.ledger.handler.set_aside(told_record(story.told(PLANNED)), ValueError(BUG), BUG))
    assert tell(story, record) == first


def test_time_is_told_to_no_book_and_unreadable_time_is_no_refusal() -> None:
    story = unit()
    before = len(book(story))
    story.given(Morning("2022-04-01"))
    broken = Record(INTAKE, b"any", b'{"now":"noon"}', headers_of_time())
    assert [each.topic for each in tell(story, broken)] == [dead_letters(INTAKE)]
    assert len(book(story)) == before


def headers_of_time() -> list[tuple[str, bytes]]:
    """The headers of a told time."""
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", b"t"),
        ("ce_source", b"clock"),
        ("ce_type", b"TimeTold"),
        ("ce_subject", b"yz2022/e1"),
        ("ce_time", b"2022-04-01T00:00:00Z"),
    ]
