"""`xiaohao topics`: the topics on Kafka are made as they are to be."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from deploy.cli.command import DryRun, Kafka, Yes, command, go_ahead, out, say
from deploy.client.signals import interruptible

if TYPE_CHECKING:
    from deploy.client.topic_changes import Setting

app = typer.Typer(help="The topics on Kafka, as the services need them.", no_args_is_help=True, rich_markup_mode=None)
VERDICTS = {
    "right": "",
    "made": "is made 新建",
    "set": "is set 调整",
    "deletes": "deletes records: --allow-deletion 会删除已有记录",
    "partitions": "never changes: books would change partitions, and lose their order; set XIAOHAO_PARTITIONS to what it is 分区数不能改",
    "replication": "not from here: kafka-reassign-partitions.sh copies them, or set XIAOHAO_REPLICATION to what it is 副本数须另行调整",
}
"""What becomes of a setting."""


@app.callback()
def topics() -> None:
    """A group, also while it has one command."""


@app.command()
@command
def ensure(
    kafka: Kafka = None,
    dry_run: DryRun = False,
    allow_deletion: Annotated[
        bool, typer.Option("--allow-deletion", help="Also where Kafka then deletes records that it keeps now. Asks first.")
    ] = False,
    yes: Yes = False,
) -> None:
    """Make the topics that are missing and set what differs: all, or nothing and exit 1 where something may not be changed."""
    from deploy.client.place import find_broker
    from deploy.client.topic_changes import ensure_topics, refusals

    broker = find_broker(kafka)
    found = interruptible(ensure_topics(broker, allow_deletion, dry_run or allow_deletion))
    out.print(_table(found))
    if refused := refusals(found, allow_deletion):
        for each in refused:
            say(f"{each.topic} {each.name}: {each.now} → {each.wanted}: {VERDICTS[each.verdict]}", "red")
        say("Nothing was changed 未作任何改动")
        raise typer.Exit(1)
    if allow_deletion:
        deletes = ", ".join(f"{each.topic} {each.name}" for each in found if each.verdict == "deletes")
        if deletes and not go_ahead(f"Kafka then deletes records that it keeps now 将删除已有记录: {deletes}", yes, dry_run):
            return
        interruptible(ensure_topics(broker, allow_deletion, dry_run))
    changed = len({each.topic for each in found if each.verdict != "right"})
    if not changed:
        say("Every topic is as it is to be 主题均符合要求")
    else:
        say(f"{changed} topics {'would change 将变更' if dry_run else 'made or set 已新建或调整'}")


def _table(found: "list[Setting]") -> Table:
    table = Table("Topic 主题", "Setting 设置", "Now 现状", "Wanted 应为", "")
    for each in found:
        table.add_row(each.topic, each.name, each.now or "", each.wanted, VERDICTS[each.verdict])
    return table
