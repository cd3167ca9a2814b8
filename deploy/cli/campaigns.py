"""`xiaohao campaigns`: who may be the first to announce which campaign."""

from typing import Annotated

import typer

from deploy.cli.command import By, changing, command, out, say

app = typer.Typer(help="Who may announce which campaign 活动许可.", no_args_is_help=True)


@app.command()
@command
def allow(
    id: Annotated[str, typer.Argument(help="The campaign's id, or how ids begin: `school-*`. Of several that fit, the longest counts.")],
    unit: Annotated[str, typer.Argument(help="The root that may announce it, and no other; in the place of whichever was named before.")],
    by: By = None,
) -> None:
    """Let a root be the first to announce a campaign; within 5 s. One that was announced stays its root's, whatever is allowed later."""
    from pydantic import TypeAdapter

    from shared.http.allowances import Pattern
    from shared.values import Code

    pattern, root = TypeAdapter(Pattern).validate_python(id), TypeAdapter(Code).validate_python(unit)
    changing(by, lambda register: register.allow(pattern, root))
    say(f"{unit} may announce {id}.")


@app.command("list")
@command
def list_allowed() -> None:
    """Which root may announce which campaigns."""
    from rich.table import Table

    table = Table(box=None)
    for name in ("campaign", "root"):
        table.add_column(name, overflow="fold")
    for pattern, root in changing(None, lambda register: register.allowed()).items():
        table.add_row(pattern, root)
    out.print(table)
