"""`cosyn-multi gallery`, and `cosyn-multi gallery export`."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

DEFAULT = "open"


class OpensByDefault(TyperGroup):
    """`gallery RUN` is `gallery open RUN`: a first word that is no command's name is a run's folder."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("--help", *ctx.help_option_names):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=OpensByDefault,
    no_args_is_help=True,
    help="Leaf through runs and spot-check them in a browser. `gallery RUN ...` opens the page, `gallery export RUN` writes the verdicts.",
)


@app.command(DEFAULT)
def opened(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Folders of runs; or one of a points run.")],
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 takes a free one.")] = 8765,
    host: Annotated[
        str, typer.Option(help="Address to listen on; beyond this machine a token is asked for.")
    ] = "127.0.0.1",
) -> None:
    """A page on runs, until Ctrl-C."""
    from cosyn_multi.gallery.serve import serve

    serve(runs, port=port, host=host, say=lambda line: print(line, flush=True))


@app.command("export")
def export(
    run: Annotated[Path, typer.Argument(help="Folder of a run, or of a points run.")],
    to: Annotated[Path | None, typer.Option(help="File for the verdicts; default: standard output.")] = None,
    history: Annotated[
        bool, typer.Option("--history", help="Everything that was ever said, not the last word alone.")
    ] = False,
) -> None:
    """The verdicts on a run as JSON lines, and their sum."""
    from cosyn_multi.gallery.pointing.shelf import is_points_run
    from cosyn_multi.reviews import Reviews, summed_up
    from cosyn_multi.shards.atomic import write_text
    from cosyn_multi.shards.read import open_run

    store = Reviews(run if is_points_run(run) else open_run(run).folder.path)
    reviews = store.history() if history else store.all()
    lines = "".join(json.dumps(r.model_dump(mode="json"), ensure_ascii=False) + "\n" for r in reviews)
    if to:
        write_text(to, lines)
    else:
        print(lines, end="")
    summary = summed_up(store.all())
    store.close()
    for line in filter(None, (summary.line, summary.blind_line)):
        print(line, file=sys.stderr)
