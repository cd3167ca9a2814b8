"""`xiaohao verify`: a campaign that was played is proved, and one byte altered in the store is found."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.client.proof import Scope
from tests.deploy.given import Played

CHECKOUT = Path(__file__).parents[3]


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
    whole = [sys.executable, "-m", "deploy.cli", "verify", *arguments]
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
    assert Scope(unit="x").covers("c/y", ("x", "y"))
    assert not Scope(unit="x", alone=True).covers("c/y", ("x", "y"))
    assert not Scope(campaign="d", unit="x").covers("c/x", ("x",))
