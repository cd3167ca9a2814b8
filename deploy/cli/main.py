"""`xiaohao`: the command line. Each command says what a user can put right in words, and ends with code 1."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, TypeVar, cast

import typer
from rich.console import Console

from deploy.cli.plainly import err, interruptible, plainly

# What a command needs is imported when it runs: the doctor must run where something is missing, and help must be quick.
app = typer.Typer(
    name="xiaohao",
    help="Xiaohao 销号: campaign ledgers.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
dead_app = typer.Typer(help="Records that could never be handled 死信.", no_args_is_help=True)
keys_app = typer.Typer(help="API keys 密钥.", no_args_is_help=True)
plan_app = typer.Typer(help="Campaign plans 活动方案, as files.", no_args_is_help=True)
app.add_typer(plan_app, name="plan")
app.add_typer(dead_app, name="dead")
app.add_typer(keys_app, name="keys")

out = Console()
Command = TypeVar("Command", bound=Callable[..., Any])
Url = Annotated[str | None, typer.Option(help="Intake's address; by default that of the running `xiaohao up`.")]
Secret = Annotated[str | None, typer.Option(help="The secret of an API key; by default the one that `xiaohao up` made.")]
Kafka = Annotated[
    str | None, typer.Option(help="Kafka's bootstrap servers; by default XIAOHAO_KAFKA_BOOTSTRAP, or the running `xiaohao up`.")
]


def command(function: Command) -> Command:
    """A command that speaks plainly, and first refuses misspelt settings."""

    @wraps(function)
    def run(*args: Any, **kwargs: Any) -> Any:
        with plainly():
            from shared.calendars import load_calendars  # noqa: PLC0415 - see above
            from shared.settings import read_settings  # noqa: PLC0415

            load_calendars(read_settings().calendars)
            return function(*args, **kwargs)

    return cast(Command, run)


def _running(url: str | None, key: str | None) -> tuple[str, str]:
    """Where intake is, and with which key. Raises Mistake."""
    from deploy.cli.watch import Mistake  # noqa: PLC0415
    from deploy.embedded import running  # noqa: PLC0415 - see above

    found = running.read()
    url = url or (found.addresses["intake"] if found else None)
    key = key or (found.key if found else None)
    if not url or not key:
        missing = "--url and --key" if not url and not key else "--url" if not url else "--key"
        raise Mistake(f"Say {missing}; no running `xiaohao up` has it.")
    return url, key


@app.command()
@command
def up(
    dir: Annotated[Path | None, typer.Option(help="Keep the data in this folder, and find it again.", file_okay=False)] = None,
) -> None:
    """Start Kafka, MongoDB and the four services, with a campaign to try, and stay until Ctrl-C."""
    from deploy.cli import up as it  # noqa: PLC0415
    from shared.settings import read_settings  # noqa: PLC0415

    it.up(dir, read_settings(), out)


@app.command()
@command
def demo(
    seed: Annotated[int, typer.Option(help="What the made-up campaign grows from; the same seed gives the same.")] = 2019,
    issues: Annotated[int, typer.Option(help="About how many issues.", min=1, max=1_000_000)] = 2000,
    out_dir: Annotated[Path, typer.Option("--out", help="Where the reports go.", file_okay=False)] = Path("out"),
    institutions: Annotated[int, typer.Option(help="How many institutions.", min=1, max=10_000)] = 150,
    plan: Annotated[
        Path | None, typer.Option(help="Another plan than that of Tengzhou 2019, with its classes of units.", dir_okay=False)
    ] = None,
) -> None:
    """Run a whole campaign on told time, write its reports, and check every figure. Exit 1 where one differs."""
    from deploy.demo import demo as it  # noqa: PLC0415

    wanted = it.Wanted(plan or it.CAMPAIGN, seed, issues, institutions, out_dir)
    raise typer.Exit(it.demo(wanted, out))


@app.command()
@command
def fetch() -> None:
    """Fetch Apache Kafka's jars now, so that the first start need not."""
    from deploy.embedded.jars import cache, class_path  # noqa: PLC0415

    with out.status("Fetching Apache Kafka …") as status:
        class_path(lambda done, of: status.update(f"Fetching Apache Kafka: {done} of {of} files"))
    out.print(f"Apache Kafka is in {cache()}", markup=False, highlight=False, soft_wrap=True)


