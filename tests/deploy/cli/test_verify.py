"""Whatever is rewritten, taken out or slipped in shows, at its first position, also where the whole chain was made anew."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.cli.verify import Wanted
from deploy.client.chains import Broken, Chains, Vouched, parted, vouches
from shared.kafka.cloudevents import chained, read_recorded
from shared.kafka.records import Recorded
from shared.topics import LEDGER
from tests.deploy.conftest import Played
from tests.ledger.given import Morning, nowhere
from tests.ledger.sample import ANNOUNCED, DONE, FOUND, LISTED, PLANNED, REPORTED

CHECKOUT = Path(__file__).parents[3]
Events = list[Recorded]


def history() -> Events:
    """A campaign whose first phase closed in every book: statements went up to the root."""
    story = nowhere().given(LISTED, ANNOUNCED).at("e1").on(FOUND).given(REPORTED, PLANNED, DONE, Morning("2022-05-20"))
    return [read_recorded(record) for record in story.ledger.published if record.topic == LEDGER]


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


@pytest.mark.covers("C18")
def test_a_content_that_was_changed_shows_at_its_position() -> None:
    events = [replace(each, value=each.value + b" ") if (each.book, each.position) == ("yz2022/e1", 4) else each for each in history()]
    assert [(each.book, each.position) for each in told(events).broken()] == [("yz2022/e1", 4)]


def test_an_event_that_was_taken_out_shows_at_its_position() -> None:
    events = [each for each in history() if (each.book, each.position) != ("yz2022/e1", 5)]
    assert [(each.book, each.position, each.what) for each in told(events).broken()] == [("yz2022/e1", 5, "is missing; 6 comes next")]


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


@pytest.fixture
def altered(played: Played) -> Iterator[str]:
    """A book of the campaign that was played, one event of which is altered in the store."""
    with MongoClient[dict[str, Any]](played.stage.mongodb_uri) as client:
        recorded = client[f"{played.stage.namespace}xiaohao-ledger"]["recorded"]
        group = recorded.find_one({"first": {"$gt": 3}})
        assert group
        before = group["events"][0][3]
        recorded.update_one({"_id": group["_id"]}, {"$set": {"events.0.3": before + b" "}})
        yield f"{group['book']}@{group['first']}"
        recorded.update_one({"_id": group["_id"]}, {"$set": {"events.0.3": before}})


def command(played: Played, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": "/usr/bin:/bin",
        "XIAOHAO_KAFKA_BOOTSTRAP": played.stage.kafka_bootstrap,
        "XIAOHAO_MONGODB_URI": played.stage.mongodb_uri,
        "XIAOHAO_NAMESPACE": played.stage.namespace,
    }
    whole = [sys.executable, "-m", "deploy.cli.main", "verify", *arguments]
    return subprocess.run(whole, cwd=CHECKOUT, env=environment, capture_output=True, text=True, check=False)


def test_a_campaign_as_it_was_is_proved_against_topic_and_store_and_the_head_of_its_root_printed(played: Played) -> None:
    ran = command(played)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "every book is as it was recorded" in ran.stdout
    head = ran.stdout.splitlines()[0]
    assert head.startswith(f"{played.plan.campaign}/")
    assert command(played, "--head", head).returncode == 0
    assert command(played, "--head", head[:-1] + ("0" if head[-1] != "0" else "1")).returncode == 1


def test_one_byte_altered_in_the_store_is_found_at_its_position(played: Played, altered: str) -> None:
    ran = command(played)
    assert ran.returncode == 1
    assert f"{altered} (store)" in ran.stdout
    book = altered.partition("@")[0]
    assert command(played, "--unit", book.partition("/")[2], "--alone").returncode == 1


def test_a_subtree_is_a_unit_and_all_below_it_or_its_book_alone() -> None:
    assert Wanted(unit="x").covers("c/y", ("x", "y"))
    assert not Wanted(unit="x", alone=True).covers("c/y", ("x", "y"))
    assert not Wanted(campaign="d", unit="x").covers("c/x", ("x",))
