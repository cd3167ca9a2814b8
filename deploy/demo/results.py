"""What a campaign left: the table that is printed, and the files that are written."""

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx
import orjson
from rich import box
from rich.console import Console
from rich.table import Table

from deploy.demo.stage import READER, Stage

COLUMNS = (
    *(("\nEntered\n上账", "entered"), ("Struck\noff\n销号", "struck_off"), ("On\ntime\n按期", "on_time"), ("\nOverdue\n超期", "overdue")),
    *(("Carried\nover\n挂账", "carried_over"), ("\nFiled\n按时", "filed"), ("\nLate\n逾期", "late"), ("\nMissing\n缺报", "missing")),
)
WIDTH = 80
REFUSED = re.compile(r'^xiaohao_refused_total\{rule="([^"]+)"\} (\d+)', re.MULTILINE)
NAMES = {"report.docx": "word", "ledger.xlsx": "excel"}


async def collect(stage: Stage, campaign: str, out: Path) -> dict[str, Any]:
    """Fetch the figures and write the files into a folder that is there. Returns what the table is made of; it stands in `results.json` too."""
    headers = {"Authorization": f"Bearer {stage.keys[READER]}"}
    async with httpx.AsyncClient(base_url=stage.addresses["reporting"], headers=headers, timeout=120, trust_env=False) as client:
        metrics = {name: await _got(client, f"{address}/metrics") for name, address in stage.addresses.items()}
        results: dict[str, Any] = {
            "campaign": campaign,
            "summary": orjson.loads(await _got(client, f"/api/campaigns/{campaign}/summary")),
            "refused": {rule: int(count) for rule, count in REFUSED.findall(metrics["ledger"].decode())},
            "mails": stage.mailbox.mails,
        }
        for file, kind in NAMES.items():
            results[kind] = f"{campaign}-{file}"
            (out / results[kind]).write_bytes(await _got(client, f"/api/campaigns/{campaign}/{file}"))
    results["metrics"] = f"{campaign}-metrics.txt"
    (out / results["metrics"]).write_bytes(b"\n".join(b"# %s\n" % name.encode() + text for name, text in metrics.items()))
    (out / "results.json").write_bytes(orjson.dumps(results, option=orjson.OPT_INDENT_2))
    return results


async def _got(client: httpx.AsyncClient, url: str) -> bytes:
    response = await client.get(url)
    response.raise_for_status()
    return response.content


def table(results: dict[str, Any]) -> Table:
    """The figures by phase."""
    summary = results["summary"]
    shown = Table(
        box=box.SIMPLE_HEAD,
        title=f"{summary['name']['zh']}  {summary['unit_name']}",
        title_justify="left",
        pad_edge=False,
        padding=(0, 1),
        collapse_padding=True,
    )
    shown.add_column("\nPhase\n阶段")  # a long name is folded, so that no figure is cut
    for head, _ in COLUMNS:
        shown.add_column(head, justify="right", no_wrap=True)
    for phase in summary["phases"]:
        shown.add_row(f"{phase['code']} {phase['name']['zh']}", *_cells(phase["figures"]))
    shown.add_section()
    shown.add_row("Total 合计", *_cells(summary["total"]), style="bold")
    return shown


def lines(results: dict[str, Any]) -> Sequence[str]:
    """The figures that stand below the table."""
    refused = ", ".join(f"{rule} {count}" for rule, count in sorted(results["refused"].items())) or "none"
    return [
        f"Mails sent 邮件通知: {results['mails']}",
        f"Refused by rule 未受理: {sum(results['refused'].values())} ({refused})",
    ]


def plain(results: dict[str, Any]) -> str:
    """Table and lines as plain text, the same on every terminal."""
    text = io.StringIO()
    console = Console(file=text, width=WIDTH, color_system=None, force_terminal=False, legacy_windows=False)
    console.print(table(results))
    for line in lines(results):
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    return "".join(f"{line.rstrip()}\n" for line in text.getvalue().splitlines())


def _cells(figures: dict[str, int]) -> list[str]:
    return [f"{figures[name]:,}" for _, name in COLUMNS]
