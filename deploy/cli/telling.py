"""`xiaohao announce`, `feed` and `simulate`: what tells intake."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.command import Kafka, Secret, Url, command, err, mistakes_in_words, out, say
from deploy.client.signals import interruptible

IN_SIGHT = "While this runs, all users of this machine see the key on its command line: say --key @FILE, or XIAOHAO_API_KEY_FILE. 密钥在命令行上可被他人看到"


@command
def announce(
    plan: Annotated[Path, typer.Argument(help="The plan, as YAML.", dir_okay=False)],
    units: Annotated[Path, typer.Argument(help="The tree of units: a list in YAML or JSON, parents before their units.", dir_okay=False)],
    key: Secret = None,
    url: Url = None,
) -> None:
    """Announce a campaign: its plan and its tree of units. Both are checked before anything is told."""
    from deploy.client.announcement import announcement
    from deploy.client.at_hand import find_intake
    from deploy.client.door import Door
    from deploy.plans.read import read_both

    campaign, tree = read_both(plan, units)
    address, secret = find_intake(url, key)
    unnamed = dict[str, None]()

    async def tell() -> int:
        async with Door(address, secret) as door:
            return await door.tell_all(announcement(campaign, tree, datetime.now(UTC)), unnamed=lambda each: unnamed.setdefault(each.value))

    interruptible(tell())
    if unnamed:
        some = ", ".join(list(unnamed)[:20]) + (", …" if len(unnamed) > 20 else "")
        say(f"{len(unnamed):,} persons not named yet 待登记姓名: {some}. No mail goes to them until a PersonNamed is told.", "yellow", err)
    out.print(f"{campaign.campaign} is announced 已发布: {campaign.name.zh}, {len(tree)} units", markup=False, highlight=False)


@mistakes_in_words()
def feed(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="CloudEvents, as NDJSON or one JSON array; or a sheet, .xlsx or .csv; into a spool also `-`, the standard input.",
            dir_okay=False,
            allow_dash=True,
        ),
    ] = None,
    campaign: Annotated[str | None, typer.Option(help="Of a sheet: the campaign that it is told to.")] = None,
    form: Annotated[
        str | None,
        typer.Option(help="Of a sheet: issues, measures, rectifications, self-checks, returns, ideas, surveys, units or persons."),
    ] = None,
    report: Annotated[
        Path | None, typer.Option(help="Of a sheet: where it goes as a workbook that says why rows were refused.", dir_okay=False)
    ] = None,
    spool: Annotated[
        Path | None,
        typer.Option(help="A folder in which events wait for the line: a FILE is put in, without one what waits is sent.", file_okay=False),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Put those back into the spool that intake failed at.")] = False,
    follow: Annotated[bool, typer.Option(help="Send whatever comes into the spool, until Ctrl-C, however long intake is away.")] = False,
    key: Secret = None,
    url: Url = None,
) -> None:
    """Tell intake the events of a file, the rows of a sheet, or what waits in a spool. Exit 1 where a row was refused.

    Once more does no harm, since ids are known. Whom a tree or a plan names and nobody did is said at the end: no mail goes to them.
    """
    from deploy.cli.sheet import feed_sheet
    from deploy.cli.spooling import put_back, put_in, send
    from deploy.client.at_hand import find_intake
    from deploy.client.mistake import UserMistake
    from deploy.client.sheet_file import SHEETS

    if again:
        if not spool or file or follow:
            raise UserMistake("--again puts back what a --spool keeps aside, and does nothing else.")
        put_back(spool)
    elif spool and (campaign or form or report or (file and file.suffix.lower() in SHEETS)):
        raise UserMistake(
            "A --spool holds events. A sheet is sent whole, without one: cut short it is sent again, and no row counts twice. 表格请直接报送"
        )
    elif spool and file and not follow:
        put_in(spool, file)
    elif spool and not file:
        address, secret = find_intake(url, key)
        if follow and key == secret:
            say(IN_SIGHT, "yellow", err)
        send(spool, address, secret, follow)
    elif follow:
        raise UserMistake("--follow sends what waits in a --spool, and takes no file.")
    elif not file:
        raise UserMistake("Say which file, or which --spool.")
    elif campaign and form:
        raise typer.Exit(0 if feed_sheet(file, find_intake(url, key), (campaign, form), report) else 1)
    elif file.suffix.lower() in SHEETS:
        raise UserMistake("Say of a sheet whose and what it is: --campaign ID --form issues (or measures, rectifications, …).")
    else:
        _feed_file(file, *find_intake(url, key))


def _feed_file(file: Path, url: str, key: str) -> None:
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn

    from deploy.client.event_file import BadRow, tell_file

    unnamed = list[BadRow]()
    size = file.stat().st_size
    with Progress(TextColumn("Telling 报送"), BarColumn(), DownloadColumn(), TimeElapsedColumn(), console=err) as progress:
        task = progress.add_task("", total=size)
        told = tell_file(
            file, url, key, lambda row: say(str(row), "red"), unnamed.append, lambda read: progress.update(task, completed=read)
        )
        taken, bad = interruptible(told)
        progress.update(task, completed=size)
    for row in unnamed:
        say(str(row), "yellow")
    waiting = f", {len(unnamed):,} persons not named yet 待登记姓名" if unnamed else ""
    say(f"{taken:,} events taken 已受理, {bad:,} rows refused 未受理{waiting}")
    raise typer.Exit(1 if bad else 0)


@command
def simulate(
    plan: Annotated[Path, typer.Argument(help="The plan, as YAML.", dir_okay=False)],
    units: Annotated[int | None, typer.Option(min=2, max=100_000, help="How many units; by default those beside the plan.")] = None,
    issues: Annotated[int, typer.Option(min=0, help="About how many issues.")] = 100,
    seed: Annotated[int, typer.Option(help="The same seed tells the same.")] = 1,
    tree: Annotated[Path | None, typer.Option(help="Units to take and copy, instead of those beside the plan.", dir_okay=False)] = None,
    source: Annotated[
        str | None,
        typer.Option(help="One client that tells it all: the source of the key that it is told or fed with, by default the key's name."),
    ] = None,
    to: Annotated[str, typer.Option(help="`http`, `kafka`, or a file for NDJSON; `-` is the standard output.")] = "-",
    key: Secret = None,
    url: Url = None,
    kafka: Kafka = None,
) -> None:
    """Make up what the units of any plan would tell, from its announcement to its end, and tell it or write it down."""
    from deploy.client.at_hand import find_intake, find_key
    from deploy.client.place import find_broker, find_keys
    from deploy.client.sinks import to_file, to_http, to_kafka
    from deploy.plans.read import read_both, read_plan
    from deploy.simulator.stream import campaign_events
    from deploy.simulator.tree import example_units, grow_tree
    from shared.workdays import local_date

    campaign, given = read_both(plan, tree) if tree else (read_plan(plan), ())
    listed = grow_tree(given or example_units(campaign, plan), units)
    if to == "http":
        address, secret = find_intake(url, key)
    if to != "kafka":  # what goes there has passed no door, and may be told by every unit
        at_hand = secret if to == "http" else find_key(key)
        source = source or (at_hand.removeprefix("xh_").partition("_")[0] if at_hand else None)
    if to == "http" and campaign.ends < local_date(datetime.now(UTC)):
        said = f"{campaign.campaign} ended on {campaign.ends}: by the wall clock nothing new is entered any more (after-campaign)."
        err.print(f"{said} `XIAOHAO_CLOCK=told xiaohao up` takes the time from what is told.", style="yellow", soft_wrap=True)
    events = campaign_events(campaign, listed, issues, seed, source)
    if to == "http":
        count = interruptible(to_http(events, address, secret))
    elif to == "kafka":
        count = interruptible(to_kafka(events, find_broker(kafka), find_keys()))
    else:
        count = to_file(events, None if to == "-" else Path(to))
    under = f" under the source {source}" if source else ""
    err.print(f"{campaign.campaign}: {len(listed):,} units, {count:,} events told{under} 已报送; seed {seed}", highlight=False)
