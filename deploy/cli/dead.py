"""`xiaohao dead`: what could never be handled, and what is done about it."""

import getpass
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.command import DryRun, Kafka, Yes, command, err, go_ahead, out, say
from deploy.client.signals import interruptible

if TYPE_CHECKING:
    from deploy.client.replay import DeadLetters, Replayed

Place = Annotated[str | None, typer.Argument(help="One of them, as `dead list` prints it: topic/partition/offset.")]
Subject = Annotated[str | None, typer.Option(help="All of this subject, such as tz2019/u1/issue/bureau~2019-17.")]
Reason = Annotated[str | None, typer.Option(help="All whose reason has this text in it.")]
By = Annotated[str | None, typer.Option(help="Who does it; by default this machine's user. Noted beside the dead letter.")]

NEVER = "What is dropped is never recorded, and cannot be replayed later 放弃后不再入账，也不能重放"

app = typer.Typer(help="Records that could never be handled 死信.", no_args_is_help=True)


@app.command("list")
@command
def list_letters(kafka: Kafka = None) -> None:
    """List the records on dead-letter topics, why they are there, and what became of each."""
    from deploy.client.dead_letters import dead_letters, outcomes
    from deploy.client.place import find_broker

    broker = find_broker(kafka)

    async def run() -> tuple[int, int]:
        count = waiting = 0
        known = await outcomes(broker)
        async for place, letter in dead_letters(broker):
            became = ""
            if outcome := known.get(place):
                why = f": {outcome.why}" if outcome.why else ""
                became = _printable(f"  [{outcome.what} {outcome.at:%Y-%m-%d %H:%M} UTC by {outcome.by}{why}]".encode())
            say(f"{place}  {_printable(dict(letter.headers).get('dlt-reason'))}{became}")
            count, waiting = count + 1, waiting + (outcome is None)
        return count, waiting

    count, waiting = interruptible(run())
    err.print(f"{_letters(count)} 死信, {waiting} of them neither replayed nor dropped 未处理", highlight=False)


@app.command()
@command
def show(
    place: Annotated[str, typer.Argument(help="Where it is, as `dead list` prints it: topic/partition/offset.")], kafka: Kafka = None
) -> None:
    """Show a record on a dead-letter topic, decrypted with the stream key: why it is there, its key, headers and value, and what failed."""
    from deploy.client.dead_letters import dead_letter_at, opened
    from deploy.client.place import find_broker, find_keys

    letter = interruptible(dead_letter_at(find_broker(kafka), place))
    record, trace = opened(place, letter, find_keys())
    for name, value in (*letter.headers, ("key", record.key), *record.headers):
        say(f"{name}: {_printable(value)}")
    say(f"\n{_printable(record.value)}")
    if trace:
        say(f"\n{_printable(trace.encode())}")


@app.command()
@command
def replay(
    place: Place = None,
    subject: Subject = None,
    reason: Reason = None,
    dry_run: DryRun = False,
    by: By = None,
    kafka: Kafka = None,
) -> None:
    """Put told events back where they were told, in their order; a subject that was set aside is free once the last of them is recorded.

    Run it again whenever it was cut short: what is recorded is known. Exit 1 where something waits still.
    """
    from deploy.client.replay import Chosen

    chosen = Chosen(place, subject, reason)
    if place and not place.startswith("campaign.intake.dlt/"):
        interruptible(_read_again(place, kafka, by, dry_run))
        return
    replayed = _with_letters(kafka, by, lambda letters: letters.replay(chosen, dry_run))
    _say_letters(replayed, "would be replayed 将重放" if dry_run else "replayed 已重放")
    for each in replayed.forged:
        say(f"{each.place}  never replayed: {each.mistake}", "red")
    if not replayed.handled:
        say("The ledger has not handled them yet: where it is stopped, it does so once it runs 台账服务尚未处理", "yellow")
    elif replayed.waiting:
        say("What stands first fails still, or its dead letter is gone: mend it and replay again, or drop it.", "red")
    raise typer.Exit(1 if replayed.waiting or not replayed.handled else 0)


