"""`xiaohao verify`: proves that nothing was rewritten."""

from typing import Annotated

import typer

from deploy.cli.command import Kafka, command, out
from deploy.client.signals import interruptible


@command
def verify(
    kafka: Kafka = None,
    campaign: Annotated[str | None, typer.Option(help="Only this campaign.")] = None,
    unit: Annotated[str | None, typer.Option(help="Only this unit and those below it.")] = None,
    alone: Annotated[bool, typer.Option("--alone", help="Only the unit's own book.")] = False,
    head: Annotated[list[str] | None, typer.Option(help="A head printed before, which must still stand; may be given again.")] = None,
) -> None:
    """Prove that no book was rewritten: every position, content and statement, on the topic and in the store. Exit 1 where one was."""
    from deploy.client.place import UserMistake, find_broker
    from deploy.client.proof import Scope, prove

    proof = interruptible(prove(find_broker(kafka), Scope(campaign, unit, alone), head or ()))
    if not proof.books:
        raise UserMistake("There is no such book; `xiaohao tail --whole` prints what there is.")
    for each in proof.broken:
        out.print(f"{each.book}@{each.position} ({each.source}): {each.what}", style="red", markup=False, highlight=False, soft_wrap=True)
    for book, (position, chain) in proof.heads.items():
        out.print(f"{book}@{position}:{chain}", markup=False, highlight=False, soft_wrap=True)
    said = f"{len(proof.broken)} books are broken 账册不符" if proof.broken else "every book is as it was recorded 账册完好"
    out.print(f"{proof.books:,} books, {proof.events:,} events: {said}", highlight=False)
    raise typer.Exit(1 if proof.broken else 0)
