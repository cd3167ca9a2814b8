"""`xiaohao dead`: what could never be handled."""

from typing import Annotated

import typer

from deploy.cli.command import Kafka, command, err, say
from deploy.client.signals import interruptible

app = typer.Typer(help="Records that could never be handled 死信.", no_args_is_help=True)


@app.command("list")
@command
def list_letters(kafka: Kafka = None) -> None:
    """List the records on dead-letter topics, and why they are there."""
    from deploy.client.place import find_broker
    from deploy.client.topics import dead_letters

    broker = find_broker(kafka)

    async def run() -> int:
        count = 0
        async for place, letter in dead_letters(broker):
            say(f"{place}  {_printable(dict(letter.headers).get('dlt-reason'))}")
            count += 1
        return count

    err.print(f"{interruptible(run())} dead letters 死信", highlight=False)


@app.command()
@command
def show(
    place: Annotated[str, typer.Argument(help="Where it is, as `dead list` prints it: topic/partition/offset.")], kafka: Kafka = None
) -> None:
    """Show a record on a dead-letter topic, decrypted with the stream key: why it is there, its key, headers and value, and what failed."""
    from deploy.client.place import UserMistake, find_broker, find_keys
    from deploy.client.topics import dead_letter_at
    from shared.kafka.dead_letters import original
    from shared.kafka.seal import NotOurs

    letter = interruptible(dead_letter_at(find_broker(kafka), place))
    try:
        record, trace = original(letter, find_keys())
    except NotOurs as error:
        raise UserMistake(f"{place} cannot be read: {error}.") from None
    for name, value in (*letter.headers, ("key", record.key), *record.headers):
        say(f"{name}: {_printable(value)}")
    say(f"\n{_printable(record.value)}")
    if trace:
        say(f"\n{_printable(trace.encode())}")


def _printable(raw: bytes | None) -> str:
    """Bytes as they can be printed on any terminal: what is no text, and what would steer the terminal, is escaped."""
    if raw is None:
        return "null"
    text = raw.decode("utf-8", "backslashreplace")
    return "".join(each if each.isprintable() or each == "\n" else each.encode("unicode_escape").decode() for each in text)