@app.command()
@command
def feed(
    file: Annotated[Path, typer.Argument(help="CloudEvents, as NDJSON or one JSON array.", dir_okay=False)],
    key: Secret = None,
    url: Url = None,
) -> None:
    """Tell intake the events of a file. Once more does no harm, since ids are known. Exit 1 where a row was refused."""
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn  # noqa: PLC0415

    from deploy.client import feed as it  # noqa: PLC0415

    url, key = _running(url, key)
    size = file.stat().st_size
    with Progress(TextColumn("Telling 报送"), BarColumn(), DownloadColumn(), TimeElapsedColumn(), console=err) as progress:
        task = progress.add_task("", total=size)

        def refused(row: it.BadRow) -> None:
            out.print(str(row), style="red", markup=False, highlight=False, soft_wrap=True)

        taken, bad = interruptible(it.feed(file, url, key, refused, lambda read: progress.update(task, completed=read)))
        progress.update(task, completed=size)
    out.print(f"{taken:,} events taken 已受理, {bad:,} rows refused 未受理", highlight=False)
    raise typer.Exit(1 if bad else 0)


@app.command()
@command
def simulate(
    plan: Annotated[Path, typer.Argument(help="The plan, as YAML.", dir_okay=False)],
    units: Annotated[int | None, typer.Option(min=2, max=100_000, help="How many units; by default those beside the plan.")] = None,
    issues: Annotated[int, typer.Option(min=0, help="About how many issues.")] = 100,
    seed: Annotated[int, typer.Option(help="The same seed tells the same.")] = 1,
    tree: Annotated[Path | None, typer.Option(help="Units to take and copy, instead of those beside the plan.", dir_okay=False)] = None,
    source: Annotated[
        str | None, typer.Option(help="One client that tells it all; for http, the key's source, by default its name.")
    ] = None,
    to: Annotated[str, typer.Option(help="`http`, `kafka`, or a file for NDJSON; `-` is the standard output.")] = "-",
    key: Secret = None,
    url: Url = None,
    kafka: Kafka = None,
) -> None:
    """Make up what the units of any plan would tell, from its announcement to its end, and tell it or write it down."""
    from deploy.cli.watch import place  # noqa: PLC0415
    from deploy.plans.read import read_both, read_plan  # noqa: PLC0415
    from deploy.simulator import told  # noqa: PLC0415
    from deploy.simulator.grown import grown, pattern  # noqa: PLC0415
    from shared.workdays import local_date  # noqa: PLC0415

    found, given = read_both(plan, tree) if tree else (read_plan(plan), ())
    listed = grown(given or pattern(found, plan), units)
    if to == "http":
        address, secret = _running(url, key)
        source = source or secret.removeprefix("xh_").partition("_")[0]
        if found.ends < local_date(datetime.now(UTC)):
            said = f"{found.campaign} ended on {found.ends}: by the wall clock nothing new is entered any more (after-campaign)."
            err.print(f"{said} `XIAOHAO_CLOCK=told xiaohao up` takes the time from what is told.", style="yellow", soft_wrap=True)
    events = told.whole(found, listed, issues, seed, source)
    if to == "http":
        count = interruptible(told.to_http(events, address, secret))
    elif to == "kafka":
        count = interruptible(told.to_kafka(events, place(kafka)))
    else:
        count = told.to_file(events, None if to == "-" else Path(to))
    err.print(f"{found.campaign}: {len(listed):,} units, {count:,} events told 已报送; seed {seed}", highlight=False)


@app.command()
@command
def announce(
    plan: Annotated[Path, typer.Argument(help="The plan, as YAML.", dir_okay=False)],
    units: Annotated[Path, typer.Argument(help="The tree of units: a list in YAML or JSON, parents before their units.", dir_okay=False)],
    key: Secret = None,
    url: Url = None,
) -> None:
    """Announce a campaign: its plan and its tree of units. Both are checked before anything is told."""
    from deploy.client.door import Door  # noqa: PLC0415
    from deploy.plans.read import read_both  # noqa: PLC0415
    from deploy.simulator.simulate import announcement  # noqa: PLC0415

    found, tree = read_both(plan, units)
    address, secret = _running(url, key)

    async def tell() -> int:
        async with Door(address, secret) as door:
            return await door.tell_all(announcement(found, tree))

    interruptible(tell())
    out.print(f"{found.campaign} is announced 已发布: {found.name.zh}, {len(tree)} units", markup=False, highlight=False)


