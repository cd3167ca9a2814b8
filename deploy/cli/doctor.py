"""`xiaohao doctor`: what this machine lacks."""

import typer

from deploy.cli.command import mistakes_in_words, out


@mistakes_in_words()
def doctor() -> None:
    """Say what is missing on this machine, and the command that gets it. Exit 1 where something is."""
    from deploy.embedded.machine import findings

    missing = 0
    for each in findings():
        out.print("[red]✗[/]" if each.wrong else "[green]✓[/]", end=" ")
        out.print(f"{each.name}: {'; '.join(filter(None, (each.found, each.wrong)))}", markup=False, highlight=False, soft_wrap=True)
        if each.command:
            out.print(f"    {each.command}", style="cyan", markup=False, highlight=False, soft_wrap=True)
        missing += bool(each.wrong)
    out.print(f"{missing} missing 缺少 {missing} 项" if missing else "Nothing is missing. 一切就绪", highlight=False)
    raise typer.Exit(1 if missing else 0)
