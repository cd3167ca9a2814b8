"""`xiaohao status`: on one screen, how an installation stands."""

from typing import Annotated

import typer

from deploy.cli.command import Kafka, command, out, say
from deploy.client.signals import interruptible


@command
def status(
    at: Annotated[
        list[str] | None,
        typer.Option(
            help="Where a service answers, http://HOST:PORT; may be given again. By default those of the running `xiaohao up`, or else "
            "http://intake:8080 and so on, as in Docker Compose and on Kubernetes. A name that stands for several copies is each of them."
        ),
    ] = None,
    kafka: Kafka = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
) -> None:
    """Say how all stands: services, what waits where and since when, campaigns, disks. Exit 1 where a part is away or a copy is not ready."""
    from deploy.cli.screen import screen
    from deploy.client import status as parts
    from deploy.client.place import find_broker

    found = interruptible(parts.status(find_broker(kafka), parts.addresses(at)))
    if as_json:
        from pydantic import TypeAdapter

        say(TypeAdapter(parts.Status).dump_json(found, indent=2).decode())
    else:
        out.print(screen(found))
    raise typer.Exit(0 if found.well else 1)