@plan_app.command("check")
@command
def plan_check(
    file: Annotated[Path, typer.Argument(help="The plan, as YAML.", dir_okay=False)],
    units: Annotated[Path | None, typer.Option(help="A tree of units to check with it: YAML or JSON.", dir_okay=False)] = None,
) -> None:
    """Check a plan, and say every mistake at once with its line. Exit 1 where there is one."""
    from deploy.plans.read import read_both, read_plan  # noqa: PLC0415

    plan, tree = read_both(file, units) if units else (read_plan(file), ())
    listed = f", {len(tree)} units" if tree else ""
    said = f"{file}: {plan.campaign} version {plan.version} can be announced 可以发布: {plan.name.zh}{listed}"
    out.print(said, markup=False, highlight=False, soft_wrap=True)


@plan_app.command("show")
@command
def plan_show(file: Annotated[Path, typer.Argument(help="The plan, as YAML.", dir_okay=False)]) -> None:
    """Print the calendar of a plan: when phases begin and end, and what falls due, in order."""
    from deploy.cli.calendar import shown  # noqa: PLC0415
    from deploy.plans.read import read_plan  # noqa: PLC0415

    for part in shown(read_plan(file)):
        out.print(part)


@app.command()
@command
def tail(
    kafka: Kafka = None,
    campaign: Annotated[str | None, typer.Option(help="Only this campaign.")] = None,
    unit: Annotated[str | None, typer.Option(help="Only this unit and those below it.")] = None,
    whole: Annotated[bool, typer.Option("--whole", help="Begin with what is there already.")] = False,
    follow: Annotated[bool, typer.Option(help="Go on with what comes.")] = True,
) -> None:
    """Print the ledger stream as it flows."""
    from deploy.cli import watch as it  # noqa: PLC0415

    where = it.place(kafka)

    async def run() -> None:
        async for event in it.ledger(where, whole or not follow, follow):
            if campaign in (None, event.where.campaign) and (unit in (None, event.where.unit) or unit in event.where.path):
                out.print(it.told(event), soft_wrap=True)

    try:
        interruptible(run())
    except KeyboardInterrupt:
        return


@app.command()
@command
def verify(
    kafka: Kafka = None,
    campaign: Annotated[str | None, typer.Option(help="Only this campaign.")] = None,
    unit: Annotated[str | None, typer.Option(help="Only this unit and those below it.")] = None,
    alone: Annotated[bool, typer.Option("--alone", help="Only the unit's own book.")] = False,
    head: Annotated[list[str] | None, typer.Option(help="A head printed before, which must still stand; may be given again.")] = None,
) -> None:
    """Prove that no book was rewritten: every position, content and statement, on the topic and in the store. Exit 1 where one was."""
    from deploy.cli import verify as it  # noqa: PLC0415
    from deploy.cli import watch  # noqa: PLC0415

    proof = interruptible(it.verify(watch.place(kafka), it.Wanted(campaign, unit, alone), head or ()))
    if not proof.books:
        raise watch.Mistake("There is no such book; `xiaohao tail --whole` prints what there is.")
    for each in proof.broken:
        out.print(f"{each.book}@{each.position} ({each.source}): {each.what}", style="red", markup=False, highlight=False, soft_wrap=True)
    for book, (position, chain) in proof.heads.items():
        out.print(f"{book}@{position}:{chain}", markup=False, highlight=False, soft_wrap=True)
    said = f"{len(proof.broken)} books are broken 账册不符" if proof.broken else "every book is as it was recorded 账册完好"
    out.print(f"{proof.books:,} books, {proof.events:,} events: {said}", highlight=False)
    raise typer.Exit(1 if proof.broken else 0)


@app.command()
@command
def rebuild(
    kafka: Kafka = None,
    dir: Annotated[
        Path | None, typer.Option(help="A folder that `xiaohao up --dir` keeps, and where nothing runs now.", file_okay=False)
    ] = None,
) -> None:
    """Throw reporting's read model away; stopped before and started after, reporting makes it again from the ledger's topic."""
    from deploy.cli import rebuild as it  # noqa: PLC0415
    from deploy.cli import watch  # noqa: PLC0415

    if dir:
        from shared.settings import read_settings  # noqa: PLC0415

        interruptible(it.rebuild_kept(dir, read_settings().namespace))
    else:
        interruptible(it.rebuild(watch.place(kafka)))
    out.print(
        "The read model is gone; start reporting, and it reads the ledger from the beginning 已清空，启动报表服务即重建", highlight=False
    )


