"""The oracle finds nothing in a campaign as it was, and every count that is altered."""

import asyncio
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from deploy.demo.oracle import compare
from deploy.demo.recount import recount
from deploy.demo.results import collect
from services.reporting.summing import DOT
from tests.deploy.given import Played

CHECKOUT = Path(__file__).parents[3]


def oracle(played: Played, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "deploy.demo.oracle", "--kafka", played.stage.kafka_bootstrap]
    command += ["--namespace", played.stage.namespace, "--folder", str(folder)]
    return subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=False)


def test_a_campaign_as_it_was_agrees_with_its_topic(played: Played) -> None:
    ran = oracle(played, played.out)
    assert ran.returncode == 0, ran.stdout
    assert ran.stdout.startswith("0 differences")


def test_one_count_altered_in_the_read_model_is_seen_in_the_table_and_in_both_files(played: Played, tmp_path: Path) -> None:
    with MongoClient[dict[str, Any]](played.stage.mongodb_uri) as client:
        sums, cell = client[f"{played.stage.namespace}xiaohao-reporting"]["sums"], f"n.once.P3{DOT}1/entered"
        row = sums.find_one({"of": {"$not": {"$regex": "/"}}, cell: {"$exists": True}})
        assert row
        sums.update_one({"_id": row["_id"]}, {"$inc": {cell: 1}})
        try:
            asyncio.run(collect(played.stage, played.plan.campaign, tmp_path))
        finally:
            sums.update_one({"_id": row["_id"]}, {"$inc": {cell: -1}})
    ran = oracle(played, tmp_path)
    assert ran.returncode == 1
    told = played.results["summary"]["phases"][0]["figures"]["entered"]
    assert f"summary P3.1 entered: {told + 1}, but the topic says {told}" in ran.stdout
    assert "report.docx: phase 宣传自查" in ran.stdout
    assert f"ledger.xlsx: 宣传自查 上账: {told + 1}, but the topic says {told}" in ran.stdout


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda results: results.update(mails=results["mails"] - 1), "mails sent"),
        (lambda results: results["refused"].update({"no-owner": 99}), "refused by rule"),
        (lambda results: results["summary"]["total"].update(missing=99), "summary total missing: 99"),
        (lambda results: results["summary"]["units"].pop(), "summary units"),
        (lambda results: results["summary"].update(late_now=99), "summary late now: 99"),
    ],
)
async def test_every_other_figure_is_compared_too(played: Played, change: Any, said: str) -> None:
    found = await recount(played.stage.broker.connection, played.plan.campaign, played.stage.namespace)
    results = {**played.results, "refused": dict(played.results["refused"])}
    results["summary"] = {**played.results["summary"], "total": dict(played.results["summary"]["total"])}
    results["summary"]["units"] = list(played.results["summary"]["units"])
    change(results)
    assert any(line.startswith(said) for line in compare(found, results, played.out))


async def test_a_campaign_that_is_not_on_the_topic_is_no_agreement(played: Played) -> None:
    found = await recount(played.stage.broker.connection, "another", played.stage.namespace)
    assert compare(found, played.results, played.out) == ["the topic holds no such campaign"]
