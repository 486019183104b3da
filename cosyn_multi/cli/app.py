"""All commands, in the order in which help lists them."""

import typer

from . import bench, doctor, generate, show, stats, verify

app = typer.Typer(
    name="cosyn-multi",
    help="Sets of related charts, tables and documents, with verified questions across them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command("generate")(generate.command)
app.command("verify")(verify.command)
app.command("stats")(stats.command)
app.command("show")(show.command)
app.command("doctor")(doctor.command)
app.command("bench")(bench.command)
