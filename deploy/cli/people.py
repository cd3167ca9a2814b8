"""`xiaohao people release` and `xiaohao erase`: what an operator does with the persons of a root."""

from typing import Annotated

import typer

from deploy.cli.command import Kafka, Secret, Url, command, err, say
from deploy.client.signals import interruptible

app = typer.Typer(help="Persons 人员.", no_args_is_help=True)
Person = Annotated[str, typer.Argument(help="The person's id.")]
Book = Annotated[str, typer.Option(help="The book of the root under which the person is known, <campaign>/<root>: there it is recorded.")]
Reason = Annotated[str, typer.Option(help="Why; recorded for ever, so without a name.")]


@app.command()
@command
def release(person: Person, book: Book, reason: Reason, key: Secret = None, url: Url = None) -> None:
    """Take the name from a person's id, so that another may be named under it. Needs a key of the root that may `operate`."""
    from deploy.client.at_hand import find_intake
    from deploy.client.erasure import tell_gone
    from shared.events.people import PersonReleased

    interruptible(tell_gone(find_intake(url, key), book, PersonReleased(person=person, reason=reason)))
    say(f"{person} is free 已释放: nobody is known under it, and what was to be sent to it is not; recorded in {book}", console=err)


@command
def erase(person: Person, book: Book, reason: Reason, key: Secret = None, url: Url = None, kafka: Kafka = None) -> None:
    """Erase a person everywhere, and say where and what stays. Needs a key of the root that may `operate`. Exit 1 where something is left."""
    from deploy.client.at_hand import find_intake
    from deploy.client.erasure import lines, look, tell_gone
    from deploy.client.place import find_broker
    from shared.events.people import PersonErased

    interruptible(tell_gone(find_intake(url, key), book, PersonErased(person=person, reason=reason)))
    places = interruptible(look(find_broker(kafka), book.partition("/")[2], person))
    for line in lines(person, places):
        say(line)
    raise typer.Exit(1 if any(place.left for place in places if "compacts" not in place.name) else 0)
