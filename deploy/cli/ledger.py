"""`xiaohao tail`, `verify`, `rebuild` and `restore`: the ledger's stream is printed, proved, and read anew."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.command import DryRun, Kafka, Yes, command, go_ahead, out, say
from deploy.client.signals import interruptible

if TYPE_CHECKING:
    from shared.kafka.broker import Broker

Campaign = Annotated[str | None, typer.Option(help="Only this campaign.")]
Unit = Annotated[str | None, typer.Option(help="Only this unit and those below it.")]
Folder = Annotated[Path | None, typer.Option(help="A folder that `xiaohao up --dir` keeps, and where nothing runs now.", file_okay=False)]


@command
def tail(
    kafka: Kafka = None,
    campaign: Campaign = None,
    unit: Unit = None,
    whole: Annotated[bool, typer.Option("--whole", help="Begin with what is there already.")] = False,
    follow: Annotated[bool, typer.Option(help="Go on with what comes.")] = True,
) -> None:
    """Print the ledger stream as it flows."""
    from deploy.cli.event_line import event_line
    from deploy.client.place import find_broker
    from deploy.client.topics import recorded_events

    broker = find_broker(kafka)

    async def run() -> None:
        async for event in recorded_events(broker, whole or not follow, follow):
            if campaign in (None, event.where.campaign) and (unit in (None, event.where.unit) or unit in event.where.path):
                out.print(event_line(event), soft_wrap=True)

    try:
        interruptible(run())
    except KeyboardInterrupt:
        return


@command
def verify(
    kafka: Kafka = None,
    campaign: Campaign = None,
    unit: Unit = None,
    alone: Annotated[bool, typer.Option("--alone", help="Only the unit's own book.")] = False,
    head: Annotated[list[str] | None, typer.Option(help="A head printed before, which must still stand; may be given again.")] = None,
) -> None:
    """Prove that no book was rewritten: every position, content and statement, on the topic and in the store. Exit 1 where one was."""
    from deploy.client.mistake import UserMistake
    from deploy.client.place import find_broker
    from deploy.client.proof import Scope, prove

    proof = interruptible(prove(find_broker(kafka), Scope(campaign, unit, alone), head or ()))
    if not proof.books:
        raise UserMistake("There is no such book; `xiaohao tail --whole` prints what there is.")
    for each in proof.broken:
        say(f"{each.book}@{each.position} ({each.source}): {each.what}", "red")
    for book, (position, chain) in proof.heads.items():
        say(f"{book}@{position}:{chain}")
    said = f"{len(proof.broken)} books are broken 账册不符" if proof.broken else "every book is as it was recorded 账册完好"
    out.print(f"{proof.books:,} books, {proof.events:,} events: {said}", highlight=False)
    raise typer.Exit(1 if proof.broken else 0)


@command
def rebuild(
    kafka: Kafka = None,
    dir: Folder = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Throw reporting's read model away; stopped before and started after, reporting makes it again from the ledger's topic. Asks first."""
    from deploy.client.read_model import discard_read_model, read_model_events

    with _installation(kafka, dir) as (broker, mongodb_uri):
        events = interruptible(read_model_events(broker, mongodb_uri))
        loses = f"All that pages and reports show, of {events:,} events, is thrown away, and made again as reporting starts 清空报表数据，启动后重建"
        if not go_ahead(loses, yes, dry_run):
            return
        interruptible(discard_read_model(broker, mongodb_uri))
    out.print(
        "The read model is gone; start reporting, and it reads the ledger from the beginning 已清空，启动报表服务即重建", highlight=False
    )


@command
def restore(
    from_topic: Annotated[bool, typer.Option("--from-topic", help="From campaign.ledger: the one source that there is.")],
    replace: Annotated[bool, typer.Option("--replace", help="Throw the books away that there are.")] = False,
    kafka: Kafka = None,
    dir: Folder = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Make the ledger's database again, where it was lost or put back to an older copy: all books, proved by their chains as they are read.

    The ledger is stopped before and started after. Cut short, it is run again. Only the topic and the dead letters are needed. Asks first.
    """
    from deploy.client.mistake import UserMistake
    from deploy.client.place import find_keys
    from deploy.client.restore import count_stored, restore_ledger

    if not from_topic:
        raise UserMistake("Say --from-topic: there is no other source.")
    with _installation(kafka, dir) as (broker, mongodb_uri):
        stored = interruptible(count_stored(broker, mongodb_uri))
        if stored and not replace:
            raise UserMistake("there are books already; --replace throws them away first")
        loses = (
            f"The books of {stored:,} told events in the ledger's database are thrown away"
            if stored
            else "The ledger's database has no books"
        )
        if not go_ahead(f"{loses}; all are made again from campaign.ledger 由台账主题重建账册", yes, dry_run):
            return
        restored, aside = interruptible(restore_ledger(broker, find_keys(dir), replace, mongodb_uri))
    for book in restored.cut_short:
        say(f"{book}: its last told event stands on the topic in part; the ledger is told it again", "yellow")
    for subject, told in aside.items():
        say(f"{subject} is set aside again: {len(told)} told events wait for it", "yellow")
    out.print(
        f"{restored.events:,} events of {restored.told:,} told events restored; start the ledger 已恢复，请启动台账服务", highlight=False
    )


@contextmanager
def _installation(kafka: str | None, dir: Path | None) -> Iterator[tuple["Broker", str | None]]:
    """Kafka and MongoDB: those that run, or of what `xiaohao up --dir` kept; none where the settings say where MongoDB is. Raises UserMistake."""
    from deploy.client.place import find_broker

    if dir:
        with _kept_by_up(dir) as kept:
            yield kept
    else:
        yield find_broker(kafka), None


@contextmanager
def _kept_by_up(dir: Path) -> Iterator[tuple["Broker", str]]:
    """Kafka and mongod on what `xiaohao up --dir` kept, without the services. Raises UserMistake."""
    from deploy.client.mistake import UserMistake
    from deploy.embedded.servers import Embedded
    from shared.settings import read_settings

    if not (dir / "ports.json").exists():
        raise UserMistake(f"{dir} is no folder that `xiaohao up --dir` kept.")
    with Embedded(dir) as embedded:
        yield embedded.broker(read_settings().namespace), embedded.mongodb_uri
