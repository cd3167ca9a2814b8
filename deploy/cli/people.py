"""`xiaohao people release` and `xiaohao erase`: what an operator does with the persons of a root."""

from typing import Annotated

import typer

from deploy.cli.command import DryRun, Kafka, Secret, Url, Yes, command, err, go_ahead, say
from deploy.client.signals import interruptible

app = typer.Typer(help="Persons 人员.", no_args_is_help=True)
Person = Annotated[str, typer.Argument(help="The person's id.")]
Book = Annotated[str, typer.Option(help="The book of the root under which the person is known, <campaign>/<root>: there it is recorded.")]
Reason = Annotated[str, typer.Option(help="Why; recorded for ever, so without a name.")]


@app.command()
@command
def release(
    person: Person, book: Book, reason: Reason, key: Secret = None, url: Url = None, yes: Yes = False, dry_run: DryRun = False
) -> None:
    """Take the name from a person's id, so that another may be named under it. Needs a key of the root that may `operate`. Asks first."""
    from deploy.client.at_hand import find_intake
    from deploy.client.erasure import tell_gone
    from shared.events.people import PersonReleased

    intake = find_intake(url, key)
    if not go_ahead(
        f"Name, mailbox and unit of {person} are forgotten, and what waits to be sent to it is not 姓名、邮箱、单位将被清除", yes, dry_run
    ):
        return
    interruptible(tell_gone(intake, book, PersonReleased(person=person, reason=reason)))
    say(f"{person} is free 已释放: nobody is known under it, and what was to be sent to it is not; recorded in {book}", console=err)


@command
def erase(
    person: Person,
    book: Book,
    reason: Reason,
    key: Secret = None,
    url: Url = None,
    kafka: Kafka = None,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Erase a person everywhere, and say where and what stays. Needs a key of the root that may `operate`. Exit 1 where something is left.

    Asks first, and says where there is something of the person now.
    """
    from deploy.client.at_hand import find_intake
    from deploy.client.erasure import found, lines, look, root_of, tell_gone
    from deploy.client.place import find_broker
    from shared.events.people import PersonErased

    intake, broker, root = find_intake(url, key), find_broker(kafka), root_of(book)
    for line in found(interruptible(look(broker, root, person))):
        say(line)
    if not go_ahead(f"All that is kept of {person} under {root} is erased for ever 将永久清除，不能恢复", yes, dry_run):
        return
    interruptible(tell_gone(intake, book, PersonErased(person=person, reason=reason)))
    places = interruptible(look(broker, root, person))
    for line in lines(person, places):
        say(line)
    raise typer.Exit(1 if any(place.left for place in places if "compacts" not in place.name) else 0)
