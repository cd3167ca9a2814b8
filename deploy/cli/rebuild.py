"""`xiaohao rebuild`: has reporting read the ledger anew."""

from pathlib import Path
from typing import Annotated

import typer

from deploy.cli.command import Kafka, command, out
from deploy.client.signals import interruptible


@command
def rebuild(
    kafka: Kafka = None,
    dir: Annotated[
        Path | None, typer.Option(help="A folder that `xiaohao up --dir` keeps, and where nothing runs now.", file_okay=False)
    ] = None,
) -> None:
    """Throw reporting's read model away; stopped before and started after, reporting makes it again from the ledger's topic."""
    from deploy.client.place import UserMistake, find_broker
    from deploy.client.read_model import discard_read_model
    from shared.kafka.broker import Broker
    from shared.settings import read_settings

    if dir:
        from deploy.embedded.servers import Embedded

        if not (dir / "ports.json").exists():
            raise UserMistake(f"{dir} is no folder that `xiaohao up --dir` kept.")
        with Embedded(dir) as embedded:
            interruptible(discard_read_model(Broker(embedded.kafka_bootstrap, read_settings().namespace), embedded.mongodb_uri))
    else:
        interruptible(discard_read_model(find_broker(kafka)))
    out.print(
        "The read model is gone; start reporting, and it reads the ledger from the beginning 已清空，启动报表服务即重建", highlight=False
    )
