"""`xiaohao keys`: the keys of those who may tell and read."""

from pathlib import Path
from typing import Annotated, cast

import typer

from deploy.cli.command import command, err, say

File = Annotated[Path, typer.Option(help="The file of keys.", dir_okay=False)]

app = typer.Typer(help="API keys 密钥.", no_args_is_help=True)


@app.command()
@command
def new(
    id: Annotated[str, typer.Argument(help="The key's name: small letters, digits and hyphens.")],
    unit: Annotated[str, typer.Option(help="The unit at the top of what it covers.")],
    root: Annotated[str | None, typer.Option(help="The unit at the top of its tree; by default the unit itself.")] = None,
    joins: Annotated[
        list[str] | None, typer.Option(help="Another root in whose campaigns the unit takes part; may be given again.")
    ] = None,
    may: Annotated[
        list[str] | None, typer.Option(help="tell, announce, read, clock or operate; may be given again.  [default: tell]")
    ] = None,
    source: Annotated[str | None, typer.Option(help="The source of all that is told with it; by default the unit.")] = None,
    inbox: Annotated[bool, typer.Option("--inbox", help="It may also write to a topic of its own, inbox.ID, which intake reads.")] = False,
    file: Annotated[Path, typer.Option(help="The file of keys, made where there is none.", dir_okay=False)] = Path("keys.json"),
) -> None:
    """Add a key to a file of keys and print its secret, which is kept nowhere. Services take it within 5 s."""
    from deploy.client.mistake import UserMistake
    from shared.http.access import Act, Keys

    keys = Keys.read(file) if file.exists() else Keys()
    if id in {key.id for key in keys}:
        raise UserMistake(f"{file} has a key {id!r} already; take another name.")
    secret = keys.add(id, source or unit, unit, cast("list[Act]", may or ["tell"]), root, joins or (), inbox)
    keys.write(file)
    say(secret)
    say(
        f"Kept as a hash in {file}; the secret is shown this once. It covers {unit} and all below it under the root {root or unit}.",
        console=err,
    )


@app.command()
@command
def revoke(id: Annotated[str, typer.Argument(help="The key's name.")], file: File = Path("keys.json")) -> None:
    """Take a key out of a file of keys. Services that run refuse it within 5 s; what was told with it stays."""
    from deploy.client.mistake import UserMistake
    from shared.http.access import Keys

    keys = Keys.read(file)
    if not keys.revoke(id):
        raise UserMistake(f"{file} has no key {id!r}; it has {', '.join(key.id for key in keys) or 'none'}.")
    keys.write(file)
    say(f"{id} is revoked in {file}.")


@app.command("list")
@command
def list_keys(file: File = Path("keys.json")) -> None:
    """The keys of a file: what each covers, and what it may do. Secrets are kept nowhere."""
    from rich.table import Table

    from deploy.cli.command import out
    from shared.http.access import Keys

    table = Table(box=None)
    for name in ("key", "may", "unit", "root", "joins", "source"):
        table.add_column(name, overflow="fold")
    for key in Keys.read(file):
        table.add_row(key.id, ", ".join(key.may), key.unit, key.root, ", ".join(key.joins), key.source)
    out.print(table)
