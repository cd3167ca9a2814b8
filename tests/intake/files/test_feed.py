"""`xiaohao feed` of a sheet: it prints what was not taken, keeps the sheet with the reasons, and fails where a row was refused."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from tests.intake.files.given import changed, csv, issue_row
from tests.intake.given import Campaign

CHECKOUT = Path(__file__).parents[3]


async def feed(campaign: Campaign, file: Path, *more: str, key: str = "t01") -> tuple[int | None, str]:
    """Run the command: its exit code, and what it printed."""
    place = ["--url", str(campaign.client.base_url), "--key", campaign.secrets[key]]
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "deploy.cli", "feed", str(file), *place, *more),
        cwd=CHECKOUT,
        env=os.environ | {"COLUMNS": "200"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await child.communicate()
    return child.returncode, said.decode()


async def test_a_sheet_is_fed_mended_and_fed_again(campaign: Campaign, tmp_path: Path) -> None:
    sheet, report = tmp_path / "问题.csv", tmp_path / "out.xlsx"
    sheet.write_bytes(csv(issue_row("m1"), issue_row("m2", 类别="天气"), issue_row("m3")))
    of = ("--campaign", "tengzhou-2019", "--form", "issues", "--report", str(report))

    code, said = await feed(campaign, sheet, *of)

    assert code == 1, said
    assert "2 rows told 已报送, 1 rows refused 未受理" in said
    assert "D category" in said
    assert "天气" in said

    report.write_bytes(changed(report.read_bytes(), "D3", "服务环境"))
    code, said = await feed(campaign, report, *of)
    assert (code, "3 rows told 已报送, 0 rows refused 未受理" in said) == (0, True), said


async def test_a_file_that_is_refused_as_a_whole_says_why(campaign: Campaign, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"%PDF-1.7")
    code, said = await feed(campaign, tmp_path / "a.xlsx", "--campaign", "tengzhou-2019", "--form", "issues")
    assert (code, "nothing of it was told" in said, "Traceback" in said) == (1, True, False), said


@pytest.mark.parametrize(("campaign_of", "form"), [("never-was", "issues"), ("tengzhou-2019", "weather")])
async def test_what_there_is_not_is_said_in_words(campaign: Campaign, tmp_path: Path, campaign_of: str, form: str) -> None:
    (tmp_path / "a.csv").write_bytes(csv(issue_row("n1")))
    code, said = await feed(campaign, tmp_path / "a.csv", "--campaign", campaign_of, "--form", form)
    assert (code, "404" in said, "Traceback" in said) == (1, True, False), said


async def test_whose_sheet_it_is_must_be_said(campaign: Campaign, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(csv(issue_row("o1")))
    code, said = await feed(campaign, tmp_path / "a.csv")
    assert (code, "--campaign" in said, "Traceback" in said) == (1, True, False), said
