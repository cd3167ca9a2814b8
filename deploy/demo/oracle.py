"""The oracle: compares every figure that was printed or written with the campaign counted again from its topic.

python -m deploy.demo.oracle --kafka HOST:PORT --folder out
"""

import argparse
import asyncio
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from deploy.demo.oracle_files import compare_excel, compare_word
from deploy.demo.recount import Recount, recount
from shared.kafka.broker import Broker
from shared.settings import read_settings

FIGURES = (
    *("units", "gaps", "entered", "struck_off", "on_time", "overdue", "carried_over"),
    *("filed", "late", "missing", "answered", "findings"),
)


def compare(topic: Recount, results: dict[str, Any], folder: Path) -> list[str]:
    """Every figure that differs from the topic's, in words; none: all are right. `results` is what the table was printed from."""
    differences = list(topic.broken)

    def same(what: str, printed: object, counted: object) -> None:
        if printed != counted:
            differences.append(f"{what}: {printed}, but the topic says {counted}")

    if not topic.units or not topic.plan:
        return [*differences, "the topic holds no such campaign"]
    summary = results["summary"]
    same("phases", [each["code"] for each in summary["phases"]], [each["code"] for each in topic.plan["phases"]])
    for phase in summary["phases"]:
        code, counted = phase["code"], topic.total(phase["code"])
        for name in FIGURES:
            same(f"summary {code} {name}", phase["figures"][name], counted[name])
        # The root's last revision holds all acts, once each.
        statement, acts = topic.statements.get((topic.root, code), {"own": {}, "total": {}}), topic.acts(code)
        for name in FIGURES:
            same(f"summary {code} acts {name}", phase["acts"][name], acts[name])
            same(f"statement of {topic.root}, {code} total {name}", statement["total"].get(name), acts[name])
            same(f"statement of {topic.root}, {code} own {name}", statement["own"].get(name), topic.counts[topic.root, code][name])
    for name in FIGURES:
        same(f"summary total {name}", summary["total"][name], topic.total()[name])
    same("summary late now", summary["late_now"], sum(issue.late for issue in topic.issues.values()))
    same("summary carried and open", summary["carried_open"], sum(issue.carried and not issue.struck for issue in topic.issues.values()))
    below = sorted(id for id, unit in topic.units.items() if unit.get("parent") == topic.root)
    same("summary units", [each["unit"] for each in summary["units"]], below)
    for unit in summary["units"]:
        for name in FIGURES:
            same(f"summary {unit['unit']} {name}", unit["total"][name], topic.total(top=unit["unit"])[name])
    for owed in summary["obligations"]:
        counted = topic.owed(owed["code"])
        same(f"summary {owed['code']} owed", owed["owed"], counted.total())
        for state in ("filed", "late", "missing", "open"):
            same(f"summary {owed['code']} {state}", owed[state], counted[state])
    same("refused by rule", results["refused"], dict(topic.refused))
    same("mails sent", results["mails"], topic.mails)
    compare_word(folder / results["word"], topic, same)
    compare_excel(folder / results["excel"], topic, same)
    return differences


def main() -> None:
    """Compare what a folder holds with the topic. Exit 1 where anything differs."""
    parser = argparse.ArgumentParser(description="Compare the figures in a folder with those of the topic.")
    parser.add_argument("--kafka", required=True, help="Kafka's bootstrap servers")
    parser.add_argument("--folder", type=Path, default=Path("out"), help="what `xiaohao demo` wrote")
    parser.add_argument("--namespace", default="")
    given = parser.parse_args()
    connection = replace(Broker.of(read_settings()), bootstrap=given.kafka).connection
    results = json.loads((given.folder / "results.json").read_text("utf-8"))
    topic = asyncio.run(recount(connection, results["campaign"], given.namespace))
    differences = compare(topic, results, given.folder)
    for line in differences:
        sys.stdout.write(f"{line}\n")
    sys.stdout.write(f"{len(differences)} differences; {topic.position.total()} events in {len(topic.position)} books read\n")
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
