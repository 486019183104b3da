"""All commands, in the order in which help lists them."""

import typer

from . import (
    bench,
    cost,
    decontaminate,
    doctor,
    estimate,
    export,
    gallery,
    generate,
    harvest,
    merge,
    plan,
    points,
    preview,
    push,
    qa,
    show,
    stats,
    templates,
    verify,
)

app = typer.Typer(
    name="cosyn-multi",
    help="Sets of related charts, tables and documents, with verified questions across them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.command("generate")(generate.command)
app.command("preview")(preview.command)
app.command("verify")(verify.command)
app.command("stats")(stats.command)
app.command("cost")(cost.command)
app.command("estimate")(estimate.command)
app.command("plan")(plan.command)
app.command("harvest")(harvest.command)
app.command("export")(export.command)
app.command("push")(push.command)
app.command("merge")(merge.command)
app.command("decontaminate")(decontaminate.command)
app.command("show")(show.command)
app.add_typer(gallery.app, name="gallery")
app.add_typer(templates.app, name="templates")
app.add_typer(points.app, name="points")
app.add_typer(qa.app, name="qa")
app.command("doctor")(doctor.command)
app.command("bench")(bench.command)
