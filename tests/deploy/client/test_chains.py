"""Whatever is rewritten, taken out or slipped in shows, at its first position, also where the whole chain was made anew."""

from collections.abc import Sequence
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from deploy.client.chains import Broken, Chains, Vouched, parted, vouches
from shared.kafka.cloudevents import chained, read_recorded
from shared.kafka.records import Recorded
from shared.topics import LEDGER
from tests.ledger.given import Morning, nowhere
from tests.ledger.sample import ANNOUNCED, DONE, FOUND, LISTED, PLANNED, REPORTED

Events = list[Recorded]


@cache
def _history() -> tuple[Recorded, ...]:
    """A campaign whose first phase closed in every book: statements went up to the root."""
    story = nowhere().given(LISTED, ANNOUNCED).at("e1").on(FOUND).given(REPORTED, PLANNED, DONE, Morning("2022-05-20"))
    return tuple(read_recorded(record) for record in story.ledger.published if record.topic == LEDGER)


def history() -> Events:
    """Its events, in the order in which they were published."""
    return list(_history())


def told(events: Sequence[Recorded], source: str = "topic") -> Chains:
    chains = Chains(source)
    for event in events:
        if claim := vouches(event):
            chains.vouched.setdefault(claim[0], []).append(claim[1])
    for event in events:
        chains.add(event)
    return chains


def rewritten(events: Events, book: str, position: int) -> Events:
    """The history with a book rewritten from a position on, every later hash made to fit."""
    after, chain = [], ""
    for event in events:
        if event.book == book:
            value = event.value.replace(b'"fact":{', b'"fact":{ ') if event.position == position else event.value
            chain = chained(chain, value)
            after.append(replace(event, value=value, chain=chain))
        else:
            after.append(event)
    return after


def test_a_history_as_it_was_is_whole_and_its_repeats_say_nothing_new() -> None:
    events = history()
    chains = told([*events, *events[:40]])
    assert list(chains.broken()) == []
    assert chains.books["yz2022/bureau"].position == max(event.position for event in events if event.book == "yz2022/bureau")
    assert list(parted(chains, told(events, "store"))) == []


@given(st.data())
def test_a_history_is_whole_also_where_batches_arrived_in_part_and_were_published_again(data: st.DataObject) -> None:
    events = whole = history()
    delivered: Events = []
    while events:
        batch, events = events[: (size := data.draw(st.integers(1, len(events))))], events[size:]
        for _ in range(data.draw(st.integers(0, 2))):
            delivered += [event for event in batch if data.draw(st.booleans())]  # its ledger was killed: some of it had arrived
        delivered += batch
    chains = told(delivered)
    assert list(chains.broken()) == []
    assert list(parted(chains, told(whole, "store"))) == []


@pytest.mark.covers("C18")
def test_a_content_that_was_changed_shows_at_its_position() -> None:
    events = [replace(each, value=each.value + b" ") if (each.book, each.position) == ("yz2022/e1", 4) else each for each in history()]
    assert [(each.book, each.position) for each in told(events).broken()] == [("yz2022/e1", 4)]


def test_an_event_that_was_taken_out_shows_at_its_position() -> None:
    events = [each for each in history() if (each.book, each.position) != ("yz2022/e1", 5)]
    assert [(each.book, each.position, each.what) for each in told(events).broken()] == [("yz2022/e1", 5, "is missing; 18 comes later")]


def test_a_book_rewritten_with_all_its_hashes_is_betrayed_by_the_statement_that_went_up() -> None:
    [found] = [each for each in told(rewritten(history(), "yz2022/e1", 3)).broken() if each.book == "yz2022/e1"]
    assert "rewritten since" in found.what
    assert found.source.startswith("yz2022/east@")


def test_a_tree_rewritten_below_the_root_is_betrayed_by_the_head_of_the_root_that_somebody_noted() -> None:
    events = history()
    root = told(events).books["yz2022/bureau"]
    chains = Chains("topic", {"yz2022/bureau": [Vouched(root.position, root.chain, "the head that was noted")]})
    for event in rewritten(events, "yz2022/bureau", 2):
        chains.add(event)
    assert list(chains.broken()) == [
        Broken("yz2022/bureau", root.position, "the head that was noted", "the statement above carries another hash: rewritten since")
    ]


def test_a_book_cut_short_below_its_statement_shows() -> None:
    events = [each for each in history() if each.book != "yz2022/e2" or each.position < 3]
    [found] = list(told(events).broken())
    assert (found.book, found.position) == ("yz2022/e2", 3)


def test_what_the_chain_does_not_cover_shows_between_topic_and_store() -> None:
    events = history()
    other = [replace(each, subject=f"{each.subject}x") if (each.book, each.position) == ("yz2022/e1", 4) else each for each in events]
    assert list(parted(told(events), told(other, "store"))) == [("yz2022/e1", "topic and store have other events")]