@dead_app.command("list")
@command
def dead_list(kafka: Kafka = None) -> None:
    """List the records on dead-letter topics, and why they are there."""
    from deploy.cli import watch as it  # noqa: PLC0415

    where = it.place(kafka)

    async def run() -> int:
        count = 0
        async for each in it.dead(where):
            out.print(f"{each.place}  {each.reason}", markup=False, highlight=False, soft_wrap=True)
            count += 1
        return count

    err.print(f"{interruptible(run())} dead letters 死信", highlight=False)


@dead_app.command("show")
@command
def dead_show(
    place: Annotated[str, typer.Argument(help="Where it is, as `dead list` prints it: topic/partition/offset.")], kafka: Kafka = None
) -> None:
    """Show a record on a dead-letter topic: its headers and its value."""
    from deploy.cli import watch as it  # noqa: PLC0415

    where = it.place(kafka)

    async def run() -> it.Dead | None:
        async for each in it.dead(where):
            if each.place == place:
                return each
        return None

    found = interruptible(run())
    if found is None:
        raise it.Mistake(f"No dead letter at {place!r}; `xiaohao dead list` says what there is.")
    out.print(f"key: {_text(found.key)}", markup=False, highlight=False, soft_wrap=True)
    for name, value in found.headers:
        out.print(f"{name}: {_text(value)}", markup=False, highlight=False, soft_wrap=True)
    out.print(f"\n{_text(found.value)}", markup=False, highlight=False, soft_wrap=True)


def _text(raw: bytes | None) -> str:
    """Bytes as they can be printed on any terminal: what is no text, and what would steer the terminal, is escaped."""
    if raw is None:
        return "null"
    text = raw.decode("utf-8", "backslashreplace")
    return "".join(each if each.isprintable() or each == "\n" else each.encode("unicode_escape").decode() for each in text)


@app.command()
def doctor() -> None:
    """Say what is missing on this machine, and the command that gets it. Exit 1 where something is."""
    from deploy.cli.doctor import findings  # noqa: PLC0415

    missing = 0
    for each in findings():
        out.print("[red]✗[/]" if each.wrong else "[green]✓[/]", end=" ")
        out.print(f"{each.name}: {'; '.join(filter(None, (each.found, each.wrong)))}", markup=False, highlight=False, soft_wrap=True)
        if each.command:
            out.print(f"    {each.command}", style="cyan", markup=False, highlight=False, soft_wrap=True)
        missing += bool(each.wrong)
    out.print(f"{missing} missing 缺少 {missing} 项" if missing else "Nothing is missing. 一切就绪", highlight=False)
    raise typer.Exit(1 if missing else 0)


@keys_app.command("new")
@command
def keys_new(
    id: Annotated[str, typer.Argument(help="The key's name: small letters, digits and hyphens.")],
    unit: Annotated[str, typer.Option(help="The unit at the top of what it covers.")],
    may: Annotated[list[str] | None, typer.Option(help="tell, announce, read or clock; may be given again.  [default: tell]")] = None,
    source: Annotated[str | None, typer.Option(help="The source of all that is told with it; by default the unit.")] = None,
    file: Annotated[Path, typer.Option(help="The file of keys, made where there is none.", dir_okay=False)] = Path("keys.json"),
) -> None:
    """Add a key to a file of keys and print its secret, which is kept nowhere. Services read the file when they start."""
    from deploy.cli.watch import Mistake  # noqa: PLC0415
    from shared.http.access import KEYS, Act, Keys  # noqa: PLC0415

    keys = Keys.read(file) if file.exists() else Keys()
    if file.exists() and id in {key.id for key in KEYS.validate_json(file.read_bytes())}:
        raise Mistake(f"{file} has a key {id!r} already; take another name.")
    secret = keys.add(id, source or unit, unit, cast("list[Act]", may or ["tell"]))
    keys.write(file)
    out.print(secret, markup=False, highlight=False, soft_wrap=True)
    err.print(f"Kept as a hash in {file}; the secret is shown this once.", markup=False, highlight=False, soft_wrap=True)


def main() -> None:
    """The `xiaohao` script."""
    app()


if __name__ == "__main__":
    main()
