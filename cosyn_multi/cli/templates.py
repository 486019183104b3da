"""`cosyn-multi templates`: list, new, preview, check."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Look through templates, start one, preview it, check it.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The template's name, which is its folder's.")]
Workspace = Annotated[Path | None, typer.Option("--templates", help="Your folder of templates; default: ./templates.")]


@app.command("list")
def list_(
    artifact: Annotated[str | None, typer.Option(help="Only those that draw a chart, table or doc.")] = None,
    renderer: Annotated[str | None, typer.Option(help="Only those of one renderer.")] = None,
    templates: Workspace = None,
) -> None:
    """The templates there are: built-in, from installed packages, and your own."""
    from rich.console import Console
    from rich.table import Table

    from cosyn_multi.assets import find_templates, find_workspace, renderer_names
    from cosyn_multi.config import ARTIFACTS
    from cosyn_multi.errors import ConfigError, unknown

    if artifact not in (None, *ARTIFACTS):
        raise ConfigError(f"--artifact {unknown('artifact', str(artifact), ARTIFACTS)}")
    if renderer not in (None, *renderer_names()):
        raise ConfigError(f"--renderer {unknown('renderer', str(renderer), renderer_names())}")
    workspace = find_workspace(templates)
    found, broken = find_templates(*[workspace] if workspace else [])
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    for heading in ("name", "renderer", "draws", "from", "about"):
        table.add_column(heading, no_wrap=heading != "about")
    shown = [t for t in found.values() if artifact in (None, t.artifact) and renderer in (None, t.renderer)]
    for t in shown:
        table.add_row(t.name, t.renderer, t.artifact, t.origin, t.about)
    console = Console(highlight=False)
    console.print(table)
    console.print(f"{len(shown)} templates")
    for fault in broken:
        console.print(f"left out: {fault}", style="yellow", markup=False)


@app.command("new")
def new(
    name: Name,
    renderer: Annotated[str, typer.Option(help="What draws it: html, matplotlib, plotly, pdf or an installed one.")],
    artifact: Annotated[str, typer.Option(help="What it draws: chart, table or doc.")],
    templates: Workspace = None,
) -> None:
    """Start a template: a folder that already renders, to be changed from there."""
    from cosyn_multi.kit.start import start

    made = start(name, renderer, artifact, templates or Path("templates"))
    where = f" --templates {templates}" if templates else ""
    print(f"{made.folder}: template.toml says what it needs, {made.entry} draws it.")
    print(f"Next: cosyn-multi templates preview {name} --watch{where}, then cosyn-multi templates check {name}{where}")


@app.command("preview")
def preview(
    name: Name,
    watch: Annotated[bool, typer.Option("--watch", help="Keep the page open; each save draws anew.")] = False,
    port: Annotated[int, typer.Option(help="Port on the loopback interface; 0 takes a free one.")] = 8766,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in your browser.")] = True,
    templates: Workspace = None,
) -> None:
    """Six pictures from different worlds, with what can be read in them. --watch draws them anew with each save."""
    from cosyn_multi.assets import find_template, find_workspace
    from cosyn_multi.kit.preview import write_preview
    from cosyn_multi.kit.serve import serve

    workspace = find_workspace(templates)
    if watch:
        serve(name, workspace, port, browser, say=lambda line: print(line, flush=True))
        return
    page, tally = write_preview(find_template(name, workspace))
    print(f"{tally.line()}\n{page}")
    if browser:
        typer.launch(str(page))


@app.command("check")
def check(
    name: Name,
    seeds: Annotated[int, typer.Option(min=1, help="Seeds drawn in every locale.")] = 50,
    locale: Annotated[list[str] | None, typer.Option(help="Only this locale; may be repeated. Default: all.")] = None,
    allow: Annotated[float, typer.Option(min=0, max=1, help="Share of pictures that may have faults.")] = 0.0,
    report: Annotated[Path | None, typer.Option(help="Folder of the report; default: outputs/check_NAME.")] = None,
    templates: Workspace = None,
) -> None:
    """Draw a template from many worlds: every cell readable, nothing cut off, overlapping or empty. Exit code 1 if not."""
    from cosyn_multi.assets import find_template, find_workspace
    from cosyn_multi.errors import RunError
    from cosyn_multi.kit.check import check as run
    from cosyn_multi.kit.report import write_report

    from .progress import counting

    template = find_template(name, find_workspace(templates))
    with counting(name) as report_progress:
        tally = run(template, seeds, locale or (), report_progress)
    print(f"{name}: {tally.line()}")
    folder = report or Path("outputs") / f"check_{name}"
    try:
        print(f"Report: {write_report(tally, folder)}")
    except OSError as error:
        raise RunError(f"--report {folder}: {error.strerror}; choose a folder that can be written") from error
    if not tally.passes(allow):
        raise typer.Exit(1)