@app.command()
@command
def drop(
    why: Annotated[str, typer.Option(help="Why it is never to be handled: whoever lists dead letters reads it.")],
    place: Place = None,
    subject: Subject = None,
    reason: Reason = None,
    yes: Yes = False,
    dry_run: DryRun = False,
    by: By = None,
    kafka: Kafka = None,
) -> None:
    """Give dead letters up. What stood behind one in its subject has its turn then: replay it, or drop all of the subject. Asks first."""
    from deploy.client.dead_letters import dead_letter_at, note
    from deploy.client.place import find_broker
    from deploy.client.replay import Chosen

    chosen = Chosen(place, subject, reason)
    if place and not place.startswith("campaign.intake.dlt/"):
        broker = find_broker(kafka)
        interruptible(dead_letter_at(broker, place))
        if go_ahead(f"{place}  {NEVER}", yes, dry_run):
            interruptible(note(broker, [place], "dropped", by or _user(), why))
        return
    _say_letters(_with_letters(kafka, by, lambda letters: letters.drop(chosen, why, dry_run=True)), "would be dropped 将放弃")
    if not go_ahead(NEVER, yes, dry_run):
        return
    dropped = _with_letters(kafka, by, lambda letters: letters.drop(chosen, why))
    _say_letters(dropped, "dropped 已放弃")
    if dropped.waiting:
        say("What stood behind it waits: `xiaohao dead replay --subject …`, or `dead drop --subject …`.", "yellow")


def _with_letters(kafka: str | None, by: str | None, work: Callable[["DeadLetters"], Awaitable["Replayed"]]) -> "Replayed":
    from deploy.client.place import find_broker, find_database, find_keys
    from deploy.client.replay import DeadLetters
    from services.ledger.store.mongo import MongoStore

    broker, keys = find_broker(kafka), find_keys()

    async def run() -> "Replayed":
        mongo = find_database(broker, "ledger")
        try:
            return await work(DeadLetters(broker, keys, MongoStore(mongo), by or _user()))
        finally:
            mongo.close()

    return interruptible(run())


def _say_letters(replayed: "Replayed", what: str) -> None:
    for each in replayed.letters:
        say(f"{each.place}  {_printable((each.subject or '').encode())}  {_printable(each.reason.encode())}")
    for subject, told in replayed.waiting.items():
        say(f"{_printable(subject.encode())} is set aside still, {len(told)} told events wait for it 仍被搁置", "yellow")
    out.print(f"{_letters(len(replayed.letters))} {what}", highlight=False)


async def _read_again(place: str, kafka: str | None, by: str | None, dry_run: bool) -> None:
    """What a reader could not fold is on its topic still, and all behind it in the same book waits: the reader goes back to it."""
    from deploy.client.dead_letters import dead_letter_at, note
    from deploy.client.offsets import read_again
    from deploy.client.place import find_broker

    broker = find_broker(kafka)
    headers = {name: (value or b"").decode() for name, value in (await dead_letter_at(broker, place)).headers}
    service, topic = headers["dlt-group"].removeprefix(broker.namespace), headers["dlt-topic"]
    partition, offset = int(headers["dlt-partition"]), int(headers["dlt-offset"])
    if not dry_run:
        await read_again(broker, service, topic, (partition, offset))
        await note(broker, [place], "replayed", by or _user())
    out.print(f"Started, {service} reads {topic} again from offset {offset} of partition {partition} 启动后重读", highlight=False)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may have a user without a name
        return str(os.getuid())


def _printable(raw: bytes | None) -> str:
    """Bytes as they can be printed on any terminal: what is no text, and what would steer the terminal, is escaped."""
    if raw is None:
        return "null"
    text = raw.decode("utf-8", "backslashreplace")
    return "".join(each if each.isprintable() or each == "\n" else each.encode("unicode_escape").decode() for each in text)


def _letters(count: int) -> str:
    """So many, in words."""
    return f"{count} dead letter{'' if count == 1 else 's'}"
