"""What pages tell readers to run and where they send them: each command is one that there is, each link leads somewhere, each event is one that may be told."""

import re
import shlex
from pathlib import Path
from typing import Any

import orjson
import pytest
import typer

from deploy.cli.app import app
from shared.events.catalogue import CATALOGUE

ROOT = Path(__file__).parents[2]
PAGES = sorted({ROOT / "README.md", *(ROOT / "docs").glob("*.md")} - {ROOT / "docs/events.md"})
COMMAND = re.compile(r"^\$ (?:[^\n]*?&& )?(?:[\w.]+/)*xiaohao ([^\n|;&>]+)", re.MULTILINE)
"""One in a block, behind a dollar."""
LINK = re.compile(r"\]\(([^)\s]+)\)")
EVENT = re.compile(r"""\{"specversion".*?\}\}""", re.DOTALL)


def understood(command: str) -> None:
    """Read a command line as the program would, without running it. Raises where it would not be understood."""
    words = shlex.split(command)
    read: Any = typer.main.get_command(app)
    while hasattr(read, "commands"):
        read = read.commands[words.pop(0)]
    read.make_context("xiaohao", words)


def anchor(heading: str) -> str:
    """What a heading is linked by."""
    return re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_a_page_is_understood(page: Path) -> None:
    for command in COMMAND.findall(page.read_text()):
        understood(command)


def test_a_command_that_there_is_not_would_be_found() -> None:
    for command, wrong in (("fed issues.xlsx", "fed"), ("keys renew t01", "renew"), ("feed issues.xlsx --compaign x", "compaign")):
        with pytest.raises(Exception, match=wrong):
            understood(command)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_of_a_page_leads_to_a_file_and_a_heading(page: Path) -> None:
    for link in LINK.findall(page.read_text()):
        path, _, heading = link.partition("#")
        if ":" in path:
            continue
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        if heading and target.suffix == ".md":
            assert heading in map(anchor, re.findall(r"^#+ (.+)$", target.read_text(), re.MULTILINE)), link


def test_every_event_of_the_page_of_doors_may_be_told() -> None:
    written = re.sub(r"'\$(\w+)'|\$(\w+)", lambda found: (found[1] or found[2]).lower(), (ROOT / "docs/feed.md").read_text())
    events: list[dict[str, Any]] = [orjson.loads(each) for each in EVENT.findall(written) if "…" not in each]
    assert len(events) == 5
    for event in events:
        CATALOGUE[event["type"]].model_validate(event["data"], strict=False)
